// Package rockpooltest starts a whole Rockpool inside a Go test: a real server
// on a port of its own, with a temporary database, an inbox instead of mail and
// SMS, and a clock that can be moved. It takes milliseconds and needs nothing
// installed.
//
//	func TestSignUp(t *testing.T) {
//		pool := rockpooltest.Start(t)
//		client := cognitoidentityprovider.New(cognitoidentityprovider.Options{
//			BaseEndpoint: aws.String(pool.Endpoint),
//			Region:       pool.Region,
//			Credentials:  credentials.NewStaticCredentialsProvider(pool.AccessKeyID, pool.SecretAccessKey, ""),
//		})
//		// ... sign up through client with pool.ClientID, then confirm with
//		// pool.LastCode("ada@example.com").
//	}
//
// It accepts any credentials and is for tests only.
package rockpooltest

import (
	"testing"
	"time"

	"rockpool/internal/rptest"
)

// Server is a running server with a sample pool. Users sign up with a username
// of their choice and an e-mail address, to which a code is sent; the clients
// have the password and SRP flows.
type Server struct {
	Endpoint string // URL of the API
	Region   string

	PoolID   string
	Issuer   string // of the pool's tokens
	ClientID string // has no secret

	SecretClientID string // has Secret
	Secret         string

	// Any credentials are accepted; these are some.
	AccessKeyID     string
	SecretAccessKey string

	server *rptest.Server
}

// Start starts a server, which stops with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s := rptest.New(t)
	sample, err := s.API().Sample(t.Context(), "")
	if err != nil {
		t.Fatalf("starting rockpool: %v", err)
	}
	return &Server{
		Endpoint: s.Endpoint, Region: rptest.Region,
		PoolID: sample.PoolID, Issuer: s.Endpoint + "/" + sample.PoolID, ClientID: sample.ClientID,
		SecretClientID: sample.SecretClientID, Secret: sample.Secret,
		AccessKeyID: s.Credentials.ID, SecretAccessKey: s.Credentials.Secret,
		server: s,
	}
}

// LastCode returns the code (or the temporary password) in the latest message
// to an e-mail address or a phone number. The test fails if there is none.
func (s *Server) LastCode(to string) string { return s.server.LastCode(to) }

// Advance moves the server's clock, so that codes and tokens expire without
// waiting.
func (s *Server) Advance(d time.Duration) { s.server.Advance(d) }

// Now is the time on the server's clock.
func (s *Server) Now() time.Time { return s.server.Clock.Now() }
