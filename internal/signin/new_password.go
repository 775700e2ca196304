package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// attributePrefix marks attributes among the answers to NEW_PASSWORD_REQUIRED
// and in its list of what is missing.
const attributePrefix = "userAttributes."

// askNewPassword makes a user with a temporary password choose another one
// (NEW_PASSWORD_REQUIRED).
func (s *Service) askNewPassword(ctx context.Context, p proved) (*Result, error) {
	shown := map[string]string{}
	for name, value := range p.user.Attributes {
		if p.Client.MayRead(name) {
			shown[name] = value
		}
	}
	known, err := json.Marshal(shown)
	if err != nil {
		return nil, fmt.Errorf("writing attributes: %w", err)
	}
	lacking, err := json.Marshal(lackingAttributes(p.Client.Pool.UserPool, p.user))
	if err != nil {
		return nil, fmt.Errorf("writing attributes: %w", err)
	}
	return s.ask(ctx, p, challenge{
		name: cognito.ChallengeNameNewPasswordRequired,
		parameters: map[string]string{
			"USER_ID_FOR_SRP":    p.user.Username,
			"requiredAttributes": string(lacking),
			"userAttributes":     string(known),
		},
	})
}

// lackingAttributes lists the required attributes that a user has no value of,
// in the order of the schema.
func lackingAttributes(pool *idp.UserPool, u *idp.User) []string {
	out := []string{}
	for _, a := range pool.Settings.SchemaAttributes {
		if a.Name != "sub" && isRequired(a) && u.Attributes[a.Name] == "" {
			out = append(out, attributePrefix+a.Name)
		}
	}
	return out
}

func isRequired(a *cognito.SchemaAttributeType) bool { return a.Required != nil && *a.Required }

// answerNewPassword sets the password that replaces a temporary one, and the
// attributes that come with it.
func (s *Service) answerNewPassword(ctx context.Context, in Answer) (*Result, error) {
	password := in.Responses["NEW_PASSWORD"]
	if password == "" {
		return nil, missing("NEW_PASSWORD")
	}
	p, err := s.resume(ctx, in)
	if err != nil {
		return nil, err
	}
	if p.user == nil || p.user.Status != cognito.UserStatusForceChangePassword {
		return nil, idp.ErrSessionInvalid // the user needs no new password any more
	}
	attributes, err := newAttributes(in, p.user)
	if err != nil {
		return nil, err
	}
	pool := in.Client.Pool
	verifier, err := s.Accounts.NewVerifier(ctx, pool, p.user, password)
	if err != nil {
		return nil, err
	}
	step := s.resumed(ctx, in, p)
	step.Source = trigger.TokenGenerationNewPasswordChallenge
	if step.after, err = s.withNewPassword(in, p.user, verifier, attributes); err != nil {
		return nil, err
	}
	step.change = func(tx store.Tx, u *idp.User) error {
		if u.Status != cognito.UserStatusForceChangePassword {
			return idp.ErrSessionInvalid
		}
		changed, err := s.withNewPassword(in, u, verifier, attributes)
		if err != nil {
			return err
		}
		changed.Password = step.after.Password // sealed once: the next session knows it by its seal
		err = account.Update(tx, pool, changed)
		var taken *store.IdentifierTaken
		if errors.As(err, &taken) {
			return idp.ErrAliasTaken(taken.Kind)
		}
		return err
	}
	return s.secondFactor(ctx, step)
}

// withNewPassword is the user as they will be.
func (s *Service) withNewPassword(in Answer, u *idp.User, verifier []byte, attributes map[string]string) (*idp.User, error) {
	after := u.Clone()
	if after.Attributes == nil {
		after.Attributes = map[string]string{}
	}
	maps.Copy(after.Attributes, attributes)
	after.Status = cognito.UserStatusConfirmed
	return after, s.Accounts.SetPassword(in.Client.Pool, after, verifier)
}

// newAttributes reads the attributes of an answer: all that are required and
// missing, none that the user has - not even with the same value - and only
// what the client may write. An immutable attribute may get its first and only
// value here if it is required, or the user could never finish.
func newAttributes(in Answer, u *idp.User) (map[string]string, error) {
	pool := in.Client.Pool.UserPool
	given := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(in.Responses)) {
		name, ok := strings.CutPrefix(key, attributePrefix)
		if !ok {
			continue
		}
		value := in.Responses[key]
		a := pool.Attribute(name)
		switch {
		case a == nil:
			return nil, idp.ErrAttributeUnknown(name)
		case !in.Client.MayWrite(name):
			return nil, idp.ErrUnauthorizedAttributeWrite
		case u.Attributes[name] != "":
			return nil, idp.NotAuthorized("Cannot modify an already provided " + name)
		case name == "sub", a.Mutable != nil && !*a.Mutable && !isRequired(a):
			return nil, idp.ErrAttributesImmutable(name)
		}
		if err := idp.CheckValue(a, value); err != nil {
			return nil, err
		}
		if value != "" {
			given[name] = value
		}
	}
	for _, key := range lackingAttributes(pool, u) {
		if name := strings.TrimPrefix(key, attributePrefix); given[name] == "" {
			return nil, idp.InvalidParameter("Invalid attributes given, " + name + " is missing")
		}
	}
	for _, a := range []string{"email", "phone_number"} {
		if given[a] != "" && u.Attributes[a] == "" {
			given[a+"_verified"] = "false"
		}
	}
	return given, nil
}
