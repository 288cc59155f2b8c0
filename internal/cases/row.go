package cases

import (
	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// State is what a case waits for, as the register shows it.
type State struct{ code string }

// The states of the register.
var (
	StateUnconfirmed = State{"unconfirmed"} // 待确认: no receipt date, outside all counts
	StateRunning     = State{"running"}
	StateSupplement  = State{"waiting_supplement"}
	StatePayment     = State{"waiting_payment"}
	StateConsulting  = State{"consulting"}
	StateProposed    = State{"proposed"} // 待审核
	StateApproved    = State{"approved"} // 待送达
	StateClosed      = State{"answered"}
	StateVoided      = State{"voided"} // 作废: registered twice, outside all counts
)

type stateInfo struct {
	state State
	label string
}

func stateTable() []stateInfo {
	return []stateInfo{
		{StateUnconfirmed, "待确认"}, {StateRunning, "办理中"}, {StateSupplement, "待补正"},
		{StateConsulting, "征求意见中"}, {StatePayment, "待缴费"}, {StateProposed, "待审核"},
		{StateApproved, "待送达"}, {StateClosed, "已办结"}, {StateVoided, "作废"},
	}
}

// States lists the states in the order in which a case passes them.
func States() []State {
	var out []State
	for _, i := range stateTable() {
		out = append(out, i.state)
	}
	return out
}

// Code gives the stable code.
func (s State) Code() string { return s.code }

// Label gives the office's word.
func (s State) Label() string {
	for _, i := range stateTable() {
		if i.state == s {
			return i.label
		}
	}
	return ""
}

// Waits reports whether somebody else has to act.
func (s State) Waits() bool {
	return s == StateUnconfirmed || s == StateSupplement || s == StatePayment || s == StateConsulting
}

// ParseState reads a code; unknown ones give the zero state and false.
func ParseState(code string) (State, bool) {
	for _, i := range stateTable() {
		if i.state.code == code {
			return i.state, true
		}
	}
	return State{}, false
}

// Row is what lists and tables read of a case: derived from its events and the
// calendar, and from nothing else; a cache that can be thrown away. It does not
// depend on the day on which it is looked at.
type Row struct {
	ReceivedOn  calendar.Date
	Channel     Channel
	Kind        ApplicantKind
	State       State
	DueOn       calendar.Date // none while somebody else must act and nothing lapses by itself
	SafeDueOn   calendar.Date // the stricter internal date
	WaitsUntil  calendar.Date // the day on which what it waits for lapses
	Provisional bool          // rests on a year without notice
	AnsweredOn  calendar.Date // or the day on which it was voided: from then on it is not open
	Outcome     Outcome
	Late        deadline.Tri // fixed on the day of the answer; Unknown while open
	Excluded    int          // working days excluded in the running period
	DaysTaken   int          // working days from receipt to answer, 0 while open
	Flags       Flag
	Calendar    string     // version of the calendar that judged it
	Officer     int64      // who handles it, a user's id; 0: nobody
	Section     int64      // whose pool it is in
	DelayCause  DelayCause // why the answer was late, once that was said
	DelayFault  DelayFault
	Origin      int64 // the case that this one answers anew, follows, or is void in favour of; 0: none
}

// Flag marks what happened in a case, for filters and sentences.
type Flag uint16

// The flags.
const (
	HadSupplement Flag = 1 << iota
	HadConsultation
	HadExtension
	HadFee
	HadRemedy
	HadBreach // the clock found something that the law does not allow
	HasMarks  // taken over from a ledger with remarks
	IsRemade  // an answer that has to be given anew: in no count
	IsVoided  // registered twice: in no count

	// Uncounted: cases in no table. They have no kind of applicant either.
	Uncounted = IsRemade | IsVoided
)

// Has reports whether all bits of g are set.
func (f Flag) Has(g Flag) bool { return f&g == g }

// Any reports whether one of the bits of g is set.
func (f Flag) Any(g Flag) bool { return f&g != 0 }

// Deriver derives rows, keeping its buffers: one for each goroutine.
type Deriver struct {
	Book     *calendar.Book
	timeline []Event
	history  deadline.History
}

// Row derives the row of a case from its events as recorded. An open case is
// judged by every notice adopted so far (the book's latest view).
func (d *Deriver) Row(events []Event) Row {
	d.timeline = appendTimeline(d.timeline[:0], events, 0)
	return d.derive(d.Book.Latest())
}

// derive makes the row of the timeline at hand; cal judges it while it is open.
func (d *Deriver) derive(cal *calendar.Calendar) Row {
	t := d.timeline
	d.history.Received, d.history.Channel = calendar.Date{}, Channel{}
	d.history.Events = d.history.Events[:0]
	fillHistory(&d.history, t)
	row := facts(t)
	if row.Flags.Has(IsVoided) {
		return row
	}
	if row.ReceivedOn.IsZero() {
		row.State = StateUnconfirmed
		return row
	}
	d.judge(&row, cal)
	return row
}

// judge fills in what the clock says.
func (d *Deriver) judge(row *Row, cal *calendar.Calendar) {
	t := d.timeline
	last := t[len(t)-1].On
	if _, e, ok := find[Answered](t); ok {
		cal, last = answerCalendar(d.Book, e), e.On
	}
	clock := deadline.Run(cal, d.history, last)
	row.State = stateOf(clock.State, t)
	row.WaitsUntil = clock.WaitsUntil
	if clock.State == deadline.Consulting {
		clock = afterLapse(cal, d.history, clock)
	}
	row.DueOn, row.SafeDueOn, row.Provisional = clock.Due, clock.SafeDue, clock.Provisional
	row.Excluded, row.Calendar = clock.Excluded, cal.Version()
	if !row.AnsweredOn.IsZero() {
		row.Late, row.WaitsUntil = clock.Late, calendar.Date{}
		row.DaysTaken = cal.Count(row.ReceivedOn, row.AnsweredOn)
	}
}

// afterLapse looks at a running consultation from the day on which it lapses by
// itself; one without such a day leaves the due date open.
func afterLapse(cal *calendar.Calendar, h deadline.History, now deadline.Clock) deadline.Clock {
	if now.WaitsUntil.IsZero() {
		now.Due, now.SafeDue = calendar.Date{}, calendar.Date{}
		return now
	}
	return deadline.Run(cal, h, now.WaitsUntil)
}

// stateOf joins the clock's state with the office's own steps.
func stateOf(s deadline.State, timeline []Event) State {
	switch s {
	case deadline.StateAnswered:
		return StateClosed
	case deadline.WaitingSupplement:
		return StateSupplement
	case deadline.WaitingPayment:
		return StatePayment
	case deadline.Consulting:
		return StateConsulting
	}
	for i := len(timeline) - 1; i >= 0; i-- {
		switch f := timeline[i].Fact.(type) {
		case Proposed:
			return StateProposed
		case Approved:
			if f.Last {
				return StateApproved
			}
			return StateProposed
		case Returned, TakenBack:
			return StateRunning
		}
	}
	return StateRunning
}

// Facts reads off a timeline what needs no clock: when it was received and
// answered, by whom, how it ended. The rest of the row is empty.
func Facts(timeline []Event) Row { return facts(timeline) }

// facts reads off a timeline what needs no clock.
func facts(timeline []Event) Row {
	var row Row
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case Received:
			row.ReceivedOn, row.Channel, row.Kind = e.On, f.Channel, f.ApplicantKind
			row.Origin = f.Follows
			if f.Remade != 0 {
				row.Kind, row.Flags, row.Origin = ApplicantKind{}, row.Flags|IsRemade, f.Remade
			}
		case Assigned:
			row.Officer, row.Section = f.Officer, f.Section
		case SupplementAsked:
			row.Flags |= HadSupplement
		case ConsultSent:
			row.Flags |= HadConsultation
		case Extended:
			row.Flags |= HadExtension
		case FeeNoticed:
			row.Flags |= HadFee
		case RemedyFiled:
			row.Flags |= HadRemedy
		case Answered:
			row.AnsweredOn, row.Outcome = e.On, f.Outcome
		case DelayExplained:
			row.DelayCause, row.DelayFault = f.Cause, f.Fault
		}
	}
	if f, on, void := voiding(timeline); void {
		row.State, row.Kind, row.Flags = StateVoided, ApplicantKind{}, row.Flags|IsVoided
		row.AnsweredOn, row.Outcome, row.Origin = on, Outcome{}, f.Instead
	}
	return row
}

// StateOn says what the case waits for on a day: a consultation or a term that
// has lapsed by then waits no more.
func (r Row) StateOn(day calendar.Date) State {
	if r.State == StateConsulting && !r.WaitsUntil.IsZero() && r.WaitsUntil.Before(day) {
		return StateRunning
	}
	return r.State
}

// LateOn reports whether an open case is late on a day, as every list shows it:
// what waits for somebody else is not.
func (r Row) LateOn(day calendar.Date) bool {
	return r.AnsweredOn.IsZero() && !r.StateOn(day).Waits() && !r.DueOn.IsZero() && r.DueOn.Before(day)
}
