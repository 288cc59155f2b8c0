package store

import (
	"context"
	"fmt"

	"gongkai/internal/calendar"
)

// Unreached counts the applications of some agencies that wait to be confirmed
// and whose applicant nobody has tried to reach for more than a working day.
func (db *DB) Unreached(ctx context.Context, agencies []int64, today calendar.Date) (n int, err error) {
	if len(agencies) == 0 {
		return 0, nil
	}
	err = db.look(ctx, func(t *tx) error {
		var rows []caseRow
		if err := t.SelectIn(&rows, "SELECT "+caseColumns+" FROM cases WHERE answered_on = '' AND due_on = '' AND state = 'unconfirmed' AND agency_id IN (?) ORDER BY id LIMIT ?", agencies, MostRows); err != nil {
			return err
		}
		all, err := t.loadEvents(rows)
		if err != nil {
			return err
		}
		for i := range all {
			c, err := all[i].domain(nil)
			if err != nil {
				return err
			}
			book, err := t.bookOf(c.AgencyID)
			if err != nil {
				return err
			}
			if _, late := c.Unreached(book.Latest(), today); late {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("count the applications to be confirmed: %w", err)
	}
	return n, nil
}
