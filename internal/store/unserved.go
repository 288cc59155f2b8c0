package store

import (
	"context"
	"fmt"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Unserved is a case whose answer left the house without proof of its service.
type Unserved struct {
	CaseID   int64         `db:"case_id"`
	AgencyID int64         `db:"agency_id"`
	Number   string        `db:"number"`
	Subject  string        `db:"content"` // "" where the reader may not see it
	Since    calendar.Date `db:"since"`   // posted, or answered
	Mail     string        `db:"mail"`    // number of the mail; "" where nothing is recorded
	Hidden   bool          `db:"-"`       // sensitive: only its number is shown
}

// mostUnserved bounds the lists.
const mostUnserved = 200

// Unserved lists of some agencies what was posted and is neither signed for nor
// came back (posted), and what was answered from a day on without any service
// recorded (bare); the oldest first, at most 200 each. Imported history is in
// neither.
func (db *DB) Unserved(ctx context.Context, agencies []int64, from calendar.Date) (posted, bare []Unserved, err error) {
	if len(agencies) == 0 {
		return nil, nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		if err := t.SelectIn(&posted, `SELECT s.case_id, c.agency_id, c.number, x.content, s.posted_on AS since, s.number AS mail
			FROM services s JOIN cases c ON c.id = s.case_id JOIN case_texts x ON x.case_id = c.id
			WHERE s.way = 'mail' AND s.signed_on = '' AND s.failed_on = '' AND c.agency_id IN (?) ORDER BY s.posted_on, s.case_id, s.place LIMIT ?`, agencies, mostUnserved); err != nil {
			return fmt.Errorf("look for what was posted: %w", err)
		}
		if err := t.SelectIn(&bare, `SELECT c.id AS case_id, c.agency_id, c.number, x.content, c.answered_on AS since, '' AS mail
			FROM cases c JOIN case_texts x ON x.case_id = c.id
			WHERE c.agency_id IN (?) AND c.answered_on >= ? AND c.outcome NOT IN ('other.withdrawn', 'other.unreachable')
			AND EXISTS (SELECT 1 FROM events e WHERE e.case_id = c.id AND e.kind = 'answered' AND e.history = 0)
			AND NOT EXISTS (SELECT 1 FROM events e WHERE e.case_id = c.id AND e.kind = 'served')
			AND NOT EXISTS (SELECT 1 FROM services s WHERE s.case_id = c.id AND s.letter = 0)
			ORDER BY c.answered_on, c.id LIMIT ?`, agencies, from.String(), mostUnserved); err != nil {
			return fmt.Errorf("look for answers without service: %w", err)
		}
		return t.veil(posted, bare)
	})
	return posted, bare, err
}

// withoutOriginal is the condition that no letter of the answer lies in the file of the
// case c: neither one issued here nor a scan.
const withoutOriginal = "NOT EXISTS (SELECT 1 FROM attachments a WHERE a.case_id = c.id AND a.kind = 'answer' AND a.withdrawn_at = 0)"

// WithoutOriginal lists of some agencies what was answered from a day on without the
// letter in its file, the oldest first, at most 200. Endings that are no answers and
// imported history are not in it.
func (db *DB) WithoutOriginal(ctx context.Context, agencies []int64, from calendar.Date) (out []Unserved, err error) {
	if len(agencies) == 0 {
		return nil, nil
	}
	var answers []string
	for _, o := range cases.Outcomes() {
		if o.CountsAsAnswer() {
			answers = append(answers, "'"+o.Code()+"'")
		}
	}
	err = db.look(ctx, func(t *tx) error {
		if err := t.SelectIn(&out, `SELECT c.id AS case_id, c.agency_id, c.number, x.content, c.answered_on AS since, '' AS mail
			FROM cases c JOIN case_texts x ON x.case_id = c.id
			WHERE c.agency_id IN (?) AND c.answered_on >= ? AND c.outcome IN (`+strings.Join(answers, ", ")+`)
			AND EXISTS (SELECT 1 FROM events e WHERE e.case_id = c.id AND e.kind = 'answered' AND e.history = 0) AND `+withoutOriginal+`
			AND NOT EXISTS (SELECT 1 FROM purged_cases p WHERE p.case_id = c.id) ORDER BY c.answered_on, c.id LIMIT ?`, agencies, from.String(), mostUnserved); err != nil {
			return fmt.Errorf("look for answers without their letter: %w", err)
		}
		return t.veil(out)
	})
	return out, err
}

// HasOriginal reports whether the letter of a case's answer lies in its file.
func (db *DB) HasOriginal(ctx context.Context, id int64) (has bool, err error) {
	err = db.look(ctx, func(t *tx) error {
		var n int
		err := t.Get(&n, "SELECT COUNT(*) FROM cases c WHERE c.id = ? AND "+withoutOriginal, id)
		has = n == 0
		return err
	})
	return has, err
}

// veil takes away what a reader may not see of sensitive cases.
func (t *tx) veil(lists ...[]Unserved) error {
	for _, list := range lists {
		var ids []int64
		for _, u := range list {
			ids = append(ids, u.CaseID)
		}
		away, err := t.hidden(ids)
		if err != nil {
			return err
		}
		for i := range list {
			if away[list[i].CaseID] {
				list[i].Subject, list[i].Hidden = "", true
			}
		}
	}
	return nil
}
