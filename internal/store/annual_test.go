package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// ledgers imports cases of one agency, as the ledger of a year would bring them.
func ledgers(t *testing.T, db *DB, code string, records []cases.Record) {
	t.Helper()
	job := ImportJob{FileName: "台账.xlsx", FileHash: fmt.Sprint(code, len(records))}
	for i, r := range records {
		r.Agency, r.Number = code, fmt.Sprintf("%s-%d", code, i+1)
		job.Rows = append(job.Rows, ImportRow{Line: i + 2, Record: r})
	}
	if _, err := db.Import(context.Background(), stamp("2026-01-05"), job); err != nil {
		t.Fatal(err)
	}
}

// chainRecords are cases of seven years; every third is answered in the year after.
func chainRecords(r *rand.Rand, n int) []cases.Record {
	outcomes := []string{"disclose.provided", "disclose.already_public", "partial", "withhold.third_party", "unable.nonexistent", "not_processed.petition", "other.withdrawn"}
	var out []cases.Record
	for i := range n {
		year := 2018 + i*8/n
		x := record(fmt.Sprintf("%d-%02d-%02d", year, 1+r.IntN(11), 1+r.IntN(27)))
		x.Kind = cases.ApplicantKinds()[r.IntN(6)]
		on := x.ReceivedOn.AddDays(10)
		if i%3 == 0 {
			x = record(fmt.Sprintf("%d-12-%02d", year, 10+r.IntN(20)))
			on = calendar.Of(year+1, 1, 5+r.IntN(20))
		}
		if year == 2025 && i%3 == 0 {
			out = append(out, x) // still open
			continue
		}
		out = append(out, answered(x, on.String(), outcomes[r.IntN(len(outcomes))]))
	}
	return out
}

// The chain of one place over seven years: each year carries in what the one before
// carried out, as locked; a case re-dated after locking stands in the list of
// differences of exactly the years that it touches, and explains the broken link.
func TestChainOfSevenYears(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a")
		ledgers(t, db, "a", chainRecords(rand.New(rand.NewPCG(7, 7)), 240))
		lock := stamp("2026-01-20")
		tables := map[int]report.Table{}
		for year := 2018; year <= 2025; year++ {
			r, err := db.LockReturn(ctx, lock, ids["a"], year, true, "", frozen)
			if err != nil {
				t.Fatal(err)
			}
			tables[year] = r.Frozen.Table
		}
		for year := 2019; year <= 2025; year++ {
			verdicts := []report.Verdict{report.Check(tables[year-1]), report.Check(tables[year])}
			report.CheckYears([]report.Table{tables[year-1], tables[year]}, verdicts)
			apart, locked, err := db.CarriedApart(ctx, ids["a"], year, true)
			if err != nil || !locked || len(apart) != 0 || !verdicts[1].Clean() {
				t.Errorf("%d: the chain is broken: %v %v %v", year, apart, verdicts[1].Failures, err)
			}
			if tables[year].CarriedIn[report.TotalColumn].N == 0 {
				t.Errorf("%d carries nothing in: the test shows nothing", year)
			}
		}
		clean(t, db)
		// A case received at the end of 2021 and answered in 2022 turns out to be of 2022.
		page := all(t, db, Filter{AgencyIDs: []int64{ids["a"]}, ReceivedYear: 2021, AnsweredFrom: testkit.Day("2022-01-01"), AnsweredTo: testkit.Day("2022-12-31")}, SortReceived, 50)
		moved := page[0]
		later := stamp("2026-03-02")
		if err := db.Update(ctx, moved.ID, later, func(c *cases.Case) error {
			return c.Correct(later, 1, calendar.MustParse("2022-01-04"), c.Events[0].Fact)
		}); err != nil {
			t.Fatal(err)
		}
		for year := 2018; year <= 2025; year++ {
			list, cells, err := db.ReturnDifferences(ctx, ids["a"], year, true, 1)
			touched := year == 2021 || year == 2022
			if err != nil || (len(list) == 1) != touched || (len(cells) > 0) != touched || touched && list[0].Number != moved.Number {
				t.Errorf("%d: %+v %v %v", year, list, cells, err)
			}
		}
		apart, _, err := db.CarriedApart(ctx, ids["a"], 2022, true)
		if err != nil || len(apart) != 1 || apart[0].Number != moved.Number || !strings.Contains(apart[0].Before, "结转下年度") || apart[0].Now != "" {
			t.Errorf("the broken link is not explained: %+v %v", apart, err)
		}
		if _, err := db.LockReturn(ctx, later, ids["a"], 2022, true, "一件收到日期更正", frozen); err != nil {
			t.Fatal(err)
		}
		list, cells, err := db.VersionDifferences(ctx, ids["a"], 2022, true, 2)
		if err != nil || len(list) != 1 || list[0].Number != moved.Number || len(cells) == 0 {
			t.Errorf("the correction does not say what it corrects: %+v %v %v", list, cells, err)
		}
		clean(t, db)
	})
}

