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
