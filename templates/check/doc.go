// Package check draws the arithmetic check of published reports (勾稽校核): what
// to bring, and the verdict with the table as it was read.
package check

import (
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// View is the page; without verdicts it is the form alone.
type View struct {
	parts.Page
	Text     string
	Back     string // to the list that the one report stands in
	Problems []parts.Problem
	Verdicts []Verdict
}

// Verdict is what was found in one report.
type Verdict struct {
	File, Agency, Year, Format string
	OK                         bool
	Sentence                   string
	Failures                   []Finding
	Warnings                   []Finding
	Unseen                     []string
	Head                       [][]annual.Head
	Lines                      []annual.Line
	Remedy                     annual.Remedy
}

// Finding is one identity that fails or a warning, in words and numbers.
type Finding struct{ Identity, Where, Message string }

// ListView is what was found in several reports, one a row.
type ListView struct {
	parts.Page
	Sentence               string
	OK, Bad                bool // all hold and were read; only those with findings are shown
	Download, All, OnlyBad string
	Heads                  []Head
	Rows                   []Row
	Unread                 []Unread
}

// Head is a column's head that sorts.
type Head struct {
	Label, Href  string
	Sorted, Down bool
}

// Row is one report.
type Row struct {
	Agency, Year, File, Href   string
	OK                         bool
	Failures, Warnings, Unseen int
	Findings                   []Finding
}

// Unread is a file that could not be read.
type Unread struct{ File, Why string }
