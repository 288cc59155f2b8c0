// Package callers draws the look-up for somebody who calls and asks where his
// application stands. Names are masked before they come here.
package callers

import "gongkai/templates/parts"

// View is the look-up with what it found.
type View struct {
	parts.Page
	Text  string
	Asked bool
	Hits  []Hit
}

// Hit is one line to read out.
type Hit struct {
	Light                                       parts.Light
	Number, Href, Applicant, Received, Sentence string
	By                                          string // how it was found
	Note                                        string // leads to noting the call
	Related                                     []parts.Related
}
