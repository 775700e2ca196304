package loadtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
)

// Target is a running server with a pool, a client and users to sign in.
type Target struct {
	Server   *process.Process
	PoolID   string
	ClientID string
	Users    int // username(0) … username(Users-1)

	tokens []*cognito.AuthenticationResultType
	keys   []holder
	next   int // where the next codes are asked for

	devices        *devices
	authenticators *authenticators
	rotation       *rotation
}

// CreatePool makes the pool that is measured: e-mail is verified, and the
// client hides which users exist, as the service recommends.
func (t *Target) CreatePool(ctx context.Context) error {
	var pool cognito.CreateUserPoolResponse
	err := t.Server.Call(ctx, "CreateUserPool", &cognito.CreateUserPoolRequest{
		PoolName:               "load",
		AutoVerifiedAttributes: []cognito.VerifiedAttributeType{"email"},
		Policies: &cognito.UserPoolPolicyType{SignInPolicy: &cognito.SignInPolicyType{
			AllowedFirstAuthFactors: []cognito.AuthFactorType{cognito.AuthFactorPassword, cognito.AuthFactorWebAuthn},
		}},
	}, &pool)
	if err != nil {
		return err
	}
	t.PoolID = pool.UserPool.ID
	err = t.Server.Call(ctx, "SetUserPoolMfaConfig", &cognito.SetUserPoolMfaConfigRequest{
		UserPoolID: t.PoolID, MfaConfiguration: cognito.UserPoolMfaOff,
		WebAuthnConfiguration: &cognito.WebAuthnConfigurationType{RelyingPartyID: "localhost"},
	}, nil)
	if err != nil {
		return err
	}
	var client cognito.CreateUserPoolClientResponse
	err = t.Server.Call(ctx, "CreateUserPoolClient", &cognito.CreateUserPoolClientRequest{
		UserPoolID: t.PoolID, ClientName: "load", PreventUserExistenceErrors: "ENABLED",
		ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{
			cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsAllowUserSrpAuth, cognito.ExplicitAuthFlowsAllowRefreshTokenAuth,
			cognito.ExplicitAuthFlowsAllowUserAuth,
		},
	}, &client)
	if err != nil {
		return err
	}
	t.ClientID = client.UserPoolClient.ClientID
	return nil
}

// poolName is the part of the pool's id that SRP hashes.
func (t *Target) poolName() string { return t.PoolID[strings.IndexByte(t.PoolID, '_')+1:] }

func (t *Target) anyone(random *rand.Rand) string { return username(random.IntN(t.Users)) }

// someTokens signs a few users in, once.
func (t *Target) someTokens(ctx context.Context) ([]*cognito.AuthenticationResultType, error) {
	random := rand.New(rand.NewPCG(1, uint64(t.Users)))
	for len(t.tokens) < 64 {
		tokens, err := t.signIn(ctx, t.anyone(random))
		if err != nil {
			return nil, err
		}
		t.tokens = append(t.tokens, tokens)
	}
	return t.tokens, nil
}

// settle waits until the server does nothing of its own accord any more, such
// as making keys ahead.
func (t *Target) settle(ctx context.Context) error {
	for range 100 {
		before, err := t.Server.CPU()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		after, err := t.Server.CPU()
		if err != nil {
			return err
		}
		if after-before < 3*time.Millisecond {
			return nil
		}
	}
	return fmt.Errorf("the server is busy without load")
}

// Load says how to measure.
type Load struct {
	Connections int
	Runs        int
	WarmUp, Run time.Duration

	// Profiles is a folder that gets a CPU profile of the server under each
	// request, from a run that does not count; empty for none.
	Profiles string
}

// Measure runs a scenario some times and returns the median, and what
// cryptography cost meanwhile.
func (t *Target) Measure(ctx context.Context, s Scenario, l Load) (Result, Cryptography, error) {
	result, c, err := t.measure(ctx, s, l)
	if err != nil {
		return Result{}, Cryptography{}, fmt.Errorf("%s: %w", s.Name, err)
	}
	return result, c, nil
}

func (t *Target) measure(ctx context.Context, s Scenario, l Load) (r Result, c Cryptography, err error) {
	ops, err := operations()
	if err != nil {
		return r, c, err
	}
	probed := make(samples, len(ops))
	if err := t.phase(ctx, s, l.Connections, l.WarmUp, &tally{}); err != nil {
		return r, c, fmt.Errorf("warming up: %w", err)
	}
	var results []Result
	for range l.Runs {
		measured := tally{ops: ops, probed: probed}
		if err := t.phase(ctx, s, l.Connections, l.Run, &measured); err != nil {
			return r, c, err
		}
		one, err := measured.result()
		if err != nil {
			return r, c, err
		}
		results = append(results, one)
	}
	if l.Profiles != "" {
		if err := t.profile(ctx, s, l); err != nil {
			return r, c, fmt.Errorf("profiling: %w", err)
		}
	}
	c, err = probed.cryptography(ops)
	return median(results), c, err
}

// profile runs a scenario once more and keeps the server's CPU profile.
func (t *Target) profile(ctx context.Context, s Scenario, l Load) error {
	name := strings.Map(func(r rune) rune {
		if r == ' ' || r == ',' || r == '+' {
			return '-'
		}
		return r
	}, s.Name) + fmt.Sprintf("-%d.pprof", t.Users)
	done := make(chan error, 1)
	go func() { done <- t.Server.Profile(ctx, l.Run, filepath.Join(l.Profiles, name)) }()
	if err := t.phase(ctx, s, l.Connections, l.Run, &tally{}); err != nil {
		return err
	}
	return <-done
}

// phase sends portions until they took d.
func (t *Target) phase(ctx context.Context, s Scenario, connections int, d time.Duration, measured *tally) error {
	for measured.took < d {
		p, err := s.prepare(ctx, t)
		if err != nil {
			return fmt.Errorf("preparing: %w", err)
		}
		if err := t.settle(ctx); err != nil {
			return err
		}
		if err := measured.run(ctx, p, connections, d-measured.took, t.Server.CPU); err != nil {
			return err
		}
	}
	return nil
}
