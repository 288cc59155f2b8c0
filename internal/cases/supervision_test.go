package cases_test

import (
	"slices"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

func opened(t *testing.T, on string) *cases.Case {
	t.Helper()
	var ch cases.Channel
	if err := ch.UnmarshalText([]byte("online")); err != nil {
		t.Fatal(err)
	}
	c, err := cases.Open(1, on0("2025-03-03"), day0(on), cases.Received{Channel: ch, ApplicantKind: cases.Natural, Submitted: testkit.Day("2025-03-01")}, "预算", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func on0(day string) cases.Stamp {
	return cases.Stamp{At: testkit.Clock(day)().UnixMicro(), By: "user:1", Today: testkit.Day(day), Book: calendar.Builtin(), History: true}
}

func day0(day string) calendar.Date {
	if day == "" {
		return calendar.Date{}
	}
	return testkit.Day(day)
}

// A cause belongs to a late answer alone: not to one in time, nor to an ending
// that is no answer, nor to an open case.
func TestExplainDelay(t *testing.T) {
	for _, x := range []struct {
		name, answered, outcome, cause, fault string
		ok                                    bool
	}{
		{"逾期一日", "2025-04-01", "disclose.provided", "approval", "approver", true},
		{"最后一日", "2025-03-31", "disclose.provided", "approval", "approver", false},
		{"逾期后申请人撤回", "2025-04-10", "other.withdrawn", "approval", "approver", false},
		{"没有答复", "", "", "approval", "approver", false},
		{"没有原因", "2025-04-01", "unable.nonexistent", "", "approver", false},
		{"没有责任环节", "2025-04-01", "unable.nonexistent", "search", "", false},
	} {
		t.Run(x.name, func(t *testing.T) {
			c, s := opened(t, "2025-03-03"), on0("2025-05-06")
			if x.answered != "" {
				if err := c.Answer(s, testkit.Day(x.answered), cases.Answered{Outcome: cases.MustOutcome(x.outcome)}, cases.Evidence{Reasons: true}); err != nil {
					t.Fatal(err)
				}
			}
			var f cases.DelayExplained
			f.Cause, _ = cases.ParseDelayCause(x.cause)
			f.Fault, _ = cases.ParseDelayFault(x.fault)
			s.History = false
			err := c.ExplainDelay(s, s.Today, f)
			if (err == nil) != x.ok {
				t.Fatalf("%v", err)
			}
			d := cases.Deriver{Book: calendar.Builtin()}
			if row := d.Row(c.Events); (row.DelayCause == f.Cause && !f.Cause.IsZero()) != x.ok {
				t.Errorf("the row says %q", row.DelayCause.Label())
			}
			n := len(c.Events)
			if x.ok && (c.ExplainDelay(s, s.Today, f) != nil || len(c.Events) != n) {
				t.Error("said twice it is recorded twice")
			}
		})
	}
}

// Every word of the closed sets has a label and reads back.
func TestDelayWords(t *testing.T) {
	for _, x := range cases.DelayCauses() {
		if back, err := cases.ParseDelayCause(x.Code()); err != nil || back != x || x.Label() == "" {
			t.Errorf("cause %q: %v", x.Code(), err)
		}
	}
	for _, x := range cases.DelayFaults() {
		if back, err := cases.ParseDelayFault(x.Code()); err != nil || back != x || x.Label() == "" {
			t.Errorf("fault %q: %v", x.Code(), err)
		}
	}
	if _, err := cases.ParseDelayCause("laziness"); err == nil {
		t.Error("an unknown cause was read")
	}
}

// On whom a case waits, and since when.
func TestWaitsFor(t *testing.T) {
	s := on0("2025-05-06")
	for _, x := range []struct {
		name, received string
		do             func(*cases.Case) error
		whom, since    string
	}{
		{"在办不等人", "2025-03-03", func(*cases.Case) error { return nil }, "", ""},
		{"待确认自提交之日", "", func(*cases.Case) error { return nil }, "等申请人确认收到", "2025-03-01"},
		{"待补正", "2025-03-03", func(c *cases.Case) error {
			return c.AskSupplement(s, testkit.Day("2025-03-06"), cases.SupplementAsked{Causes: []string{"form"}})
		}, "等申请人补正", "2025-03-06"},
		{"补正已收到", "2025-03-03", func(c *cases.Case) error {
			if err := c.AskSupplement(s, testkit.Day("2025-03-06"), cases.SupplementAsked{Causes: []string{"form"}}); err != nil {
				return err
			}
			return c.ReceiveSupplement(s, testkit.Day("2025-03-10"), true)
		}, "", ""},
		{"两次征求意见，先发的未回", "2025-03-03", func(c *cases.Case) error {
			if _, err := c.Consult(s, testkit.Day("2025-03-07"), "third_party", 0); err != nil {
				return err
			}
			if _, err := c.Consult(s, testkit.Day("2025-03-05"), "other_agency", 0); err != nil {
				return err
			}
			return nil
		}, "等其他机关意见", "2025-03-05"},
		{"意见已收回", "2025-03-03", func(c *cases.Case) error {
			if _, err := c.Consult(s, testkit.Day("2025-03-07"), "third_party", 0); err != nil {
				return err
			}
			return c.ConsultReplied(s, testkit.Day("2025-03-12"), 1, "agree")
		}, "", ""},
	} {
		c := opened(t, x.received)
		if err := x.do(c); err != nil {
			t.Fatal(err)
		}
		whom, since := cases.WaitsFor(cases.Timeline(c.Events, 0))
		if whom != x.whom || since.String() != x.since {
			t.Errorf("%s: %q since %s, want %q since %s", x.name, whom, since, x.whom, x.since)
		}
	}
}

// A draw is the same whatever the order of the ids, has no id twice, takes all if
// there are not enough, and another seed draws others.
func TestDraw(t *testing.T) {
	ids := []int64{}
	for i := range int64(300) {
		ids = append(ids, i+1)
	}
	first := cases.Draw(ids, 20, "20260101")
	slices.Reverse(ids)
	if again := cases.Draw(append(ids, 7, 7), 20, "20260101"); !slices.Equal(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
	if other := cases.Draw(ids, 20, "20260102"); slices.Equal(first, other) {
		t.Error("two seeds draw the same")
	}
	sorted := slices.Clone(first)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != 20 {
		t.Error("an id came twice")
	}
	// printf x:1 | sha256sum begins 0b78, x:2 1c02, x:3 e4bc
	if all := cases.Draw([]int64{3, 1, 2}, 10, "x"); !slices.Equal(all, []int64{1, 2, 3}) {
		t.Errorf("by hand 1, 2, 3 are drawn; the program drew %v", all)
	}
}

// An order's reply is judged on its own day and stays so.
func TestOrderStanding(t *testing.T) {
	day := testkit.Day
	base := cases.Order{Kind: cases.Supervising, OrderedOn: day("2025-06-03"), DueOn: day("2025-06-10")}
	with := func(change func(*cases.Order)) cases.Order {
		o := base
		change(&o)
		return o
	}
	for _, x := range []struct {
		name string
		o    cases.Order
		on   string
		word string
	}{
		{"期限内", base, "2025-06-10", "待回复"},
		{"过期一日", base, "2025-06-11", "待回复（逾期）"},
		{"期限内回复，此后不变", with(func(o *cases.Order) { o.RepliedOn = day("2025-06-10") }), "2025-09-01", "已回复，待办结"},
		{"逾期回复，此后仍是逾期", with(func(o *cases.Order) { o.RepliedOn, o.ClosedOn = day("2025-06-12"), day("2025-06-13") }), "2025-09-01", "已办结（逾期）"},
		{"未回复即办结", with(func(o *cases.Order) { o.ClosedOn = day("2025-06-05") }), "2025-09-01", "已办结"},
	} {
		if word, _ := x.o.Standing(day(x.on)); word != x.word {
			t.Errorf("%s: %s, want %s", x.name, word, x.word)
		}
	}
}
