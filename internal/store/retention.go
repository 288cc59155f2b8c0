package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// RetentionSetting is the key of the terms of keeping (cases.ParseRetention).
const RetentionSetting = "retention"

// MostDisposed is how many cases one list of destruction may hold.
const MostDisposed = 2000

// Expired is a closed case whose term of keeping has run out.
type Expired struct {
	CaseID     int64
	Number     string
	ReceivedOn calendar.Date
	AnsweredOn calendar.Date
	Outcome    cases.Outcome
	cases.Retention
	Kept cases.KeptReason // why it is not destroyed all the same; ""
	Hold Hold             // of KeptHeld
}

// ExpiredCases lists the closed cases of an agency whose term has run out when a
// year begins, by day of the answer, at most MostDisposed; more says that there are
// others. Those already destroyed are not in it. The terms are those set for a day.
func (db *DB) ExpiredCases(ctx context.Context, agency int64, year int, on calendar.Date) (out []Expired, more bool, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, more, err = t.expired(agency, year, on)
		return err
	})
	return out, more, err
}

func (t *tx) expired(agency int64, year int, on calendar.Date) (out []Expired, more bool, err error) {
	terms, err := t.retentionTerms(agency, on)
	if err != nil {
		return nil, false, err
	}
	shortest, ends := terms.Shortest()
	if !ends {
		return nil, false, nil
	}
	const page = 500
	last := calendar.Of(year-1-shortest, 12, 31)
	for day, id := "0", int64(0); ; {
		var rows []caseRow
		if err := t.Select(&rows, "SELECT "+caseColumns+` FROM cases WHERE agency_id = ? AND answered_on <> '' AND (answered_on, id) > (?, ?) AND answered_on <= ?
			AND NOT EXISTS (SELECT 1 FROM purged_cases p WHERE p.case_id = cases.id) ORDER BY answered_on, id LIMIT ?`, agency, day, id, last, page); err != nil {
			return nil, false, fmt.Errorf("list what is due: %w", err)
		}
		found, err := t.judgeRetention(rows, terms, year)
		if err != nil {
			return nil, false, err
		}
		if out = append(out, found...); len(out) > MostDisposed {
			return out[:MostDisposed], true, nil
		}
		if len(rows) < page {
			return out, false, nil
		}
		day, id = rows[len(rows)-1].AnsweredOn.String(), rows[len(rows)-1].ID
	}
}

func (t *tx) retentionTerms(agency int64, on calendar.Date) (cases.RetentionTerms, error) {
	value, err := t.setting(agency, RetentionSetting, on)
	if err != nil {
		return nil, err
	}
	terms, err := cases.ParseRetention(value)
	if err != nil {
		return nil, fmt.Errorf("read the terms of keeping of agency %d: %w", agency, err)
	}
	return terms, nil
}

// judgeRetention gives those of some cases whose term is over when a year begins.
func (t *tx) judgeRetention(rows []caseRow, terms cases.RetentionTerms, year int) (out []Expired, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	disputes, err := t.disputesOf(ids)
	if err != nil {
		return nil, err
	}
	holds, err := t.openHolds(ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		row, err := r.derived()
		if err != nil {
			return nil, err
		}
		x := Expired{CaseID: r.ID, Number: r.Number, ReceivedOn: r.ReceivedOn, AnsweredOn: r.AnsweredOn, Outcome: row.Outcome}
		x.Retention, _ = cases.RetentionOf(row, disputes[r.ID], terms)
		hold, held := holds[r.ID]
		switch {
		case r.AnsweredOn.IsZero():
			x.Kept = cases.KeptOpen
		case x.Pending && !x.Ever && x.ClosedOn.Year()+x.Years < year:
			x.Kept = cases.KeptPending
		case !x.Over(year):
			x.Kept = cases.KeptTerm
		case held:
			x.Kept, x.Hold = cases.KeptHeld, hold
		}
		if x.Kept != cases.KeptTerm {
			out = append(out, x)
		}
	}
	return out, nil
}

func (t *tx) disputesOf(ids []int64) (map[int64][]cases.Dispute, error) {
	var rows []storedDispute
	if err := t.SelectIn(&rows, "SELECT "+disputeColumns+" FROM disputes WHERE case_id IN (?) ORDER BY case_id, place", ids); err != nil {
		return nil, fmt.Errorf("read the disputes: %w", err)
	}
	out := map[int64][]cases.Dispute{}
	for _, r := range rows {
		out[r.CaseID] = append(out[r.CaseID], cases.Dispute{FiledOn: r.FiledOn, ClosedOn: r.ClosedOn, YearOnly: r.YearOnly != 0})
	}
	return out, nil
}

// RetentionOf says how long a case is kept by the terms set for a day; false: it is
// open.
func (db *DB) RetentionOf(ctx context.Context, caseID int64, on calendar.Date) (r cases.Retention, closed bool, err error) {
	err = db.look(ctx, func(t *tx) error {
		var row caseRow
		if err := t.Get(&row, "SELECT "+caseColumns+" FROM cases WHERE id = ?", caseID); err != nil {
			return missing(err, "这个办件")
		}
		terms, err := t.retentionTerms(row.AgencyID, on)
		if err != nil {
			return err
		}
		disputes, err := t.disputesOf([]int64{caseID})
		if err != nil {
			return err
		}
		derived, err := row.derived()
		if err != nil {
			return err
		}
		r, closed = cases.RetentionOf(derived, disputes[caseID], terms)
		return nil
	})
	return r, closed, err
}

