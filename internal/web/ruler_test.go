package web

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
	"gongkai/internal/testkit"
)

// drawn is what a ruler shows of its last period: how many days it excludes, and
// the last of them.
type drawn struct {
	excluded int
	last     calendar.Date
}

func lastPeriod(days []rulerDay) drawn {
	var out drawn
	for _, d := range days {
		switch {
		case strings.Contains(d.word, "次日起算"):
			out = drawn{}
		case strings.Contains(d.word, "扣除"): // the due date may hide its class
			out.excluded++
			out.last = d.date
		}
	}
	return out
}

// The ruler and the clock say the same: the drawing excludes as many days as the
// clock, and the due date is the last day that is counted, or the last excluded
// one where a consultation was sent on the very last day.
func TestRulerAgreesWithTheClock(t *testing.T) {
	book := calendar.Builtin()
	rapid.Check(t, func(t *rapid.T) {
		received := testkit.Day("2025-01-02").AddDays(rapid.IntRange(0, 500).Draw(t, "received"))
		values := map[string][]string{"received": {received.String()}}
		on := received
		next := func(label string, most int) string {
			on = on.AddDays(rapid.IntRange(1, most).Draw(t, label))
			return on.String()
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "events") {
			switch rapid.IntRange(0, 3).Draw(t, fmt.Sprint("kind", i)) {
			case 0:
				values["supplement"] = append(values["supplement"], next("asked", 9)+".."+next("came", 20))
			case 1:
				values["consult"] = append(values["consult"], next("sent", 40)+".."+next("replied", 25))
			case 2:
				values["extend"] = append(values["extend"], fmt.Sprintf("%d@%s", rapid.IntRange(1, 20).Draw(t, "days"), next("told", 40)))
			case 3:
				values["fee"] = append(values["fee"], next("noticed", 9)+".."+next("paid", 15))
			}
		}
		q, err := deadline.ParseQuery(values)
		if err != nil {
			t.Skip(err)
		}
		q.AsOf = on.AddDays(rapid.IntRange(0, 20).Draw(t, "later"))
		cal, asOf := judgedBy(q, book, q.AsOf)
		clock := q.Clock(book, q.AsOf)
		r := newRuler(cal, q.History, clock, asOf)
		days := r.days(received)
		got := lastPeriod(days)
		if got.excluded != clock.Excluded {
			t.Fatalf("%v: the ruler excludes %d, the clock %d", values, got.excluded, clock.Excluded)
		}
		if last := calendar.Later(r.reached, got.last); !clock.Due.IsZero() && last != clock.Due {
			t.Fatalf("%v: the ruler's last day is %s, the clock's %s", values, last, clock.Due)
		}
	})
}

// Holidays, make-up days and the as-of day are named where one points at them.
func TestRulerNamesItsDays(t *testing.T) {
	o := newOffice(t)
	body := o.page(o.get("/calculator?received=2025-09-15&consult=2025-09-22..2025-10-15&extend=20@2025-11-05&as_of=2025-11-10"), 200)
	want := map[string]string{"2025年10月1日": "放假", "2025年9月28日": "调休上班", "2025年12月3日": "到期", "2025年11月10日": "今日", "2025年9月23日": "扣除"}
	for _, d := range o.all(body, ".ruler .day") {
		title := attr(d, "title")
		for day, word := range want {
			if strings.HasPrefix(title, day) && strings.Contains(title, word) {
				delete(want, day)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not named: %v", want)
	}
	if len(o.all(body, ".ruler .day.due")) != 1 {
		t.Error("the due date is not marked once")
	}
}
