package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Search lists the cases of some agencies that hold a text of one sign or more in
// number, platform number, number of the letter, names or content: newest receipt
// first. Full and half width, capitals and spaces make no difference. It is List
// with nothing but the text.
func (db *DB) Search(ctx context.Context, agencyIDs []int64, text string, after Cursor, limit int) (Page, error) {
	return db.List(ctx, Filter{AgencyIDs: agencyIDs, Text: text}, SortReceived.Desc(), after, limit)
}

func inList(query string, args ...any) (string, []any, error) { return sqlx.In(query, args...) }

// needle gives what is searched for, folded and cut; "" for nothing.
func (f Filter) needle() string {
	signs := []rune(fold(f.Text))
	return string(signs[:min(len(signs), longestText)])
}

const (
	// fewFound cases are read by id and put in order; more are met soon enough by
	// walking the list.
	fewFound = 4000
	// sureFound is where more pairs would save less than they cost to read.
	sureFound = 200
	// mostWalked bounds how many rows of a list are looked at in one statement.
	mostWalked = 8192
)

// candidates gives the cases that the index, or its queue, holds for possible.
func (t *tx) candidates(needle string, agencies []int64) (caseSet, error) {
	found := caseSet(nil)
	for _, term := range queryTerms(needle) {
		set := caseSet{}
		if err := t.addPostings(set, term); err != nil {
			return nil, err
		}
		if found == nil {
			found = set
		} else {
			found.keep(set)
		}
		if found.len() <= sureFound {
			break
		}
	}
	if len(agencies) <= agenciesAtOnce && found.len() > sureFound {
		scope := caseSet{}
		for _, id := range agencies {
			if err := t.addPostings(scope, agencyTerm(id)); err != nil {
				return nil, err
			}
		}
		found.keep(scope)
	}
	var waiting []int64
	if err := t.Select(&waiting, "SELECT case_id FROM search_queue"); err != nil {
		return nil, fmt.Errorf("read the queue of the search index: %w", err)
	}
	for _, id := range waiting {
		found.add(id)
	}
	return found, nil
}

func (t *tx) addPostings(to caseSet, term string) error {
	var rows []struct {
		Block int64  `db:"block"`
		IDs   []byte `db:"ids"`
	}
	if err := t.Select(&rows, "SELECT block, ids FROM search_terms WHERE term = ?", term); err != nil {
		return fmt.Errorf("read the search index: %w", err)
	}
	for _, r := range rows {
		if err := to.block(r.Block).merge(r.IDs); err != nil {
			return err
		}
	}
	return nil
}

// textMarks is marks for a search: of the cases that the index holds for
// possible those that have the text.
func (t *tx) textMarks(needle string, agencies []int64, where string, args []any, s Sort, from mark, n int) ([]mark, error) {
	set, err := t.candidates(needle, agencies)
	if err != nil || set.len() == 0 || len(agencies) == 0 {
		return nil, err
	}
	walk := func(g segment, from mark, n int) ([]mark, error) {
		return t.segmentMarks(g, agencies, where, args, from, from.Back, n)
	}
	chunk := mostWalked / 8
	if set.len() <= fewFound {
		chunk = n
		walk = t.walkSome(set, agencies, where, args)
	}
	var out []mark
	for len(out) < n {
		got, err := t.marks(walk, s, from, chunk)
		if err != nil {
			return nil, err
		}
		if out, err = t.confirm(out, got, set, needle, n); err != nil {
			return nil, err
		}
		if len(got) < chunk {
			break
		}
		from, chunk = got[len(got)-1], min(2*chunk, mostWalked)
	}
	return out, nil
}

// walkSome takes from a segment only the cases of a small set. Their key is
// written as an expression, so that no engine walks the whole order for them.
func (t *tx) walkSome(set caseSet, agencies []int64, where string, args []any) func(segment, mark, int) ([]mark, error) {
	ids := make([]string, 0, set.len())
	for _, id := range set.ids() {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	some := "id IN (" + strings.Join(ids, ", ") + ")"
	if where != "" {
		some += " AND " + where
	}
	return func(g segment, from mark, n int) ([]mark, error) {
		if g.number != "" {
			g.number = "0 + " + g.number
		}
		if g.key != "" {
			g.key = "'' || " + g.key
		}
		return t.wideMarks(g, agencies, some, args, from, from.Back, n)
	}
}

// confirm reads what of the marks is possible, and adds those that have the text
// until there are n.
func (t *tx) confirm(out, marks []mark, set caseSet, needle string, n int) ([]mark, error) {
	var possible []mark
	for _, m := range marks {
		if set.has(m.ID) {
			possible = append(possible, m)
		}
	}
	for len(possible) > 0 && len(out) < n {
		part := possible[:min(len(possible), max(64, n-len(out)))]
		possible = possible[len(part):]
		ids := make([]int64, len(part))
		for i, m := range part {
			ids[i] = m.ID
		}
		texts, err := t.searchTexts(ids)
		if err != nil {
			return nil, err
		}
		for _, m := range part {
			if x := texts[m.ID]; x != nil && x.holds(needle) && len(out) < n {
				out = append(out, m)
			}
		}
	}
	return out, nil
}

// HideWords gives what somebody searched for as it may stand in an address;
// ShowWords is the way back.
func (db *DB) HideWords(text string) string { return db.key.HideWords(text) }

// ShowWords gives what HideWords hid; text that is not hidden as it is, and "" for
// what was hidden elsewhere.
func (db *DB) ShowWords(text string) string { return db.key.ShowWords(text) }
