package cases

import "gongkai/internal/calendar"

// Record is one line of a case ledger: a case's facts laid flat, in the columns
// that offices exchange. Import reads it, export writes it. A case richer than
// its columns shows its last supplement, fee and extension and its first
// consultation.
type Record struct {
	Number              string
	Platform            string
	PlatformNumber      string
	PlatformSubmittedOn calendar.Date
	Agency              string // code, or name as the file gave it
	ReceivedOn          calendar.Date
	Channel             Channel
	Kind                ApplicantKind
	Applicant           string
	IDNumber            string
	Phone               string
	Email               string
	Address             string
	Content             string

	SupplementAskedOn    calendar.Date
	SupplementReceivedOn calendar.Date
	ConsultSentOn        calendar.Date
	ConsultServedOn      calendar.Date
	ConsultRepliedOn     calendar.Date
	ExtendedDays         int
	ExtendedOn           calendar.Date
	FeeNoticedOn         calendar.Date
	FeePaidOn            calendar.Date
	FeeFen               int64

	AnsweredOn calendar.Date
	Outcome    Outcome
	Grounds    []Outcome // of the parts not given, in a partial answer

	Remedies [3]RemedyRecord // in the order of RemedyKinds
}

// RemedyRecord is one remedy's columns in a ledger line.
type RemedyRecord struct {
	Result   Result // zero: none
	FiledOn  calendar.Date
	ClosedOn calendar.Date
}

// Events lays a ledger line out as the facts of a case, in the order of their
// Seq. It refuses nothing: what history did is recorded as it was; package
// importer has refused what can't be true. Day of a missing detail:
// a remedy without dates was filed and, unless pending, decided on the day of
// the answer; a filing date alone decides it in the year of filing.
func (r Record) Events(s Stamp) []Event {
	b := builder{stamp: s}
	b.add(r.ReceivedOn, Received{Channel: r.Channel, ApplicantKind: r.Kind, Platform: r.Platform,
		PlatformNumber: r.PlatformNumber, PlatformSubmitted: r.PlatformSubmittedOn})
	b.add(r.SupplementAskedOn, SupplementAsked{})
	b.add(r.SupplementReceivedOn, SupplementReceived{})
	b.add(r.ConsultSentOn, ConsultSent{Ref: 1, Party: "third_party"})
	b.add(r.ConsultServedOn, ConsultServed{Ref: 1})
	b.add(r.ConsultRepliedOn, ConsultReplied{Ref: 1})
	b.add(r.ExtendedOn, Extended{Days: r.ExtendedDays})
	b.add(r.FeeNoticedOn, FeeNoticed{Fen: r.FeeFen})
	b.add(r.FeePaidOn, FeePaid{Fen: r.FeeFen})
	b.add(r.AnsweredOn, Answered{Outcome: r.Outcome, Grounds: r.Grounds})
	for i, k := range RemedyKinds() {
		r.addRemedy(&b, i, k)
	}
	return b.events
}

func (r Record) addRemedy(b *builder, i int, k RemedyKind) {
	m := r.Remedies[i]
	if m.Result.IsZero() {
		return
	}
	filed, closed := r.remedyDays(m)
	pending := m.Result == Pending
	b.add(filed, RemedyFiled{Ref: i + 1, Remedy: k, YearOnly: pending && m.FiledOn.IsZero()})
	if !pending {
		b.add(closed, RemedyClosed{Ref: i + 1, Remedy: k, Result: m.Result})
	}
}

// remedyDays fills in the days that a ledger line leaves out.
func (r Record) remedyDays(m RemedyRecord) (filed, closed calendar.Date) {
	usual := r.AnsweredOn
	if usual.IsZero() {
		usual = r.ReceivedOn
	}
	filed, closed = m.FiledOn, m.ClosedOn
	switch {
	case filed.IsZero() && closed.IsZero():
		return usual, usual
	case filed.IsZero():
		return calendar.Earlier(usual, closed), closed
	case closed.IsZero():
		return filed, filed
	}
	return filed, closed
}

// builder numbers facts as they are added; a fact without a day is left out.
type builder struct {
	stamp  Stamp
	events []Event
}

func (b *builder) add(on calendar.Date, f Fact) {
	if on.IsZero() {
		return
	}
	if b.events == nil {
		b.events = make([]Event, 0, 4)
	}
	b.events = append(b.events, Event{Seq: len(b.events) + 1, On: on, At: b.stamp.At, By: b.stamp.By,
		History: b.stamp.History, Fact: f})
}
