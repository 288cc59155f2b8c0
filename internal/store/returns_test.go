package store

import (
	by "cmp"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

func frozen(report.Table) (Frozen, error) {
	return Frozen{Before: []report.Paragraph{{Text: "一、总体情况", Heading: 1}}}, nil
}

// A locked return stays what it was while the register moves; what moved is named
// case by case in exactly the years that it touches; a tampered one is found.
func TestReturnsStay(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a")
		for _, r := range []cases.Record{answered(record("2023-11-06"), "2023-12-01", "disclose.provided"), answered(record("2023-12-25"), "2024-01-15", "unable.nonexistent"),
			answered(record("2024-03-04"), "2024-03-20", "withhold.process_info"), record("2024-12-20")} {
			create(t, db, ids["a"], r)
		}
		lock := stamp("2025-01-10")
		first := map[int]Return{}
		for _, year := range []int{2023, 2024} {
			var err error
			if first[year], err = db.LockReturn(ctx, lock, ids["shi"], year, false, "", frozen); err != nil {
				t.Fatal(err)
			}
			if moved, cells, err := db.ReturnDifferences(ctx, ids["shi"], year, false, 1); err != nil || len(moved)+len(cells) != 0 {
				t.Fatalf("%d differs from itself: %v %v %v", year, moved, cells, err)
			}
		}
		if got := first[2023].Frozen.Table; got.New[6].N != 2 || got.CarriedOut[6].N != 1 || got.Total[6].N != 1 {
			t.Fatalf("2023: %v", got)
		}
		clean(t, db)
		// The second case is dated anew: received in 2024, it leaves 2023.
		later := stamp("2025-02-10")
		page := all(t, db, Filter{AgencyIDs: []int64{ids["a"]}, ReceivedYear: 2023}, SortReceived, 10)
		moved := page[len(page)-1].ID
		if err := db.Update(ctx, moved, later, func(c *cases.Case) error {
			return c.Correct(later, 1, calendar.MustParse("2024-01-02"), c.Events[0].Fact)
		}); err != nil {
			t.Fatal(err)
		}
		for year, want := range map[int]string{2023: "一、本年新收政府信息公开申请数量（自然人） 四、结转下年度继续办理（自然人） -> ", 2024: "二、上年结转政府信息公开申请数量（自然人） 三（四）1.本机关不掌握相关政府信息（自然人） -> 一、本年新收政府信息公开申请数量（自然人） 三（四）1.本机关不掌握相关政府信息（自然人）"} {
			list, cells, err := db.ReturnDifferences(ctx, ids["shi"], year, false, 1)
			if err != nil || len(list) != 1 || list[0].CaseID != moved || list[0].Before+" -> "+list[0].Now != want || len(cells) == 0 {
				t.Errorf("%d: %+v %v %v", year, list, cells, err)
			}
		}
		if list, cells, err := db.ReturnDifferences(ctx, ids["shi"], 2024, false, 2); !Is(err, NotFound) {
			t.Errorf("a version that is not: %v %v %v", list, cells, err)
		}
		again, err := db.Returns(ctx, ids["shi"], 2023, false)
		if err != nil || len(again) != 1 || again[0].Hash != first[2023].Hash {
			t.Fatalf("%v %v", again, err)
		}
		was, _ := json.Marshal(first[2023].Frozen)
		if is, _ := json.Marshal(again[0].Frozen); string(is) != string(was) {
			t.Error("the locked return moved")
		}
		if _, err := db.LockReturn(ctx, later, ids["shi"], 2023, false, "", frozen); !Is(err, Invalid) {
			t.Errorf("a correction without reason: %v", err)
		}
		if second, err := db.LockReturn(ctx, later, ids["shi"], 2023, false, "收到日期更正", frozen); err != nil || second.Version != 2 || second.Frozen.Table.New[6].N != 1 {
			t.Errorf("version 2: %+v %v", second, err)
		}
		if err := db.MarkReturn(ctx, later, ids["shi"], 2023, false, "published", later.Today); err != nil {
			t.Error(err)
		}
		if err := db.MarkReturn(ctx, later, ids["shi"], 2023, false, "published", later.Today); !Is(err, Conflict) {
			t.Errorf("published twice: %v", err)
		}
		no := errors.New("K1")
		if _, err := db.LockReturn(ctx, later, ids["a"], 2024, true, "", func(report.Table) (Frozen, error) { return Frozen{}, no }); !errors.Is(err, no) {
			t.Errorf("refused by who composes: %v", err)
		}
		clean(t, db)
		for _, change := range []string{"UPDATE returns SET data = REPLACE(data, '总体', '全部') WHERE version = 1 AND year = 2024", "UPDATE returns SET published_on = '2025-02-01' WHERE published_on <> ''",
			"DELETE FROM returns WHERE version = 2"} {
			if _, err := db.write.Exec(change); err != nil {
				t.Fatal(err)
			}
			found := ""
			if _, err := db.Verify(ctx, VerifyJob{Found: func(d Difference) { found += d.Table + " " }}); err != nil || !strings.Contains(found, "returns") {
				t.Errorf("%s was not found: %s %v", change, found, err)
			}
		}
	})
}

