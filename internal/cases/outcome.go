package cases

import (
	"database/sql/driver"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

//go:embed outcomes.csv
var outcomesCSV string

// Outcome is how an application ended, down to the leaf that table 三 counts.
// The zero value is "not ended".
type Outcome struct{ info *OutcomeInfo }

// OutcomeInfo is one line of the table of outcomes (outcomes.csv).
type OutcomeInfo struct {
	Code     string // stable, e.g. "unable.nonexistent"
	Group    string // disclose, partial, withhold, unable, not_processed, other
	Row2019  string // row of table 三, format of 国办公开办函〔2019〕60号
	Row2021  string // row of table 三, format of 国办公开办函〔2021〕30号
	Label    string // Chinese label
	Article  string // articles of Order 711, "14;36(3)"
	Document string // name of the letter that says so
	Remedy   string // review_or_court, review_first, by_part, none
	Needs    string // what an act in the program must bring (never asked of history)
}

// outcomeTable reads the embedded table once.
var outcomeTable = sync.OnceValue(func() map[string]*OutcomeInfo {
	table := map[string]*OutcomeInfo{}
	for _, o := range outcomeList() {
		table[o.Code] = o
	}
	return table
})

var outcomeList = sync.OnceValue(func() []*OutcomeInfo {
	rows, err := csv.NewReader(strings.NewReader(outcomesCSV)).ReadAll()
	if err != nil {
		panic(err) // the table is part of the program
	}
	var out []*OutcomeInfo
	for _, r := range rows[1:] {
		out = append(out, &OutcomeInfo{Code: r[0], Group: r[1], Row2019: r[2], Row2021: r[3],
			Label: r[4], Article: r[5], Document: r[6], Remedy: r[7], Needs: r[8]})
	}
	return out
})

// Outcomes lists all outcomes in the order of table 三.
func Outcomes() []Outcome {
	var out []Outcome
	for _, i := range outcomeList() {
		out = append(out, Outcome{i})
	}
	return out
}

// ParseOutcome reads a code; an unknown one is an error.
func ParseOutcome(code string) (Outcome, error) {
	if i := outcomeTable()[code]; i != nil {
		return Outcome{i}, nil
	}
	return Outcome{}, fmt.Errorf("办理结果“%s”不在结果表之中", code)
}

// MustOutcome is ParseOutcome for codes written in the program.
func MustOutcome(code string) Outcome {
	o, err := ParseOutcome(code)
	if err != nil {
		panic(err)
	}
	return o
}

// Info gives the outcome's line of the table; the zero outcome has an empty one.
func (o Outcome) Info() OutcomeInfo {
	if o.info == nil {
		return OutcomeInfo{}
	}
	return *o.info
}

// Code gives the stable code, "" for not ended.
func (o Outcome) Code() string {
	if o.info == nil {
		return ""
	}
	return o.info.Code
}

// Label gives the Chinese label.
func (o Outcome) Label() string { return o.Info().Label }

// Group gives the first part of the code.
func (o Outcome) Group() string { return o.Info().Group }

// IsZero reports whether the case has not ended.
func (o Outcome) IsZero() bool { return o.info == nil }

// Releases reports whether the applicant got what was asked.
func (o Outcome) Releases() bool { return o.Group() == "disclose" }

// Ending tells the clock how to judge lateness: endings that are no answers are
// judged apart (law of the house, docs/law.md).
func (o Outcome) Ending() deadline.Ending {
	switch o.Code() {
	case "other.no_supplement", "other.fee_unpaid":
		return deadline.Lapse
	case "other.withdrawn", "other.unreachable":
		return deadline.Break
	}
	return deadline.Answer
}

// CountsAsAnswer reports whether the ending enters the on-time rate.
func (o Outcome) CountsAsAnswer() bool { return !o.IsZero() && o.Ending() == deadline.Answer }

// ReviewFirst reports whether an answer of that day sends the applicant to
// review before court (行政复议法第二十三条, from 2024-01-01; Arts 14 to 16).
func (o Outcome) ReviewFirst(answered calendar.Date) bool {
	return o.Info().Remedy == "review_first" && !answered.Before(reviewFirstSince)
}

var reviewFirstSince = calendar.MustParse("2024-01-01")

// MarshalText writes the code.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.Code()), nil }

// UnmarshalText reads a code; empty text is no outcome.
func (o *Outcome) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*o = Outcome{}
		return nil
	}
	got, err := ParseOutcome(string(b))
	*o = got
	return err
}

// Value stores the code.
func (o Outcome) Value() (driver.Value, error) { return o.Code(), nil }

// Scan reads what Value wrote.
func (o *Outcome) Scan(src any) error { return scanText(src, o.UnmarshalText) }
