// Package kms takes data keys from AWS KMS, or from anything else that speaks
// its API.
package kms

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"rockpool/internal/encsdk"
	"rockpool/internal/netguard"
)

// Config says where keys are.
type Config struct {
	// Endpoint is the URL of a KMS API; empty means AWS KMS's own.
	Endpoint string
	// Region is that of keys whose id names none.
	Region string
	// DummyCredentials signs with fixed, meaningless credentials instead of
	// those that the AWS SDK finds in the environment. It is for development,
	// where the endpoint is an emulator.
	DummyCredentials bool
	// AllowHTTP admits an endpoint without TLS that is not on this machine.
	// Answers contain data keys, so it is for development.
	AllowHTTP bool
	// Dialer says which addresses the endpoint may have.
	Dialer netguard.Dialer
}

// timeout limits a call, with the SDK's retries in it.
const timeout = 5 * time.Second

// Keyring takes data keys. Make one with New.
type Keyring struct {
	client    *kms.Client
	transport *http.Transport
}

var _ encsdk.Keyring = (*Keyring)(nil)

// New returns a Keyring. It reads the SDK's settings, but connects to nothing.
func New(ctx context.Context, c Config) (*Keyring, error) {
	if c.Endpoint != "" {
		u, err := url.Parse(c.Endpoint)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			return nil, errors.New("the KMS endpoint is not an http or https URL; write for example http://127.0.0.1:4599")
		}
		if u.Scheme == "http" && !c.AllowHTTP {
			if !netguard.NamesLoopback(u.Hostname()) {
				return nil, errors.New("the KMS endpoint is not on this machine and must begin with https://")
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
	k := &Keyring{transport: c.Dialer.Transport()}
	k.client = kms.NewFromConfig(cfg, func(o *kms.Options) {
		o.HTTPClient = &http.Client{
			Transport:     k.transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		o.Logger = logging.Nop{} // every error is returned, and logged there
		if c.Endpoint != "" {
			o.BaseEndpoint = aws.String(c.Endpoint)
		}
	})
	return k, nil
}

// GenerateDataKey implements [encsdk.Keyring]. The key's own region is asked,
// if its id is an ARN. The error is an *Error.
func (k *Keyring) GenerateDataKey(ctx context.Context, keyID string, encryptionContext map[string]string) (encsdk.DataKey, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := k.client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{
		KeyId: &keyID, KeySpec: types.DataKeySpecAes256, EncryptionContext: encryptionContext,
	}, func(o *kms.Options) {
		if a, err := arn.Parse(keyID); err == nil && a.Region != "" {
			o.Region = a.Region
		}
	})
	if err != nil {
		return encsdk.DataKey{}, readError(err)
	}
	return encsdk.DataKey{Plaintext: out.Plaintext, KeyARN: aws.ToString(out.KeyId), Encrypted: out.CiphertextBlob}, nil
}

// Close closes connections that are not in use.
func (k *Keyring) Close() { k.transport.CloseIdleConnections() }

// Error is what went wrong, in words that may be logged.
type Error struct {
	Name  string // what KMS calls it, "" if KMS did not answer
	Cause error
}

func (e *Error) Error() string {
	if e.Name == "" {
		return "the key service did not answer"
	}
	return "the key service answered " + e.Name
}

func (e *Error) Unwrap() error { return e.Cause }

// final are the answers that will not be different in a minute.
var final = map[string]bool{
	"AccessDeniedException": true, "NotFoundException": true, "DisabledException": true, "InvalidKeyUsageException": true,
	"KMSInvalidStateException": true, "ValidationException": true, "InvalidGrantTokenException": true,
	"UnrecognizedClientException": true, "InvalidSignatureException": true, "MissingAuthenticationTokenException": true,
}

// Temporary tells whether the same call may go better later.
func (e *Error) Temporary() bool { return !final[e.Name] }

// maxName is the longest name of an error that is repeated.
const maxName = 64

func readError(err error) *Error {
	e := &Error{Cause: err}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		e.Name = "an error"
		if name := api.ErrorCode(); name != "" && len(name) <= maxName && isWord(name) {
			e.Name = name
		}
	}
	return e
}

func isWord(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			return false
		}
	}
	return true
}
