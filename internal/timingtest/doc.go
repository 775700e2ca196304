// Package timingtest measures whether the time of an answer tells which users
// exist. It owns the test alone: clients that hide which users exist must get
// the same answer after the same work for a name with and without a user.
package timingtest
