// Package sqlstore owns the queries of the store, one file per noun, in SQL
// that SQLite and PostgreSQL both speak. Opening a database, transactions and
// what to do about failures are left to the engines, packages sqlite and
// postgres.
//
// Conflicts are found by ON CONFLICT DO NOTHING and by the number of rows that
// a conditional write touched, never by failing statements: PostgreSQL gives a
// transaction up with its first failed statement.
package sqlstore
