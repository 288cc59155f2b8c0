package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// figuresOf gives as one text what every place that counts or lists what is to be
// done says of an agency, alone and beside another.
func figuresOf(t *testing.T, db *DB, agency, other int64, today string) string {
	t.Helper()
	ctx, ids, day := context.Background(), []int64{agency}, testkit.Day(today)
	first, last := testkit.Day("2025-01-01"), testkit.Day("2025-12-31")
	var out strings.Builder
	say := func(name string, value any, err error) {
		t.Helper()
		text, wrong := json.Marshal(value)
		if err := errors.Join(err, wrong); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		fmt.Fprintf(&out, "%s: %s\n", name, text)
	}
	table, err := db.Table(ctx, agency, 2025, true, report.FormatOf(2025))
	say("table", table, err)
	half, err := db.SpanTable(ctx, SpanQuery{AgencyID: agency, Own: true, Span: report.Span{From: first, To: testkit.Day("2025-06-30")}})
	say("half a year", half, err)
	rows, err := db.CountRows(ctx, ids, 2025)
	slices.SortFunc(rows, func(a, b report.Tally) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	say("rows", rows, err)
	for _, span := range [][2]calendar.Date{{first, last}, {first, testkit.Day("2025-06-17")}} {
		p, err := db.Period(ctx, ids, span[0], span[1])
		say("period", fmt.Sprintf("%+v %v %v", p.New, p.NewByChannel, p.NewByMonth), err)
	}
	m, err := db.Monitor(ctx, [][]int64{ids}, Months{202501, 202512}, Months{202501, 202512}, day)
	say("monitor", m, err)
	desk, err := db.DeskCounts(ctx, ids, day, calendar.Builtin())
	say("desk", desk, err)
	open, err := db.OpenOn(ctx, ids, day, day)
	say("open", len(open), err)
	load, err := db.Workloads(ctx, ids, first, last)
	say("workload", load, err)
	late, err := db.LateAnswers(ctx, ids, first, last)
	say("late", late, err)
	asked, err := db.AskedBySeveral(ctx, ids, first, last, 1)
	say("asked", fmt.Sprint(len(asked)), err)
	for _, a := range asked {
		say("asked", len(a.Rows), nil)
	}
	earlier, doubles, err := db.Doubles(ctx, agency, Likeness{Name: "陈某", Content: "某路改造的批复", Today: day})
	say("doubles", fmt.Sprint(len(earlier), len(doubles)), err)
	for _, light := range []string{"open", "closed", "late", "today", "soon", "week", "waiting"} {
		page, err := db.List(ctx, Filter{AgencyIDs: ids, Light: light, Today: day, Book: calendar.Builtin()}, SortDue, "", 50)
		say(light, len(page.Rows), err)
	}
	page, err := db.List(ctx, Filter{AgencyIDs: ids, AnsweredFrom: first, AnsweredTo: last}, SortDue, "", 50)
	say("answered", len(page.Rows), err)
	page, err = db.List(ctx, Filter{AgencyIDs: ids, AnsweredFrom: first}, SortDue, "", 50)
	say("answered since", len(page.Rows), err)
	alike, err := db.AlikeAcross(ctx, []int64{agency, other}, first, last)
	for _, x := range alike {
		say("alike", len(x.Rows), err)
	}
	people, err := db.FindApplicants(ctx, ids, "陈某")
	n := 0
	for _, p := range people {
		n += p.Cases
	}
	say("people", n, err)
	person, err := db.Applicant(ctx, ids, people[len(people)-1].ID)
	say("person", fmt.Sprint(len(person.Rows), person.Months, person.Last), err)
	lines := 0
	say("ledger", 0, db.ExportCases(ctx, ids, 0, func(cases.Record) error { lines++; return nil }))
	say("ledger", lines, nil)
	unreached, err := db.Unreached(ctx, ids, day)
	say("unreached", unreached, err)
	_, bare, err := db.Unserved(ctx, ids, first)
	say("unserved", len(bare), err)
	expired, _, err := db.ExpiredCases(ctx, agency, 2026, day)
	say("expired", len(expired), err)
	return out.String()
}

// void voids a case in favour of another, by a second person.
func void(db *DB, double, stands int64, day string) error {
	s := stamp(day)
	s.By = "user:2"
	return db.VoidCase(context.Background(), s, Edit{ID: double}, stands, func(c, stands *cases.Case) error {
		return c.VoidCase(s, s.Today, cases.CaseVoided{}, stands)
	})
}

func restore(db *DB, id int64, day string) error {
	s := stamp(day)
	s.By = "user:3"
	return db.Update(context.Background(), id, s, func(c *cases.Case) error { return c.RestoreCase(s, s.Today, cases.CaseRestored{}) })
}

// A voided entry is in no figure and no list of what is to be done: all say what
// they said before it was registered. Restored, all say what they said before it
// was voided. The record verifies throughout, and its number stays given.
func TestVoidedCaseIsCountedNowhere(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids, today := context.Background(), agencies(t, db, "fuzhou", "a"), "2025-06-18"
		a := ids["fuzhou"]
		create(t, db, ids["a"], record("2025-03-05"))
		create(t, db, a, answered(record("2025-03-03"), "2025-03-20", "disclose.provided"))
		stands := create(t, db, a, record("2025-06-16"))
		before := figuresOf(t, db, a, ids["a"], today)
		double := create(t, db, a, record("2025-06-17"))
		twice := figuresOf(t, db, a, ids["a"], today)
		if twice == before {
			t.Fatal("the figures do not see a case: the test would see nothing")
		}
		if err := void(db, double.ID, stands.ID, today); err != nil {
			t.Fatal(err)
		}
		if now := figuresOf(t, db, a, ids["a"], today); now != before {
			t.Errorf("voided:\n%s\nbefore:\n%s", now, before)
		}
		clean(t, db)
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || len(sum.Holes) > 0 {
			t.Errorf("holes: %v %v", sum.Holes, err)
		}
		if err := db.Rebuild(ctx, stamp(today)); err != nil {
			t.Fatal(err)
		}
		clean(t, db)
		if next := create(t, db, a, record("2025-06-17")); next.Number != "榕申〔2025〕4号" {
			t.Errorf("the next number is %s", next.Number)
		} else if err := void(db, next.ID, stands.ID, today); err != nil {
			t.Fatal(err)
		}
		found, err := db.Search(ctx, []int64{a}, double.Number, "", 10)
		if err != nil || len(found.Rows) != 1 || found.Rows[0].State != cases.StateVoided || found.Rows[0].Origin != stands.ID {
			t.Errorf("search: %+v %v", found.Rows, err)
		}
		came, err := db.CameOf(ctx, []int64{stands.ID})
		if err != nil || len(came[stands.ID]) != 2 || came[stands.ID][0].ID != double.ID {
			t.Errorf("what came of it: %+v %v", came, err)
		}
		if err := restore(db, double.ID, today); err != nil {
			t.Fatal(err)
		}
		if now := figuresOf(t, db, a, ids["a"], today); now != twice {
			t.Errorf("restored:\n%s\nbefore:\n%s", now, twice)
		}
		clean(t, db)
	})
}

