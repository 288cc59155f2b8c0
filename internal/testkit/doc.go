// Package testkit is what the tests of several packages share: a throw-away
// PostgreSQL, a pinned day, golden files, checks on pages, and skips that are
// counted. It mocks nothing of ours and is imported by tests alone.
package testkit
