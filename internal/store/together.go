package store

import (
	"context"
	"fmt"

	"gongkai/internal/cases"
)

// MostTogether is how many cases one act can make or change at once.
const MostTogether = 200

// CreateAllOnce is CreateOnce for several cases of one form, as when an envelope
// holds many applications: all of them or none. It gives the first one's id;
// Together lists the others. Conflict also: a number is taken.
func (db *DB) CreateAllOnce(ctx context.Context, s cases.Stamp, sub Submission, list []*cases.Case) (first int64, already bool, err error) {
	if len(list) == 0 || len(list) > MostTogether {
		return 0, false, Fail(Invalid, "一次可以登记1至%d件，这里有%d件；请分几次登记。", MostTogether, len(list))
	}
	stored := make([]cases.Case, len(list))
	err = db.inTx(ctx, func(t *tx) error {
		first, already, err = t.spent(s, sub)
		if err != nil || already {
			return err
		}
		if err := t.spend(s, sub); err != nil {
			return err
		}
		for i, c := range list {
			stored[i] = *c
			if err := t.create(s, &stored[i]); err != nil {
				return err
			}
		}
		first = stored[0].ID
		if sub.Parcel != 0 {
			if err := t.settleParcel(s, sub.Parcel, cases.Settled{Fate: "case", CaseID: first, On: s.Today}); err != nil {
				return err
			}
		}
		return t.spentOn(s, sub, first)
	})
	if duplicate(err) { // the same form, sent twice at the same moment
		return db.madeBy(ctx, s, sub, err)
	}
	if err != nil {
		return 0, false, err
	}
	for i := range stored {
		if !already {
			*list[i] = *cases.Load(stored[i])
		}
	}
	return first, already, nil
}

// Together lists the cases that one act registered, a case itself among them, in
// the order of registering.
func (db *DB) Together(ctx context.Context, id int64) (out []CaseRow, err error) {
	err = db.look(ctx, func(t *tx) error {
		var ids []int64
		// The stamp of one act is the same to the microsecond.
		if err := t.Select(&ids, `SELECT e.case_id FROM events f JOIN events e ON e.recorded_at = f.recorded_at AND e.recorded_by = f.recorded_by
			JOIN cases a ON a.id = f.case_id JOIN cases b ON b.id = e.case_id AND b.agency_id = a.agency_id
			WHERE f.case_id = ? AND f.seq = 1 AND e.seq = 1 AND e.history = 0 AND e.case_id > ? AND e.case_id < ? ORDER BY e.case_id`,
			id, id-2*MostTogether, id+2*MostTogether); err != nil {
			return fmt.Errorf("look for what was registered together: %w", err)
		}
		out, err = t.caseRowsOf(ids)
		return err
	})
	return out, err
}

// Companions lists the open cases of the same applicant in the same agency, the
// case itself not among them, in the order of registering: those that can be
// handled in one go. The same name counts where no identity number speaks
// against it; whoever handles them chooses.
func (db *DB) Companions(ctx context.Context, id int64) (out []CaseRow, err error) {
	err = db.look(ctx, func(t *tx) error {
		var ids []int64
		if err := t.Select(&ids, `SELECT c.id FROM case_parties p JOIN applicants a ON a.id = p.applicant_id
			JOIN applicants b ON b.agency_id = a.agency_id AND b.name = a.name AND (a.id_blind IS NULL OR b.id_blind IS NULL OR a.id_blind = b.id_blind)
			JOIN case_parties q ON q.applicant_id = b.id AND q.place = 1 JOIN cases c ON c.id = q.case_id AND c.agency_id = a.agency_id
			WHERE p.case_id = ? AND p.place = 1 AND a.name <> '' AND c.answered_on = '' AND c.id <> ? ORDER BY c.id LIMIT ?`,
			id, id, MostTogether-1); err != nil {
			return fmt.Errorf("look for cases of the same applicant: %w", err)
		}
		out, err = t.caseRowsOf(ids)
		return err
	})
	return out, err
}

// Edit names a case and the version that an edit started from, 0 for any.
type Edit struct{ ID, Version int64 }

// UpdateAll is UpdateAt for several cases in one transaction: change sees each,
// in the order of their ids, and all are written or none.
func (db *DB) UpdateAll(ctx context.Context, s cases.Stamp, edits []Edit, change func(*cases.Case) error) error {
	if len(edits) > MostTogether {
		return Fail(Invalid, "一次最多办理%d件；请分几次办理。", MostTogether)
	}
	return db.inTx(ctx, func(t *tx) error { return t.updateAll(s, edits, change) })
}

func (t *tx) updateAll(s cases.Stamp, edits []Edit, change func(*cases.Case) error) error {
	versions, ids := map[int64]int64{}, []int64{}
	for _, e := range edits {
		if _, twice := versions[e.ID]; !twice {
			ids = append(ids, e.ID)
		}
		versions[e.ID] = e.Version
	}
	old, err := t.lockCases(ids)
	if err != nil {
		return err
	}
	if len(old) != len(ids) {
		return Fail(NotFound, "找不到这个办件。")
	}
	for i := range old {
		if v := versions[old[i].row.ID]; v != 0 && old[i].row.Version != v {
			return Stale()
		}
		w := t.writer(s)
		c, changed, err := w.change(&old[i], change)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		if err := w.finish(c.AgencyID, Entry{Act: "case_updated", Object: "case", ObjectID: c.ID, Detail: w.detail(c)}); err != nil {
			return err
		}
	}
	return nil
}

// Remake opens a case's answer anew after it was quashed (责令重作): the change of
// the old case, which marks it there, and the new case in one transaction, once
// for a form. The personal fields of the old case's parties go into the new one.
func (db *DB) Remake(ctx context.Context, s cases.Stamp, sub Submission, old Edit, change func(*cases.Case) error, open func(old *cases.Case) (*cases.Case, error)) (id int64, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		already := false
		if id, already, err = t.spent(s, sub); err != nil || already {
			return err
		}
		if err := t.spend(s, sub); err != nil {
			return err
		}
		var anew *cases.Case
		if err := t.updateAll(s, []Edit{old}, func(c *cases.Case) error {
			if err := change(c); err != nil {
				return err
			}
			anew, err = open(c)
			return err
		}); err != nil {
			return err
		}
		if err := t.create(s, anew); err != nil {
			return err
		}
		id = anew.ID
		return t.spentOn(s, sub, id)
	})
	return id, err
}
