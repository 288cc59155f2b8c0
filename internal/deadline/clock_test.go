package deadline_test

import (
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

func day(s string) calendar.Date {
	if s == "" {
		return calendar.Date{}
	}
	return calendar.MustParse(s)
}

// ask answers a query written as "field=value field=value ...".
func ask(t testing.TB, fields string) deadline.Clock {
	t.Helper()
	q, err := deadline.ParseQuery(parse(fields))
	if err != nil {
		t.Fatalf("%s：%v", fields, err)
	}
	return q.Clock(calendar.Builtin(), day("2026-11-23"))
}

// What the law says of each situation, against dates counted by hand.
func TestClock(t *testing.T) {
	for _, tc := range []struct {
		name, ask, due string
		state          deadline.State
		late           deadline.Tri
	}{
		{"当面收到", "received=2025-03-03", "2025-03-31", deadline.Running, deadline.Yes},
		{"国庆前一日收到", "received=2025-09-30 as_of=2025-11-04", "2025-11-04", deadline.Running, deadline.No},
		{"补正后重新起算", "received=2025-04-02 supplement=2025-04-14..2025-04-28", "2025-05-29", deadline.Running, deadline.Yes},
		{"等待补正时没有期限", "received=2025-04-02 supplement=2025-04-14", "", deadline.WaitingSupplement, deadline.Unknown},
		{"两次补正以最后一次为准", "received=2025-04-02 supplement=2025-04-03..2025-04-07 supplement=2025-04-14..2025-04-28", "2025-05-29", deadline.Running, deadline.Yes},
		{"征求意见跨国庆", "received=2025-09-15 consult=2025-09-22..2025-10-15", "2025-11-05", deadline.Running, deadline.Yes},
		{"第三方沉默", "received=2025-09-15 consult=2025-09-22/2025-09-24..none", "2025-11-11", deadline.Running, deadline.Yes},
		{"当日发出当日收回不扣除", "received=2025-09-15 consult=2025-09-22..2025-09-22", "2025-10-17", deadline.Running, deadline.Yes},
		{"重叠的征求意见只扣一次", "received=2025-09-15 consult=2025-09-22..2025-10-15 consult=2025-09-24..2025-10-10", "2025-11-05", deadline.Running, deadline.Yes},
		{"期满后发出的征求意见不扣除", "received=2025-03-03 consult=2025-04-01..2025-04-10", "2025-03-31", deadline.Running, deadline.Yes},
		{"期满当日发出的征求意见扣除", "received=2025-03-03 consult=2025-03-31..2025-04-02", "2025-04-02", deadline.Running, deadline.Yes},
		{"征求意见尚未收回：按截至日收回计", "received=2025-09-15 consult=2025-09-22 as_of=2025-10-15", "2025-11-05", deadline.Consulting, deadline.No},
		{"征求意见之后延期", "received=2025-09-15 consult=2025-09-22..2025-10-15 extend=20@2025-11-05", "2025-12-03", deadline.Running, deadline.Yes},
		{"延期晚一日告知不起作用", "received=2025-09-15 consult=2025-09-22..2025-10-15 extend=20@2025-11-06", "2025-11-05", deadline.Running, deadline.Yes},
		{"延期超过二十日按二十日", "received=2025-03-03 extend=25@2025-03-31", "2025-04-28", deadline.Running, deadline.Yes},
		{"第二次延期不起作用", "received=2025-03-03 extend=5@2025-03-20 extend=5@2025-03-21", "2025-04-08", deadline.Running, deadline.Yes},
		{"补正前的延期随原期限消灭，可再延一次", "received=2025-04-02 extend=20@2025-04-03 supplement=2025-04-14..2025-04-28 extend=1@2025-05-29", "2025-05-30", deadline.Running, deadline.Yes},
		{"跨越补正的征求意见在起算日截断", "received=2025-04-02 consult=2025-04-03..2025-04-30 supplement=2025-04-14..2025-04-28", "2025-06-03", deadline.Running, deadline.Yes},
		{"缴费后重新起算", "received=2025-05-20 fee=2025-06-10..2025-07-04", "2025-08-01", deadline.Running, deadline.Yes},
		{"等待缴费", "received=2025-05-20 fee=2025-06-10", "", deadline.WaitingPayment, deadline.Unknown},
		{"补正优先于缴费", "received=2025-05-20 fee=2025-05-22 supplement=2025-05-23", "", deadline.WaitingSupplement, deadline.Unknown},
		{"按期答复后不再变", "received=2025-12-22 answered=2026-01-20", "2026-01-20", deadline.StateAnswered, deadline.No},
		{"逾期答复", "received=2025-12-22 answered=2026-01-21", "2026-01-20", deadline.StateAnswered, deadline.Yes},
		{"征求意见未收回即答复：当日结束", "received=2025-09-15 consult=2025-09-22 answered=2025-10-15", "2025-11-05", deadline.StateAnswered, deadline.No},
		{"旧条例十五个工作日", "received=2017-06-18", "2017-07-07", deadline.Running, deadline.Yes},
		{"旧条例施行最后一日收到", "received=2019-05-14", "2019-06-04", deadline.Running, deadline.Yes},
		{"新条例施行首日收到", "received=2019-05-15", "2019-06-13", deadline.Running, deadline.Yes},
		{"旧条例延期以十五日为限", "received=2019-05-14 extend=20@2019-06-04", "2019-06-26", deadline.Running, deadline.Yes},
		{"旧条例收到、新条例施行后补正，仍适用旧条例", "received=2019-05-10 supplement=2019-05-16..2019-05-20", "2019-06-11", deadline.Running, deadline.Yes},
		{"2019年五一按调整前的通知", "received=2019-04-15 calendar_as_of=2019-03-21", "2019-05-07", deadline.Running, deadline.Yes},
		{"截至日之后的事不算", "received=2025-04-02 supplement=2025-04-14..2025-04-28 as_of=2025-04-10", "2025-04-30", deadline.Running, deadline.No},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := ask(t, tc.ask)
			if c.Due != day(tc.due) || c.State != tc.state || c.Late != tc.late {
				t.Errorf("期限 %s 状态 %d 逾期 %d，应为 %s %d %d", c.Due, c.State, c.Late, tc.due, tc.state, tc.late)
			}
		})
	}
}

