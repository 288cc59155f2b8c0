// Package handling draws the forms by which a case is handled: one act, a
// decision, a correction. Its data is worded; it decides nothing.
package handling

import (
	"github.com/a-h/templ"

	"gongkai/templates/parts"
)

// Field is one field of an act's form.
type Field struct {
	parts.Input
	Kind    string // line, text, choice, many, yes
	Options []parts.Option
}

// ActView is the form of one act.
type ActView struct {
	parts.Page
	Number, CasePath, Heading string
	Article, Needs            string
	Problems                  []parts.Problem
	Fields                    []Field
	Sentence                  string   // what would happen
	Refusal                   string   // why it can't be done as it stands
	Meanwhile                 []string // what others recorded while this was typed
	Version, Key              string
	Action, Button            string
	Note                      string // said above the form
	Compare                   []Compared
	Returned                  string    // how the last version went back
	Plain                     bool      // it moves no clock: there is nothing to look at beforehand
	Files                     bool      // it takes scans along
	LetterPath, Letter        string    // the letter that will say the decision, "" for none
	Joint                     JointView // drawn where a field of kind joint stands
}

// JointView is the part of a form that takes down who applies together.
type JointView struct {
	Open       bool
	Full       bool // nobody more can be added
	WithNames  bool // names alone can be written in a line
	Names      Field
	Count      string
	People     []JointPerson
	Represents []parts.Option
}

// JointPerson is one of them.
type JointPerson struct {
	Place  string // from 1
	Of     string // which party of the case it is, "" for none yet
	Fields []Field
}

// Compared is a line of a decision beside that of the version before it.
type Compared struct {
	Label, Before, Now string
	Changed            bool
}

// BatchView is a list of cases on which one act is done at once.
type BatchView struct {
	parts.Page
	Heading, Intro string
	Action, Button string
	Rows, Others   []BatchRow
	OthersHeading  string
	Empty          string
	Fields         []Field
	Problems       []parts.Problem
	Done           string
	Failed         []string // which ones could not be done, and why
}

// BatchRow is one case of a batch; one without a value can't be chosen.
type BatchRow struct {
	Value, Href, Number, Agency, Subject, Applicant string
	Result, Step, Due, Note                         string
	Light                                           parts.Light
	Chosen                                          bool
}

// Asked is a question of the guided decision that was answered.
type Asked struct{ Question, Answer, Back string }

// DecideView is the guided decision: questions, then the decision itself.
type DecideView struct {
	ActView
	Path     []Asked
	Next     *Ask
	Direct   []parts.Option // all outcomes, for whoever knows
	Outcome  *Chosen
	Others   []Other // further buttons
	Fresh    string  // leads to the questions instead of the version that went back
	Items    string  // leads to the decision item by item
	Division bool    // the application is to be divided into items
	Parted   *Parted // a decision item by item
}

// Ask is the question that is to be answered now.
type Ask struct {
	Text, Hint string
	Hidden     []string // answers so far
	Options    []parts.Option
}

// Chosen is where the guide has led.
type Chosen struct {
	Code, Label, Article, Row, Need, Letter string
	Remedies                                []string
}

// Other is a further button of a form: what it sends and what it says.
type Other struct{ Value, Label, Hint string }

func (f Field) inputType() string {
	if f.Kind == "many" {
		return "checkbox"
	}
	return "radio"
}

// Parted is what the items of a decision add up to, once each has an outcome.
type Parted struct {
	Divide       string // leads to dividing it otherwise
	Outcome, Row string
	Remedies     []string
}

// enctype lets a form carry files where it takes them.
func enctype(v ActView) templ.Attributes {
	if !v.Files {
		return nil
	}
	return templ.Attributes{"enctype": "multipart/form-data"}
}
