package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// mergeApplicants makes all cases of one applicant's record those of another one
// of the same agency, and removes the first. What stands in the second record
// holds. That two people agreed to it is the caller's to know, and to note in the
// audit. NotFound: one of them is not there. Invalid: they are one record, of two
// agencies, or both stand in the same case.
func (t *tx) mergeApplicants(from, to int64) error {
	if err := t.mayMerge(from, to); err != nil {
		return err
	}
	var ids []int64
	if err := t.Select(&ids, "SELECT DISTINCT case_id FROM case_parties WHERE applicant_id IN (?, ?) ORDER BY case_id", from, to); err != nil {
		return fmt.Errorf("read the cases of applicants %d and %d: %w", from, to, err)
	}
	for part := range slices.Chunk(ids, 500) {
		old, err := t.lockCases(part)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(old, func(l loaded) bool { return l.has(from) && l.has(to) }) {
			return Fail(Invalid, "两条申请人记录同在一个办件里（如共同申请人），不能合并；请先核对该办件的申请人。")
		}
	}
	if _, err := t.Exec("UPDATE case_parties SET applicant_id = ? WHERE applicant_id = ?", to, from); err != nil {
		return fmt.Errorf("merge applicant %d into %d: %w", from, to, err)
	}
	for part := range slices.Chunk(ids, 500) {
		if err := t.resignTexts(part); err != nil {
			return err
		}
	}
	for _, query := range []string{"DELETE FROM phone_tails WHERE applicant_id = ?", "DELETE FROM applicants WHERE id = ?"} {
		if _, err := t.Exec(query, from); err != nil {
			return fmt.Errorf("remove applicant %d: %w", from, err)
		}
	}
	return t.queueIndex(ids...)
}

func (t *tx) mayMerge(from, to int64) error {
	agencies := [2]int64{}
	for i, id := range []int64{from, to} {
		err := t.Get(&agencies[i], "UPDATE applicants SET name = name WHERE id = ? RETURNING agency_id", id)
		if errors.Is(err, sql.ErrNoRows) {
			return Fail(NotFound, "找不到要合并的申请人；可能已经合并过。")
		}
		if err != nil {
			return fmt.Errorf("lock applicant %d: %w", id, err)
		}
	}
	if from == to || agencies[0] != agencies[1] {
		return Fail(Invalid, "只能合并同一机关的两条不同的申请人记录。")
	}
	return nil
}

func (l *loaded) has(applicant int64) bool {
	return slices.ContainsFunc(l.parties, func(p partyRow) bool { return p.ID == applicant })
}

// resignTexts writes the macs of texts anew, which cover who the parties are.
func (t *tx) resignTexts(ids []int64) error {
	changed, err := t.lockCases(ids)
	if err != nil {
		return err
	}
	for i := range changed {
		l := &changed[i]
		roles, uids := make([]string, len(l.parties)), make([]int64, len(l.parties))
		for j, p := range l.parties {
			roles[j], uids[j] = p.Role, p.UID
		}
		l.text.CaseID = l.row.ID
		mac := t.textMAC(l.row.AgencyID, l.row.Number, l.text, roles, uids)
		if _, err := t.Exec("UPDATE case_texts SET mac = ? WHERE case_id = ?", mac, l.row.ID); err != nil {
			return fmt.Errorf("write the text of case %d: %w", l.row.ID, err)
		}
	}
	return nil
}