// A locked return is the same, bit by bit, after a thousand further changes; one
// that was tampered with is found, in every column.
func TestLockedAfterAThousandChanges(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a")
		records := chainRecords(rand.New(rand.NewPCG(3, 1)), 120)
		ledgers(t, db, "a", records)
		if _, err := db.LockReturn(ctx, stamp("2026-01-20"), ids["shi"], 2024, false, "", frozen); err != nil {
			t.Fatal(err)
		}
		read := func() string {
			var row returnRow
			if err := db.read.Get(&row, "SELECT "+returnColumns+" FROM returns"); err != nil {
				t.Fatal(err)
			}
			r, err := db.Returns(ctx, ids["shi"], 2024, false)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := json.Marshal(r[0].Frozen)
			return fmt.Sprintf("%s %x %x %s", b, row.Members, row.Signature, row.Hash)
		}
		first := read()
		page := all(t, db, Filter{AgencyIDs: []int64{ids["a"]}}, SortReceived, 200)
		s := stamp("2026-02-02")
		for i := range 1000 {
			s.At += 1000
			err := db.Update(ctx, page[i%len(page)].ID, s, func(c *cases.Case) error {
				last := c.Events[0]
				for _, e := range c.Events {
					if _, receipt := e.Fact.(cases.Received); receipt {
						last = e
					}
				}
				return c.Correct(s, last.Seq, last.On.AddDays(1-2*(i/len(page)%2)), last.Fact)
			})
			if err != nil {
				t.Fatalf("change %d: %v", i, err)
			}
		}
		if read() != first {
			t.Error("the locked return moved with the register")
		}
		if moved, _, err := db.ReturnDifferences(ctx, ids["shi"], 2024, false, 1); err != nil {
			t.Error(err, moved)
		}
		clean(t, db)
		for _, change := range []string{"data = REPLACE(data, '\"new\"', '\"New\"')", "members = data_of_another", "calendar = 'x'", "reason = 'x'", "hash = 'x'", "signature = mac", "locked_by = 'user:2'", "submitted_on = '2026-01-21'"} {
			column, _, _ := strings.Cut(change, " ")
			if strings.HasPrefix(change, "members") {
				change = "members = mac"
			}
			var was any
			if err := db.read.Get(&was, "SELECT "+column+" FROM returns"); err != nil {
				t.Fatal(err)
			}
			if _, err := db.write.Exec("UPDATE returns SET " + change); err != nil {
				t.Fatal(err)
			}
			found := ""
			if _, err := db.Verify(ctx, VerifyJob{Found: func(d Difference) { found += d.Table + " " }}); err != nil || !strings.Contains(found, "returns") {
				t.Errorf("%s was not found: %s %v", change, found, err)
			}
			if _, err := db.write.Exec(db.write.Rebind("UPDATE returns SET "+column+" = ?"), was); err != nil {
				t.Fatal(err)
			}
		}
		clean(t, db)
	})
}

