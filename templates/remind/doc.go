// Package remind draws what brings days to mind: one's own list, what was sent,
// the plan, the printed 催办单, and how messages leave the house. It counts and
// decides nothing.
package remind

import (
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// Row is one reminder.
type Row struct {
	Light                   parts.Light
	What, Href              string // 编号, the report of a year
	Day, On, Weekday        string // 答复期限, 2026-05-29, 周五
	Todo, Agency, Why, Made string
	Urge                    string // where the 催办单 is printed, "" for none
	ID                      string
	Unread, Urgent          bool
}

// Group is the reminders of one sort: late, today ...
type Group struct {
	Title string
	Kind  string // of the light
	Rows  []Row
}

// ListView is one's own list.
type ListView struct {
	parts.Page
	Groups         []Group
	Unread, Newest string // how many are not read; up to which one the page shows
	Many           bool   // of several agencies
	Sent, Plan     string // the ways on, "" for who may not
	Feed           string
	All            int
}

// SentRow is a reminder, to whom it went and how.
type SentRow struct {
	At, Who, Why, What, Href, Day, On, Mark, State string
	Sent                                           []Sent
}

// Sent is how a message went.
type Sent struct{ Channel, Result, Kind string }

// SentView is the list of what was told.
type SentView struct {
	parts.Page
	Rows       []SentRow
	Next, Back string
	Total      string // reminders of the year
	Year       string
}

// PlanRow is one kind of the plan.
type PlanRow struct {
	Code, Label, Todo, To, Typed, Usual string
	Problem                             string
}

// PlanGroup is the kinds that belong together.
type PlanGroup struct {
	Name string
	Rows []PlanRow
}

// PlanView is the plan of an agency.
type PlanView struct {
	parts.Page
	AgencyName, Saved, From, Source string
	Groups                          []PlanGroup
	Fields                          []handling.Field // hours, annual terms, the day of effect
	Escalate                        []parts.Input
	Changes                         bool
	Later                           []string
	Problems                        []parts.Problem
}

// UrgeView is the printed 催办单.
type UrgeView struct {
	parts.Page
	Number, CasePath, Agency, Officer, Received, State, Issued string
	Owed                                                       []Row
	Above                                                      string // who asks, where it is not the agency itself
}

// MessagesView is what leaves the house, for the system administrator.
type MessagesView struct {
	parts.Page
	Saved    string
	Channels []ChannelView
	Rows     []MessageRow
	Next     string
	Problems []parts.Problem
}

// ChannelView is a way of messages.
type ChannelView struct {
	Code, Label, State string
	On                 bool
}

// MessageRow is a message without what it says.
type MessageRow struct {
	At, Who, Channel, Kind, State, Result, Tries, Next, Light string
	Retry                                                     string
}
