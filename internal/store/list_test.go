package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// randomRecord makes up a ledger line of the years 2018 to 2021, as odd as
// imports may be.
func randomRecord(r *rand.Rand) cases.Record {
	from := testkit.Day("2018-06-01")
	channels := []string{"in_person", "online", "letter_registered", "letter_ordinary", "email"}
	rec := cases.Record{ReceivedOn: from.AddDays(r.IntN(1200)), Channel: mustChannel(channels[r.IntN(len(channels))]),
		Kind: cases.ApplicantKinds()[r.IntN(6)], Applicant: fmt.Sprintf("申请人%d", r.IntN(1000)),
		Phone: fmt.Sprint(13900000000 + r.IntN(1000)), Content: fmt.Sprintf("第%d号地块的征收批文", r.IntN(1_000_000))}
	if r.IntN(6) == 0 {
		rec.SupplementAskedOn = rec.ReceivedOn.AddDays(1 + r.IntN(7))
		if r.IntN(3) > 0 {
			rec.SupplementReceivedOn = rec.SupplementAskedOn.AddDays(1 + r.IntN(20))
		}
	}
	last := calendar.Later(rec.ReceivedOn, calendar.Later(rec.SupplementAskedOn, rec.SupplementReceivedOn))
	if r.IntN(8) == 0 {
		rec.ConsultSentOn = last
	}
	if r.IntN(5) > 0 {
		outcomes := cases.Outcomes()
		rec.AnsweredOn, rec.Outcome = last.AddDays(1+r.IntN(60)), outcomes[r.IntN(len(outcomes))]
		for i := range rec.Remedies {
			if r.IntN(6) == 0 {
				rec.Remedies[i] = randomRemedy(r, rec.AnsweredOn)
			}
		}
	}
	return rec
}

func randomRemedy(r *rand.Rand, answered calendar.Date) cases.RemedyRecord {
	m := cases.RemedyRecord{Result: cases.Results()[r.IntN(4)]}
	if r.IntN(3) > 0 {
		m.FiledOn = answered.AddDays(r.IntN(60))
		if m.Result != cases.Pending && r.IntN(3) > 0 {
			m.ClosedOn = m.FiledOn.AddDays(r.IntN(500))
		}
	}
	return m
}

// register fills a database with made-up cases of a government (root) and three
// departments (a, b, c), and gives the ids of the agencies by code.
func register(t testing.TB, db *DB, n int) map[string]int64 {
	t.Helper()
	ids := agencies(t, db, "root", "a", "b", "c")
	r := rand.New(rand.NewPCG(7, 7))
	job := ImportJob{FileName: "ledger.csv", FileHash: "ab"}
	codes := []string{"root", "a", "a", "b", "c"}
	for range n {
		rec := randomRecord(r)
		rec.Agency = codes[r.IntN(len(codes))]
		job.Rows = append(job.Rows, ImportRow{Line: len(job.Rows) + 2, Record: rec})
	}
	if _, err := db.Import(context.Background(), stamp("2022-01-10"), job); err != nil {
		t.Fatalf("import: %v", err)
	}
	return ids
}

// all walks a list to its end and gives the ids, in order.
func all(t testing.TB, db *DB, f Filter, s Sort, limit int) []CaseRow {
	t.Helper()
	var out []CaseRow
	for after := Cursor(""); ; {
		page, err := db.List(context.Background(), f, s, after, limit)
		if err != nil {
			t.Fatalf("list: %v", err)
		}
		out = append(out, page.Rows...)
		if page.Next == "" {
			return out
		}
		if len(page.Rows) != limit {
			t.Fatalf("a page of %d rows, not %d, says that there is more", len(page.Rows), limit)
		}
		after = page.Next
	}
}

func caseIDs(rows []CaseRow) []int64 {
	out := make([]int64, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out
}

func TestCellsListWhatTheyCount(t *testing.T) {
	// Every figure of every table, sums and table 四 included, lists exactly the
	// cases that it counts.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 400)
		for _, year := range []int{2018, 2019, 2020, 2021} {
			for _, own := range []bool{false, true} {
				checkCells(t, db, ids["root"], year, own, report.FormatOf(year))
			}
		}
		checkCells(t, db, ids["a"], 2020, false, report.Format2021)
	})
}

