package sqlstore

import "rockpool/internal/store"

// sweep deletes what ended, the oldest first.
func (t *tx) sweep(before store.SweepTimes) (gone int, err error) {
	for _, s := range []struct {
		table, key, column string
		time               int64
	}{
		{"codes", "pool_id, subject, purpose", "expires_at", micros(before.Ended)},
		{"session_states", "pool_id, id", "expires_at", micros(before.Ended)},
		{"spent", "expires_at, pool_id, id", "expires_at", micros(before.Ended)},
		{"webauthn_registrations", "pool_id, username", "expires_at", micros(before.Ended)},
		{"families", "pool_id, id", "expires_at", micros(before.Ended)},
		{"user_sessions", "pool_id, username, id", "expires_at", micros(before.Ended)},
		{"attempts", "pool_id, subject, kind", "last_at", micros(before.Counters)},
		{"events", "pool_id, subject, at, id", "at", micros(before.Events)},
	} {
		n, err := t.exec("DELETE FROM "+s.table+" WHERE ("+s.key+") IN (SELECT "+s.key+" FROM "+s.table+" WHERE "+s.column+" < $1 ORDER BY "+s.column+" LIMIT $2)",
			s.time, before.Limit)
		if err != nil {
			return gone, err
		}
		gone += int(n)
	}
	n, err := t.sweepUntracked(before.Limit)
	return gone + n, err
}
