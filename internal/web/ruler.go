package web

import (
	"fmt"
	"slices"
	"strconv"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
	"gongkai/templates/parts"
)

// longestRuler bounds a drawing, in weeks: of an older history the beginning is
// left to the sentences.
const longestRuler = 30

// ruler draws a history day by day. What each day is to the clock is the same
// reading of Arts 30 to 33 as package deadline's; a test holds the two together.
type ruler struct {
	cal   *calendar.Calendar
	clock deadline.Clock
	asOf  calendar.Date

	starts   map[calendar.Date]string // days on which a period starts: the word for it
	waits    []span                   // the applicant has to act
	consults []span
	told     map[calendar.Date]int // extensions by the day of telling
	answered calendar.Date
	last     calendar.Date // the last event

	// The walk: the working day that was counted last, how many there are in the
	// running period, and on which day the last of them fell.
	ordinal, limit int
	reached        calendar.Date
}

// span is the days after from, up to and including to.
type span struct{ from, to calendar.Date }

func (s span) has(d calendar.Date) bool { return d.After(s.from) && !d.After(s.to) }

// drawRuler gives the clock of a history as weeks of days.
func drawRuler(cal *calendar.Calendar, h deadline.History, clock deadline.Clock, asOf calendar.Date) parts.Ruler {
	r := newRuler(cal, h, clock, asOf)
	days := r.days(h.Received)
	out := parts.Ruler{Summary: r.summary(days), Legend: r.legend(days)}
	for len(days) > 0 {
		n := min(7, len(days))
		week := parts.Week{}
		for i, d := range days[:n] {
			if _, _, day := d.date.YMD(); day == 1 || i == 0 && len(out.Weeks) == 0 {
				week.Label = monthLabel(d.date)
			}
			week.Days = append(week.Days, d.draw(asOf))
		}
		out.Weeks = append(out.Weeks, week)
		days = days[n:]
	}
	return out
}

func newRuler(cal *calendar.Calendar, h deadline.History, clock deadline.Clock, asOf calendar.Date) *ruler {
	r := &ruler{cal: cal, clock: clock, asOf: asOf, told: map[calendar.Date]int{},
		starts: map[calendar.Date]string{h.Received: "收"}, last: h.Received}
	r.read(h)
	return r
}

func monthLabel(d calendar.Date) string {
	y, m, _ := d.YMD()
	return fmt.Sprintf("%d年%d月", y, int(m))
}

// read lays the history out as spans. Events after the as-of day are not known.
func (r *ruler) read(h deadline.History) {
	open := map[int]calendar.Date{}   // consultations by their number
	lapses := map[int]calendar.Date{} // the end of the consulted party's own term
	var asked calendar.Date
	for _, e := range h.Events {
		if e.On.After(r.asOf) || !r.answered.IsZero() {
			continue
		}
		r.last = calendar.Later(r.last, e.On)
		switch e.Kind {
		case deadline.SupplementAsked, deadline.FeeNoticed:
			if asked.IsZero() {
				asked = e.On
			}
		case deadline.SupplementReceived, deadline.FeePaid:
			r.restart(asked, e.On)
			asked = calendar.Date{}
		case deadline.ConsultSent:
			open[e.Ref] = e.On
		case deadline.ConsultServed:
			lapses[e.Ref] = r.cal.Add(e.On, 15) // Arts 32 and 34
		case deadline.ConsultReplied:
			r.consulted(open, e.Ref, e.On)
		case deadline.ConsultSilent:
			if lapses[e.Ref].IsZero() {
				r.consulted(open, e.Ref, e.On)
			}
		case deadline.Extended:
			r.told[e.On] = e.Days
		case deadline.Answered:
			r.answered = e.On
		}
	}
	r.finish(open, lapses, asked)
}

func (r *ruler) restart(asked, on calendar.Date) {
	if !asked.IsZero() {
		r.waits = append(r.waits, span{asked, on.AddDays(-1)})
	}
	r.starts[on] = "重"
}

func (r *ruler) consulted(open map[int]calendar.Date, ref int, end calendar.Date) {
	if sent, ok := open[ref]; ok {
		r.consults = append(r.consults, span{sent, end})
		delete(open, ref)
	}
}

