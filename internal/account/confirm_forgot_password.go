package account

import (
	"context"
	"errors"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// NewPassword is a new password and the code that allows it.
type NewPassword struct {
	Origin
	Username string // the username or an alias, as typed
	Code     string
	Password string
	Metadata map[string]string
}

// ConfirmForgotPassword sets a new password for a user who proves, with the
// code they were sent, that the account is theirs. The user is CONFIRMED
// afterwards and no longer locked out; tokens already issued stay valid.
//
// The order of checks is that of what a caller may learn: the password policy
// is the same for everybody, then the code; what depends on the user - a
// former password, the status - is told only to who has the code. A refused
// password does not spend the code, a wrong code is counted.
func (s *Service) ConfirmForgotPassword(ctx context.Context, in NewPassword) error {
	client, pool := in.Client, in.Client.Pool
	address, err := in.Address(ctx)
	if err != nil {
		return err
	}
	if err := pool.PasswordPolicy().Check(in.Password, idp.PasswordPolicyDoesNot); err != nil {
		return err
	}
	user, err := s.find(ctx, pool, in.Username)
	if err != nil {
		return err
	}
	if !client.HidesUserExistence() {
		if err := refuseNewPassword(user); err != nil {
			return err
		}
	}
	verifier, err := s.resetVerifier(ctx, pool, user, in)
	if err != nil {
		return err
	}

	event := s.newEvent(ctx, pool, client.ID, address, idp.EventPasswordChange)
	subject := Subject(pool, user, in.Username)
	var refusal error // what was counted must stay counted, so a refusal commits
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		refusal = nil
		var changed *idp.User
		refusal, err = s.redeem(tx, redemption{
			pool: pool, subject: subject, purpose: idp.PurposeResetPassword, typed: in.Code,
			count: idp.AttemptReset, forget: []idp.AttemptKind{idp.AttemptPassword},
		}, func(code *idp.Code) (refusal, err error) {
			changed, refusal, err = s.resetPassword(tx, pool, user, code, verifier)
			return refusal, err
		})
		if err != nil {
			return err
		}
		if err := record(tx, event, subject, refusal); err != nil || refusal != nil {
			return err
		}
		user = changed
		return nil
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return err
	}
	return s.Triggers.PostConfirmation(ctx,
		Call(pool, client.ID, user.Username, trigger.PostConfirmationConfirmForgotPassword),
		trigger.PostConfirmationRequest{UserAttributes: TriggerAttributes(user), ClientMetadata: in.Metadata})
}

// resetPassword spends a reset code on a new password, or says why not.
func (s *Service) resetPassword(tx store.Tx, pool *catalog.Pool, user *idp.User, code *idp.Code, verifier []byte) (changed *idp.User, refusal, err error) {
	if user == nil { // only a decoy can be here, and nothing matches a decoy
		return nil, idp.ErrCodeMismatch, nil
	}
	user, err = again(tx, user, idp.ErrCodeExpired)
	if errors.Is(err, idp.ErrCodeExpired) {
		return nil, idp.ErrCodeExpired, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if refused := refuseNewPassword(user); refused != nil {
		return nil, refused, nil
	}
	if !user.MayRecoverBy(pool.UserPool, code.Attribute) { // it has become the way of the second factor since
		return nil, idp.ErrCodeExpired, nil
	}
	used, err := usedBefore(pool, user, verifier)
	if err != nil {
		return nil, nil, err
	}
	if used {
		return nil, idp.ErrPasswordReused, nil
	}
	if err := spend(tx, code); err != nil {
		return nil, nil, err
	}
	if err := setPassword(pool, user, verifier, s.Now()); err != nil {
		return nil, nil, err
	}
	if user.Status == cognito.UserStatusConfirmed {
		return user, nil, tx.SetPassword(user)
	}
	// No name changes with this: the user was confirmed before, and had to reset.
	user.Status = cognito.UserStatusConfirmed
	return user, nil, tx.SetUser(user)
}

// refuseNewPassword says why a user may not set a new password with a code, or
// nil. The user is nil for a name without one.
func refuseNewPassword(u *idp.User) error {
	switch {
	case u == nil:
		return idp.ErrUserClientNotFound
	case !u.Enabled:
		return idp.ErrUserDisabled
	case u.Status == cognito.UserStatusUnconfirmed:
		return idp.ErrUserNotConfirmed
	case u.Status == cognito.UserStatusForceChangePassword, u.Status == cognito.UserStatusExternalProvider:
		return idp.ErrResetInState
	}
	return nil
}

// resetVerifier computes the verifier of a new password. For a name without a
// user it costs the same.
func (s *Service) resetVerifier(ctx context.Context, pool *catalog.Pool, user *idp.User, in NewPassword) ([]byte, error) {
	if user != nil {
		return s.verifier(ctx, pool, user.Username, in.Password, user.Salt)
	}
	salt := DummySalt(pool, in.Username)
	return s.verifier(ctx, pool, in.Username, in.Password, salt[:])
}

// DummySalt is the salt of a name without a user: always the same for a name.
func DummySalt(pool *catalog.Pool, typed string) srp.Salt {
	return srp.DummySalt(pool.Key.MAC("dummy salt"), pool.ID, pool.Fold(typed))
}
