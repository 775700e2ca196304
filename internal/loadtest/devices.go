package loadtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/srp"
)

// devices are users of a pool that remembers devices, each with one.
type devices struct {
	clientID string
	list     []device
}

type device struct{ user, key, group string }

// deviceSecret is every device's secret.
const deviceSecret = "a secret that a device draws for itself"

// deviceSignIns signs in with the password in the clear and then with the
// proof of a remembered device.
func deviceSignIns(ctx context.Context, t *Target) (portion, error) {
	if t.devices == nil {
		d, err := t.makeDevices(ctx, 16)
		if err != nil {
			return portion{}, err
		}
		t.devices = d
	}
	clients := shortClients()
	return portion{step: func(ctx context.Context, i int, random *rand.Rand) error {
		d := t.devices.list[random.IntN(len(t.devices.list))]
		return t.signInDevice(ctx, clients[i%len(clients)], d)
	}}, nil
}

// makeDevices makes a pool that remembers every device, and users of it.
func (t *Target) makeDevices(ctx context.Context, n int) (*devices, error) {
	var pool cognito.CreateUserPoolResponse
	err := t.Server.Call(ctx, "CreateUserPool", &cognito.CreateUserPoolRequest{
		PoolName: "devices", DeviceConfiguration: &cognito.DeviceConfigurationType{ChallengeRequiredOnNewDevice: new(true)},
	}, &pool)
	if err != nil {
		return nil, err
	}
	var client cognito.CreateUserPoolClientResponse
	err = t.Server.Call(ctx, "CreateUserPoolClient", &cognito.CreateUserPoolClientRequest{
		UserPoolID: pool.UserPool.ID, ClientName: "devices", PreventUserExistenceErrors: "ENABLED",
		ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{cognito.ExplicitAuthFlowsAllowUserPasswordAuth},
	}, &client)
	if err != nil {
		return nil, err
	}
	out := &devices{clientID: client.UserPoolClient.ClientID}
	for i := range n {
		d, err := t.makeDevice(ctx, pool.UserPool.ID, out.clientID, username(i))
		if err != nil {
			return nil, err
		}
		out.list = append(out.list, d)
	}
	return out, nil
}

// makeDevice makes a user and their device.
func (t *Target) makeDevice(ctx context.Context, poolID, clientID, name string) (d device, err error) {
	err = t.Server.Call(ctx, "AdminCreateUser", &cognito.AdminCreateUserRequest{
		UserPoolID: poolID, Username: name, MessageAction: cognito.MessageActionSuppress,
	}, nil)
	if err != nil {
		return d, err
	}
	err = t.Server.Call(ctx, "AdminSetUserPassword", &cognito.AdminSetUserPasswordRequest{
		UserPoolID: poolID, Username: name, Password: Password, Permanent: new(true),
	}, nil)
	if err != nil {
		return d, err
	}
	tokens, err := t.signInAt(ctx, clientID, name)
	if err != nil {
		return d, err
	}
	if tokens.NewDeviceMetadata == nil {
		return d, fmt.Errorf("InitiateAuth: got no NewDeviceMetadata")
	}
	d = device{name, tokens.NewDeviceMetadata.DeviceKey, tokens.NewDeviceMetadata.DeviceGroupKey}
	salt := srp.NewSalt(nil)
	err = t.Server.Call(ctx, "ConfirmDevice", &cognito.ConfirmDeviceRequest{
		AccessToken: tokens.AccessToken, DeviceKey: d.key,
		DeviceSecretVerifierConfig: &cognito.DeviceSecretVerifierConfigType{
			PasswordVerifier: base64.StdEncoding.EncodeToString(srp.Verifier(d.group, d.key, deviceSecret, salt[:])),
			Salt:             base64.StdEncoding.EncodeToString(salt[:]),
		},
	}, nil)
	return d, err
}

func (t *Target) signInDevice(ctx context.Context, client *srp.Client, d device) error {
	var first cognito.InitiateAuthResponse
	err := t.Server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
		AuthFlow: cognito.AuthFlowUserPasswordAuth, ClientID: t.devices.clientID,
		AuthParameters: map[string]string{"USERNAME": d.user, "PASSWORD": Password, "DEVICE_KEY": d.key},
	}, &first)
	if err != nil {
		return err
	}
	second, err := t.respond(ctx, first.ChallengeName, first.Session, map[string]string{
		"USERNAME": d.user, "DEVICE_KEY": d.key, "SRP_A": client.SRPA(),
	})
	if err != nil {
		return err
	}
	p := second.ChallengeParameters
	key, err := client.Key(d.group, d.key, deviceSecret, p["SALT"], p["SRP_B"])
	if err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
	if err != nil {
		return err
	}
	timestamp := srp.FormatTimestamp(time.Now())
	third, err := t.respond(ctx, second.ChallengeName, second.Session, map[string]string{
		"USERNAME": d.user, "DEVICE_KEY": d.key, "TIMESTAMP": timestamp, "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": srp.Signature(key, d.group, d.key, raw, timestamp),
	})
	if err == nil && third.AuthenticationResult == nil {
		err = fmt.Errorf("RespondToAuthChallenge: got challenge %s, want tokens", third.ChallengeName)
	}
	return err
}

// respond answers a challenge of the pool that remembers devices.
func (t *Target) respond(ctx context.Context, name cognito.ChallengeNameType, session string, responses map[string]string) (out cognito.RespondToAuthChallengeResponse, err error) {
	err = t.Server.Call(ctx, "RespondToAuthChallenge", &cognito.RespondToAuthChallengeRequest{
		ClientID: t.devices.clientID, ChallengeName: name, Session: session, ChallengeResponses: responses,
	}, &out)
	return out, err
}
