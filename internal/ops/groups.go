package ops

import (
	"errors"
	"fmt"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// readGroup returns a group inside a transaction, or idp.ErrGroupNotFound.
func readGroup(tx store.Tx, poolID, name string) (*idp.Group, error) {
	g, err := tx.Group(poolID, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, idp.ErrGroupNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("reading group: %w", err)
	}
	return g, nil
}

// readUser returns the user whom an administrator means by a name, inside a
// transaction, or idp.ErrUserNotFound.
func readUser(tx store.Tx, pool *catalog.Pool, username string) (*idp.User, error) {
	u, err := account.Find(tx, pool, username)
	if err == nil && u == nil {
		err = idp.ErrUserNotFound
	}
	return u, err
}

// describeGroup is a group as its owner sees it.
func describeGroup(g *idp.Group) *cognito.GroupType {
	return &cognito.GroupType{
		GroupName:        g.Name,
		UserPoolID:       g.PoolID,
		Description:      g.Description,
		RoleARN:          g.RoleARN,
		Precedence:       g.Precedence,
		LastModifiedDate: cognito.At(g.Modified),
		CreationDate:     cognito.At(g.Created),
	}
}

// groupPage is a page of groups that were read with one more than limit, and
// the token of the next page, if there is one.
func (a *API) groupPage(op string, params []string, groups []*idp.Group, limit int) (page []*cognito.GroupType, next string, err error) {
	groups, more := cutPage(groups, limit)
	page = make([]*cognito.GroupType, len(groups))
	for i, g := range groups {
		page[i] = describeGroup(g)
	}
	if more {
		next, err = a.pageToken(op, params, groups[limit-1].Name)
	}
	return page, next, err
}
