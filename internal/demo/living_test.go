package demo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// Any day finds every situation on the desks of some forty agencies, nothing
// after the day, and clocks that say what each situation claims.
func TestLiving(t *testing.T) {
	for name, text := range map[string]string{
		"工作日": "2026-11-24", "星期六": "2026-11-21", "国庆节": "2026-10-01", "年初": "2026-01-02",
		"调休上班的星期日": "2026-01-04", "尚无放假通知的年份": "2027-02-10", "春节后": "2026-02-25",
	} {
		t.Run(name, func(t *testing.T) { checkDay(t, calendar.MustParse(text)) })
	}
}

func checkDay(t *testing.T, today calendar.Date) {
	book := calendar.Builtin()
	v := view{dice: newDice(1, 1), today: today, book: book, cal: book.AsOf(today)}
	for _, s := range situations() {
		for range s.count {
			l, ok := v.line(Agencies()[1], s)
			if !ok && (s.name != "今日到期" || v.cal.IsWorkday(today)) {
				t.Fatalf("%s cannot be on %s", s.name, today)
			}
			if ok {
				checkSituation(t, v, s.name, l)
			}
		}
	}
	lines := Living(today, book)
	agencies := map[string]bool{}
	recent := 0
	for _, l := range lines {
		agencies[l.AgencyCode] = true
		checkPast(t, today, l)
		checkNeeds(t, l.Record)
		if today.Sub(l.Record.ReceivedOn) <= 62 {
			recent++
		}
	}
	if len(lines) < 290 || len(lines) > 310 || len(agencies) < 35 || recent < 200 {
		t.Errorf("%d lines of %d agencies, %d recent", len(lines), len(agencies), recent)
	}
}

// checkPast: nothing lies after today, and an import would refuse nothing.
func checkPast(t *testing.T, today calendar.Date, l Line) {
	t.Helper()
	r := l.Record
	if !inOrder(r) || r.ReceivedOn.IsZero() || today.Sub(r.ReceivedOn) > 305 || !strings.HasSuffix(r.Applicant, mark) {
		t.Errorf("out of order or incomplete: %+v", r)
	}
	last := r.ReceivedOn
	for _, e := range r.Events(cases.Stamp{}) {
		last = calendar.Later(last, e.On)
	}
	for _, f := range l.Further {
		if f.On.Before(r.ReceivedOn) {
			t.Errorf("%s before the receipt: %+v", f.Fact.Kind(), r)
		}
		last = calendar.Later(last, f.On)
	}
	if last.After(today) {
		t.Errorf("%s lies after %s: %+v", last, today, r)
	}
}

// checkSituation asks the clock whether a case is what its situation says.
func checkSituation(t *testing.T, v view, name string, l Line) {
	t.Helper()
	events := l.Record.Events(cases.Stamp{})
	for _, f := range l.Further {
		events = append(events, cases.Event{Seq: len(events) + 1, On: f.On, Fact: f.Fact})
	}
	c := deadline.Run(v.cal, cases.History(cases.Timeline(events, 0)), v.today)
	ok := true
	switch name {
	case "今日到期":
		ok = c.State == deadline.Running && c.Due == v.today
	case "三日内到期":
		ok = c.State == deadline.Running && c.DaysLeft >= 1 && c.DaysLeft <= 3
	case "七日内到期":
		ok = c.State == deadline.Running && c.DaysLeft >= 4 && c.DaysLeft <= 7
	case "期限充裕", "已收到补正", "已收回意见", "已延期", "已缴费", "待审核", "待送达":
		ok = c.State == deadline.Running && c.Late != deadline.Yes && !c.Due.Before(v.today)
	case "已逾期":
		ok = c.State == deadline.Running && c.Due.Before(v.today) && c.DaysLeft >= -5
	case "待补正":
		ok = c.State == deadline.WaitingSupplement && !c.WaitsUntil.Before(v.today)
	case "补正逾期":
		ok = c.State == deadline.WaitingSupplement && c.WaitsUntil.Before(v.today)
	case "待缴费":
		ok = c.State == deadline.WaitingPayment
	case "征求第三方意见", "征求意见未签收", "征求其他机关意见":
		ok = c.State == deadline.Consulting
	case "逾期答复":
		ok = c.State == deadline.StateAnswered && c.Late == deadline.Yes
	default:
		ok = c.State == deadline.StateAnswered && c.Late == deadline.No
	}
	if !ok {
		t.Errorf("%s on %s: %+v\n%+v", name, v.today, c, l)
	}
}

// The same day gives the same cases, and a day before the demonstration's first
// year none.
func TestLivingRepeats(t *testing.T) {
	opt := cmp.AllowUnexported(calendar.Date{}, cases.Channel{}, cases.ApplicantKind{}, cases.Outcome{}, cases.Result{})
	day := calendar.MustParse("2026-11-24")
	if diff := cmp.Diff(Living(day, calendar.Builtin()), Living(day, calendar.Builtin()), opt); diff != "" {
		t.Error(diff)
	}
	if lines := Living(calendar.MustParse("2020-03-02"), calendar.Builtin()); len(lines) > 0 {
		t.Errorf("%d lines before 2021", len(lines))
	}
}
