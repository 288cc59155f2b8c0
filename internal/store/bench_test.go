package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// What is measured here are ratios within one run, and rates: both mean the same
// on every machine. They are judged (a benchmark fails) from benchJudged cases
// on; below, the fixed costs of a query hide what is measured.
const (
	benchUsual    = 20_000 // cases, where GONGKAI_BENCH_CASES says nothing
	benchJudged   = 500_000
	benchAgencies = 538 // a provincial capital with everything below it
	benchYear     = 2025
)

// benchCases is how many cases the large register holds; half of them were
// received in benchYear.
func benchCases(b *testing.B) int {
	b.Helper()
	text := os.Getenv("GONGKAI_BENCH_CASES")
	if text == "" {
		return benchUsual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		b.Fatalf("GONGKAI_BENCH_CASES=%s is no number from 1000 on", text)
	}
	return n
}

// measured collects the lines of the table that a benchmark prints.
type measured struct {
	b     *testing.B
	judge bool
	lines []string
}

func (f *measured) say(name, format string, args ...any) {
	f.lines = append(f.lines, fmt.Sprintf("%-58s %s", name, fmt.Sprintf(format, args...)))
}

// atMost notes a ratio and fails the benchmark if it is beyond its bound.
func (f *measured) atMost(name string, ratio, bound float64) {
	verdict := "held"
	switch {
	case !f.judge:
		verdict = "not judged at this size"
	case ratio > bound:
		verdict = "NOT HELD"
		f.b.Errorf("%s: %.4f, at most %.4f", name, ratio, bound)
	}
	f.say(name, "%.5f of at most %.5f: %s", ratio, bound, verdict)
}

// print writes the table past the testing package, which cuts long logs short.
func (f *measured) print(title string) {
	fmt.Printf("\n%s\n%s\n", title, strings.Join(f.lines, "\n"))
}

