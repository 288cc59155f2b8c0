package demo

import (
	"gongkai/internal/cases"
)

// closedSituations lists what the office has answered in the last nine months.
func closedSituations() []situation {
	var out []situation
	for _, e := range []struct {
		code  string
		count int
	}{
		{"disclose.provided", 38}, {"disclose.already_public", 16}, {"partial", 12}, {"unable.nonexistent", 22},
		{"unable.other_agency", 22}, {"unable.archived", 2}, {"unable.needs_creation", 3}, {"unable.still_unclear", 2},
		{"withhold.third_party", 3}, {"withhold.process_info", 4}, {"withhold.internal_affairs", 4},
		{"withhold.enforcement_file", 2}, {"withhold.admin_query", 3}, {"withhold.law_forbids", 1}, {"withhold.state_secret", 1},
		{"not_processed.petition", 2}, {"not_processed.repeat", 2}, {"not_processed.excessive", 2}, {"not_processed.publication", 1},
		{"other.withdrawn", 5}, {"other.no_supplement", 3}, {"other.consultation", 1},
	} {
		o := cases.MustOutcome(e.code)
		out = append(out, situation{o.Label(), e.count, func(v view, l *Line) bool { return v.close(l, o, usual(v.dice, o), 62) }})
	}
	return append(out, contestedSituations()...)
}

// close answers a case with an outcome; one in four was received before the last
// days, back to nine months, the others within them.
func (v view) close(l *Line, o cases.Outcome, c course, days int) bool {
	w := window{receivedFrom: v.today.AddDays(-days), receivedTo: v.today.AddDays(-2), answeredFrom: v.today.AddDays(-270), answeredTo: v.today}
	if v.chance(25) {
		w.receivedFrom, w.receivedTo = v.today.AddDays(-270), v.today.AddDays(-days)
	}
	var ok bool
	l.Record.Outcome = o
	l.Record, ok = c.lay(v.dice, v.book, w, l.Record)
	return ok
}

// contestedSituations lists answers that came late or were contested.
func contestedSituations() []situation {
	provided, process := cases.MustOutcome("disclose.provided"), cases.MustOutcome("withhold.process_info")
	absent := cases.MustOutcome("unable.nonexistent")
	return []situation{
		{"逾期答复", 5, func(v view, l *Line) bool { return v.close(l, provided, course{late: v.between(1, 5)}, 62) }},
		{"复议未审结", 3, func(v view, l *Line) bool { return v.contest(l, process, cases.Review, cases.Pending, 30, 45) }},
		{"复议维持", 1, func(v view, l *Line) bool { return v.contest(l, process, cases.Review, cases.Upheld, 120, 200) }},
		{"复议纠正", 1, func(v view, l *Line) bool { return v.contest(l, absent, cases.Review, cases.Corrected, 120, 200) }},
		{"诉讼未审结", 1, func(v view, l *Line) bool { return v.contest(l, absent, cases.LitigationDirect, cases.Pending, 60, 90) }},
	}
}

// contest answers a case from to to from civil days ago and brings it before a
// review or a court; a decided dispute was decided two months later.
func (v view) contest(l *Line, o cases.Outcome, kind cases.RemedyKind, result cases.Result, from, to int) bool {
	w := window{receivedFrom: v.today.AddDays(-to - 30), receivedTo: v.today.AddDays(-from), answeredFrom: v.today.AddDays(-to), answeredTo: v.today.AddDays(-from)}
	var ok bool
	l.Record.Outcome = o
	if l.Record, ok = (course{}).lay(v.dice, v.book, w, l.Record); !ok {
		return false
	}
	filed := workday(v.dice, v.cal, l.Record.AnsweredOn, 5, 25)
	for i, k := range cases.RemedyKinds() {
		if k == kind {
			l.Record.Remedies[i] = cases.RemedyRecord{Result: result, FiledOn: filed}
			if result != cases.Pending {
				l.Record.Remedies[i].ClosedOn = workday(v.dice, v.cal, filed, 40, 60)
			}
		}
	}
	return true
}
