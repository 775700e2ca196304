package e2e

import "testing"

// python is Debian's, with Debian's boto3.
const python = "/usr/bin/python3"

// TestBoto3 plays the stories of python/ on both stores.
func TestBoto3(t *testing.T) {
	for _, program := range []string{"admin", "signup", "signin", "reset_ways", "reset_errors"} {
		t.Run(program, func(t *testing.T) {
			eachStore(t, func(t *testing.T, open opener) {
				play(t, newStage(t, open).URL, python, "python/"+program+".py")
			})
		})
	}
}
