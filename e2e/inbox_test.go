package e2e

import "testing"

// TestInbox plays the stories of js/inbox.mjs in a real Chromium. Messages are
// kept in memory, so one kind of store tells everything.
func TestInbox(t *testing.T) {
	play(t, newStage(t, openSQLite).URL, "node", "js/inbox.mjs")
}