// A return is locked by another person than the one who asked for it.
func TestReturnByTwoPeople(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agencies(t, db, "a")["a"]
		create(t, db, a, answered(record("2024-03-04"), "2024-03-20", "disclose.provided"))
		one, two := stamp("2025-01-08"), stamp("2025-01-09")
		one.By, two.By = "user:12", "user:9"
		if err := db.ProposeReturn(ctx, one, a, 2024, true, ""); err != nil {
			t.Fatal(err)
		}
		if err := db.ProposeReturn(ctx, one, a, 2024, true, ""); !Is(err, Conflict) {
			t.Errorf("asked twice: %v", err)
		}
		p, waits, err := db.OpenReturn(ctx, a, 2024, true)
		if err != nil || !waits {
			t.Fatal(waits, err)
		}
		if _, err := db.DecideReturn(ctx, one, p.ID, true, frozen); !Is(err, Invalid) {
			t.Errorf("alone: %v", err)
		}
		if got, err := db.DecideReturn(ctx, two, p.ID, true, frozen); err != nil || got.Version != 1 || got.LockedBy != "user:9" {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := db.DecideReturn(ctx, two, p.ID, true, frozen); !Is(err, Conflict) {
			t.Errorf("twice: %v", err)
		}
		clean(t, db)
	})
}

// What agencies without cases here hand in goes into the sum of who is above them;
// a table that does not agree with itself is refused, as is one beside cases.
func TestOutsideReturns(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a", "b")
		s := stamp("2025-01-08")
		create(t, db, ids["a"], answered(record("2024-03-04"), "2024-03-20", "disclose.provided"))
		table := report.NewTable("机关b", 2024, report.Format2021)
		put := func(k string, n int64) {
			key, err := report.ParseRow(k)
			if err != nil {
				t.Fatal(err)
			}
			table.Row(key)[1].N, table.Row(key)[6].N = n, n
		}
		put("new", 7)
		put("partial", 5)
		put("total", 5)
		put("carried_out", 1)
		if err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids["b"], Year: 2024, Seen: 0, Table: &table, Source: "workbook"}); !Is(err, Invalid) || !strings.Contains(err.Error(), "K1") {
			t.Errorf("7 ≠ 5 + 1: %v", err)
		}
		put("carried_out", 2)
		if err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids["a"], Year: 2024, Seen: 0, Table: &table, Source: "workbook"}); !Is(err, Invalid) {
			t.Errorf("beside its cases: %v", err)
		}
		if err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids["b"], Year: 2023, Seen: 0, Table: &table, Source: "workbook"}); !Is(err, Invalid) {
			t.Errorf("of another year: %v", err)
		}
		if err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids["b"], Year: 2024, Seen: 0, Table: &table, Source: "workbook"}); err != nil {
			t.Fatal(err)
		}
		if err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids["b"], Year: 2024, Seen: 0, Table: &table, Source: "hand"}); !Is(err, Conflict) {
			t.Errorf("a stale form: %v", err)
		}
		for agency, want := range map[string]int64{"shi": 8, "b": 7, "a": 1} {
			got, err := db.Table(ctx, ids[agency], 2024, false, report.Format{})
			if err != nil || got.New[6].N != want || !report.Check(got).Clean() {
				t.Errorf("%s: %d, want %d; %v", agency, got.New[6].N, want, err)
			}
		}
		if got, err := db.LockReturn(ctx, s, ids["shi"], 2024, false, "", frozen); err != nil || len(got.Frozen.Outside) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		clean(t, db)
		if err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids["b"], Year: 2024, Seen: 1, Table: nil, Source: "hand"}); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Table(ctx, ids["shi"], 2024, false, report.Format{}); err != nil || got.New[6].N != 1 {
			t.Errorf("taken back: %d %v", got.New[6].N, err)
		}
		clean(t, db)
		if _, err := db.write.Exec("UPDATE outside_returns SET data = '' WHERE place = 1"); err != nil {
			t.Fatal(err)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences == 0 {
			t.Errorf("a return changed by hand was not found: %v", err)
		}
	})
}

