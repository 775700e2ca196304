package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// UpdateUserPool replaces a pool's settings.
func (a *API) UpdateUserPool(ctx context.Context, in *cognito.UpdateUserPoolRequest) (*cognito.UpdateUserPoolResponse, error) {
	err := a.changePool(ctx, in.UserPoolID, idp.ErrConcurrentModification, func(tx store.Tx, p *idp.UserPool) error {
		settings, features, err := idp.ChangePoolSettings(p, in, a.Region)
		if err != nil {
			return err
		}
		if idp.LowersTier(p.Settings.UserPoolTier, settings.UserPoolTier) {
			if err := features.CheckTier(settings.UserPoolTier); err != nil {
				return err
			}
			if err := checkClientTiers(tx, p.ID, settings.UserPoolTier); err != nil {
				return err
			}
		}
		settings.LastModifiedDate = cognito.At(a.Now())
		p.Settings, p.Features = *settings, features
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognito.UpdateUserPoolResponse{}, nil
}

// checkClientTiers refuses a plan that takes a feature away from a client.
func checkClientTiers(tx store.Tx, poolID string, tier cognito.UserPoolTierType) error {
	for after := ""; ; {
		clients, err := tx.ListClients(poolID, after, maxPage)
		if err != nil {
			return fmt.Errorf("listing clients: %w", err)
		}
		for _, c := range clients {
			if err := c.CheckTier(tier); err != nil {
				return err
			}
			after = c.ID
		}
		if len(clients) < maxPage {
			return nil
		}
	}
}