func checkCells(t *testing.T, db *DB, agency int64, year int, own bool, format report.Format) {
	t.Helper()
	table, err := db.Table(context.Background(), agency, year, own, format)
	if err != nil {
		t.Fatal(err)
	}
	_, set, err := db.TableAgencies(context.Background(), agency, year, own)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range format.Rows() {
		for c := report.Column(0); c < report.Columns; c++ {
			_, sel := report.Define(report.RowCell(row, c), year, format)
			got := all(t, db, Filter{AgencyIDs: set, Cell: &sel}, SortReceived, 100)
			if want := table.Row(row)[c].N; int64(len(got)) != want {
				t.Errorf("%d own=%v %s: lists %d, counts %d", year, own, report.RowCell(row, c), len(got), want)
			}
		}
	}
	for b := report.Block(0); b < report.Blocks; b++ {
		for c := report.Result(0); c < report.RemedyColumns; c++ {
			_, sel := report.Define(report.RemedyCell(b, c), year, format)
			got := all(t, db, Filter{AgencyIDs: set, Cell: &sel}, SortNumber, 100)
			if want := table.Remedies[b][c].N; int64(len(got)) != want {
				t.Errorf("%d own=%v %s: lists %d, counts %d", year, own, report.RemedyCell(b, c), len(got), want)
			}
		}
	}
}

func TestListOrders(t *testing.T) {
	// Whatever the order and the size of a page, every case comes once, in its
	// order, and the way back shows the same pages.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 150)
		f := Filter{AgencyIDs: []int64{ids["root"], ids["a"], ids["b"], ids["c"]}}
		for _, s := range []Sort{SortDue, SortDue.Desc(), SortReceived, SortReceived.Desc(), SortNumber, SortNumber.Desc()} {
			whole := all(t, db, f, s, 500)
			if len(whole) != 150 {
				t.Fatalf("%s: %d cases", s, len(whole))
			}
			if small := all(t, db, f, s, 7); !slices.Equal(caseIDs(small), caseIDs(whole)) {
				t.Errorf("%s: pages of 7 show other cases than one page", s)
			}
			checkWayBack(t, db, f, s)
		}
		checkOrder(t, db, f)
		// Over many agencies the open ones are read another way: the same cases.
		few, many := f, f
		few.Light, many.Light = "open", "open"
		for id := range int64(agenciesAtOnce) {
			many.AgencyIDs = append(slices.Clip(many.AgencyIDs), 1_000_000+id)
		}
		for _, s := range []Sort{SortNumber, SortNumber.Desc()} {
			if a, b := all(t, db, few, s, 7), all(t, db, many, s, 7); len(a) == 0 || !slices.Equal(caseIDs(a), caseIDs(b)) {
				t.Errorf("%s: %d open cases over few agencies, %d over many, or in another order", s, len(a), len(b))
			}
			checkWayBack(t, db, many, s)
		}
	})
}

func checkWayBack(t *testing.T, db *DB, f Filter, s Sort) {
	t.Helper()
	var pages []Page
	for after := Cursor(""); ; {
		page, err := db.List(context.Background(), f, s, after, 40)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
		if after = page.Next; after == "" {
			break
		}
	}
	for i := len(pages) - 1; i > 0; i-- {
		back, err := db.List(context.Background(), f, s, pages[i].Prev, 40)
		if err != nil || !slices.Equal(caseIDs(back.Rows), caseIDs(pages[i-1].Rows)) {
			t.Errorf("%s: the way back from page %d shows other cases (%v)", s, i+1, err)
		}
		if (back.Prev == "") != (i == 1) || back.Next == "" {
			t.Errorf("%s: page %d, reached backwards, has wrong ends", s, i)
		}
	}
	if pages[0].Prev != "" {
		t.Errorf("%s: something before the first page", s)
	}
}