// What stood overdue at the end of a year, which answers were late and which fees
// were paid is what going through every case gives, for any year and agencies.
func TestReportFactsEqualARecount(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "cz", "gh")
		r := rand.New(rand.NewPCG(3, 8))
		for range 500 {
			rec := randomRecord(r)
			if r.IntN(4) == 0 {
				rec.FeeNoticedOn = calendar.Later(rec.ReceivedOn, rec.SupplementReceivedOn).AddDays(1)
				rec.FeePaidOn, rec.FeeFen = rec.FeeNoticedOn.AddDays(r.IntN(40)), int64(100+r.IntN(900))
			}
			c := cases.NewCase(ids[[]string{"shi", "cz", "gh"}[r.IntN(3)]], stamp("2022-01-05"), rec)
			if err := db.Create(ctx, stamp("2022-01-05"), c); err != nil {
				t.Fatal(err)
			}
		}
		var seen recounted
		for year := 2018; year <= 2022; year++ {
			for _, code := range []string{"shi", "cz"} {
				got, err := db.ReportFacts(ctx, ids[code], year, false, report.Format{})
				if err != nil {
					t.Fatal(err)
				}
				_, below, err := db.TableAgencies(ctx, ids[code], year, false)
				if err != nil {
					t.Fatal(err)
				}
				want := recountFacts(t, db, below, year)
				if diff := cmp.Diff(want, pick(got)); diff != "" {
					t.Errorf("%s %d: recounted, counted: %s", code, year, diff)
				}
				seen.OpenOver, seen.Late, seen.Unknown, seen.FeeCases = seen.OpenOver+got.OpenOver, seen.Late+got.Late, seen.Unknown+got.Unknown, seen.FeeCases+got.FeeCases
			}
		}
		if seen.OpenOver < 50 || seen.Late < 50 || seen.Unknown < 5 || seen.FeeCases < 50 {
			t.Errorf("the draw is too tame: %+v", seen)
		}
	})
}

// recounted are those of the facts that are recounted.
type recounted struct {
	OpenOver, Answers, Late, Unknown, FeeCases, FeeFen int64
	OpenCases, LateCases                               []string
}

func pick(f report.Facts) recounted {
	return recounted{f.OpenOver, f.Answers, f.Late, f.Unknown, f.FeeCases, f.FeeFen, f.OpenCases, f.LateCases}
}

