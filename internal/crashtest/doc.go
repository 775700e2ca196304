// Package crashtest kills real servers and databases under load, fills their
// disks and takes their database away, and holds what they answered against
// what they kept. It owns these tests alone; the promises are those of packages
// store and account:
//
//   - What was acknowledged stays: a user who signed up exists, a password that
//     was set is the password, a code that was redeemed is spent, a token that
//     was revoked stays so.
//   - What was not acknowledged happened whole or not at all.
//   - Of many who redeem one code, answer one challenge or refresh one rotating
//     token at once, on however many nodes, one wins.
//   - A database that fails costs an InternalErrorException in bounded time,
//     never the process, and is used again once it works.
//
// A process that is killed loses nothing that it had handed to the kernel, so
// these tests say nothing about a loss of power; that rests on what the
// databases promise of fsync.
package crashtest