// What the law does not allow is counted as it says, and named with the due date that stood.
func TestBreachesAreNamed(t *testing.T) {
	for _, tc := range []struct{ name, ask, event, due string }{
		{"补正告知晚于七个工作日", "received=2025-03-03 supplement=2025-03-13..2025-03-20", "supplement_asked", "2025-03-31"},
		{"补正告知时期限已经届满", "received=2025-03-03 supplement=2025-04-02..2025-04-20", "supplement_asked", "2025-03-31"},
		{"延期超出上限", "received=2025-03-03 extend=21@2025-03-20", "extended", "2025-04-28"},
		{"再次延期", "received=2025-03-03 extend=5@2025-03-20 extend=5@2025-03-21", "extended", "2025-04-08"},
		{"期满后延期", "received=2025-03-03 extend=5@2025-04-01", "extended", "2025-03-31"},
		{"2021年前收费", "received=2020-11-02 fee=2020-11-10..2020-11-20", "fee_noticed", "2020-11-30"},
		{"逾期缴费", "received=2025-05-20 fee=2025-06-10..2025-07-09", "fee_paid", "2025-08-06"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := ask(t, tc.ask)
			found := false
			for _, s := range c.Steps {
				if s.Effect == "breach" {
					found = true
					if s.Event != tc.event || s.Due != day(tc.due) || s.Text == "" {
						t.Errorf("得 %+v", s)
					}
				}
			}
			if !found || !c.Breach {
				t.Errorf("没有指出违法之处：%+v", c.Steps)
			}
		})
	}
}

