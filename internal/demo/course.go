package demo

import (
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// Line is one made-up case: a ledger line and the agency that keeps it.
type Line struct {
	AgencyCode string
	Record     cases.Record
	// Further are facts that a ledger has no column for, in the order of their
	// days: an opinion asked of another agency, a proposal on its way. To be
	// appended to the case once its line is imported.
	Further []Dated
}

// Dated is a fact and the day on which it happened.
type Dated struct {
	On   calendar.Date
	Fact cases.Fact
}

// course is what happens to a case between its receipt and its end.
type course struct {
	supplement bool
	lapse      bool // no supplement came
	consult    bool
	silent     bool // the third party kept silent
	extend     int  // working days
	late       int  // working days after the due date
	spot       bool // answered on the day of receipt
}

// usual throws the course of a case that ends in an outcome: what the outcome
// presupposes, and else what happens now and then.
func usual(d dice, o cases.Outcome) course {
	c := course{supplement: d.chance(5)}
	answer := o.Ending() == deadline.Answer && o.Group() != "other"
	switch o.Code() {
	case "unable.still_unclear":
		c.supplement = true
	case "other.no_supplement":
		return course{supplement: true, lapse: true}
	case "withhold.third_party":
		c.consult, c.silent = true, d.chance(15)
	case "partial":
		c.consult, c.silent = d.chance(25), d.chance(15)
	case "disclose.provided":
		c.consult = d.chance(4)
		c.spot = d.chance(3)
	case "disclose.already_public":
		c.spot = d.chance(5)
	}
	if c.spot {
		return course{spot: true}
	}
	if answer && d.chance(7) {
		c.extend = oneOf(d, []int{10, 15, 15, 20})
	}
	return c
}

// window bounds the days on which a case may be received and answered.
type window struct{ receivedFrom, receivedTo, answeredFrom, answeredTo calendar.Date }

// lay throws the days of a course within the window, until they agree with the
// clock: late exactly if the course says so. It gives false if no days fit.
func (c course) lay(d dice, book *calendar.Book, w window, r cases.Record) (cases.Record, bool) {
	for range 300 {
		try := r
		try.ReceivedOn = receipt(d, book.Latest(), w, r.Channel)
		if c.run(d, book.Latest(), w, &try) && inOrder(try) && c.agrees(book, try) {
			return try, true
		}
	}
	return r, false
}

// receipt throws a day of receipt: offices receive on working days; a part of
// the net's applications comes at weekends.
func receipt(d dice, cal *calendar.Calendar, w window, ch cases.Channel) calendar.Date {
	for {
		day := w.receivedFrom.AddDays(d.IntN(w.receivedTo.Sub(w.receivedFrom) + 1))
		if cal.IsWorkday(day) || ch == deadline.Online && d.chance(15) {
			return day
		}
		if cal.Count(w.receivedFrom.AddDays(-1), w.receivedTo) == 0 {
			return day
		}
	}
}

// run throws the steps of the course one after the other.
func (c course) run(d dice, cal *calendar.Calendar, w window, r *cases.Record) bool {
	ready := r.ReceivedOn // from here on the agency has all it needs
	if c.supplement {
		r.SupplementAskedOn = cal.Add(ready, d.between(1, 6))
		if c.lapse {
			r.AnsweredOn = cal.Add(r.SupplementAskedOn, 15+d.between(1, 4))
			return !r.AnsweredOn.After(w.answeredTo) && !r.AnsweredOn.Before(w.answeredFrom)
		}
		ready = cal.Add(r.SupplementAskedOn, d.between(2, 14))
		r.SupplementReceivedOn = ready
	}
	if c.consult {
		ready = c.ask(d, cal, r, ready)
	}
	due := clockOf(cal, *r, ready).Due
	if c.extend > 0 {
		r.ExtendedOn, r.ExtendedDays = back(cal, due, d.between(0, 2)), min(c.extend, maxExtension(r.ReceivedOn))
		if !r.ExtendedOn.After(ready) {
			return false
		}
		ready, due = r.ExtendedOn, clockOf(cal, *r, r.ExtendedOn).Due
	}
	return c.answer(d, cal, w, r, ready, due)
}

// ask throws a consultation and gives the day on which it is over.
func (c course) ask(d dice, cal *calendar.Calendar, r *cases.Record, from calendar.Date) calendar.Date {
	r.ConsultSentOn = cal.Add(from, d.between(1, 6))
	r.ConsultServedOn = cal.Add(r.ConsultSentOn, d.between(1, 3))
	if c.silent {
		return cal.Add(r.ConsultServedOn, 15)
	}
	r.ConsultRepliedOn = cal.Add(r.ConsultServedOn, d.between(2, 13))
	return r.ConsultRepliedOn
}

// answer throws the day of the answer: mostly near the due date, as offices do.
func (c course) answer(d dice, cal *calendar.Calendar, w window, r *cases.Record, ready, due calendar.Date) bool {
	if c.late > 0 {
		r.AnsweredOn = cal.Add(due, c.late)
		return !r.AnsweredOn.After(w.answeredTo)
	}
	first := cal.Add(calendar.Later(ready, w.answeredFrom.AddDays(-1)), 1)
	if c.spot {
		first, due = r.ReceivedOn, r.ReceivedOn
	}
	room := cal.Count(first, calendar.Earlier(due, w.answeredTo))
	if room < 0 || first.After(w.answeredTo) || first.After(due) {
		return false
	}
	r.AnsweredOn = first
	if n := max(d.IntN(room+1), d.IntN(room+1)); n > 0 {
		r.AnsweredOn = cal.Add(first, n)
	}
	return !r.AnsweredOn.Before(w.answeredFrom) && !r.AnsweredOn.After(w.answeredTo)
}

// maxExtension is the longest extension of the Order under which a case came.
func maxExtension(received calendar.Date) int {
	if received.Before(calendar.Of(2019, 5, 15)) {
		return 15
	}
	return 20
}

// clockOf runs the clock over the facts of a line as of a day.
func clockOf(cal *calendar.Calendar, r cases.Record, asOf calendar.Date) deadline.Clock {
	return deadline.Run(cal, cases.History(cases.Timeline(r.Events(cases.Stamp{}), 0)), asOf)
}

// agrees asks the clock as it was known on the day of the answer.
func (c course) agrees(book *calendar.Book, r cases.Record) bool {
	late := clockOf(book.AsOf(r.AnsweredOn), r, r.AnsweredOn).Late
	return (late == deadline.Yes) == (c.late > 0) && late != deadline.Unknown
}

// inOrder reports whether no day lies before what must have come first, as an
// import would refuse.
func inOrder(r cases.Record) bool {
	chain := [][2]calendar.Date{
		{r.ReceivedOn, r.SupplementAskedOn}, {r.SupplementAskedOn, r.SupplementReceivedOn},
		{r.ReceivedOn, r.ConsultSentOn}, {r.ConsultSentOn, r.ConsultServedOn}, {r.ConsultServedOn, r.ConsultRepliedOn},
		{r.ReceivedOn, r.ExtendedOn}, {r.ReceivedOn, r.FeeNoticedOn}, {r.FeeNoticedOn, r.FeePaidOn},
		{r.ReceivedOn, r.AnsweredOn}, {r.ConsultRepliedOn, r.AnsweredOn}, {r.SupplementReceivedOn, r.AnsweredOn},
		{r.ExtendedOn, r.AnsweredOn},
	}
	for _, c := range chain {
		if !c[1].IsZero() && c[1].Before(c[0]) {
			return false
		}
	}
	return true
}
