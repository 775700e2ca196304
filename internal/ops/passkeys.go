package ops

import (
	"context"
	"errors"

	"rockpool/internal/idp"
	"rockpool/internal/passkey"
)

// passkeyHolder returns the user of an access token, who looks after their
// passkeys. Of a deleted user the operations cannot say that there is none:
// the model does not declare it for them.
func (a *API) passkeyHolder(ctx context.Context, token string) (passkey.Holder, error) {
	p, err := a.Tokens.Access(ctx, token)
	if errors.Is(err, idp.ErrUserNotFound) {
		return passkey.Holder{}, idp.ErrAccessTokenRevoked
	}
	if err != nil {
		return passkey.Holder{}, err
	}
	return passkey.Holder{Client: p.Client, User: p.User}, nil
}