// The tables of a period, and of a day that is past, are those that counting the
// cases one by one gives.
func TestSpanTables(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a", "b")
		create(t, db, ids["a"], answered(record("2024-03-04"), "2024-03-20", "disclose.provided"))
		create(t, db, ids["b"], answered(record("2024-06-20"), "2024-07-05", "partial"))
		open := create(t, db, ids["a"], record("2024-06-25"))
		half := report.Span{From: testkit.Day("2024-01-01"), To: testkit.Day("2024-06-30")}
		get := func(q SpanQuery) [4]int64 {
			got, err := db.SpanTable(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			return [4]int64{got.New[6].N, got.CarriedIn[6].N, got.Total[6].N, got.CarriedOut[6].N}
		}
		second := report.Span{From: testkit.Day("2024-07-01"), To: testkit.Day("2024-12-31")}
		for name, x := range map[string]struct {
			q    SpanQuery
			want [4]int64
		}{
			"上半年": {SpanQuery{AgencyID: ids["shi"], Span: half}, [4]int64{3, 0, 1, 2}},
			"下半年": {SpanQuery{AgencyID: ids["shi"], Span: second}, [4]int64{0, 2, 1, 1}},
			"本机关": {SpanQuery{AgencyID: ids["a"], Own: true, Span: half}, [4]int64{2, 0, 1, 1}},
			"全年":  {SpanQuery{AgencyID: ids["shi"], Span: report.YearSpan(2024)}, [4]int64{3, 0, 2, 1}},
			"当时已知": {SpanQuery{AgencyID: ids["shi"], Span: report.YearSpan(2024), AsOf: EndOfDay(testkit.Day("2024-03-05"))},
				[4]int64{1, 0, 1, 0}}, // create writes all facts on the day of receipt
			"什么都不知": {SpanQuery{AgencyID: ids["shi"], Span: report.YearSpan(2024), AsOf: EndOfDay(testkit.Day("2024-01-05"))}, [4]int64{}},
		} {
			if got := get(x.q); got != x.want {
				t.Errorf("%s: %v, want %v", name, got, x.want)
			}
		}
		late := stamp("2025-02-03")
		if err := db.Update(ctx, open.ID, late, func(c *cases.Case) error {
			return c.Correct(late, 1, testkit.Day("2024-07-02"), c.Events[0].Fact)
		}); err != nil {
			t.Fatal(err)
		}
		if got := get(SpanQuery{AgencyID: ids["shi"], Span: half}); got != [4]int64{2, 0, 1, 1} {
			t.Errorf("corrected: %v", got)
		}
		if got := get(SpanQuery{AgencyID: ids["shi"], Span: half, AsOf: EndOfDay(testkit.Day("2025-02-02"))}); got != [4]int64{3, 0, 1, 2} {
			t.Errorf("as known the day before the correction: %v", got)
		}
		// A cell of a period opens exactly its cases.
		for cell, want := range map[string]int{"applications/new/total": 2, "applications/total/total": 1, "applications/carried_out/total": 1, "applications/partial/natural": 0} {
			ref, err := report.ParseCellRef(cell)
			if err != nil {
				t.Fatal(err)
			}
			_, s := report.DefineSpan(ref, half, report.Format2021)
			page, err := db.List(ctx, Filter{AgencyIDs: []int64{ids["a"], ids["b"]}, Cell: &s}, SortReceived, "", 50)
			if err != nil || len(page.Rows) != want {
				t.Errorf("%s opens %d cases, want %d; %v", cell, len(page.Rows), want, err)
			}
		}
	})
}

// randomReturn is a table that agrees with itself.
func randomReturn(r *rand.Rand, name string, year int) report.Table {
	t := report.NewTable(name, year, report.FormatOf(year))
	for _, key := range t.Format.Rows() {
		row := t.Row(key)
		for c := report.Natural; c < report.TotalColumn; c++ {
			n := int64(0)
			if !key.Group().IsZero() {
				n = r.Int64N(4)
				t.Total[c].N += n
				t.Total[report.TotalColumn].N += n
			} else if key == report.RowCarriedOut || key == report.RowCarriedIn {
				n = r.Int64N(3)
			}
			row[c].N += n
			row[report.TotalColumn].N += n
		}
	}
	for c := range t.New {
		t.New[c].N = t.Total[c].N + t.CarriedOut[c].N - t.CarriedIn[c].N
		if t.New[c].N < 0 {
			return randomReturn(r, name, year)
		}
	}
	return t
}

