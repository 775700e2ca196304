// Package rockpool is a user pool service that speaks the Amazon Cognito user
// pools API. The program is in cmd/rockpool; a whole server inside a Go test
// is in rockpooltest.
package rockpool

//go:generate go generate ./internal/cognito
