package store

import "rockpool/internal/idp"

// Groups keeps the groups of pools and who is in them.
type Groups interface {
	// Group returns a group, or ErrNotFound. Letter case counts.
	Group(poolID, name string) (*idp.Group, error)

	// ListGroups returns at most limit groups of a pool in the order of their
	// names, beginning after the name given ("" for the first).
	ListGroups(poolID, after string, limit int) ([]*idp.Group, error)

	// CountGroups returns the number of groups of a pool, but not more than
	// limit.
	CountGroups(poolID string, limit int) (int, error)

	// CreateGroup stores a new group. It returns ErrExists if the name is
	// taken, and ErrNotFound if there is no such pool.
	CreateGroup(g *idp.Group) error

	// UpdateGroup replaces a group, or returns ErrNotFound. Its members and
	// the time of its creation stay.
	UpdateGroup(g *idp.Group) error

	// DeleteGroup removes at most limit members of a group and, if none is
	// left, the group itself, which done tells. It returns ErrNotFound if
	// there is no group. A large group takes many short transactions instead
	// of one that keeps everybody else waiting; since the group goes last,
	// nobody can be a member of a later group of the same name without having
	// been added to it.
	DeleteGroup(poolID, name string, limit int) (done bool, err error)

	// AddMember makes a user a member of a group, or returns ErrExists for a
	// member. The caller has read the user and the group in the same
	// transaction, so that there is never a member without one of them.
	AddMember(poolID, username, group string) error

	// RemoveMember takes a user out of a group, or returns ErrNotFound for
	// who is no member.
	RemoveMember(poolID, username, group string) error

	// ListGroupsOf returns at most limit groups of a user in the order of
	// their names, beginning after the name given ("" for the first).
	ListGroupsOf(poolID, username, after string, limit int) ([]*idp.Group, error)

	// CountGroupsOf returns the number of groups of a user, but not more than
	// limit.
	CountGroupsOf(poolID, username string, limit int) (int, error)

	// ListMembers returns at most limit members of a group in the order of
	// their usernames, beginning after the username given ("" for the first).
	ListMembers(poolID, group, after string, limit int) ([]*idp.User, error)
}
