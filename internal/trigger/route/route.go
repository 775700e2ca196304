// Package route chooses how a trigger function is reached: by a route of its
// own, which --lambda-route sets, or else through the Invoke API.
package route

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"rockpool/internal/trigger"
	"rockpool/internal/trigger/execfn"
	"rockpool/internal/trigger/webhook"
)

// Options are what all routes have in common.
type Options struct {
	// Default runs the functions without a route.
	Default trigger.Invoker
	// AllowExec admits exec: routes. It is for development.
	AllowExec bool
	// Webhook has the secret, dialer and clock of webhooks; its URL is not used.
	Webhook webhook.Config
}

// Router is an Invoker that hands each function to another one.
type Router struct {
	routes   map[string]trigger.Invoker
	fallback trigger.Invoker
}

var _ trigger.Invoker = (*Router)(nil)

// New reads routes of the form ARN=https://... or ARN=exec:command. Errors say
// what is wrong with which route and what would be right.
func New(routes []string, o Options) (*Router, error) {
	if o.Default == nil {
		return nil, errors.New("no default way to run functions")
	}
	r := &Router{make(map[string]trigger.Invoker, len(routes)), o.Default}
	for _, route := range routes {
		arn, target, ok := strings.Cut(route, "=")
		if !ok || target == "" {
			return nil, fmt.Errorf("route %q: write ARN=https://... or ARN=exec:command", arn)
		}
		if !isARN(arn) {
			return nil, fmt.Errorf("route %q: not the ARN of a function; write for example arn:aws:lambda:us-east-1:000000000000:function:pre-sign-up", arn)
		}
		if r.routes[arn] != nil {
			return nil, fmt.Errorf("route %q: given twice", arn)
		}
		in, err := o.open(target)
		if err != nil {
			return nil, fmt.Errorf("route %q: %w", arn, err)
		}
		r.routes[arn] = in
	}
	return r, nil
}

func (o Options) open(target string) (trigger.Invoker, error) {
	if command, ok := strings.CutPrefix(target, "exec:"); ok {
		if !o.AllowExec {
			return nil, errors.New("exec: routes exist in rockpool dev only; use an https:// URL")
		}
		return execfn.New(command)
	}
	c := o.Webhook
	c.URL = target
	return webhook.New(c)
}

var functionARN = regexp.MustCompile(`^arn:[A-Za-z0-9-]+:lambda:[a-z0-9-]*:[0-9]+:function:[A-Za-z0-9_.-]+(:[$A-Za-z0-9_.-]+)?$`)

func isARN(s string) bool { return functionARN.MatchString(s) }

// Invoke runs a function by its route. A route is for exactly the ARN that it
// names; a version or an alias of the function has another one.
func (r *Router) Invoke(ctx context.Context, arn string, event []byte) ([]byte, error) {
	if in := r.routes[arn]; in != nil {
		return in.Invoke(ctx, arn, event)
	}
	return r.fallback.Invoke(ctx, arn, event)
}
