package ops

import (
	"context"
	"errors"

	"rockpool/internal/analytics"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// analytics tells of a call of a client that has an AnalyticsConfiguration.
func (a *API) analytics(ctx context.Context, client *catalog.Client, meta *cognito.AnalyticsMetadataType, username string, outcome error) {
	config := client.Settings.AnalyticsConfiguration
	if a.Analytics == nil || config == nil {
		return
	}
	r := idp.RequestFrom(ctx)
	e := analytics.Event{
		Time:          a.Now(),
		Operation:     r.Operation,
		RequestID:     r.ID,
		UserPoolID:    client.PoolID,
		ClientID:      client.ID,
		ApplicationID: config.ApplicationID,
		Application:   config.ApplicationARN,
		Outcome:       outcomeOf(outcome),
	}
	if meta != nil {
		e.EndpointID = meta.AnalyticsEndpointID
	}
	if config.UserDataShared != nil && *config.UserDataShared {
		e.User = username
	}
	a.Analytics.Put(e)
}

// outcomeOf is the code of an error as a caller sees it.
func outcomeOf(err error) string {
	var seen *idp.Error
	switch {
	case err == nil:
		return "Success"
	case errors.As(err, &seen):
		return seen.Code
	default:
		return "InternalErrorException"
	}
}
