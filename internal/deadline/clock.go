package deadline

import "gongkai/internal/calendar"

// Run gives the clock of a case as of a day: what runs, since when, until when.
// Events after that day are not yet known and are left out. It allocates
// nothing and fills neither Terms nor Steps; Explain gives the same values with
// both. Everything is judged by the calendar that is passed in.
func Run(cal *calendar.Calendar, h History, asOf calendar.Date) Clock {
	f := newFold(cal, h)
	for i := range h.Events {
		if h.Events[i].On.After(asOf) {
			break
		}
		f.apply(&h.Events[i])
	}
	return f.clock(asOf)
}

// consult is one consultation: its days are excluded from the day after it was
// sent to the day of the reply.
type consult struct {
	ref    int
	party  Party
	sent   calendar.Date
	end    calendar.Date // the reply, or zero
	lapse  calendar.Date // the end of the party's own term, zero where unknown
	silent bool          // it is known that no reply came
	late   bool          // sent after the due date of the period now running
	told   bool          // its lapse stands in the steps (only for Explain)
}

// runningOn reports whether the agency still waits for the opinion on a day. A
// term lapses when its last day has gone by; where silence is known, on the day.
func (c *consult) runningOn(day calendar.Date) bool {
	if !c.end.IsZero() {
		return false
	}
	if c.lapse.IsZero() || day.Before(c.lapse) {
		return true
	}
	return day == c.lapse && !c.silent
}

// through gives the last excluded day as known on a day.
func (c *consult) through(day calendar.Date) calendar.Date {
	switch {
	case !c.end.IsZero():
		return calendar.Earlier(c.end, day)
	case !c.lapse.IsZero():
		return calendar.Earlier(c.lapse, day)
	}
	return day
}

// fold is the state that the events of a case are folded into.
type fold struct {
	cal      *calendar.Calendar
	law      Law
	received calendar.Date

	// The period now running; a restart begins a new one.
	start    calendar.Date // day 0
	extra    int           // working days added by an extension
	extended bool
	until    calendar.Date // the date set under Art 35

	notices       int // supplement notices so far
	supplementDue calendar.Date
	paymentDue    calendar.Date
	askedText     pending // supplements asked for that have not come
	askedMoney    pending

	consults consultList
	answer   *Event
	breach   bool
}

// consultList holds the consultations by the day of sending. The usual number
// of them fits without allocating.
type consultList struct {
	n     int
	first [6]consult
	rest  []consult
}

func (l *consultList) add(c consult) {
	if l.n < len(l.first) {
		l.first[l.n] = c
	} else {
		l.rest = append(l.rest, c)
	}
	l.n++
}

func (l *consultList) at(i int) *consult {
	if i < len(l.first) {
		return &l.first[i]
	}
	return &l.rest[i-len(l.first)]
}

// pending is the set of requests that are still open, by their Ref.
type pending uint64

func (p *pending) open(ref int)  { *p |= 1 << (uint(ref) % 64) }
func (p *pending) close(ref int) { *p &^= 1 << (uint(ref) % 64) }
func (p pending) any() bool      { return p != 0 }

func newFold(cal *calendar.Calendar, h History) fold {
	return fold{cal: cal, law: LawAt(h.Received), received: h.Received, start: h.Received}
}

// finding is what was remarkable about an event, as a set.
type finding uint32

const (
	lateNotice finding = 1 << iota // supplement asked after its seven days
	termRunOut                     // the period had run out before the event
	againAsked                     // a second supplement notice
	lateSupplement
	tooLong         // an extension beyond the cap: cut to it
	secondExtension // no effect
	lateExtension   // told after the due date: no effect
	noPeriod        // no period runs that could be extended
	beforeFeeRules
	latePayment
	lateConsult // sent after the due date: excludes nothing
	lateOpinion // came after the party's own term, but was waited for
	lateDelay   // told after the due date: no effect
	noDelay     // the date set lies before the due date
	closed      // after the answer: no effect
	unknownRef  // a reply to nothing
	lateFee     // asked for when the period had run out
)

