package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// VoidCase takes a case that was registered twice out of all counts: do decides on
// it, with the case that stands beside it, both locked and with their personal
// fields open. Refused, beside what do refuses: a case in whose favour others are
// void, and one that a locked annual report has counted.
func (db *DB) VoidCase(ctx context.Context, s cases.Stamp, double Edit, stands int64, do func(double, stands *cases.Case) error) error {
	return db.inTx(ctx, func(t *tx) error {
		locked, err := t.lockCases([]int64{double.ID, stands})
		if err != nil {
			return err
		}
		at := func(id int64) int { return slices.IndexFunc(locked, func(l loaded) bool { return l.row.ID == id }) }
		if at(double.ID) < 0 || at(stands) < 0 {
			return Fail(NotFound, "找不到这个办件。")
		}
		old := &locked[at(double.ID)]
		if double.Version != 0 && old.row.Version != double.Version {
			return Stale()
		}
		keeps, err := locked[at(stands)].domain(db.key)
		if err != nil {
			return err
		}
		w := t.writer(s)
		c, changed, err := w.change(old, func(c *cases.Case) error {
			if err := do(c, keeps); err != nil {
				return err
			}
			return t.keepsItsPlace(&old.row)
		})
		if err != nil || !changed {
			return err
		}
		return w.finish(c.AgencyID, Entry{Act: "case_updated", Object: "case", ObjectID: c.ID, Detail: w.detail(c)})
	})
}

// keepsItsPlace refuses to void a case on which others rest.
func (t *tx) keepsItsPlace(row *caseRow) error {
	var leaning []string
	if err := t.Select(&leaning, "SELECT number FROM cases WHERE origin_id = ? AND state = 'voided' ORDER BY id LIMIT 1", row.ID); err != nil {
		return fmt.Errorf("look for entries void in favour of case %d: %w", row.ID, err)
	}
	if len(leaning) > 0 {
		return &cases.Refused{Reason: fmt.Sprintf("%s作废时以本件为保留的一件，本件不能再作废；要保留另一件的，先恢复%s，再作废本件", leaning[0], leaning[0])}
	}
	year, err := t.reportedIn(row)
	if err != nil || year == 0 {
		return err
	}
	return &cases.Refused{Reason: fmt.Sprintf("本件已计入%d年度定稿的年度报告，作废后报出的数字就对不上了，不能作废。请按“其他处理—其他”办结本件，写明与哪一件系同一申请，并在下一年度报告“其他需要报告的事项”中说明", year)}
}

// reportedIn gives the first year whose locked report has counted a case; 0: none.
// Of each report its last version counts, and none that was sent back.
func (t *tx) reportedIn(row *caseRow) (int, error) {
	if row.ReceivedOn.IsZero() {
		return 0, nil
	}
	var returns []returnRow
	if err := t.Select(&returns, `SELECT agency_id, year, whole, MAX(version) AS version FROM returns WHERE year >= ?
		GROUP BY agency_id, year, whole ORDER BY year, agency_id, whole`, row.ReceivedOn.Year()); err != nil {
		return 0, fmt.Errorf("look for locked reports: %w", err)
	}
	for _, r := range returns {
		counted, err := t.counts(r, row)
		if err != nil {
			return 0, err
		}
		if counted {
			return r.Year, nil
		}
	}
	return 0, nil
}

// counts reports whether a locked return that stands has counted a case.
func (t *tx) counts(r returnRow, row *caseRow) (bool, error) {
	tree, err := t.treeOn(calendar.Of(r.Year, 12, 31))
	if err != nil {
		return false, err
	}
	scope := tree.Own(r.AgencyID)
	if r.Whole == 1 {
		scope = append(slices.Clone(scope), tree.BelowAll(r.AgencyID)...)
	}
	if !slices.Contains(scope, row.AgencyID) {
		return false, nil
	}
	states, err := t.returnStates(r.Year)
	if err != nil {
		return false, err
	}
	if review := states[r.AgencyID].Review; review != nil && !review.Accepted && review.Of == "locked" && review.N == r.Version {
		return false, nil
	}
	full, err := t.returnRows("agency_id = ? AND year = ? AND whole = ? AND version = ?", r.AgencyID, r.Year, r.Whole, r.Version)
	if err != nil || len(full) == 0 {
		return false, err
	}
	members, err := unpackMembers(full[0].Members)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(members, func(m Member) bool { return m.CaseID == row.ID && m.Place == 0 }), nil
}

// CameOf lists, by case, what came of some cases: answers given anew, applications
// that followed on, entries voided in their favour, each in the order of
// registering. Whose cases may be read is the caller's to ask; sensitive ones that
// who reads may not see are left out.
func (db *DB) CameOf(ctx context.Context, ids []int64) (out map[int64][]CaseRow, err error) {
	out = map[int64][]CaseRow{}
	if len(ids) == 0 {
		return out, nil
	}
	err = db.look(ctx, func(t *tx) error {
		var found []int64
		if err := t.SelectIn(&found, "SELECT id FROM cases WHERE origin_id IN (?) AND origin_id <> 0 ORDER BY id LIMIT ?", ids, MostRows); err != nil {
			return fmt.Errorf("look for what came of cases: %w", err)
		}
		rows, err := t.caseRowsOf(found)
		for _, r := range rows {
			out[r.Origin] = append(out[r.Origin], r)
		}
		return err
	})
	return out, err
}
