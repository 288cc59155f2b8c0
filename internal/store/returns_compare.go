package store

import (
	"context"
	"fmt"

	"gongkai/internal/report"
)

// CarriedApart names the cases that make the difference between what was locked as
// carried out of a year and what the next one carries in (K6), at most 500; locked
// false: nothing was locked of that year.
func (db *DB) CarriedApart(ctx context.Context, agency int64, year int, own bool) (apart []Moved, locked bool, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, ids, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		rows, err := t.returnRows("agency_id = ? AND year = ? AND whole = ? ORDER BY version DESC LIMIT 1", agency, year-1, whole)
		if err != nil || len(rows) == 0 {
			return err
		}
		locked = true
		then, err := unpackMembers(rows[0].Members)
		if err != nil {
			return err
		}
		now, err := t.membersOf(ids, year, true)
		if err != nil {
			return err
		}
		apart = carriedApart(then, now, year)
		return t.nameMoved(apart)
	})
	return apart, locked, err
}

// carriedApart compares who was carried out with who is carried in.
func carriedApart(then, now []Member, year int) []Moved {
	out := map[int64]string{}
	var order []Member
	for _, m := range then {
		if m.Place == 0 && m.Received < year && (m.Answered == 0 || m.Answered >= year) {
			out[m.CaseID] = kindLabel(m.Kind)
			order = append(order, m)
		}
	}
	var apart []Moved
	for _, m := range now {
		if m.Place != 0 || m.Received >= year {
			continue
		}
		was, there := out[m.CaseID]
		delete(out, m.CaseID)
		switch is := kindLabel(m.Kind); {
		case !there:
			apart = append(apart, Moved{CaseID: m.CaseID, Number: m.Number, Now: "上年结转（" + is + "）"})
		case was != is:
			apart = append(apart, Moved{CaseID: m.CaseID, Number: m.Number, Before: "结转下年度（" + was + "）", Now: "上年结转（" + is + "）"})
		}
	}
	for _, m := range order {
		if was, left := out[m.CaseID]; left {
			apart = append(apart, Moved{CaseID: m.CaseID, Number: m.Number, Before: "结转下年度（" + was + "）"})
		}
	}
	return apart[:min(len(apart), MostRows)]
}

func kindLabel(code string) string {
	if c := kindColumn(code); c >= 0 {
		return report.Column(c).Label()
	}
	return code
}

// VersionDifferences compares a locked version with the one before it: which cells
// differ, and which cases make the difference, at most 500. Version 1 differs from
// nothing.
func (db *DB) VersionDifferences(ctx context.Context, agency int64, year int, own bool, version int) (moved []Moved, cells []string, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		rows, err := t.returnRows("agency_id = ? AND year = ? AND whole = ? AND version IN (?, ?) ORDER BY version", agency, year, whole, version-1, version)
		if err != nil || len(rows) < 2 {
			return err
		}
		var tables [2]report.Table
		var members [2][]Member
		for i, r := range rows {
			one, err := r.domain()
			if err != nil {
				return err
			}
			tables[i] = one.Frozen.Table
			if members[i], err = unpackMembers(r.Members); err != nil {
				return err
			}
		}
		cells = tables[0].Differences(tables[1])
		moved = compareMembers(members[0], members[1], year, tables[1].Format)
		moved = moved[:min(len(moved), MostRows)]
		return t.nameMoved(moved)
	})
	return moved, cells, err
}

// UnitTable is what one agency of a sum brings to it.
type UnitTable struct {
	AgencyID int64
	Name     string
	Outside  bool         // as handed in
	Table    report.Table // living, or as handed in
	Locked   *report.Table
	Version  int // of Locked
}

// UnitTables gives the tables of which a government's table is the sum: of itself
// alone and of each agency below that has any figure, by the tree of the year; with
// what each has locked of itself alone.
func (db *DB) UnitTables(ctx context.Context, agency int64, year int, own bool) (out []UnitTable, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.unitTables(agency, year, own)
		return err
	})
	return out, err
}

