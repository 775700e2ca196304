//go:build linux

package crashtest

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
)

// codeStories are about codes that confirm, verify and reset.
func codeStories() []story {
	return []story{
		{name: "code of a sign-up", op: "ConfirmSignUp",
			losers: []string{"NotAuthorizedException", "ExpiredCodeException"}, // the user is confirmed, the code is used
			begin: func(t *testing.T, v *venue, story, n int) race {
				u := v.newRacer(t, v.choice, story, n)
				code, session := u.signedUp()
				out := make([]cognito.ConfirmSignUpResponse, each)
				return race{user: u,
					answer: func(node *process.Process, i int) error {
						return node.Call(t.Context(), "ConfirmSignUp", &cognito.ConfirmSignUpRequest{
							ClientID: u.pool.clientID, Username: u.name, ConfirmationCode: code, Session: session,
						}, &out[i])
					},
					after: func(winner int) {
						s, err := u.initiate(v.nodes[0], cognito.AuthFlowUserAuth, out[winner].Session)
						must(t, err)
						must(t, s.leads(""))
					},
				}
			}},
		{name: "code of an attribute", op: "VerifyUserAttribute", losers: []string{"ExpiredCodeException"}, begin: func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			token := u.signsIn().AccessToken
			u.email = "new-" + u.email
			u.call("UpdateUserAttributes", &cognito.UpdateUserAttributesRequest{
				AccessToken: token, UserAttributes: []*cognito.AttributeType{{Name: "email", Value: u.email}},
			}, nil)
			code := u.post.code(t, u.email, 0)
			return race{user: u,
				answer: func(node *process.Process, _ int) error {
					return node.Call(t.Context(), "VerifyUserAttribute", &cognito.VerifyUserAttributeRequest{
						AccessToken: token, AttributeName: "email", Code: code,
					}, nil)
				},
				after: func(int) { u.hasVerified("email") },
			}
		}},
		{name: "code of a reset", op: "ConfirmForgotPassword", losers: []string{"ExpiredCodeException"}, begin: func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			var sent cognito.ForgotPasswordResponse
			u.call("ForgotPassword", &cognito.ForgotPasswordRequest{ClientID: u.pool.clientID, Username: u.name}, &sent)
			to := u.email
			if sent.CodeDeliveryDetails.DeliveryMedium == cognito.DeliveryMediumSms {
				to = u.phone
			}
			code := u.post.code(t, to, 0)
			return race{user: u,
				answer: func(node *process.Process, i int) error {
					return node.Call(t.Context(), "ConfirmForgotPassword", &cognito.ConfirmForgotPasswordRequest{
						ClientID: u.pool.clientID, Username: u.name, ConfirmationCode: code, Password: password(i),
					}, nil)
				},
				after: u.hasPassword,
			}
		}},
		{name: "code of an authenticator", op: "VerifySoftwareToken",
			losers: []string{"SoftwareTokenMFANotFoundException"}, // it is proved already
			begin: func(t *testing.T, v *venue, story, n int) race {
				u := v.newRacer(t, v.factors, story, n).confirmed()
				token := u.signsIn().AccessToken
				var made cognito.AssociateSoftwareTokenResponse
				u.call("AssociateSoftwareToken", &cognito.AssociateSoftwareTokenRequest{AccessToken: token}, &made)
				u.decode(made)
				code := u.code()
				return race{user: u, answer: func(node *process.Process, _ int) error {
					return node.Call(t.Context(), "VerifySoftwareToken", &cognito.VerifySoftwareTokenRequest{AccessToken: token, UserCode: code}, nil)
				}}
			}},
	}
}

// signedUp signs the user up, and returns the code that they were sent and the
// session of the sign-up.
func (r *racer) signedUp() (code, session string) {
	r.t.Helper()
	var out cognito.SignUpResponse
	r.call("SignUp", &cognito.SignUpRequest{
		ClientID: r.pool.clientID, Username: r.name, Password: r.password,
		UserAttributes: []*cognito.AttributeType{{Name: "email", Value: r.email}},
	}, &out)
	return r.post.code(r.t, r.email, 0), out.Session
}

// hasVerified checks that an attribute is verified.
func (r *racer) hasVerified(attribute string) {
	r.t.Helper()
	var out cognito.AdminGetUserResponse
	r.call("AdminGetUser", &cognito.AdminGetUserRequest{UserPoolID: r.pool.id, Username: r.name}, &out)
	for _, a := range out.UserAttributes {
		if a.Name == attribute+"_verified" && a.Value == "true" {
			return
		}
	}
	r.t.Errorf("AdminGetUser: %s is not verified after its code was taken", attribute)
}
