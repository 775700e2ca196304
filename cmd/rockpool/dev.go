package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"rockpool/internal/clock"
	"rockpool/internal/config"
	helpers "rockpool/internal/dev"
	"rockpool/internal/message/inbox"
	"rockpool/internal/ops"
)

// laptop is a development server: a node, its helpers, and its sample.
type laptop struct {
	cfg    *config.Config
	node   *node
	clock  *clock.Clock
	inbox  *inbox.Inbox
	sample *ops.Sample
	admin  string // URL of the admin listener, "" if it is off
}

// dev runs a development server until it is told to stop.
func dev(ctx context.Context, c *command) error {
	cfg, err := config.Load("dev", c.args, c.env)
	if err != nil {
		return err
	}
	logger := newLogger("dev", cfg, c.stderr)
	secured, err := openTLS(cfg, logger)
	if err != nil {
		return err
	}
	public, err := listenLoopback("listen", cfg.Listen)
	if err != nil {
		return err
	}
	var admin []net.Listener
	if cfg.AdminListen != "off" {
		if admin, err = listenLoopback("admin-listen", cfg.AdminListen); err != nil {
			closeAll(public)
			return err
		}
	}
	if cfg.PublicURL == "" {
		cfg.PublicURL = "http://localhost:" + portOf(public[0])
		if secured != nil {
			cfg.PublicURL = "https://localhost:" + portOf(public[0])
		}
	}
	l := &laptop{cfg: cfg, clock: &clock.Clock{}}
	if admin != nil {
		l.admin = "http://localhost:" + portOf(admin[0])
	}
	if err := l.open(ctx, c, logger); err != nil {
		closeAll(append(public, admin...))
		return err
	}
	faces := []face{newFace(l.node.Public, public, secured, logger)}
	if admin != nil {
		faces = append(faces, newFace(l.adminHandler(logger), admin, nil, logger))
	}
	if err := l.greet(c.stdout); err != nil {
		logger.Warn("greeting", "error", err)
	}
	if err := serveFaces(ctx, faces, logger, l.node.close); err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, "stopped")
	return nil
}

// open opens the node and makes the sample, if it is not there.
func (l *laptop) open(ctx context.Context, c *command, logger *slog.Logger) error {
	if err := ensureDevMaster(l.cfg); err != nil {
		return err
	}
	l.inbox = inbox.New(inbox.Config{Now: l.clock.Now, Endpoint: l.cfg.PublicURL})
	var err error
	if l.node, err = openNode(ctx, "dev", l.cfg, l.clock.Now, l.inbox, c.stderr, logger); err != nil {
		return err
	}
	if l.sample, err = l.node.API.Sample(ctx, ""); err != nil {
		_ = l.node.close(ctx) // the first error says more
		return err
	}
	return nil
}

func (l *laptop) adminHandler(logger *slog.Logger) http.Handler {
	h := &helpers.Helpers{Info: l.info, Clock: l.clock, Reset: l.reset, Logger: logger}
	h.Register(l.node.Admin)
	box := l.inbox.Handler()
	l.node.Admin.Handle("/dev/inbox", box)
	l.node.Admin.Handle("/dev/inbox/", box)
	if l.node.localKMS != nil {
		l.node.Admin.Handle("/dev/kms", l.node.localKMS)
		l.node.Admin.Handle("/dev/kms/", l.node.localKMS) // as some SDKs write it
	}
	return helpers.Guard(l.node.Admin)
}

// reset empties everything and makes the sample anew, with the same secret.
func (l *laptop) reset(ctx context.Context) error {
	l.clock.Reset()
	if err := l.node.Empty(ctx); err != nil {
		return err
	}
	l.inbox.Clear()
	_, err := l.node.API.Sample(ctx, l.sample.Secret)
	return err
}

// info is what GET /dev/info tells.
func (l *laptop) info() helpers.Info {
	i := helpers.Info{
		Endpoint: l.cfg.PublicURL, AdminEndpoint: l.admin, Region: l.cfg.Region, AccountID: l.cfg.AccountID,
		UserPoolID: l.sample.PoolID, Issuer: l.cfg.PublicURL + "/" + l.sample.PoolID,
		ClientID: l.sample.ClientID, SecretClientID: l.sample.SecretClientID, ClientSecret: l.sample.Secret,
		AccessKeyID: "rockpool", SecretAccessKey: "rockpool", Version: versionText(),
	}
	if l.admin != "" {
		i.Inbox = l.admin + "/dev/inbox"
		if l.node.localKMS != nil {
			i.KMS = l.admin + "/dev/kms"
		}
	}
	return i
}
