package signin

import (
	"context"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/trigger"
)

// errTemporaryExpired means that nobody used a temporary password in time.
var errTemporaryExpired = idp.NotAuthorized("Temporary password has expired and must be reset by an administrator.")

// passwordFlow is a sign-in with the password in the clear
// (USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH).
func (s *Service) passwordFlow(ctx context.Context, in Initiate) (*Result, error) {
	typed, password := in.Parameters["USERNAME"], in.Parameters["PASSWORD"]
	pool := in.Client.Pool
	a, err := s.look(ctx, in.Caller, typed)
	if err != nil {
		return nil, err
	}
	if s.locked(a) {
		return nil, idp.ErrPasswordAttemptsExceeded
	}
	if a.user == nil {
		migrated, err := s.Accounts.Migrate(ctx, in.Client, account.Migration{
			Username: typed, Password: password, Source: trigger.UserMigrationAuthentication, ValidationData: in.Metadata,
		})
		if err != nil {
			return nil, err
		}
		if migrated != nil {
			a = attempt{user: migrated, subject: migrated.Username, failed: &idp.Attempts{}}
			if migrated.Status == cognito.UserStatusResetRequired {
				return nil, idp.ErrPasswordResetRequired
			}
		}
	}
	event := s.Accounts.NewEvent(ctx, pool, in.Client.ID, in.Address, idp.EventSignIn)
	if err := s.before(ctx, in, a.user, typed); err != nil {
		return nil, err
	}
	right, err := s.Accounts.CheckPassword(ctx, pool, a.user, typed, password)
	if err != nil {
		return nil, err
	}
	if a.user == nil && !in.hides() {
		return nil, idp.ErrUserNotFound
	}
	if !right {
		return nil, s.fail(ctx, pool.ID, a.subject, event)
	}
	return s.afterPassword(ctx, proved{
		Caller: in.Caller, user: a.user, event: event, source: trigger.TokenGenerationAuthentication,
	})
}

// before runs what comes before a password is looked at: states that callers
// may know of, and the PreAuthentication trigger. The user is nil for a name
// without one.
func (s *Service) before(ctx context.Context, in Initiate, user *idp.User, typed string) error {
	if user == nil && !in.hides() {
		return idp.ErrUserNotFound
	}
	if !in.hides() {
		switch {
		case !user.Enabled:
			return idp.ErrUserDisabled
		case user.Status == cognito.UserStatusResetRequired:
			return idp.ErrPasswordResetRequired
		}
	}
	request := trigger.PreAuthenticationRequest{ValidationData: in.Metadata}
	username := typed
	if user != nil {
		request.UserAttributes, username = account.TriggerAttributes(user), user.Username
	}
	if in.hides() {
		notFound := user == nil
		request.UserNotFound = &notFound
	}
	return s.Accounts.Triggers.PreAuthentication(ctx,
		account.Call(in.Client.Pool, in.Client.ID, username, trigger.PreAuthenticationAuthentication), request)
}

// proved is a user who proved that they know the password.
type proved struct {
	Caller
	user     *idp.User // as they were when the password was checked
	after    *idp.User // as they will be, if the step changes them; else nil
	event    *idp.Event
	source   trigger.Source    // of PreTokenGeneration
	metadata map[string]string // of the operation that answers a challenge
	spent    *spending         // what may be used once and is used now; nil if nothing
}

// spending marks what a sign-in uses up, in the transaction that stores its
// tokens.
type spending struct {
	id    []byte
	until time.Time
}

// afterPassword goes on when the password was right.
func (s *Service) afterPassword(ctx context.Context, p proved) (*Result, error) {
	switch u := p.user; {
	case !u.Enabled:
		return nil, idp.ErrUserDisabled
	case u.Status == cognito.UserStatusResetRequired:
		return nil, idp.ErrPasswordResetRequired
	case u.Status == cognito.UserStatusUnconfirmed:
		return nil, idp.ErrUserNotConfirmed
	case u.Status == cognito.UserStatusForceChangePassword:
		life := p.Client.Pool.PasswordPolicy().TemporaryLife
		if !s.Accounts.Now().Before(u.Password.SetAt.Add(life)) {
			return nil, errTemporaryExpired
		}
		return s.askNewPassword(ctx, p)
	}
	return s.finish(ctx, p, nil)
}
