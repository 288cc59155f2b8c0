package store

import (
	"context"
	"errors"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// made opens a case of an agency that is not stored yet.
func made(t *testing.T, agency int64, name, idNumber string) *cases.Case {
	t.Helper()
	c, err := cases.Open(agency, stamp("2025-03-03"), calendar.MustParse("2025-03-03"), cases.Received{Channel: mustChannel("in_person"), ApplicantKind: cases.Natural},
		"某地块批复", []cases.Party{{Role: "applicant", Applicant: cases.Applicant{Kind: cases.Natural, Name: name, IDNumber: idNumber}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What one form registers is made once and whole, numbered one after the other,
// and found again as one.
func TestCreateAllOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agencies(t, db, "a")["a"]
		s, sub := stamp("2025-03-03"), Submission{Key: "k", Content: []string{"x"}}
		list := []*cases.Case{made(t, a, "甲", ""), made(t, a, "甲", ""), made(t, a, "甲", "")}
		first, already, err := db.CreateAllOnce(ctx, s, sub, list)
		if err != nil || already || list[0].ID != first {
			t.Fatalf("%d %v %v", first, already, err)
		}
		again, already, err := db.CreateAllOnce(ctx, s, sub, []*cases.Case{made(t, a, "甲", "")})
		if err != nil || !already || again != first {
			t.Errorf("sent twice: %d %v %v", again, already, err)
		}
		later := made(t, a, "甲", "")
		later.Events[0].At++ // another act
		if err := db.Create(ctx, s, later); err != nil {
			t.Fatal(err)
		}
		rows, err := db.Together(ctx, list[1].ID)
		if err != nil || len(rows) != 3 || rows[0].Number == rows[2].Number {
			t.Errorf("together: %v %v", rows, err)
		}
		taken := made(t, a, "甲", "")
		taken.Number = list[0].Number
		if _, _, err := db.CreateAllOnce(ctx, s, Submission{}, []*cases.Case{made(t, a, "乙", ""), taken}); !Is(err, Conflict) {
			t.Errorf("a number taken: %v", err)
		}
		if rows := all(t, db, Filter{AgencyIDs: []int64{a}}, SortReceived, 50); len(rows) != 4 {
			t.Errorf("%d cases: half of a form was made", len(rows))
		}
		if _, _, err := db.CreateAllOnce(ctx, s, Submission{}, nil); !Is(err, Invalid) {
			t.Errorf("none: %v", err)
		}
	})
}

// The companions of a case are the open ones of the same name unless an identity
// number speaks against it, of the same agency.
func TestCompanions(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids, s := context.Background(), agencies(t, db, "a", "b"), stamp("2025-03-03")
		one, same, other := made(t, ids["a"], "甲", "11010519491231002X"), made(t, ids["a"], "甲", "11010519491231002x"), made(t, ids["a"], "甲", "110105199001011234")
		unsaid, elsewhere, answered := made(t, ids["a"], "甲", ""), made(t, ids["b"], "甲", ""), made(t, ids["a"], "甲", "")
		for _, c := range []*cases.Case{one, same, other, unsaid, elsewhere, answered} {
			if err := db.Create(ctx, s, c); err != nil {
				t.Fatal(err)
			}
		}
		close := func(c *cases.Case) error {
			return c.Answer(s, s.Today, cases.Answered{Outcome: cases.MustOutcome("not_processed.petition")}, cases.Evidence{Reasons: true})
		}
		if err := db.Update(ctx, answered.ID, s, close); err != nil {
			t.Fatal(err)
		}
		rows, err := db.Companions(ctx, one.ID)
		if err != nil || len(rows) != 2 || rows[0].ID != same.ID || rows[1].ID != unsaid.ID {
			t.Errorf("%v %v", rows, err)
		}
	})
}

// Several cases change together or not at all.
func TestUpdateAll(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a, s := context.Background(), agencies(t, db, "a")["a"], stamp("2025-03-03")
		one, two := made(t, a, "甲", ""), made(t, a, "甲", "")
		for _, c := range []*cases.Case{one, two} {
			if err := db.Create(ctx, s, c); err != nil {
				t.Fatal(err)
			}
		}
		versions := func() [2]int64 {
			var out [2]int64
			for i, id := range []int64{one.ID, two.ID} {
				c, err := db.Case(ctx, id)
				if err != nil {
					t.Fatal(err)
				}
				out[i] = c.Version
			}
			return out
		}
		before, no := versions(), errors.New("no")
		search := func(c *cases.Case) error { return c.Search(s, s.Today) }
		if err := db.UpdateAll(ctx, s, []Edit{{one.ID, 0}, {two.ID, 0}}, func(c *cases.Case) error {
			if c.ID == two.ID {
				return no
			}
			return search(c)
		}); !errors.Is(err, no) || versions() != before {
			t.Errorf("one can't: %v, %v", err, versions())
		}
		if err := db.UpdateAll(ctx, s, []Edit{{one.ID, 0}, {two.ID, 99}}, search); !Is(err, Conflict) || versions() != before {
			t.Errorf("one moved on: %v, %v", err, versions())
		}
		if err := db.UpdateAll(ctx, s, []Edit{{one.ID, before[0]}, {two.ID, before[1]}, {two.ID, before[1]}}, search); err != nil {
			t.Fatal(err)
		}
		if after := versions(); after[0] != before[0]+1 || after[1] != before[1]+1 {
			t.Errorf("%v, was %v", after, before)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences != 0 {
			t.Errorf("verify: %v %v", sum, err)
		}
	})
}
