// Package exceptiontest holds every operation to the exceptions that the model
// declares for it: each is caused by a test, over the wire, or cannot occur
// for a reason that is written down. It owns the list of what cannot occur,
// its page docs/exceptions.md, and the test that causes all others.
//
// A new operation needs no entry here for what has a common cause: a broken
// database, a drained request rate, a member that breaks a constraint, a token
// that is none. What is particular to it fails the test until it is caused or
// explained.
package exceptiontest
