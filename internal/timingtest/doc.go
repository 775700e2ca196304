// Package timingtest measures whether the time of an answer tells which users
// exist. It owns the test alone: clients that hide which users exist must get
// the same answer after the same work for a name with and without a user.
//
// The tests are left out under the race detector, which multiplies what it
// watches and leaves the password arithmetic as it is: users meet neither.
package timingtest
