package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// renewal is the refresh token that a grant comes from.
type renewal struct {
	token   *refreshToken
	family  *idp.Family
	session *idp.UserSession // nil if there is no record of it
}

// Refresh checks a refresh token and returns the grant that it stands for,
// with the user and their groups as they are now. Nothing is spent yet: the
// caller fills in the overrides, calls Prepare, and stores the outcome.
//
// The errors are those of idp: ErrRefreshTokenInvalid for what is not a
// refresh token of the client, or of a user who is gone, and for another
// device than the one that signed in; ErrUserDisabled; ErrRefreshTokenRevoked,
// ErrRefreshTokenExpired and ErrRefreshTokenReused.
func (s *Service) Refresh(ctx context.Context, client *catalog.Client, text, deviceKey string) (*Grant, error) {
	t, err := openRefreshToken(client.Pool, text)
	if err != nil || t.Client != client.ID {
		return nil, idp.ErrRefreshTokenInvalid
	}
	now := s.Now()
	if t.expired(now) {
		return nil, idp.ErrRefreshTokenExpired
	}
	var (
		family  *idp.Family
		user    *idp.User
		groups  Groups
		session *idp.UserSession
	)
	err = s.Store.View(ctx, func(tx store.Tx) (err error) {
		if family, err = tx.Family(client.PoolID, t.Family); err != nil {
			return err
		}
		if user, err = tx.User(client.PoolID, family.Username); err != nil {
			return err
		}
		if session, err = sessionOf(tx, client.Pool, family); err != nil {
			return err
		}
		groups, err = ReadGroups(tx, client.PoolID, user.Username)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, idp.ErrRefreshTokenInvalid
	}
	if err != nil {
		return nil, fmt.Errorf("reading token family: %w", err)
	}
	switch {
	case family.ClientID != client.ID:
		return nil, idp.ErrRefreshTokenInvalid
	case !user.Enabled:
		return nil, idp.ErrUserDisabled
	case family.Revoked:
		return nil, idp.ErrRefreshTokenRevoked
	}
	if err := current(client, family, t, now); err != nil {
		return nil, err
	}
	if family.DeviceKey != "" && client.Pool.TracksDevices() && deviceKey != family.DeviceKey {
		return nil, idp.ErrRefreshTokenInvalid
	}
	return &Grant{
		Client:    client,
		User:      user,
		EventID:   family.ID,
		AuthTime:  family.AuthTime,
		Scopes:    t.Scopes,
		OAuth:     t.OAuth,
		DeviceKey: family.DeviceKey,
		Groups:    groups,
		renewal:   &renewal{token: t, family: family, session: session},
	}, nil
}

// current tells whether a genuine token of a family is the live one or, within
// the grace period, the one before it.
func current(client *catalog.Client, f *idp.Family, t *refreshToken, now time.Time) error {
	hash := t.hash(client.Pool)
	switch {
	case len(f.RefreshHash) == 0: // the device was forgotten
		return idp.ErrRefreshTokenInvalid
	case secret.Equal(hash, f.RefreshHash):
		return nil
	case !client.RotatesRefreshTokens(): // the client did once, and the token died then
		return idp.ErrRefreshTokenInvalid
	case secret.Equal(hash, f.FormerHash) && now.Before(f.FormerUntil):
		return nil
	}
	return idp.ErrRefreshTokenReused
}
