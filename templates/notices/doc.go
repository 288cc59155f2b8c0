// Package notices draws the working-day calendar: the years with their notices, a
// year as months, the form for a new notice, and what would move if it were
// adopted. It asks nothing of the database.
package notices

import "gongkai/templates/parts"

// ListView is the years and what waits.
type ListView struct {
	parts.Page
	Waiting  []Waiting
	Rows     []Row
	Missing  string // of next year, "" where its notice is there
	Local    string // what the agency in view has of its own
	Enters   bool   // the visitor may enter a notice
	Saved    string
	Settings string
}

// Row is one notice in the list.
type Row struct {
	Year, Href, Kind, Number, Title, Published, Adopted string
}

// Waiting is a notice that waits for the second person.
type Waiting struct{ Href, Title, By string }

// YearView is a year as months.
type YearView struct {
	parts.Page
	Year            string
	Workdays        string
	Provisional     bool
	Local           string
	Notices         []Row
	Months          []Month
	Previous, After string
	Change          string // leads to the form that changes the year, "" for who may not
}

// Month is a sheet of the calendar.
type Month struct {
	Label string
	Weeks [][]Day
}

// Day is one cell; without a number it is blank.
type Day struct {
	Date, Number, Mark, Class, Title string
	Field                            string // off or work, what a tick would make of it; "" in a drawing
	Ticked                           bool
}

// EnterView is the form for a new notice.
type EnterView struct {
	parts.Page
	Problems                []parts.Problem
	Text, Year              string
	Number, Title, Publicly string
	Amends                  bool
	Clicks                  bool // the days of Year stand in the form
	Months                  []Month
	Years                   []parts.Option
	ByClicks, ByText        string
}

// ProposalView is a notice before it is adopted, and what would happen.
type ProposalView struct {
	parts.Page
	Problems      []parts.Problem
	Heading       string
	Facts         []Fact
	Warnings      []string
	Months        []Month
	Changed       string // which days the months mark
	Decided       string // "" while it waits
	Path          string
	Agrees        bool // the visitor is the second person
	Refuses       bool
	Own           bool
	Alone         bool
	Preview       bool
	Counts        []Count
	Agencies      []AgencyCount
	Moves         []Move
	MovesOf       string
	All, Next     string
	First         bool
	Explain, Self string
}

// Fact is a label and its value.
type Fact struct{ Label, Value string }

// Count is a figure of the preview.
type Count struct{ Label, Value, Class string }

// AgencyCount is what moves at one agency.
type AgencyCount struct {
	Name, Href                                 string
	Moved, Earlier, Later, BecomesLate, NoLate string
}

// Move is one case.
type Move struct {
	Number, Href, Agency, What, Old, New, Word, Class string
}
