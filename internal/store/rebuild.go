package store

import (
	"context"
	"fmt"

	"gongkai/internal/cases"
)

// Rebuild derives every row, dispute and tally from the events again and writes
// what it finds, in one transaction. It repairs caches, never the record: what
// `gongkai verify` says of events, texts and chains stays as it is.
func (db *DB) Rebuild(ctx context.Context, s cases.Stamp) error {
	return db.inTx(ctx, func(t *tx) error {
		for _, table := range []string{"disputes", "tally_outcomes", "tally_channels", "tally_days", "tally_courses"} {
			if _, err := t.Exec("DELETE FROM " + table); err != nil {
				return fmt.Errorf("empty %s: %w", table, err)
			}
		}
		w := t.writer(s)
		disputes := newBulk(t, "disputes", disputeColumns, "")
		n := 0
		err := t.eachCase("1 = 1", nil, func(l *loaded) error {
			n++
			return w.rebuild(l, disputes)
		})
		if err != nil {
			return err
		}
		if err := disputes.flush(); err != nil {
			return fmt.Errorf("write the disputes: %w", err)
		}
		return w.finish(SystemChain, Entry{Act: "rebuilt", Detail: map[string]any{"cases": n}})
	})
}

func (w *writer) rebuild(l *loaded, disputes *bulk) error {
	c, err := l.domain(nil)
	if err != nil {
		return err
	}
	row := l.row
	derived, err := w.t.rowOf(&w.derive, row.AgencyID, c.Events)
	if err != nil {
		return err
	}
	row.setRow(derived)
	row.Platform, row.PlatformNumber = platformOf(c)
	row.LastSeq = len(c.Events)
	w.tallies.add(&row, 1)
	if err := addDisputes(disputes, c); err != nil {
		return err
	}
	return w.updateRow(&row)
}
