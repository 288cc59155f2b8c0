package cases

import (
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// The internal milestones: working days before the stricter internal date.
const (
	proposeBefore = 5
	signBefore    = 3
	sendBefore    = 1
)

// otherAgencyAlarm is after how many working days the opinion of another agency
// is asked after: the law sets it no term (Art 33(3)).
const otherAgencyAlarm = 15

// NeedsRecord reports whether the row alone does not tell all that an open case
// owes: then OwedByRecord has to be asked too. Cases whose sections or disputes
// owe something need it besides.
func (r Row) NeedsRecord() bool {
	switch r.State {
	case StateUnconfirmed, StateApproved:
		return true
	case StateConsulting:
		return r.WaitsUntil.IsZero()
	}
	return false
}

// Owed lists what an open case owes as far as its row tells. The days are by the
// stricter internal date where the law's is in doubt; milestones stand beside the
// legal day, never instead of it.
func (r Row) Owed(cal *calendar.Calendar) []Owed {
	if r.ReceivedOn.IsZero() || !r.AnsweredOn.IsZero() {
		return nil
	}
	var out []Owed
	add := func(kind ReminderKind, due calendar.Date) {
		if !due.IsZero() {
			rests := kind == RemindAnswer || kind == RemindPropose || kind == RemindSign || kind == RemindSend // on the due day
			out = append(out, Owed{Kind: kind, Due: due, Provisional: rests && r.Provisional || cal.Provisional(due)})
		}
	}
	if r.Officer == 0 && r.Section == 0 {
		add(RemindAssign, cal.Add(r.ReceivedOn, 1))
	}
	switch r.State {
	case StateSupplement:
		add(RemindSupplement, r.WaitsUntil)
		return out
	case StatePayment:
		add(RemindPayment, r.WaitsUntil)
		return out
	case StateConsulting:
		add(RemindConsult, r.WaitsUntil)
		add(RemindAnswer, r.SafeDueOn)
		return out
	case StateRunning:
		if days := deadline.LawAt(r.ReceivedOn).SupplementNoticeDays(); days > 0 && r.Flags&(HadSupplement|HadConsultation|HadExtension) == 0 {
			add(RemindNotice, cal.Add(r.ReceivedOn, days))
		}
		add(RemindPropose, workdaysBefore(cal, r.SafeDueOn, proposeBefore))
	case StateProposed:
		add(RemindSign, workdaysBefore(cal, r.SafeDueOn, signBefore))
	case StateApproved:
		add(RemindSend, workdaysBefore(cal, r.SafeDueOn, sendBefore))
	}
	add(RemindAnswer, r.SafeDueOn)
	return out
}

// workdaysBefore gives the working day that has n working days between itself,
// excluded, and d, included.
func workdaysBefore(cal *calendar.Calendar, d calendar.Date, n int) calendar.Date {
	if d.IsZero() {
		return d
	}
	for n > 0 {
		d = d.AddDays(-1)
		if cal.IsWorkday(d) {
			n--
		}
	}
	return d
}

// OwedByRecord lists what only the record tells: what waits to be confirmed, a
// letter that was approved and not sent, parts that sections owe, opinions of
// other agencies, and the terms in reviews and suits. Timeline as from Timeline.
func OwedByRecord(timeline []Event, cal *calendar.Calendar) []Owed {
	var out []Owed
	open := map[int]bool{}
	answered := false
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case Answered, CaseVoided:
			answered = true
		case CaseRestored:
			answered = false
		case RemedyFiled:
			open[f.Ref] = true
		case RemedyClosed:
			delete(open, f.Ref)
		}
	}
	if !answered {
		out = append(out, openOwed(timeline, cal)...)
	}
	return append(out, remedyOwed(timeline, open)...)
}

