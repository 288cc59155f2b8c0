package cases

import "gongkai/internal/calendar"

// Dispute is a review or a suit about a case, as table 四 counts it. A reviewed
// dispute that is later sued is two: one in each block.
type Dispute struct {
	Kind     RemedyKind
	FiledOn  calendar.Date
	ClosedOn calendar.Date // none while pending
	Result   Result        // Pending while pending
	YearOnly bool          // 日期不详: counts in the year of FiledOn alone
}

// Disputes reads the disputes off a timeline, in the order of filing.
func Disputes(timeline []Event) []Dispute {
	var out []Dispute
	index := map[int]int{}
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case RemedyFiled:
			index[f.Ref] = len(out)
			out = append(out, Dispute{Kind: f.Remedy, FiledOn: e.On, Result: Pending, YearOnly: f.YearOnly})
		case RemedyClosed:
			if i, ok := index[f.Ref]; ok {
				out[i].ClosedOn, out[i].Result = e.On, f.Result
			}
		}
	}
	return out
}

// In gives the column in which the dispute stands in table 四 of a year: its
// result in the year of the ruling, pending on every 31 December before.
func (d Dispute) In(year int) (Result, bool) {
	filed := d.FiledOn.Year()
	switch {
	case !d.ClosedOn.IsZero() && d.ClosedOn.Year() == year:
		return d.Result, true
	case filed > year || (!d.ClosedOn.IsZero() && d.ClosedOn.Year() < year):
		return Result{}, false
	case d.YearOnly && d.ClosedOn.IsZero() && filed != year:
		return Result{}, false
	}
	return Pending, true
}
