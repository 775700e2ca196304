package token

import (
	"io"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/store"
)

// Service issues, checks, renews and revokes tokens. Its exported fields must
// not change once it is used; it must not be copied.
type Service struct {
	Store   store.Store
	Catalog *catalog.Catalog
	Keys    *KeyPool // ready-made signing keys; nil makes them when they are needed
	Now     func() time.Time
	Rand    io.Reader // of ids and refresh tokens; nil is crypto/rand

	// Issuer is the issuer of a pool's tokens, a URL whose last path element
	// is the pool's id.
	Issuer func(poolID string) string

	rings rings
}

// AdminScope is the scope of every token of an API sign-in, with which users
// may call the operations on their own account.
const AdminScope = "aws.cognito.signin.user.admin"

// MaxLife is the longest time an ID or access token can be valid. A family is
// kept for as long beyond the end of its refresh token, because the access
// token that was made last is checked against it.
const MaxLife = 24 * time.Hour