// breaches are the findings that the law does not allow.
const breaches = lateNotice | tooLong | secondExtension | lateExtension | beforeFeeRules | latePayment | lateDelay | lateFee

// apply folds one event in and says what was remarkable about it.
func (f *fold) apply(e *Event) finding {
	if f.answer != nil {
		if e.Kind == Served || e.Kind == ReviewDecided {
			return 0
		}
		return closed
	}
	var got finding
	switch e.Kind {
	case SupplementAsked:
		got = f.askSupplement(e)
	case SupplementReceived:
		got = f.receiveSupplement(e)
	case ConsultSent, ConsultServed, ConsultReplied, ConsultSilent:
		got = f.consult(e)
	case Extended:
		got = f.extend(e)
	case FeeNoticed:
		got = f.askFee(e)
	case FeePaid:
		got = f.takeFee(e)
	case Delayed:
		got = f.delay(e)
	case Answered:
		f.answer = e
	}
	f.breach = f.breach || got&breaches != 0
	return got
}

func (f *fold) askSupplement(e *Event) finding {
	var got finding
	if days := f.law.SupplementNoticeDays(); days > 0 && e.On.After(f.cal.Add(f.start, days)) {
		got |= lateNotice
	}
	if f.ranOut(e.On) {
		got |= termRunOut
	}
	if f.notices > 0 {
		got |= againAsked
	}
	f.notices++
	term := e.Days
	if term <= 0 {
		term = usualSupplementTerm
	}
	f.askedText.open(e.Ref)
	f.supplementDue = f.cal.Add(e.On, term)
	return got
}

func (f *fold) receiveSupplement(e *Event) finding {
	var got finding
	if f.askedText.any() && e.On.After(f.supplementDue) {
		got |= lateSupplement
	}
	f.askedText.close(e.Ref)
	f.restart(e.On)
	return got
}

func (f *fold) askFee(e *Event) finding {
	var got finding
	if !FeeRulesInForce(e.On) {
		got |= beforeFeeRules
	}
	if f.ranOut(e.On) {
		got |= termRunOut | lateFee
	}
	f.askedMoney.open(e.Ref)
	f.paymentDue = f.cal.Add(e.On, paymentTerm)
	return got
}

func (f *fold) takeFee(e *Event) finding {
	var got finding
	if f.askedMoney.any() && e.On.After(f.paymentDue) {
		got |= latePayment
	}
	f.askedMoney.close(e.Ref)
	f.restart(e.On)
	return got
}

// restart begins a new period on a day: what came before leaves it, but for the
// part of a consultation that still lies ahead.
func (f *fold) restart(on calendar.Date) {
	f.start, f.extra, f.extended, f.until = on, 0, false, calendar.Date{}
	for i := range f.consults.n {
		f.consults.at(i).late = false
	}
}

func (f *fold) consult(e *Event) finding {
	if e.Kind == ConsultSent {
		late := f.ranOut(e.On)
		f.consults.add(consult{ref: e.Ref, party: e.Party, sent: e.On, late: late})
		if late {
			return lateConsult
		}
		return 0
	}
	c := f.find(e.Ref)
	if c == nil {
		return unknownRef
	}
	switch e.Kind {
	case ConsultServed:
		if c.party != OtherAgency {
			c.lapse = f.cal.Add(e.On, consultTerm)
		}
	case ConsultSilent:
		c.silent = true
		if c.lapse.IsZero() {
			c.end = e.On
		}
	case ConsultReplied:
		c.end = e.On
		if !c.lapse.IsZero() && e.On.After(c.lapse) {
			return lateOpinion
		}
	}
	return 0
}

// find gives the latest consultation of that number.
func (f *fold) find(ref int) *consult {
	for i := f.consults.n - 1; i >= 0; i-- {
		if c := f.consults.at(i); c.ref == ref {
			return c
		}
	}
	return nil
}

func (f *fold) extend(e *Event) finding {
	switch {
	case f.waits():
		return noPeriod
	case f.extended:
		return secondExtension
	case f.ranOut(e.On):
		return lateExtension
	}
	f.extended, f.extra = true, e.Days
	if limit := f.law.MaxExtension(); e.Days > limit {
		f.extra = limit
		return tooLong
	}
	return 0
}

