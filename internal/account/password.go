package account

import (
	"fmt"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
)

// purposeVerifier is the purpose under which verifiers are sealed with the
// pool's key; the id is the username.
const purposeVerifier = "srp-verifier"

// OpenVerifier returns the SRP verifier of a user's password. The user must
// have one.
func OpenVerifier(pool *catalog.Pool, u *idp.User) ([]byte, error) {
	v, err := pool.Key.Open(purposeVerifier, u.Username, u.Password.Verifier)
	if err != nil {
		return nil, fmt.Errorf("opening verifier: %w", err)
	}
	return v, nil
}

// usedBefore tells whether a password is one of those that the pool's policy
// does not allow again: the current one and the former ones that are kept.
// All have the user's one salt, so one verifier is compared with all.
func usedBefore(pool *catalog.Pool, u *idp.User, verifier []byte) (bool, error) {
	size := pool.PasswordPolicy().HistorySize
	if size == 0 || u.Password == nil {
		return false, nil
	}
	former := append([][]byte{u.Password.Verifier}, u.History...)
	found := false
	for _, sealed := range former[:min(size, len(former))] {
		v, err := pool.Key.Open(purposeVerifier, u.Username, sealed)
		if err != nil {
			return false, fmt.Errorf("opening former verifier: %w", err)
		}
		if srp.Verify(v, verifier) {
			found = true
		}
	}
	return found, nil
}

// setPassword gives the user a password and moves the current one into the
// history.
func setPassword(pool *catalog.Pool, u *idp.User, verifier []byte, now time.Time) error {
	sealed, err := pool.Key.Seal(purposeVerifier, u.Username, verifier)
	if err != nil {
		return fmt.Errorf("sealing verifier: %w", err)
	}
	keep := max(pool.PasswordPolicy().HistorySize-1, 0)
	if u.Password != nil {
		u.History = append([][]byte{u.Password.Verifier}, u.History...)
	}
	u.History = u.History[:min(keep, len(u.History))]
	u.Password = &idp.Password{Verifier: sealed, SetAt: now}
	u.Modified = now
	return nil
}
