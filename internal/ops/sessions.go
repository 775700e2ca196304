package ops

import (
	"context"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// unknownPlace is the country of every session: nothing here knows where an
// address is.
const unknownPlace = "unknown"

// listSessions returns a page of the sessions of a user. current is the id of
// the session that the caller is in; empty for an administrator.
func (a *API) listSessions(ctx context.Context, op string, pool *catalog.Pool, username, current, token string) (page []*cognito.SessionDescriptionType, next string, err error) {
	params := []string{pool.ID, username}
	var after string
	if err := a.openPageToken(token, op, params, &after); err != nil {
		return nil, "", err
	}
	list, more, err := a.Tokens.Sessions(ctx, pool, username, after, idp.MaxUserSessions)
	if err != nil {
		return nil, "", err
	}
	page = make([]*cognito.SessionDescriptionType, len(list))
	for i, s := range list {
		page[i] = describeSession(s, current)
	}
	if more != "" {
		if next, err = a.pageToken(op, params, more); err != nil {
			return nil, "", err
		}
	}
	return page, next, nil
}

// describeSession is a session as lists show it.
func describeSession(s *idp.UserSession, current string) *cognito.SessionDescriptionType {
	return &cognito.SessionDescriptionType{
		SessionID:        s.ID,
		SessionType:      s.Type,
		ClientID:         s.ClientID,
		CreateDate:       cognito.At(s.Created),
		LastActiveDate:   cognito.At(s.LastActive),
		DeviceType:       s.Device,
		LastIPAddress:    s.Address,
		LastLocation:     &cognito.SessionLocationType{Country: unknownPlace},
		OriginSessionID:  s.OriginID,
		IsCurrentSession: new(s.ID == current),
	}
}