func (f *fold) delay(e *Event) finding {
	switch {
	case f.waits():
		return noPeriod
	case f.ranOut(e.On):
		return lateDelay
	case !e.Until.After(f.due(e.On)):
		return noDelay
	}
	f.until = e.Until
	return 0
}

// waits reports whether the applicant has to act, so that no period runs.
func (f *fold) waits() bool { return f.askedText.any() || f.askedMoney.any() }

// ranOut reports whether a period was running and had run out before a day.
func (f *fold) ranOut(day calendar.Date) bool { return !f.waits() && day.After(f.due(day)) }

// due gives the due date of the running period as known on a day: a
// consultation that runs on that day counts as ended by it.
func (f *fold) due(day calendar.Date) calendar.Date {
	d := f.cal.Add(f.start, f.law.AnswerDays()+f.extra+f.excluded(day, 0))
	return calendar.Later(d, f.until)
}

// safeDue is due with every reply day counted as used and, where a year has no
// notice yet, the earliest date that one could bring.
func (f *fold) safeDue(day calendar.Date, provisional bool) calendar.Date {
	n := f.law.AnswerDays() + f.extra + f.excluded(day, 1)
	if provisional {
		return calendar.Later(f.cal.EarliestAdd(f.start, n), f.until)
	}
	return calendar.Later(f.cal.Add(f.start, n), f.until)
}

// excluded counts the working days that consultations take out of the running
// period, as known on a day. Days of several count once. The last cut days of
// each consultation are not excluded.
func (f *fold) excluded(day calendar.Date, cut int) int {
	n, covered := 0, f.start
	for i := range f.consults.n {
		c := f.consults.at(i)
		if c.late {
			continue
		}
		from, to := calendar.Later(c.sent, covered), c.through(day).AddDays(-cut)
		if to.After(from) {
			n += f.cal.Count(from, to)
			covered = to
		}
	}
	return n
}

// clock reads the fold as of a day.
func (f *fold) clock(asOf calendar.Date) Clock {
	c := Clock{Law: f.law, Received: f.received, Breach: f.breach}
	if days := f.law.SupplementNoticeDays(); days > 0 {
		c.SupplementNoticeDue = f.cal.Add(f.received, days)
	}
	day := asOf
	if f.answer != nil {
		day = f.answer.On
	}
	c.State, c.WaitsUntil = f.state(day)
	c.Excluded = f.excluded(day, 0)
	if !f.waits() {
		c.Due = f.due(day)
		c.Provisional = f.cal.ProvisionalBetween(f.start, c.Due)
		c.SafeDue = f.safeDue(day, c.Provisional)
	}
	f.judge(&c, day)
	return c
}

// judge fills in lateness, which stands still with the answer, and the days left.
func (f *fold) judge(c *Clock, day calendar.Date) {
	if f.answer != nil && f.answer.End == Lapse {
		c.Late = No // an application given up is never answered late
		return
	}
	if c.Due.IsZero() {
		return
	}
	c.Late = No
	if day.After(c.Due) {
		c.Late = Yes
	}
	if f.answer == nil {
		c.DaysLeft, c.HasDaysLeft = f.cal.Count(day, c.Due), true
		if c.Late == Yes {
			c.DaysLeft = min(c.DaysLeft, -1) // on the weekend after the due date, too
		}
	}
}

// state gives what the case waits for and, where that ends by itself, when.
func (f *fold) state(day calendar.Date) (State, calendar.Date) {
	switch {
	case f.answer != nil:
		return StateAnswered, calendar.Date{}
	case f.askedText.any():
		return WaitingSupplement, f.supplementDue
	case f.askedMoney.any():
		return WaitingPayment, f.paymentDue
	}
	state, last, open := Running, calendar.Date{}, false
	for i := range f.consults.n {
		if c := f.consults.at(i); c.runningOn(day) {
			state = Consulting
			open = open || c.lapse.IsZero()
			last = calendar.Later(last, c.lapse)
		}
	}
	if open {
		return state, calendar.Date{}
	}
	return state, last
}
