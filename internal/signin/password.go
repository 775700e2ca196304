package signin

import (
	"context"
	"errors"
	"slices"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/trigger"
)

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
	event := s.Accounts.NewEvent(ctx, pool, in.Client.ID, in.Address, idp.EventSignIn)
	migrated := false
	if a.user == nil {
		if a.user, err = s.migrate(ctx, in, a.subject, event); err != nil {
			return nil, err
		}
		migrated = a.user != nil
	}
	if err := s.before(ctx, in, a.user, typed); err != nil {
		return nil, err
	}
	if migrated {
		a.subject = a.user.Username
		if a.user.Status == cognito.UserStatusResetRequired {
			return nil, idp.ErrPasswordResetRequired // the function has taken the password
		}
	}
	right, err := s.Accounts.CheckPassword(ctx, pool, a.user, typed, password)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, s.fail(ctx, pool.ID, a.subject, event, idp.ErrIncorrectUsernameOrPassword)
	}
	return s.afterPassword(ctx, proved{
		Caller: in.Caller, user: a.user, event: event, trail: newTrail(in, event.ID),
	})
}

// migrate asks the UserMigration function for a user whom the pool does not
// know; nil if there is no function. A password that the function refuses
// counts as a wrong one: the pool must not let anybody try passwords of the
// other directory without end.
func (s *Service) migrate(ctx context.Context, in Initiate, subject string, event *idp.Event) (*idp.User, error) {
	user, err := s.Accounts.Migrate(ctx, in.Client, account.Migration{
		Username: in.Parameters["USERNAME"], Password: in.Parameters["PASSWORD"],
		Source: trigger.UserMigrationAuthentication, ValidationData: in.Metadata,
	})
	var seen *idp.Error
	if errors.As(err, &seen) && slices.Contains(refusesMigration, seen.Code) {
		return nil, s.fail(ctx, in.Client.PoolID, subject, event, err)
	}
	return user, err
}

// refusesMigration are the errors of a UserMigration function that was reached
// and did not let the user in.
var refusesMigration = []string{"UserLambdaValidationException", "UserNotFoundException", "NotAuthorizedException"}

// before runs what comes before a password is looked at: states that callers
// may know of, and the PreAuthentication trigger between them. The user is nil
// for a name without one.
func (s *Service) before(ctx context.Context, in Initiate, user *idp.User, typed string) error {
	if !in.hides() {
		switch {
		case user == nil:
			return idp.ErrUserNotFound
		case !user.Enabled:
			return idp.ErrUserDisabled
		}
	}
	if err := s.preAuthentication(ctx, in, user, typed); err != nil {
		return err
	}
	if !in.hides() && user.Status == cognito.UserStatusResetRequired {
		return idp.ErrPasswordResetRequired
	}
	return nil
}

func (s *Service) preAuthentication(ctx context.Context, in Initiate, user *idp.User, typed string) error {
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
