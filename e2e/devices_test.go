package e2e

import "testing"

// TestDevices plays the stories of remembered devices on both stores: as the
// library of web apps has them, and as a server and an administrator do.
func TestDevices(t *testing.T) {
	for name, command := range map[string][]string{
		"identity": {"node", "js/devices.mjs"},
		"boto3":    {python, "python/devices.py"},
	} {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, open opener) {
				play(t, newStage(t, open).URL, command...)
			})
		})
	}
}
