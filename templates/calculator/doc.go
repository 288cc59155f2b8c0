// Package calculator draws the deadline calculator: the fields, and the clock
// that follows from them with its reasons.
package calculator

import (
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// View is the page; Result is nil until something was asked.
type View struct {
	parts.Page
	Fields   []parts.Input // in the order of the form
	Channel  []parts.Option
	Consult  []parts.Input
	More     []parts.Input
	Open     bool
	Problems []parts.Problem
	Result   *Result
}

// Result is the clock.
type Result struct {
	Due, Weekday string
	Lead         string // what the date is: 答复期限, or why there is none
	Light        parts.Light
	Provisional  bool
	Facts        []register.Fact
	Ruler        parts.Ruler
	Steps        []parts.Step
	Terms        []register.Term
	Command      string // the same for the command line
}
