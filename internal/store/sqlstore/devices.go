package sqlstore

import (
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const deviceColumns = `pool_id, username, device_key, group_key, salt, verifier, remembered, about, created_at, modified_at, authenticated_at`

// deviceAbout is what nobody asks the database for.
type deviceAbout struct {
	Name   string `json:"name,omitzero"`
	SDK    string `json:"sdk,omitzero"`
	LastIP string `json:"ip,omitzero"`
}

func aboutDevice(d *idp.Device) (string, error) {
	return toJSON("device", deviceAbout{d.Name, d.SDK, d.LastIP})
}

func scanDevice(r scanner) (*idp.Device, error) {
	d := &idp.Device{}
	var text string
	var remembered, created, modified, authenticated int64
	err := r.Scan(&d.PoolID, &d.Username, &d.Key, &d.GroupKey, &d.Salt, &d.Verifier, &remembered, &text, &created, &modified, &authenticated)
	if err != nil {
		return nil, err
	}
	var about deviceAbout
	if err := fromJSON("device", text, &about); err != nil {
		return nil, err
	}
	d.Name, d.SDK, d.LastIP = about.Name, about.SDK, about.LastIP
	d.Salt, d.Verifier, d.Remembered = fromBlob(d.Salt), fromBlob(d.Verifier), remembered != 0
	d.Created, d.Modified, d.Authenticated = fromMicros(created), fromMicros(modified), fromMicros(authenticated)
	return d, nil
}

func (t *tx) Device(poolID, username, key string) (*idp.Device, error) {
	return one(t, scanDevice,
		`SELECT `+deviceColumns+` FROM devices WHERE pool_id = $1 AND username = $2 AND device_key = $3`, poolID, username, key)
}

func (t *tx) ListDevices(poolID, username, after string, limit int) ([]*idp.Device, error) {
	return many(t, scanDevice, limit,
		`SELECT `+deviceColumns+` FROM devices WHERE pool_id = $1 AND username = $2 AND device_key > $3
		ORDER BY device_key LIMIT $4`, poolID, username, after, limit)
}

func (t *tx) CreateDevice(d *idp.Device) error {
	about, err := aboutDevice(d)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrExists,
		`INSERT INTO devices (`+deviceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (pool_id, username, device_key) DO NOTHING`,
		d.PoolID, d.Username, d.Key, d.GroupKey, d.Salt, d.Verifier, flag(d.Remembered), about,
		micros(d.Created), micros(d.Modified), micros(d.Authenticated))
}

func (t *tx) UpdateDevice(d *idp.Device) error {
	about, err := aboutDevice(d)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrNotFound,
		`UPDATE devices SET remembered = $1, about = $2, modified_at = $3, authenticated_at = $4
		WHERE pool_id = $5 AND username = $6 AND device_key = $7`,
		flag(d.Remembered), about, micros(d.Modified), micros(d.Authenticated), d.PoolID, d.Username, d.Key)
}

func (t *tx) DeleteDevice(poolID, username, key string) error {
	return t.execOne(store.ErrNotFound,
		`DELETE FROM devices WHERE pool_id = $1 AND username = $2 AND device_key = $3`, poolID, username, key)
}

func (t *tx) EndRefresh(poolID, username, deviceKey string) error {
	_, err := t.exec(
		`UPDATE families SET refresh_hash = $1, former_hash = $2 WHERE pool_id = $3 AND username = $4 AND device_key = $5`,
		[]byte{}, []byte{}, poolID, username, deviceKey)
	if err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM user_sessions WHERE pool_id = $1 AND username = $2 AND id IN
		(SELECT session_id FROM families WHERE pool_id = $3 AND username = $4 AND device_key = $5)`,
		poolID, username, poolID, username, deviceKey)
	return err
}
