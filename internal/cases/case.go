package cases

import (
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// Applicant is who asks. Its personal fields never enter an event.
type Applicant struct {
	ID       int64
	Kind     ApplicantKind
	Name     string
	IDNumber string
	Phone    string
	Email    string
	Address  string
}

// Party is an applicant's part in a case.
type Party struct {
	Role      string // applicant, joint, agent, contact
	Applicant Applicant
}

// Case is one application: its recorded events, and beside them the texts and
// people that events only point to.
type Case struct {
	ID       int64
	AgencyID int64
	Number   string // 编号, unique in the agency
	Version  int64  // counts writes; guards concurrent edits
	Content  string // what is asked, in the applicant's words
	Items    []string
	Parties  []Party // the applicant first
	Events   []Event // as recorded, by Seq
	Notes    []Note  // the texts that belong to events, as recorded

	fresh      int // events from here on are new since the case was loaded
	freshNotes int // and notes
}

// Load makes a case of what the store has read; all its events are old.
func Load(c Case) *Case {
	c.fresh, c.freshNotes = len(c.Events), len(c.Notes)
	return &c
}

// Fresh gives the events appended since the case was loaded.
func (c *Case) Fresh() []Event { return c.Events[c.fresh:] }

// Applicant gives the first applicant; the zero one if none is recorded.
func (c *Case) Applicant() Applicant {
	if len(c.Parties) == 0 {
		return Applicant{}
	}
	return c.Parties[0].Applicant
}

// ReceivedOn is the day of receipt (Art 31), zero while it waits to be confirmed.
func (c *Case) ReceivedOn() calendar.Date {
	_, e, _ := find[Received](Timeline(c.Events, 0))
	return e.On
}

// GivenAnswer gives the answer of a case and the day on which it counts as given; the
// zero ones while it is open.
func (c *Case) GivenAnswer() (Answered, calendar.Date) {
	a, e, _ := find[Answered](Timeline(c.Events, 0))
	return a, e.On
}

// append records a fact. Rules have been asked by the caller.
func (c *Case) append(s Stamp, on calendar.Date, f Fact, replaces int) {
	c.Events = append(c.Events, Event{Seq: len(c.Events) + 1, On: on, At: s.At, By: s.By,
		History: s.History, Replaces: replaces, Fact: f})
}

// Stamp says who records and when; with the calendar that judges the act.
type Stamp struct {
	At      int64         // microseconds UTC
	By      string        // user, or "import:N"
	Today   calendar.Date // the legal day in Asia/Shanghai
	History bool          // taken over from a ledger: nothing is refused for the law's sake
	Book    *calendar.Book
	Chain   Chain // by which the agency approves; empty: nothing needs approval
	Alone   bool  // 单机版: there is no second person
	NoFee   bool  // the agency has not switched the information processing fee on
}

// Timeline gives the facts in force as known at the instant asOf (microseconds
// UTC; 0 for everything recorded): corrections resolved, ordered by day, order
// of acts and Seq. The result is the caller's.
func Timeline(events []Event, asOf int64) []Event {
	return appendTimeline(make([]Event, 0, len(events)), events, asOf)
}

// appendTimeline is Timeline into a buffer that the caller keeps, for bulk work.
func appendTimeline(out, events []Event, asOf int64) []Event {
	corrected := false
	for _, e := range events {
		if asOf == 0 || e.At <= asOf {
			out = append(out, e)
			corrected = corrected || e.Replaces != 0
		}
	}
	if corrected {
		out = resolve(out)
	}
	if !slices.IsSortedFunc(out, before) {
		slices.SortStableFunc(out, before)
	}
	return out
}

// resolve drops the events that later ones replace, and annulments.
func resolve(events []Event) []Event {
	gone := map[int]bool{}
	for _, e := range events {
		if e.Replaces != 0 {
			gone[e.Replaces] = true
		}
	}
	return slices.DeleteFunc(events, func(e Event) bool {
		_, void := e.Fact.(Voided)
		return void || gone[e.Seq]
	})
}

func before(a, b Event) int {
	if d := a.On.Compare(b.On); d != 0 {
		return d
	}
	if d := rank(a.Fact) - rank(b.Fact); d != 0 {
		return d
	}
	return a.Seq - b.Seq
}

// find gives the last fact of a type in a timeline.
func find[F Fact](timeline []Event) (F, Event, bool) {
	for i := len(timeline) - 1; i >= 0; i-- {
		if f, ok := timeline[i].Fact.(F); ok {
			return f, timeline[i], true
		}
	}
	var none F
	return none, Event{}, false
}

// History translates a timeline into what the clock looks at. Timeline as from
// Timeline: ordered and resolved.
func History(timeline []Event) deadline.History {
	h := deadline.History{Events: make([]deadline.Event, 0, len(timeline))}
	fillHistory(&h, timeline)
	return h
}

func fillHistory(h *deadline.History, timeline []Event) {
	for _, e := range timeline {
		if r, ok := e.Fact.(Received); ok {
			h.Received, h.Channel = e.On, r.Channel
			continue
		}
		if d, ok := clockEvent(e); ok {
			h.Events = append(h.Events, d)
		}
	}
}

// clockEvent says what a fact is to the clock; most are nothing to it.
func clockEvent(e Event) (deadline.Event, bool) {
	d := deadline.Event{On: e.On}
	switch f := e.Fact.(type) {
	case SupplementAsked:
		d.Kind, d.Days = deadline.SupplementAsked, f.Days
	case SupplementReceived:
		d.Kind = deadline.SupplementReceived
	case ConsultSent:
		d.Kind, d.Ref, d.Party = deadline.ConsultSent, f.Ref, clockParty(f.Party)
	case ConsultServed:
		d.Kind, d.Ref = deadline.ConsultServed, f.Ref
	case ConsultReplied:
		d.Kind, d.Ref = deadline.ConsultReplied, f.Ref
	case ConsultSilent:
		d.Kind, d.Ref = deadline.ConsultSilent, f.Ref
	case Extended:
		d.Kind, d.Days = deadline.Extended, f.Days
	case FeeNoticed:
		d.Kind = deadline.FeeNoticed
	case FeePaid:
		d.Kind = deadline.FeePaid
	case Delayed:
		d.Kind, d.Until = deadline.Delayed, f.Until
	case Answered:
		d.Kind, d.End = deadline.Answered, f.ending()
		d.ReviewFirst, d.Partial = f.reviewFirst(e.On), f.Outcome.Group() == "partial"
	case Served:
		d.Kind = deadline.Served
	default:
		return d, false
	}
	return d, true
}

// MovesClock reports whether a fact bears on a term, on what is counted or on the
// answer: setting it right takes a second person.
func MovesClock(f Fact) bool {
	switch f.(type) {
	case Received, RemedyFiled, RemedyClosed:
		return true
	}
	_, moves := clockEvent(Event{Fact: f})
	return moves
}

// ending adds to the outcome's own judgement that some answers name no remedy.
func (a Answered) ending() deadline.Ending {
	end := a.Outcome.Ending()
	if end == deadline.Answer && a.Outcome.Info().Remedy == "none" {
		return deadline.NoRemedy
	}
	return end
}

// reviewFirst: withheld as a whole, or a part withheld, from 2024-01-01.
func (a Answered) reviewFirst(on calendar.Date) bool {
	if a.Outcome.ReviewFirst(on) {
		return true
	}
	for _, g := range a.Grounds {
		if g.ReviewFirst(on) {
			return true
		}
	}
	return false
}

// Judged gives the calendar by which a case is judged: the notices adopted on
// the day of its answer, or on the as-of day while it is open; an answer taken
// over from a ledger by the notices published by its day, because what was
// adopted here then nobody knows.
func Judged(book *calendar.Book, timeline []Event, asOf calendar.Date) *calendar.Calendar {
	if _, e, ok := find[Answered](timeline); ok && !e.On.After(asOf) {
		return answerCalendar(book, e)
	}
	return book.AsOf(asOf)
}

func answerCalendar(book *calendar.Book, answered Event) *calendar.Calendar {
	if answered.History {
		return book.PublishedBy(answered.On)
	}
	return book.AsOf(answered.On)
}

// Clock explains the case's terms as of a day, with all that is recorded.
func (c *Case) Clock(book *calendar.Book, asOf calendar.Date) deadline.Clock {
	t := Timeline(c.Events, 0)
	return deadline.Explain(Judged(book, t, asOf), History(t), asOf)
}