// A tree of 538 agencies with 50 returns from outside: the sum of the government is
// the sum of its parts, cell by cell; one wrong cell in one return is refused and
// its place told; one that was sent back leaves the sum.
func TestRollUpOf538(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		var lines []AgencyLine
		lines = append(lines, AgencyLine{Agency: cases.Agency{Code: "shi", Name: "示例市", ShortName: "示", Kind: cases.Government}, Line: 2})
		for i := range 537 {
			code, parent, kind := fmt.Sprintf("u%03d", i), "shi", cases.Department
			if i < 13 {
				kind = cases.Government
			} else if i >= 60 {
				parent = fmt.Sprintf("u%03d", i%13)
			}
			lines = append(lines, AgencyLine{Agency: cases.Agency{Code: code, Name: "机关" + code, ShortName: code, Kind: kind}, ParentCode: parent, Line: i + 3})
		}
		if _, err := db.ImportAgencies(ctx, stamp("2024-01-02"), lines); err != nil {
			t.Fatal(err)
		}
		spans, err := db.Agencies(ctx)
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]int64{}
		for _, a := range spans {
			ids[a.Code] = a.ID
		}
		r := rand.New(rand.NewPCG(5, 38))
		job := ImportJob{FileName: "全市台账.xlsx", FileHash: "roll-up"}
		want := report.NewTable("示例市", 2024, report.Format2021)
		for i, x := range chainRecords(r, 400) {
			x.Agency, x.Number = fmt.Sprintf("u%03d", r.IntN(480)), fmt.Sprint("H", i)
			job.Rows = append(job.Rows, ImportRow{Line: i + 2, Record: x})
			received, ended, outcome := x.ReceivedOn.Year(), 0, ""
			if !x.AnsweredOn.IsZero() {
				ended, outcome = x.AnsweredOn.Year(), x.Outcome.Code()
			}
			want.Add(report.Count(2024, report.Format2021, []report.Tally{{Kind: x.Kind.Column(), ReceivedYear: received, AnsweredYear: ended, Outcome: outcome, Count: 1}}, nil))
		}
		if _, err := db.Import(ctx, stamp("2025-01-05"), job); err != nil {
			t.Fatal(err)
		}
		s := stamp("2025-01-20")
		for i := 487; i < 537; i++ {
			code := fmt.Sprintf("u%03d", i)
			one := randomReturn(r, "机关"+code, 2024)
			if i == 500 {
				bad := one.Clone()
				bad.Row(report.RowTotal)[2].N++
				err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids[code], Year: 2024, Table: &bad, Source: "workbook"})
				if !Is(err, Invalid) || !strings.Contains(err.Error(), "科研机构") || !strings.Contains(err.Error(), "K2") {
					t.Errorf("a wrong cell: %v", err)
				}
			}
			if err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids[code], Year: 2024, Table: &one, Source: "workbook"}); err != nil {
				t.Fatalf("%s: %v", code, err)
			}
			want.Add(one)
		}
		got, err := db.Table(ctx, ids["shi"], 2024, false, report.Format2021)
		if err != nil {
			t.Fatal(err)
		}
		if cells := got.Differences(want); len(cells) > 0 {
			t.Errorf("the sum is not the sum of the parts: %v", cells)
		}
		units, err := db.UnitTables(ctx, ids["shi"], 2024, false)
		if err != nil {
			t.Fatal(err)
		}
		var each []report.Table
		for _, u := range units {
			each = append(each, u.Report())
		}
		if found := report.CheckSum(got, each...); len(found) > 0 {
			t.Errorf("K9: %v", found[0].Message)
		}
		// One return is sent back: it is in no sum until it comes again.
		states, err := db.ReturnStates(ctx, 2024)
		if err != nil || states[ids["u490"]].N != 1 || states[ids["u490"]].Review != nil {
			t.Fatalf("%+v %v", states[ids["u490"]], err)
		}
		one := ReviewedReturn{AgencyID: ids["u490"], Name: "机关u490", Of: "outside", N: 1}
		if err := db.ReviewReturns(ctx, s, ids["shi"], 2024, []ReviewedReturn{one}, false, ""); !Is(err, Invalid) {
			t.Errorf("sent back without a word: %v", err)
		}
		if err := db.ReviewReturns(ctx, s, ids["shi"], 2024, []ReviewedReturn{one}, false, "表四未填"); err != nil {
			t.Fatal(err)
		}
		if err := db.ReviewReturns(ctx, s, ids["shi"], 2024, []ReviewedReturn{one}, true, ""); !Is(err, Conflict) {
			t.Errorf("reviewed twice: %v", err)
		}
		without, err := db.Table(ctx, ids["shi"], 2024, false, report.Format2021)
		if err != nil || without.New[6].N != got.New[6].N-states[ids["u490"]].Outside.Table.New[6].N {
			t.Errorf("what was sent back is still in the sum: %d of %d %v", without.New[6].N, got.New[6].N, err)
		}
		if _, err := db.LockReturn(ctx, s, ids["shi"], 2024, false, "", frozen); err != nil {
			t.Fatal(err)
		}
		if err := db.ChaseReturns(ctx, s, ids["shi"], 2024, []int64{ids["u480"]}, testkit.Day("2025-01-31")); err != nil {
			t.Fatal(err)
		}
		clean(t, db)
		// A return with all below it counts nobody twice.
		if err := db.EnterOutside(ctx, s, OutsideEntry{Agency: ids["u003"], Year: 2024, Table: each0(r), Source: "json", Whole: true}); !Is(err, Invalid) {
			t.Errorf("a whole beside its parts: %v", err)
		}
	})
}

