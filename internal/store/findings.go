package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// CallerHit is a case that a caller may be asking about, and by what it was found.
type CallerHit struct {
	CaseRow
	PlatformNumber string
	By             string // number, name, phone or tail (the last four digits)
}

// mostHits bounds what a look-up gives: more than can be read out to a caller.
const mostHits = 50

// FindCaller finds the cases that a caller's words point to: a number of the case,
// of the platform or of the letter, a name or its beginning, a telephone number
// or its last four digits. At most 50, the surest way of finding first, newest
// receipt first. Telephone numbers are compared by their blind index: none is
// opened. The last four digits of a case written this moment are found as soon as
// it is indexed.
func (db *DB) FindCaller(ctx context.Context, agencyIDs []int64, text string) (hits []CallerHit, err error) {
	text = strings.TrimSpace(text)
	if fold(text) == "" || len(agencyIDs) == 0 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		hits, err = t.findCaller(agencyIDs, text)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find a caller's cases: %w", err)
	}
	return hits, nil
}

func (t *tx) findCaller(agencies []int64, text string) ([]CallerHit, error) {
	by, ids := map[int64]string{}, []int64{}
	ways := []struct {
		name string
		find func([]int64, string) ([]int64, error)
	}{{"phone", t.casesByPhone}, {"tail", t.casesByTail}, {"name", t.casesByName}, {"number", t.casesByNumber}}
	for _, way := range ways {
		if way.name == "name" && digitsOnly(text) || way.name == "number" && isMobile(text) && len(ids) > 0 {
			continue // nobody is called so; and who gave his telephone number did not give a case's
		}
		found, err := way.find(agencies, text)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			if by[id] == "" {
				by[id] = way.name
				ids = append(ids, id)
			}
		}
	}
	return t.callerHits(ids, by)
}

func digitsOnly(text string) bool { return strings.Trim(bare(text), "0123456789") == "" }

// isMobile reports whether a text is a mobile telephone's number.
func isMobile(text string) bool {
	digits := bare(text)
	return len(digits) == 11 && digits[0] == '1' && digitsOnly(digits)
}

func (t *tx) callerHits(ids []int64, by map[int64]string) ([]CallerHit, error) {
	rows, err := t.caseRowsOf(ids)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b CaseRow) int { return b.ReceivedOn.Compare(a.ReceivedOn) })
	rows = rows[:min(len(rows), mostHits)]
	var numbers []struct {
		ID       int64  `db:"id"`
		Platform string `db:"platform_number"`
	}
	if len(rows) == 0 {
		return nil, nil
	}
	shown := make([]int64, len(rows))
	for i, r := range rows {
		shown[i] = r.ID
	}
	if err := t.SelectIn(&numbers, "SELECT id, platform_number FROM cases WHERE id IN (?)", shown); err != nil {
		return nil, err
	}
	platform := map[int64]string{}
	for _, n := range numbers {
		platform[n.ID] = n.Platform
	}
	out := make([]CallerHit, len(rows))
	for i, r := range rows {
		out[i] = CallerHit{CaseRow: r, PlatformNumber: platform[r.ID], By: by[r.ID]}
	}
	return out, nil
}

// caseRowsOf reads the rows of some cases, in the order of the ids, without those
// that who reads may not see.
func (t *tx) caseRowsOf(ids []int64) ([]CaseRow, error) {
	var out []CaseRow
	for part := range slices.Chunk(ids, MostRows) {
		marks := make([]mark, len(part))
		for i, id := range part {
			marks[i].ID = id
		}
		rows, err := t.caseRows(marks)
		if err != nil {
			return nil, err
		}
		out = append(out, visible(rows)...)
	}
	return out, nil
}

// casesOfPeople is the newest cases of the applicants that a condition finds.
const casesOfPeople = `SELECT DISTINCT p.case_id FROM applicants a JOIN case_parties p ON p.applicant_id = a.id WHERE `

// newestCases is what follows it.
const newestCases = " ORDER BY p.case_id DESC LIMIT ?"

func (t *tx) casesByPhone(agencies []int64, text string) (ids []int64, err error) {
	blind := t.db.blind("phone", text)
	if len(bare(text)) < 7 || blind == nil {
		return nil, nil
	}
	err = t.SelectIn(&ids, casesOfPeople+"a.phone_blind = ? AND a.agency_id IN (?)"+newestCases, blind, agencies, mostHits)
	return ids, err
}

func (t *tx) casesByTail(agencies []int64, text string) (ids []int64, err error) {
	digits := bare(text)
	if len(digits) != 4 || strings.Trim(digits, "0123456789") != "" {
		return nil, nil
	}
	tail := t.db.key.IndexMAC("applicant.phone_tail").Sum(nil, []byte(digits))
	err = t.SelectIn(&ids, `SELECT DISTINCT p.case_id FROM phone_tails x JOIN case_parties p ON p.applicant_id = x.applicant_id
		WHERE x.tail = ? AND x.agency_id IN (?)`+newestCases, tail, agencies, mostHits)
	return ids, err
}

func (t *tx) casesByName(agencies []int64, text string) (ids []int64, err error) {
	err = t.SelectIn(&ids, casesOfPeople+"a.agency_id IN (?) AND a.name >= ? AND a.name < ?"+newestCases,
		agencies, text, text+lastSign, mostHits)
	return ids, err
}

// lastSign stands after every sign of a name, in the order of bytes.
const lastSign = "\U0010FFFF"

// casesByNumber leaves to the index what holds the text, and takes of it the
// cases whose number it is: content is not what a caller names.
func (t *tx) casesByNumber(agencies []int64, text string) ([]int64, error) {
	needle := Filter{Text: text}.needle()
	if !strings.ContainsAny(needle, "0123456789") || len(needle) < 2 {
		return nil, nil
	}
	marks, err := t.textMarks(needle, agencies, "", nil, SortReceived.Desc(), mark{}, mostHits)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(marks))
	for i, m := range marks {
		ids[i] = m.ID
	}
	texts, err := t.searchTexts(ids)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { return !texts[id].numbered(needle) })
	slices.SortStableFunc(ids, func(a, b int64) int { return cmp.Compare(texts[a].rank(needle), texts[b].rank(needle)) })
	return ids, nil
}

// numbered reports whether a number of the case, not its content, holds the text.
func (x *searchText) numbered(folded string) bool { return x.rank(folded) < 3 }

// rank tells the whole number from a part of it, and that from anything else.
func (x *searchText) rank(folded string) int {
	best := 3
	for i, field := range x.fields {
		switch {
		case i == contentField:
		case field == folded:
			return 1
		case strings.Contains(field, folded):
			best = 2
		}
	}
	return best
}
