package signin

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/store"
)

// challenge is what a user is asked next.
type challenge struct {
	name       cognito.ChallengeNameType
	parameters map[string]string
	available  []cognito.ChallengeNameType // AvailableChallenges; nil outside USER_AUTH
	asked      asked
}

// ask makes a session that waits for the answer to a challenge, in the
// transaction that makes good what was proved so far.
func (s *Service) ask(ctx context.Context, p proved, c challenge) (*Result, error) {
	if p.user == nil {
		return s.pretend(ctx, p, c)
	}
	if p.unproved {
		return s.keep(ctx, p, c, memory{Subject: p.user.Username, Sub: p.user.Sub, Unproved: true})
	}
	after := p.user
	if p.after != nil {
		after = p.after
	}
	m := memory{Subject: after.Username, Sub: after.Sub, Password: passwordMark(p.Client.Pool, after)}
	if p.change == nil && p.spend == nil { // nothing to make good: the answer looks at the user again
		return s.goOn(ctx, p, c, m, false, func(tx store.Tx) error { return s.refuseLockedIn(tx, p) })
	}
	return s.goOn(ctx, p, c, m, true, func(tx store.Tx) error {
		a, err := s.admit(tx, p)
		if err != nil || p.change == nil {
			return err
		}
		return p.change(tx, a.user)
	})
}

// pretend asks a name without a user a challenge that no answer fulfils.
func (s *Service) pretend(ctx context.Context, p proved, c challenge) (*Result, error) {
	subject := account.Subject(p.Client.Pool, nil, p.typed)
	return s.keep(ctx, p, c, memory{Subject: subject, Typed: p.typed, Unproved: true})
}

// keep makes a session that nothing was proved for. It costs the same for a
// user and for a name without one.
func (s *Service) keep(ctx context.Context, p proved, c challenge, m memory) (*Result, error) {
	return s.goOn(ctx, p, c, m, p.spend != nil, p.spend)
}

// goOn makes the session of a challenge, and does in one transaction what goes
// with it. do may be nil. Where it writes nothing and the session travels in
// its handle, nothing is written at all: a sign-in that is only begun leaves
// no trace.
func (s *Service) goOn(ctx context.Context, p proved, c challenge, m memory, writes bool, do func(tx store.Tx) error) (*Result, error) {
	m.Challenge, m.Trail, m.Asked = c.name, p.trail, c.asked
	h, err := s.newHandle(p.Client, m)
	if err != nil {
		return nil, err
	}
	run := s.Accounts.Store.View
	if writes || h.stored != nil {
		run = s.Accounts.Store.Update
	}
	if do != nil || h.stored != nil {
		err = run(ctx, func(tx store.Tx) error {
			if do != nil {
				if err := do(tx); err != nil {
					return err
				}
			}
			return h.store(tx)
		})
		if err != nil {
			return nil, err
		}
	}
	return &Result{Challenge: c.name, Parameters: c.parameters, Available: c.available, Session: h.text}, nil
}