func checkOrder(t *testing.T, db *DB, f Filter) {
	t.Helper()
	rows := all(t, db, f, SortDue, 500)
	part := func(r CaseRow) int {
		switch {
		case !r.AnsweredOn.IsZero():
			return 2
		case r.DueOn.IsZero():
			return 1
		}
		return 0
	}
	for i := 1; i < len(rows); i++ {
		a, b := rows[i-1], rows[i]
		if part(a) > part(b) || part(a) == 0 && part(b) == 0 && a.DueOn.After(b.DueOn) || part(a) == 2 && a.AnsweredOn.Before(b.AnsweredOn) {
			t.Errorf("due: %s (%s, %s) stands before %s (%s, %s)", a.Number, a.DueOn, a.AnsweredOn, b.Number, b.DueOn, b.AnsweredOn)
		}
	}
	rows = all(t, db, Filter{AgencyIDs: f.AgencyIDs[1:2], ReceivedYear: 2020}, SortNumber, 7)
	for i, r := range rows {
		if want := fmt.Sprintf("榕a申〔2020〕%d号", i+1); r.Number != want {
			t.Fatalf("by number: place %d is %s, not %s", i+1, r.Number, want)
		}
	}
}

func TestFilters(t *testing.T) {
	// Each filter shows exactly the cases for which it holds, judged here from the
	// rows themselves.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 300)
		set := []int64{ids["root"], ids["a"], ids["b"]}
		book, today := calendar.Builtin(), testkit.Day("2021-09-10")
		open := func(r CaseRow) bool { return r.AnsweredOn.IsZero() }
		acts := func(r CaseRow) bool { return open(r) && !r.StateOn(today).Waits() }
		within := func(n int) calendar.Date { return book.Latest().Add(today, n) }
		tests := []struct {
			name string
			f    Filter
			want func(CaseRow) bool
		}{
			{"全部", Filter{}, func(CaseRow) bool { return true }},
			{"收到年度", Filter{ReceivedYear: 2019}, func(r CaseRow) bool { return r.ReceivedOn.Year() == 2019 }},
			{"收到日期", Filter{ReceivedFrom: testkit.Day("2019-02-01"), ReceivedTo: testkit.Day("2020-03-31")},
				func(r CaseRow) bool {
					return r.ReceivedOn.String() >= "2019-02-01" && r.ReceivedOn.String() <= "2020-03-31"
				}},
			{"答复截止日", Filter{AnsweredTo: testkit.Day("2019-12-31")}, func(r CaseRow) bool { return !open(r) && r.AnsweredOn.Year() <= 2019 }},
			{"一个结果", Filter{Outcome: "unable.nonexistent"}, func(r CaseRow) bool { return r.Outcome.Code() == "unable.nonexistent" }},
			{"一组结果", Filter{Outcome: "withhold"}, func(r CaseRow) bool { return r.Outcome.Group() == "withhold" }},
			{"不认识的结果", Filter{Outcome: "nonsense"}, func(CaseRow) bool { return false }},
			{"类型", Filter{Kind: "research"}, func(r CaseRow) bool { return r.Kind == cases.Research }},
			{"两种信函", Filter{Channel: "letter_registered,letter_ordinary"}, func(r CaseRow) bool { return strings.HasPrefix(r.Channel.Code(), "letter") }},
			{"状态", Filter{State: "waiting_supplement"}, func(r CaseRow) bool { return r.State == cases.StateSupplement }},
			{"逾期答复", Filter{LateAnswers: true}, func(r CaseRow) bool { return !open(r) && r.Late == 2 }},
			{"未办结", Filter{Light: "open"}, open},
			{"已办结", Filter{Light: "closed"}, func(r CaseRow) bool { return !open(r) }},
			{"等待", Filter{Light: "waiting"}, func(r CaseRow) bool { return open(r) && r.StateOn(today).Waits() }},
			{"逾期", Filter{Light: "late"}, func(r CaseRow) bool { return acts(r) && !r.DueOn.IsZero() && r.DueOn.Before(today) }},
			{"今日", Filter{Light: "today"}, func(r CaseRow) bool { return acts(r) && r.DueOn == today }},
			{"三日内", Filter{Light: "soon"}, func(r CaseRow) bool { return acts(r) && r.DueOn.After(today) && !r.DueOn.After(within(3)) }},
			{"七日内", Filter{Light: "week"}, func(r CaseRow) bool { return acts(r) && r.DueOn.After(today) && !r.DueOn.After(within(7)) }},
			{"内容", Filter{Text: "第7"}, func(r CaseRow) bool { return strings.Contains(r.Subject, "第7") }},
			{"申请人", Filter{Text: "申请人12"}, func(r CaseRow) bool { return strings.Contains(r.Applicant, "申请人12") }},
			{"编号", Filter{Text: "〔2020〕1"}, func(r CaseRow) bool { return strings.Contains(r.Number, "〔2020〕1") }},
			{"通配符照字面找", Filter{Text: "%"}, func(CaseRow) bool { return false }},
			{"下划线照字面找", Filter{Text: "申请人_"}, func(CaseRow) bool { return false }},
		}
		whole := all(t, db, Filter{AgencyIDs: set}, SortReceived, 500)
		for _, test := range tests {
			test.f.AgencyIDs, test.f.Today, test.f.Book = set, today, book
			var want []int64
			for _, r := range whole {
				if test.want(r) {
					want = append(want, r.ID)
				}
			}
			got := caseIDs(all(t, db, test.f, SortReceived, 20))
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d cases, want %d", test.name, len(got), len(want))
			}
		}
		checkLights(t, db, set, today, book)
	})
}

