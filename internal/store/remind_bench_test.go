package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// benchOpen is how many cases of the register are open when reminders are looked
// for, whatever its size.
const benchOpen = 20_000

// A sweep of a register of a million cases, of which 20,000 are open, takes at
// most a second, and a small multiple of a bare statement that reads the same
// rows.
func BenchmarkSweep(b *testing.B) {
	n := max(benchCases(b), 4*benchOpen)
	b.Run(SQLite, func(b *testing.B) { measureSweep(b, SQLite, n) })
	b.Run(Postgres, func(b *testing.B) { measureSweep(b, Postgres, n) })
}

func measureSweep(b *testing.B, engine string, n int) {
	if b.N > 1 {
		return // measured once; the figures are the result
	}
	ctx := context.Background()
	f := &measured{b: b, judge: n >= benchJudged}
	db, _, all := benchRegister(b, engine, n)
	today := testkit.Day("2026-01-05")
	benchPeople(b, db, all)
	benchReopen(b, db, n, today)
	lease, _, err := db.TakeLease(ctx, "jobs", "bench")
	if err != nil {
		b.Fatal(err)
	}
	sweep := func(slot string, day calendar.Date) (time.Duration, Swept) {
		begun := time.Now()
		var steps []string
		at := begun
		defer func() { f.say("  its steps", "%s", strings.Join(steps, " ")) }()
		got, err := db.Sweep(ctx, SweepJob{Step: func(int) {
			steps = append(steps, time.Since(at).Round(time.Millisecond).String())
			at = time.Now()
		}, Lease: lease, Job: "reminders", Slot: slot, Day: day, Now: day.Time(), Send: true, Channels: []string{ChannelMail}})
		if err != nil || got.Again {
			b.Fatal(got, err)
		}
		return time.Since(begun), got
	}
	bare := usual(b, func() error { return benchBare(db) })
	first, made := sweep("2026-01-05T06:00", today)
	f.say("first sweep: everybody is told at once", "%s, %d reminders", first, made.Made)
	day, made := sweep("2026-01-06T06:00", testkit.Day("2026-01-06"))
	f.say("sweep of the next day", "%s, %d new, %d settled", day, made.Made, made.Settled)
	hour, made := sweep("2026-01-06T09:00", testkit.Day("2026-01-06"))
	f.say("sweep of an hour", "%s, %d new", hour, made.Made)
	benchContacts(b, db)
	mailed, made := sweep("2026-01-07T06:00", testkit.Day("2026-01-07"))
	f.say("sweep of a day with a message for everybody", "%s, %d new, %d settled, %d messages", mailed, made.Made, made.Settled, made.Messages)
	f.say("bare reading of the same rows: before, with reminders", "%s, %s", bare, usual(b, func() error { return benchBare(db) }))
	f.say("next day / bare, hour / bare", "%.1f, %.1f", ratio(day, bare), ratio(hour, bare))
	f.atMost("sweep of the next day, seconds", day.Seconds(), 1)
	f.atMost("sweep of an hour, seconds", hour.Seconds(), 1)
	f.atMost("sweep of a day with a message for everybody, seconds", mailed.Seconds(), 2)
	f.print(fmt.Sprintf("%s, %d cases, %d open, %d agencies", engine, n, count(b, db, "SELECT COUNT(*) FROM cases WHERE answered_on = ''"), len(all)))
}

// benchBare reads what a sweep reads: the open cases and the reminders that live.
func benchBare(db *DB) error {
	for _, query := range []string{"SELECT " + owedColumns + " FROM cases WHERE answered_on = ''",
		"SELECT id, kind, agency_id, case_id, ref, due_on, mark, user_id FROM reminders WHERE settled_at = 0"} {
		rows, err := db.read.Query(query)
		if err != nil {
			return err
		}
		var id, agency, a, b, c, d any
		var s1, s2, s3, s4 any
		for rows.Next() {
			dest := []any{&id, &agency, &s1, &s2, &s3, &s4, &a, &b, &c, &d}
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			if err := rows.Scan(dest[:len(columns)]...); err != nil {
				return err
			}
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

// benchPeople gives every agency an officer, a desk, a reviewer and a signer.
func benchPeople(b *testing.B, db *DB, all []int64) {
	b.Helper()
	s := stamp("2026-01-05")
	err := db.raw(context.Background(), func(t *tx) error {
		t.hash = newHashers(db.key)
		for _, agency := range all {
			for _, r := range []cases.Role{cases.Officer, cases.FrontDesk, cases.Reviewer, cases.Signer} {
				n := NewUser{Login: fmt.Sprintf("u%d-%s", agency, r.Code()), Name: "某人", Password: "x", Grants: []auth.Grant{{Agency: agency, Role: r}}}
				if _, err := t.createUser(s, n); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// benchContacts gives everybody an address for mail.
func benchContacts(b *testing.B, db *DB) {
	b.Helper()
	var users []int64
	err := db.read.Select(&users, "SELECT id FROM users")
	for _, user := range users {
		if err == nil {
			err = db.SetContact(context.Background(), stamp("2026-01-06"), user, Contact{Email: "someone@example.gov.cn", ByMail: true})
		}
	}
	if err != nil {
		b.Fatal(err)
	}
}

// benchReopen closes the register but for benchOpen cases of the last weeks: one in
// fifteen late, most with their officer, by writing the rows alone.
func benchReopen(b *testing.B, db *DB, n int, today calendar.Date) {
	b.Helper()
	cal := calendar.Builtin().Latest()
	step := n / benchOpen
	err := db.raw(context.Background(), func(t *tx) error {
		if _, err := t.Exec("UPDATE cases SET answered_on = '2025-12-31', state = 'answered' WHERE answered_on = ''"); err != nil {
			return err
		}
		for i := range benchOpen {
			received := cal.Add(today.AddDays(-33), i%22)
			due := cal.Add(received, 20)
			if _, err := t.Exec(`UPDATE cases SET answered_on = '', outcome = '', state = 'running', received_on = ?, due_on = ?, safe_due_on = ?,
				officer_id = CASE WHEN ? THEN 0 ELSE (SELECT MIN(user_id) FROM user_grants g WHERE g.agency_id = cases.agency_id AND g.role = 'officer') END WHERE id = ?`,
				received, due, due, i%20 == 0, i*step+1); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	benchTidy(b, db)
}
