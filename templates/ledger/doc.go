// Package ledger draws the import of a case ledger: choosing the file, the
// preview of what it would change, and what was taken.
package ledger

import "gongkai/templates/parts"

// UploadView is the form.
type UploadView struct {
	parts.Page
	Problems []parts.Problem
	Choices  []parts.Option // agencies
}

// PreviewView is what a file would do, before anything is written.
type PreviewView struct {
	parts.Page
	File, AgencyName string
	Token            string
	Read             []string // what was read: sheets, rows, lines left out
	Problems         []Problem
	More             string // further problems beyond those shown
	Marked           string // address of the same file with a red 问题 column
	Unknown          []Unknown
	MapError         []parts.Problem
	Counts           []Count
	Changes          []Change
	MoreChanges      string
	Vanished         []string
	Marks            []string
	CanAdopt         bool
	Nothing          bool // the file would change nothing
	Conflicts        int
}

// Problem is one bad place in the file.
type Problem struct{ Line, Column, Value, Expected string }

// Unknown is a column that is not known, and what it may be.
type Unknown struct {
	Name    string
	Field   string
	Options []parts.Option
}

// Count is one of 新增, 更新, 不变, 冲突, 消失.
type Count struct{ Label, N, Note, Kind string }

// Change is a fact that the file states differently.
type Change struct {
	Number, Label, Old, New string
	Grown                   bool
}

// DoneView is what was taken.
type DoneView struct {
	parts.Page
	File   string
	Again  bool // sent twice: nothing happened the second time
	Counts []Count
	Links  []Link
}

// Link is a way on.
type Link struct{ Label, Href string }
