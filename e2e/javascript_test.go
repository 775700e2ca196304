package e2e

import "testing"

// TestJavaScript plays the stories of js/ on both stores.
func TestJavaScript(t *testing.T) {
	for _, program := range []string{"sdk", "identity", "amplify", "custom", "triggers"} {
		t.Run(program, func(t *testing.T) {
			eachStore(t, func(t *testing.T, open opener) {
				play(t, newStage(t, open).URL, "node", "js/"+program+".mjs")
			})
		})
	}
}
