// Package analysis draws 统计分析: the figures of any period beside those of the
// same period a year before, each a way to its cases. It adds nothing up.
package analysis

import (
	"gongkai/templates/charts"
	"gongkai/templates/parts"
)

// View is the analysis of one agency and period.
type View struct {
	parts.Page
	Heading  string
	Basis    string // period, scope, by what rule
	From, To string // as typed
	Own      bool
	Quick    []Link // the present choice has no address
	Switches []Link // whole or own
	Problems []parts.Problem
	Notes    []string
	Keys     []Key
	Sections []Section
	Exports  []Link
}

// Link is a word and where it leads.
type Link struct{ Label, Href string }

// Key is one of the four figures on top.
type Key struct {
	Label, Figure, Href, Title string
	Before, BeforeHref         string // of the same period a year before, "" for none
	Change                     string
}

// Section is one way of parting the figures: a chart whose title says the finding,
// and the table beside it.
type Section struct {
	ID, Heading string
	Told, Bars  []charts.Chart // of the figures in the table beside them
	Lines       []charts.Chart // of others
	Heads       []string
	Rows        []Row
	Note        string
	Way         Link // to where more is done; no address: none
}

// Row is a line of a table.
type Row struct {
	Label string
	Depth int
	Sum   bool
	Cells []Cell
}

// Cell is a figure, with the way to its cases.
type Cell struct{ Text, Href string }
