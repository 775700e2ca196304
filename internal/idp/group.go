package idp

import (
	"cmp"
	"time"
)

// Group is a set of users of a pool. Groups hold no groups.
type Group struct {
	PoolID      string
	Name        string // compared as it was given, letter case included
	Description string
	RoleARN     string
	Precedence  *int64 // 0 is the strongest; nil comes after every number
	Created     time.Time
	Modified    time.Time
}

// How many groups there may be.
const (
	MaxGroupsPerPool = 10_000
	MaxGroupsPerUser = 100
)

// Errors about groups.
var (
	ErrGroupNotFound = &Error{"ResourceNotFoundException", "Group not found."}
	ErrGroupExists   = &Error{"GroupExistsException", "A group with the name already exists."}
	ErrTooManyGroups = &Error{"LimitExceededException", "The maximum number of groups of the user pool has been reached."}

	// ErrTooManyGroupsOfUser is no LimitExceededException, because
	// AdminAddUserToGroup does not declare one.
	ErrTooManyGroupsOfUser = InvalidParameter("The user is a member of the maximum number of groups already.")
)

// CompareGroups orders groups by precedence, the strongest first. Those
// without one come last, and of equal ones the name decides.
func CompareGroups(a, b *Group) int {
	if c := ComparePrecedence(a, b); c != 0 {
		return c
	}
	return cmp.Compare(a.Name, b.Name)
}

// ComparePrecedence tells which of two groups takes precedence: negative for
// the first, positive for the second, 0 for neither.
func ComparePrecedence(a, b *Group) int {
	switch {
	case a.Precedence == nil && b.Precedence == nil:
		return 0
	case a.Precedence == nil:
		return 1
	case b.Precedence == nil:
		return -1
	}
	return cmp.Compare(*a.Precedence, *b.Precedence)
}
