// Package loadtest measures what requests to Rockpool cost. It owns the load
// generator, the users it signs in, the measured cost of the cryptography that
// no server of this protocol can avoid, and the budgets over it; it is no part
// of the binary that users get.
//
// The server is a process of its own, and only its own processor time is
// counted: the generator's arithmetic (an SRP client works nearly as hard as
// the server) costs requests per second, because both share the machine, but
// no processor time per request. What a request needs beforehand - a code to
// redeem, a token to refresh - is fetched while nothing is measured.
//
// The load is closed: a number of connections, each with one request under way
// at a time. It goes to the loopback interface and ends by itself.
package loadtest
