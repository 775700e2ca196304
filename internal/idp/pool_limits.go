package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// How much there may be.
const (
	MaxPools          = 1000
	MaxClientsPerPool = 1000
)

// Errors about making, changing and deleting pools and clients.
var (
	ErrTooManyPools   = &Error{"LimitExceededException", "The maximum number of user pools has been reached."}
	ErrTooManyClients = &Error{"LimitExceededException", "The maximum number of app clients of the user pool has been reached."}

	// ErrDeletionProtected means that a pool must first be released.
	ErrDeletionProtected = InvalidParameter("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")

	// ErrPoolHasDomain means that a pool's domain must go first.
	ErrPoolHasDomain = InvalidParameter("User pool cannot be deleted. It has a domain configured that should be deleted first.")

	// ErrConcurrentModification means that others kept changing the same
	// thing.
	ErrConcurrentModification = &Error{"ConcurrentModificationException", "The resource was changed at the same time; try again."}
)

// CheckDeletable tells whether a pool may be deleted.
func (p *UserPool) CheckDeletable() error {
	switch {
	case p.Settings.DeletionProtection == cognito.DeletionProtectionActive:
		return ErrDeletionProtected
	case p.Settings.Domain != "" || p.Settings.CustomDomain != "":
		return ErrPoolHasDomain
	}
	return nil
}

// CheckTier tells whether a client can stay as it is when its pool gets a
// smaller plan.
func (c *Client) CheckTier(tier cognito.UserPoolTierType) error {
	if tier == cognito.UserPoolTierLite && slices.Contains(c.Settings.ExplicitAuthFlows, cognito.ExplicitAuthFlowsAllowUserAuth) {
		return ErrTierChange("ALLOW_USER_AUTH in an app client", tier)
	}
	return nil
}
