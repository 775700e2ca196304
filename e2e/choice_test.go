package e2e

import "testing"

// TestChoice signs in with USER_AUTH by boto3, by the AWS SDK for JavaScript
// and by Amplify.
func TestChoice(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		t.Run("boto3", func(t *testing.T) { play(t, newStage(t, open).URL, python, "python/choice.py") })
		t.Run("javascript", func(t *testing.T) { play(t, newStage(t, open).URL, "node", "js/choice.mjs") })
	})
}