// Hold keeps a closed case beyond its term.
type Hold struct {
	ID, CaseID int64
	Reason     string
	At         int64
	By         string
}

const holdColumns = "id, agency_id, case_id, reason, placed_at, placed_by, lifted_at, lifted_by, mac"

type holdRow struct {
	ID       int64  `db:"id"`
	AgencyID int64  `db:"agency_id"`
	CaseID   int64  `db:"case_id"`
	Reason   string `db:"reason"`
	At       int64  `db:"placed_at"`
	By       string `db:"placed_by"`
	LiftedAt int64  `db:"lifted_at"`
	LiftedBy string `db:"lifted_by"`
	MAC      []byte `db:"mac"`
}

func (t *tx) holdMAC(r holdRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "hold")
	for _, n := range []int64{r.AgencyID, r.CaseID, r.At, r.LiftedAt} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Reason, r.By, r.LiftedBy} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// openHolds gives the holds of some cases that stand.
func (t *tx) openHolds(ids []int64) (map[int64]Hold, error) {
	out := map[int64]Hold{}
	for part := range slices.Chunk(ids, 1000) {
		var rows []holdRow
		if err := t.SelectIn(&rows, "SELECT "+holdColumns+" FROM retention_holds WHERE lifted_at = 0 AND case_id IN (?)", part); err != nil {
			return nil, fmt.Errorf("read the holds: %w", err)
		}
		for _, r := range rows {
			out[r.CaseID] = Hold{r.ID, r.CaseID, r.Reason, r.At, r.By}
		}
	}
	return out, nil
}

// HoldOf gives the hold on a case, false if there is none.
func (db *DB) HoldOf(ctx context.Context, caseID int64) (h Hold, held bool, err error) {
	err = db.look(ctx, func(t *tx) error {
		all, err := t.openHolds([]int64{caseID})
		h, held = all[caseID]
		return err
	})
	return h, held, err
}

// PlaceHold keeps a case from being destroyed until it is lifted. Invalid: without
// a reason. Conflict: it is held already, or destroyed.
func (db *DB) PlaceHold(ctx context.Context, s cases.Stamp, caseID int64, reason string) error {
	switch {
	case reason == "":
		return Fail(Invalid, "没有写明保留的理由，如：涉及正在进行的审计。")
	case len([]rune(reason)) > 200:
		return Fail(Invalid, "保留的理由太长，最多200字。")
	}
	return db.inTx(ctx, func(t *tx) error {
		locked, err := t.lockCases([]int64{caseID})
		if err != nil {
			return err
		}
		if len(locked) == 0 {
			return Fail(NotFound, "找不到这个办件。")
		}
		if held, err := t.openHolds([]int64{caseID}); err != nil || len(held) > 0 {
			if err == nil {
				err = Fail(Conflict, "这个办件已经保留：%s。", held[caseID].Reason)
			}
			return err
		}
		r := holdRow{AgencyID: locked[0].row.AgencyID, CaseID: caseID, Reason: reason, At: s.At, By: s.By}
		if err := t.Get(&r.ID, "INSERT INTO retention_holds (agency_id, case_id, reason, placed_at, placed_by, mac) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
			r.AgencyID, r.CaseID, r.Reason, r.At, r.By, t.holdMAC(r)); err != nil {
			return fmt.Errorf("place a hold: %w", err)
		}
		return t.audit(r.AgencyID, s, Entry{Act: "hold_placed", Object: "case", ObjectID: caseID, Detail: map[string]any{"hold": r.ID}})
	})
}

// LiftHold ends the hold on a case. Conflict: there is none any more.
func (db *DB) LiftHold(ctx context.Context, s cases.Stamp, caseID int64) error {
	return db.inTx(ctx, func(t *tx) error {
		if _, err := t.lockCases([]int64{caseID}); err != nil {
			return err
		}
		var rows []holdRow
		if err := t.Select(&rows, "SELECT "+holdColumns+" FROM retention_holds WHERE lifted_at = 0 AND case_id = ?", caseID); err != nil {
			return fmt.Errorf("read a hold: %w", err)
		}
		if len(rows) == 0 {
			return Fail(Conflict, "这个办件没有保留，或已由他人解除。")
		}
		r := rows[0]
		r.LiftedAt, r.LiftedBy = s.At, s.By
		if _, err := t.Exec("UPDATE retention_holds SET lifted_at = ?, lifted_by = ?, mac = ? WHERE id = ?", r.LiftedAt, r.LiftedBy, t.holdMAC(r), r.ID); err != nil {
			return fmt.Errorf("lift a hold: %w", err)
		}
		return t.audit(r.AgencyID, s, Entry{Act: "hold_lifted", Object: "case", ObjectID: caseID, Detail: map[string]any{"hold": r.ID}})
	})
}
