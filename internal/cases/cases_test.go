package cases_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

func day(s string) calendar.Date { return calendar.MustParse(s) }

// stamp is the desk on a day, with the notices known by then.
func stamp(today string) cases.Stamp {
	return cases.Stamp{At: 1, By: "u1", Today: day(today), Book: calendar.Builtin()}
}

// received is a case handed in on a day by a natural person.
func received(t *testing.T, on string) *cases.Case {
	t.Helper()
	c, err := cases.Open(1, stamp(on), day(on), cases.Received{Channel: deadline.InPerson,
		ApplicantKind: cases.Natural}, "关于某地块的批复", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mustRefuse checks that the act was refused, with a sentence that holds words.
func mustRefuse(t *testing.T, err error, words ...string) {
	t.Helper()
	var no *cases.Refused
	if !errors.As(err, &no) {
		t.Fatalf("want a refusal naming %v, got %v", words, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("refusal %q does not name %q", err, w)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The law's refusals name their article and record nothing.
func TestActsRefuseWhatTheLawForbids(t *testing.T) {
	for _, tc := range []struct {
		name string
		act  func(c *cases.Case) error
		want []string
	}{
		{"收到后第8个工作日才告知补正", func(c *cases.Case) error {
			return c.AskSupplement(stamp("2025-03-13"), day("2025-03-13"), cases.SupplementAsked{Causes: []string{"description"}})
		}, []string{"第三十条", "2025年3月12日"}},
		{"补正事项未写", func(c *cases.Case) error {
			return c.AskSupplement(stamp("2025-03-05"), day("2025-03-05"), cases.SupplementAsked{})
		}, []string{"一次性告知"}},
		{"延期21个工作日", func(c *cases.Case) error { return c.Extend(stamp("2025-03-20"), day("2025-03-20"), 21) }, []string{"20个工作日", "第三十三条"}},
		{"届满次日才延期", func(c *cases.Case) error { return c.Extend(stamp("2025-04-01"), day("2025-04-01"), 20) }, []string{"2025年3月31日"}},
		{"未来日期", func(c *cases.Case) error { return c.Extend(stamp("2025-03-20"), day("2025-03-21"), 20) }, []string{"今天"}},
		{"早于收到之日", func(c *cases.Case) error { return c.Withdraw(stamp("2025-03-20"), day("2025-03-02")) }, []string{"收到申请之日"}},
		{"未要求说明理由即延迟答复", func(c *cases.Case) error {
			return c.Delay(stamp("2025-03-20"), day("2025-03-20"), day("2025-06-03"))
		}, []string{"第三十五条"}},
		{"延迟答复至现在的期限以内", func(c *cases.Case) error {
			must(t, c.AskReasons(stamp("2025-03-10"), day("2025-03-10")))
			err := c.Delay(stamp("2025-03-20"), day("2025-03-20"), day("2025-03-31"))
			c.Events = c.Events[:1]
			return err
		}, []string{"2025年3月31日", "第三十五条"}},
		{"届满次日才告知延迟答复", func(c *cases.Case) error {
			must(t, c.AskReasons(stamp("2025-03-10"), day("2025-03-10")))
			err := c.Delay(stamp("2025-04-01"), day("2025-04-01"), day("2025-06-03"))
			c.Events = c.Events[:1]
			return err
		}, []string{"2025年3月31日", "届满"}},
		{"没有告知补正却收到补正", func(c *cases.Case) error { return c.ReceiveSupplement(stamp("2025-03-20"), day("2025-03-20"), false) }, []string{"办理中"}},
		{"信息不存在而无检索记录", func(c *cases.Case) error { return answer(c, "2025-03-20", "unable.nonexistent") }, []string{"检索记录"}},
		{"保护第三方而未征求意见", func(c *cases.Case) error { return answer(c, "2025-03-20", "withhold.third_party") }, []string{"第三十二条"}},
		{"部分公开而无依据", func(c *cases.Case) error { return answer(c, "2025-03-20", "partial") }, []string{"第三十七条"}},
		{"未要求说明理由而不予处理", func(c *cases.Case) error { return answer(c, "2025-03-20", "not_processed.excessive") }, []string{"第三十五条"}},
		{"重复申请未写首次答复", func(c *cases.Case) error { return answer(c, "2025-03-20", "not_processed.repeat") }, []string{"第三十六条"}},
		{"撤回而无书面登记", func(c *cases.Case) error { return answer(c, "2025-03-20", "other.withdrawn") }, []string{"书面"}},
		{"没有补正告知却按逾期不补正结案", func(c *cases.Case) error { return answer(c, "2025-03-20", "other.no_supplement") }, []string{"补正期限"}},
		{"2020年发收费通知", func(c *cases.Case) error {
			old := received(t, "2020-03-02")
			return old.NoticeFee(stamp("2020-03-10"), day("2020-03-10"), cases.FeeNoticed{Fen: 10000})
		}, []string{"2021年"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := received(t, "2025-03-03")
			before := len(c.Events)
			mustRefuse(t, tc.act(c), tc.want...)
			if len(c.Events) != before {
				t.Error("a refused act left an event")
			}
		})
	}
}

// An opinion that comes after the party's own term is recorded and waited for; it
// comes once; silence stands only when the fifteen days are over, counted from the
// sending where nobody signed; and a third party is asked even when the case is
// late, only that no day is taken out for it.
func TestConsultationsToTheirEnd(t *testing.T) {
	due := func(c *cases.Case, today, want string) {
		t.Helper()
		if got := c.Clock(calendar.Builtin(), day(today)).Due.String(); got != want {
			t.Errorf("due as of %s: %s, want %s", today, got, want)
		}
	}
	c := received(t, "2025-03-03")
	ref, err := c.Consult(stamp("2025-03-10"), day("2025-03-10"), "third_party", 0)
	must(t, err)
	must(t, c.ConsultServed(stamp("2025-03-11"), day("2025-03-11"), ref)) // lapses on 04-01
	due(c, "2025-04-02", "2025-04-23")
	must(t, c.ConsultReplied(stamp("2025-04-03"), day("2025-04-03"), ref, "refuse"))
	due(c, "2025-04-03", "2025-04-25") // two more working days
	mustRefuse(t, c.ConsultReplied(stamp("2025-04-09"), day("2025-04-09"), ref, "agree"), "已经登记过")
	due(c, "2025-04-09", "2025-04-25")
	must(t, c.DecideRelease(stamp("2025-04-09"), day("2025-04-09"), ref))

	c = received(t, "2025-03-03")
	ref, err = c.Consult(stamp("2025-03-10"), day("2025-03-10"), "co_producer", 0)
	must(t, err)
	mustRefuse(t, c.ConsultSilent(stamp("2025-03-31"), day("2025-03-31"), ref), "2025年3月31日", "没有签收")
	must(t, c.ConsultSilent(stamp("2025-04-01"), day("2025-04-01"), ref))
	mustRefuse(t, c.ConsultReplied(stamp("2025-04-02"), day("2025-04-02"), ref, "agree"), "已经登记过")

	c = received(t, "2025-03-03")
	ref, err = c.Consult(stamp("2025-04-02"), day("2025-04-02"), "third_party", 0)
	must(t, err)
	must(t, c.ConsultReplied(stamp("2025-04-08"), day("2025-04-08"), ref, "refuse"))
	due(c, "2025-04-08", "2025-03-31")
	must(t, answer(c, "2025-04-09", "withhold.third_party"))
}

// What the law does not allow today is not among what can be done, and says why;
// recorded for an earlier day it is still possible.
func TestBarredActs(t *testing.T) {
	c := received(t, "2025-03-03")
	why := func(today, code string) string {
		t.Helper()
		for _, n := range c.Next(stamp(today)) {
			if n.Code == code {
				return ""
			}
		}
		for _, n := range c.Barred(stamp(today)) {
			if n.Code == code {
				return n.Why
			}
		}
		return "-"
	}
	for _, tc := range []struct{ today, code, want string }{
		{"2025-03-12", "supplement_asked", ""}, {"2025-03-13", "supplement_asked", "2025年3月12日"},
		{"2025-03-31", "extended", ""}, {"2025-04-01", "extended", "2025年3月31日"}, {"2025-04-01", "consult_sent", ""}, {"2025-04-01", "delayed", "-"},
	} {
		if got := why(tc.today, tc.code); !strings.Contains(got, tc.want) || tc.want == "" && got != "" {
			t.Errorf("%s on %s: %q, want %q", tc.code, tc.today, got, tc.want)
		}
	}
	must(t, c.Extend(stamp("2025-04-01"), day("2025-03-31"), 20))
	if got := why("2025-04-02", "extended"); !strings.Contains(got, "延长过一次") {
		t.Errorf("a second extension: %q", got)
	}
}

// A supplement after its term is taken for a good reason only.
func TestSupplementAfterItsTerm(t *testing.T) {
	c := received(t, "2025-03-03")
	must(t, c.AskSupplement(stamp("2025-03-05"), day("2025-03-05"), cases.SupplementAsked{Causes: []string{"form"}, Days: 5}))
	mustRefuse(t, c.ReceiveSupplement(stamp("2025-03-13"), day("2025-03-13"), false), "2025年3月12日", "新申请")
	must(t, c.ReceiveSupplement(stamp("2025-03-13"), day("2025-03-13"), true))
	if got := c.Clock(calendar.Builtin(), day("2025-03-13")).Due; got != day("2025-04-11") {
		t.Errorf("due %s", got)
	}
}

func answer(c *cases.Case, on, outcome string) error {
	return c.Answer(stamp(on), day(on), cases.Answered{Outcome: cases.MustOutcome(outcome)}, cases.Evidence{Reasons: true})
}

// A whole way: supplement on day 7, received, consultation, extension, partial
// disclosure; the due date at each step is the law's.
func TestWholeWay(t *testing.T) {
	c := received(t, "2025-04-02")
	due := func(today, want string) {
		t.Helper()
		if got := c.Clock(calendar.Builtin(), day(today)).Due.String(); got != want {
			t.Errorf("due as of %s: %s, want %s", today, got, want)
		}
	}
	due("2025-04-02", "2025-04-30")
	must(t, c.AskSupplement(stamp("2025-04-14"), day("2025-04-14"), cases.SupplementAsked{Causes: []string{"description"}}))
	mustRefuse(t, answer(c, "2025-04-15", "disclose.provided"), "补正")
	must(t, c.ReceiveSupplement(stamp("2025-04-28"), day("2025-04-28"), false))
	due("2025-04-28", "2025-05-29")
	ref, err := c.Consult(stamp("2025-05-12"), day("2025-05-12"), "third_party", 0)
	must(t, err)
	must(t, c.ConsultServed(stamp("2025-05-14"), day("2025-05-14"), ref))
	mustRefuse(t, c.ConsultSilent(stamp("2025-05-20"), day("2025-05-20"), ref), "第三十二条")
	must(t, c.ConsultReplied(stamp("2025-05-19"), day("2025-05-19"), ref, "refuse"))
	due("2025-05-19", "2025-06-06")
	must(t, c.Extend(stamp("2025-06-06"), day("2025-06-06"), 20))
	due("2025-06-06", "2025-07-04")
	mustRefuse(t, c.Extend(stamp("2025-06-09"), day("2025-06-09"), 5), "延长过一次")
	partial := cases.Answered{Outcome: cases.MustOutcome("partial"), Grounds: []cases.Outcome{cases.MustOutcome("withhold.third_party")}}
	must(t, c.Answer(stamp("2025-07-04"), day("2025-07-04"), partial, cases.Evidence{Reasons: true}))
	d := cases.Deriver{Book: calendar.Builtin()}
	row := d.Row(c.Events)
	if row.Late != deadline.No || row.State != cases.StateClosed || row.Outcome.Code() != "partial" ||
		row.DueOn != day("2025-07-04") || !row.Flags.Has(cases.HadSupplement|cases.HadConsultation|cases.HadExtension) {
		t.Errorf("row %+v", row)
	}
	mustRefuse(t, answer(c, "2025-07-04", "disclose.provided"), "已办结")
}

// A late answer stays late by as much for ever; a timely one never turns late.
func TestLatenessStandsStill(t *testing.T) {
	for _, tc := range []struct{ on, want string }{{"2025-03-31", "in time"}, {"2025-04-01", "late"}} {
		c := received(t, "2025-03-03")
		must(t, answer(c, tc.on, "disclose.already_public"))
		for _, asOf := range []string{tc.on, "2026-01-01", "2036-01-01"} {
			late := c.Clock(calendar.Builtin(), day(asOf)).Late == deadline.Yes
			if late != (tc.want == "late") {
				t.Errorf("answered %s, seen on %s: late=%v", tc.on, asOf, late)
			}
		}
	}
}

// A correction replaces without erasing: the timeline shows the new content, the
// record keeps both, and a view from before the correction shows the old one.
func TestCorrectionKeepsBoth(t *testing.T) {
	c := received(t, "2025-03-03")
	s := stamp("2025-03-10")
	s.At = 5
	must(t, c.Correct(s, 1, day("2025-03-04"), cases.Received{Channel: deadline.Online, ApplicantKind: cases.Commercial}))
	if got := cases.Timeline(c.Events, 0); len(got) != 1 || got[0].On != day("2025-03-04") {
		t.Errorf("timeline %+v", got)
	}
	if got := cases.Timeline(c.Events, 4); len(got) != 1 || got[0].On != day("2025-03-03") {
		t.Errorf("as known before: %+v", got)
	}
	mustRefuse(t, c.Correct(s, 1, day("2025-03-05"), cases.Received{}), "已被更正")
	mustRefuse(t, c.Void(s, 2), "只能更正")
}

// Fees by tiers (国办函〔2020〕109号), test values of the law sheet.
func TestFees(t *testing.T) {
	for pages, want := range map[int]int{0: 0, 30: 0, 31: 10, 68: 380, 100: 700, 101: 720, 200: 2700, 201: 2740, 1500: 54700} {
		if got := cases.FeeForPages(pages); got != want {
			t.Errorf("%d页：%d元，应为%d元", pages, got, want)
		}
	}
	for pieces, want := range map[int]int{10: 0, 11: 100, 14: 400, 30: 2000, 31: 2200, 40: 4000, 41: 4300, 50: 7000} {
		if got := cases.FeeForPieces(pieces); got != want {
			t.Errorf("%d件：%d元，应为%d元", pieces, got, want)
		}
	}
}

// Several items: one row follows (note to row （二）).
func TestRowOutcome(t *testing.T) {
	o := cases.MustOutcome
	items := func(codes ...string) (out []cases.ItemOutcome) {
		for i, c := range codes {
			out = append(out, cases.ItemOutcome{Item: i + 1, Outcome: o(c)})
		}
		return out
	}
	for _, tc := range []struct {
		name  string
		items []cases.ItemOutcome
		main  string
		want  string
	}{
		{"都公开", items("disclose.provided", "disclose.provided"), "", "disclose.provided"},
		{"给一项不给一项", items("disclose.provided", "withhold.internal_affairs"), "", "partial"},
		{"给一项另一项不存在", items("disclose.already_public", "unable.nonexistent"), "", "partial"},
		{"都不给同一理由", items("unable.nonexistent", "unable.nonexistent"), "", "unable.nonexistent"},
		{"都不给理由不同，指定主要结果", items("unable.nonexistent", "withhold.process_info"), "withhold.process_info", "withhold.process_info"},
		{"都不给理由不同，未指定", items("unable.nonexistent", "withhold.process_info"), "disclose.provided", ""},
	} {
		got, _, err := cases.RowOutcome(tc.items, o2(tc.main))
		if got.Code() != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%s：%q %v，应为%q", tc.name, got.Code(), err, tc.want)
		}
	}
}

func o2(code string) cases.Outcome {
	if code == "" {
		return cases.Outcome{}
	}
	return cases.MustOutcome(code)
}

// Table 四 places a dispute by its dates.
func TestDisputeYears(t *testing.T) {
	d := cases.Dispute{Kind: cases.Review, FiledOn: day("2019-06-01"), ClosedOn: day("2021-02-01"), Result: cases.Corrected}
	for year, want := range map[int]string{2018: "", 2019: "pending", 2020: "pending", 2021: "corrected", 2022: ""} {
		if got, _ := d.In(year); got.Code() != want {
			t.Errorf("%d: %q, want %q", year, got.Code(), want)
		}
	}
	unknown := cases.Dispute{FiledOn: day("2019-06-01"), Result: cases.Pending, YearOnly: true}
	if _, ok := unknown.In(2020); ok {
		t.Error("日期不详 counts in one year alone")
	}
}

// The tree: levels, vertical units outside, a merged agency with its heir.
func TestTree(t *testing.T) {
	span := func(id, parent int64, k cases.AgencyKind, from, to string, heir int64) cases.Agency {
		a := cases.Agency{ID: id, ParentID: parent, Kind: k, Code: k.Code(), From: day(from), Successor: heir}
		if to != "" {
			a.To = day(to)
		}
		return a
	}
	tree := cases.NewTree([]cases.Agency{
		span(1, 0, cases.Government, "2000-01-01", "", 0),
		span(2, 1, cases.Department, "2000-01-01", "", 0),
		span(3, 1, cases.Vertical, "2000-01-01", "", 0),
		span(4, 1, cases.Government, "2000-01-01", "", 0),
		span(5, 4, cases.Department, "2000-01-01", "", 0),
		span(6, 1, cases.Department, "2000-01-01", "2019-03-01", 2),
		span(7, 3, cases.Department, "2000-01-01", "", 0),
	}, day("2019-12-31"))
	if got := tree.Below(1); len(got) != 5 || got[1] != 2 || got[2] != 6 {
		t.Errorf("below the government: %v", got)
	}
	for id, want := range map[int64]cases.Level{1: cases.LevelOwn, 2: cases.LevelDepartment, 3: cases.LevelNone, 4: cases.LevelLower, 5: cases.LevelDepartment} {
		if got := tree.Level(1, id); got != want {
			t.Errorf("level of %d: %v, want %v", id, got, want)
		}
	}
}

// Each state of the register can be left by some act, and every act has its
// people, its article and its words.
func TestWorkflowIsWhole(t *testing.T) {
	for _, s := range cases.States() {
		if len(cases.Allowed(s)) == 0 {
			t.Errorf("nothing can be done in %s", s.Label())
		}
	}
	for _, a := range cases.Workflow() {
		if a.Label == "" || len(a.Who) == 0 || len(a.From) == 0 || a.Article == "" || a.Needs == "" {
			t.Errorf("act %s lacks something", a.Code)
		}
	}
	doc, err := os.ReadFile("../../docs/workflow.md")
	if err != nil || string(doc) != cases.WorkflowDoc() {
		t.Error("docs/workflow.md is stale: make generate")
	}
}

// Every outcome stands in exactly one leaf of both formats and has its words.
func TestOutcomesAreWhole(t *testing.T) {
	for _, o := range cases.Outcomes() {
		i := o.Info()
		if i.Row2019 == "" || i.Row2021 == "" || i.Label == "" || i.Document == "" || i.Remedy == "" {
			t.Errorf("outcome %s lacks something: %+v", i.Code, i)
		}
		if !strings.HasPrefix(i.Row2021, i.Group) || !strings.HasPrefix(i.Row2019, i.Group) {
			t.Errorf("outcome %s stands in another group's row", i.Code)
		}
	}
}
