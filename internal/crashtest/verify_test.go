//go:build linux

package crashtest

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
)

// verify holds what the server knows of a person against what it has
// acknowledged, and completes what was cut short. The person is whole
// afterwards: signed up, confirmed, and with one password.
func (s *site) verify(ctx context.Context, server *process.Process, p *person) error {
	for _, check := range []func(context.Context, *process.Process, *person) error{
		s.verifySignUp, s.verifyConfirmation, s.verifyPassword, s.verifySpent, s.verifySessions,
	} {
		if err := check(ctx, server, p); err != nil {
			return fmt.Errorf("%s (%+v): %w", p.name, *p, err)
		}
	}
	return nil
}

func (s *site) verifySignUp(ctx context.Context, server *process.Process, p *person) error {
	status, err := s.status(ctx, server, p)
	if err != nil {
		return err
	}
	if p.signedUp == maybe {
		p.found.add(status != "")
	}
	if status != "" {
		return nil
	}
	if p.signedUp == yes {
		return fmt.Errorf("the user is gone, after an acknowledged SignUp")
	}
	// Nothing of the user may be left, or the name could not be used.
	if err := s.signUp(ctx, server, p); err != nil {
		return fmt.Errorf("after a SignUp that left no user: %w", err)
	}
	return nil
}

// status returns the user's status, or "" if there is no user. What leads to
// the user and the user must be there both or neither.
func (s *site) status(ctx context.Context, server *process.Process, p *person) (cognito.UserStatusType, error) {
	var user cognito.AdminGetUserResponse
	err := server.Call(ctx, "AdminGetUser", &cognito.AdminGetUserRequest{UserPoolID: s.poolID, Username: p.name}, &user)
	if err != nil && process.Code(err) != "UserNotFoundException" {
		return "", err
	}
	var list cognito.ListUsersResponse
	listing := server.Call(ctx, "ListUsers", &cognito.ListUsersRequest{UserPoolID: s.poolID, Filter: `username = "` + p.name + `"`}, &list)
	if listing != nil {
		return "", listing
	}
	if found := err == nil; found != (len(list.Users) == 1) {
		return "", fmt.Errorf("half a user: AdminGetUser: got %v, ListUsers: got %d users", err, len(list.Users))
	}
	return user.UserStatus, nil
}

func (s *site) verifyConfirmation(ctx context.Context, server *process.Process, p *person) error {
	status, err := s.status(ctx, server, p)
	if err != nil {
		return err
	}
	if p.confirmed == maybe {
		p.found.add(status == cognito.UserStatusConfirmed)
	}
	if status == cognito.UserStatusConfirmed {
		if p.confirmed == no {
			return fmt.Errorf("the user is confirmed, and nobody has asked for it")
		}
		return nil
	}
	if p.confirmed == yes {
		return fmt.Errorf("got status %s after an acknowledged ConfirmSignUp", status)
	}
	if p.signUpCode == "" {
		err := server.Call(ctx, "ResendConfirmationCode", &cognito.ResendConfirmationCodeRequest{ClientID: s.clientID, Username: p.name}, nil)
		if err != nil {
			return err
		}
		if p.signUpCode, err = newest(ctx, server, p, ""); err != nil {
			return err
		}
	}
	if err := s.confirmSignUp(ctx, server, p); err != nil {
		return fmt.Errorf("with the code of an acknowledged SignUp: %w", err)
	}
	return nil
}

// verifyPassword finds out which password holds. A reset without an answer has
// set the password and spent the code, or neither.
func (s *site) verifyPassword(ctx context.Context, server *process.Process, p *person) error {
	if p.next != "" {
		_, err := s.tryPassword(ctx, server, p, p.next)
		p.found.add(err == nil)
		switch {
		case err == nil:
			p.settle()
		case process.Code(err) != "NotAuthorizedException":
			return err
		}
		p.next = ""
	}
	if _, err := s.tryPassword(ctx, server, p, p.password); err != nil {
		return fmt.Errorf("with the password that must hold: %w", err)
	}
	if p.former != "" {
		if _, err := s.tryPassword(ctx, server, p, p.former); process.Code(err) != "NotAuthorizedException" {
			return fmt.Errorf("with the former password: got %v, want NotAuthorizedException", err)
		}
	}
	if p.code == "" { // not known, or the reset has happened
		return nil
	}
	// The reset has not happened, so its code must still work.
	p.next = fmt.Sprintf("Other-passw0rd-%d", p.passed+1)
	if err := s.redeem(ctx, server, p, p.code, p.next); err != nil {
		return fmt.Errorf("with the code of an acknowledged ForgotPassword: %w", err)
	}
	p.settle()
	return s.verifyPassword(ctx, server, p)
}

func (s *site) verifySpent(ctx context.Context, server *process.Process, p *person) error {
	for _, code := range p.spent {
		err := s.redeem(ctx, server, p, code, "Stolen-passw0rd-1")
		if got := process.Code(err); got != "ExpiredCodeException" && got != "CodeMismatchException" {
			return fmt.Errorf("with a code that was redeemed: got %v, want ExpiredCodeException", err)
		}
	}
	p.spent = nil
	return nil
}

func (s *site) verifySessions(ctx context.Context, server *process.Process, p *person) error {
	for _, session := range p.sessions {
		err := server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
			AuthFlow: cognito.AuthFlowRefreshTokenAuth, ClientID: s.clientID,
			AuthParameters: map[string]string{"REFRESH_TOKEN": session.refreshToken},
		}, nil)
		refused := process.Code(err) == "NotAuthorizedException"
		if session.revoked == maybe {
			p.found.add(refused)
		}
		switch {
		case err != nil && !refused:
			return err
		case session.revoked == yes && !refused:
			return fmt.Errorf("a token that was revoked still refreshes")
		case session.revoked == no && refused:
			return fmt.Errorf("a token that was issued does not refresh: %w", err)
		}
	}
	return nil
}
