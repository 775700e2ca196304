package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"rockpool/internal/analytics/sink"
	"rockpool/internal/config"
	"rockpool/internal/encsdk/localkms"
	"rockpool/internal/gate"
	"rockpool/internal/message"
	"rockpool/internal/message/inbox"
	"rockpool/internal/metrics"
	"rockpool/internal/server"
	"rockpool/internal/store"
)

// node is a server with everything that it stands on.
type node struct {
	*server.Server
	store     store.Store
	localKMS  *localkms.KMS // dev's own key service, nil if another one is used
	analytics *sink.Sink
	closers   []io.Closer // transports that keep connections
}

// openNode opens what the settings name and makes a server of it. Email and
// SMS, where the settings name none, go to the inbox, which may be nil; it is
// also told of messages that functions send.
func openNode(ctx context.Context, mode string, cfg *config.Config, now func() time.Time, box *inbox.Inbox, progress io.Writer, logger *slog.Logger) (_ *node, err error) {
	n := &node{}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.close(context.WithoutCancel(ctx)))
		}
	}()
	o := server.Options{
		PublicURL: cfg.PublicURL, Region: cfg.Region, AccountID: cfg.AccountID, Version: versionText(),
		AnySignature: mode == "dev", Rates: cfg.Limits == "strict", Unlimited: cfg.Limits == "off",
		Now: now, Logger: logger, Metrics: metrics.New(versionText()),
	}
	if o.Email, err = openEmail(mode, cfg); err != nil {
		return nil, err
	}
	n.closeLater(o.Email)
	if o.SMS, err = openSMS(ctx, mode, cfg); err != nil {
		return nil, err
	}
	n.closeLater(o.SMS)
	if box != nil {
		o.HandedOver = box.HandedOver
		if o.Email == nil {
			o.Email = box
		}
		if o.SMS == nil {
			o.SMS = box
		}
	}
	if o.Master, err = openMaster(cfg); err != nil {
		return nil, err
	}
	if o.Proxies, err = cfg.Proxies(); err != nil {
		return nil, err
	}
	if o.Filters, err = gate.NewFilters(cfg.Filters, now); err != nil {
		return nil, config.Wrong("config", "filters: %v", err)
	}
	if n.store, err = openStore(ctx, cfg, progress); err != nil {
		return nil, err
	}
	o.Store = n.store
	if err := checkMaster(ctx, n.store, o.Master); err != nil {
		return nil, err
	}
	if o.Invoker, err = openFunctions(ctx, mode, cfg); err != nil {
		return nil, err
	}
	if o.KeyService, n.localKMS, err = openKeys(ctx, mode, cfg); err != nil {
		return nil, err
	}
	if n.analytics, err = openAnalytics(mode, cfg, o.Metrics.Analytics, logger); err != nil {
		return nil, err
	}
	if n.analytics != nil {
		o.Analytics = n.analytics
	}
	n.Server, err = server.New(o)
	return n, err
}

func (n *node) closeLater(t message.Transport) {
	if c, ok := t.(io.Closer); ok {
		n.closers = append(n.closers, c)
	}
}

// close ends the background work, until ctx ends, and then closes the store.
func (n *node) close(ctx context.Context) error {
	var err error
	if n.Server != nil {
		err = n.Server.Close(ctx)
	}
	if n.analytics != nil {
		err = errors.Join(err, n.analytics.Close(ctx))
	}
	for _, c := range n.closers {
		err = errors.Join(err, c.Close())
	}
	if n.store != nil {
		err = errors.Join(err, n.store.Close())
	}
	return err
}
