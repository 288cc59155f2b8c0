// Package plain draws the pages that carry words alone: help, and every page
// that says what went wrong and what to do now.
package plain

import "gongkai/templates/parts"

// ErrorView is a page of an error.
type ErrorView struct {
	parts.Page
	Heading   string
	Sentences []string
	Typed     []string // what was typed and not saved, to be copied
	Reference string   // to quote, where it is a fault of ours
	Back      string   // a way on
	BackWord  string
	Search    bool // offer the search of cases
}
