package web

import (
	"slices"
	"strings"

	"gongkai/internal/cases"
	"gongkai/templates/register"
)

// withRecalculations puts into a timeline, newest first, the days on which a
// holiday notice moved the due date.
func withRecalculations(entries []register.Entry, moved []cases.Recalculation) []register.Entry {
	for _, r := range moved {
		var numbers []string
		for _, n := range r.Notices {
			numbers = append(numbers, noticeTitle(n))
		}
		entry := register.Entry{On: r.On.String(), OnText: withWeekday(r.On), What: "放假安排变动", Detail: strings.Join(numbers, "；"),
			By: "由日历推算", Class: "clock", Effects: []string{"期限由" + dueOrNone(r.Old.Chinese(), r.Old.IsZero()) + "改为" + dueOrNone(r.New.Chinese(), r.New.IsZero())}}
		at := slices.IndexFunc(entries, func(e register.Entry) bool { return e.On <= entry.On })
		if at < 0 {
			at = len(entries)
		}
		entries = slices.Insert(entries, at, entry)
	}
	return entries
}

func dueOrNone(day string, none bool) string {
	if none {
		return "未起算"
	}
	return day
}
