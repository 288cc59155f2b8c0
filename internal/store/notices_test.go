package store

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
	"gongkai/internal/testkit"
)

// springBreak is an imagined change of 2025: a Monday and a Tuesday off.
func springBreak() calendar.Notice {
	return calendar.Notice{Number: "国办发明电〔2025〕99号", PublishedOn: testkit.Day("2025-03-05"), Year: 2025, Amends: true,
		Days: []calendar.NoticeDay{{Date: testkit.Day("2025-03-17"), Kind: calendar.Off, Name: "临时放假"},
			{Date: testkit.Day("2025-03-18"), Kind: calendar.Off, Name: "临时放假"}}}
}

func TestAdoptNotice(t *testing.T) {
	// A notice moves open cases as its preview says, leaves answered ones alone, and
	// stands in the calendar from then on.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			o := options(t, engine)
			db := openAt(t, o)
			ctx, id := context.Background(), agency(t, db)
			open := create(t, db, id, record("2025-03-03"))
			create(t, db, id, record("2025-03-18")) // begins after the days
			closed := create(t, db, id, record("2025-02-27"))
			if err := db.Update(ctx, closed.ID, stamp("2025-03-07"), answer("2025-03-07", "partial")); err != nil {
				t.Fatal(err)
			}
			// Answered before the adoption, but a ledger's: judged by publication.
			take(t, db, ledger(id, answered(record("2025-03-04"), "2025-03-06", "partial")))
			history, err := db.CaseByNumber(ctx, id, "榕申〔2025〕4号")
			if err != nil {
				t.Fatal(err)
			}
			before := snapshot(t, db)
			s := stamp("2025-03-10")
			want := Judgement{Open: 2, Closed: 1, Moves: []Move{{CaseID: open.ID, AgencyID: id, Number: open.Number, OldDue: testkit.Day("2025-03-31"), NewDue: testkit.Day("2025-04-02")}}}
			preview, err := db.PreviewNotice(ctx, s.Today, springBreak())
			if d := cmp.Diff(want, preview, cmp.AllowUnexported(calendar.Date{})); d != "" || err != nil {
				t.Fatalf("preview: %v\n%s", err, d)
			}
			if d := cmp.Diff(before, snapshot(t, db)); d != "" {
				t.Fatalf("the preview wrote:\n%s", d)
			}
			moves, err := db.AdoptNotice(ctx, s, springBreak())
			if d := cmp.Diff(want, moves, cmp.AllowUnexported(calendar.Date{})); d != "" || err != nil {
				t.Fatalf("moves: %v\n%s", err, d)
			}
			if n := count(t, db, "SELECT COUNT(*) FROM cases WHERE due_on = '2025-04-02'"); n != 1 {
				t.Fatalf("%d cases due on the new day", n)
			}
			if n := count(t, db, "SELECT COUNT(*) FROM cases WHERE id = ? AND due_on = '2025-04-03'", history.ID); n != 1 {
				t.Fatal("the ledger's answer is not judged by what was published")
			}
			if _, err := db.AdoptNotice(ctx, s, springBreak()); !Is(err, Conflict) {
				t.Fatalf("twice: %v", err)
			}
			other := springBreak()
			other.Days = other.Days[:1]
			if _, err := db.AdoptNotice(ctx, s, other); !Is(err, Invalid) {
				t.Fatalf("another content under the same number: %v", err)
			}
			after := snapshot(t, db)
			if err := db.Rebuild(ctx, s); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(after, snapshot(t, db)); d != "" {
				t.Fatalf("rows differ from what the events give:\n%s", d)
			}
			db.Close()
			db = openAt(t, o)
			book, err := db.Book(ctx)
			if err != nil || book.Latest().IsWorkday(testkit.Day("2025-03-17")) || !book.AsOf(testkit.Day("2025-03-09")).IsWorkday(testkit.Day("2025-03-17")) {
				t.Fatalf("the calendar forgot the notice or its day of adoption: %v", err)
			}
		})
	}
}

func TestNoticeReadsBack(t *testing.T) {
	// A notice comes back from the database as it went in.
	n := springBreak()
	n.Title, n.Source, n.AdoptedOn = "临时放假的通知", "上传", testkit.Day("2025-03-10")
	text, err := encodeNotice(n)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeNotice(text, n.AdoptedOn)
	if d := cmp.Diff(n, got, cmp.AllowUnexported(calendar.Date{}, calendar.DayKind{})); d != "" || err != nil {
		t.Fatalf("%v\n%s", err, d)
	}
}
