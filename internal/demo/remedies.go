package demo

import (
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// dispute is one column's case of table 四 that is to be found a place: the
// review or suit and how it stood at the end of 2019.
type dispute struct {
	kind   cases.RemedyKind
	result cases.Result
}

// dealRemedies gives table 四 its cases. Suits after a review follow upon
// reviews that upheld the answer; every other dispute has a case of its own.
// What was pending at the end of 2019 is decided in 2020.
func dealRemedies(d dice, cal *calendar.Calendar, table published, drafts []draft) {
	var reviewed []*draft
	for _, x := range disputes(table, cases.Review, cases.LitigationDirect) {
		on := settle(d, cal, drafts, x)
		if x.kind == cases.Review && x.result == cases.Upheld {
			reviewed = append(reviewed, on)
		}
	}
	for _, x := range disputes(table, cases.LitigationAfterReview) {
		reviewed = suit(d, cal, reviewed, x)
	}
}

// disputes lists the cases of some blocks of table 四.
func disputes(table published, kinds ...cases.RemedyKind) []dispute {
	var out []dispute
	for _, k := range kinds {
		for _, r := range cases.Results() {
			for range table.Remedies[k.Code()][r.Code()] {
				out = append(out, dispute{k, r})
			}
		}
	}
	return out
}

// settle finds a case for a dispute and throws its days.
func settle(d dice, cal *calendar.Calendar, drafts []draft, x dispute) *draft {
	for _, i := range d.Perm(len(drafts)) {
		c := &drafts[i]
		if !c.contested() {
			continue
		}
		filed := workday(d, cal, c.line.Record.AnsweredOn, 8, 50)
		closed := workday(d, cal, filed, 35, 60)
		if x.kind == cases.LitigationDirect {
			filed = workday(d, cal, c.line.Record.AnsweredOn, 20, 150)
			closed = workday(d, cal, filed, 80, 170)
		}
		if x.fits(filed, closed) {
			x.put(d, &c.line.Record, filed, closed)
			return c
		}
	}
	panic(fmt.Sprintf("demo: no case for %s %s", x.kind.Code(), x.result.Code())) // the seed is fixed: a test sees it
}

// suit brings the decision of a review before court, and gives the reviews left.
func suit(d dice, cal *calendar.Calendar, reviewed []*draft, x dispute) []*draft {
	for range 100 {
		for n, c := range reviewed {
			filed := workday(d, cal, c.line.Record.Remedies[0].ClosedOn, 3, 14)
			closed := workday(d, cal, filed, 80, 170)
			if x.fits(filed, closed) {
				x.put(d, &c.line.Record, filed, closed)
				return append(reviewed[:n:n], reviewed[n+1:]...)
			}
		}
	}
	panic(fmt.Sprintf("demo: no review for %s %s", x.kind.Code(), x.result.Code())) // the seed is fixed: a test sees it
}

// contested reports whether somebody would bring the answer before a review.
func (x *draft) contested() bool {
	r := x.line.Record
	if r.Remedies != [3]cases.RemedyRecord{} || x.kind != cases.Natural {
		return false
	}
	g := x.outcome.Group()
	return g == "withhold" || g == "unable" || g == "not_processed" || g == "partial"
}

// fits reports whether the days put the dispute into its column of 2019.
func (x dispute) fits(filed, closed calendar.Date) bool {
	if x.result == cases.Pending {
		return filed.Year() == 2019 && closed.Year() == 2020
	}
	return filed.Year() == 2019 && closed.Year() == 2019
}

// put writes the dispute into a ledger line; one pending at the end of 2019
// ended later, mostly with the answer upheld.
func (x dispute) put(d dice, r *cases.Record, filed, closed calendar.Date) {
	result := x.result
	if result == cases.Pending {
		result = oneOf(d, []cases.Result{cases.Upheld, cases.Upheld, cases.OtherResult})
	}
	for i, k := range cases.RemedyKinds() {
		if k == x.kind {
			r.Remedies[i] = cases.RemedyRecord{Result: result, FiledOn: filed, ClosedOn: closed}
		}
	}
}

// workday throws a working day from a to b civil days after a day.
func workday(d dice, cal *calendar.Calendar, after calendar.Date, a, b int) calendar.Date {
	day := after.AddDays(d.between(a, b))
	for !cal.IsWorkday(day) {
		day = day.AddDays(-1)
	}
	return calendar.Later(day, after.AddDays(1))
}
