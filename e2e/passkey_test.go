package e2e

import "testing"

// TestPasskeys plays the stories of js/passkey.mjs in a real Chromium, on both
// stores.
func TestPasskeys(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		play(t, newStage(t, open).URL, "node", "js/passkey.mjs")
	})
}