func checkLights(t *testing.T, db *DB, set []int64, today calendar.Date, book *calendar.Book) {
	t.Helper()
	lights, err := db.Lights(context.Background(), set, today, book)
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{"late": lights.Late, "today": lights.Today, "soon": lights.Soon, "waiting": lights.Waiting, "open": lights.Open} {
		if got := len(all(t, db, Filter{AgencyIDs: set, Light: name, Today: today, Book: book}, SortDue, 50)); got != n {
			t.Errorf("light %s counts %d, lists %d", name, n, got)
		}
	}
	if lights.Late == 0 || lights.Waiting == 0 {
		t.Errorf("the register has no late or no waiting case: %+v proves nothing", lights)
	}
}

func TestListRefusesForeignCursors(t *testing.T) {
	// A cursor of another order, or no cursor at all, is a sentence and no fault.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 30)
		f := Filter{AgencyIDs: []int64{ids["root"], ids["a"], ids["b"], ids["c"]}}
		page, err := db.List(context.Background(), f, SortReceived, "", 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []Cursor{page.Next + "x", "nonsense", "e30"} {
			if _, err := db.List(context.Background(), f, SortReceived, c, 5); !Is(err, Invalid) {
				t.Errorf("cursor %q: %v", c, err)
			}
		}
		if _, err := db.List(context.Background(), f, SortDue, page.Next, 5); !Is(err, Invalid) {
			t.Errorf("cursor of another order: %v", err)
		}
		if empty, err := db.List(context.Background(), Filter{}, SortDue, "", 5); err != nil || len(empty.Rows) != 0 {
			t.Errorf("no agencies: %d rows, %v", len(empty.Rows), err)
		}
		if _, err := db.List(context.Background(), Filter{AgencyIDs: f.AgencyIDs, Light: "红"}, SortDue, "", 5); !Is(err, Invalid) {
			t.Errorf("unknown light: %v", err)
		}
	})
}

func TestLevelsAddUp(t *testing.T) {
	// Levels, agencies and the cumulative figure agree with the table they explain.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), register(t, db, 300)
		sum := int64(0)
		for _, year := range []int{2018, 2019, 2020, 2021} {
			table, err := db.Table(ctx, ids["root"], year, false, report.Format{})
			if err != nil {
				t.Fatal(err)
			}
			levels, err := db.Levels(ctx, ids["root"], year)
			if err != nil {
				t.Fatal(err)
			}
			var received, answered int64
			for _, l := range levels {
				received, answered = received+l.Received, answered+l.Answered
			}
			if received != table.New[report.TotalColumn].N || answered != table.Total[report.TotalColumn].N {
				t.Errorf("%d: levels %d and %d, table %s and %s", year, received, answered, table.New[report.TotalColumn], table.Total[report.TotalColumn])
			}
			sum += received
			_, set, err := db.TableAgencies(ctx, ids["root"], year, false)
			if err != nil {
				t.Fatal(err)
			}
			total, err := db.Cumulative(ctx, set, year)
			if err != nil || total.Received != sum || total.Since != 2018 {
				t.Errorf("%d: cumulative %+v, want %d (%v)", year, total, sum, err)
			}
			busiest, err := db.Busiest(ctx, set, year, 2)
			if err != nil || len(busiest) != 2 || busiest[0].Received < busiest[1].Received {
				t.Errorf("%d: busiest %+v (%v)", year, busiest, err)
			}
		}
	})
}

