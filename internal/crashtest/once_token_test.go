//go:build linux

package crashtest

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
)

// tokenStories are about refresh tokens of a client that rotates them, without
// grace.
func tokenStories() []story {
	const reused = "RefreshTokenReuseException"
	return []story{
		{name: "rotating refresh token", op: "GetTokensFromRefreshToken", losers: []string{reused}, begin: func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			first := u.signsIn()
			out := make([]cognito.GetTokensFromRefreshTokenResponse, each)
			refresh := func(node *process.Process, token string, out *cognito.GetTokensFromRefreshTokenResponse) error {
				return node.Call(t.Context(), "GetTokensFromRefreshToken", &cognito.GetTokensFromRefreshTokenRequest{
					ClientID: u.pool.clientID, RefreshToken: token,
				}, out)
			}
			return race{user: u,
				answer: func(node *process.Process, i int) error { return refresh(node, first.RefreshToken, &out[i]) },
				// Reuse does not end the sign-in: what the winner got is good,
				// on every server, and the old token is good for nothing.
				after: func(winner int) {
					token := out[winner].AuthenticationResult.RefreshToken
					for _, node := range v.nodes {
						access := out[winner].AuthenticationResult.AccessToken
						must(t, node.Call(t.Context(), "GetUser", &cognito.GetUserRequest{AccessToken: access}, nil))
						if err := refresh(node, first.RefreshToken, &cognito.GetTokensFromRefreshTokenResponse{}); process.Code(err) != reused {
							t.Errorf("GetTokensFromRefreshToken with the old token: got %v, want %s", err, reused)
						}
						var next cognito.GetTokensFromRefreshTokenResponse
						must(t, refresh(node, token, &next))
						token = next.AuthenticationResult.RefreshToken
					}
				},
			}
		}},
	}
}
