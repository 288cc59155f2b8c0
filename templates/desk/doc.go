// Package desk draws what the front desk works with: the form of registering, its
// check, and the receipt. Its data is worded; it decides nothing.
package desk

import (
	"github.com/a-h/templ"

	"gongkai/templates/handling"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// NewView is the form of registering.
type NewView struct {
	parts.Page
	Refused   string // why the store took nothing, in a sentence
	Problems  []parts.Problem
	AgencyIs  string
	Channels  []Channel
	Days      []Day
	Kinds     []Kind
	Name      handling.Field // asked of a person and of an organisation in other words
	IDNumber  handling.Field
	Contact   handling.Field // of an organisation only
	Who, More []handling.Field
	Agent     []handling.Field
	AgentOpen bool
	Follows   string // the case that was given up for want of a supplement
	What      []handling.Field
	Platform  []handling.Field
	Paste     string
	Pasted    string // what was recognised, said above the form
	Key       string
	MoreOpen  bool
	Parcel    string // what arrived and becomes this case
	Joint     handling.JointView
	Added     bool // somebody was just added to them, where the cursor stands

	Bundle     []handling.Field // what else the envelope holds
	BundleOpen bool
}

// Channel is one choice of the way in.
type Channel struct {
	Code, Label string
	Chosen      bool
}

// Kind is one choice of who applies: a person, or one of the organisations.
type Kind struct {
	Code, Label string
	Chosen      bool
}

// Day is a date that some channels ask for.
type Day struct {
	parts.Input
	For []string // codes of the channels
}

func (d Day) classes() string {
	out := "field short day-field"
	for _, c := range d.For {
		out += " for-" + c
	}
	return out
}

// CheckView shows what was typed before it is saved.
type CheckView struct {
	parts.Page
	Received, Rule, Due string
	Facts               []register.Fact
	Warnings            []string
	Earlier, Doubles    []Like
	Hidden              []parts.Pair
	Contents            []string // what each application asks
}

// Like is an earlier application beside the new one.
type Like struct{ Href, Number, Received, Subject, State string }

// ReceiptView is the receipt that the applicant gets.
type ReceiptView struct {
	parts.Page
	Number, Agency, Applicant, Channel string
	Content, CasePath, Issued          string
	Sentences                          []string // of a confirmed receipt
	Contact                            []register.Fact
	Unconfirmed                        bool
	FileKinds                          []parts.Option
	Next, Like                         string   // register another one; one like this
	Contents                           []string // of several registered together: number and content
}

// ParcelsView is 收发登记: the line for the scanner and the lists.
type ParcelsView struct {
	parts.Page
	Problems           []parts.Problem
	Carrier            handling.Field
	Fields             []handling.Field
	Day, Before, After string
	Waiting, Today     []ParcelRow
}

// ParcelRow is something that arrived.
type ParcelRow struct {
	Mail, Carrier, Sender, Arrived, Fate, Note string
	Href, Register                             string
	Open                                       bool
}

// ParcelView is one of them, with the ways on.
type ParcelView struct {
	parts.Page
	Row          ParcelRow
	Problems     []parts.Problem
	Fields       []handling.Field
	Action, Back string
	Settled      string
}

// DraftsView is what a person has put aside.
type DraftsView struct {
	parts.Page
	Saved  bool
	Drafts []Draft
}

// Draft is a form that was begun.
type Draft struct{ Href, What, Text, SavedAt string }

// wrongly names the message of a field that is wrong.
func wrongly(f handling.Field) templ.Attributes {
	if parts.Message(f.Problems, f.Name) == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "wrong-" + f.Name}
}
