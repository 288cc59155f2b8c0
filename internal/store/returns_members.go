package store

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/report"
)

// Member is a case, or a dispute of one, with everything that says in which cells
// it stands.
type Member struct {
	CaseID   int64
	Place    int    // of a dispute, from 1; 0: the case itself
	Kind     string // of applicant, or of remedy
	Received int    // year; of a dispute that of filing
	Answered int    // year, 0 open; of a dispute that of the ruling
	Outcome  string // or result
	YearOnly bool
}

// maxMembers bounds what is unpacked: some thirty bytes a case.
const maxMembers = 1 << 30

// membersOf reads the cases and disputes behind the tables of a year, in the order
// of their ids.
func (t *tx) membersOf(ids []int64, year int) ([]Member, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID       int64         `db:"id"`
		Kind     string        `db:"kind"`
		Received calendar.Date `db:"received_on"`
		Answered calendar.Date `db:"answered_on"`
		Outcome  string        `db:"outcome"`
	}
	if err := t.SelectIn(&rows, `SELECT id, kind, received_on, answered_on, outcome FROM cases WHERE agency_id IN (?) AND received_on <> '' AND received_on <= ?
		AND kind <> '' AND (answered_on = '' OR answered_on >= ?) ORDER BY id`, ids, endOf(year), fmt.Sprintf("%04d-01-01", year)); err != nil {
		return nil, fmt.Errorf("read the cases of a return: %w", err)
	}
	out := make([]Member, 0, len(rows))
	for _, r := range rows {
		m := Member{CaseID: r.ID, Kind: r.Kind, Received: r.Received.Year()}
		if !r.Answered.IsZero() && r.Answered.Year() <= year {
			m.Answered, m.Outcome = r.Answered.Year(), r.Outcome
		}
		out = append(out, m)
	}
	var disputes []struct {
		ID       int64         `db:"case_id"`
		Place    int           `db:"place"`
		Kind     string        `db:"kind"`
		Filed    calendar.Date `db:"filed_on"`
		Closed   calendar.Date `db:"closed_on"`
		Result   string        `db:"result"`
		YearOnly int           `db:"year_only"`
	}
	if err := t.SelectIn(&disputes, `SELECT case_id, place, kind, filed_on, closed_on, result, year_only FROM disputes WHERE agency_id IN (?) AND filed_on <= ?
		AND (closed_on = '' OR closed_on >= ?) ORDER BY case_id, place`, ids, endOf(year), fmt.Sprintf("%04d-01-01", year)); err != nil {
		return nil, fmt.Errorf("read the disputes of a return: %w", err)
	}
	for _, d := range disputes {
		m := Member{CaseID: d.ID, Place: d.Place, Kind: d.Kind, Received: d.Filed.Year(), YearOnly: d.YearOnly != 0}
		if !d.Closed.IsZero() && d.Closed.Year() <= year {
			m.Answered, m.Outcome = d.Closed.Year(), d.Result
		}
		out = append(out, m)
	}
	return out, nil
}

// packMembers writes one line for each, compressed.
func packMembers(members []Member) ([]byte, error) {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	line := make([]byte, 0, 64)
	for _, m := range members {
		line = fmt.Appendf(line[:0], "%d\t%d\t%s\t%d\t%d\t%s\t%d\n", m.CaseID, m.Place, m.Kind, m.Received, m.Answered, m.Outcome, number(m.YearOnly))
		if _, err := z.Write(line); err != nil {
			return nil, fmt.Errorf("pack the cases of a return: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the cases of a return: %w", err)
	}
	return out.Bytes(), nil
}

func unpackMembers(data []byte) (out []Member, err error) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack the cases of a return: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxMembers))
	if err != nil {
		return nil, fmt.Errorf("unpack the cases of a return: %w", err)
	}
	for line := range bytes.Lines(text) {
		f := bytes.Split(bytes.TrimSuffix(line, []byte("\n")), []byte("\t"))
		if len(f) != 7 {
			return nil, errors.New("unpack the cases of a return: a line is cut")
		}
		var m Member
		var yearOnly int
		for i, to := range map[int]any{0: &m.CaseID, 1: &m.Place, 3: &m.Received, 4: &m.Answered, 6: &yearOnly} {
			if _, err := fmt.Sscan(string(f[i]), to); err != nil {
				return nil, fmt.Errorf("unpack the cases of a return: %w", err)
			}
		}
		m.Kind, m.Outcome, m.YearOnly = string(f[2]), string(f[5]), yearOnly == 1
		out = append(out, m)
	}
	return out, nil
}

