// Package letters draws the letters of a case (文书): the list, one letter with its
// passages, its print, the envelope, and the agency's templates. What it is given is
// already worded.
package letters

import "gongkai/templates/parts"

// ListView is the letters of a case.
type ListView struct {
	parts.Page
	Number, CasePath, Action, Key string
	Problems                      []parts.Problem
	Letters                       []Line
	Starts                        []Start
	Writes                        bool // the visitor may draft
	Register                      string
}

// Line is one letter.
type Line struct {
	Title, Number, State, Class, Note string
	Href                              string
	Original                          string // leads to the issued original, "" for none
}

// Start is a letter that can be drafted.
type Start struct {
	Label, Note string
	Kind, Seq   string
	Due         bool // the act that sends it was recorded, and it is not drafted yet
}

// LetterView is one letter.
type LetterView struct {
	parts.Page
	Number, CasePath, ListPath, Action string // Number: of the case
	Title, To, Agency, Letterhead, On  string
	OnTyped, Version, Key              string
	LetterNumber                       string
	State, StateNote, Class            string
	Draft, Writes, Numbered            bool
	Outside                            bool // its number is from outside
	Passages                           []Passage
	Rows                               []Passage
	Heads                              []string
	List                               [][]string
	Lacks                              []string // what keeps it from being issued
	Notices                            []string
	Problems                           []parts.Problem
	Meanwhile                          []Passage // the text of whoever was faster
	Template                           string
	Original                           string
	Print, DOCX, Envelope              string
	Versions                           []Version
	Compared                           []Compared
	ComparedWith                       string
	Typed                              Typed
}

// Typed is what was typed into the forms beside the text.
type Typed struct{ Outside, Reason string }

// Passage is one passage: a locked one is shown, an open one is a field.
type Passage struct {
	Name, Field, Text string
	Lines             []string
	Locked            bool
	Rows              int
}

// Version is one text that a letter has had.
type Version struct{ Label, Compare string }

// Compared is a passage before and now.
type Compared struct {
	Name, Before, Now string
	Changed           bool
}

// EnvelopeView is an envelope and the label of a courier letter.
type EnvelopeView struct {
	parts.Page
	Number, Back                         string
	To, Address, Phone, Postcode         string
	From, FromAddress, FromPhone, FromPC string
	What                                 string
}

// TemplatesView is the templates of an agency.
type TemplatesView struct {
	parts.Page
	AgencyName string
	Register   string // leads to 发文登记
	Saved      string
	Problems   []parts.Problem
	Changes    bool
	Kinds      []TemplateKind
	Choices    []parts.Option
	Fields     []FieldLine
}

// TemplateKind is the template of one kind of letter.
type TemplateKind struct {
	Code, Title, Now, Download string
	Own                        bool
	Versions                   []TemplateVersion
}

// TemplateVersion is one that was uploaded.
type TemplateVersion struct{ Label, Download, Restore string }

// FieldLine explains a field of a template.
type FieldLine struct{ Name, Hint, List string }

// NumbersView is the register of an agency's numbers (发文登记).
type NumbersView struct {
	parts.Page
	AgencyName, Year string
	Years            []YearLink
	Own, Outside     []NumberLine
	Next             string
	More             bool // a page after the first
}

// YearLink leads to another year.
type YearLink struct {
	Label, Href string
	Here        bool
}

// NumberLine is one number.
type NumberLine struct{ Number, Title, On, Case, State, Class, Note, Href string }