// finish closes what is still open: with the lapse, the answer or the as-of day.
func (r *ruler) finish(open, lapses map[int]calendar.Date, asked calendar.Date) {
	end := r.asOf
	if !r.answered.IsZero() {
		end = r.answered
	}
	for ref, sent := range open {
		until := end
		if lapse := lapses[ref]; !lapse.IsZero() {
			until = calendar.Earlier(until, lapse)
		}
		r.consults = append(r.consults, span{sent, until})
	}
	if !asked.IsZero() {
		r.waits = append(r.waits, span{asked, end})
	}
}

// rulerDay is one day and what it is to the clock.
type rulerDay struct {
	date  calendar.Date
	info  calendar.DayInfo
	class string
	mark  string
	word  string
}

// days walks from the Monday before the receipt to the Sunday after the end.
func (r *ruler) days(received calendar.Date) []rulerDay {
	end := r.end()
	first := received.AddDays(-((int(received.Weekday()) + 6) % 7))
	r.limit = r.clock.Law.AnswerDays()
	var out []rulerDay
	for d := first; !d.After(end) || len(out)%7 != 0; d = d.AddDays(1) {
		out = append(out, r.day(d, received))
	}
	if weeks := len(out) / 7; weeks > longestRuler {
		out = out[(weeks-longestRuler)*7:]
	}
	return out
}

// end is the last day worth drawing: a case that is late for months is not drawn
// to the present day.
func (r *ruler) end() calendar.Date {
	end := calendar.Later(calendar.Later(r.clock.Due, r.answered), r.last)
	now := r.asOf
	if !r.answered.IsZero() {
		return end
	}
	if !r.clock.Due.IsZero() {
		now = calendar.Earlier(now, r.clock.Due.AddDays(28))
	}
	return calendar.Later(end, now)
}

// day says what one day is to the clock, and counts on.
func (r *ruler) day(d, received calendar.Date) rulerDay {
	day := rulerDay{date: d, info: r.cal.Day(d)}
	start, starts := r.starts[d]
	switch {
	case starts:
		r.ordinal, r.limit, r.reached = 0, r.clock.Law.AnswerDays(), calendar.Date{}
		day.class, day.mark, day.word = "start", start, "收到，次日起算"
		if start == "重" {
			day.word = "期限重新计算，次日起算"
		}
	case d.Before(received) || !r.answered.IsZero() && d.After(r.answered) && d != r.clock.Due:
		day.class = "dead"
		if !day.info.Working {
			day.class = offClass(day.info)
		}
		return day
	case !day.info.Working:
		day.class, day.word = offClass(day.info), "不是工作日，不计"
	case inAny(r.waits, d):
		day.class, day.word = "waits", "等待申请人，不计"
	case r.excluded(d):
		day.class, day.word = "excluded", "征求意见，扣除"
	default:
		r.count(&day)
	}
	r.extend(d)
	return r.finishDay(day)
}

// running reports whether the period had not run out before a day.
func (r *ruler) running(d calendar.Date) bool {
	return r.ordinal < r.limit || r.ordinal == r.limit && !d.After(r.reached)
}

// excluded reports whether a consultation that was sent in time takes a day out.
func (r *ruler) excluded(d calendar.Date) bool {
	return slices.ContainsFunc(r.consults, func(s span) bool { return s.has(d) && r.running(s.from) })
}

// extend adds an extension that was told in time; a second one has no effect.
func (r *ruler) extend(d calendar.Date) {
	days, told := r.told[d]
	if told && r.limit == r.clock.Law.AnswerDays() && r.running(d) && !inAny(r.waits, d) {
		r.limit += min(days, r.clock.Law.MaxExtension())
	}
}

// count takes a working day as the next of the period, or as one too many.
func (r *ruler) count(d *rulerDay) {
	r.ordinal++
	if r.ordinal == r.limit {
		r.reached = d.date
	}
	d.mark, d.class, d.word = strconv.Itoa(r.ordinal), "counted", fmt.Sprintf("第%d个工作日", r.ordinal)
	switch {
	case r.ordinal > r.limit && d.date.After(r.clock.Due) && d.date.After(r.asOf):
		d.mark, d.class, d.word = "", "dead", ""
	case r.ordinal > r.limit && d.date.After(r.clock.Due):
		d.mark, d.class, d.word = "", "over", "期限已过"
	case r.ordinal > r.clock.Law.AnswerDays():
		d.class, d.word = "added", d.word+"（延期）"
	}
}