func TestExportReturnsTheLedger(t *testing.T) {
	// What was imported comes out again, line for line.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 350)
		set := []int64{ids["root"], ids["a"], ids["b"], ids["c"]}
		var out []ImportRow
		if err := db.ExportCases(context.Background(), set, 0, func(r cases.Record) error {
			out = append(out, ImportRow{Record: r})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if len(out) != 350 {
			t.Fatalf("%d lines came out of 350", len(out))
		}
		again, err := db.Import(context.Background(), stamp("2022-02-01"), ImportJob{Rows: out, FileHash: "cd", DryRun: true})
		if err != nil || again.Unchanged != 350 {
			t.Errorf("read back: %+v, %v", again, err)
		}
		n := 0
		if err := db.ExportCases(context.Background(), set, 2020, func(r cases.Record) error {
			if r.ReceivedOn.Year() != 2020 {
				t.Errorf("%s was received on %s", r.Number, r.ReceivedOn)
			}
			n++
			return nil
		}); err != nil || n == 0 {
			t.Errorf("%d lines of 2020, %v", n, err)
		}
	})
}

func TestCountRowsAgreesWithTheTallies(t *testing.T) {
	// The rows counted by date give the same tables as the tallies.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), register(t, db, 300)
		again, err := cases.Open(ids["a"], stamp("2021-06-03"), calendar.MustParse("2021-06-01"),
			cases.Received{Channel: mustChannel("in_person"), ApplicantKind: cases.Natural, Remade: 1}, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Create(ctx, stamp("2021-06-03"), again); err != nil {
			t.Fatal(err)
		}
		for _, year := range []int{2017, 2018, 2019, 2020, 2021, 2022} {
			for _, set := range [][]int64{{ids["a"]}, {ids["root"], ids["a"], ids["b"], ids["c"]}} {
				tallies, err := db.TableTallies(ctx, set, year)
				if err != nil {
					t.Fatal(err)
				}
				counted, err := db.CountRows(ctx, set, year)
				if err != nil {
					t.Fatal(err)
				}
				f := report.FormatOf(year)
				if diff := cmp.Diff(report.Count(year, f, tallies, nil), report.Count(year, f, counted, nil), cmp.AllowUnexported(report.RowKey{}, report.Format{})); diff != "" {
					t.Errorf("%d: %s", year, diff)
				}
			}
		}
	})
}

// Numbers from outside the series are listed by number, whatever order they were
// registered in, and every page goes on where the last one ended.
func TestNumbersFromOutside(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := agencies(t, db, "a")
		r := rand.New(rand.NewPCG(1, 17))
		job := ImportJob{FileName: "ledger.csv", FileHash: "ab"}
		var want []string
		for i := range 40 {
			rec := randomRecord(r)
			rec.Agency, rec.Number = "a", fmt.Sprintf("旧%03d", (i*17)%40)
			want = append(want, rec.Number)
			job.Rows = append(job.Rows, ImportRow{Line: i + 2, Record: rec})
		}
		if _, err := db.Import(context.Background(), stamp("2022-01-10"), job); err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		for _, s := range []Sort{SortNumber, SortNumber.Desc()} {
			var got []string
			for _, row := range all(t, db, Filter{AgencyIDs: []int64{ids["a"]}}, s, 7) {
				got = append(got, row.Number)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", s, diff)
			}
			slices.Reverse(want)
		}
	})
}
