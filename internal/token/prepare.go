package token

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/useragent"
)

// Issued are the tokens of a sign-in or a refresh. They are worth nothing
// until Save has succeeded.
type Issued struct {
	AccessToken  string
	IDToken      string // empty without the scope openid
	RefreshToken string // empty after a refresh, unless the client rotates them
	ExpiresIn    int64  // seconds of the access token

	// Family is what the tokens belong to, as it will be after Save.
	Family *idp.Family

	signIn bool
	was    []byte // the live hash that a rotation replaces; nil without one
	now    time.Time

	session     *idp.UserSession // as it will be after Save; nil if there is no record of it
	maxSessions int              // that the user can have
}

// ErrTooManyClaims means that the trigger put more into an access token than
// could be taken back from a request.
var ErrTooManyClaims = &idp.Error{Code: "InvalidLambdaResponseException", Message: "Unrecognizable lambda output"}

// Prepare makes the tokens of a grant. It writes nothing: the caller stores
// them by Issued.Save.
func (s *Service) Prepare(ctx context.Context, g Grant) (*Issued, error) {
	pool := g.Client.Pool
	ring, err := s.ring(ctx, pool)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	out := &Issued{ExpiresIn: int64(g.Client.AccessTokenLife() / time.Second), now: now, maxSessions: pool.MaxTokenSessions()}
	if g.renewal == nil {
		err = s.begin(out, &g)
	} else {
		err = s.renew(out, &g)
	}
	if err != nil {
		return nil, err
	}

	sub := &subject{Grant: &g, family: out.Family, issuer: s.Issuer(pool.ID), now: now,
		newID: func() string { return secret.UUID(s.Rand) }}
	if out.session != nil {
		sub.sessionID = out.session.ID
	}
	// One after the other: two goroutines would answer an idle machine's only
	// user sooner, and make a busy one's queue no shorter.
	if sub.wantsIDToken() {
		if out.IDToken, err = ring.sign(idp.KeyUseID, sub.idToken(), now); err != nil {
			return nil, err
		}
	}
	if out.AccessToken, err = ring.sign(idp.KeyUseAccess, sub.accessToken(), now); err != nil {
		return nil, err
	}
	if len(out.AccessToken) > maxAccessToken {
		return nil, ErrTooManyClaims
	}
	return out, nil
}

func (r *ring) sign(use idp.KeyUse, c claims, now time.Time) (string, error) {
	key, err := r.signer(use, now)
	if err != nil {
		return "", err
	}
	return key.sign(c)
}

// begin makes the family of a sign-in and its refresh token.
func (s *Service) begin(out *Issued, g *Grant) error {
	pool := g.Client.Pool
	f := &idp.Family{
		PoolID:    pool.ID,
		ID:        g.EventID,
		ClientID:  g.Client.ID,
		Username:  g.User.Username,
		AuthTime:  g.AuthTime,
		DeviceKey: g.DeviceKey,
	}
	if f.ID == "" {
		f.ID = secret.UUID(s.Rand)
	}
	if f.AuthTime.IsZero() {
		f.AuthTime = out.now
	}
	f.AuthTime = f.AuthTime.Truncate(time.Second)
	f.Proofs = g.proofs(f.AuthTime)
	expires := out.now.Add(g.Client.RefreshTokenLife()).Truncate(time.Second)
	f.ExpiresAt = expires.Add(MaxLife)
	if g.Client.TokenRevocation() {
		f.OriginJTI = secret.UUID(s.Rand)
	}
	if pool.TracksSessions() {
		out.session = s.newSession(f, g, out.now, expires)
		f.SessionID = out.session.ID
	}
	t := &refreshToken{
		Family: f.ID, Client: f.ClientID, Expires: expires.Unix(),
		Scopes: g.Scopes, OAuth: g.OAuth, Secret: make([]byte, refreshSecretSize),
	}
	random := s.Rand
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, t.Secret); err != nil {
		return fmt.Errorf("drawing refresh token: %w", err)
	}
	f.RefreshHash = t.hash(pool)
	var err error
	if out.RefreshToken, err = t.seal(pool); err != nil {
		return fmt.Errorf("making refresh token: %w", err)
	}
	out.Family, out.signIn = f, true
	return nil
}

