package sqlstore

// purged lists the tables whose rows outlive their pool, with what follows
// the pool in their primary keys. Marks in spent end by themselves, and soon.
var purged = []struct{ table, key string }{
	{"users", "username"},
	{"identifiers", "kind, value"},
	{"codes", "subject, purpose"},
	{"attempts", "subject, kind"},
	{"user_sessions", "username, id"},
	{"session_states", "id"},
	{"families", "id"},
	{"devices", "username, device_key"},
	{"signing_keys", "id"},
	{"events", "subject, at, id"},
	{"memberships", "username, group_name"},
	{"groups", "name"},
	{"resource_servers", "identifier"},
	{"webauthn_credentials", "id"},
	{"webauthn_registrations", "username"},
}

func (t *tx) PurgePools(limit int) (int, error) {
	gone := 0
	for gone < limit {
		pools, err := many(t, scanText, 1, `SELECT id FROM deleted_pools ORDER BY id LIMIT 1`)
		if err != nil || len(pools) == 0 {
			return gone, err
		}
		n, err := t.purgePool(pools[0], limit-gone)
		if err != nil {
			return 0, err
		}
		gone += n
	}
	return gone, nil
}

// purgePool deletes at most limit rows of a deleted pool, and its mark when
// nothing else is left of it. The mark counts as a row.
func (t *tx) purgePool(id string, limit int) (int, error) {
	gone := 0
	for _, p := range purged {
		n, err := t.exec(`DELETE FROM `+p.table+` WHERE pool_id = $1 AND (`+p.key+`) IN (SELECT `+p.key+
			` FROM `+p.table+` WHERE pool_id = $2 LIMIT $3)`, id, id, limit-gone)
		if err != nil {
			return 0, err
		}
		gone += int(n)
		if gone >= limit {
			return gone, nil
		}
	}
	if err := t.KeepUserSessions(id); err != nil { // none are left to forget
		return 0, err
	}
	_, err := t.exec(`DELETE FROM deleted_pools WHERE id = $1`, id)
	return gone + 1, err
}
