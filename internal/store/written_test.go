package store

import (
	"context"
	"testing"
)

// The number grows with a new case and with what is done to it, and stands still
// while cases are only read.
func TestWritten(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		written := func() int64 {
			n, err := db.Written(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		empty := written()
		c := create(t, db, id, record("2025-03-03"))
		created := written()
		if _, err := db.Case(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		read := written()
		if err := db.Update(ctx, c.ID, stamp("2025-03-20"), answer("2025-03-20", "disclose.provided")); err != nil {
			t.Fatal(err)
		}
		if answered := written(); created <= empty || read != created || answered <= created {
			t.Errorf("empty %d, created %d, read %d, answered %d", empty, created, read, answered)
		}
	})
}
