// Package applicants draws the register of applicants, what one of them has asked,
// and the list of disputes. Names are masked before they come here.
package applicants

import "gongkai/templates/parts"

// ListView is the register of applicants.
type ListView struct {
	parts.Page
	Name, Next string
	Found      bool // the rows answer a search
	Saved      string
	Rows       []Row
	Waiting    []Merge
}

// Merge is a merge of two records that waits for the second person.
type Merge struct {
	From, FromHref, To, ToHref, Reason, By, Path string
	Own                                          bool // the visitor asked for it himself
}

// Choice is a record that another one could be merged into.
type Choice struct{ Value, Label, Note, Href string }

// Row is an applicant.
type Row struct{ Name, Kind, Href, Agency, Cases, Open, First, Last string }

// View is one applicant with everything asked.
type View struct {
	parts.Page
	Name, Kind, Agency string
	Records            string // how many records are taken together
	Evidence, Back     string
	Months             []Month
	Cases              []Case
	Issued             string
	MergePath          string
	Choices            []Choice
	Problem, Reason    string
}

// Month is how many applications came in a month; Share is the bar's length in
// tenths of the busiest month.
type Month struct {
	Label, Count string
	Share        int
}

// Case is one application of theirs.
type Case struct {
	Light                                              parts.Light
	Number, Href, Received, Content, Outcome, Answered string
	Served, Similar                                    string
}

// DisputesView is the list of reviews and suits.
type DisputesView struct {
	parts.Page
	Year         int
	Open, Closed []Dispute
}

// Dispute is one of them.
type Dispute struct {
	Kind, Number, Href, Agency, Filed, State, Due, Result, Closed string
	Late                                                          bool
}

func bar(share int) string {
	out := ""
	for range share {
		out += "█"
	}
	return out
}
