// Package monitor draws 电子监察: the figures of all agencies of a tree at a glance,
// their trends, the wall view, checks of answers, and like applications at several
// agencies. Everything is worded; it counts nothing.
package monitor

import (
	"gongkai/templates/charts"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
	"gongkai/templates/supervision"
)

// View is the monitor of an agency.
type View struct {
	parts.Page
	Heading  string
	Up       []supervision.Tab // the agencies above, down to this one
	Periods  []supervision.Tab
	Problems []parts.Problem
	Period   string // typed
	Counts   []supervision.Count
	Heads    []Head
	Rows     []Row
	Sum      Row
	Calm     []supervision.Tab // agencies with nothing in the period and nothing open
	CalmNote string
	Notes    []string
	Charts   []Trend
	Ways     []supervision.Tab
	Hidden   []parts.Pair
}

// Head is a column; sorted if it orders the table now.
type Head struct {
	Label, Href, Title string
	Sorted             bool
}

// Row is one agency, or a government with all below it.
type Row struct {
	Name, Href, Rank string
	Cells            []supervision.Count
}

// Trend is a chart by month; Lines for what is not counted from zero upwards in
// columns.
type Trend struct {
	charts.Chart
	Lines bool
}

// WallView is the monitor on a screen that hangs on the wall.
type WallView struct {
	parts.Page
	Heading, Period, AsOf string
	Counts                []supervision.Count
	Late                  []WallLine
	LateNone              string
	Trend                 Trend
	Rate                  Trend
	Leave                 string
}

// WallLine is one agency of the wall.
type WallLine struct{ Name, Late, Soon, Open, Rate string }

// ChecksView lists the checks of answers and asks for a new one.
type ChecksView struct {
	parts.Page
	Problems []parts.Problem
	Fields   []handling.Field
	Key      string
	Action   string
	Back     string
	Checks   []CheckLine
}

// CheckLine is one check in the list.
type CheckLine struct{ Name, Href, Period, Seed, Drawn, Scored, Share string }

// CheckView is one check with what was drawn.
type CheckView struct {
	parts.Page
	Heading, Back string
	Facts         []supervision.Fact
	Rows          []CheckCase
	Items         supervision.Table // how often each item was met
}

// CheckCase is one answer that was drawn.
type CheckCase struct {
	Place, Number, Href, Agency, Answered, Outcome string
	Share, Score                                   string // Score leads to the sheet
	Scored                                         bool
	Order, OrderHref                               string
}

// SheetView is the score sheet of one answer.
type SheetView struct {
	parts.Page
	Heading, Back, Action, Version string
	Problems                       []parts.Problem
	Meanwhile                      string
	Facts                          []supervision.Fact
	Items                          []SheetItem
	Remark                         handling.Field
	Total                          string
	Rectify                        string
}

// SheetItem is one item of the sheet with the points that can be given.
type SheetItem struct {
	Code, Label, Hint string
	Options           []parts.Option
}

// AlikeView is like applications at several agencies.
type AlikeView struct {
	parts.Page
	Problems []parts.Problem
	From, To string
	Back     string
	Groups   []AlikeGroup
	Notes    []string
}

// AlikeGroup is some of them.
type AlikeGroup struct {
	Heading, Content string
	Cases            []AlikeCase
	Differ           bool // their answers do not agree
}

// AlikeCase is one of a group.
type AlikeCase struct {
	Light                                        parts.Light
	Number, Href, Agency, Received, Result, Text string
}
