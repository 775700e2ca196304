package ops

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ListUsers lists users of a pool: all, or those whom a filter lets through.
func (a *API) ListUsers(ctx context.Context, in *cognito.ListUsersRequest) (*cognito.ListUsersResponse, error) {
	const op = "ListUsers"
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	filter, err := idp.ParseUserFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	q := store.UserQuery{Field: filter.Field, Prefix: filter.Prefix, Value: filter.Value, Limit: pageLimit(in.Limit)}
	params := []string{pool.ID, in.Filter, strconv.Itoa(q.Limit)}
	if err := a.openPageToken(in.PaginationToken, op, params, &q.After); err != nil {
		return nil, err
	}
	var users []*idp.User
	var next *store.UserCursor
	err = a.Store.View(ctx, func(tx store.Tx) (err error) {
		users, next, err = tx.ListUsers(pool.ID, q)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing users: %w", err)
	}
	var shown func(string) bool
	if len(in.AttributesToGet) > 0 {
		shown = func(attribute string) bool { return slices.Contains(in.AttributesToGet, attribute) }
	}
	out := &cognito.ListUsersResponse{Users: []*cognito.UserType{}}
	for _, u := range users {
		out.Users = append(out.Users, describeUser(pool.UserPool, u, shown))
	}
	if next != nil {
		if out.PaginationToken, err = a.pageToken(op, params, next); err != nil {
			return nil, err
		}
	}
	return out, nil
}
