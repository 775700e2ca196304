package account

import (
	"errors"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

// newUser makes a user who is not stored yet. In pools whose usernames are
// attributes the username is the sub; the caller has put the name that was
// given into the attribute.
func (s *Service) newUser(pool *catalog.Pool, username string, attributes map[string]string, status cognito.UserStatusType) *idp.User {
	now := s.Now()
	sub := s.uuid()
	if pool.UsernameIsAttribute() {
		username = sub
	}
	salt := srp.NewSalt(s.Rand)
	return &idp.User{
		PoolID:     pool.ID,
		Username:   username,
		Sub:        sub,
		Status:     status,
		Enabled:    true,
		Created:    now,
		Modified:   now,
		Attributes: attributes,
		Salt:       salt[:],
	}
}

// insert stores a new user. If an alias belongs to somebody else it moves
// here when force is set, and the other user's attribute becomes unverified.
// Names that are taken are reported as *store.IdentifierTaken; the
// transaction must end with an error then.
func insert(tx store.Tx, pool *catalog.Pool, u *idp.User, force bool) error {
	// A pool that goes at the same moment must not leave a user behind.
	_, err := tx.PoolVersion(pool.ID)
	if errors.Is(err, store.ErrNotFound) {
		return idp.ErrPoolNotFound(pool.ID)
	}
	if err != nil {
		return err
	}
	if force {
		if err := takeAliases(tx, pool, u); err != nil {
			return err
		}
	}
	if err := refuseCrossing(tx, pool, u); err != nil {
		return err
	}
	return tx.CreateUser(u, u.Identifiers(pool.UserPool))
}

// update stores a changed user and its identifiers, moving aliases as insert
// does.
func update(tx store.Tx, pool *catalog.Pool, u *idp.User, force bool) error {
	if force {
		if err := takeAliases(tx, pool, u); err != nil {
			return err
		}
	}
	if err := refuseCrossing(tx, pool, u); err != nil {
		return err
	}
	return tx.UpdateUser(u, u.Identifiers(pool.UserPool))
}

// Update stores a changed user and its identifiers, or returns a
// *store.IdentifierTaken.
func Update(tx store.Tx, pool *catalog.Pool, u *idp.User) error { return update(tx, pool, u, false) }

// refuseCrossing refuses a user who would answer to the name of another one: a
// username that is somebody's preferred one, and a preferred one that is any
// name of somebody. Names of one kind are kept apart by the store, and a
// username never has the form of the other aliases.
func refuseCrossing(tx store.Tx, pool *catalog.Pool, u *idp.User) error {
	if !pool.HasAlias("preferred_username") {
		return nil
	}
	for _, id := range u.Identifiers(pool.UserPool) {
		var others []string
		switch id.Kind {
		case idp.IdentifierUsername:
			others = []string{"preferred_username"}
		case "preferred_username":
			others = pool.LookupKinds()
		}
		for _, kind := range others {
			owner, err := tx.Owner(pool.ID, idp.Identifier{Kind: kind, Value: id.Value})
			if errors.Is(err, store.ErrNotFound) || err == nil && owner == u.Username {
				continue
			}
			if err != nil {
				return err
			}
			return &store.IdentifierTaken{Kind: id.Kind, Owner: owner}
		}
	}
	return nil
}

// takeAliases takes the aliases of u away from whoever has them. Names that
// stand in place of the username never move.
func takeAliases(tx store.Tx, pool *catalog.Pool, u *idp.User) error {
	for _, id := range u.Identifiers(pool.UserPool) {
		if !pool.HasAlias(id.Kind) || id.Kind == "preferred_username" {
			continue
		}
		owner, err := tx.Owner(pool.ID, id)
		if errors.Is(err, store.ErrNotFound) || err == nil && owner == u.Username {
			continue
		}
		if err != nil {
			return err
		}
		other, err := tx.User(pool.ID, owner)
		if err != nil {
			return err
		}
		other.Attributes[id.Kind+"_verified"] = "false"
		if err := tx.UpdateUser(other, other.Identifiers(pool.UserPool)); err != nil {
			return err
		}
	}
	return nil
}

// takenBy turns a name that is taken into the error that a caller sees: taken
// for the username itself, alias for an alias, and for an attribute in the
// username's place the sentence that names it.
func takenBy(pool *catalog.Pool, err error, taken *idp.Error, alias func(attribute string) *idp.Error) error {
	var t *store.IdentifierTaken
	switch {
	case !errors.As(err, &t):
		return err
	case t.Kind == idp.IdentifierUsername:
		return taken
	case pool.UsernameIs(t.Kind):
		return idp.ErrUsernameTaken(t.Kind)
	default:
		return alias(t.Kind)
	}
}

// aliasTaken is what changes of a user say of a name that is taken, whatever
// it stands for: they declare no other error.
func aliasTaken(err error) error {
	var t *store.IdentifierTaken
	if errors.As(err, &t) {
		return idp.ErrAliasTaken(t.Kind)
	}
	return err
}

// owned tells whether somebody has an identifier.
func owned(tx store.Tx, pool *catalog.Pool, id idp.Identifier) (bool, error) {
	_, err := tx.Owner(pool.ID, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
