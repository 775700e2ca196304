package signin

import (
	"context"
	"errors"
	"slices"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/store"
)

// errAssertion means that no passkey of the user signed the challenge, in
// whatever way that shows.
var errAssertion = idp.NotAuthorized("The passkey could not be verified.")

// readPasskeys returns the passkeys with which a user, or what stands for a
// name without one, can sign in.
func readPasskeys(tx store.Tx, pool *catalog.Pool, subject string) ([]*idp.WebAuthnCredential, error) {
	if pool.CheckPasskeys() != nil {
		return nil, nil
	}
	return passkey.Of(tx, pool.UserPool, subject)
}

// lookPasskeys reads the passkeys of somebody who answers a first challenge:
// they are a part of what a sign-in can begin with.
func lookPasskeys(pool *catalog.Pool) reading {
	return func(tx store.Tx, p *pending) (err error) {
		if p.begins() {
			p.passkeys, err = readPasskeys(tx, pool, p.subject)
		}
		return err
	}
}

// askPasskey asks a user for a passkey (WEB_AUTHN).
func (s *Service) askPasskey(ctx context.Context, p proved, available []cognito.ChallengeNameType) (*Result, error) {
	random := passkey.NewChallenge(s.Accounts.Rand)
	options, err := passkey.RequestOptions(p.Client.Pool, p.user, random, p.passkeys)
	if err != nil {
		return nil, err
	}
	return s.ask(ctx, p, challenge{
		name:       cognito.ChallengeNameWebAuthn,
		parameters: map[string]string{"CREDENTIAL_REQUEST_OPTIONS": options},
		available:  available,
		asked:      asked{WebAuthn: random},
	})
}

// answerPasskey checks what a passkey has signed (WEB_AUTHN). It is the only
// factor, or stands for both: whoever is asked for another one is not offered
// this challenge, and is not let in by it if that has changed meanwhile. Nobody
// guesses a signature, so wrong ones are not counted: a stranger could lock its
// user out with them. They use the session up, as a challenge is good for one
// ceremony (WebAuthn §13.4.3).
func (s *Service) answerPasskey(ctx context.Context, in Answer) (*Result, error) {
	text := in.Responses["CREDENTIAL"]
	if text == "" {
		return nil, missing("CREDENTIAL")
	}
	assertion, err := passkey.ParseAssertion(text)
	if err != nil {
		return nil, err
	}
	session, err := s.resume(ctx, in, lookPasskeys(in.Client.Pool), lookGroups(in.Client.Pool))
	if err != nil {
		return nil, err
	}
	p, available, err := s.choosing(ctx, in, session)
	if err != nil {
		return nil, err
	}
	if p.user == nil || !slices.Contains(available, cognito.ChallengeNameWebAuthn) {
		return nil, idp.ErrSessionInvalid
	}
	pool := in.Client.Pool
	var used *idp.WebAuthnCredential
	verified := func() bool {
		i := slices.IndexFunc(p.passkeys, func(c *idp.WebAuthnCredential) bool {
			return assertion.Verify(pool.UserPool, p.user, c, session.memory.Asked.WebAuthn)
		})
		if i >= 0 {
			used = p.passkeys[i]
		}
		return i >= 0
	}
	if !verified() {
		return nil, s.end(ctx, p, errAssertion)
	}
	p.unproved = false
	p.prove(passkeyMethods(pool, p.user, used)...)
	if err := barred(p.user); err != nil {
		return nil, s.refuse(ctx, p, err)
	}
	p.groups = session.groups
	p.change = func(tx store.Tx, u *idp.User) error { return usePasskey(tx, pool, u, used) }
	assertion.Use(used)
	return s.proceed(ctx, p)
}

// passkeyMethods are the methods that a passkey of a user proves.
func passkeyMethods(pool *catalog.Pool, u *idp.User, used *idp.WebAuthnCredential) []idp.Method {
	out := []idp.Method{idp.MethodHardwareKey}
	if used.BackupEligible {
		out = []idp.Method{idp.MethodSoftwareKey}
	}
	if pool.PasskeysAreMultiFactor() && u.Factors.WebAuthn {
		out = append(out, idp.MethodSeveral) // the authenticator has verified the user
	}
	return out
}

// usePasskey notes the use of a passkey in the transaction that lets its user
// in. It refuses if the passkey or the factors of the user have changed since
// it was verified, or another use has overtaken this one.
func usePasskey(tx store.Tx, pool *catalog.Pool, u *idp.User, used *idp.WebAuthnCredential) error {
	if !slices.Contains(u.FirstFactors(pool.UserPool, true), cognito.ChallengeNameWebAuthn) {
		return idp.ErrSessionInvalid
	}
	err := tx.UseWebAuthnCredential(used)
	if errors.Is(err, store.ErrNotFound) {
		return errAssertion
	}
	return err
}
