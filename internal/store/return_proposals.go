package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// ReturnProposal asks for a report to be locked.
type ReturnProposal struct {
	ID       int64  `db:"id"`
	AgencyID int64  `db:"agency_id"`
	Year     int    `db:"year"`
	Whole    int    `db:"whole"` // 1: with all below
	Reason   string `db:"reason"`
	At       int64  `db:"proposed_at"`
	By       string `db:"proposed_by"`
}

const returnProposalColumns = "id, agency_id, year, whole, reason, proposed_at, proposed_by"

// ProposeReturn asks the second person to lock a report. Conflict: that was asked
// already. Invalid: a correction without reason.
func (db *DB) ProposeReturn(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, reason string) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		var open, versions int
		if err := t.Get(&open, "SELECT COUNT(*) FROM return_proposals WHERE agency_id = ? AND year = ? AND whole = ? AND decided_at = 0", agency, year, whole); err != nil {
			return fmt.Errorf("look for proposals of returns: %w", err)
		}
		if err := t.Get(&versions, "SELECT COUNT(*) FROM returns WHERE agency_id = ? AND year = ? AND whole = ?", agency, year, whole); err != nil {
			return fmt.Errorf("look for returns: %w", err)
		}
		switch {
		case open > 0:
			return Fail(Conflict, "%d年的年报已经提请定稿，等待审核人或签发人锁定。", year)
		case versions > 0 && reason == "":
			return Fail(Invalid, "%d年已经定稿；更正应写明理由。", year)
		}
		if _, err := t.Exec("INSERT INTO return_proposals (agency_id, year, whole, reason, proposed_at, proposed_by) VALUES (?, ?, ?, ?, ?, ?)", agency, year, whole, reason, s.At, s.By); err != nil {
			return fmt.Errorf("propose a return: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "return_proposed", Object: "agency", ObjectID: agency, Detail: map[string]any{"year": year, "whole": whole}})
	})
}

// OpenReturn gives what waits to be locked of an agency's report; false: nothing.
func (db *DB) OpenReturn(ctx context.Context, agency int64, year int, own bool) (p ReturnProposal, waits bool, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		err = t.Get(&p, "SELECT "+returnProposalColumns+" FROM return_proposals WHERE agency_id = ? AND year = ? AND whole = ? AND decided_at = 0 ORDER BY id LIMIT 1", agency, year, whole)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		waits = err == nil
		return err
	})
	return p, waits, err
}

// DecideReturn locks what was proposed, or sends it back. It takes another person
// than the one who proposed (Invalid), unless there is only one (s.Alone).
func (db *DB) DecideReturn(ctx context.Context, s cases.Stamp, id int64, agree bool, compose func(report.Table) (Frozen, error)) (out Return, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		word := map[bool]string{true: "locked", false: "refused"}[agree]
		var p []ReturnProposal
		if err := t.Select(&p, "UPDATE return_proposals SET decided_at = ?, decided_by = ?, decision = ? WHERE id = ? AND decided_at = 0 RETURNING "+returnProposalColumns, s.At, s.By, word, id); err != nil {
			return fmt.Errorf("decide on a return: %w", err)
		}
		switch {
		case len(p) == 0:
			return Fail(Conflict, "这一事项已经办过，或不存在；请刷新页面核对。")
		case cases.SameHand(p[0].By, s.By) && agree && !s.Alone:
			return Fail(Invalid, "年报定稿须由两人办理：提请的人不能自己锁定。")
		case !agree:
			return t.audit(p[0].AgencyID, s, Entry{Act: "return_refused", Object: "agency", ObjectID: p[0].AgencyID, Detail: map[string]any{"year": p[0].Year}})
		}
		out, err = t.lockReturn(s, p[0].AgencyID, p[0].Year, p[0].Whole == 0, p[0].Reason, compose)
		return err
	})
	return out, err
}
