package signin

import (
	"context"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
)

// hasPasskey tells whether a user, or what stands for a name without one, has
// a passkey to sign in with.
func (s *Service) hasPasskey(context.Context, *catalog.Pool, string) (bool, error) { return false, nil }

// askPasskey asks a user for a passkey (WEB_AUTHN).
func (s *Service) askPasskey(_ context.Context, _ proved, _ []cognito.ChallengeNameType) (*Result, error) {
	return nil, errNotAvailable
}
