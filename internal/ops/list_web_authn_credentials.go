package ops

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
)

// passkeyCursor is the passkey after which the next page begins.
type passkeyCursor struct {
	Created int64  `json:"c"` // microseconds since 1970
	ID      []byte `json:"i"`
}

// before tells whether a passkey comes after the cursor.
func (c passkeyCursor) before(k *idp.WebAuthnCredential) bool {
	return cmp.Or(cmp.Compare(c.Created, k.Created.UnixMicro()), bytes.Compare(c.ID, k.ID)) < 0
}

// ListWebAuthnCredentials lists the passkeys of a signed-in user, the oldest
// first.
func (a *API) ListWebAuthnCredentials(ctx context.Context, in *cognito.ListWebAuthnCredentialsRequest) (*cognito.ListWebAuthnCredentialsResponse, error) {
	const op = "ListWebAuthnCredentials"
	h, err := a.passkeyHolder(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	params := []string{h.User.PoolID, h.User.Sub}
	var after passkeyCursor
	if err := a.openPageToken(in.NextToken, op, params, &after); err != nil {
		return nil, err
	}
	all, err := a.Passkeys.List(ctx, h)
	if err != nil {
		return nil, err
	}
	if in.NextToken != "" {
		all = slices.DeleteFunc(all, func(k *idp.WebAuthnCredential) bool { return !after.before(k) })
	}
	page, more := cutPage(all, pageLimit(in.MaxResults)) // there are never more than one full page
	out := &cognito.ListWebAuthnCredentialsResponse{Credentials: make([]*cognito.WebAuthnCredentialDescription, len(page))}
	for i, k := range page {
		out.Credentials[i] = &cognito.WebAuthnCredentialDescription{
			CredentialID:            passkey.CredentialID(k),
			FriendlyCredentialName:  k.Name,
			RelyingPartyID:          k.RelyingPartyID,
			AuthenticatorAttachment: k.Attachment,
			AuthenticatorTransports: append([]string{}, k.Transports...), // a list, if an empty one
			CreatedAt:               cognito.At(k.Created),
		}
	}
	if more {
		last := page[len(page)-1]
		if out.NextToken, err = a.pageToken(op, params, passkeyCursor{Created: last.Created.UnixMicro(), ID: last.ID}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
