package sqlstore

import (
	"errors"
	"math"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func (t *tx) AddEvent(e *idp.Event) error {
	return t.execOne(store.ErrExists, `INSERT INTO events (pool_id, subject, at, id, type, passed, outcome, client_id, source_ip, agent, request_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (pool_id, subject, at, id) DO NOTHING`,
		e.PoolID, e.Subject, micros(e.Time), e.ID, string(e.Type), flag(e.Passed), e.Outcome, e.ClientID, e.SourceIP, e.Agent, e.Request)
}

func (t *tx) ListEvents(poolID, subject, beforeID string, limit int) ([]*idp.Event, error) {
	before := int64(math.MaxInt64)
	if beforeID != "" {
		at, err := one(t, scanInt, "SELECT at FROM events WHERE pool_id = $1 AND subject = $2 AND id = $3", poolID, subject, beforeID)
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil // events are swept oldest first, so no older one is left
		}
		if err != nil {
			return nil, err
		}
		before = at
	}
	return many(t, func(r scanner) (*idp.Event, error) {
		e := &idp.Event{PoolID: poolID, Subject: subject}
		var at, passed int64
		var kind string
		err := r.Scan(&at, &e.ID, &kind, &passed, &e.Outcome, &e.ClientID, &e.SourceIP, &e.Agent, &e.Request)
		e.Time, e.Type, e.Passed = fromMicros(at), idp.EventType(kind), passed != 0
		return e, err
	}, limit, `SELECT at, id, type, passed, outcome, client_id, source_ip, agent, request_id FROM events
		WHERE pool_id = $1 AND subject = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5`, poolID, subject, before, beforeID, limit)
}
