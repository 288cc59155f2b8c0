// Package supervision draws 督办管理: what is late, soon, waiting or in nobody's
// hands, why answers were late, the orders that were given, who has how much to do,
// and the hand-over when somebody leaves. Everything is worded; it counts nothing.
package supervision

import (
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// Count is a figure and where its cases are; "" leads nowhere.
type Count struct {
	Label, N, Href string
	Kind           string // of the light
	Chosen, Some   bool
}

// Tab is one choice among links.
type Tab struct {
	Label, Href string
	Chosen      bool
}

// Table is counts by agency, section or officer.
type Table struct {
	Caption string
	Heads   []string
	Rows    []TableRow
	Rest    []TableRow // folded away
	Note    string
}

// TableRow is one line of a Table; Href leads to its own review.
type TableRow struct {
	Name, Href string
	Cells      []Count
}

// Row is a case of the review's list.
type Row struct {
	Anchor                                   string // so that coming back finds the place
	Light                                    parts.Light
	Number, Href, Agency, Subject, Applicant string
	Received, Due, Officer, Next             string
	Provisional                              bool
	Why                                      bool   // answered late, and nobody has said why
	Explain                                  string // where that can be said
	Order, OrderHref                         string // a 督办单 that was given, or ("") the way to give one
}

// View is the overdue review.
type View struct {
	parts.Page
	Problems     []parts.Problem
	Day, DayWord string
	Past         bool // not today: as was known then
	Lights       []Count
	Tabs         []Tab
	By           Table
	LateHeading  string
	Late         []Table
	LateNone     string
	ListHeading  string
	Chips        []parts.Chip
	All          string
	Rows         []Row
	Answered     bool // the list is of late answers
	Prev, Next   string
	Ways         []Tab
	Orders       []OrderLine
	OrderNew     string
	Hidden       []parts.Pair // of the form that asks for a day
}

// OrderLine is an order in a list.
type OrderLine struct {
	Number, Href, Kind, Agency, About, AboutHref string
	Ordered, Due, Standing                       string
	Late, Closed                                 bool
}

// OrdersView lists orders.
type OrdersView struct {
	parts.Page
	Heading  string
	Counts   Table
	Orders   []OrderLine
	Empty    string
	New      string
	Back     string
	BackWord string
}

// OrderForm is a new order.
type OrderForm struct {
	parts.Page
	Heading, Action, Back, Key string
	Facts                      []Fact
	Hidden                     []parts.Pair
	Fields                     []handling.Field
	Problems                   []parts.Problem
	Button                     string
}

// Fact is a line of a summary list.
type Fact struct{ Label, Value, Href string }

// OrderView is one order with what became of it; it is printed too.
type OrderView struct {
	parts.Page
	Kind, Number, Issuer, Agency string
	Facts                        []Fact
	Content, Reply, Verdict      string
	ReplySigned, VerdictSigned   string
	Standing                     string
	Late                         bool
	Back                         string
	BackWord                     string
	Problems                     []parts.Problem
	Meanwhile                    string // what somebody else wrote while this was typed
	ReplyForm, CloseForm         *TextForm
}

// TextForm asks for a text and a day.
type TextForm struct {
	Action, Button, Version, Do string
	Fields                      []handling.Field
}

// WorkView is the workload.
type WorkView struct {
	parts.Page
	Period   string
	Officers Table
	Sections Table
	HandOver string
	Back     string
}

// HandOverView is the form of the hand-over.
type HandOverView struct {
	parts.Page
	Problems []parts.Problem
	Action   string
	Back     string
	From     []parts.Option
	FromName string
	Chosen   string
	Fields   []handling.Field
	Rows     []handling.BatchRow
	Done     string
	Stayed   string
}
