package account

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// Migration is a name without a user for whom a UserMigration function may
// know one.
type Migration struct {
	Username string // as typed
	Password string // as typed; empty when resetting
	Source   trigger.Source

	ValidationData map[string]string
	Metadata       map[string]string
}

// Migrate asks the pool's UserMigration function for a user that the pool does
// not know and stores the one it answers. It returns nil if the pool has no
// such function. A user whom the function confirms keeps the password that was
// typed, which the policy does not apply to; any other has to reset it. The
// function may turn text messages on as the user's second factor; there is no
// migration then without a number to send them to, or into a pool that would
// not ask for them.
func (s *Service) Migrate(ctx context.Context, client *catalog.Client, in Migration) (*idp.User, error) {
	pool := client.Pool
	found, err := s.Triggers.UserMigration(ctx, Call(pool, client.ID, in.Username, in.Source), trigger.UserMigrationRequest{
		Password:       in.Password,
		ValidationData: in.ValidationData,
		ClientMetadata: in.Metadata,
	})
	var unusable *trigger.MigrationError
	if errors.As(err, &unusable) {
		return nil, unusable.For(client.HidesUserExistence())
	}
	if err != nil || !found.Found {
		return nil, err
	}

	failed := (&trigger.MigrationError{ClientID: client.ID}).For(client.HidesUserExistence())
	username, attributes, ok := migrated(pool, in.Username, found.UserAttributes)
	if !ok {
		return nil, failed
	}
	status := cognito.UserStatusResetRequired
	if found.Confirmed && in.Password != "" {
		status = cognito.UserStatusConfirmed
	}
	user := s.newUser(pool, username, attributes, status)
	if found.EnableSMSMFA {
		on := idp.MFAPreference{SMS: &idp.FactorPreference{Enabled: new(true)}}
		if !slices.Contains(pool.SecondFactors(), cognito.ChallengeNameSmsMfa) || user.SetMFAPreference(pool.UserPool, on) != nil {
			return nil, failed
		}
	}
	if in.Password != "" && status == cognito.UserStatusConfirmed {
		v, err := s.verifier(ctx, pool, user.Username, in.Password, user.Salt)
		if err != nil {
			return nil, err
		}
		if err := setPassword(pool, user, v, s.Now()); err != nil {
			return nil, err
		}
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error { return insert(tx, pool, user, found.ForceAliasCreation) })
	if taken := (*store.IdentifierTaken)(nil); errors.As(err, &taken) {
		// Two sign-ins of one name may have migrated at once: the other's user is as good.
		if u, again := s.find(ctx, pool, in.Username); again == nil && u != nil {
			return u, nil
		}
		return nil, failed
	}
	if err != nil {
		return nil, err
	}
	return user, nil
}

// migrated makes the username and the attributes of a migrated user. The name
// that was typed must lead to the user: as the username, or as the value of
// the attribute that takes its place.
func migrated(pool *catalog.Pool, typed string, given map[string]string) (username string, attributes map[string]string, ok bool) {
	attributes = maps.Clone(given)
	username = attributes["username"]
	delete(attributes, "username")
	delete(attributes, "sub")
	delete(attributes, "cognito:user_status")
	for name, value := range attributes {
		a := pool.Attribute(name)
		if a == nil || idp.CheckValue(a, value) != nil {
			return "", nil, false
		}
	}
	if username == "" {
		username = typed
	}
	if pool.UsernameIsAttribute() {
		matches := false
		for _, a := range pool.Settings.UsernameAttributes {
			if pool.Fold(attributes[string(a)]) == pool.Fold(typed) {
				matches = true
			}
		}
		return username, attributes, matches
	}
	for _, a := range []string{"email", "phone_number"} {
		// A name in the form of an alias can only be the alias.
		if pool.HasAlias(a) && strings.Contains(username, map[string]string{"email": "@", "phone_number": "+"}[a]) && pool.Fold(attributes[a]) == pool.Fold(username) {
			return "", nil, false
		}
	}
	return username, attributes, true
}
