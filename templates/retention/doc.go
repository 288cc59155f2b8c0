// Package retention draws the terms of keeping (保管期限): what is due in a year,
// the lists of destruction, what is left of a destroyed case. It asks nothing of
// the database.
package retention

import "gongkai/templates/parts"

// ListView is what is due at an agency, and the lists of destruction.
type ListView struct {
	parts.Page
	Problems []parts.Problem
	Agency   string // "" for the auditor, who sees the lists of all agencies
	Years    []parts.Option
	Year     string
	Basis    string // the terms in force
	Settings string
	Counts   []Count
	Rows     []Row
	More     string // "" unless there are more than one list holds
	Next     string
	Proposes bool // the visitor may put them on a list
	Coming   string
	Reason   string
	Lists    []Disposal
}

// Count is a class and how many cases of it are due.
type Count struct{ Label, Value string }

// Row is one case.
type Row struct {
	Place                                         string
	Number, Href, Received, Answered, Outcome     string
	Class, Term, Until, Kept, Files, Fate, Reason string
	HoldHref                                      string
}

// Disposal is a list of destruction.
type Disposal struct {
	Number, Href, Agency, Year, Proposed, Decided, State, Light string
	Cases                                                       string
}

// ProtocolView is one list, to be printed and signed.
type ProtocolView struct {
	parts.Page
	Problems         []parts.Problem
	Heading, Agency  string
	Facts            []Count
	Rows             []Row
	Path, Back       string
	Waits            bool
	Agrees, Own, Aln bool
	Done             bool
	Note             string
}

// HoldView is the form that keeps a case beyond its term.
type HoldView struct {
	parts.Page
	Problems               []parts.Problem
	Number, CasePath, Path string
	Facts                  []Count
	Held                   string // the reason and by whom; "" where none stands
	Reason                 string
}

// PurgedView is what is left of a destroyed case.
type PurgedView struct {
	parts.Page
	Number, Back, Says string
	Protocol           string // leads to the list; "" for who may not see it
	Facts              []Count
	Light              parts.Light
}
