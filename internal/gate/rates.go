package gate

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"rockpool/internal/cognito"
)

// Category is a group of operations that share a request rate.
type Category string

// The categories of the service and their rates, in requests a second.
var perSecond = map[Category]float64{
	"UserAuthentication":     120,
	"UserCreation":           50,
	"UserFederation":         25,
	"UserAccountRecovery":    30,
	"UserRead":               120,
	"UserUpdate":             25,
	"UserToken":              120,
	"UserResourceRead":       50,
	"UserResourceUpdate":     25,
	"UserList":               30,
	"UserPoolRead":           15,
	"UserPoolUpdate":         15,
	"UserPoolResourceRead":   20,
	"UserPoolResourceUpdate": 15,
	"UserPoolClientRead":     15,
	"UserPoolClientUpdate":   15,
	"ClientAuthentication":   150,
	"LimitManagement":        1,
}

// challengeShare is how many answers to challenges count as one request.
const challengeShare = 3

// Rates are the request rates of pools: a bucket of tokens for each pool and
// category, which holds one second's worth.
type Rates struct {
	now func() time.Time

	mu      sync.Mutex
	buckets map[bucketKey]*rate.Limiter
}

type bucketKey struct {
	pool     string
	category Category
	answers  bool // answers to challenges have a bucket of their own
}

// maxBuckets bounds the memory; beyond it all buckets begin anew.
const maxBuckets = 50_000

// NewRates returns full buckets.
func NewRates(now func() time.Time) *Rates {
	return &Rates{now: now, buckets: map[bucketKey]*rate.Limiter{}}
}

// Allow takes one token, or tells that there is none.
func (r *Rates) Allow(pool, operation string, in any) bool {
	category := CategoryOf(operation, in)
	key := bucketKey{pool: pool, category: category}
	perSecond := perSecond[category]
	if category == "UserAuthentication" && isAnswer(operation) {
		key.answers = true
		perSecond *= challengeShare
	}
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.buckets[key]
	if l == nil {
		if len(r.buckets) >= maxBuckets {
			clear(r.buckets)
		}
		l = rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond)))
		r.buckets[key] = l
	}
	return l.AllowN(now, 1)
}

func isAnswer(operation string) bool {
	return operation == "RespondToAuthChallenge" || operation == "AdminRespondToAuthChallenge"
}

// challengeOf returns the challenge that a request answers, if it answers one.
func challengeOf(in any) cognito.ChallengeNameType {
	switch in := in.(type) {
	case *cognito.RespondToAuthChallengeRequest:
		return in.ChallengeName
	case *cognito.AdminRespondToAuthChallengeRequest:
		return in.ChallengeName
	}
	return ""
}
