package signin

import (
	"errors"
	"maps"
	"slices"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// errLevelOut means that a user cannot reach any of the levels that a sign-in
// asks for.
var errLevelOut = idp.NotAuthorized("User cannot reach any of the requested levels of authentication.")

// assurance is what a sign-in remembers of how sure it is, and should be, of
// its user.
type assurance struct {
	// Methods are those that were proved in it.
	Methods []idp.Method `json:"amr,omitzero"`

	// Levels are those that it should reach, the highest first; nil if any
	// will do.
	Levels []idp.AcrLevel `json:"acr,omitzero"`

	Credit *credit `json:"credit,omitzero"` // nil without any
}

// credit is what counts in a sign-in because it was proved in an earlier one,
// whose access token came along.
type credit struct {
	Family string     `json:"family"`
	Proofs idp.Proofs `json:"proofs"`
}

// prove notes that methods were proved in this sign-in.
func (a *assurance) prove(methods ...idp.Method) {
	a.Methods = append(slices.Clip(a.Methods), methods...)
}

// credited is what counts from earlier, nil if nothing.
func (a *assurance) credited() idp.Proofs {
	if a.Credit == nil {
		return nil
	}
	return a.Credit.Proofs
}

// proofs is all that counts. When it was proved is not told.
func (a *assurance) proofs() idp.Proofs {
	out := idp.Proofs{}
	maps.Copy(out, a.credited())
	for _, m := range a.Methods {
		out[m] = 0
	}
	return out
}

// reached returns nil if the sign-in has come as far as it was asked to.
func (a *assurance) reached() error {
	if n := len(a.Levels); n > 0 && a.proofs().Level() < a.Levels[n-1] {
		return errLevelOut
	}
	return nil
}

// check refuses a credit whose tokens were revoked since it was given, inside
// the transaction that takes a step with it.
func (c *credit) check(tx store.Tx, poolID string) error {
	if c == nil {
		return nil
	}
	f, err := tx.Family(poolID, c.Family)
	if errors.Is(err, store.ErrNotFound) || err == nil && f.Revoked {
		return idp.ErrAccessTokenRevoked
	}
	return err
}