// What was known on a day stays known: a table and a list of open cases as of a day
// before the voiding still hold the entry.
func TestVoidedCaseAsKnownBefore(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agency(t, db)
		stands, double := create(t, db, a, record("2025-06-16")), create(t, db, a, record("2025-06-16"))
		if err := void(db, double.ID, stands.ID, "2025-06-20"); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]int64{"2025-06-17": 2, "2025-06-20": 1} {
			span := report.Span{From: testkit.Day("2025-01-01"), To: testkit.Day("2025-06-30")}
			table, err := db.SpanTable(ctx, SpanQuery{AgencyID: a, Own: true, Span: span, AsOf: EndOfDay(testkit.Day(day))})
			if err != nil || table.New[report.TotalColumn].N != want {
				t.Errorf("received as known on %s: %v %v", day, table.New[report.TotalColumn], err)
			}
			open, err := db.OpenOn(ctx, []int64{a}, testkit.Day(day), testkit.Day("2025-06-23"))
			if err != nil || int64(len(open)) != want {
				t.Errorf("open as known on %s: %d %v", day, len(open), err)
			}
		}
	})
}

// What keeps a case counted, beside what the rules refuse.
func TestVoidingKeepsReportsWhole(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a")
		wants := func(err error, part string) {
			t.Helper()
			var no *cases.Refused
			if !errors.As(err, &no) || !strings.Contains(no.Reason, part) {
				t.Errorf("got %v, want %q", err, part)
			}
		}
		stands, double := create(t, db, ids["a"], record("2024-12-16")), create(t, db, ids["a"], record("2024-12-17"))
		third := create(t, db, ids["a"], record("2025-01-06"))
		if err := void(db, third.ID, double.ID, "2025-01-07"); err != nil {
			t.Fatal(err)
		}
		wants(void(db, double.ID, stands.ID, "2025-01-07"), third.Number+"作废时以本件为保留的一件")
		if err := restore(db, third.ID, "2025-01-08"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.LockReturn(ctx, stamp("2025-01-10"), ids["shi"], 2024, false, "", frozen); err != nil {
			t.Fatal(err)
		}
		wants(void(db, double.ID, stands.ID, "2025-01-13"), "已计入2024年度定稿的年度报告")
		if err := void(db, third.ID, stands.ID, "2025-01-13"); err != nil {
			t.Errorf("received after what is locked: %v", err)
		}
		if err := db.MarkReturn(ctx, stamp("2025-01-14"), ids["shi"], 2024, false, "submitted", testkit.Day("2025-01-14")); err != nil {
			t.Fatal(err)
		}
		wants(void(db, double.ID, stands.ID, "2025-01-14"), "已计入2024年度定稿的年度报告")
		if err := db.ReviewReturns(ctx, stamp("2025-01-15"), ids["shi"], 2024, []ReviewedReturn{{AgencyID: ids["shi"], Name: "市", Of: "locked", N: 1}}, false, "有重复登记的，请改"); err != nil {
			t.Fatal(err)
		}
		if err := void(db, double.ID, stands.ID, "2025-01-16"); err != nil {
			t.Errorf("the report was sent back: %v", err)
		}
		other := create(t, db, ids["shi"], record("2025-01-06"))
		wants(void(db, other.ID, stands.ID, "2025-01-16"), "本机关的另一件")
		if err := void(db, other.ID, 999999, "2025-01-16"); !Is(err, NotFound) {
			t.Errorf("no such case: %v", err)
		}
		clean(t, db)
	})
}

