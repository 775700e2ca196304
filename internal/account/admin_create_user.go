package account

import (
	"context"
	"html"
	"slices"
	"strings"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// AdminCreateUser is a user whom an administrator makes.
type AdminCreateUser struct {
	Pool           *catalog.Pool
	Username       string
	Password       string // temporary; drawn if empty, unless users sign in with codes
	Attributes     []*cognito.AttributeType
	Force          bool // take verified aliases away from whoever has them
	Suppress       bool // send no invitation
	Media          []cognito.DeliveryMediumType
	ValidationData map[string]string
	Metadata       map[string]string
}

// AdminCreateUser makes a user with a temporary password and sends an
// invitation with it. What the PreSignUp function answers changes nothing but
// may refuse the user.
//
// Where users sign in with codes, one whom no password is given has none, and
// nothing to be invited with: the first code lets them in.
func (s *Service) AdminCreateUser(ctx context.Context, in AdminCreateUser) (*idp.User, error) {
	pool := in.Pool
	named, err := pool.CheckUsername(in.Username)
	if err != nil {
		return nil, err
	}
	attributes, err := pool.CreatedAttributes(in.Attributes, named, in.Username)
	if err != nil {
		return nil, err
	}
	user := s.newUser(pool, in.Username, attributes, cognito.UserStatusForceChangePassword)
	if in.passwordless() {
		if !pool.Reaches(user) {
			return nil, idp.ErrNothingToSendCodesTo
		}
		user.Status = statusWithoutPassword(pool, user)
	}
	ways, err := in.ways(user)
	if err != nil {
		return nil, err
	}
	if _, err := s.askPreSignUp(ctx, pool, "", trigger.PreSignUpAdminCreateUser, user, in.ValidationData, in.Metadata); err != nil {
		return nil, err
	}
	if err := s.refuseTaken(ctx, pool, user, idp.ErrUserAccountExists); err != nil {
		return nil, err
	}
	invitations, err := s.firstInvitations(ctx, in, user, ways)
	if err != nil {
		return nil, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		// The operation declares no AliasExistsException.
		return takenBy(pool, insert(tx, pool, user, in.Force), idp.ErrUserAccountExists, idp.ErrUsernameTaken)
	})
	if err != nil {
		return nil, err
	}
	return user, s.sendAll(ctx, invitations)
}

// passwordless tells whether the user is to have no password.
func (in AdminCreateUser) passwordless() bool { return in.Password == "" && in.Pool.Passwordless() }

// statusWithoutPassword is the state of a new user without a password. Where no
// address that codes go to is verified, the first code confirms the user.
func statusWithoutPassword(pool *catalog.Pool, u *idp.User) cognito.UserStatusType {
	for attribute, factor := range map[string]cognito.AuthFactorType{"email": cognito.AuthFactorEmailOtp, "phone_number": cognito.AuthFactorSmsOtp} {
		if u.Verified(attribute) && pool.AllowsFirstFactor(factor) {
			return cognito.UserStatusConfirmed
		}
	}
	return cognito.UserStatusUnconfirmed
}

// firstInvitations gives a new user a temporary password and composes the
// invitations with it; there are none for a user without a password.
func (s *Service) firstInvitations(ctx context.Context, in AdminCreateUser, user *idp.User, ways []string) ([]message.Message, error) {
	if in.passwordless() {
		return nil, nil
	}
	password, verifier, err := s.temporaryPassword(ctx, in.Pool, user, in.Password)
	if err != nil {
		return nil, err
	}
	if err := setPassword(in.Pool, user, verifier, s.Now()); err != nil {
		return nil, err
	}
	return s.invite(ctx, in, user, in.Username, password, ways)
}

