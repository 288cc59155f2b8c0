package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// CountedReturns gives the returns from outside that go into sums of a year, by
// agency: neither taken back nor sent back.
func (db *DB) CountedReturns(ctx context.Context, year int) (out map[int64]OutsideReturn, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.countedReturns(year, 0)
		return err
	})
	return out, err
}

// moreFacts adds what only some reports state.
func (db *DB) moreFacts(ctx context.Context, facts *report.Facts, agencyID int64, ids []int64, year int) error {
	tree, err := db.treeOf(ctx, year)
	if err != nil {
		return err
	}
	return db.look(ctx, func(t *tx) error {
		for _, step := range []func(*report.Facts, []int64, int) error{t.answerFacts, t.openFacts, t.disputeFacts, t.outsideFacts, t.yearFacts} {
			if err := step(facts, ids, year); err != nil {
				return err
			}
		}
		facts.Known = true
		if facts.Entered.Opening == nil {
			return nil
		}
		return t.cumulativeFacts(facts, tree, agencyID, ids, year)
	})
}

// answerFacts counts of the answered those carried in and those withdrawn.
func (t *tx) answerFacts(facts *report.Facts, ids []int64, year int) error {
	var n []int64
	if err := t.SelectIn(&n, `SELECT COALESCE(SUM(n), 0) FROM tally_outcomes WHERE agency_id IN (?) AND kind <> '' AND answered_year = ? AND received_year < ?`, ids, year, year); err != nil {
		return fmt.Errorf("count what was carried in and answered: %w", err)
	}
	facts.AnsweredCarried, n = n[0], nil
	if err := t.SelectIn(&n, `SELECT COALESCE(SUM(n), 0) FROM tally_outcomes WHERE agency_id IN (?) AND kind <> '' AND answered_year = ? AND outcome = ?`, ids, year, "other.withdrawn"); err != nil {
		return fmt.Errorf("count what was withdrawn: %w", err)
	}
	facts.Withdrawn = n[0]
	return nil
}

// openFacts counts what stood open on 31 December beyond its term. A case that
// waited for the applicant had none.
func (t *tx) openFacts(facts *report.Facts, ids []int64, year int) error {
	// What is open still, and what was answered since: of the latter those are few that
	// were answered after their day, and they stand in an index of their own.
	const beyond = ` AND agency_id IN (?) AND kind <> '' AND received_on <> '' AND received_on <= ? AND due_on <> '' AND due_on < ?`
	const open = `WITH beyond AS MATERIALIZED (SELECT id FROM cases WHERE answered_on = ''` + beyond + `
		UNION ALL SELECT id FROM cases WHERE answered_on > ? AND answered_on > due_on` + beyond + `) `
	var n []int64
	end := endOf(year)
	if err := t.SelectIn(&n, open+"SELECT COUNT(*) FROM beyond", ids, end, end, end, ids, end, end); err != nil {
		return fmt.Errorf("count what was open at the end of the year: %w", err)
	}
	if facts.OpenOver = n[0]; facts.OpenOver == 0 {
		return nil
	}
	return t.SelectIn(&facts.OpenCases, open+fmt.Sprintf("SELECT number FROM cases WHERE id IN (SELECT id FROM beyond ORDER BY id LIMIT %d) ORDER BY id", mostNamed), ids, end, end, end, ids, end, end)
}

// disputeFacts counts what was filed in the year, and names what was corrected.
func (t *tx) disputeFacts(facts *report.Facts, ids []int64, year int) error {
	first, last := fmt.Sprintf("%04d-01-01", year), endOf(year)
	var filed []struct {
		Kind string `db:"kind"`
		N    int64  `db:"n"`
	}
	if err := t.SelectIn(&filed, "SELECT kind, COUNT(*) AS n FROM disputes WHERE agency_id IN (?) AND filed_on >= ? AND filed_on <= ? GROUP BY kind", ids, first, last); err != nil {
		return fmt.Errorf("count what was filed: %w", err)
	}
	for _, f := range filed {
		for i, k := range cases.RemedyKinds() {
			if k.Code() == f.Kind {
				facts.Filed[i] += f.N
			}
		}
	}
	return t.SelectIn(&facts.CorrectedCases, fmt.Sprintf(`SELECT c.number FROM disputes d JOIN cases c ON c.id = d.case_id WHERE d.agency_id IN (?) AND d.closed_on >= ? AND d.closed_on <= ?
		AND d.result = 'corrected' ORDER BY d.case_id LIMIT %d`, mostNamed), ids, first, last)
}

// outsideFacts counts the answers whose term nobody knows here.
func (t *tx) outsideFacts(facts *report.Facts, ids []int64, year int) error {
	returns, err := t.countedReturns(year, 0)
	for id, r := range returns {
		if slices.Contains(ids, id) {
			facts.OutsideAnswers += r.Table.Total[report.TotalColumn].N
		}
	}
	return err
}

