package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// TagResource puts tags on a pool, over those that it has.
func (a *API) TagResource(ctx context.Context, in *cognito.TagResourceRequest) (*cognito.TagResourceResponse, error) {
	id, err := poolIDOf(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	err = a.changePool(ctx, id, idp.ErrTooManyRequests, func(_ store.Tx, p *idp.UserPool) error {
		if err := checkARN(p, in.ResourceARN); err != nil {
			return err
		}
		tags := idp.MergeTags(p.Settings.UserPoolTags, in.Tags)
		if problem := idp.CheckTags(tags); problem != "" {
			return idp.InvalidParameter(problem) // the operation declares no error of tagging
		}
		p.Settings.UserPoolTags = tags
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognito.TagResourceResponse{}, nil
}
