package store

import (
	"context"
	"fmt"
	"strings"
)

// FindApplicants finds the records of who is called so, or has that telephone or
// identity number: by name from its beginning, by numbers whole, through their
// blind indexes. The latest record first, at most 50.
func (db *DB) FindApplicants(ctx context.Context, agencyIDs []int64, text string) (lines []ApplicantLine, err error) {
	text = strings.TrimSpace(text)
	if text == "" || len(agencyIDs) == 0 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		var ids []int64
		if err := t.SelectIn(&ids, `SELECT id FROM applicants WHERE agency_id IN (?) AND (name >= ? AND name < ?
			OR phone_blind IS NOT NULL AND phone_blind = ? OR id_blind IS NOT NULL AND id_blind = ?) ORDER BY id DESC LIMIT 50`,
			agencyIDs, text, text+lastSign, db.blind("phone", text), db.blind("id_number", text)); err != nil {
			return err
		}
		lines, err = t.applicantLines(ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find applicants: %w", err)
	}
	return lines, nil
}

// CaseApplicants gives the ids of the parties of a case by its number in an
// agency. NotFound: there is no such case.
func (db *DB) CaseApplicants(ctx context.Context, agency int64, number string) (ids []int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		var id int64
		if err := t.Get(&id, "SELECT id FROM cases WHERE agency_id = ? AND number <> '' AND number = ?", agency, number); err != nil {
			return missing(err, "这个办件")
		}
		return t.Select(&ids, "SELECT DISTINCT applicant_id FROM case_parties WHERE case_id = ? ORDER BY applicant_id", id)
	})
	return ids, err
}