// yearFacts gives the last five years. The first that a register has is often only
// what was carried over: it is left out.
func (t *tx) yearFacts(facts *report.Facts, ids []int64, year int) error {
	counted := map[string]map[int]int64{}
	for _, column := range []string{"received_year", "answered_year"} {
		var rows []struct {
			Year int   `db:"year"`
			N    int64 `db:"n"`
		}
		if err := t.SelectIn(&rows, "SELECT "+column+" AS year, SUM(n) AS n FROM tally_outcomes WHERE agency_id IN (?) AND kind <> '' AND "+column+" >= ? AND "+column+" <= ? GROUP BY "+column, ids, year-4, year); err != nil {
			return fmt.Errorf("count the years: %w", err)
		}
		counted[column] = map[int]int64{}
		for _, r := range rows {
			counted[column][r.Year] = r.N
		}
	}
	var since []int
	if err := t.SelectIn(&since, "SELECT COALESCE(MIN(received_year), 0) FROM tally_outcomes WHERE agency_id IN (?) AND kind <> '' AND n <> 0", ids); err != nil {
		return fmt.Errorf("look for the first year: %w", err)
	}
	for y := max(year-4, since[0]+1); y <= year; y++ {
		one := report.YearFigures{Year: y, New: counted["received_year"][y], Answered: counted["answered_year"][y]}
		returns, err := t.countedReturns(y, 0)
		if err != nil {
			return err
		}
		for id, r := range returns {
			if slices.Contains(ids, id) {
				one.New += r.Table.New[report.TotalColumn].N
				one.Answered += r.Table.Total[report.TotalColumn].N
			}
		}
		if one.New > 0 || len(facts.Years) > 0 {
			facts.Years = append(facts.Years, one)
		}
	}
	return nil
}

// cumulativeFacts goes on from the opening balance, level by level.
func (t *tx) cumulativeFacts(facts *report.Facts, tree *cases.Tree, root int64, ids []int64, year int) error {
	o := *facts.Entered.Opening
	var rows []struct {
		AgencyID int64 `db:"agency_id"`
		N        int64 `db:"n"`
	}
	if err := t.SelectIn(&rows, `SELECT agency_id, SUM(n) AS n FROM tally_outcomes WHERE agency_id IN (?) AND kind <> '' AND received_year > ? AND received_year <= ? GROUP BY agency_id`, ids, o.Through, year); err != nil {
		return fmt.Errorf("count the years since the opening: %w", err)
	}
	of := levelsOf(tree, root, ids)
	facts.Levels3 = [3]int64{o.Own, o.Lower, o.Departments}
	add := func(id, n int64) {
		switch of[id] {
		case cases.LevelLower:
			facts.Levels3[1] += n
		case cases.LevelDepartment:
			facts.Levels3[2] += n
		default:
			facts.Levels3[0] += n
		}
	}
	for _, r := range rows {
		add(r.AgencyID, r.N)
	}
	for y := o.Through + 1; y <= year; y++ {
		returns, err := t.countedReturns(y, 0)
		if err != nil {
			return err
		}
		for id, r := range returns {
			if slices.Contains(ids, id) {
				add(id, r.Table.New[report.TotalColumn].N)
			}
		}
	}
	facts.Since, facts.Cumulative = o.Since, facts.Levels3[0]+facts.Levels3[1]+facts.Levels3[2]
	return nil
}

// feeFacts adds up the 信息处理费 paid in a year, by agency.
func (db *DB) feeFacts(ctx context.Context, facts *report.Facts, agencies []int64, year int) error {
	byAgency := map[int64]*report.FeeUnit{}
	err := db.look(ctx, func(t *tx) error {
		var paid []int64
		if err := t.Select(&paid, "SELECT DISTINCT case_id FROM events WHERE kind = 'fee_paid' AND happened_on >= ? AND happened_on <= ? ORDER BY case_id",
			fmt.Sprintf("%04d-01-01", year), endOf(year)); err != nil {
			return err
		}
		for part := range slices.Chunk(paid, 1000) {
			if err := t.addFees(byAgency, part, agencies, year); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(byAgency) == 0 {
		if err != nil {
			err = fmt.Errorf("add up the fees: %w", err)
		}
		return err
	}
	tree, err := db.treeOf(ctx, year)
	if err != nil {
		return err
	}
	for _, id := range agencies {
		if u := byAgency[id]; u != nil {
			a, _ := tree.Agency(id)
			u.Name = a.Name
			facts.FeeUnits = append(facts.FeeUnits, *u)
			facts.FeeFen, facts.FeeCases = facts.FeeFen+u.Fen, facts.FeeCases+u.Cases
		}
	}
	return nil
}

// addFees adds what was paid in a year for some cases, as far as they are of some
// agencies.
func (t *tx) addFees(byAgency map[int64]*report.FeeUnit, ids, agencies []int64, year int) error {
	var rows []caseRow
	flag := int64(cases.HadFee)
	if err := t.SelectIn(&rows, "SELECT id, agency_id FROM cases WHERE id IN (?) AND agency_id IN (?) AND flags - (flags / ?) * ? >= ? ORDER BY id", ids, agencies, flag*2, flag*2, flag); err != nil {
		return err
	}
	all, err := t.loadEvents(rows)
	if err != nil {
		return err
	}
	for i := range all {
		c, err := all[i].domain(nil)
		if err != nil {
			return err
		}
		fen := paidIn(c, year)
		if fen == 0 {
			continue
		}
		u := byAgency[c.AgencyID]
		if u == nil {
			u = &report.FeeUnit{}
			byAgency[c.AgencyID] = u
		}
		u.Cases, u.Fen = u.Cases+1, u.Fen+fen
	}
	return nil
}

// paidIn is what was paid for a case in a year, in fen.
func paidIn(c *cases.Case, year int) (fen int64) {
	noticed := int64(0)
	for _, e := range cases.Timeline(c.Events, 0) {
		switch f := e.Fact.(type) {
		case cases.FeeNoticed:
			noticed = f.Fen
		case cases.FeePaid:
			paid := f.Fen
			if paid == 0 {
				paid = noticed // paid in full
			}
			if e.On.Year() == year {
				fen += paid
			}
		}
	}
	return fen
}
