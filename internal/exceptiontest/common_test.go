package exceptiontest_test

import (
	"context"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/config"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/rptest"
	"rockpool/internal/server"
	"rockpool/internal/store/faulty"
)

// cause makes an operation answer with an exception and returns what it
// answered.
type cause func(*stage) error

// common returns the cause that an exception has in every operation of a kind.
func common(op *cognito.Operation, code string) cause {
	switch code {
	case "InvalidParameterException":
		return nothingGiven
	case "InternalErrorException", "InternalServerException":
		return brokenStore
	case "TooManyRequestsException":
		return drainedRate
	case "ForbiddenException":
		return blocked
	case "AccessDeniedException":
		return deniedByPolicy
	case "NotAuthorizedException":
		switch {
		case has(op, "AccessToken"):
			return noAccessToken
		case op.Auth == cognito.AuthNone && has(op, "SecretHash"):
			return noSecretHash
		}
	case "ResourceNotFoundException":
		switch {
		case has(op, "UserPoolId"):
			return unknown("UserPoolId", rptest.Region+"_nobody000")
		case has(op, "ClientId"):
			return unknown("ClientId", "nobody00000000000000000000")
		case has(op, "ResourceArn"):
			return unknown("ResourceArn", "arn:aws:cognito-idp:"+rptest.Region+":"+rptest.AccountID+":userpool/"+rptest.Region+"_nobody000")
		}
	case "UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException":
		if _, ok := triggers[op.Name]; ok {
			return failingFunction
		}
	case "UserNotFoundException":
		switch {
		case has(op, "AccessToken"):
			return deletedUser
		case has(op, "Username"):
			return unknown("Username", "nobody")
		}
	}
	return nil
}

// nothingGiven leaves out what is required.
func nothingGiven(s *stage) error { return s.Call(s.op.Name, req{}, nil) }

// unknown names something that does not exist.
func unknown(member, value string) cause {
	return func(s *stage) error { return s.Call(s.op.Name, s.request(s.op, req{member: value}), nil) }
}

func noAccessToken(s *stage) error {
	return s.Call(s.op.Name, s.request(s.op, req{"AccessToken": "no.access.token"}), nil)
}

func deletedUser(s *stage) error {
	name := s.newUser(s.pool)
	access := s.signIn(s.client, name).AccessToken
	s.must("AdminDeleteUser", req{"UserPoolId": s.pool, "Username": name}, nil)
	return s.Call(s.op.Name, s.request(s.op, req{"AccessToken": access}), nil)
}

func noSecretHash(s *stage) error {
	return s.Call(s.op.Name, s.request(s.op, req{"ClientId": s.newClient(s.pool, req{"GenerateSecret": true})}), nil)
}

// brokenStore is a node whose database fails from the beginning.
func brokenStore(s *stage) error {
	return s.nodes.broken.Call(s.op.Name, s.request(s.op), nil)
}

// drainedRate calls until the pool's rate of such requests is used up, on a
// node where it is never filled again.
func drainedRate(s *stage) error {
	const more = 400 // than the highest rate
	rates := s.rates.on(s.t, s.rates.Server)
	in := rates.request(s.op)
	var err error
	for range more {
		err = rates.Call(s.op.Name, in, nil)
		if known, ok := err.(*idp.Error); ok && known.Code == s.code {
			break
		}
	}
	return err
}

func blocked(s *stage) error { return s.nodes.filtered.Call(s.op.Name, s.request(s.op), nil) }

func deniedByPolicy(s *stage) error {
	reader := s.nodes.signed.AddAccessKey(`{"Statement":[{"Effect":"Allow","Action":"cognito-idp:ListUsers","Resource":"*"}]}`)
	return s.nodes.signed.CallAs(reader, s.op.Name, s.request(s.op), nil)
}

// nodes are further servers on the stage's database.
type nodes struct {
	broken      *rptest.Server // its database fails
	filtered    *rptest.Server // a filter blocks everything
	signed      *rptest.Server // knows access keys
	outrun      *rptest.Server // somebody else is always faster
	undelivered *rptest.Server // every message is refused

	functionPool, functionClient string // with a function for everything, and nothing else
	aliases                      aliases
}

func newNodes(s *stage) nodes {
	n := nodes{
		broken:      s.node(),
		filtered:    s.node(rptest.Filters(config.Filter{Name: "everything"})),
		signed:      s.node(rptest.Signatures()),
		outrun:      s.node(rptest.With(func(o *server.Options) { o.Store = late{o.Store} })),
		undelivered: s.node(rptest.With(func(o *server.Options) { o.Email, o.SMS = nobody{}, nobody{} })),
		aliases:     s.newAliases(),
	}
	n.functionPool, n.functionClient = s.newFunctions()
	n.broken.Store.Fail(faulty.View)
	n.broken.Store.Fail(faulty.Update)
	return n
}

// nobody takes no message.
type nobody struct{}

func (nobody) Deliver(context.Context, message.Message) error {
	return &message.DeliveryError{Failure: message.Rejected, Reason: "nobody lives here"}
}

// node is another server on the stage's database, which takes its tokens.
func (s *stage) node(opts ...rptest.Option) *rptest.Server {
	issuer := s.Endpoint
	return s.Node(append(opts, rptest.With(func(o *server.Options) { o.PublicURL = issuer }))...)
}

// frozenAt is a clock that stands still: what is drained stays empty.
func frozenAt(now time.Time) func() time.Time { return func() time.Time { return now } }

// newRates is a stage whose rates are filled once.
func newRates(t *testing.T) *stage {
	s := newStage(t)
	now := s.Clock.Now()
	s.Server = s.node(rptest.Rates(), rptest.With(func(o *server.Options) { o.Now = frozenAt(now) }))
	return s
}
