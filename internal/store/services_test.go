package store

import (
	"context"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// An attempt recorded moves the answer to the day on which it counts as given; what
// becomes of it is written into it, once for each version; a form sent twice counts
// once.
func TestServices(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		s := stamp("2025-04-20")
		c := create(t, db, id, record("2025-03-03"))
		if err := db.Update(ctx, c.ID, stamp("2025-03-20"), func(c *cases.Case) error {
			return c.Answer(stamp("2025-03-20"), testkit.Day("2025-03-20"), cases.Answered{Outcome: cases.MustOutcome("disclose.provided")}, cases.Evidence{Reasons: true})
		}); err != nil {
			t.Fatal(err)
		}
		first := Service{Service: cases.Service{Way: cases.ByMail, Carrier: "ems", Number: "EY1", Posted: testkit.Day("2025-04-02")}, Form: Submission{Key: "k", Content: []string{"EY1"}}}
		moved, err := db.Serve(ctx, s, c.ID, first)
		if err != nil || !moved {
			t.Fatalf("posted after the due day: %v %v", moved, err)
		}
		if _, err := db.Serve(ctx, s, c.ID, first); err != nil {
			t.Errorf("sent twice: %v", err)
		}
		all, err := db.Services(ctx, c.ID)
		if err != nil || len(all) != 1 || all[0].Posted != testkit.Day("2025-04-02") {
			t.Fatalf("%v %v", all, err)
		}
		row := rowOfCase(t, db, c.ID)
		if row.AnsweredOn != testkit.Day("2025-04-02") || row.Late != 2 {
			t.Errorf("answered on %s, late %d", row.AnsweredOn, row.Late)
		}
		signed := all[0]
		signed.Signed, signed.By = testkit.Day("2025-04-05"), "陈某"
		if _, err := db.Serve(ctx, s, c.ID, Service{Service: signed}); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Serve(ctx, s, c.ID, Service{Service: signed}); !Is(err, Conflict) {
			t.Errorf("an old version: %v", err)
		}
		if _, err := db.Serve(ctx, s, c.ID, Service{Service: cases.Service{Way: cases.PublicNotice, Published: s.Today, By: "网站"}}); err == nil {
			t.Error("a public notice after a letter that arrived")
		}
		again, err := db.Case(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		served := false
		for _, e := range cases.Timeline(again.Events, 0) {
			f, ok := e.Fact.(cases.Served)
			served = served || ok && f.Way == "mail" && e.On == testkit.Day("2025-04-05")
		}
		if !served {
			t.Error("no event of the service")
		}
		clean(t, db)
		for _, spoil := range []string{"UPDATE services SET posted_on = '2025-03-20'", "DELETE FROM services"} {
			if _, err := db.write.Exec(spoil); err != nil {
				t.Fatal(err)
			}
			if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences == 0 {
				t.Errorf("%s: not found, %v", spoil, err)
			}
		}
	})
}

func rowOfCase(t *testing.T, db *DB, id int64) (r caseRow) {
	t.Helper()
	if err := db.read.Get(&r, db.read.Rebind("SELECT "+caseColumns+" FROM cases WHERE id = ?"), id); err != nil {
		t.Fatal(err)
	}
	return r
}

