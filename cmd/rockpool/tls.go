package main

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"

	"rockpool/internal/config"
)

// certificateAge is how long a certificate is used before its file is looked
// at again: a renewed one is taken over without a restart.
const certificateAge = time.Minute

// certificate is the key pair of --tls-cert and --tls-key.
type certificate struct {
	certFile, keyFile string
	logger            *slog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	stamp  time.Time // of the certificate's file
	looked time.Time
}

// openTLS returns the TLS settings of --listen, or nil where a proxy ends TLS.
func openTLS(cfg *config.Config, logger *slog.Logger) (*tls.Config, error) {
	if cfg.TLSCert == "" {
		return nil, nil
	}
	c := &certificate{certFile: cfg.TLSCert, keyFile: cfg.TLSKey, logger: logger}
	for setting, path := range map[string]string{"tls-cert": cfg.TLSCert, "tls-key": cfg.TLSKey} {
		f, err := os.Open(path)
		if err != nil {
			return nil, config.Wrong(setting, "cannot be read: %v", err)
		}
		f.Close()
	}
	if err := c.load(); err != nil {
		return nil, config.Wrong("tls-cert", "%s and %s are not a certificate and its key in PEM: %v", cfg.TLSCert, cfg.TLSKey, err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"h2", "http/1.1"}}, nil
}

func (c *certificate) load() error {
	info, err := os.Stat(c.certFile)
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.pair, c.stamp, c.looked = &pair, info.ModTime(), time.Now()
	return nil
}

// get returns the certificate, after a look at its file now and then. One that
// cannot be read changes nothing: it may be half written.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) < certificateAge {
		return c.pair, nil
	}
	c.looked = time.Now()
	info, err := os.Stat(c.certFile)
	if err == nil && !info.ModTime().Equal(c.stamp) {
		if err = c.load(); err == nil {
			c.logger.Info("took over a new certificate", "file", c.certFile)
		}
	}
	if err != nil {
		c.logger.Error("reading the certificate; the former one stays in use", "error", err)
	}
	return c.pair, nil
}
