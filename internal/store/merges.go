package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai/internal/cases"
)

// MergeProposal is a merge of two applicants' records that waits for the second
// person.
type MergeProposal struct {
	ID       int64  `db:"id"`
	AgencyID int64  `db:"agency_id"`
	From     int64  `db:"from_id"` // the record that goes
	To       int64  `db:"to_id"`   // the one that stays
	Reason   string `db:"reason"`
	By       string `db:"proposed_by"`
	FromName string
	ToName   string
}

// ProposeMerge asks for two records of one applicant to become one. NotFound and
// Invalid as for the merge itself; Invalid: without a reason. Conflict: one of
// them waits in another proposal.
func (db *DB) ProposeMerge(ctx context.Context, s cases.Stamp, agency, from, to int64, reason string) error {
	if reason == "" {
		return Fail(Invalid, "没有写明合并的理由：第二人据此确认。")
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if err := t.mayMerge(from, to); err != nil {
			return err
		}
		var n int
		if err := t.Get(&n, "SELECT COUNT(*) FROM merge_proposals WHERE decided_at = 0 AND (from_id IN (?, ?) OR to_id IN (?, ?))", from, to, from, to); err != nil {
			return fmt.Errorf("look for proposals of merging: %w", err)
		}
		if n > 0 {
			return Fail(Conflict, "其中一条记录已有待确认的合并；请先办理。")
		}
		if _, err := t.Exec("INSERT INTO merge_proposals (agency_id, from_id, to_id, reason, proposed_at, proposed_by) VALUES (?, ?, ?, ?, ?, ?)",
			agency, from, to, reason, s.At, s.By); err != nil {
			return fmt.Errorf("propose a merge: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "merge_proposed", Object: "applicant", ObjectID: from, Detail: map[string]any{"to": to}})
	})
}

// MergeProposals lists what waits in some agencies, oldest first.
func (db *DB) MergeProposals(ctx context.Context, agencies []int64) (out []MergeProposal, err error) {
	if len(agencies) == 0 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		if err := t.SelectIn(&out, "SELECT id, agency_id, from_id, to_id, reason, proposed_by FROM merge_proposals WHERE decided_at = 0 AND agency_id IN (?) ORDER BY id", agencies); err != nil {
			return err
		}
		for i, p := range out {
			var names []struct {
				ID   int64  `db:"id"`
				Name string `db:"name"`
			}
			if err := t.Select(&names, "SELECT id, name FROM applicants WHERE id IN (?, ?)", p.From, p.To); err != nil {
				return err
			}
			for _, n := range names {
				if n.ID == p.From {
					out[i].FromName = n.Name
				} else {
					out[i].ToName = n.Name
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the proposals of merging: %w", err)
	}
	return out, nil
}

// MergeAgency tells in which agency a proposal waits. NotFound: there is none.
func (db *DB) MergeAgency(ctx context.Context, id int64) (agency int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		return missing(t.Get(&agency, "SELECT agency_id FROM merge_proposals WHERE id = ? AND decided_at = 0", id), "这项合并")
	})
	return agency, err
}

// DecideMerge carries a merge out, or refuses it. It takes another person than the
// one who proposed (Invalid), unless there is only one (s.Alone).
func (db *DB) DecideMerge(ctx context.Context, s cases.Stamp, id int64, agree bool) error {
	return db.inTx(ctx, func(t *tx) error {
		word := map[bool]string{true: "merged", false: "refused"}[agree]
		var p []MergeProposal
		if err := t.Select(&p, `UPDATE merge_proposals SET decided_at = ?, decided_by = ?, decision = ? WHERE id = ? AND decided_at = 0
			RETURNING id, agency_id, from_id, to_id, reason, proposed_by`, s.At, s.By, word, id); err != nil {
			return fmt.Errorf("decide on a merge: %w", err)
		}
		switch {
		case len(p) == 0:
			return Fail(Conflict, "这一事项已经办过，或不存在；请刷新页面核对。")
		case cases.SameHand(p[0].By, s.By) && agree && !s.Alone:
			return Fail(Invalid, "合并申请人须由两人办理：提出的人不能自己确认。")
		case !agree:
			return t.audit(p[0].AgencyID, s, Entry{Act: "merge_refused", Object: "applicant", ObjectID: p[0].From, Detail: map[string]any{"to": p[0].To}})
		}
		if err := t.mergeApplicants(p[0].From, p[0].To); err != nil {
			return err
		}
		return t.audit(p[0].AgencyID, s, Entry{Act: "applicants_merged", Object: "applicant", ObjectID: p[0].To, Detail: map[string]any{"from": p[0].From}})
	})
}

// peopleOf reads the people of an audit entry.
func peopleOf(detail string) ([]int64, error) {
	var d struct {
		People []int64 `json:"people"`
	}
	if err := json.Unmarshal([]byte(detail), &d); err != nil {
		return nil, fmt.Errorf("read an entry about people: %w", err)
	}
	return d.People, nil
}