func (t *tx) unitTables(agency int64, year int, own bool) ([]UnitTable, error) {
	_, ids, err := t.tableAgencies(agency, year, own)
	if err != nil {
		return nil, err
	}
	tree, err := t.db.trees.kept(t, report.YearSpan(year).To)
	if err != nil {
		return nil, err
	}
	tallies, err := t.talliesByAgency(ids, year)
	if err != nil {
		return nil, err
	}
	remedies, err := t.remediesByAgency(ids, year)
	if err != nil {
		return nil, err
	}
	outside, err := t.countedReturns(year, 0)
	if err != nil {
		return nil, err
	}
	locked, err := t.lockedTables(year)
	if err != nil {
		return nil, err
	}
	var out []UnitTable
	for _, id := range ids {
		a, alive := tree.Agency(id)
		if !alive {
			continue // counted with its successor
		}
		u := UnitTable{AgencyID: id, Name: a.Name}
		var mine []report.Tally
		var disputes []report.RemedyTally
		for _, part := range tree.Own(id) {
			mine, disputes = append(mine, tallies[part]...), append(disputes, remedies[part]...)
		}
		u.Table = report.Count(year, report.FormatOf(year), mine, disputes)
		u.Table.Agency = a.Name
		if r, there := outside[id]; there {
			u.Outside = true
			u.Table.Add(r.in(u.Table.Format))
		}
		if l, there := locked[id]; there {
			u.Locked, u.Version = &l.Frozen.Table, l.Version
		}
		if u.Locked != nil || u.Outside || len(mine)+len(disputes) > 0 {
			out = append(out, u)
		}
	}
	return out, nil
}

// lockedTables gives the last version that each agency has locked of itself alone.
func (t *tx) lockedTables(year int) (map[int64]Return, error) {
	var rows []returnRow
	if err := t.Select(&rows, "SELECT "+plainReturnColumns+" FROM returns WHERE year = ? AND whole = 0 ORDER BY agency_id, version", year); err != nil {
		return nil, fmt.Errorf("read the returns: %w", err)
	}
	out := map[int64]Return{}
	for _, r := range rows {
		one, err := r.domain()
		if err != nil {
			return nil, err
		}
		out[r.AgencyID] = one
	}
	return out, nil
}

func (t *tx) talliesByAgency(ids []int64, year int) (map[int64][]report.Tally, error) {
	var rows []struct {
		AgencyID int64  `db:"agency_id"`
		Kind     string `db:"kind"`
		Received int    `db:"received_year"`
		Answered int    `db:"answered_year"`
		Outcome  string `db:"outcome"`
		N        int64  `db:"n"`
	}
	if err := t.SelectIn(&rows, `SELECT agency_id, kind, received_year, answered_year, outcome, n FROM tally_outcomes
		WHERE agency_id IN (?) AND received_year <= ? AND (answered_year = 0 OR answered_year >= ?) AND n <> 0`, ids, year, max(year, 1)); err != nil {
		return nil, fmt.Errorf("read the tallies of %d: %w", year, err)
	}
	out := map[int64][]report.Tally{}
	for _, r := range rows {
		out[r.AgencyID] = append(out[r.AgencyID], report.Tally{Kind: kindColumn(r.Kind), ReceivedYear: r.Received, AnsweredYear: r.Answered, Outcome: r.Outcome, Count: r.N})
	}
	return out, nil
}

func (t *tx) remediesByAgency(ids []int64, year int) (map[int64][]report.RemedyTally, error) {
	var rows []struct {
		AgencyID int64 `db:"agency_id"`
		remedyRow
	}
	if err := t.SelectIn(&rows, `SELECT agency_id, kind, SUBSTR(filed_on, 1, 4) AS filed, SUBSTR(closed_on, 1, 4) AS closed, result, year_only, COUNT(*) AS n FROM disputes
		WHERE agency_id IN (?) AND filed_on <= ? AND (closed_on = '' OR closed_on >= ?) GROUP BY 1, 2, 3, 4, 5, 6`, ids, endOf(year), fmt.Sprintf("%04d-01-01", year)); err != nil {
		return nil, fmt.Errorf("count the disputes of %d: %w", year, err)
	}
	out := map[int64][]report.RemedyTally{}
	for _, r := range rows {
		one, err := r.tally()
		if err != nil {
			return nil, err
		}
		out[r.AgencyID] = append(out[r.AgencyID], one)
	}
	return out, nil
}

// Report gives the table that stands for the unit in a sum of returns: as locked,
// else as it is now.
func (u UnitTable) Report() report.Table {
	if u.Locked != nil {
		return *u.Locked
	}
	return u.Table
}
