package loadtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"rockpool/internal/srp"
)

// Cryptography is what the unavoidable operations cost on this machine.
type Cryptography struct {
	Verifier  time.Duration // v = g^x: a password checked or set
	Challenge time.Duration // B = k·v + g^b: the first half of SRP
	SharedKey time.Duration // K: the second half
	Sign      time.Duration // an RSA-2048 signature
	Verify    time.Duration // an RSA-2048 verification
	Passkey   time.Duration // a P-256 verification
}

// operation is one of the figures of Cryptography.
type operation struct {
	figure func(*Cryptography) *time.Duration
	do     func() error
}

// operations prepares what is measured.
func operations() ([]operation, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256([]byte("a token"))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		return nil, err
	}
	passkey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	assertion, err := ecdsa.SignASN1(rand.Reader, passkey, digest[:])
	if err != nil {
		return nil, err
	}
	salt := srp.NewSalt(nil)
	v := srp.Verifier("pool", "user", "password", salt[:])
	a, err := srp.ParsePublic(srp.NewClient(nil).SRPA())
	if err != nil {
		return nil, err
	}
	b, B, err := srp.NewChallenge(nil, v)
	if err != nil {
		return nil, err
	}
	return []operation{
		{func(c *Cryptography) *time.Duration { return &c.Verifier }, func() error { srp.Verifier("pool", "user", "password", salt[:]); return nil }},
		{func(c *Cryptography) *time.Duration { return &c.Challenge }, func() error { _, _, err := srp.NewChallenge(nil, v); return err }},
		{func(c *Cryptography) *time.Duration { return &c.SharedKey }, func() error { _, err := srp.SharedKey(a, B, b, v); return err }},
		{func(c *Cryptography) *time.Duration { return &c.Sign }, func() error { _, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]); return err }},
		{func(c *Cryptography) *time.Duration { return &c.Verify }, func() error { return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature) }},
		{func(c *Cryptography) *time.Duration { return &c.Passkey }, func() error {
			if !ecdsa.VerifyASN1(&passkey.PublicKey, digest[:], assertion) {
				return errors.New("P-256: a right signature is refused")
			}
			return nil
		}},
	}, nil
}

// MeasureCryptography runs each operation for about d, on as many cores at
// once as are given, and takes the processor time of each.
func MeasureCryptography(d time.Duration, cores int) (c Cryptography, err error) {
	ops, err := operations()
	if err != nil {
		return c, err
	}
	for _, op := range ops {
		if *op.figure(&c), err = each(d, cores, op.do); err != nil {
			return c, fmt.Errorf("measuring cryptography: %w", err)
		}
	}
	return c, nil
}

// each runs f over and over on some cores for about d and returns the
// processor time of one call.
func each(d time.Duration, cores int, f func() error) (time.Duration, error) {
	if err := f(); err != nil { // builds tables
		return 0, err
	}
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		calls  int
		failed error
	)
	before, err := ownCPU()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	for range cores {
		wg.Go(func() {
			n := 0
			var err error
			for err == nil && time.Since(start) < d {
				err = f()
				n++
			}
			mu.Lock()
			defer mu.Unlock()
			calls += n
			if err != nil {
				failed = err
			}
		})
	}
	wg.Wait()
	after, err := ownCPU()
	if err != nil {
		return 0, err
	}
	return (after - before) / time.Duration(calls), failed
}

// ownCPU is the processor time of this process.
func ownCPU() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
