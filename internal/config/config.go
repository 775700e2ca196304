// Package config is every setting of Rockpool: one struct that documents the
// flags, the environment variables and the keys of the YAML file, and the
// rules that a set of settings must keep before anything starts.
package config

import (
	"fmt"
	"strings"
)

// Config is every setting. The tags of a field are its documentation: flag is
// its name on the command line and in the file, env is made of it, help is
// what `rockpool help config` prints. dev names the default where
// `rockpool dev` has another one.
type Config struct {
	Config string `flag:"config" help:"YAML file with settings, named as the flags are"`

	Listen       string `flag:"listen" default:"127.0.0.1:9229" help:"address of the API, and of the keys that verify tokens"`
	AdminListen  string `flag:"admin-listen" default:"127.0.0.1:9230" help:"address of /metrics, /healthz, /readyz, pprof and the dev helpers; 'off' turns it off"`
	PublicURL    string `flag:"public-url" dev:"http://localhost:<port of --listen>" help:"URL under which clients reach --listen: issuers and links are made of it (required by serve)"`
	TLSCert      string `flag:"tls-cert" help:"PEM file with the certificate chain for --listen"`
	TLSKey       string `flag:"tls-key" help:"PEM file with the private key for --listen"`
	TrustedProxy string `flag:"trusted-proxy" help:"networks (CIDR, comma separated) of proxies that end TLS before --listen; their X-Forwarded-For is believed"`

	Data          string `flag:"data" default:"./rockpool-data" help:"folder of the SQLite file and of generated keys"`
	Database      string `flag:"database" help:"postgres:// URL, for any number of nodes (default: SQLite in --data)"`
	MasterKeyFile string `flag:"master-key-file" dev:"made in --data" help:"file with the key that seals every secret at rest (required by serve; make one with 'rockpool keys master')"`

	Region    string `flag:"region" default:"us-east-1" help:"region in pool ids and ARNs"`
	AccountID string `flag:"account-id" default:"000000000000" help:"account (12 digits) in ARNs"`

	SMTP string `flag:"smtp" dev:"the inbox" help:"mail server: smtp://, smtps:// or smtp+starttls:// URL with user and password"`
	SMS  string `flag:"sms" dev:"the inbox" help:"SMS gateway: sns:// (AWS SNS or compatible) or an https:// webhook"`

	Limits         string   `flag:"limits" default:"strict" dev:"users" help:"strict: request rates and limits per user; users: limits per user only; off: neither (dev only)"`
	LambdaEndpoint string   `flag:"lambda-endpoint" help:"endpoint with the Lambda Invoke API (default: AWS Lambda's own)"`
	KMSEndpoint    string   `flag:"kms-endpoint" dev:"a key service of its own under /dev/kms" help:"endpoint with the KMS API, which encrypts codes for custom senders (default: AWS KMS's own)"`
	LambdaRoute    []string `flag:"lambda-route" help:"ARN=URL: one function behind an https:// webhook, or exec:command (dev only); may be repeated"`
	WebhookSecret  string   `flag:"webhook-secret-file" help:"file with the secret that signs webhooks of --lambda-route"`
	Analytics      string   `flag:"analytics" help:"where analytics events go: an https:// URL or a file of JSON lines"`
	AllowPrivate   bool     `flag:"allow-private" dev:"true" help:"let triggers, webhooks, SMS gateways and SMTP reach private networks and this machine by any name"`

	LogLevel string `flag:"log-level" default:"info" dev:"warn" help:"debug, info, warn or error"`

	// Filters stand in front of pools and play the part of a web ACL. They
	// are set in the file only.
	Filters []Filter `yaml:"filters"`
}

// Filter is a rule in front of pools.
type Filter struct {
	Name       string   `yaml:"name"`       // for logs and metrics
	Pools      []string `yaml:"pools"`      // ids, * stands for anything; empty is every pool
	Operations []string `yaml:"operations"` // names, * stands for anything; empty is every unsigned operation
	Addresses  []string `yaml:"addresses"`  // networks whose requests the rule is about; empty is everybody
	Action     string   `yaml:"action"`     // block, allow (no further rule is asked) or count; default block
	Rate       int      `yaml:"rate"`       // with it the rule is about addresses that send more than so many requests in Window
	Window     string   `yaml:"window"`     // default 5m
}

// Error is a wrong setting: which, and what would be right. It stops the start
// with exit code 2.
type Error struct {
	Setting string // the flag's name; empty if it is about no single one
	Problem string
}

// Error is one line.
func (e *Error) Error() string {
	problem := strings.ReplaceAll(e.Problem, "\n", " ")
	if e.Setting == "" {
		return problem
	}
	return "--" + e.Setting + ": " + problem
}

// Wrong reports a wrong setting.
func Wrong(setting, format string, args ...any) *Error {
	return &Error{setting, fmt.Sprintf(format, args...)}
}
