package store

import (
	"context"
	"testing"
	"time"

	"gongkai/internal/report"
)

// The most that locking a report and reading a living table may take.
const (
	benchLock  = 10 * time.Second // at a million cases behind the report
	benchTable = 150 * time.Millisecond
)

// BenchmarkAnnual locks the report of a government with everything below it, and
// reads what its living table page asks for. Half of the cases are behind the
// report; the bound of the lock is scaled to them.
func BenchmarkAnnual(b *testing.B) {
	n := benchCases(b)
	db, root, all := benchRegister(b, SQLite, n)
	ctx, out := context.Background(), &measured{b: b, judge: n >= benchJudged}
	s := stamp("2026-01-20")
	at := time.Now()
	locked, err := db.LockReturn(ctx, s, root, benchYear, false, "", frozen)
	if err != nil {
		b.Fatal(err)
	}
	took := time.Since(at)
	behind := locked.Frozen.Table.New[report.TotalColumn].N + locked.Frozen.Table.CarriedIn[report.TotalColumn].N
	out.say("cases behind the locked report", "%d", behind)
	out.atMost("locking, of ten seconds a million cases", took.Seconds()/benchLock.Seconds()*1e6/float64(behind), 1)
	page := usual(b, func() error { return livingPage(ctx, db, root, all) })
	out.say("what the living table page asks for", "%s", page)
	out.atMost("the living table page, of 150 ms", page.Seconds()/benchTable.Seconds(), 1)
	at = time.Now()
	if moved, cells, err := db.ReturnDifferences(ctx, root, benchYear, false, 1); err != nil || len(moved)+len(cells) > 0 {
		b.Fatal(moved, cells, err)
	}
	out.say("comparing the locked report with the register", "%s", time.Since(at))
	at = time.Now()
	if _, err := db.ReportFacts(ctx, root, benchYear, false, report.Format{}); err != nil {
		b.Fatal(err)
	}
	out.say("the facts of the text", "%s", time.Since(at))
	at = time.Now()
	half := report.Span{From: report.YearSpan(benchYear).From, To: report.YearSpan(benchYear).From.AddDays(180)}
	if _, err := db.SpanTable(ctx, SpanQuery{AgencyID: root, Span: half}); err != nil {
		b.Fatal(err)
	}
	out.say("the tables of half a year", "%s", time.Since(at))
	out.print("The annual report of a government with 538 agencies")
}

// livingPage asks what the page asks: both tables, what was locked, channels,
// levels, suits, the rules.
func livingPage(ctx context.Context, db *DB, root int64, all []int64) error {
	for _, year := range []int{benchYear, benchYear - 1} {
		if _, err := db.Table(ctx, root, year, false, report.Format{}); err != nil {
			return err
		}
		if _, err := db.Returns(ctx, root, year, false); err != nil {
			return err
		}
	}
	if _, err := db.ChannelSums(ctx, all, benchYear); err != nil {
		return err
	}
	if _, err := db.Levels(ctx, root, benchYear); err != nil {
		return err
	}
	if _, err := db.Disputes(ctx, all, benchYear); err != nil {
		return err
	}
	if _, _, err := db.Counting(ctx, root, benchYear); err != nil {
		return err
	}
	_, _, err := db.Figures(ctx, root, benchYear, false)
	return err
}
