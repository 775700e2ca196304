package ops

import (
	"strings"

	"rockpool/internal/idp"
)

// errResourceARN means that a tagging operation was asked about something else
// than a user pool.
var errResourceARN = idp.InvalidParameter("The resource ARN is not that of a user pool.")

// poolARN is the ARN of a pool.
func (a *API) poolARN(poolID string) string {
	return "arn:aws:cognito-idp:" + a.Region + ":" + a.AccountID + ":userpool/" + poolID
}

// poolIDOf returns the pool id in the ARN of a pool. Whether the rest of the
// ARN is the pool's own is seen when the pool was read.
func poolIDOf(arn string) (string, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "cognito-idp" {
		return "", errResourceARN
	}
	id, ok := strings.CutPrefix(parts[5], "userpool/")
	if !ok || id == "" || strings.ContainsAny(id, "/:") {
		return "", errResourceARN
	}
	return id, nil
}

// checkARN refuses an ARN that names a pool's id in another Region or account.
func checkARN(p *idp.UserPool, arn string) error {
	if p.Settings.ARN != arn {
		return idp.ErrPoolNotFound(p.ID)
	}
	return nil
}
