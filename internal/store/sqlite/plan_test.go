package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"

	"rockpool/internal/store"
	"rockpool/internal/store/sqlstore"
	"rockpool/internal/store/storetest"
)

// planner runs statements and looks at how the engine finds their rows.
type planner struct {
	t    *testing.T
	conn *conn
	seen *sync.Map // of the plans of statements so far
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
// limit ends, and the marks of pools, which are few.
// Only the keys of a pool, which are few too, are sorted.
var whole = []string{"SCAN counted", "SCAN pools", "SCAN deleted_pools", "SCAN untracked_pools"}

func (p *planner) explain(query string, args []any) {
	if _, done := p.seen.Load(query); done {
		return
	}
	rows, err := p.conn.Query(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		p.t.Errorf("EXPLAIN %s: %v", query, err)
		return
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			p.t.Errorf("EXPLAIN %s: %v", query, err)
		}
		plan = append(plan, detail)
		allowed := slices.ContainsFunc(whole, func(w string) bool { return strings.HasPrefix(detail, w) })
		if strings.Contains(detail, "SCAN") && !allowed ||
			strings.Contains(detail, "TEMP B-TREE") && !strings.Contains(query, "FROM signing_keys") {
			p.t.Errorf("%s\n\tis carried out by: %s", query, detail)
		}
	}
	p.seen.Store(query, strings.Join(plan, "; "))
}

// explained is a store that looks at the plan of every statement.
type explained struct {
	*Store
	t    *testing.T
	seen *sync.Map
}

func (s explained) View(ctx context.Context, f func(store.Tx) error) error {
	return s.view(ctx, func(c *conn) error { return sqlstore.Run(ctx, &planner{s.t, c, s.seen}, f) })
}

func (s explained) Update(ctx context.Context, f func(store.Tx) error) error {
	return s.writer.run(ctx, func(c *conn) error { return sqlstore.Run(ctx, &planner{s.t, c, s.seen}, f) })
}

func (s explained) Sweep(ctx context.Context, before store.SweepTimes) (gone int, err error) {
	err = s.writer.run(ctx, func(c *conn) (err error) {
		gone, err = sqlstore.Sweep(ctx, &planner{s.t, c, s.seen}, before)
		return err
	})
	return gone, err
}

// Every statement that the suite brings about finds its rows by an index, at
// any size.
func TestStatementsUseIndexes(t *testing.T) {
	var seen sync.Map
	storetest.Run(t, func(t *testing.T) store.Store {
		return explained{open(t, Options{}), t, &seen}
	})
	n := 0
	seen.Range(func(any, any) bool { n++; return true })
	if n < 90 {
		t.Errorf("only %d statements were looked at", n)
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
			var seen sync.Map
			err := explained{s, t, &seen}.View(t.Context(), func(tx store.Tx) error {
				_, _, err := tx.ListUsers("p", q)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			seen.Range(func(_, plan any) bool {
				if !strings.Contains(plan.(string), index+" (") {
					t.Errorf("ListUsers(%+v) is carried out by %s, want by %s", q, plan, index)
				}
				return true
			})
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