// The receipt date follows the channel (第三十一条), and no term runs before it.
func TestReceipt(t *testing.T) {
	for _, tc := range []struct{ name, ask, received, rule string }{
		{"当面", "channel=in_person submitted=2025-03-03", "2025-03-03", "第三十一条第一项"},
		{"口头以确认为准", "channel=oral submitted=2025-03-03 confirmed=2025-03-04", "2025-03-04", "第三十一条第一项"},
		{"挂号以签收为准", "channel=letter_registered submitted=2025-03-03 arrived=2025-03-05 signed=2025-03-06", "2025-03-06", "第三十一条第二项"},
		{"平信以确认为准", "channel=letter_ordinary arrived=2025-03-05 confirmed=2025-03-07", "2025-03-07", "第三十一条第二项"},
		{"网络以双方确认为准", "channel=online submitted=2025-03-03 confirmed=2025-03-04", "2025-03-04", "第三十一条第三项"},
		{"传真", "channel=fax submitted=2025-03-03 confirmed=2025-03-04", "2025-03-04", "第三十一条第三项"},
		{"电子邮件", "channel=email submitted=2025-03-03 confirmed=2025-03-04", "2025-03-04", "第三十一条第三项"},
		{"平信尚未确认", "channel=letter_ordinary arrived=2025-03-05", "", "待确认"},
		{"网络尚未确认", "channel=online submitted=2025-03-03", "", "待确认"},
		{"确认早于提交", "channel=online submitted=2025-03-03 confirmed=2025-03-02", "", "早于提交日期"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			q, err := deadline.ParseQuery(parse(tc.ask))
			if tc.received == "" {
				if err == nil || !contains(err.Error(), tc.rule) {
					t.Fatalf("得 %v", err)
				}
				return
			}
			if err != nil || q.History.Received != day(tc.received) || !contains(q.ReceiptRule, tc.rule) {
				t.Errorf("得 %s，%s，%v", q.History.Received, q.ReceiptRule, err)
			}
		})
	}
}

// The stricter internal date counts the reply day and what a notice could bring.
func TestSafeDue(t *testing.T) {
	for _, tc := range []struct {
		name, ask, due, safe string
		provisional          bool
	}{
		{"没有征求意见时相同", "received=2025-03-03", "2025-03-31", "2025-03-31", false},
		{"收回当日也计入", "received=2025-09-15 consult=2025-09-22..2025-10-15", "2025-11-05", "2025-11-04", false},
		{"2026年通知公布前暂定", "received=2025-12-19 extend=20@2026-01-15 calendar_as_of=2025-11-03", "2026-02-20", "2026-02-10", true},
		{"2027年通知公布前暂定", "received=2026-12-21", "2027-01-19", "2027-01-15", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := ask(t, tc.ask)
			if c.Due != day(tc.due) || c.SafeDue != day(tc.safe) || c.Provisional != tc.provisional {
				t.Errorf("期限 %s 内控 %s 暂定 %v", c.Due, c.SafeDue, c.Provisional)
			}
		})
	}
}

// Days left are 0 on the due day, negative afterwards, even on the weekend.
func TestDaysLeft(t *testing.T) {
	for _, tc := range []struct {
		asOf string
		left int
	}{{"2025-03-03", 20}, {"2025-03-28", 1}, {"2025-03-31", 0}, {"2025-04-01", -1}} {
		if c := ask(t, "received=2025-03-03 as_of="+tc.asOf); c.DaysLeft != tc.left || !c.HasDaysLeft {
			t.Errorf("截至 %s 剩 %d", tc.asOf, c.DaysLeft)
		}
	}
	if c := ask(t, "received=2025-03-07 as_of=2025-04-05"); c.Due != day("2025-04-07") {
		t.Errorf("得 %s", c.Due)
	}
	if c := ask(t, "received=2025-02-28 as_of=2025-03-29"); c.Due != day("2025-03-28") || c.DaysLeft != -1 {
		t.Errorf("周五届满、周六：剩 %d", c.DaysLeft)
	}
	if c := ask(t, "received=2025-03-03 answered=2025-03-04"); c.HasDaysLeft {
		t.Error("已答复的没有剩余天数")
	}
}

