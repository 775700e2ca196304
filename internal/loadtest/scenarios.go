package loadtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
	"rockpool/internal/srp"
)

// Scenario is a kind of request.
type Scenario struct {
	Name string

	// Floor is the cryptography that a step cannot do without.
	Floor  func(Cryptography) time.Duration
	Budget Budget

	// prepare fetches what the next portion needs.
	prepare func(ctx context.Context, t *Target) (portion, error)
}

// Scenarios are the kinds of request, in the order of the table.
var Scenarios = []Scenario{
	{
		Name: "SignUp", Floor: func(c Cryptography) time.Duration { return c.Verifier },
		Budget: Budget{1.3, 400 * time.Microsecond}, prepare: signUps,
	},
	{
		Name: "InitiateAuth, password", Floor: func(c Cryptography) time.Duration { return c.Verifier + 2*c.Sign },
		Budget: Budget{Times: 1.3}, prepare: passwordSignIns,
	},
	{
		Name: "InitiateAuth + answer, SRP", Floor: func(c Cryptography) time.Duration { return c.Challenge + c.SharedKey + 2*c.Sign },
		Budget: Budget{Times: 1.3}, prepare: srpSignIns,
	},
	{
		Name: "InitiateAuth + answer, passkey", Floor: func(c Cryptography) time.Duration { return c.Passkey + 2*c.Sign },
		Budget: Budget{Times: 1.3}, prepare: passkeySignIns,
	},
	{
		Name: "InitiateAuth + answer, TOTP", Floor: func(c Cryptography) time.Duration { return c.Verifier + 2*c.Sign },
		Budget: Budget{Times: 1.3}, prepare: tokenSignIns,
	},
	{
		Name: "InitiateAuth + 2 answers, device", Floor: func(c Cryptography) time.Duration {
			return c.Verifier + c.Challenge + c.SharedKey + 2*c.Sign
		},
		Budget: Budget{Times: 1.3}, prepare: deviceSignIns,
	},
	{
		Name: "InitiateAuth, refresh", Floor: func(c Cryptography) time.Duration { return 2 * c.Sign },
		Budget: Budget{Times: 1.3}, prepare: refreshes,
	},
	{
		Name: "refresh with rotation", Floor: func(c Cryptography) time.Duration { return 2 * c.Sign },
		Budget: Budget{Times: 1.3}, prepare: rotations,
	},
	{
		Name: "GetUser", Floor: func(c Cryptography) time.Duration { return c.Verify },
		Budget: Budget{Plus: 250 * time.Microsecond}, prepare: getUsers,
	},
	{
		Name: "ForgotPassword", Floor: none,
		Budget: Budget{Plus: 400 * time.Microsecond}, prepare: forgotPasswords,
	},
	{
		Name: "ConfirmForgotPassword", Floor: func(c Cryptography) time.Duration { return c.Verifier },
		Budget: Budget{1.3, 300 * time.Microsecond}, prepare: confirmForgotPasswords,
	},
	{
		Name: "ListUsers by email", Floor: none,
		Budget: Budget{Plus: 400 * time.Microsecond}, prepare: listUsers,
	},
}

func none(Cryptography) time.Duration { return 0 }

func signUps(_ context.Context, t *Target) (portion, error) {
	run := rand.Uint32()
	return portion{step: func(ctx context.Context, i int, _ *rand.Rand) error {
		name := fmt.Sprintf("new-%08x-%07d", run, i)
		return t.Server.Call(ctx, "SignUp", &cognito.SignUpRequest{
			ClientID: t.ClientID, Username: name, Password: Password,
			UserAttributes: []*cognito.AttributeType{{Name: "email", Value: name + "@example.com"}},
		}, nil)
	}}, nil
}

func passwordSignIns(_ context.Context, t *Target) (portion, error) {
	return portion{step: func(ctx context.Context, _ int, random *rand.Rand) error {
		_, err := t.signIn(ctx, t.anyone(random))
		return err
	}}, nil
}

// signIn signs a user in with the password.
func (t *Target) signIn(ctx context.Context, username string) (*cognito.AuthenticationResultType, error) {
	return t.signInAt(ctx, t.ClientID, username)
}

// signInAt is signIn with another app client.
func (t *Target) signInAt(ctx context.Context, clientID, username string) (*cognito.AuthenticationResultType, error) {
	var out cognito.InitiateAuthResponse
	err := t.Server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
		AuthFlow: cognito.AuthFlowUserPasswordAuth, ClientID: clientID,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": Password},
	}, &out)
	if err == nil && out.AuthenticationResult == nil {
		err = fmt.Errorf("InitiateAuth: got challenge %s, want tokens", out.ChallengeName)
	}
	return out.AuthenticationResult, err
}

// srpSignIns signs in as a browser would, except that the clients' secret
// exponents are short and used more than once: a full one would cost the
// generator three times the processor time, and the server the same.
func srpSignIns(_ context.Context, t *Target) (portion, error) {
	clients := shortClients()
	return portion{step: func(ctx context.Context, i int, random *rand.Rand) error {
		return t.signInSRP(ctx, clients[i%len(clients)], t.anyone(random))
	}}, nil
}

func shortClients() []*srp.Client {
	clients := make([]*srp.Client, 16)
	for i := range clients {
		clients[i] = srp.NewClient(&shortSecret{})
	}
	return clients
}

// shortSecret reads as 96 zero bytes and then ordinary ones.
type shortSecret struct{ n int }

func (s *shortSecret) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 0
		if s.n >= 96 {
			b[i] = byte(rand.Uint32())
		}
		s.n++
	}
	return len(b), nil
}

