package store

import (
	"context"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// An answer given here is listed until its letter lies in the file; imported ones,
// endings that are no answers, and what was answered before the day are not.
func TestWithoutOriginal(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agency(t, db)
		ends := func(on, outcome string) int64 {
			c := create(t, db, a, record("2025-05-06"))
			s := stamp(on)
			if err := db.Update(ctx, c.ID, s, func(c *cases.Case) error {
				if outcome == "other.withdrawn" {
					if err := c.Withdraw(s, s.Today); err != nil {
						return err
					}
				}
				return c.Answer(s, s.Today, cases.Answered{Outcome: cases.MustOutcome(outcome)}, cases.Evidence{Reasons: true})
			}); err != nil {
				t.Fatal(err)
			}
			return c.ID
		}
		take(t, db, ledger(a, answered(record("2025-05-06"), "2025-05-20", "disclose.provided")))
		bare := ends("2025-05-20", "disclose.provided")
		ends("2025-05-09", "disclose.provided")
		ends("2025-05-20", "other.withdrawn")
		listed := func() []Unserved {
			t.Helper()
			list, err := db.WithoutOriginal(ctx, []int64{a}, testkit.Day("2025-05-12"))
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := listed(); len(list) != 1 || list[0].CaseID != bare {
			t.Fatalf("%+v", list)
		}
		kind, err := cases.ParseFileKind("answer")
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Attach(ctx, stamp("2025-05-21"), bare, []Upload{{Kind: kind, Name: "答复书.pdf", Content: []byte("%PDF-1.7")}}); err != nil {
			t.Fatal(err)
		}
		has, err := db.HasOriginal(ctx, bare)
		if list := listed(); len(list) != 0 || !has || err != nil {
			t.Errorf("the letter is there: %+v %v %v", list, has, err)
		}
		clean(t, db)
	})
}
