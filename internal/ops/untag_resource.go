package ops

import (
	"context"
	"slices"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// UntagResource takes tags off a pool. Tags that it does not have are fine.
func (a *API) UntagResource(ctx context.Context, in *cognito.UntagResourceRequest) (*cognito.UntagResourceResponse, error) {
	id, err := poolIDOf(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	err = a.changePool(ctx, id, idp.ErrTooManyRequests, func(_ store.Tx, p *idp.UserPool) error {
		if err := checkARN(p, in.ResourceARN); err != nil {
			return err
		}
		for key := range p.Settings.UserPoolTags {
			if slices.Contains(in.TagKeys, key) {
				delete(p.Settings.UserPoolTags, key)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognito.UntagResourceResponse{}, nil
}
