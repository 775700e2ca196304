package token

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json" // matches names exactly and refuses doubled ones

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// maxAccessToken is the length of the longest access token that is made or read.
const maxAccessToken = 256 << 10

// Principal is who an access token speaks for.
type Principal struct {
	Client    *catalog.Client // with its pool
	User      *idp.User       // as they are now
	Family    *idp.Family
	Scopes    []string
	DeviceKey string
}

// accessClaims are the claims of an access token that are looked at.
type accessClaims struct {
	Issuer    string `json:"iss"`
	Subject   string `json:"sub"`
	ClientID  string `json:"client_id"`
	EventID   string `json:"event_id"`
	Use       string `json:"token_use"`
	Scope     string `json:"scope"`
	Username  string `json:"username"`
	DeviceKey string `json:"device_key"`
	Expires   int64  `json:"exp"`
}

// Access checks an access token with which a user calls an operation on their
// own account, and returns who that is.
func (s *Service) Access(ctx context.Context, token string) (*Principal, error) {
	return s.AccessFor(ctx, token, AdminScope)
}

// AccessFor checks an access token that must have a scope.
//
// The errors are those of idp: ErrAccessTokenInvalid for what is not an access
// token of this service, ErrAccessTokenSignature, ErrAccessTokenExpired,
// ErrAccessTokenScopes, also for the token of a client (see PrepareClient),
// ErrAccessTokenRevoked, also if the app client is gone,
// ErrUserNotFound and ErrUserDisabled.
func (s *Service) AccessFor(ctx context.Context, token, scope string) (*Principal, error) {
	c, pool, err := s.verify(ctx, token)
	if err != nil {
		return nil, err
	}
	if s.Now().Unix() >= c.Expires {
		return nil, idp.ErrAccessTokenExpired
	}
	scopes := strings.Fields(c.Scope)
	if !slices.Contains(scopes, scope) {
		return nil, idp.ErrAccessTokenScopes
	}
	if c.Username == "" { // a client's own token: it speaks for no user, whatever its scopes
		return nil, idp.ErrAccessTokenScopes
	}
	p := &Principal{Scopes: scopes, DeviceKey: c.DeviceKey}
	var missing *idp.Error
	p.Client, err = s.Catalog.PoolClient(ctx, pool.ID, c.ClientID)
	if errors.As(err, &missing) {
		return nil, idp.ErrAccessTokenRevoked
	}
	if err != nil {
		return nil, fmt.Errorf("finding client of access token: %w", err)
	}
	err = s.Store.View(ctx, func(tx store.Tx) (err error) {
		// The user first: with the user goes the family, and an application
		// wants to know that it was the user.
		if p.User, err = tx.User(pool.ID, c.Username); err != nil {
			return orElse(err, idp.ErrUserNotFound)
		}
		if p.User.Sub != c.Subject { // another one of the same name
			return idp.ErrUserNotFound
		}
		if !p.User.Enabled {
			return idp.ErrUserDisabled
		}
		if p.Family, err = tx.Family(pool.ID, c.EventID); err != nil {
			return orElse(err, idp.ErrAccessTokenRevoked)
		}
		if p.Family.Revoked || p.Family.Username != p.User.Username || p.Family.ClientID != c.ClientID {
			return idp.ErrAccessTokenRevoked
		}
		return nil
	})
	if errors.As(err, &missing) {
		return nil, missing
	}
	if err != nil {
		return nil, fmt.Errorf("reading holder of access token: %w", err)
	}
	return p, nil
}

// verify checks what the token itself proves: that it is an access token that
// the pool it names has signed.
func (s *Service) verify(ctx context.Context, token string) (*accessClaims, *catalog.Pool, error) {
	if len(token) > maxAccessToken || strings.ContainsAny(token, "\r\n") { // the decoder would skip line ends
		return nil, nil, idp.ErrAccessTokenInvalid
	}
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, nil, idp.ErrAccessTokenInvalid
	}
	var c accessClaims
	if json.Unmarshal(jws.UnsafePayloadWithoutVerification(), &c) != nil {
		return nil, nil, idp.ErrAccessTokenInvalid
	}
	// What is not said to be ours is not looked up.
	poolID := poolOf(c.Issuer)
	if poolID == "" || c.Issuer != s.Issuer(poolID) || c.Use != "access" {
		return nil, nil, idp.ErrAccessTokenInvalid
	}
	var missing *idp.Error
	pool, err := s.Catalog.Pool(ctx, poolID)
	if errors.As(err, &missing) {
		return nil, nil, idp.ErrAccessTokenInvalid
	}
	if err != nil {
		return nil, nil, fmt.Errorf("finding pool of access token: %w", err)
	}
	ring, err := s.ring(ctx, pool)
	if err != nil {
		return nil, nil, err
	}
	key := ring.key(jws.Signatures[0].Protected.KeyID)
	if key == nil || key.Use != idp.KeyUseAccess {
		return nil, nil, idp.ErrAccessTokenSignature
	}
	if _, err := jws.Verify(&key.private.PublicKey); err != nil {
		return nil, nil, idp.ErrAccessTokenSignature
	}
	return &c, pool, nil
}

// PoolOf reads the id of the pool from an access token without trusting it:
// what passes a filter by it must still be checked. It is empty if there is
// none to read.
func PoolOf(token string) string {
	parts := strings.SplitN(token, ".", 4)
	if len(token) > maxAccessToken || len(parts) != 3 {
		return ""
	}
	payload, err := b64.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var c struct {
		Issuer string `json:"iss"`
	}
	if json.Unmarshal(payload, &c) != nil {
		return ""
	}
	return poolOf(c.Issuer)
}

func poolOf(issuer string) string { return issuer[strings.LastIndexByte(issuer, '/')+1:] }

// orElse gives a row that is not there a meaning.
func orElse(err error, meaning *idp.Error) error {
	if errors.Is(err, store.ErrNotFound) {
		return meaning
	}
	return err
}
