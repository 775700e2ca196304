// Package lambda runs trigger functions through the Invoke API of AWS Lambda,
// or of anything else that speaks it. It owns how that API is called and how
// its errors are read; when to try again is up to package trigger.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go/logging"

	"rockpool/internal/netguard"
	"rockpool/internal/trigger"
)

// Config says where functions are.
type Config struct {
	// Endpoint is the URL of an Invoke API; empty means AWS Lambda's own.
	Endpoint string
	// Region is the region that requests are signed for.
	Region string
	// DummyCredentials signs with fixed, meaningless credentials instead of
	// those that the AWS SDK finds in the environment. It is for development,
	// where the endpoint is an emulator.
	DummyCredentials bool
	// AllowHTTP admits an endpoint without TLS that is not on this machine.
	// Events contain passwords, so it is for development, where the endpoint
	// may be a neighbouring container.
	AllowHTTP bool
	// Dialer says which addresses the endpoint may have.
	Dialer netguard.Dialer
}

// Invoker runs functions. Make one with New.
type Invoker struct {
	client    *lambda.Client
	transport *http.Transport
}

var _ trigger.Invoker = (*Invoker)(nil)

// New returns an Invoker. It reads the SDK's settings, but connects to nothing.
func New(ctx context.Context, c Config) (*Invoker, error) {
	if c.Endpoint != "" {
		u, err := parseEndpoint(c.Endpoint)
		if err != nil {
			return nil, err
		}
		if u.Scheme == "http" && !c.AllowHTTP {
			if !netguard.NamesLoopback(u.Hostname()) {
				return nil, errors.New("the Lambda endpoint is not on this machine and must begin with https://")
			}
			c.Dialer.LoopbackOnly = true
		}
	}
	load := []func(*config.LoadOptions) error{config.WithRegion(c.Region)}
	if c.DummyCredentials {
		load = append(load, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("rockpool", "rockpool", "")))
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, fmt.Errorf("reading the AWS settings: %w", err)
	}
	in := &Invoker{transport: c.Dialer.Transport()}
	// The guarded client is for functions only: the SDK's search for
	// credentials may ask the machine's metadata service, we may not.
	in.client = lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		o.HTTPClient = &http.Client{
			Transport:     bounded{in.transport},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		o.Retryer = aws.NopRetryer{}
		o.Logger = logging.Nop{} // every error is returned, and logged there
		if c.Endpoint != "" {
			o.BaseEndpoint = aws.String(c.Endpoint)
		}
	})
	return in, nil
}

func parseEndpoint(endpoint string) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, errors.New("the Lambda endpoint is not an http or https URL; write for example http://127.0.0.1:3001")
	}
	return u, nil
}

// Invoke runs a function and waits for its answer.
func (in *Invoker) Invoke(ctx context.Context, arn string, event []byte) ([]byte, error) {
	out, err := in.client.Invoke(ctx, &lambda.InvokeInput{
		FunctionName:   &arn,
		InvocationType: types.InvocationTypeRequestResponse,
		Payload:        event,
	})
	if err != nil {
		return nil, readError(err)
	}
	if out.FunctionError != nil {
		return nil, &trigger.FunctionError{Message: trigger.ThrownMessage(out.Payload, *out.FunctionError)}
	}
	return out.Payload, nil
}

// Close closes connections that are not in use.
func (in *Invoker) Close() { in.transport.CloseIdleConnections() }
