package e2e

import "testing"

// TestMFA signs in with second factors on both stores: as the library of web
// apps and the AWS SDK do, with an authenticator app, and with boto3.
func TestMFA(t *testing.T) {
	for name, command := range map[string][]string{
		"identity": {"node", "js/mfa.mjs"},
		"boto3":    {python, "python/mfa.py"},
	} {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, open opener) {
				play(t, newStage(t, open).URL, command...)
			})
		})
	}
}
