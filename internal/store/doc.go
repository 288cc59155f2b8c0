// Package store keeps the cases: every SQL statement of the program, the
// migrations, the numbers, the tallies and the audit chain. It is the only
// package that knows that there are two engines, SQLite (the embedded default)
// and PostgreSQL.
//
// A case is written through one door: Create, Update and Import each open the
// one transaction, let the domain decide, and write its new events, its derived
// row, its disputes, the tallies and the audit entry together or not at all.
// Within a transaction locks are taken in one order, so that two PostgreSQL
// sessions never wait for each other in a circle: notices (shared), rows of
// cases, counters, tallies by key, the audit head last.
//
// It decides nothing about the law and checks no permission: callers pass a
// stamp that says who acts, when, and as of which day. Errors carry ids, never
// personal data; those that a user can act on are of type Error.
package store
