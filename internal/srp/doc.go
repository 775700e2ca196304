// Package srp owns the arithmetic of sign-in by password: the variant of SRP-6a
// (RFC 2945, RFC 5054) that Cognito and its clients speak, for users and for
// remembered devices.
//
// A sign-in is three calls on the server:
//
//	NewChallenge  v        → b, B     sent: salt, B, an opaque block holding A, b, …
//	SharedKey     A, B, b, v → K      once the client has answered
//	CheckSignature K, …    → bool     the client's proof that it knows the password
//
// A sign-in that sends the password itself is two: Verifier, then Verify.
//
// Numbers travel through this package as big-endian bytes. A verifier and a
// public value B are always Size bytes; A keeps the length the client gave it,
// since the protocol hashes numbers in their shortest form.
//
// All arithmetic on secrets takes the same steps and reads the same memory
// whatever the secret is (element.go, fixedbase.go); math/big appears only where
// every operand is public, and in Client. What the package leaves to others: keeping
// state between the two requests, sealing verifiers at rest, counting failures,
// and judging whether a timestamp is recent.
package srp
