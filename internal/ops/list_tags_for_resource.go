package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ListTagsForResource shows the tags of a pool.
func (a *API) ListTagsForResource(ctx context.Context, in *cognito.ListTagsForResourceRequest) (*cognito.ListTagsForResourceResponse, error) {
	id, err := poolIDOf(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	var p *idp.UserPool
	err = a.Store.View(ctx, func(tx store.Tx) (err error) {
		p, err = readPool(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := checkARN(p, in.ResourceARN); err != nil {
		return nil, err
	}
	return &cognito.ListTagsForResourceResponse{Tags: idp.MergeTags(p.Settings.UserPoolTags, nil)}, nil
}
