package awsjson

import (
	"context"
	"errors"
	"net/http"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/policy"
	"rockpool/internal/sigv4"
)

// Principal is who signed a request.
type Principal struct {
	AccessKeyID string
	ARN         string         // such as arn:aws:iam::000000000000:user/ci
	Policy      *policy.Policy // what it may do; nil is nothing
}

// Authorizer finds out who signed a request, whose body has been read. It
// returns an *idp.Error for the caller to read; every other error is a failure
// of the server's own. It is asked only about operations that want a signature.
type Authorizer interface {
	Authorize(ctx context.Context, r *http.Request, body []byte) (Principal, error)
}

// AccessKey is an access key as the operator made it.
type AccessKey struct {
	ID     string
	Secret string
	Name   string         // whose it is, for messages; the id if empty
	Policy *policy.Policy // what its holder may do; nil is nothing
}

// Signatures is the Authorizer of production: it verifies AWS signatures.
type Signatures struct {
	verifier  sigv4.Verifier
	accountID string
}

// NewSignatures returns an Authorizer for one Region and account. keys finds
// an access key and returns sigv4.ErrUnknownKey if nobody holds it. now is the
// clock that signatures are held against.
func NewSignatures(region, accountID string, now func() time.Time, keys func(ctx context.Context, id string) (AccessKey, error)) *Signatures {
	return &Signatures{
		accountID: accountID,
		verifier: sigv4.Verifier{
			Region:  region,
			Service: policy.Service,
			Now:     now,
			Keys: func(ctx context.Context, id string) (sigv4.Key, error) {
				k, err := keys(ctx, id)
				return sigv4.Key{ID: k.ID, Secret: k.Secret, Holder: k}, err
			},
		},
	}
}

// Authorize verifies the request's signature.
func (s *Signatures) Authorize(ctx context.Context, r *http.Request, body []byte) (Principal, error) {
	key, err := s.verifier.Verify(ctx, r, body)
	var refused *sigv4.Error
	switch {
	case errors.As(err, &refused):
		return Principal{}, &idp.Error{Code: refused.Code, Message: refused.Message}
	case err != nil:
		return Principal{}, err
	}
	k := key.Holder.(AccessKey) // put there by NewSignatures
	name := k.Name
	if name == "" {
		name = k.ID
	}
	return Principal{AccessKeyID: k.ID, ARN: userARN(s.accountID, name), Policy: k.Policy}, nil
}

// AnySignature is the Authorizer of development: every request that carries a
// signature may do everything, whoever signed it and with whatever secret.
type AnySignature struct {
	AccountID string
}

// Authorize reads who the request claims to come from.
func (a AnySignature) Authorize(_ context.Context, r *http.Request, _ []byte) (Principal, error) {
	if !sigv4.Present(r) {
		return Principal{}, &idp.Error{Code: sigv4.ErrMissing.Code, Message: sigv4.ErrMissing.Message}
	}
	p := Principal{ARN: userARN(a.AccountID, "anyone"), Policy: policy.AllowAll()}
	if id, ok := sigv4.Identify(r); ok {
		p.AccessKeyID, p.ARN = id, userARN(a.AccountID, id)
	}
	return p, nil
}

func userARN(accountID, name string) string { return "arn:aws:iam::" + accountID + ":user/" + name }

// permit refuses what the policy of a principal does not allow.
func (h *Handler) permit(p Principal, op *cognito.Operation, t cognito.Target) error {
	resource := "*"
	switch {
	case t.UserPoolID != "":
		resource = "arn:aws:cognito-idp:" + h.Region + ":" + h.AccountID + ":userpool/" + t.UserPoolID
	case t.ResourceARN != "":
		resource = t.ResourceARN
	}
	action := policy.Service + ":" + op.Name
	if p.Policy.Allows(action, resource) {
		return nil
	}
	return &idp.Error{Code: "AccessDeniedException", Message: "User: " + p.ARN + " is not authorized to perform: " + action +
		" on resource: " + cut(resource, maxRepeated) + " because no identity-based policy allows the " + action + " action"}
}