// How a case ended decides how it is judged, and which remedies it has.
func TestEndings(t *testing.T) {
	cal := calendar.Builtin().Latest()
	for _, tc := range []struct {
		name  string
		end   deadline.Event
		on    string
		late  deadline.Tri
		terms []string
	}{
		{"答复逾期", deadline.Event{}, "2025-04-01", deadline.Yes, []string{"review", "suit_direct"}},
		{"视为放弃从不逾期", deadline.Event{End: deadline.Lapse}, "2025-04-30", deadline.No, []string{"review", "suit_direct"}},
		{"撤回：此前未逾期", deadline.Event{End: deadline.Break}, "2025-03-31", deadline.No, nil},
		{"撤回：此前已逾期", deadline.Event{End: deadline.Break}, "2025-04-01", deadline.Yes, nil},
		{"没有救济途径", deadline.Event{End: deadline.NoRemedy}, "2025-03-31", deadline.No, nil},
		{"2024年起不予公开复议前置", deadline.Event{ReviewFirst: true}, "2025-03-31", deadline.No, []string{"review"}},
		{"部分公开两条途径并存", deadline.Event{ReviewFirst: true, Partial: true}, "2025-03-31", deadline.No, []string{"review", "suit_direct"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.end.Kind, tc.end.On = deadline.Answered, day(tc.on)
			c := deadline.Explain(cal, deadline.History{Received: day("2025-03-03"), Events: []deadline.Event{tc.end}}, day("2025-06-01"))
			var kinds []string
			for _, term := range c.Terms {
				if term.Kind != "supplement_notice" {
					kinds = append(kinds, term.Kind)
				}
			}
			if c.Late != tc.late || len(kinds) != len(tc.terms) {
				t.Errorf("逾期 %d，救济 %v", c.Late, kinds)
			}
		})
	}
}

// Art 35: the date that was set and told stands, working day or not.
func TestDelayedAnswer(t *testing.T) {
	cal := calendar.Builtin().Latest()
	for _, tc := range []struct{ name, on, until, due string }{
		{"期限内告知", "2025-03-20", "2025-05-31", "2025-05-31"},
		{"期满后告知不起作用", "2025-04-01", "2025-05-31", "2025-03-31"},
		{"早于原期限的不起作用", "2025-03-20", "2025-03-25", "2025-03-31"},
	} {
		h := deadline.History{Received: day("2025-03-03"), Events: []deadline.Event{
			{Kind: deadline.Delayed, On: day(tc.on), Until: day(tc.until)}}}
		if c := deadline.Explain(cal, h, day("2025-04-02")); c.Due != day(tc.due) {
			t.Errorf("%s：得 %s", tc.name, c.Due)
		}
	}
}

// A consultation whose term has run out without an opinion ends by itself; an
// opinion that was waited for all the same counts until it came.
func TestSilentParty(t *testing.T) {
	cal := calendar.Builtin().Latest()
	h := deadline.History{Received: day("2025-09-15"), Events: []deadline.Event{
		{Kind: deadline.ConsultSent, On: day("2025-09-22"), Ref: 7},
		{Kind: deadline.ConsultServed, On: day("2025-09-24"), Ref: 7}}}
	c := deadline.Explain(cal, h, day("2025-10-20"))
	if c.State != deadline.Consulting || c.WaitsUntil != day("2025-10-21") {
		t.Errorf("期限内：%d，至 %s", c.State, c.WaitsUntil)
	}
	c = deadline.Explain(cal, h, day("2025-10-27"))
	if c.State != deadline.Running || c.Due != day("2025-11-11") || c.Steps[len(c.Steps)-1].Event != "consult_lapsed" {
		t.Errorf("期满后：%d，%s", c.State, c.Due)
	}
	h.Events = append(h.Events, deadline.Event{Kind: deadline.ConsultReplied, On: day("2025-10-27"), Ref: 7})
	c = deadline.Explain(cal, h, day("2025-10-27"))
	if c.Due != day("2025-11-17") || c.Excluded != 21 {
		t.Errorf("迟到的意见：%s，扣除 %d", c.Due, c.Excluded)
	}
}

func BenchmarkRun(b *testing.B) {
	q, err := deadline.ParseQuery(parse("received=2025-09-15 supplement=2025-09-17..2025-09-18 consult=2025-09-22..2025-10-15 " +
		"consult=2025-09-24/2025-09-25..none extend=20@2025-10-20 answered=2025-11-05"))
	if err != nil {
		b.Fatal(err)
	}
	cal, asOf := calendar.Builtin().Latest(), day("2026-01-01")
	b.ReportAllocs()
	for b.Loop() {
		deadline.Run(cal, q.History, asOf)
	}
}
