package store

import (
	"context"
	"testing"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/testkit"
)

// BenchmarkMonitor measures the city's page: 538 agencies in groups as its table
// has them, the figures of the year, twelve months of trends, and what is open. It
// is held against bare statements that read the same rows of the same tables in
// the same run, and against the 200 ms that the page may take at the server.
func BenchmarkMonitor(b *testing.B) {
	n := benchCases(b)
	b.Run(SQLite, func(b *testing.B) { measureMonitor(b, SQLite, n) })
	b.Run(Postgres, func(b *testing.B) { measureMonitor(b, Postgres, n) })
}

func measureMonitor(b *testing.B, engine string, n int) {
	if b.N > 1 {
		return // measured once; the figures are the result
	}
	ctx := context.Background()
	f := &measured{b: b, judge: n >= benchJudged}
	db, _, all := benchRegister(b, engine, n)
	var groups [][]int64 // the city, some fifty departments alone, twelve districts with the rest
	groups = append(groups, all[:1])
	for i := 1; i <= 50; i++ {
		groups = append(groups, all[i:i+1])
	}
	for i := range 12 {
		var district []int64
		for at := 51 + i; at < len(all); at += 12 {
			district = append(district, all[at])
		}
		groups = append(groups, district)
	}
	day, year := testkit.Day("2026-01-05"), Months{benchYear*100 + 1, benchYear*100 + 12}
	page := usual(b, func() error { _, err := db.Monitor(ctx, groups, year, year, day); return err })
	bare := usual(b, func() error { return bareMonitor(db, year) })
	f.say("open cases", "%d", count(b, db, "SELECT COUNT(*) FROM cases WHERE answered_on = ''"))
	f.say("rows of the tally of days in the year", "%d", count(b, db, "SELECT COUNT(*) FROM tally_days WHERE answered_month >= ? AND answered_month <= ?", year.From, year.To))
	f.say("the monitor's query, all agencies", "%s", page)
	f.say("bare statements over the same rows", "%s", bare)
	f.atMost("monitor / bare statements", ratio(page, bare), 8) // they sum in the order of an index, it groups
	f.atMost("monitor / 200 ms", ratio(page, 200*time.Millisecond), 1)
	one := usual(b, func() error { _, err := db.Monitor(ctx, [][]int64{all[1:2]}, year, year, day); return err })
	f.say("the monitor's query, one agency", "%s", one)
	open := usual(b, func() error { _, err := db.OpenOn(ctx, all, day, day); return err })
	f.say("the overdue review's list of today, all agencies", "%s", open)
	for name, agencies := range map[string][]int64{"all agencies": all, "one agency": all[1:2]} {
		f.say("answers without their letter of 90 days, "+name, "%s", usual(b, func() error { _, err := db.WithoutOriginal(ctx, agencies, day.AddDays(-90)); return err }))
		f.say("answers without service of 90 days, "+name, "%s", usual(b, func() error { _, _, err := db.Unserved(ctx, agencies, day.AddDays(-90)); return err }))
	}
	book := calendar.Builtin()
	f.say("lights, all agencies", "%s", usual(b, func() error { _, err := db.Lights(ctx, all, day, book); return err }))
	f.print("city's page: " + engine)
}

// bareMonitor reads once, without grouping or naming anything, each row that the
// monitor's figures rest on: the tallies of the year and the open cases.
func bareMonitor(db *DB, year Months) error {
	var sum int64
	for _, q := range []string{"SELECT SUM(n) FROM tally_days WHERE answered_month >= ? AND answered_month <= ?", "SELECT SUM(n) FROM tally_days WHERE answered_month >= ? AND answered_month <= ?",
		"SELECT SUM(n) FROM tally_channels WHERE received_month >= ? AND received_month <= ?", "SELECT SUM(n) FROM tally_courses WHERE answered_month >= ? AND answered_month <= ?",
	} {
		if err := db.read.Get(&sum, db.read.Rebind(q), year.From, year.To); err != nil {
			return err
		}
	}
	return db.read.Get(&sum, "SELECT COUNT(*) FROM cases WHERE answered_on = '' AND officer_id >= 0 AND state <> '' AND waits_until >= ''")
}
