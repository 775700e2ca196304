package account

import (
	"context"
	"maps"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// SignUp is somebody who makes an account of their own.
type SignUp struct {
	Origin
	Username       string
	Password       string // may be empty where users sign in with codes
	Attributes     []*cognito.AttributeType
	ValidationData map[string]string
	Metadata       map[string]string

	// Also, if not nil, is part of the transaction that stores the user.
	Also func(tx store.Tx, u *idp.User) error
}

// SignedUp is the new user, and where the code went that confirms the account:
// nowhere if the user is confirmed already or has nothing to send it to.
type SignedUp struct {
	User     *idp.User
	Delivery *Delivery
}

// SignUp makes a user. Nothing remains of one whom a function or a rule
// refuses; one whose code could not be delivered stays and can ask for
// another. That a name is taken is told to everybody.
func (s *Service) SignUp(ctx context.Context, in SignUp) (*SignedUp, error) {
	client, pool := in.Client, in.Client.Pool
	address, err := in.Address(ctx)
	if err != nil {
		return nil, err
	}
	user, err := s.candidate(in)
	if err != nil {
		return nil, err
	}
	asked, err := s.askPreSignUp(ctx, pool, client.ID, trigger.PreSignUpSignUp, user, in.ValidationData, in.Metadata)
	if err != nil {
		return nil, err
	}
	if err := decide(user, asked); err != nil {
		return nil, err
	}
	if err := s.refuseTaken(ctx, pool, user, idp.ErrUserExists); err != nil {
		return nil, err
	}
	if err := s.firstPassword(ctx, pool, user, in.Password); err != nil {
		return nil, err
	}
	code, m, err := s.confirmationCode(ctx, client, user, message.SignUp, in.Metadata)
	if err != nil {
		return nil, err
	}

	event := s.newEvent(ctx, pool, client.ID, address, idp.EventSignUp)
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		// An alias that the function has verified moves here.
		if err := insert(tx, pool, user, asked.AutoVerifyEmail || asked.AutoVerifyPhone); err != nil {
			return takenBy(pool, err, idp.ErrUserExists, idp.ErrUsernameTaken)
		}
		if code != nil {
			if err := tx.PutCode(code); err != nil {
				return err
			}
		}
		if in.Also != nil {
			if err := in.Also(tx, user); err != nil {
				return err
			}
		}
		return record(tx, event, user.Username, nil)
	})
	if err != nil {
		return nil, err
	}
	out := &SignedUp{User: user}
	switch {
	case user.Status == cognito.UserStatusConfirmed:
		return out, s.tellConfirmed(ctx, pool, client.ID, user, in.Metadata)
	case code != nil:
		out.Delivery = delivery(code.Attribute, m.To)
		return out, s.send(ctx, m)
	}
	return out, nil
}

// candidate is the user that a sign-up would make, after every check that
// needs nobody else.
func (s *Service) candidate(in SignUp) (*idp.User, error) {
	pool := in.Client.Pool
	if !pool.SelfSignUp() {
		return nil, idp.ErrSignUpNotPermitted
	}
	if in.Password == "" && !pool.Passwordless() {
		return nil, idp.ErrPasswordMissing
	}
	named, err := pool.CheckUsername(in.Username)
	if err != nil {
		return nil, err
	}
	attributes, err := pool.SignUpAttributes(in.Attributes, in.Client.Client, named, in.Username)
	if err != nil {
		return nil, err
	}
	user := s.newUser(pool, in.Username, attributes, cognito.UserStatusUnconfirmed)
	if in.Password == "" && !pool.Reaches(user) {
		return nil, idp.ErrNothingToSendCodesTo
	}
	return user, nil
}

// firstPassword gives a new user the password that they chose, if any.
func (s *Service) firstPassword(ctx context.Context, pool *catalog.Pool, user *idp.User, password string) error {
	if password == "" {
		return nil
	}
	if err := pool.PasswordPolicy().Check(password, idp.PasswordPolicyDidNot); err != nil {
		return err
	}
	verifier, err := s.verifier(ctx, pool, user.Username, password, user.Salt)
	if err != nil {
		return err
	}
	return setPassword(pool, user, verifier, s.Now())
}

// askPreSignUp asks the PreSignUp function about a user who is to be made. It
// is told the attributes that were given and not those that the service adds.
func (s *Service) askPreSignUp(ctx context.Context, pool *catalog.Pool, clientID string, source trigger.Source, u *idp.User, validation, metadata map[string]string) (trigger.PreSignUpResponse, error) {
	attributes := maps.Clone(u.Attributes)
	if source == trigger.PreSignUpSignUp {
		delete(attributes, "email_verified")
		delete(attributes, "phone_number_verified")
	}
	return s.Triggers.PreSignUp(ctx, Call(pool, clientID, u.Username, source), trigger.PreSignUpRequest{
		UserAttributes: attributes,
		ValidationData: validation,
		ClientMetadata: metadata,
	})
}

// decide does to a user who signs up what the PreSignUp function wants.
func decide(u *idp.User, asked trigger.PreSignUpResponse) error {
	if asked.AutoConfirmUser {
		u.Status = cognito.UserStatusConfirmed
	}
	for attribute, verify := range map[string]bool{"email": asked.AutoVerifyEmail, "phone_number": asked.AutoVerifyPhone} {
		if !verify {
			continue
		}
		if u.Attributes[attribute] == "" {
			return trigger.ErrInvalidResponse
		}
		u.Attributes[attribute+"_verified"] = "true"
	}
	return nil
}

// refuseTaken refuses a new user whose name somebody has, before work is done
// for nothing. The transaction that stores the user looks again.
func (s *Service) refuseTaken(ctx context.Context, pool *catalog.Pool, u *idp.User, taken *idp.Error) error {
	return s.Store.View(ctx, func(tx store.Tx) error {
		for _, id := range u.Identifiers(pool.UserPool) {
			if pool.HasAlias(id.Kind) {
				continue // may move
			}
			found, err := owned(tx, pool, id)
			if err != nil {
				return err
			}
			if found {
				return takenBy(pool, &store.IdentifierTaken{Kind: id.Kind}, taken, idp.ErrUsernameTaken)
			}
		}
		return nil
	})
}

// confirmationCode makes the code that confirms an account, and the message
// with it. Both are empty for a user to whom no code goes.
func (s *Service) confirmationCode(ctx context.Context, client *catalog.Client, u *idp.User, purpose message.Purpose, metadata map[string]string) (*idp.Code, message.Message, error) {
	attribute := client.Pool.ConfirmationAttribute(u)
	if attribute == "" || u.Status != cognito.UserStatusUnconfirmed {
		return nil, message.Message{}, nil
	}
	code, digits := s.newCode(client.Pool, u.Username, idp.PurposeSignUp, attribute, idp.ConfirmationCodeLife)
	m, err := s.compose(ctx, letter{
		pool:     client.Pool,
		clientID: client.ID,
		user:     u,
		purpose:  purpose,
		to:       u.Attributes[attribute],
		via:      medium(attribute),
		code:     digits,
		expires:  code.ExpiresAt,
		metadata: metadata,
	})
	return code, m, err
}

// tellConfirmed runs the PostConfirmation function. What it throws fails the
// call, but the user stays confirmed.
func (s *Service) tellConfirmed(ctx context.Context, pool *catalog.Pool, clientID string, u *idp.User, metadata map[string]string) error {
	return s.Triggers.PostConfirmation(ctx,
		Call(pool, clientID, u.Username, trigger.PostConfirmationConfirmSignUp),
		trigger.PostConfirmationRequest{UserAttributes: TriggerAttributes(u), ClientMetadata: metadata})
}