// A file marked for release goes out after a person has confirmed it, in parts, and
// no answer goes before.
func TestReleases(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id, s := context.Background(), agency(t, db), stamp("2025-03-20")
		c := create(t, db, id, record("2025-03-03"))
		other, err := cases.ParseFileKind("other")
		if err != nil {
			t.Fatal(err)
		}
		pdf := []byte("%PDF-1.7")
		if err := db.Attach(ctx, s, c.ID, []Upload{{Kind: cases.FileReleased, Name: "批复.pdf", Content: pdf}, {Kind: cases.FileReleased, Name: "附图.pdf", Content: pdf}, {Kind: other, Name: "底稿.pdf", Content: pdf}}); err != nil {
			t.Fatal(err)
		}
		give := Service{Service: cases.Service{Way: cases.Electronic, Sent: s.Today}, Answer: func(c *cases.Case, on calendar.Date) error {
			return c.Answer(s, on, cases.Answered{Outcome: cases.MustOutcome("disclose.provided")}, cases.Evidence{Reasons: true})
		}}
		if _, err := db.Serve(ctx, s, c.ID, give); !Is(err, Invalid) {
			t.Errorf("an answer without its original: %v", err)
		}
		answered, err := cases.ParseFileKind("answer")
		if err == nil {
			err = db.Attach(ctx, s, c.ID, []Upload{{Kind: answered, Name: "答复书.pdf", Content: pdf}})
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Serve(ctx, s, c.ID, give); !Is(err, Invalid) {
			t.Errorf("an answer before the files are checked: %v", err)
		}
		if err := db.Release(ctx, s, c.ID, []int{1}, s.Today); !Is(err, Invalid) {
			t.Errorf("released unchecked: %v", err)
		}
		if err := db.ConfirmRelease(ctx, s, c.ID, 3, 0, false); !Is(err, Invalid) {
			t.Errorf("not marked for release: %v", err)
		}
		for place := 1; place <= 2; place++ {
			if err := db.ConfirmRelease(ctx, s, c.ID, place, place, false); err != nil {
				t.Fatal(err)
			}
			if err := db.ConfirmRelease(ctx, s, c.ID, place, 0, false); !Is(err, Conflict) {
				t.Errorf("confirmed twice: %v", err)
			}
		}
		if _, err := db.Serve(ctx, s, c.ID, give); err != nil {
			t.Fatal(err)
		}
		if err := db.Release(ctx, s, c.ID, []int{1}, s.Today); err != nil {
			t.Fatal(err)
		}
		if err := db.Release(ctx, stamp("2025-04-01"), c.ID, []int{1, 2}, s.Today); !Is(err, Conflict) {
			t.Errorf("released twice: %v", err)
		}
		if err := db.Release(ctx, stamp("2025-04-01"), c.ID, []int{2}, testkit.Day("2025-04-01")); err != nil {
			t.Fatal(err)
		}
		all, err := db.Releases(ctx, c.ID)
		if err != nil || len(all) != 2 || all[0].Part != 1 || all[1].Part != 2 || all[1].ReleasedOn != testkit.Day("2025-04-01") {
			t.Errorf("%v %v", all, err)
		}
		clean(t, db)
		if _, err := db.write.Exec("UPDATE releases SET confirmed_by = 'user:9' WHERE place = 1"); err != nil {
			t.Fatal(err)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences != 1 {
			t.Errorf("another name: %v %v", sum, err)
		}
	})
}

// A case is taken for a bundle whole and with its people named; who took it is in
// the audit, also from a database that was opened for reading.
func TestTake(t *testing.T) {
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			o := options(t, engine)
			db := openAt(t, o)
			ctx, id, s := context.Background(), agency(t, db), stamp("2025-03-20")
			c := create(t, db, id, record("2025-03-03"))
			if err := db.Attach(ctx, s, c.ID, []Upload{{Kind: cases.FileReleased, Name: "批复.pdf", Content: []byte("%PDF-1.7")}}); err != nil {
				t.Fatal(err)
			}
			o.ReadOnly = true
			reading := openAt(t, o)
			for i, from := range []*DB{db, reading} {
				if _, err := from.Take(ctx, s, c.ID, ""); !Is(err, Invalid) {
					t.Errorf("without a purpose: %v", err)
				}
				taken, err := from.Take(ctx, s, c.ID, "suit")
				if err != nil {
					t.Fatal(err)
				}
				content, err := taken.Content(1)
				if err != nil || string(content) != "%PDF-1.7" || taken.Case.Applicant().IDNumber == "" {
					t.Errorf("%q %v %v", content, taken.Case.Applicant(), err)
				}
				if n := count(t, db, "SELECT COUNT(*) FROM audit WHERE act = 'bundle_made'"); n != int64(i+1) {
					t.Errorf("%d notes", n)
				}
			}
			clean(t, db)
		})
	}
}
