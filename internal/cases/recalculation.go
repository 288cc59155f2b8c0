package cases

import (
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// Recalculation is a day on which the calendar moved the due date of a case that
// was open: notices that began to count on it. It is derived, not recorded: the
// notices are dated, the events are too.
type Recalculation struct {
	On       calendar.Date
	Notices  []calendar.Notice
	Old, New calendar.Date // due; one is zero where what the case waited for lapses on no known day
}

// Recalculations lists the days on which the notices of a book moved the due date
// of a case, in their order. Those of the days of receipt and answer count for it,
// later ones do not; answers taken over from a ledger were judged elsewhere and
// have none.
func Recalculations(book *calendar.Book, events []Event) []Recalculation {
	t := Timeline(events, 0)
	_, answer, answered := find[Answered](t)
	if answered && answer.History {
		return nil
	}
	received := History(t).Received
	if received.IsZero() {
		return nil
	}
	_, gone, void := voiding(t)
	var out []Recalculation
	for _, n := range book.Notices() {
		day := n.CountsFrom()
		if day.Before(received) || void && day.After(gone) || answered && day.After(answer.On) {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].On == day {
			out[last].Notices = append(out[last].Notices, n)
			continue
		}
		out = append(out, Recalculation{On: day, Notices: []calendar.Notice{n}})
	}
	for i := range out {
		known := slices.DeleteFunc(slices.Clone(t), func(e Event) bool {
			_, answered := e.Fact.(Answered)
			return answered || e.On.After(out[i].On)
		})
		h := History(known)
		out[i].Old = dueBy(book.AsOf(out[i].On.AddDays(-1)), h)
		out[i].New = dueBy(book.AsOf(out[i].On), h)
	}
	return slices.DeleteFunc(out, func(r Recalculation) bool { return r.Old == r.New })
}

// dueBy is the due date as a row has it: one that a consultation holds up is that
// of its lapse.
func dueBy(cal *calendar.Calendar, h deadline.History) calendar.Date {
	day := h.Received
	if n := len(h.Events); n > 0 {
		day = h.Events[n-1].On
	}
	clock := deadline.Run(cal, h, day)
	if clock.State == deadline.Consulting {
		clock = afterLapse(cal, h, clock)
	}
	return clock.Due
}
