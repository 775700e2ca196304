package signin

import (
	"bytes"
	"context"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
)

// finish lets a user in: the PostAuthentication and PreTokenGeneration
// triggers, the tokens, and one transaction that makes them good.
func (s *Service) finish(ctx context.Context, p proved) (*Result, error) {
	pool, user := p.Client.Pool, p.user
	if p.after != nil {
		user = p.after
	}
	if err := p.reached(); err != nil {
		return nil, s.refuse(ctx, p, err)
	}
	device, ask, err := s.deviceLast(ctx, &p)
	if err != nil {
		return nil, err
	}
	if ask {
		return s.askDevice(ctx, p)
	}
	err = s.Accounts.Triggers.PostAuthentication(ctx,
		account.Call(pool, p.Client.ID, user.Username, trigger.PostAuthenticationAuthentication),
		trigger.PostAuthenticationRequest{
			UserAttributes: account.TriggerAttributes(user), ClientMetadata: p.metadata,
			NewDeviceUsed: pool.TracksDevices() && device == nil,
		})
	if err != nil {
		return nil, err
	}
	grant := token.Grant{
		Client: p.Client, User: user, EventID: p.EventID, Address: p.Address, Agent: p.agent(ctx),
		Methods: p.Methods, Credit: p.credited(),
	}
	fresh := s.grantDevice(p, &grant)
	if grant.Groups, err = s.groups(ctx, p); err != nil {
		return nil, err
	}
	issued, err := s.issue(ctx, grant, p.Source, p.metadata)
	if err != nil {
		return nil, err
	}
	err = s.Accounts.Store.Update(ctx, func(tx store.Tx) error { return s.letIn(tx, p, issued) })
	if err != nil {
		return nil, err
	}
	return &Result{Tokens: issued, NewDevice: fresh}, nil
}

// lookGroups reads the groups of a user who answers a challenge, unless a
// function can change them before the tokens are made.
func lookGroups(pool *catalog.Pool) reading {
	return func(tx store.Tx, p *pending) error {
		functions := pool.Settings.LambdaConfig
		if p.user == nil || p.memory.Trail.Flow == cognito.AuthFlowCustomAuth || functions != nil && functions.PostAuthentication != "" {
			return nil
		}
		groups, err := token.ReadGroups(tx, pool.ID, p.user.Username)
		p.groups = &groups
		return err
	}
}

// groups returns the groups of a user who is let in. Those of a user who has
// proved nothing before are read no sooner: the query would tell by its time
// that there is such a user.
func (s *Service) groups(ctx context.Context, p proved) (groups token.Groups, err error) {
	if p.groups != nil {
		return *p.groups, nil
	}
	err = s.Accounts.Store.View(ctx, func(tx store.Tx) error {
		groups, err = token.ReadGroups(tx, p.Client.PoolID, p.user.Username)
		return err
	})
	return groups, err
}

// letIn makes a sign-in good and forgets the wrong passwords before a right one.
func (s *Service) letIn(tx store.Tx, p proved, issued *token.Issued) error {
	a, err := s.admit(tx, p)
	if err != nil {
		return err
	}
	if a.failed != nil && a.failed.Count > 0 {
		if err := tx.ClearAttempts(p.Client.PoolID, a.subject, idp.AttemptPassword); err != nil {
			return err
		}
	}
	if p.change != nil {
		if err := p.change(tx, a.user); err != nil {
			return err
		}
	}
	if err := s.useDevice(tx, p); err != nil {
		return err
	}
	if err := issued.Save(tx); err != nil {
		return err
	}
	event := *p.event
	event.ID = p.EventID // tokens and record carry one id
	return account.Record(tx, &event, a.subject, nil)
}

// admit uses up what a step may use once and reads the user anew, inside the
// transaction that takes the step. It refuses if anything has happened since
// the password was checked: the user is another or in another state, the
// password has changed, or other guesses have locked the user.
func (s *Service) admit(tx store.Tx, p proved) (a attempt, err error) {
	if p.spend != nil {
		if err := p.spend(tx); err != nil {
			return a, err
		}
	}
	if err := p.Credit.check(tx, p.Client.PoolID); err != nil {
		return a, err
	}
	if a.user, err = account.Again(tx, p.user, p.unknown()); err != nil {
		return a, err
	}
	if err := barred(a.user); err != nil && !(p.confirms && err == idp.ErrUserNotConfirmed) {
		return a, err
	}
	if !samePassword(a.user, p.user) {
		return a, idp.ErrIncorrectUsernameOrPassword
	}
	a.subject = a.user.Username
	if !p.hasPassword() {
		return a, nil
	}
	if a.failed, err = tx.Attempts(p.Client.PoolID, a.subject, idp.AttemptPassword); err != nil {
		return a, err
	}
	if s.locked(a) {
		return a, idp.ErrPasswordAttemptsExceeded
	}
	return a, nil
}

func samePassword(a, b *idp.User) bool {
	if a.Password == nil || b.Password == nil {
		return a.Password == b.Password
	}
	return bytes.Equal(a.Password.Verifier, b.Password.Verifier)
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
	g.Overrides = overrides(o)
	return s.Tokens.Prepare(ctx, g)
}

// overrides is what a function changes, as tokens take it.
func overrides(o trigger.TokenOverrides) *token.Overrides {
	out := &token.Overrides{
		ID:               token.ClaimOverrides(o.ID),
		Access:           token.ClaimOverrides(o.Access),
		ScopesToAdd:      o.ScopesToAdd,
		ScopesToSuppress: o.ScopesToSuppress,
	}
	if o.Groups != nil {
		out.Groups = &token.Groups{Groups: o.Groups.Groups, Roles: o.Groups.Roles, PreferredRole: o.Groups.PreferredRole}
	}
	return out
}