// usual gives the median time of a few runs.
func usual(b *testing.B, do func() error) time.Duration {
	b.Helper()
	var times []time.Duration
	for begun := time.Now(); len(times) < 3 || len(times) < 50 && time.Since(begun) < time.Second; {
		at := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(at))
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// benchRegister fills a database with n cases over benchAgencies agencies: the
// writes of the one door, in large transactions and without waiting for the disk.
func benchRegister(b *testing.B, engine string, n int) (db *DB, root int64, all []int64) {
	b.Helper()
	o := options(b, engine)
	o.Clock = testkit.Clock("2026-01-05")
	db = openAt(b, o)
	if engine == SQLite {
		if _, err := db.write.Exec("PRAGMA synchronous = OFF"); err != nil {
			b.Fatal(err)
		}
	}
	var codes []string
	for i := range benchAgencies {
		codes = append(codes, fmt.Sprintf("a%03d", i))
	}
	ids := agencies(b, db, codes...)
	root = ids[codes[0]]
	for _, code := range codes {
		all = append(all, ids[code])
	}
	r := rand.New(rand.NewPCG(1, 2))
	s := stamp("2026-01-05")
	for done := 0; done < n; {
		part := min(50_000, n-done)
		if err := db.inTx(context.Background(), func(t *tx) error { return benchFill(t, s, r, all, done, part) }); err != nil {
			b.Fatal(err)
		}
		done += part
	}
	benchTidy(b, db)
	return db, root, all
}

// benchTidy does what a PostgreSQL server does by itself in time; that of the tests
// does not.
func benchTidy(b *testing.B, db *DB) {
	b.Helper()
	if db.Engine() == Postgres {
		if _, err := db.write.Exec("VACUUM ANALYZE"); err != nil {
			b.Fatal(err)
		}
	}
}

func benchFill(t *tx, s cases.Stamp, r *rand.Rand, agencies []int64, from, n int) error {
	w := t.writer(s)
	for n > 0 {
		var batch []*newCase
		for range min(n, 200) {
			agency := agencies[min(r.IntN(len(agencies)), r.IntN(len(agencies)))] // some are busier
			rec := benchRecord(r)
			rec.Number = fmt.Sprintf("登记%d", from)
			from++
			c := cases.NewCase(agency, s, rec)
			row := &caseRow{AgencyID: agency, Number: rec.Number, Version: 1, LastSeq: len(c.Events)}
			row.setRow(w.derive.Row(c.Events))
			batch = append(batch, &newCase{c, row})
		}
		if err := w.insert(batch); err != nil {
			return err
		}
		w.digests = w.digests[:0]
		n -= len(batch)
	}
	return w.finish(SystemChain, Entry{Act: "filled"})
}

// benchRecord makes up a ledger line as offices have them: half received in
// benchYear, half in the three years before; nine of ten applicants are natural
// persons; some outcomes are usual and many rare; one case in 30 of benchYear is
// open, one in eight was supplemented, one in 100 goes to review or court.
func benchRecord(r *rand.Rand) cases.Record {
	day := calendar.Of(benchYear, 1, 1).AddDays(r.IntN(365))
	if r.IntN(2) == 0 {
		day = calendar.Of(benchYear-3, 1, 1).AddDays(r.IntN(3 * 365))
	}
	channels := []string{"online", "online", "online", "letter_registered", "in_person", "letter_ordinary"}
	out := cases.Record{ReceivedOn: day, Channel: mustChannel(channels[r.IntN(len(channels))]), Kind: cases.Natural,
		Applicant: fmt.Sprintf("申请人%d", r.IntN(1000)), Content: fmt.Sprintf("第%d号地块的征收批文", r.IntN(1_000_000))}
	if r.IntN(10) == 0 {
		out.Kind = cases.ApplicantKinds()[1+min(r.IntN(5), r.IntN(5), r.IntN(5))]
	}
	if day.Year() < benchYear || r.IntN(30) > 0 {
		outcomes := cases.Outcomes()
		place := min(r.IntN(29), r.IntN(29), r.IntN(29), r.IntN(29))
		out.AnsweredOn, out.Outcome = day.AddDays(5+r.IntN(30)), outcomes[place*7%len(outcomes)]
		if r.IntN(100) == 0 {
			out.Remedies[r.IntN(3)] = randomRemedy(r, out.AnsweredOn)
		}
	}
	if r.IntN(8) == 0 {
		out.SupplementAskedOn, out.SupplementReceivedOn = day.AddDays(2), day.AddDays(4)
	}
	return out
}

// bareScan is what a year's table costs without tallies, at its cheapest: SQLite
// counting by kind and outcome over an index that holds all it needs. Of the two
// sensible orders of the index the faster one counts.
func bareScan(b *testing.B, db *DB) time.Duration {
	b.Helper()
	orders := []string{"received_on, kind, outcome, answered_on", "kind, outcome, received_on, answered_on"}
	best := time.Duration(0)
	for i, columns := range orders {
		name := fmt.Sprintf("bench_%d", i)
		if _, err := db.write.Exec("CREATE INDEX " + name + " ON cases (" + columns + ")"); err != nil {
			b.Fatal(err)
		}
		table := "cases"
		if db.Engine() == SQLite {
			table += " INDEXED BY " + name
		}
		took := usual(b, func() error {
			var rows []struct {
				Kind    string `db:"kind"`
				Outcome string `db:"outcome"`
				N       int64  `db:"n"`
			}
			return db.read.Select(&rows, fmt.Sprintf("SELECT kind, outcome, COUNT(*) AS n FROM %s WHERE received_on >= '%d-01-01' AND received_on <= '%d-12-31' GROUP BY kind, outcome",
				table, benchYear, benchYear))
		})
		if best == 0 || took < best {
			best = took
		}
		if _, err := db.write.Exec("DROP INDEX " + name); err != nil {
			b.Fatal(err)
		}
	}
	return best
}

func BenchmarkRegister(b *testing.B) {
	n := benchCases(b)
	b.Run(SQLite, func(b *testing.B) { measureRegister(b, SQLite, n) })
	b.Run(Postgres, func(b *testing.B) { measureRegister(b, Postgres, max(2000, n/10)) })
}

func measureRegister(b *testing.B, engine string, n int) {
	if b.N > 1 {
		return // measured once; the figures are the result
	}
	ctx := context.Background()
	f := &measured{b: b, judge: engine == SQLite && n >= benchJudged}
	begun := time.Now()
	db, root, all := benchRegister(b, engine, n)
	f.say("filled", "%d cases, %d agencies, %.0f cases/s", n, len(all), float64(n)/time.Since(begun).Seconds())
	scan := bareScan(b, db)
	f.say("bare GROUP BY over a covering index", "%s", scan)
	one := usual(b, func() error { _, err := db.Table(ctx, all[1], benchYear, true, report.Format{}); return err })
	whole := usual(b, func() error { _, err := db.Table(ctx, root, benchYear, false, report.Format{}); return err })
	f.say("table of one agency, of all", "%s, %s", one, whole)
	f.atMost("table of one agency / scan", ratio(one, scan), 1.0/500)
	f.atMost("table of all / scan", ratio(whole, scan), 1.0/5)
	recount := usual(b, func() error { _, err := db.CountRows(ctx, all, benchYear); return err })
	f.say("table of all counted from the rows", "%s", recount)
	f.atMost("counted from the rows / scan", ratio(recount, scan), 1.5)
	measurePages(f, db, all, engine)
	f.print(fmt.Sprintf("%s, %d cases", engine, n))
}

// ratio compares times.
func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// measurePages holds pages of the register against those of a small one. Over all
// agencies the orders are those that the pages offer for a tree; by number one
// reads an agency. Of one agency pages are short, because a small register has
// hardly more of each.
func measurePages(f *measured, db *DB, all []int64, engine string) {
	small, _, few := benchRegister(f.b, engine, min(10_000, benchUsual))
	compare := func(name string, ids, smallIDs []int64, s Sort, limit int) {
		large := pageTime(f.b, db, ids, s, limit)
		f.say("page by "+s.String()+name, "%s", large)
		f.atMost("page by "+s.String()+name+" / at 10000 cases", ratio(large, pageTime(f.b, small, smallIDs, s, limit)), 1.5)
	}
	for _, s := range []Sort{SortDue, SortReceived, SortReceived.Desc()} {
		compare(", all agencies", all, few, s, 50)
	}
	for _, s := range []Sort{SortDue, SortReceived.Desc(), SortNumber} {
		compare(", one agency", all[1:2], few[1:2], s, 8)
	}
	book, today := calendar.Builtin(), testkit.Day("2026-01-05")
	f.say("lights, all agencies", "%s", usual(f.b, func() error { _, err := db.Lights(context.Background(), all, today, book); return err }))
}

func pageTime(b *testing.B, db *DB, agencies []int64, s Sort, limit int) time.Duration {
	return usual(b, func() error {
		page, err := db.List(context.Background(), Filter{AgencyIDs: agencies}, s, "", limit)
		if err == nil && page.Next != "" {
			_, err = db.List(context.Background(), Filter{AgencyIDs: agencies}, s, page.Next, limit)
		}
		return err
	})
}

// BenchmarkDerive turns stored events into rows, decoding included, on one core.
func BenchmarkDerive(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	var stored [][]eventRow
	t := &tx{hash: newHashers(newBenchKey())}
	for i := range 2000 {
		var rows []eventRow
		for _, e := range benchRecord(r).Events(stamp("2026-01-05")) {
			row, err := t.encodeEvent(1, int64(i), e)
			if err != nil {
				b.Fatal(err)
			}
			rows = append(rows, row)
		}
		stored = append(stored, rows)
	}
	derive := cases.Deriver{Book: calendar.Builtin()}
	var events []cases.Event
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		events = events[:0]
		for _, row := range stored[n%len(stored)] {
			e, err := row.decode()
			if err != nil {
				b.Fatal(err)
			}
			events = append(events, e)
		}
		derive.Row(events)
		n++
	}
	rate := float64(n) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "cases/s")
	if n > 100_000 && rate < 50_000 {
		b.Errorf("%.0f cases/s derived, at least 50000", rate)
	}
}

