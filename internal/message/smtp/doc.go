// Package smtp carries emails to a mail server.
//
// It owns the --smtp setting (see [ParseURL]), the connection to the server,
// and what a server's reply means for the next attempt. What an email says is
// made by package message; retries are the dispatcher's.
package smtp
