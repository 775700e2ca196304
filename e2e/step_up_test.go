package e2e

import "testing"

// TestStepUp reaches levels of authentication with the AWS SDK for JavaScript,
// and with boto3.
func TestStepUp(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		t.Run("javascript", func(t *testing.T) { play(t, newStage(t, open).URL, "node", "js/step_up.mjs") })
		t.Run("boto3", func(t *testing.T) { play(t, newStage(t, open).URL, python, "python/step_up.py") })
	})
}
