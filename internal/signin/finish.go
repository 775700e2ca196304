package signin

import (
	"bytes"
	"context"
	"errors"

	"rockpool/internal/account"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
)

// finish lets a user in: the PostAuthentication and PreTokenGeneration
// triggers, the tokens, and one transaction that makes them good. change, if
// not nil, changes the stored user in that transaction.
func (s *Service) finish(ctx context.Context, p proved, change func(tx store.Tx, u *idp.User) error) (*Result, error) {
	pool, user := p.Client.Pool, p.user
	if p.after != nil {
		user = p.after
	}
	err := s.Accounts.Triggers.PostAuthentication(ctx,
		account.Call(pool, p.Client.ID, user.Username, trigger.PostAuthenticationAuthentication),
		trigger.PostAuthenticationRequest{UserAttributes: account.TriggerAttributes(user), ClientMetadata: p.metadata})
	if err != nil {
		return nil, err
	}
	issued, err := s.issue(ctx, token.Grant{Client: p.Client, User: user, EventID: p.event.ID}, p.source, p.metadata)
	if err != nil {
		return nil, err
	}
	err = s.Accounts.Store.Update(ctx, func(tx store.Tx) error { return s.letIn(tx, p, issued, change) })
	if err != nil {
		return nil, err
	}
	return &Result{Tokens: issued}, nil
}

// letIn makes a sign-in good, if nothing has happened since the password was
// checked: the user is the same and enabled, the password has not changed, and
// no other guess has locked the user.
func (s *Service) letIn(tx store.Tx, p proved, issued *token.Issued, change func(store.Tx, *idp.User) error) error {
	poolID := p.Client.PoolID
	u, err := account.Again(tx, p.user, p.unknown())
	if err != nil {
		return err
	}
	if !u.Enabled {
		return idp.ErrUserDisabled
	}
	if p.user.Password != nil && (u.Password == nil || !bytes.Equal(u.Password.Verifier, p.user.Password.Verifier)) {
		return idp.ErrIncorrectUsernameOrPassword
	}
	failed, err := tx.Attempts(poolID, u.Username, idp.AttemptPassword)
	if err != nil {
		return err
	}
	if s.locked(attempt{failed: failed}) {
		return idp.ErrPasswordAttemptsExceeded
	}
	if failed.Count > 0 {
		if err := tx.ClearAttempts(poolID, u.Username, idp.AttemptPassword); err != nil {
			return err
		}
	}
	if p.spent != nil {
		err := tx.Spend(poolID, p.spent.id, p.spent.until)
		if errors.Is(err, store.ErrExists) {
			return idp.ErrIncorrectUsernameOrPassword // a replayed answer
		}
		if err != nil {
			return err
		}
	}
	if change != nil {
		if err := change(tx, u); err != nil {
			return err
		}
	}
	if err := issued.Save(tx); err != nil {
		return err
	}
	return account.Record(tx, p.event, u.Username, nil)
}

// issue asks the PreTokenGeneration trigger and makes the tokens of a grant.
func (s *Service) issue(ctx context.Context, g token.Grant, source trigger.Source, metadata map[string]string) (*token.Issued, error) {
	scopes := g.Scopes
	if len(scopes) == 0 {
		scopes = []string{token.AdminScope}
	}
	o, err := s.Accounts.Triggers.PreTokenGeneration(ctx,
		account.Call(g.Client.Pool, g.Client.ID, g.User.Username, source),
		trigger.PreTokenGenerationRequest{
			UserAttributes: account.TriggerAttributes(g.User),
			Groups:         &trigger.GroupConfiguration{Groups: g.Groups.Groups, Roles: g.Groups.Roles, PreferredRole: g.Groups.PreferredRole},
			Scopes:         scopes,
			ClientMetadata: metadata,
		})
	if err != nil {
		return nil, err
	}
	g.Overrides = &token.Overrides{
		ID:               token.ClaimOverrides(o.ID),
		Access:           token.ClaimOverrides(o.Access),
		ScopesToAdd:      o.ScopesToAdd,
		ScopesToSuppress: o.ScopesToSuppress,
	}
	if o.Groups != nil {
		g.Overrides.Groups = &token.Groups{Groups: o.Groups.Groups, Roles: o.Groups.Roles, PreferredRole: o.Groups.PreferredRole}
	}
	return s.Tokens.Prepare(ctx, g)
}
