package signin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/totp"
)

// purposeSoftwareToken is the purpose under which the secrets of
// authenticators are sealed; the id is the user's sub.
const purposeSoftwareToken = "software-token"

// askSoftwareToken asks for a code of the user's authenticator
// (SOFTWARE_TOKEN_MFA).
func (s *Service) askSoftwareToken(ctx context.Context, p proved) (*Result, error) {
	parameters := map[string]string{"USER_ID_FOR_SRP": p.user.Username}
	if name := p.current().Factors.SoftwareToken.Name; name != "" {
		parameters["FRIENDLY_DEVICE_NAME"] = name
	}
	return s.ask(ctx, p, challenge{name: cognito.ChallengeNameSoftwareTokenMfa, parameters: parameters})
}

// answerSoftwareToken takes a code of the user's authenticator
// (SOFTWARE_TOKEN_MFA).
func (s *Service) answerSoftwareToken(ctx context.Context, in Answer) (*Result, error) {
	typed := in.Responses["SOFTWARE_TOKEN_MFA_CODE"]
	if typed == "" {
		return nil, missing("SOFTWARE_TOKEN_MFA_CODE")
	}
	pool := in.Client.Pool
	var right bool
	var used spentStep
	session, err := s.resumeProven(ctx, in, s.mayGuess(pool.ID), func(tx store.Tx, session *pending) (err error) {
		right, used, err = s.checkSoftwareToken(tx, pool, session.user, typed)
		return err
	}, lookGroups(pool))
	if err != nil {
		return nil, err
	}
	p := s.resumed(ctx, in, session)
	g := guess{right: func() bool { return right }, refusal: idp.ErrSoftwareTokenCode}
	if err := s.checkFactor(ctx, &p, session, g); err != nil {
		return nil, err
	}
	p.prove(idp.MethodSoftwareToken)
	p.groups = session.groups
	p.also(used.spend)
	sealed := session.user.Factors.SoftwareToken.Sealed
	err = s.alter(&p, func(u *idp.User) (changed bool, err error) {
		if now := u.Factors.SoftwareToken; now == nil || !bytes.Equal(now.Sealed, sealed) {
			return false, idp.ErrSessionInvalid
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	return s.proceed(ctx, p)
}

// checkSoftwareToken tells whether a code is one of the user's authenticator,
// and of which step. One that was used before is refused.
func (s *Service) checkSoftwareToken(tx store.Tx, pool *catalog.Pool, u *idp.User, typed string) (right bool, used spentStep, err error) {
	device := u.Factors.SoftwareToken
	if device == nil {
		return false, used, idp.ErrSoftwareTokenUnproved // it was removed meanwhile
	}
	secret, err := openSoftwareToken(pool, u, device.Sealed)
	if err != nil {
		return false, used, err
	}
	step, right := totp.Check(secret, typed, s.Accounts.Now())
	if !right {
		return false, used, nil
	}
	used = newSpentStep(pool, u, device.Sealed, step)
	return true, used, used.check(tx)
}

func openSoftwareToken(pool *catalog.Pool, u *idp.User, sealed []byte) ([]byte, error) {
	secret, err := pool.Key.Open(purposeSoftwareToken, u.Sub, sealed)
	if err != nil {
		return nil, fmt.Errorf("opening the secret of an authenticator: %w", err)
	}
	return secret, nil
}

// spentStep marks a step of an authenticator as used, so that no code of it is
// taken twice, wherever the first one was.
type spentStep struct {
	poolID string
	id     []byte
	until  time.Time
}

func newSpentStep(pool *catalog.Pool, u *idp.User, sealed []byte, step int64) spentStep {
	return spentStep{
		poolID: pool.ID,
		id:     pool.Key.MAC("spent software token", u.Sub, string(sealed), strconv.FormatInt(step, 10)),
		until:  totp.End(step + totp.Skew).Add(time.Minute),
	}
}

// spend marks the step, in the transaction that acts on its code.
func (m spentStep) spend(tx store.Tx) error {
	err := tx.Spend(m.poolID, m.id, m.until)
	if errors.Is(err, store.ErrExists) {
		return idp.ErrSoftwareTokenUsed
	}
	return err
}

// check refuses a code that was used before, so that no function is told of a
// sign-in that cannot succeed.
func (m spentStep) check(tx store.Tx) error {
	spent, err := tx.Spent(m.poolID, m.id, m.until)
	if err == nil && spent {
		err = idp.ErrSoftwareTokenUsed
	}
	return err
}
