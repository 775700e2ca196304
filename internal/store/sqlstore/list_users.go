package sqlstore

import (
	"fmt"
	"strings"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// maxSearched is the longest value, in bytes, by which a user is found in an
// index; of longer ones the index holds the beginning.
const maxSearched = 1024

// searched returns the column by which an attribute of a user is searched:
// the folded value, cut to what an index takes, NULL for none.
func searched(u *idp.User, attribute string) any {
	v := u.Attributes[attribute]
	if v == "" || !storable(v) {
		return nil
	}
	return cut(fold(v), maxSearched)
}

// field says how ListUsers searches one field.
type field struct {
	column  string
	partial bool                   // the index leaves NULL out
	form    func(string) string    // brings a value asked for into the form of the column
	value   func(*idp.User) string // in that form
}

func asIs(s string) string { return s }

var fields = map[string]field{
	"username":            {"username", false, asIs, func(u *idp.User) string { return u.Username }},
	"sub":                 {"sub", false, asIs, func(u *idp.User) string { return u.Sub }},
	"cognito:user_status": {"status", false, strings.ToUpper, func(u *idp.User) string { return string(u.Status) }},
	"email":               attributeField("email"),
	"phone_number":        attributeField("phone_number"),
	"name":                attributeField("name"),
	"given_name":          attributeField("given_name"),
	"family_name":         attributeField("family_name"),
	"preferred_username":  attributeField("preferred_username"),
}

func attributeField(name string) field {
	return field{name, true, fold, func(u *idp.User) string { return fold(u.Attributes[name]) }}
}

func (t *tx) ListUsers(poolID string, q store.UserQuery) ([]*idp.User, *store.UserCursor, error) {
	switch {
	case q.Limit <= 0:
		return nil, nil, nil
	case q.Field == "":
		return t.listUsers(poolID, q, field{"username", false, asIs, fields["username"].value}, true, "")
	case q.Field == "status":
		return t.listEnabled(poolID, q)
	}
	f, ok := fields[q.Field]
	if !ok {
		return nil, nil, fmt.Errorf("store: users cannot be listed by %q", q.Field)
	}
	return t.listUsers(poolID, q, f, q.Prefix, f.form(q.Value))
}

// listEnabled lists the users who are enabled, or those who are not.
func (t *tx) listEnabled(poolID string, q store.UserQuery) ([]*idp.User, *store.UserCursor, error) {
	enabled := matches("Enabled", q.Value, q.Prefix)
	disabled := matches("Disabled", q.Value, q.Prefix)
	switch {
	case enabled && disabled:
		q.Field = ""
		return t.ListUsers(poolID, q)
	case !enabled && !disabled:
		return nil, nil, nil
	}
	after := ""
	if q.After != nil {
		after = q.After.Username
	}
	users, err := many(t, scanUser, q.Limit+1,
		`SELECT `+userColumns+` FROM users AS u WHERE u.pool_id = $1 AND u.enabled = $2 AND u.username > $3
		ORDER BY u.username LIMIT $4`,
		poolID, flag(enabled), after, q.Limit+1)
	if err != nil || len(users) <= q.Limit {
		return users, nil, err
	}
	users = users[:q.Limit]
	return users, &store.UserCursor{Username: users[q.Limit-1].Username}, nil
}

func matches(s, value string, prefix bool) bool {
	return s == value || prefix && strings.HasPrefix(s, value)
}

// listUsers lists the users whose field is a value or begins with it.
func (t *tx) listUsers(poolID string, q store.UserQuery, f field, prefix bool, value string) ([]*idp.User, *store.UserCursor, error) {
	if !prefix && value == "" && f.partial {
		return nil, nil, nil // a user without the attribute does not have it empty
	}
	query, args := userRange(poolID, q, f, prefix, cut(value, maxSearched))
	found, err := many(t, scanUser, q.Limit+1, query, args...)
	if err != nil {
		return nil, nil, err
	}
	var next *store.UserCursor
	if len(found) > q.Limit {
		found = found[:q.Limit]
		last := found[q.Limit-1]
		next = &store.UserCursor{Value: cut(f.value(last), maxSearched), Username: last.Username}
	}
	if len(value) < maxSearched {
		return found, next, nil
	}
	// The index holds only the beginning of long values.
	users := found[:0]
	for _, u := range found {
		if matches(f.value(u), value, prefix) {
			users = append(users, u)
		}
	}
	return users, next, nil
}

// userRange returns the query of one page, which is a range of the index of
// the field.
func userRange(poolID string, q store.UserQuery, f field, prefix bool, value string) (string, []any) {
	var where strings.Builder
	args := []any{poolID}
	and := func(condition string, values ...any) {
		where.WriteString(" AND ")
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where.WriteString(condition)
	}
	column, order := "u."+f.column, "u."+f.column+", u.username"
	if f.partial {
		and(column + " IS NOT NULL")
	}
	switch {
	case !prefix:
		and(column+" = ?", value)
		order = "u.username"
		if q.After != nil {
			and("u.username > ?", q.After.Username)
		}
	default:
		if end := successor(value); end != "" {
			and(column+" < ?", end)
		}
		switch {
		case q.After == nil || q.After.Value < value && f.column != "username":
			and(column+" >= ?", value)
		case f.column == "username":
			and(column+" > ?", max(q.After.Username, value))
		default:
			and("("+column+", u.username) > (?, ?)", q.After.Value, q.After.Username)
		}
	}
	if f.column == "username" {
		order = "u.username"
	}
	args = append(args, q.Limit+1)
	return `SELECT ` + userColumns + ` FROM users AS u WHERE u.pool_id = $1` + where.String() +
		` ORDER BY ` + order + ` LIMIT ` + fmt.Sprintf("$%d", len(args)), args
}
