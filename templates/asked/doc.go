// Package asked draws what several people asked for. It names no applicant.
package asked

import "gongkai/templates/parts"

// View is the groups of a year, the largest first.
type View struct {
	parts.Page
	Problems []parts.Problem
	Year     string // as typed
	Groups   []Group
}

// Group is one thing that several asked for.
type Group struct {
	Content    string // as the first of them put it
	Applicants int
	Cases      []Case
}

// Case is one of the group's cases.
type Case struct {
	Light                            parts.Light
	Number, Href, Received, Standing string
}
