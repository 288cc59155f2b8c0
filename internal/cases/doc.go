// Package cases holds the case: one application for the disclosure of
// government information as the list of its dated facts, and everything that
// follows from them by rule: what it waits for, what the law allows next, the
// row that lists and tables read, and the ledger line that offices exchange.
//
// It also holds the closed sets that a case speaks in (kind of applicant,
// outcome, remedy), the tree of agencies and the fee.
//
// It is pure: no SQL, no HTTP, no clock, no settings. Time and calendar are
// parameters. It knows nothing of tables across cases; that is package report.
package cases

//go:generate go run ./workflowdoc ../../docs/workflow.md
