package account

import (
	"context"
	"errors"
	"net/netip"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Origin says where a public operation comes from: the app client and what the
// app tells about its user.
type Origin struct {
	Client      *catalog.Client
	UserContext *cognito.UserContextDataType // may be nil
}

// ErrUserContextAddress means the app passed on its user's address through a
// client that may not.
var ErrUserContextAddress = idp.InvalidParameter("Cannot use IP Address passed into UserContextData")

// Address returns the address of the user: the one that the app passes on, if
// its client may (a confidential one with
// EnablePropagateAdditionalUserContextData), else that of the connection.
func (o Origin) Address(ctx context.Context) (string, error) {
	if o.UserContext == nil || o.UserContext.IPAddress == "" {
		return idp.RequestFrom(ctx).SourceIP, nil
	}
	propagate := o.Client.Settings.EnablePropagateAdditionalUserContextData
	if !o.Client.HasSecret() || propagate == nil || !*propagate {
		return "", ErrUserContextAddress
	}
	ip, err := netip.ParseAddr(o.UserContext.IPAddress)
	if err != nil {
		return "", idp.InvalidParameter("Invalid IP address given in UserContextData.")
	}
	return ip.String(), nil
}

// newEvent begins the record of an attempt.
func (s *Service) newEvent(ctx context.Context, pool *catalog.Pool, clientID, address string, kind idp.EventType) *idp.Event {
	r := idp.RequestFrom(ctx)
	return &idp.Event{
		PoolID:   pool.ID,
		ID:       s.uuid(),
		Type:     kind,
		Time:     s.Now(),
		ClientID: clientID,
		SourceIP: address,
		Agent:    r.UserAgent,
		Request:  r.ID,
	}
}

// record stores how an attempt ended.
func record(tx store.Tx, e *idp.Event, subject string, outcome error) error {
	done := *e
	done.Subject, done.Passed = subject, outcome == nil
	var seen *idp.Error
	if errors.As(outcome, &seen) {
		done.Outcome = seen.Code
	}
	return tx.AddEvent(&done)
}
