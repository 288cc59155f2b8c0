package cases

import "gongkai/internal/calendar"

// Standing is what an open case asks of the office on a day: the lights of the
// overdue review. The values exclude one another.
type Standing struct{ code string }

// The standings, the most pressing first.
var (
	StandsLate    = Standing{"late"}    // the due date has passed
	StandsToday   = Standing{"today"}   // it is today
	StandsSoon    = Standing{"soon"}    // within 3 working days
	StandsWeek    = Standing{"week"}    // within 7 working days
	StandsWaiting = Standing{"waiting"} // somebody else has to act
	StandsEasy    = Standing{"easy"}    // later, or without a due date
)

// Working days after which a due date stands as near.
const (
	SoonDays = 3
	WeekDays = 7
)

// Standings lists them.
func Standings() []Standing {
	return []Standing{StandsLate, StandsToday, StandsSoon, StandsWeek, StandsWaiting, StandsEasy}
}

// ParseStanding reads a code.
func ParseStanding(code string) (Standing, bool) {
	for _, s := range Standings() {
		if s.code == code {
			return s, true
		}
	}
	return Standing{}, false
}

// Code gives the stable code.
func (s Standing) Code() string { return s.code }

// Label gives the office's word.
func (s Standing) Label() string {
	return map[Standing]string{StandsLate: "逾期", StandsToday: "今日到期", StandsSoon: "3个工作日内到期", StandsWeek: "7个工作日内到期",
		StandsWaiting: "等待他方", StandsEasy: "期限尚早"}[s]
}

// Watch judges open cases on a day; it counts the near days once for all of them.
type Watch struct {
	Day        calendar.Date
	soon, week calendar.Date
}

// WatchOn makes a Watch by the calendar known on its day.
func WatchOn(cal *calendar.Calendar, day calendar.Date) Watch {
	return Watch{Day: day, soon: cal.Add(day, SoonDays), week: cal.Add(day, WeekDays)}
}

// Of says how an open case stands. A case whose consultation has lapsed waits no
// more.
func (w Watch) Of(r Row) Standing {
	switch {
	case r.StateOn(w.Day).Waits():
		return StandsWaiting
	case r.DueOn.IsZero() || r.DueOn.After(w.week):
		return StandsEasy
	case r.DueOn.Before(w.Day):
		return StandsLate
	case r.DueOn == w.Day:
		return StandsToday
	case r.DueOn.After(w.soon):
		return StandsWeek
	}
	return StandsSoon
}

// RowAsOf derives the row of a case as it was known at an instant (microseconds
// UTC) of a day: from the events recorded by then, an open one by the notices
// adopted by that day. known is false if nothing had been recorded.
func (d *Deriver) RowAsOf(events []Event, at int64, day calendar.Date) (row Row, known bool) {
	d.timeline = appendTimeline(d.timeline[:0], events, at)
	if len(d.timeline) == 0 {
		return Row{}, false
	}
	return d.derive(d.Book.AsOf(day)), true
}

// WaitsFor says, of the timeline of an open case, on whom it waits and since when;
// "" if on nobody outside.
func WaitsFor(timeline []Event) (whom string, since calendar.Date) {
	open := map[int]Event{} // consultations without an opinion
	var last Event
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case Received:
			if e.On.IsZero() {
				last = e
			}
		case SupplementAsked, FeeNoticed:
			last = e
		case SupplementReceived, FeePaid:
			last = Event{}
		case ConsultSent:
			open[f.Ref] = e
		case ConsultReplied:
			delete(open, f.Ref)
		case ConsultSilent:
			delete(open, f.Ref)
		case Answered:
			return "", calendar.Date{}
		}
	}
	switch last.Fact.(type) {
	case Received:
		return "等申请人确认收到", arrival(last)
	case SupplementAsked:
		return "等申请人补正", last.On
	case FeeNoticed:
		return "等申请人缴费", last.On
	}
	first := Event{}
	for _, e := range open {
		if first.Fact == nil || e.On.Before(first.On) || e.On == first.On && e.Seq < first.Seq {
			first = e
		}
	}
	if f, ok := first.Fact.(ConsultSent); ok {
		return map[string]string{"third_party": "等第三方意见", "co_producer": "等共同制作机关意见", "other_agency": "等其他机关意见"}[f.Party], first.On
	}
	return "", calendar.Date{}
}
