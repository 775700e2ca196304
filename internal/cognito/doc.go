// Package cognito holds the words of the user pools API: its requests,
// responses, structures and enums, the table of operations, and the strict
// reading of a request's JSON together with the model's constraints.
//
// Everything in the *_gen.go files comes from the published service model; see
// the gen directory. The package knows the shape of what is said, never
// whether it is true: rules that need a pool, a user or a clock live elsewhere.
//
// Zero means absent for strings, enums, timestamps, lists, maps and nested
// structures; optional numbers and booleans are pointers. An empty list that
// is not nil is present and empty.
package cognito

//go:generate go run ./gen -model ../../../shared/api/service-2.json