// A ledger that still holds a voided entry brings nothing of it back, and does not
// miss it; the ledger out does not hold it.
func TestLedgerOfVoidedCase(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agency(t, db)
		lines := sample(3)
		take(t, db, ledger(a, lines...))
		page, err := db.List(ctx, Filter{AgencyIDs: []int64{a}}, SortNumber, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		stands, double := page.Rows[0], page.Rows[2]
		s := stamp("2025-06-18")
		if err := db.VoidCase(ctx, s, Edit{ID: double.ID}, stands.ID, func(c, stands *cases.Case) error {
			return c.VoidCase(s, s.Today, cases.CaseVoided{OtherApplicant: true}, stands)
		}); err != nil {
			t.Fatal(err)
		}
		grown := answered(lines[2], "2025-06-03", "disclose.provided")
		if r := take(t, db, ledger(a, lines[0], lines[1], grown)); figures(r) != "新增0 更新0 不变3 冲突0 消失0" {
			t.Errorf("still in the ledger: %s", figures(r))
		}
		if r := take(t, db, ledger(a, lines[0], lines[1])); figures(r) != "新增0 更新0 不变2 冲突0 消失0" {
			t.Errorf("no more in the ledger: %s", figures(r))
		}
		var out []string
		if err := db.ExportCases(ctx, []int64{a}, 0, func(r cases.Record) error { out = append(out, r.Number); return nil }); err != nil || len(out) != 2 || slices.Contains(out, double.Number) {
			t.Errorf("ledger out: %v %v", out, err)
		}
		clean(t, db)
	})
}

// A database of before finds for each case the one that it came of.
func TestOriginOfOldCases(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agency(t, db)
		old := create(t, db, a, answered(record("2025-03-03"), "2025-03-20", "disclose.provided"))
		for _, r := range []cases.Received{{Channel: mustChannel("in_person"), ApplicantKind: cases.Natural, Remade: old.ID},
			{Channel: mustChannel("in_person"), ApplicantKind: cases.Natural, Follows: old.ID}, {Channel: mustChannel("in_person"), ApplicantKind: cases.Natural}} {
			s := stamp("2025-05-06")
			c, err := cases.Open(a, s, s.Today, r, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Create(ctx, s, c); err != nil {
				t.Fatal(err)
			}
		}
		for _, undo := range []string{"DROP INDEX cases_origin", "ALTER TABLE cases DROP COLUMN origin_id"} {
			if _, err := db.write.Exec(undo); err != nil {
				t.Fatal(err)
			}
		}
		known, err := readMigrations(migrationFiles)
		if err != nil {
			t.Fatal(err)
		}
		step := slices.IndexFunc(known, func(m migration) bool { return strings.Contains(m.text, "cases_origin") })
		if err := db.raw(ctx, func(x *tx) error { return x.run(known[step].text, false) }); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, fmt.Sprint("SELECT COUNT(*) FROM cases WHERE origin_id = ", old.ID)); n != 2 {
			t.Errorf("%d cases came of it", n)
		}
		clean(t, db)
	})
}

// Nobody is reminded of a voided entry, and what was said of it is settled.
func TestVoidedCaseRemindsNobody(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		h := newHouse(t, db)
		stands, double := h.open("cz", "2025-05-06", "dai"), h.open("cz", "2025-05-06", "cheng")
		h.tells("答复期限还剩10个工作日", "2025-05-20", "cheng answer 10 officer", "dai answer 10 officer")
		if err := void(db, double.ID, stands.ID, "2025-05-21"); err != nil {
			t.Fatal(err)
		}
		h.tells("作废的一件不再提醒", "2025-06-03", "dai answer 1 officer", "dai propose 0 officer")
		if n := count(t, db, fmt.Sprint("SELECT COUNT(*) FROM reminders WHERE settled_at = 0 AND case_id = ", double.ID)); n != 0 {
			t.Errorf("%d reminders of the voided entry are still open", n)
		}
	})
}