// proofs is what the user of a sign-in proved, nil if nothing that is known.
func (g *Grant) proofs(at time.Time) idp.Proofs {
	if len(g.Methods) == 0 && len(g.Credit) == 0 {
		return nil
	}
	out := idp.Proofs{}
	maps.Copy(out, g.Credit)
	out.Add(at, g.Methods...)
	return out
}

// renew takes over the family of a refresh and, if the client rotates refresh
// tokens, makes the successor of the one that was presented. Its life is what
// was left of the first one's.
func (s *Service) renew(out *Issued, g *Grant) error {
	f := *g.renewal.family
	out.Family = &f
	if was := g.renewal.session; was != nil {
		seen := *was
		seen.LastActive, seen.Device, seen.Address = out.now, useragent.Describe(g.Agent), g.Address
		out.session = &seen
	}
	if !g.Client.RotatesRefreshTokens() {
		return nil
	}
	pool, presented := g.Client.Pool, g.renewal.token
	next := presented.successor(pool)
	if hash := presented.hash(pool); secret.Equal(hash, f.RefreshHash) {
		out.was = f.RefreshHash
		f.FormerHash, f.FormerUntil = hash, time.Time{}
		if grace := g.Client.RotationGrace(); grace > 0 {
			f.FormerUntil = out.now.Add(grace)
		}
		f.RefreshHash = next.hash(pool)
	}
	var err error
	if out.RefreshToken, err = next.seal(pool); err != nil {
		return fmt.Errorf("making refresh token: %w", err)
	}
	return nil
}

// NeedsSave tells whether Save writes anything. A refresh that neither rotates
// the refresh token nor belongs to a session on record needs no transaction.
func (i *Issued) NeedsSave() bool { return i.signIn || i.was != nil || i.session != nil }

// Save makes the tokens good, in the caller's transaction: it stores the
// family of a sign-in, or rotates the refresh token. In a pool that keeps track
// of sessions it begins the record of the sign-in, for which the ones that were
// not used for longest make room, or notes that it is in use. If another request has
// rotated it in between, it returns idp.ErrRefreshTokenReused, unless the
// client's grace period lets both have the same successor; if the family was
// revoked, idp.ErrRefreshTokenRevoked. After an error the tokens must not be
// handed out.
func (i *Issued) Save(tx store.Tx) error {
	f := *i.Family
	switch {
	case i.signIn:
		return i.begin(tx)
	case i.was != nil:
		err := tx.RotateFamily(&f, i.was)
		if errors.Is(err, store.ErrNotFound) {
			err = i.lost(tx)
		} else if err != nil {
			err = fmt.Errorf("rotating refresh token: %w", err)
		}
		if err != nil {
			return err
		}
	}
	return i.touch(tx)
}

// begin stores the family of a sign-in and its session.
func (i *Issued) begin(tx store.Tx) error {
	f := *i.Family
	if i.session != nil {
		if err := i.makeRoom(tx); err != nil {
			return err
		}
	}
	if err := tx.CreateFamily(&f); err != nil {
		return fmt.Errorf("storing token family: %w", err)
	}
	if i.session == nil {
		return nil
	}
	session := *i.session
	if err := tx.CreateUserSession(&session); err != nil {
		return fmt.Errorf("storing session: %w", err)
	}
	return nil
}

// lost looks at the family that another request has changed first.
func (i *Issued) lost(tx store.Tx) error {
	f, err := tx.Family(i.Family.PoolID, i.Family.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return idp.ErrRefreshTokenRevoked
	case err != nil:
		return fmt.Errorf("reading token family: %w", err)
	case f.Revoked:
		return idp.ErrRefreshTokenRevoked
	case len(f.RefreshHash) == 0:
		return idp.ErrRefreshTokenInvalid // the device was forgotten
	case secret.Equal(f.FormerHash, i.was) && i.now.Before(f.FormerUntil):
		return nil
	}
	return idp.ErrRefreshTokenReused
}
