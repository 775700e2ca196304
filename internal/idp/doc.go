// Package idp holds the nouns of a user pool service - pools, clients, users,
// codes, token families - with their rules, and every error that a caller may
// see. It does no I/O: faces translate to and from it, use cases in packages
// account and signin move its values, and adapters keep them.
package idp
