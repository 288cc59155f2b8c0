// Package admin draws the administrators' pages: the way in, and the auditor's
// search. It asks nothing of the database.
package admin

import "gongkai/templates/parts"

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