// openOwed is the part of a case that is not answered yet.
func openOwed(timeline []Event, cal *calendar.Calendar) []Owed {
	parts := map[int]Owed{}  // of sections, by ref
	others := map[int]Owed{} // of other agencies
	var approved, waits Owed
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case Received:
			if e.On.IsZero() {
				waits = Owed{Kind: RemindConfirm, Due: cal.Add(cameOn(e, f), 1)}
			}
		case Contacted:
			waits = Owed{}
		case CoAsked:
			parts[f.Ref] = Owed{Kind: RemindCoAnswer, Ref: f.Ref, Due: cal.Add(e.On, CoAskTerm), Officer: f.Officer, Section: f.Section}
		case CoAnswered:
			delete(parts, f.Ref)
		case ConsultSent:
			if f.Party == "other_agency" {
				others[f.Ref] = Owed{Kind: RemindOtherAgency, Ref: f.Ref, Due: cal.Add(e.On, otherAgencyAlarm)}
			}
		case ConsultReplied:
			delete(others, f.Ref)
		case ConsultSilent:
			delete(others, f.Ref)
		case Approved:
			if f.Last {
				approved = Owed{Kind: RemindApproved, Due: cal.Add(e.On, 1)}
			}
		case Returned, TakenBack, Proposed:
			approved = Owed{}
		}
	}
	var out []Owed
	for _, o := range []Owed{waits, approved} {
		if !o.Due.IsZero() {
			out = append(out, o)
		}
	}
	return append(append(out, inOrder(parts)...), inOrder(others)...)
}

// cameOn is since when an application that waits to be confirmed has been there.
func cameOn(e Event, f Received) calendar.Date {
	since := calendar.FromTime(time.UnixMicro(e.At).UTC().Add(8 * time.Hour))
	for _, day := range []calendar.Date{f.Submitted, f.Arrived, f.Signed, f.PlatformSubmitted} {
		if !day.IsZero() && day.Before(since) {
			since = day
		}
	}
	return since
}

func inOrder(by map[int]Owed) []Owed {
	var out []Owed
	for ref := 0; len(out) < len(by); ref++ {
		if o, found := by[ref]; found {
			out = append(out, o)
		}
	}
	return out
}

// remedyOwed lists the terms that steps of open reviews and suits have set and no
// later step has met.
func remedyOwed(timeline []Event, open map[int]bool) []Owed {
	kinds := map[int]RemedyKind{}
	owed := map[int]map[ReminderKind]calendar.Date{}
	refs := 0
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case RemedyFiled:
			kinds[f.Ref], owed[f.Ref], refs = f.Remedy, map[ReminderKind]calendar.Date{}, max(refs, f.Ref)
		case RemedyStep:
			if owed[f.Ref] == nil {
				continue
			}
			kind, met := stepOwed(f.Step, kinds[f.Ref])
			for _, k := range met {
				delete(owed[f.Ref], k)
			}
			if kind != (ReminderKind{}) && !f.Due.IsZero() {
				owed[f.Ref][kind] = f.Due
			}
		}
	}
	var out []Owed
	for ref := 0; ref <= refs; ref++ {
		for _, kind := range []ReminderKind{RemindReview, RemindEvidence, RemindHearing, RemindAppeal} {
			if due, found := owed[ref][kind]; found && open[ref] {
				out = append(out, Owed{Kind: kind, Ref: ref, Due: due})
			}
		}
	}
	return out
}

// stepOwed says of a step of a dispute which term it opens and which it meets.
func stepOwed(step string, remedy RemedyKind) (opens ReminderKind, meets []ReminderKind) {
	switch step {
	case "complaint_received", "summary_received":
		if remedy == Review {
			return RemindReview, nil
		}
		return RemindEvidence, nil
	case "answered", "evidence_filed":
		return ReminderKind{}, []ReminderKind{RemindReview, RemindEvidence}
	case "hearing":
		return RemindHearing, nil
	case "judgment":
		return RemindAppeal, []ReminderKind{RemindHearing, RemindEvidence}
	case "appealed", "carried_out", "remade":
		return ReminderKind{}, []ReminderKind{RemindAppeal}
	}
	return ReminderKind{}, nil
}
