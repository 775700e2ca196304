package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"rockpool/internal/analytics/sink"
	"rockpool/internal/config"
	"rockpool/internal/encsdk"
	"rockpool/internal/encsdk/kms"
	"rockpool/internal/encsdk/localkms"
	"rockpool/internal/message"
	"rockpool/internal/message/sms"
	"rockpool/internal/message/smtp"
	"rockpool/internal/netguard"
	"rockpool/internal/secret"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambda"
	"rockpool/internal/trigger/route"
	"rockpool/internal/trigger/webhook"
)

// The adapters to the world outside: mail, SMS, functions, keys, analytics.

// dialer says which addresses the server may connect to when a setting names
// host: an operator who names this machine means this machine, and nothing
// else.
func dialer(mode string, cfg *config.Config, host string) netguard.Dialer {
	if netguard.NamesLoopback(host) {
		return netguard.Dialer{LoopbackOnly: true}
	}
	return netguard.Dialer{AllowPrivate: cfg.AllowPrivate, AllowLoopback: cfg.AllowPrivate, AllowLinkLocal: mode == "dev"}
}

// openEmail returns the transport of --smtp, or nil without that setting.
func openEmail(mode string, cfg *config.Config) (message.Transport, error) {
	if cfg.SMTP == "" {
		return nil, nil
	}
	c, err := smtp.ParseURL(cfg.SMTP)
	if err != nil {
		return nil, config.Wrong("smtp", "%v", err)
	}
	c.Dial = dialer(mode, cfg, c.Host).DialContext
	t, err := smtp.New(c)
	if err != nil {
		return nil, config.Wrong("smtp", "%v", err)
	}
	return t, nil
}

// openSMS returns the transport of --sms, or nil without that setting.
func openSMS(ctx context.Context, mode string, cfg *config.Config) (message.Transport, error) {
	if cfg.SMS == "" {
		return nil, nil
	}
	host := ""
	if u, err := url.Parse(cfg.SMS); err == nil { // Open says what is wrong with it
		host = u.Hostname()
	}
	t, err := sms.Open(ctx, cfg.SMS, sms.Options{Dial: dialer(mode, cfg, host).DialContext})
	if err != nil {
		return nil, config.Wrong("sms", "%v", err)
	}
	return t, nil
}

// openFunctions returns what runs Lambda triggers.
func openFunctions(ctx context.Context, mode string, cfg *config.Config) (trigger.Invoker, error) {
	host := ""
	if u, err := url.Parse(cfg.LambdaEndpoint); err == nil { // lambda.New says what is wrong with it
		host = u.Hostname()
	}
	functions, err := lambda.New(ctx, lambda.Config{
		Endpoint: cfg.LambdaEndpoint, Region: cfg.Region, Dialer: dialer(mode, cfg, host),
		DummyCredentials: mode == "dev" && cfg.LambdaEndpoint != "", AllowHTTP: mode == "dev",
	})
	if err != nil {
		return nil, config.Wrong("lambda-endpoint", "%v", err)
	}
	if len(cfg.LambdaRoute) == 0 && cfg.WebhookSecret == "" {
		return functions, nil
	}
	key, err := webhookSecret(mode, cfg)
	if err != nil || len(cfg.LambdaRoute) == 0 {
		return functions, err
	}
	r, err := route.New(cfg.LambdaRoute, route.Options{
		Default: functions, AllowExec: mode == "dev",
		Webhook: webhook.Config{Secret: key, Dialer: dialer(mode, cfg, "")},
	})
	if err != nil {
		return nil, config.Wrong("lambda-route", "%v", err)
	}
	return r, nil
}

// webhookSecret reads the secret that signs webhooks. dev makes one in its data
// folder.
func webhookSecret(mode string, cfg *config.Config) ([]byte, error) {
	path := cfg.WebhookSecret
	if path == "" {
		if mode != "dev" {
			return nil, config.Wrong("webhook-secret-file", "is required with --lambda-route: a file with at least 16 random characters, which your functions know too")
		}
		var err error
		if path, err = ensureSecret(cfg, "webhook-secret"); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, config.Wrong("webhook-secret-file", "cannot be read: %v", err)
	}
	if text = bytes.TrimSpace(text); len(text) < 16 {
		return nil, config.Wrong("webhook-secret-file", "%s holds fewer than 16 characters; write for example what 'openssl rand -hex 32' prints", path)
	}
	return text, nil
}

// ensureSecret makes a file with a secret in dev's data folder, unless it is
// there, and returns its path.
func ensureSecret(cfg *config.Config, name string) (string, error) {
	if err := openData(cfg); err != nil {
		return "", err
	}
	path := filepath.Join(cfg.Data, name)
	if _, err := os.Stat(path); os.IsNotExist(err) {
		if err := os.WriteFile(path, []byte(secret.Token(nil, 32)+"\n"), 0o600); err != nil {
			return "", config.Wrong("data", "making %s: %v", name, err)
		}
	}
	return path, nil
}

// openKeys returns what encrypts codes for functions that send them: the KMS
// of --kms-endpoint or AWS's own, and in dev without that setting one of ours,
// which is returned by itself too.
func openKeys(ctx context.Context, mode string, cfg *config.Config) (encsdk.Keyring, *localkms.KMS, error) {
	if mode == "dev" && cfg.KMSEndpoint == "" {
		path, err := ensureSecret(cfg, "kms-secret")
		if err != nil {
			return nil, nil, err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, config.Wrong("data", "reading kms-secret: %v", err)
		}
		local, err := localkms.New(bytes.TrimSpace(text))
		if err != nil {
			return nil, nil, config.Wrong("data", "%s is not a secret any more: %v; remove it to have another one made", path, err)
		}
		return local, local, nil
	}
	host := ""
	if u, err := url.Parse(cfg.KMSEndpoint); err == nil { // kms.New says what is wrong with it
		host = u.Hostname()
	}
	keys, err := kms.New(ctx, kms.Config{
		Endpoint: cfg.KMSEndpoint, Region: cfg.Region, Dialer: dialer(mode, cfg, host),
		DummyCredentials: mode == "dev", AllowHTTP: mode == "dev",
	})
	if err != nil {
		return nil, nil, config.Wrong("kms-endpoint", "%v", err)
	}
	return keys, nil, nil
}

// openAnalytics returns the sink of --analytics, or nil without that setting.
func openAnalytics(mode string, cfg *config.Config, observe func(string, int), logger *slog.Logger) (*sink.Sink, error) {
	o := sink.Options{Observe: observe, Logger: logger}
	var s *sink.Sink
	var err error
	switch {
	case cfg.Analytics == "":
		return nil, nil
	case strings.Contains(cfg.Analytics, "://"):
		host := ""
		if u, err := url.Parse(cfg.Analytics); err == nil { // OpenEndpoint says what is wrong with it
			host = u.Hostname()
		}
		s, err = sink.OpenEndpoint(cfg.Analytics, dialer(mode, cfg, host), o)
	default:
		s, err = sink.OpenFile(cfg.Analytics, o)
	}
	if err != nil {
		return nil, config.Wrong("analytics", "%v", err)
	}
	return s, nil
}
