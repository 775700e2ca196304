package main

import (
	"context"
	"net"
	"time"

	"rockpool/internal/config"
)

// serve runs a production server until it is told to stop.
func serve(ctx context.Context, c *command) error {
	cfg, err := config.Load("serve", c.args, c.env)
	if err != nil {
		return err
	}
	logger := newLogger("serve", cfg, c.stderr)
	secured, err := openTLS(cfg, logger)
	if err != nil {
		return err
	}
	public, err := listen("listen", cfg.Listen)
	if err != nil {
		return err
	}
	listeners := []net.Listener{public}
	if cfg.AdminListen != "off" {
		admin, err := listen("admin-listen", cfg.AdminListen)
		if err != nil {
			closeAll(listeners)
			return err
		}
		listeners = append(listeners, admin)
	}
	n, err := openNode(ctx, "serve", cfg, time.Now, nil, c.stderr, logger)
	if err != nil {
		closeAll(listeners)
		return err
	}
	faces := []face{newFace(n.Public, listeners[:1], secured, logger)}
	if len(listeners) > 1 {
		faces = append(faces, newFace(n.Admin, listeners[1:], nil, logger))
	}
	if cfg.SMTP == "" {
		logger.Warn("EMAIL IS OFF: without --smtp every sign-up, reset and invitation by email is refused with CodeDeliveryFailureException")
	}
	if cfg.SMS == "" {
		logger.Warn("SMS are off: without --sms every code by SMS is refused with CodeDeliveryFailureException")
	}
	if cfg.AdminExposed() {
		logger.Warn("the admin listener is reached from other machines: its metrics and profiles need no credentials, so only operators may get there", "admin", cfg.AdminListen)
	}
	logger.Info("serving", "version", versionText(), "listen", public.Addr().String(), "admin", cfg.AdminListen, "public_url", cfg.PublicURL, "tls", secured != nil)
	err = serveFaces(ctx, faces, logger, n.close)
	if err == nil {
		logger.Info("stopped")
	}
	return err
}
