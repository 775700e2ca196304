package signin

import (
	"context"
	"encoding/base64"
	"errors"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// deviceExchange is what DEVICE_PASSWORD_VERIFIER remembers until it is
// answered.
type deviceExchange struct {
	A       []byte `json:"a"`
	B       []byte `json:"b"`
	Private []byte `json:"p"` // the server's exponent
	Block   string `json:"block"`
}

// secretBlock is SECRET_BLOCK.
func (x *deviceExchange) secretBlock() string {
	return base64.StdEncoding.EncodeToString([]byte(x.Block))
}

// deviceBlockSize is how much chance is in the SECRET_BLOCK of a device, which
// carries nothing: the state is in the session.
const deviceBlockSize = 64

// askDevice asks a remembered device to prove itself (DEVICE_SRP_AUTH).
func (s *Service) askDevice(ctx context.Context, p proved) (*Result, error) {
	p.DeviceOwed = true
	return s.ask(ctx, p, challenge{name: cognito.ChallengeNameDeviceSrpAuth, parameters: map[string]string{}})
}

// answerDeviceSRP takes a device's public value and answers with the service's
// (DEVICE_SRP_AUTH, then DEVICE_PASSWORD_VERIFIER).
func (s *Service) answerDeviceSRP(ctx context.Context, in Answer) (*Result, error) {
	if err := in.needs("DEVICE_KEY", "SRP_A"); err != nil {
		return nil, err
	}
	a, err := srp.ParsePublic(in.Responses["SRP_A"])
	if err != nil {
		return nil, idp.ErrIncorrectUsernameOrPassword // no secret leads to it
	}
	p, device, err := s.resumeDevice(ctx, in)
	if err != nil {
		return nil, err
	}
	verifier, err := account.OpenDeviceVerifier(in.Client.Pool, device)
	if err != nil {
		return nil, err
	}
	exchange := &deviceExchange{A: a, Block: secret.Token(s.Accounts.Rand, deviceBlockSize)}
	err = s.arithmetic(ctx, func() (err error) {
		exchange.Private, exchange.B, err = srp.NewChallenge(s.Accounts.Rand, verifier)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.ask(ctx, s.resumed(ctx, in, p), challenge{
		name: cognito.ChallengeNameDevicePasswordVerifier,
		parameters: map[string]string{
			"DEVICE_KEY":   device.Key,
			"SALT":         srp.Hex(device.Salt),
			"SECRET_BLOCK": exchange.secretBlock(),
			"SRP_B":        srp.Hex(exchange.B),
			"USERNAME":     p.user.Username,
		},
		asked: asked{Device: exchange},
	})
}

// answerDeviceVerifier checks the proof that a device knows its secret
// (DEVICE_PASSWORD_VERIFIER). A wrong one counts as a wrong password.
func (s *Service) answerDeviceVerifier(ctx context.Context, in Answer) (*Result, error) {
	err := in.needs("DEVICE_KEY", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP")
	if err != nil {
		return nil, err
	}
	if err := s.checkTimestamp(in.Responses["TIMESTAMP"]); err != nil {
		return nil, err
	}
	p, device, err := s.resumeDevice(ctx, in)
	if err != nil {
		return nil, err
	}
	exchange := p.memory.Asked.Device
	if exchange == nil {
		return nil, idp.ErrSessionInvalid
	}
	step := s.resumed(ctx, in, p)
	right, err := s.checkDevice(ctx, in, device, exchange)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, s.fail(ctx, in.Client.PoolID, p.subject, step.event, idp.ErrIncorrectUsernameOrPassword)
	}
	step.device, step.DeviceProved, step.Source = device, true, trigger.TokenGenerationAuthenticateDevice
	return s.finish(ctx, step)
}

// checkDevice computes the key that the device's secret would have led to and
// compares the signature made with it.
func (s *Service) checkDevice(ctx context.Context, in Answer, device *idp.Device, x *deviceExchange) (right bool, err error) {
	if in.Responses["PASSWORD_CLAIM_SECRET_BLOCK"] != x.secretBlock() {
		return false, nil
	}
	verifier, err := account.OpenDeviceVerifier(in.Client.Pool, device)
	if err != nil {
		return false, err
	}
	err = s.arithmetic(ctx, func() error {
		key, err := srp.SharedKey(x.A, x.B, x.Private, verifier)
		if err != nil {
			return idp.ErrIncorrectUsernameOrPassword
		}
		right = srp.CheckSignature(in.Responses["PASSWORD_CLAIM_SIGNATURE"], key, device.GroupKey, device.Key, []byte(x.Block), in.Responses["TIMESTAMP"])
		return nil
	})
	return right, err
}

// resumeDevice finds the session of a device's answer and the device, which
// must still be remembered and the one that the sign-in began with.
func (s *Service) resumeDevice(ctx context.Context, in Answer) (p *pending, device *idp.Device, err error) {
	if in.Session == "" {
		return nil, nil, missing("Session")
	}
	err = s.Accounts.Store.View(ctx, func(tx store.Tx) (err error) {
		p, err = s.reopenIn(tx, in.Client, in.Session, in.Challenge, in.Responses["USERNAME"])
		if err != nil {
			return err
		}
		device, err = s.deviceOf(tx, in, p)
		return err
	})
	return p, device, err
}

// deviceOf reads the device that a session waits for.
func (s *Service) deviceOf(tx store.Tx, in Answer, p *pending) (*idp.Device, error) {
	if p.user == nil || !p.memory.Trail.DeviceOwed {
		return nil, idp.ErrSessionInvalid
	}
	if in.Responses["DEVICE_KEY"] != p.memory.Trail.DeviceKey || !in.Client.Pool.TracksDevices() {
		return nil, idp.ErrDeviceNotFound
	}
	failed, err := tx.Attempts(in.Client.PoolID, p.subject, idp.AttemptPassword)
	if err != nil {
		return nil, err
	}
	if s.locked(attempt{failed: failed}) {
		return nil, idp.ErrPasswordAttemptsExceeded
	}
	device, err := tx.Device(in.Client.PoolID, p.user.Username, p.memory.Trail.DeviceKey)
	if errors.Is(err, store.ErrNotFound) || err == nil && !device.Remembered {
		return nil, idp.ErrDeviceNotFound
	}
	return device, err
}

// needs returns nil if an answer has responses with all the names.
func (in Answer) needs(names ...string) error {
	for _, name := range names {
		if in.Responses[name] == "" {
			return missing(name)
		}
	}
	return nil
}
