package sqlstore

import (
	"errors"
	"strconv"
	"strings"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func (t *tx) Attempts(poolID, subject string, kind idp.AttemptKind) (*idp.Attempts, error) {
	a, err := one(t, func(r scanner) (*idp.Attempts, error) {
		a := &idp.Attempts{PoolID: poolID, Subject: subject, Kind: kind}
		var window, day, locked, last int64
		if err := r.Scan(&a.Count, &window, &a.Failures, &day, &locked, &last); err != nil {
			return nil, err
		}
		a.WindowStart, a.DayStart, a.LockedUntil, a.Last = fromMicros(window), fromMicros(day), fromMicros(locked), fromMicros(last)
		return a, nil
	}, "SELECT tries, window_start, failures, day_start, locked_until, last_at FROM attempts WHERE pool_id = $1 AND subject = $2 AND kind = $3",
		poolID, subject, string(kind))
	if errors.Is(err, store.ErrNotFound) {
		return &idp.Attempts{PoolID: poolID, Subject: subject, Kind: kind}, nil
	}
	return a, err
}

func (t *tx) PutAttempts(a *idp.Attempts) error {
	_, err := t.exec(`INSERT INTO attempts (pool_id, subject, kind, tries, window_start, failures, day_start, locked_until, last_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (pool_id, subject, kind) DO UPDATE SET tries = excluded.tries,
		window_start = excluded.window_start, failures = excluded.failures, day_start = excluded.day_start,
		locked_until = excluded.locked_until, last_at = excluded.last_at`,
		a.PoolID, a.Subject, string(a.Kind), a.Count, micros(a.WindowStart), a.Failures, micros(a.DayStart), micros(a.LockedUntil), micros(a.Last))
	return err
}

func (t *tx) ClearAttempts(poolID, subject string, kinds ...idp.AttemptKind) error {
	if len(kinds) == 0 {
		return nil
	}
	args := make([]any, 2, 2+len(kinds))
	args[0], args[1] = poolID, subject
	places := make([]string, len(kinds))
	for i, kind := range kinds {
		args = append(args, string(kind))
		places[i] = "$" + strconv.Itoa(len(args))
	}
	_, err := t.exec("DELETE FROM attempts WHERE pool_id = $1 AND subject = $2 AND kind IN ("+strings.Join(places, ", ")+")", args...)
	return err
}
