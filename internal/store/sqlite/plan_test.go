package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlstore"
)

// planner runs statements and collects how the engine finds their rows.
type planner struct {
	t     *testing.T
	conn  *conn
	plans []string // of the statements so far
}

func (p *planner) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p.explain(query, args)
	return p.conn.Exec(ctx, query, args...)
}

func (p *planner) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.explain(query, args)
	return p.conn.Query(ctx, query, args...)
}

// whole names the only things that are read from end to end: lists that a
// limit ends, and the marks of deleted pools, which are few.
// Only the keys of a pool, which are few too, are sorted.
var whole = []string{"SCAN counted", "SCAN pools", "SCAN deleted_pools"}

func (p *planner) explain(query string, args []any) {
	p.t.Helper()
	rows, err := p.conn.Query(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		p.t.Fatalf("EXPLAIN %s: %v", query, err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			p.t.Fatal(err)
		}
		plan = append(plan, detail)
		allowed := false
		for _, w := range whole {
			allowed = allowed || strings.HasPrefix(detail, w)
		}
		if strings.Contains(detail, "SCAN") && !allowed || strings.Contains(detail, "TEMP B-TREE") && !strings.Contains(query, "FROM signing_keys") {
			p.t.Errorf("%s\n\tis carried out by: %s", query, detail)
		}
	}
	p.plans = append(p.plans, strings.Join(plan, "; "))
}

// Every statement finds its rows by an index, at any size.
func TestStatementsUseIndexes(t *testing.T) {
	s := open(t, Options{})
	p := &planner{t: t, conn: s.writer.conn}
	if err := sqlstore.Run(t.Context(), p, everything); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlstore.Sweep(t.Context(), p, store.SweepTimes{Ended: time.Now(), Counters: time.Now(), Events: time.Now(), Limit: 5}); err != nil {
		t.Fatal(err)
	}
	if len(p.plans) < 60 {
		t.Errorf("only %d statements were looked at", len(p.plans))
	}
}

// Each listing walks along the index of its field.
func TestListUsersUsesItsIndex(t *testing.T) {
	s := open(t, Options{})
	for field, index := range map[string]string{
		"": "sqlite_autoindex_users_1", "username": "sqlite_autoindex_users_1", "sub": "users_sub",
		"cognito:user_status": "users_status", "status": "users_enabled", "email": "users_email",
		"phone_number": "users_phone_number", "name": "users_name", "given_name": "users_given_name",
		"family_name": "users_family_name", "preferred_username": "users_preferred_username",
	} {
		for _, q := range listings(field) {
			p := &planner{t: t, conn: s.writer.conn}
			err := sqlstore.Run(t.Context(), p, func(tx store.Tx) error { _, _, err := tx.ListUsers("p", q); return err })
			if err != nil {
				t.Fatal(err)
			}
			if len(p.plans) != 1 || !strings.Contains(p.plans[0], index+" (") {
				t.Errorf("ListUsers(%+v) is carried out by %v, want by %s", q, p.plans, index)
			}
		}
	}
}

func listings(field string) (out []store.UserQuery) {
	value := "a"
	if field == "status" {
		value = "Enabled"
	}
	for _, prefix := range []bool{false, true} {
		for _, after := range []*store.UserCursor{nil, {Value: "ab", Username: "u"}} {
			out = append(out, store.UserQuery{Field: field, Value: value, Prefix: prefix, After: after, Limit: 10})
		}
	}
	return out
}

// everything calls every method of a transaction.
func everything(tx store.Tx) error {
	pool := &idp.UserPool{ID: "p", Version: 1}
	client := &idp.Client{ID: "c", PoolID: "p", Version: 1}
	user := &idp.User{PoolID: "p", Username: "u", Attributes: map[string]string{"email": "e"}}
	ids := []idp.Identifier{{Kind: "username", Value: "u"}, {Kind: "email", Value: "e"}}
	code := &idp.Code{PoolID: "p", Subject: "u", Purpose: "x"}
	attempts := &idp.Attempts{PoolID: "p", Subject: "u", Kind: "x"}
	session := &idp.Session{PoolID: "p", ID: []byte("s")}
	family := &idp.Family{PoolID: "p", ID: "f"}
	key := &idp.SigningKey{PoolID: "p", ID: "k"}
	accessKey := &idp.AccessKey{ID: "k"}
	event := &idp.Event{PoolID: "p", Subject: "u", ID: "e"}
	steps := []func() error{
		func() error { return tx.CreatePool(pool) },
		func() error { _, err := tx.Pool("p"); return err },
		func() error { _, err := tx.PoolVersion("p"); return err },
		func() error { _, err := tx.ListPools("", 5); return err },
		func() error { _, err := tx.CountPools(5); return err },
		func() error { return tx.UpdatePool(pool) },
		func() error { return tx.CreateClient(client) },
		func() error { _, err := tx.Client("c"); return err },
		func() error { _, err := tx.ListClients("p", "", 5); return err },
		func() error { _, err := tx.CountClients("p", 5); return err },
		func() error { return tx.UpdateClient(client) },
		func() error { return tx.DeleteClient("p", "c") },
		func() error { return tx.CreateUser(user, ids) },
		func() error { _, err := tx.User("p", "u"); return err },
		func() error { _, err := tx.FindUser("p", ids); return err },
		func() error { _, err := tx.Owner("p", ids[0]); return err },
		func() error { return tx.UpdateUser(user, ids[:1]) },
		func() error { return tx.UpdateUser(user, ids) },
		func() error { return tx.SetUser(user) },
		func() error { _, err := tx.CountUsers("p", 5); return err },
		func() error { return tx.PutCode(code) },
		func() error { _, err := tx.Code("p", "u", "x"); return err },
		func() error { return tx.DeleteCode(code) },
		func() error { return tx.PutAttempts(attempts) },
		func() error { _, err := tx.Attempts("p", "u", "x"); return err },
		func() error { return tx.ClearAttempts("p", "u", "x") },
		func() error { return tx.CreateSession(session) },
		func() error { _, err := tx.Session("p", session.ID); return err },
		func() error { return tx.SpendSession("p", session.ID) },
		func() error { return tx.Spend("p", session.ID, time.Now()) },
		func() error { return tx.CreateFamily(family) },
		func() error { _, err := tx.Family("p", "f"); return err },
		func() error { return tx.RotateFamily(family, nil) },
		func() error { return tx.RevokeFamily("p", "f") },
		func() error { return tx.RevokeFamilies("p", "u") },
		func() error { return tx.PutSigningKey(key) },
		func() error { _, err := tx.SigningKeys("p"); return err },
		func() error { return tx.DeleteSigningKey("p", "k") },
		func() error { return tx.PutAccessKey(accessKey) },
		func() error { _, err := tx.AccessKey("k"); return err },
		func() error { _, err := tx.ListAccessKeys("", 5); return err },
		func() error { return tx.DeleteAccessKey("k") },
		func() error { return tx.AddEvent(event) },
		func() error { _, err := tx.ListEvents("p", "u", "", 5); return err },
		func() error { _, err := tx.ListEvents("p", "u", "e", 5); return err },
		func() error { return tx.DeleteUser("p", "u") },
		func() error { return tx.DeletePool("p") },
		func() error { _, err := tx.PurgePools(100); return err },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return nil
}
