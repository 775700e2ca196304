package ops_test

import (
	"sync"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/rptest"
)

// Sign-ins that meet at the limit, on two nodes, all succeed and all but so
// many of them are ended again.
func TestSessionLimitOnTwoNodes(t *testing.T) {
	const most, each = 2, 6
	for name, opts := range map[string][]rptest.Option{"SQLite": nil, "PostgreSQL": {rptest.Postgres()}} {
		t.Run(name, func(t *testing.T) {
			one := rptest.New(t, opts...)
			nodes := []*rptest.Server{one, one.Node()}
			pool := one.AddPool()
			client := one.AddClient(pool)
			one.Must("SetUserPoolSessionConfiguration", &cognito.SetUserPoolSessionConfigurationRequest{
				UserPoolID: pool, UserSessionTracking: cognito.UserSessionTrackingEnabled,
				TokenSession: &cognito.UserPoolTokenSessionConfigType{MaxPerUser: most},
			}, nil)
			users := []string{"ada", "grace", "hedy"}
			for _, user := range users {
				one.AddUser(pool, user, goodPassword)
			}
			// At once, each user on both nodes, and different users too, who
			// must not be in each other's way.
			tokens := make([][each]string, len(users))
			var wg sync.WaitGroup
			for u, user := range users {
				for i := range each {
					wg.Go(func() {
						var out cognito.InitiateAuthResponse
						err := nodes[i%2].Call("InitiateAuth", &cognito.InitiateAuthRequest{
							ClientID: client, AuthFlow: cognito.AuthFlowUserPasswordAuth,
							AuthParameters: map[string]string{"USERNAME": user, "PASSWORD": goodPassword},
						}, &out)
						if err != nil {
							t.Errorf("InitiateAuth(%s): %v", user, err)
							return
						}
						tokens[u][i] = out.AuthenticationResult.AccessToken
					})
				}
			}
			wg.Wait()
			for u, user := range users {
				var out cognito.AdminListUserSessionsResponse
				one.Must("AdminListUserSessions", &cognito.AdminListUserSessionsRequest{UserPoolID: pool, Username: user}, &out)
				alive := 0
				for i, token := range tokens[u] {
					if nodes[i%2].Call("GetUser", &cognito.GetUserRequest{AccessToken: token}, nil) == nil {
						alive++
					}
				}
				if len(out.Sessions) != most || alive != most {
					t.Errorf("%s: got %d sessions and %d live access tokens, want %d of both", user, len(out.Sessions), alive, most)
				}
			}
		})
	}
}

// A refresh and a revocation of its session, on two nodes, leave nothing alive.
func TestRevokeDuringRefreshOnTwoNodes(t *testing.T) {
	const rounds = 3
	for name, opts := range map[string][]rptest.Option{"SQLite": nil, "PostgreSQL": {rptest.Postgres()}} {
		t.Run(name, func(t *testing.T) {
			one := rptest.New(t, opts...)
			two := one.Node()
			pool := one.AddPool()
			client := one.AddClient(pool)
			one.Must("SetUserPoolSessionConfiguration", &cognito.SetUserPoolSessionConfigurationRequest{
				UserPoolID: pool, UserSessionTracking: cognito.UserSessionTrackingEnabled,
				TokenSession: &cognito.UserPoolTokenSessionConfigType{MaxPerUser: 5},
			}, nil)
			one.AddUser(pool, "ada", goodPassword)
			for range rounds {
				tokens := one.SignIn(client, "ada", goodPassword)
				var out cognito.AdminListUserSessionsResponse
				one.Must("AdminListUserSessions", &cognito.AdminListUserSessionsRequest{UserPoolID: pool, Username: "ada"}, &out)
				if len(out.Sessions) != 1 {
					t.Fatalf("AdminListUserSessions: got %d, want 1", len(out.Sessions))
				}
				var got cognito.GetTokensFromRefreshTokenResponse
				var wg sync.WaitGroup
				wg.Go(func() {
					err := two.Call("GetTokensFromRefreshToken", &cognito.GetTokensFromRefreshTokenRequest{ClientID: client, RefreshToken: tokens.RefreshToken}, &got)
					if err != nil && err.Error() != "NotAuthorizedException: Refresh Token has been revoked" {
						t.Errorf("GetTokensFromRefreshToken: %v", err)
					}
				})
				wg.Go(func() {
					err := one.Call("AdminRevokeUserSession", &cognito.AdminRevokeUserSessionRequest{UserPoolID: pool, Username: "ada", SessionID: out.Sessions[0].SessionID}, nil)
					if err != nil {
						t.Errorf("AdminRevokeUserSession: %v", err)
					}
				})
				wg.Wait()
				late := ""
				if got.AuthenticationResult != nil {
					late = got.AuthenticationResult.AccessToken
				}
				for _, token := range []string{tokens.AccessToken, late} {
					if token != "" && one.Call("GetUser", &cognito.GetUserRequest{AccessToken: token}, nil) == nil {
						t.Error("GetUser: an access token outlived its session")
					}
				}
				one.Must("AdminListUserSessions", &cognito.AdminListUserSessionsRequest{UserPoolID: pool, Username: "ada"}, &out)
				if len(out.Sessions) != 0 {
					t.Errorf("AdminListUserSessions after the revocation: got %d, want 0", len(out.Sessions))
				}
			}
		})
	}
}
