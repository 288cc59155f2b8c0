// Package admin draws the administrators' pages: the way in, and the auditor's
// search. It asks nothing of the database.
package admin

import (
	"strings"

	"gongkai/templates/parts"
)

// Way is a page that an administrator may open.
type Way struct{ Href, Label, Hint string }

// HomeView lists the ways in.
type HomeView struct {
	parts.Page
	Ways []Way
}

// Entry is a line of an audit chain in words.
type Entry struct{ At, Chain, Seq, Actor, Act, Object, Detail string }

// AuditView is the auditor's page: the question as typed, and the answer.
type AuditView struct {
	parts.Page
	Problems                           []parts.Problem
	From, To, Login, Act, Object, Next string
	Acts, Objects                      []parts.Option // what may be asked for, "" first
	Entries                            []Entry
}

// AgenciesView is the tree of agencies, to be changed.
type AgenciesView struct {
	parts.Page
	Saved    string
	Agencies []AgencyRow
	Closed   []AgencyRow
	Coming   []string // changes of a later day
	Form     AgencyForm
}

// AgencyRow is an agency, or one span of its life.
type AgencyRow struct {
	Code, Name, ShortName, Kind, Href, Note, Above string
	Depth                                          int
}

func (a AgencyRow) indent() string { return strings.Repeat("　", a.Depth) }

// AgencyForm is what was typed.
type AgencyForm struct {
	Code, Name, ShortName, Kind, Parent, From, Successor string
	Kinds, Parents                                       []parts.Option
	Problems                                             []parts.Problem
}

// AgencyView is one agency.
type AgencyView struct {
	parts.Page
	Code, Name, Path string
	Spans            []AgencyRow
	Form             AgencyForm
	Successors       []parts.Option
}

// SeenView is the question who saw a person's data, and the answer.
type SeenView struct {
	parts.Page
	Problems      []parts.Problem
	Agency        string
	Who, From, To string
	Asked         bool
	Records       int // of applicants that the question points to
	Agencies      []parts.Option
	Entries       []Entry
}