func each0(r *rand.Rand) *report.Table {
	t := randomReturn(r, "机关u003", 2024)
	return &t
}

// What is entered beside the cases holds, is versioned by year, follows the tree,
// and is found when it was changed by hand.
func TestFiguresAndCounting(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-01-20")
		if _, err := db.ImportAgencies(ctx, stamp("2023-01-02"), []AgencyLine{
			{Agency: cases.Agency{Code: "shi", Name: "示例市", ShortName: "示", Kind: cases.Government}, Line: 2},
			{Agency: cases.Agency{Code: "a", Name: "机关a", ShortName: "a", Kind: cases.Department}, ParentCode: "shi", Line: 3},
			{Agency: cases.Agency{Code: "sw", Name: "示例市税务局", ShortName: "税", Kind: cases.Vertical}, ParentCode: "shi", Line: 4}}); err != nil {
			t.Fatal(err)
		}
		spans, _ := db.Agencies(ctx)
		ids := map[string]int64{}
		for _, a := range spans {
			ids[a.Code] = a.ID
		}
		by := record("2024-03-04")
		by.Channel = mustChannel("fax")
		create(t, db, ids["a"], answered(by, "2024-03-20", "disclose.provided"))
		create(t, db, ids["a"], answered(record("2023-03-06"), "2023-03-20", "other.withdrawn"))
		create(t, db, ids["sw"], answered(record("2024-03-04"), "2024-03-20", "disclose.provided"))
		f := report.Figures{Named: []report.Named{{Name: "培训次数", Value: "19", Unit: "次"}}, Opening: &report.Opening{Since: 2008, Through: 2023, Own: 982, Lower: 1750, Departments: 11475}}
		if err := db.EnterFigures(ctx, s, ids["shi"], 2024, false, 0, f); err != nil {
			t.Fatal(err)
		}
		if err := db.EnterFigures(ctx, s, ids["shi"], 2024, false, 0, f); !Is(err, Conflict) {
			t.Errorf("a stale form: %v", err)
		}
		f.Opening.Through = 2024
		if err := db.EnterFigures(ctx, s, ids["shi"], 2024, false, 1, f); !Is(err, Invalid) {
			t.Errorf("an opening within the year: %v", err)
		}
		facts, err := db.ReportFacts(ctx, ids["shi"], 2024, false, report.Format{})
		if err != nil || facts.Cumulative != 14208 || facts.Levels3 != [3]int64{982, 1750, 11476} || facts.Channels[1].N != 1 {
			t.Fatalf("%+v %v", facts, err)
		}
		if got, _, err := db.Figures(ctx, ids["shi"], 2025, false); err != nil || got.Opening == nil || len(got.Named) > 0 {
			t.Errorf("the opening does not stay: %+v %v", got, err)
		}
		// 统计口径: 传真计入信函，垂直管理单位计入汇总，自2024年起。
		c := report.Counting{Answers: map[string]string{"fax_email": "letter", "vertical": "in"}}
		if err := db.SetCounting(ctx, s, ids["shi"], 2024, 0, c); err != nil {
			t.Fatal(err)
		}
		if err := db.SetCounting(ctx, s, ids["a"], 2025, 0, c); !Is(err, Invalid) {
			t.Errorf("a department against its city: %v", err)
		}
		if got, by, err := db.Counting(ctx, ids["a"], 2025); err != nil || by.AgencyID != ids["shi"] || got.Choice("fax_email").Code != "letter" {
			t.Errorf("%+v %+v %v", got, by, err)
		}
		if got, _, err := db.Counting(ctx, ids["a"], 2023); err != nil || got.Vertical() {
			t.Errorf("the year before changed: %+v %v", got, err)
		}
		facts, err = db.ReportFacts(ctx, ids["shi"], 2024, false, report.Format{})
		if err != nil || facts.Table.New[6].N != 2 || facts.Channels[2].N != 1 || facts.Levels[2].N != 2 {
			t.Errorf("not counted by it: %+v %v", facts, err)
		}
		if r, err := db.LockReturn(ctx, s, ids["shi"], 2024, false, "", frozen); err != nil || !slices.Contains(r.Frozen.Counting, "垂直管理单位计入本级汇总。") || !strings.Contains(r.Frozen.Law, "711") {
			t.Errorf("the lock does not keep the rules: %+v %v", r.Frozen, err)
		}
		clean(t, db)
		for _, change := range []string{"UPDATE report_entries SET data = REPLACE(data, '19', '91') WHERE kind = 'figures'", "DELETE FROM report_entries WHERE kind = 'counting'"} {
			if _, err := db.write.Exec(change); err != nil {
				t.Fatal(err)
			}
			found := ""
			if _, err := db.Verify(ctx, VerifyJob{Found: func(d Difference) { found += d.Table + " " }}); err != nil || !strings.Contains(found, "report_entries") {
				t.Errorf("%s was not found: %s %v", change, found, err)
			}
		}
	})
}

