package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gongkai/internal/report"
)

// The most that locking a report, reading a living table, finding what the text
// states and comparing a locked report with the register may take.
const (
	benchLock    = 10 * time.Second // at a million cases behind the report
	benchTable   = 150 * time.Millisecond
	benchFacts   = 1500 * time.Millisecond
	benchCompare = 1500 * time.Millisecond
)

// BenchmarkAnnual locks the report of a government with everything below it, and
// reads what its living table page asks for. Half of the cases are behind the
// report; the bound of the lock is scaled to them.
func BenchmarkAnnual(b *testing.B) {
	for _, engine := range []string{SQLite, Postgres} {
		b.Run(engine, func(b *testing.B) { measureAnnual(b, engine, benchCases(b)) })
	}
}

func measureAnnual(b *testing.B, engine string, n int) {
	if b.N > 1 {
		return // measured once; the figures are the result
	}
	db, root, all := benchRegister(b, engine, n)
	ctx, out := context.Background(), &measured{b: b, judge: n >= benchJudged}
	s := stamp("2026-01-20")
	took := func(do func() error) time.Duration {
		at := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		return time.Since(at)
	}
	var locked Return
	lock := took(func() (err error) {
		locked, err = db.LockReturn(ctx, s, root, benchYear, false, "", frozen)
		return err
	})
	behind := locked.Frozen.Table.New[report.TotalColumn].N + locked.Frozen.Table.CarriedIn[report.TotalColumn].N
	out.say("cases behind the locked report", "%d", behind)
	out.atMost("locking, of ten seconds a million cases", lock.Seconds()/benchLock.Seconds()*1e6/float64(behind), 1)
	page := usual(b, func() error { return livingPage(ctx, db, root, all) })
	out.say("what the living table page asks for", "%s", page)
	out.atMost("the living table page, of 150 ms", ratio(page, benchTable), 1)
	bare := usual(b, func() error { return bareMembers(db) })
	compare := usual(b, func() error {
		moved, cells, err := db.ReturnDifferences(ctx, root, benchYear, false, 1)
		if len(moved)+len(cells) > 0 {
			b.Fatal(moved, cells)
		}
		return err
	})
	out.say("comparing the locked report, bare reading of its cases", "%s, %s", compare, bare)
	out.atMost("comparing, of 1.5 s", ratio(compare, benchCompare), 1)
	facts := took(func() error { _, err := db.ReportFacts(ctx, root, benchYear, false, report.Format{}); return err })
	out.say("the facts of the text", "%s", facts)
	out.atMost("the facts of the text, of 1.5 s", ratio(facts, benchFacts), 1)
	half := report.Span{From: report.YearSpan(benchYear).From, To: report.YearSpan(benchYear).From.AddDays(180)}
	out.say("the tables of half a year", "%s", took(func() error { _, err := db.SpanTable(ctx, SpanQuery{AgencyID: root, Span: half}); return err }))
	out.print("The annual report of a government with 538 agencies: " + engine)
}

// bareMembers reads once, within the engine, the cases behind the report in their
// order.
func bareMembers(db *DB) error {
	var n []int64
	return db.read.Select(&n, db.read.Rebind(`SELECT COUNT(*) FROM (SELECT id, kind, outcome FROM cases WHERE received_on <> '' AND received_on <= ?
		AND kind <> '' AND (answered_on = '' OR answered_on >= ?) ORDER BY id LIMIT 10000000) AS behind WHERE outcome <> 'none'`), endOf(benchYear), fmt.Sprintf("%04d-01-01", benchYear))
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