func recountFacts(t *testing.T, db *DB, ids []int64, year int) (f recounted) {
	t.Helper()
	type named struct {
		on     string
		id     int64
		number string
	}
	var open, late []named
	end := testkit.Day(endOf(year))
	if err := eachCase(db, ids, func(c *cases.Case, r cases.Row) {
		if !r.ReceivedOn.After(end) && (r.AnsweredOn.IsZero() || r.AnsweredOn.After(end)) && !r.DueOn.IsZero() && r.DueOn.Before(end) {
			f.OpenOver++
			open = append(open, named{"", c.ID, c.Number})
		}
		if r.AnsweredOn.Year() == year && r.Outcome.CountsAsAnswer() {
			f.Answers++
			switch r.Late {
			case deadline.Yes:
				f.Late++
			case deadline.Unknown:
				f.Unknown++
			}
		}
		if r.AnsweredOn.Year() == year && r.Late == deadline.Yes {
			late = append(late, named{r.ReceivedOn.String(), c.ID, c.Number})
		}
		if fen := paidIn(c, year); fen > 0 {
			f.FeeCases, f.FeeFen = f.FeeCases+1, f.FeeFen+fen
		}
	}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		of []named
		to *[]string
	}{{open, &f.OpenCases}, {late, &f.LateCases}} {
		slices.SortFunc(x.of, func(a, b named) int { return by.Or(strings.Compare(a.on, b.on), by.Compare(a.id, b.id)) })
		for _, n := range x.of[:min(len(x.of), mostNamed)] {
			*x.to = append(*x.to, n.number)
		}
	}
	return f
}

// The text's facts come from the records of the table.
func TestReportFacts(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a")
		create(t, db, ids["a"], answered(record("2022-03-07"), "2022-03-21", "disclose.provided"))
		create(t, db, ids["a"], answered(record("2023-03-06"), "2023-03-20", "disclose.provided"))
		create(t, db, ids["a"], answered(record("2024-03-04"), "2024-03-20", "disclose.provided"))
		create(t, db, ids["shi"], answered(record("2024-03-04"), "2024-06-20", "withhold.process_info"))
		f, err := db.ReportFacts(ctx, ids["shi"], 2024, false, report.Format{})
		if err != nil || !f.Government || f.Before == nil || f.Late != 1 || len(f.LateCases) != 1 || f.Answers != 2 || f.Since != 2022 || f.Cumulative != 4 {
			t.Fatalf("%+v %v", f, err)
		}
		said := map[string]report.Sentence{}
		for _, s := range f.Sentences(false) {
			said[s.Code] = s
		}
		for code, want := range map[string]string{"received": "2024年，机关shi新收政府信息公开申请2件。", "change": "比上年增加1件，增加100.00%。",
			"channels": "从申请渠道看，网络申请2件，占100.00%。", "levels": "从受理机关看，本级政府1件，占50.00%；各级政府工作部门1件，占50.00%。",
			"refusals": "不予公开的理由中，属于四类过程性信息1件，占100.00%。"} {
			if got := said[code].Text(); got != want {
				t.Errorf("%s: %s, want %s", code, got, want)
			}
		}
		if !strings.Contains(said["on_time"].Untrue, f.LateCases[0]) {
			t.Errorf("all in time is not refused: %+v", said["on_time"])
		}
		if err := db.EnterText(ctx, stamp("2025-01-08"), ids["shi"], 2024, false, 0, report.Text{Free: map[string]string{"other": "无。"}}); err != nil {
			t.Fatal(err)
		}
		if err := db.EnterText(ctx, stamp("2025-01-08"), ids["shi"], 2024, false, 0, report.Text{}); !Is(err, Conflict) {
			t.Errorf("a stale form: %v", err)
		}
		last, err := db.LastText(ctx, ids["shi"], 2024, false)
		if err != nil || last.Place != 1 || last.Text.Free["other"] != "无。" {
			t.Errorf("%+v %v", last, err)
		}
		clean(t, db)
	})
}

// What is answered after the year stands open in its report, without an outcome.
func TestMemberOf(t *testing.T) {
	for _, x := range []struct {
		name, text string
		want       Member
	}{
		{"在办", "2025natural/", Member{Kind: "natural", Received: 2025}},
		{"当年答复", "20242025law_firm/other.withdrawn", Member{Kind: "law_firm", Received: 2024, Answered: 2025, Outcome: "other.withdrawn"}},
		{"次年才答复", "20252026natural/disclose.provided", Member{Kind: "natural", Received: 2025}},
	} {
		if got := memberOf(x.text, 2025); got != x.want {
			t.Errorf("%s：%+v，应为 %+v", x.name, got, x.want)
		}
	}
}