// The scan of a signed sheet is kept sealed with its version, given back, and found
// when it was changed.
func TestReturnScans(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s, a := context.Background(), stamp("2025-01-20"), agencies(t, db, "a")["a"]
		pdf := []byte("%PDF-1.7 签发单")
		if err := db.AttachToReturn(ctx, s, a, 2024, true, 1, SignSheet, "签发单.pdf", pdf); !Is(err, NotFound) {
			t.Errorf("before the lock: %v", err)
		}
		if _, err := db.LockReturn(ctx, s, a, 2024, true, "", frozen); err != nil {
			t.Fatal(err)
		}
		if err := db.AttachToReturn(ctx, s, a, 2024, true, 1, SignSheet, "签发单.exe", []byte("MZ\x90\x00")); err == nil {
			t.Error("a program was taken")
		}
		if err := db.AttachToReturn(ctx, s, a, 2024, true, 1, SealedPage, "../盖章页.pdf", pdf); err != nil {
			t.Fatal(err)
		}
		list, err := db.ReturnFiles(ctx, a, 2024, true)
		if err != nil || len(list) != 1 || list[0].Name != "盖章页.pdf" || list[0].Kind != SealedPage {
			t.Fatalf("%+v %v", list, err)
		}
		f, content, err := db.OpenReturnFile(ctx, s, a, 2024, true, 1, 1)
		if err != nil || string(content) != string(pdf) || f.MIME == "" {
			t.Errorf("%+v %q %v", f, content, err)
		}
		clean(t, db)
		if _, err := db.write.Exec("UPDATE return_files SET kind = 'sign_sheet'"); err != nil {
			t.Fatal(err)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences == 0 {
			t.Errorf("a changed scan was not found: %v", err)
		}
	})
}
