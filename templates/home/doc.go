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
	Lists       []List
	Report      Report
	CanFound    bool // the visitor may found the first agency
	CanImport   bool // the visitor may take ledgers in
	CanRegister bool // and register applications
}

// List is some cases that wait, the most urgent first.
type List struct {
	Title, None  string
	Rows         []Urgent
	All, AllWord string // address of the whole list, and what leads there is called
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
	Note                             string // what is proposed
	Act, ActHref                     string // what is to be done next, and its form where it is the visitor's to do
}

// Report is the way to the year's table.
type Report struct {
	Title, Href, Due string
	New, Closed      string
}

// Register is the address of registering in the agency in view.
func (v View) Register() string { return "/cases/new?agency=" + v.Agency }
