// Package papers draws what leaves the house and what proves it: service (送达),
// the check before release, evidence bundles and their check, the archive. Its data
// is worded; it decides nothing.
package papers

import (
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// Crumb is the case that a page belongs to.
type Crumb struct{ Number, CasePath string }

// ServicesView lists the attempts to bring the letters of a case to their
// addressees, with the form of the next one.
type ServicesView struct {
	parts.Page
	Crumb
	Problems []parts.Problem
	Given    string // the day on which the answer counts as given, with its reason; "" for not yet
	Closed   string // why nothing can be recorded now
	Settle   bool   // the day is reached by itself: one press records it
	Rows     []ServiceRow
	Ways     []Way // to choose from
	Form     *ServiceForm
	Key      string
}

// ServiceRow is one attempt.
type ServiceRow struct {
	Place, Letter, Way, Number string
	Lines                      []parts.Pair
	State, Class               string // proved, waits, failed
	Change, Again              string // where to go on
}

// Way is a way of service that may be chosen.
type Way struct {
	Href, Label, Needs, Counts string
	Asked, Named, Last         bool // it comes first, because the applicant asked for it; a last resort
}

// ServiceForm records an attempt, or what became of one.
type ServiceForm struct {
	Heading, Needs, Counts string
	Hidden                 []parts.Pair
	Fields                 []handling.Field
	Button                 string
	Answers                string // what pressing it will do besides, "" for nothing
}

// ReleaseView is the check before release.
type ReleaseView struct {
	parts.Page
	Crumb
	Problems []parts.Problem
	Files    []ReleaseFile
	Ready    []parts.Option // confirmed and not yet given
	Day      string
	Parts    []ReleasePart
}

// ReleaseFile is a file that is to be released, with what the check showed.
type ReleaseFile struct {
	Place, Name, Href string
	Findings          []Finding
	Unread            []string
	State             string // who confirmed it when; "" while it waits
	Clean             bool
}

// Finding is a number that may be personal.
type Finding struct{ Kind, Masked, Place, Around string }

// ReleasePart is what was given on one day.
type ReleasePart struct {
	Label string
	Names []string
}

// BundleView asks for whom the bundle is.
type BundleView struct {
	parts.Page
	Crumb
	Problems    []parts.Problem
	Purposes    []parts.Option
	Fingerprint string
	Papers      int
}

// ArchiveView asks which closed cases are handed to the archive.
type ArchiveView struct {
	parts.Page
	Problems []parts.Problem
	Years    []parts.Option
	Year     string
	Count    int
	Parcels  []parts.Option // of at most 500 cases each
}

// CheckView takes a bundle and says whether it is whole.
type CheckView struct {
	parts.Page
	Problems []parts.Problem
	Name     string
	Lines    []string // of the verdict
	Whole    bool
	Asked    bool // a verdict is there
	Wanted   string
}

// WaitingView lists what is signed and not sent, sent and not proved.
type WaitingView struct {
	parts.Page
	Groups  []WaitingGroup
	Archive string // where closed cases are handed over
}

// WaitingGroup is one of the lists.
type WaitingGroup struct {
	ID                   string // where links lead to it, "" for nowhere
	Heading, Hint, Empty string
	Rows                 []WaitingRow
}

// WaitingRow is a case that waits.
type WaitingRow struct {
	Number, Href, Agency, Subject, What, Since, Due string
	Late                                            bool
}