// ResendInvitation gives a user who has not come yet another temporary
// password, whose time begins now, and sends it. Attributes stay.
func (s *Service) ResendInvitation(ctx context.Context, in AdminCreateUser) (*idp.User, error) {
	pool := in.Pool
	user, err := s.User(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	if user.Status != cognito.UserStatusForceChangePassword {
		return nil, idp.ErrResendInvitation(in.Username)
	}
	ways, err := in.ways(user)
	if err != nil {
		return nil, err
	}
	password, verifier, err := s.temporaryPassword(ctx, pool, user, in.Password)
	if err != nil {
		return nil, err
	}
	invitations, err := s.invite(ctx, in, user, user.KnownAs(pool.UserPool), password, ways)
	if err != nil {
		return nil, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := again(tx, user, idp.ErrUserNotFound)
		if err != nil {
			return err
		}
		if u.Status != cognito.UserStatusForceChangePassword {
			return idp.ErrResendInvitation(in.Username)
		}
		if err := setPassword(pool, u, verifier, s.Now()); err != nil {
			return err
		}
		user = u
		if err := tx.SetPassword(u); err != nil {
			return err
		}
		return tx.ClearAttempts(u.PoolID, u.Username, idp.AttemptPassword)
	})
	if err != nil {
		return nil, err
	}
	return user, s.sendAll(ctx, invitations)
}

// ways says to which attributes the invitation goes. Media that are asked for
// and have no address are passed over if another one has; if none is asked
// for, it goes by SMS or else by e-mail, or stays unsent.
func (in AdminCreateUser) ways(u *idp.User) ([]string, error) {
	if in.Suppress {
		return nil, nil
	}
	var ways []string
	lacking := ""
	for _, m := range in.Media {
		attribute := "phone_number"
		if m == cognito.DeliveryMediumEmail {
			attribute = "email"
		}
		switch {
		case u.Attributes[attribute] == "":
			lacking = attribute
		case !slices.Contains(ways, attribute):
			ways = append(ways, attribute)
		}
	}
	if len(ways) == 0 && lacking != "" {
		return nil, idp.ErrNoAttributeSet(lacking)
	}
	if len(in.Media) > 0 {
		return ways, nil
	}
	for _, attribute := range []string{"phone_number", "email"} {
		if u.Attributes[attribute] != "" {
			return []string{attribute}, nil
		}
	}
	return nil, nil
}

// temporaryPassword checks the password that is given, or draws one that keeps
// the policy, and computes its verifier.
func (s *Service) temporaryPassword(ctx context.Context, pool *catalog.Pool, u *idp.User, given string) (password string, verifier []byte, err error) {
	policy := pool.PasswordPolicy()
	if password = given; password == "" {
		password = secret.TemporaryPassword(s.Rand, secret.PasswordRules{
			Length: policy.MinimumLength,
			Upper:  policy.Uppercase,
			Lower:  policy.Lowercase,
			Digit:  policy.Numbers,
			Symbol: policy.Symbols,
		})
	} else if err := policy.Check(password, idp.PasswordPolicyDidNot); err != nil {
		return "", nil, err
	}
	verifier, err = s.verifier(ctx, pool, u.Username, password, u.Salt)
	return password, verifier, err
}

// invite composes the invitations of a user, one for each address. One of ours
// whose template leaves out the password is of no use and is not sent.
func (s *Service) invite(ctx context.Context, in AdminCreateUser, u *idp.User, name, password string, ways []string) ([]message.Message, error) {
	var out []message.Message
	for _, attribute := range ways {
		m, err := s.compose(ctx, letter{
			pool:     in.Pool,
			user:     u,
			username: name,
			purpose:  message.AdminCreateUser,
			to:       u.Attributes[attribute],
			via:      medium(attribute),
			code:     password,
			expires:  s.Now().Add(in.Pool.PasswordPolicy().TemporaryLife),
			metadata: in.Metadata,
		})
		if err != nil {
			return nil, err
		}
		if m.Via != nil || strings.Contains(m.Body, password) || strings.Contains(m.Body, html.EscapeString(password)) {
			out = append(out, m)
		}
	}
	return out, nil
}

// sendAll sends messages and reports the first that failed at once.
func (s *Service) sendAll(ctx context.Context, messages []message.Message) error {
	var failed error
	for _, m := range messages {
		if err := s.send(ctx, m); err != nil && failed == nil {
			failed = err
		}
	}
	return failed
}
