package report

import "gongkai/internal/cases"

// Tally is a number of cases that share everything table 三 asks for.
type Tally struct {
	Kind         int    // column of the applicant's kind, 0 to 5
	ReceivedYear int    // year of the receipt date (Art 31)
	AnsweredYear int    // year of the day on which the answer counts as given; 0 = open
	Outcome      string // outcome code, "" while open
	Count        int64
}

// RemedyTally is a number of reviews or suits that share everything table 四 asks
// for.
type RemedyTally struct {
	Block      Block
	FiledYear  int    // year of filing
	ClosedYear int    // year of the decision; 0 = pending
	Result     Result // ignored while ClosedYear is 0
	Undated    bool   // pending without dates: counts in FiledYear alone
	Count      int64
}

// Count makes the tables of a year from tallies, by dates and never by present
// status: new is received in the year; carried in is received before and not
// answered before; results go by the year of the answer; carried out is received
// by the end of the year and open or answered later. Tallies of other years and
// of several agencies may be mixed in. A result that the table of outcomes does
// not know counts in the total alone, where K2 finds it.
func Count(year int, f Format, tallies []Tally, remedies []RemedyTally) Table {
	t := NewTable("", year, f)
	for _, y := range tallies {
		if y.Kind < 0 || y.Kind >= int(TotalColumn) {
			continue
		}
		for _, key := range y.rows(year, f) {
			if row := t.Row(key); row != nil {
				row[y.Kind].N += y.Count
				row[TotalColumn].N += y.Count
			}
		}
	}
	for _, r := range remedies {
		if col, ok := r.column(year); ok {
			t.Remedies[r.Block][col].N += r.Count
			t.Remedies[r.Block][TotalResult].N += r.Count
		}
	}
	return t
}

// rows says in which rows of the year's table 三 the cases stand.
func (y Tally) rows(year int, f Format) []RowKey {
	var out []RowKey
	openBefore := y.AnsweredYear == 0 || y.AnsweredYear >= year
	switch {
	case y.ReceivedYear > year:
		return nil
	case y.ReceivedYear == year:
		out = append(out, RowNew)
	case openBefore:
		out = append(out, RowCarriedIn)
	}
	switch {
	case y.AnsweredYear == year:
		if key, ok := RowOf(y.Outcome, f); ok {
			out = append(out, key)
		}
		out = append(out, RowTotal)
	case openBefore:
		out = append(out, RowCarriedOut)
	}
	return out
}

// column says in which column of the year's table 四 the remedies stand.
func (r RemedyTally) column(year int) (Result, bool) {
	switch {
	case r.Block < Review || r.Block >= Blocks || r.FiledYear > year:
		return 0, false
	case r.ClosedYear == 0:
		return Pending, !r.Undated || r.FiledYear == year
	case r.ClosedYear > year:
		return Pending, true
	}
	return r.Result, r.ClosedYear == year && r.Result >= Upheld && r.Result < Pending
}

// RowOf gives the row in which an outcome counts, by the table of outcomes; false
// for a code that is not in it.
func RowOf(outcome string, f Format) (RowKey, bool) {
	o, err := cases.ParseOutcome(outcome)
	if err != nil {
		return RowKey{}, false
	}
	name := o.Info().Row2021
	if f == Format2019 {
		name = o.Info().Row2019
	}
	key, err := ParseRow(name)
	return key, err == nil
}

// OutcomesOf lists the outcome codes that count in a row.
func OutcomesOf(row RowKey, f Format) []string {
	var out []string
	for _, o := range cases.Outcomes() {
		if key, ok := RowOf(o.Code(), f); ok && key == row {
			out = append(out, o.Code())
		}
	}
	return out
}
