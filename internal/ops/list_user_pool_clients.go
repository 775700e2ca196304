package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ListUserPoolClients lists the app clients of a pool in the order of their
// ids. With ClientType, a page may have fewer clients than there is room for,
// or none, and still not be the last.
func (a *API) ListUserPoolClients(ctx context.Context, in *cognito.ListUserPoolClientsRequest) (*cognito.ListUserPoolClientsResponse, error) {
	const op = "ListUserPoolClients"
	params := []string{in.UserPoolID, string(in.ClientType)}
	var after string
	limit := pageLimit(in.MaxResults)
	var clients []*idp.Client
	err := a.Store.View(ctx, func(tx store.Tx) error {
		if _, err := readPool(tx, in.UserPoolID); err != nil {
			return err
		}
		after = ""
		if err := a.openPageToken(in.NextToken, op, params, &after); err != nil {
			return err
		}
		var err error
		if clients, err = tx.ListClients(in.UserPoolID, after, limit+1); err != nil {
			return fmt.Errorf("listing clients: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	clients, more := cutPage(clients, limit)
	out := &cognito.ListUserPoolClientsResponse{UserPoolClients: []*cognito.UserPoolClientDescription{}}
	for _, c := range clients {
		if in.ClientType != "" && c.Settings.ClientType != in.ClientType {
			continue
		}
		out.UserPoolClients = append(out.UserPoolClients, &cognito.UserPoolClientDescription{
			ClientID:   c.ID,
			UserPoolID: c.PoolID,
			ClientName: c.Settings.ClientName,
		})
	}
	if more {
		if out.NextToken, err = a.pageToken(op, params, clients[limit-1].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}