// BenchmarkLedger takes in one ledger of 100,000 rows (fewer in a small run).
func BenchmarkLedger(b *testing.B) {
	n := min(100_000, benchCases(b))
	for _, engine := range []string{SQLite, Postgres} {
		b.Run(engine, func(b *testing.B) {
			for range b.N {
				measureImport(b, engine, n)
			}
		})
	}
}

func measureImport(b *testing.B, engine string, n int) {
	b.StopTimer()
	db := openAt(b, options(b, engine))
	id := agency(b, db)
	r := rand.New(rand.NewPCG(5, 6))
	job := ImportJob{Agency: id, FileHash: "ab"}
	for i := range n {
		rec := benchRecord(r)
		rec.IDNumber, rec.Phone = fmt.Sprint(350102199001010000+i), fmt.Sprint(13900000000+i)
		job.Rows = append(job.Rows, ImportRow{Line: i + 2, Record: rec})
	}
	forgetPeak()
	b.StartTimer()
	begun := time.Now()
	if _, err := db.Import(context.Background(), stamp("2026-01-05"), job); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begun)
	b.ReportMetric(float64(n)/took.Seconds(), "rows/s")
	b.ReportMetric(peakMiB(), "MiB-peak")
	if n == 100_000 && engine == SQLite && (took > time.Minute || peakMiB() > 500) {
		b.Errorf("100,000 rows took %s and %.0f MiB, at most 60 s and 500 MiB", took, peakMiB())
	}
}