// finishDay adds the marks that prevail over the others: due, answered.
func (r *ruler) finishDay(d rulerDay) rulerDay {
	if d.date == r.clock.Due {
		d.class, d.word = "due", joinWords(d.word, "到期")
	}
	if d.date == r.answered {
		d.class, d.mark, d.word = "answer", "答", joinWords(d.word, "答复")
	}
	return d
}

func offClass(info calendar.DayInfo) string {
	if info.Kind == calendar.Off {
		return "holiday"
	}
	return "off"
}

func inAny(spans []span, d calendar.Date) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.has(d) })
}

func joinWords(a, b string) string {
	if a == "" {
		return b
	}
	return a + "，" + b
}

// draw gives the cell of a day.
func (d rulerDay) draw(asOf calendar.Date) parts.Day {
	_, _, day := d.date.YMD()
	out := parts.Day{Class: d.class, Number: strconv.Itoa(day), Mark: d.mark}
	words := d.word
	switch d.info.Kind {
	case calendar.Off:
		if out.Mark == "" {
			out.Mark = "休"
		}
		words = joinWords(d.info.Name+"放假", words)
	case calendar.Work:
		out.Class += " makeup"
		if out.Mark == "" {
			out.Mark = "班"
		}
		words = joinWords(d.info.Name+"调休上班", words)
	}
	if d.date == asOf {
		out.Class += " now"
		words = joinWords(words, "今日")
	}
	out.Title = withWeekday(d.date)
	if words != "" {
		out.Title += "：" + words
	}
	return out
}

// counted gives how many days of a class the drawing shows.
func counted(days []rulerDay, class string) int {
	n := 0
	for _, d := range days {
		if d.class == class {
			n++
		}
	}
	return n
}

// summary says the drawing in a sentence.
func (r *ruler) summary(days []rulerDay) string {
	text := fmt.Sprintf("%s收到", r.clock.Received.Chinese())
	if r.clock.Excluded > 0 {
		text += fmt.Sprintf("，扣除%d个工作日", r.clock.Excluded)
	}
	if len(r.starts) > 1 {
		text += fmt.Sprintf("，期限重新计算%d次", len(r.starts)-1)
	}
	switch {
	case !r.clock.Due.IsZero():
		text += fmt.Sprintf("，%s到期", r.clock.Due.Chinese())
	default:
		text += "，等待申请人，期限未起算"
	}
	if !r.answered.IsZero() {
		text += fmt.Sprintf("，%s答复", r.answered.Chinese())
	}
	return text + "。"
}

// legend explains the classes that the drawing has.
func (r *ruler) legend(days []rulerDay) []parts.Legend {
	all := []parts.Legend{
		{Class: "start", Text: "收到或重新起算之日（不计）"}, {Class: "counted", Text: "计入"},
		{Class: "added", Text: "延期"}, {Class: "excluded", Text: "征求意见，扣除"},
		{Class: "waits", Text: "等待申请人，不计"}, {Class: "due", Text: "到期日"},
		{Class: "over", Text: "超过期限"}, {Class: "answer", Mark: "答", Text: "答复"},
		{Class: "holiday", Mark: "休", Text: "放假"}, {Class: "off", Text: "周末"},
	}
	var out []parts.Legend
	for _, l := range all {
		if counted(days, l.Class) > 0 {
			out = append(out, l)
		}
	}
	for _, d := range days {
		if d.info.Kind == calendar.Work {
			out = append(out, parts.Legend{Class: "makeup", Mark: "班", Text: "调休上班"})
			break
		}
	}
	if r.asOf == r.clock.Due || slices.ContainsFunc(days, func(d rulerDay) bool { return d.date == r.asOf }) {
		out = append(out, parts.Legend{Class: "now", Text: "今日"})
	}
	return out
}
