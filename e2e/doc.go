// Package e2e runs the clients that people use - the AWS CLI, boto3, the
// JavaScript libraries, the AWS SDK for Go - against a running Rockpool.
//
// A test builds the program, sets up a stage (a server on a fresh store,
// around it the services that a server talks to: Lambda, a mail server, an SMS
// gateway) and lets a client play its stories there. Stories in other
// languages are programs under python/ and js/; each of their stories is
// reported as a subtest. What a story needs of the stage beyond the server
// itself, such as a second server with other flags or a store that fails, it
// asks for over HTTP: see stage_test.go.
//
// The package has no code of its own. scripts/test installs what it needs.
package e2e
