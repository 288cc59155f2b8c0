package store

import (
	"context"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

func TestNotesAndAssignment(t *testing.T) {
	// A text comes back with its event; lists find whose case it is; verify sees a
	// text that was changed or cut off.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		c := create(t, db, id, record("2025-06-03")).ID
		s := stamp("2025-06-03")
		err := db.Update(ctx, c, s, func(c *cases.Case) error {
			if err := c.Assign(s, testkit.Day("2025-06-03"), cases.Assigned{Officer: 7, Reason: "assign"}); err != nil {
				return err
			}
			c.Note("opinion", "请尽快办理")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Case(ctx, c)
		if err != nil || len(got.Notes) != 1 || got.Notes[0].Text != "请尽快办理" || got.NotesOf(2)[0].Kind != "opinion" {
			t.Fatalf("%+v %v", got.Notes, err)
		}
		for _, x := range []struct {
			f    Filter
			want int
		}{{Filter{Officer: 7}, 1}, {Filter{Officer: 8}, 0}, {Filter{Unassigned: true}, 0}, {Filter{Flag: cases.HadFee}, 0}} {
			x.f.AgencyIDs = []int64{id}
			page, err := db.List(ctx, x.f, SortDue, "", 10)
			if err != nil || len(page.Rows) != x.want {
				t.Errorf("%+v: %d rows, %v", x.f, len(page.Rows), err)
			}
		}
		if found, _ := differences(t, db); len(found) > 0 {
			t.Fatalf("%v", found)
		}
		for _, q := range []string{"UPDATE case_notes SET text = '不必办理'", "DELETE FROM case_notes"} {
			if _, err := db.write.Exec(q); err != nil {
				t.Fatal(err)
			}
			found, _ := differences(t, db)
			if len(found) != 1 || !strings.Contains(found[0].Message, "文字记录") {
				t.Errorf("%s: %v", q, found)
			}
		}
	})
}
