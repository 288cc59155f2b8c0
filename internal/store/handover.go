package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// HandOver is what becomes of somebody's open cases when he leaves.
type HandOver struct {
	AgencyID int64
	From     int64 // a user's id
	To       cases.Assigned
	Except   []int64 // cases that stay
}

// mostHandedOver bounds one hand-over: more than anybody has on his desk.
const mostHandedOver = 5000

// HandOver gives all open cases that somebody handles in an agency to another
// officer or section, each by its own event through the usual door: all but the
// exceptions, or none. Sensitive cases stay, because who may read them is decided
// one by one. It gives the ids of what was handed over and how many sensitive ones
// stayed. The domain's refusals come back as they are.
func (db *DB) HandOver(ctx context.Context, s cases.Stamp, h HandOver) (done []int64, sensitive int, err error) {
	if h.To.Officer == h.From && h.To.Section == 0 || h.To.Officer == 0 && h.To.Section == 0 {
		return nil, 0, Fail(Invalid, "没有选择接手的承办人或科室，或与移交人相同。")
	}
	err = db.inTx(ctx, func(t *tx) error {
		done, sensitive, err = t.handOver(s, h)
		return err
	})
	return done, sensitive, err
}

func (t *tx) handOver(s cases.Stamp, h HandOver) (done []int64, sensitive int, err error) {
	var ids, kept []int64
	if err := t.Select(&ids, "SELECT id FROM cases WHERE agency_id = ? AND officer_id = ? AND answered_on = '' ORDER BY id LIMIT ?", h.AgencyID, h.From, mostHandedOver+1); err != nil {
		return nil, 0, fmt.Errorf("look for open cases: %w", err)
	}
	if len(ids) > mostHandedOver {
		return nil, 0, Fail(Invalid, "在办件超过%d件，请分几次移交。", mostHandedOver)
	}
	if err := t.Select(&kept, "SELECT DISTINCT r.case_id FROM case_readers r JOIN cases c ON c.id = r.case_id WHERE c.agency_id = ? AND c.officer_id = ? AND c.answered_on = ''", h.AgencyID, h.From); err != nil {
		return nil, 0, fmt.Errorf("look for sensitive cases: %w", err)
	}
	for _, id := range ids {
		switch {
		case slices.Contains(kept, id):
			sensitive++
		case !slices.Contains(h.Except, id):
			done = append(done, id)
		}
	}
	for part := range slices.Chunk(done, MostTogether) {
		var edits []Edit
		for _, id := range part {
			edits = append(edits, Edit{ID: id})
		}
		if err := t.updateAll(s, edits, func(c *cases.Case) error {
			err := c.Assign(s, s.Today, h.To)
			var no *cases.Refused
			if errors.As(err, &no) {
				return &cases.Refused{Reason: fmt.Sprintf("%s不能移交：%s", c.Number, no.Reason)}
			}
			return err
		}); err != nil {
			return nil, 0, err
		}
	}
	if len(done) == 0 {
		return nil, sensitive, nil
	}
	return done, sensitive, t.audit(h.AgencyID, s, Entry{Act: "handed_over", Object: "user", ObjectID: h.From,
		Detail: map[string]any{"officer": h.To.Officer, "section": h.To.Section, "reason": h.To.Reason, "cases": len(done), "stayed": len(ids) - len(done)}})
}

// Workload is what somebody or a section finished in a period.
type Workload struct {
	AgencyID  int64 `db:"agency_id"`
	Officer   int64 `db:"officer_id"`
	Section   int64 `db:"section_id"`
	Done      int64 `db:"done"`
	Late      int64 `db:"late"`
	DaysTaken int64 `db:"days"` // of all together, working days
}

// Workloads counts by officer and section what some agencies finished in a period,
// both days included.
func (db *DB) Workloads(ctx context.Context, agencies []int64, from, to calendar.Date) (out []Workload, err error) {
	if err := db.selectAgencies(ctx, &out, `SELECT agency_id, officer_id, section_id, COUNT(*) AS done, SUM(CASE WHEN late = 2 THEN 1 ELSE 0 END) AS late, SUM(days_taken) AS days
		FROM cases WHERE agency_id IN (?) AND answered_on <> '' AND answered_on >= ? AND answered_on <= ? AND state <> 'voided'
		GROUP BY agency_id, officer_id, section_id ORDER BY agency_id, officer_id, section_id`, agencies, from, to); err != nil {
		return nil, fmt.Errorf("count the workload: %w", err)
	}
	return out, nil
}
