// Package home draws the first page of an office: what is late, what comes next,
// and the ways in. It counts nothing itself.
package home

import "gongkai/templates/parts"

// View is what the page shows. Without agencies it says how to begin.
type View struct {
	parts.Page
	HasAgencies bool
	HasCases    bool
	Counts      []Count
	Tasks       []Count // what waits for the visitor
	Urgent      []Urgent
	Waiting     []Urgent // cases that wait for others, with the day on which that ends
	Report      Report
	AllOpen     string // address of the whole list
	SecretFree  bool
}

// Count is a number of open cases that leads to them.
type Count struct {
	Kind, Label, Note, Href string
	N                       string
	Some                    bool // more than none
}

// Urgent is one open case and its next date.
type Urgent struct {
	Light                            parts.Light
	Provisional                      bool
	Number, Href, Applicant, Subject string
	Next, On                         string // 答复期限, 2026-05-29
	Weekday                          string
}

// Report is the way to the year's table.
type Report struct {
	Title, Href, Due string
	New, Closed      string
}
