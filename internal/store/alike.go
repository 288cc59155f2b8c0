package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
)

// Alike is applications that lie at several agencies at once: of the same person,
// or with nearly the same content. Only who stands above all of them may see it.
type Alike struct {
	Person   bool   // by the same person; else by content
	Content  string // as the first of them put it
	Agencies int
	Rows     []CaseRow // by day of receipt
}

type alikeRow struct {
	askedRow
	AgencyID int64  `db:"agency_id"`
	ID2      []byte `db:"id_blind"`
	Phone    []byte `db:"phone_blind"`
}

// person names who asks: by the identity number, else by name and telephone. ""
// if neither is known: a name alone is no person.
func (r alikeRow) person() string {
	switch {
	case len(r.ID2) > 0:
		return "i" + string(r.ID2)
	case len(r.Phone) > 0 && r.Name != "":
		return "p" + string(r.Phone) + r.Name
	}
	return ""
}

// AlikeAcross finds among what some agencies received in a period, both days
// included, what the same person or the same content brought to at least two of
// them, so that their answers can agree, the most agencies first. Persons are told by blind index; none is opened. Sensitive
// cases that the reader may not see are left out. Invalid: more than can be
// compared.
func (db *DB) AlikeAcross(ctx context.Context, agencies []int64, from, to calendar.Date) (out []Alike, err error) {
	if len(agencies) < 2 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		var rows []alikeRow
		if err := t.SelectIn(&rows, `SELECT c.id, c.agency_id, x.content, COALESCE(a.name, '') AS name, a.id_blind, a.phone_blind FROM cases c JOIN case_texts x ON x.case_id = c.id
			LEFT JOIN case_parties p ON p.case_id = c.id AND p.place = 1 LEFT JOIN applicants a ON a.id = p.applicant_id
			WHERE c.agency_id IN (?) AND c.received_on >= ? AND c.received_on <= ? AND c.received_on <> '' AND c.state <> 'voided' ORDER BY c.id LIMIT ?`, agencies, from, to, mostAsked+1); err != nil {
			return fmt.Errorf("read what was asked: %w", err)
		}
		if len(rows) > mostAsked {
			return Fail(Invalid, "这段时间的办件超过%d件，比不过来；请缩短期间或只选一个机关。", mostAsked)
		}
		out, err = t.alike(rows)
		return err
	})
	return out, err
}

func (t *tx) alike(rows []alikeRow) ([]Alike, error) {
	agency, persons, order := map[int64]int64{}, map[string][]int64{}, []string{}
	var texts []askedRow
	for _, r := range rows {
		agency[r.ID] = r.AgencyID
		if r.Content != "" {
			texts = append(texts, r.askedRow)
		}
		if p := r.person(); p != "" {
			if persons[p] == nil {
				order = append(order, p)
			}
			persons[p] = append(persons[p], r.ID)
		}
	}
	var out []Alike
	add := func(ids []int64, a Alike) error {
		if a.Agencies = different(ids, agency); a.Agencies < 2 {
			return nil
		}
		found, err := t.caseRowsOf(ids)
		if err != nil {
			return err
		}
		seen := map[int64]bool{}
		for _, r := range found {
			seen[r.AgencyID] = true
		}
		if a.Rows, a.Agencies = found, len(seen); a.Agencies >= 2 {
			slices.SortStableFunc(a.Rows, func(x, y CaseRow) int { return x.ReceivedOn.Compare(y.ReceivedOn) })
			out = append(out, a)
		}
		return nil
	}
	for _, g := range groupAsked(texts) {
		ids := make([]int64, len(g.rows))
		for i, r := range g.rows {
			ids[i] = r.ID
		}
		if err := add(ids, Alike{Content: g.rows[0].Content}); err != nil {
			return nil, err
		}
	}
	for _, p := range order {
		if err := add(persons[p], Alike{Person: true}); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b Alike) int {
		return cmp.Or(cmp.Compare(b.Agencies, a.Agencies), cmp.Compare(len(b.Rows), len(a.Rows)))
	})
	return out, nil
}

// different counts the agencies of some cases.
func different(ids []int64, agency map[int64]int64) int {
	seen := map[int64]bool{}
	for _, id := range ids {
		seen[agency[id]] = true
	}
	return len(seen)
}