// countMembers counts the tables of a year from the cases behind them.
func countMembers(members []Member, year int, f report.Format) report.Table {
	var tallies []report.Tally
	var remedies []report.RemedyTally
	for _, m := range members {
		if m.Place == 0 {
			tallies = append(tallies, report.Tally{Kind: kindColumn(m.Kind), ReceivedYear: m.Received, AnsweredYear: m.Answered, Outcome: m.Outcome, Count: 1})
			continue
		}
		row := remedyRow{Kind: m.Kind, Filed: fmt.Sprint(m.Received), Result: m.Outcome, YearOnly: number(m.YearOnly), N: 1}
		if m.Answered > 0 {
			row.Closed = fmt.Sprint(m.Answered)
		}
		if y, err := row.tally(); err == nil {
			remedies = append(remedies, y)
		}
	}
	return report.Count(year, f, tallies, remedies)
}

// Moved is a case that stands otherwise in the register than in a locked return.
type Moved struct {
	CaseID int64
	Number string
	Before string // the cells then; "" in none
	Now    string
}

// ReturnDifferences compares a locked return with the register as it is now, case
// by case, at most 500, and the tables cell by cell. NotFound: there is no such
// version.
func (db *DB) ReturnDifferences(ctx context.Context, agency int64, year int, own bool, version int) (moved []Moved, cells []string, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, ids, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		rows, err := t.returnRows("agency_id = ? AND year = ? AND whole = ? AND version = ?", agency, year, whole, version)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return Fail(NotFound, "找不到这一版年报。")
		}
		locked, err := rows[0].domain()
		if err != nil {
			return err
		}
		now, err := t.table(agency, year, own, locked.Frozen.Table.Format)
		if err != nil {
			return err
		}
		cells = locked.Frozen.Table.Differences(now)
		then, err := unpackMembers(rows[0].Members)
		if err != nil {
			return err
		}
		current, err := t.membersOf(ids, year)
		if err != nil {
			return err
		}
		if moved = compareMembers(then, current, year, locked.Frozen.Table.Format); len(moved) > MostRows {
			moved = moved[:MostRows]
		}
		return t.nameMoved(moved)
	})
	return moved, cells, err
}

// compareMembers lists who stands in other cells than before.
func compareMembers(then, now []Member, year int, f report.Format) []Moved {
	type key struct {
		id    int64
		place int
	}
	before := make(map[key]Member, len(then))
	for _, m := range then {
		before[key{m.CaseID, m.Place}] = m
	}
	var out []Moved
	for _, m := range now {
		k := key{m.CaseID, m.Place}
		old, there := before[k]
		delete(before, k)
		if there && old == m {
			continue
		}
		x := Moved{CaseID: m.CaseID, Now: cellsOf(m, year, f)}
		if there {
			x.Before = cellsOf(old, year, f)
		}
		if x.Before != x.Now {
			out = append(out, x)
		}
	}
	for _, m := range before {
		if cells := cellsOf(m, year, f); cells != "" {
			out = append(out, Moved{CaseID: m.CaseID, Before: cells})
		}
	}
	slices.SortFunc(out, func(a, b Moved) int { return int(min(max(a.CaseID-b.CaseID, -1), 1)) })
	return out
}

// cellsOf words in which cells a case stands.
func cellsOf(m Member, year int, f report.Format) string {
	table := countMembers([]Member{m}, year, f)
	var out []byte
	for _, k := range f.Rows() {
		row := table.Row(k)
		for c := range report.TotalColumn {
			if row[c].N > 0 && k != report.RowTotal {
				out = fmt.Appendf(out, "%s（%s） ", k.Path(), c.Label())
			}
		}
	}
	for b := range table.Remedies {
		for r := report.Upheld; r < report.TotalResult; r++ {
			if table.Remedies[b][r].N > 0 {
				out = fmt.Appendf(out, "%s（%s） ", report.Block(b).Label(), r.Label())
			}
		}
	}
	return string(bytes.TrimSpace(out))
}

func (t *tx) nameMoved(moved []Moved) error {
	if len(moved) == 0 {
		return nil
	}
	ids := make([]int64, len(moved))
	for i, m := range moved {
		ids[i] = m.CaseID
	}
	var rows []struct {
		ID     int64  `db:"id"`
		Number string `db:"number"`
	}
	if err := t.SelectIn(&rows, "SELECT id, number FROM cases WHERE id IN (?)", ids); err != nil {
		return fmt.Errorf("read the numbers of cases: %w", err)
	}
	names := map[int64]string{}
	for _, r := range rows {
		names[r.ID] = r.Number
	}
	for i := range moved {
		moved[i].Number = names[moved[i].CaseID]
	}
	return nil
}