func (t *Target) signInSRP(ctx context.Context, client *srp.Client, username string) error {
	var first cognito.InitiateAuthResponse
	err := t.Server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
		AuthFlow: cognito.AuthFlowUserSrpAuth, ClientID: t.ClientID,
		AuthParameters: map[string]string{"USERNAME": username, "SRP_A": client.SRPA()},
	}, &first)
	if err != nil {
		return err
	}
	p := first.ChallengeParameters
	id := p["USER_ID_FOR_SRP"]
	key, err := client.Key(t.poolName(), id, Password, p["SALT"], p["SRP_B"])
	if err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
	if err != nil {
		return err
	}
	timestamp := srp.FormatTimestamp(time.Now())
	var second cognito.RespondToAuthChallengeResponse
	err = t.Server.Call(ctx, "RespondToAuthChallenge", &cognito.RespondToAuthChallengeRequest{
		ChallengeName: cognito.ChallengeNamePasswordVerifier, ClientID: t.ClientID,
		ChallengeResponses: map[string]string{
			"USERNAME": id, "TIMESTAMP": timestamp, "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE": srp.Signature(key, t.poolName(), id, raw, timestamp),
		},
	}, &second)
	if err == nil && second.AuthenticationResult == nil {
		err = fmt.Errorf("RespondToAuthChallenge: got challenge %s, want tokens", second.ChallengeName)
	}
	return err
}

func refreshes(ctx context.Context, t *Target) (portion, error) {
	tokens, err := t.someTokens(ctx)
	if err != nil {
		return portion{}, err
	}
	return portion{step: func(ctx context.Context, i int, _ *rand.Rand) error {
		return t.Server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
			AuthFlow: cognito.AuthFlowRefreshTokenAuth, ClientID: t.ClientID,
			AuthParameters: map[string]string{"REFRESH_TOKEN": tokens[i%len(tokens)].RefreshToken},
		}, nil)
	}}, nil
}

func getUsers(ctx context.Context, t *Target) (portion, error) {
	tokens, err := t.someTokens(ctx)
	if err != nil {
		return portion{}, err
	}
	return portion{step: func(ctx context.Context, i int, _ *rand.Rand) error {
		return t.Server.Call(ctx, "GetUser", &cognito.GetUserRequest{AccessToken: tokens[i%len(tokens)].AccessToken}, nil)
	}}, nil
}

func forgotPasswords(_ context.Context, t *Target) (portion, error) {
	return portion{step: func(ctx context.Context, _ int, random *rand.Rand) error {
		return t.forgotPassword(ctx, t.anyone(random))
	}}, nil
}

func (t *Target) forgotPassword(ctx context.Context, username string) error {
	return t.Server.Call(ctx, "ForgotPassword", &cognito.ForgotPasswordRequest{ClientID: t.ClientID, Username: username}, nil)
}

// confirmForgotPasswords asks for codes and reads them from the inbox, which
// keeps the last thousand messages, before what is measured begins.
func confirmForgotPasswords(ctx context.Context, t *Target) (portion, error) {
	const codes = 400
	before, err := t.lastMessage(ctx)
	if err != nil {
		return portion{}, err
	}
	wanted := map[string]bool{}
	for i := range min(codes, t.Users) {
		wanted[username((t.next+i)%t.Users)] = true
	}
	t.next += codes
	for name := range wanted {
		if err := t.forgotPassword(ctx, name); err != nil {
			return portion{}, err
		}
	}
	redeem, err := t.codes(ctx, wanted, before)
	if err != nil {
		return portion{}, err
	}
	return portion{count: len(redeem), step: func(ctx context.Context, i int, _ *rand.Rand) error {
		return t.Server.Call(ctx, "ConfirmForgotPassword", &cognito.ConfirmForgotPasswordRequest{
			ClientID: t.ClientID, Username: redeem[i].User, ConfirmationCode: redeem[i].Code, Password: Password,
		}, nil)
	}}, nil
}

// lastMessage is the id of the newest message, once everything that was asked
// for earlier has arrived: delivery goes on in the background, and a code that
// arrives late is an old one.
func (t *Target) lastMessage(ctx context.Context) (uint64, error) {
	if err := t.settle(ctx); err != nil {
		return 0, err
	}
	inbox, err := t.Server.Inbox(ctx, "")
	if err != nil || len(inbox) == 0 {
		return 0, err
	}
	return strconv.ParseUint(inbox[0].ID, 10, 64)
}

// codes waits for a message to each user that is newer than the given one.
func (t *Target) codes(ctx context.Context, users map[string]bool, after uint64) ([]process.Message, error) {
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		inbox, err := t.Server.Inbox(ctx, "")
		if err != nil {
			return nil, err
		}
		var found []process.Message
		seen := map[string]bool{}
		for _, m := range inbox {
			id, err := strconv.ParseUint(m.ID, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("inbox: id of a message: %w", err)
			}
			if id <= after {
				break
			}
			if m.Code != "" && users[m.User] && !seen[m.User] {
				seen[m.User] = true
				found = append(found, m)
			}
		}
		if len(found) == len(users) {
			return found, nil
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("inbox: got codes of %d users, want %d", len(found), len(users))
		}
	}
}

func listUsers(_ context.Context, t *Target) (portion, error) {
	return portion{step: func(ctx context.Context, _ int, random *rand.Rand) error {
		name := t.anyone(random)
		var out cognito.ListUsersResponse
		err := t.Server.Call(ctx, "ListUsers", &cognito.ListUsersRequest{
			UserPoolID: t.PoolID, Filter: `email = "` + name + `@example.com"`,
		}, &out)
		if err == nil && len(out.Users) != 1 {
			err = fmt.Errorf("ListUsers: got %d users, want 1", len(out.Users))
		}
		return err
	}}, nil
}
