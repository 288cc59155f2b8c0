package store

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// before2020 is the calendar of an office that does not know yet that the Spring
// Festival of 2020 was made longer.
func before2020() (base *calendar.Book, longer calendar.Notice) {
	var known []calendar.Notice
	for _, n := range calendar.Builtin().Notices() {
		if n.Number == "国办发明电〔2020〕1号" {
			longer = n
		}
		if n.PublishedOn.Before(testkit.Day("2020-01-27")) {
			known = append(known, n)
		}
	}
	return calendar.NewBook(known...), longer
}

func TestNoticeOf2020Replayed(t *testing.T) {
	// The notice of 2020-01-27, adopted on 5 February: open cases move, the case
	// closed in between stays late, the one closed before keeps its date; each
	// timeline tells what happened, and everything still follows from the events.
	eachEngine(t, func(t *testing.T, db *DB) {
		base, longer := before2020()
		db.base = base
		ctx, id := context.Background(), agency(t, db)
		create2020 := func(received, answeredOn string) *cases.Case {
			c := create(t, db, id, record(received))
			if answeredOn != "" {
				if err := db.Update(ctx, c.ID, stamp(answeredOn), answer(answeredOn, "disclose.provided")); err != nil {
					t.Fatal(err)
				}
			}
			return c
		}
		open := create2020("2020-01-06", "")
		overdue := create2020("2019-12-31", "")
		untouched := create2020("2020-02-03", "") // begins after the days
		early := create2020("2019-12-18", "2020-01-10")
		between := create2020("2019-12-31", "2020-02-04") // due 02-03 by the calendar of its day
		s := stamp("2020-02-05")
		preview, err := db.PreviewNotice(ctx, s.Today, longer)
		if err != nil {
			t.Fatal(err)
		}
		day := testkit.Day
		want := Judgement{Open: 3, Moves: []Move{
			{CaseID: open.ID, AgencyID: id, Number: open.Number, OldDue: day("2020-02-06"), NewDue: day("2020-02-10")},
			{CaseID: overdue.ID, AgencyID: id, Number: overdue.Number, OldDue: day("2020-02-03"), NewDue: day("2020-02-05"), WasLate: true}}}
		if d := cmp.Diff(want, preview, cmp.AllowUnexported(calendar.Date{})); d != "" {
			t.Fatalf("preview:\n%s", d)
		}
		closed := rowsBy(t, db, "answered_on <> ''")
		proposal, err := db.ProposeNotice(ctx, s, longer)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := db.ProposeNotice(ctx, s, longer); err != nil || again != proposal {
			t.Fatalf("the same notice entered twice: %d, %v", again, err)
		}
		if _, err := db.DecideNotice(ctx, s, proposal, true); !Is(err, Invalid) {
			t.Fatalf("one person alone: %v", err)
		}
		second := s
		second.By = "user:2"
		done, err := db.DecideNotice(ctx, second, proposal, true)
		if d := cmp.Diff(preview, done, cmp.AllowUnexported(calendar.Date{})); d != "" || err != nil {
			t.Fatalf("what happened is not what the preview said: %v\n%s", err, d)
		}
		if d := cmp.Diff(closed, rowsBy(t, db, "answered_on <> ''")); d != "" {
			t.Fatalf("closed cases moved:\n%s", d)
		}
		for c, late := range map[int64]int64{early.ID: 1, between.ID: 2} {
			if got := count(t, db, "SELECT late FROM cases WHERE id = ?", c); got != late {
				t.Errorf("case %d: late is %d, want %d", c, got, late)
			}
		}
		book, err := db.BookOf(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for c, told := range map[int64]int{open.ID: 1, overdue.ID: 1, untouched.ID: 0, early.ID: 0, between.ID: 0} {
			got, err := db.Case(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			moves := cases.Recalculations(book, got.Events)
			if len(moves) != told {
				t.Errorf("case %d: its timeline tells %+v", c, moves)
			}
			if c == open.ID && told == 1 && (moves[0].Old != day("2020-02-06") || moves[0].New != day("2020-02-10") || moves[0].On != s.Today || moves[0].Notices[0].Number != longer.Number) {
				t.Errorf("the timeline of the open case tells %+v", moves[0])
			}
		}
		if _, err := db.DecideNotice(ctx, second, proposal, false); !Is(err, Conflict) {
			t.Errorf("decided twice: %v", err)
		}
		if found, _ := differences(t, db); len(found) > 0 {
			// verify falls back on nothing: it reads the same base.
			t.Errorf("%+v", found)
		}
		other, err := db.ProposeNotice(ctx, s, springBreakOf(2021))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.DecideNotice(ctx, s, other, false); err != nil {
			t.Errorf("taken back by who proposed: %v", err)
		}
		if waits, err := db.NoticeProposals(ctx); err != nil || len(waits) != 0 {
			t.Errorf("%d still wait, %v", len(waits), err)
		}
		if _, err := db.write.Exec("UPDATE notice_proposals SET decided_by = 'user:9'"); err != nil {
			t.Fatal(err)
		}
		if found, _ := differences(t, db); !slices.ContainsFunc(found, func(d Difference) bool { return d.Table == "notice_proposals" }) {
			t.Error("a decision put under another name was not found")
		}
	})
}

func springBreakOf(year int) calendar.Notice {
	return calendar.Notice{Year: year, Amends: true, Days: []calendar.NoticeDay{{Date: calendar.Of(year, 3, 1), Kind: calendar.Off, Name: "临时放假"}}}
}

// rowsBy gives the derived columns of some cases, one line each.
func rowsBy(t *testing.T, db *DB, where string) (out []string) {
	t.Helper()
	if err := db.read.Select(&out, `SELECT id || '|' || state || '|' || due_on || '|' || safe_due_on || '|' || waits_until || '|' || provisional || '|' ||
		answered_on || '|' || late || '|' || days_taken || '|' || calendar FROM cases WHERE `+where+` ORDER BY id`); err != nil {
		t.Fatal(err)
	}
	return out
}
