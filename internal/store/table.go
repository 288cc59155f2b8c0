package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// Table gives the statutory tables of an agency and year as they follow from the
// register: of the agency and all below it, or (own) of itself alone, by the tree
// of 31 December of the year. The zero format is the one due for the year. Table
// 二 is not in the register: it is what was entered. NotFound: the agency was not
// there on that day.
func (db *DB) Table(ctx context.Context, agencyID int64, year int, own bool, f report.Format) (table report.Table, err error) {
	err = db.look(ctx, func(t *tx) error {
		table, err = t.table(agencyID, year, own, f)
		return err
	})
	return table, err
}

func (t *tx) table(agencyID int64, year int, own bool, f report.Format) (report.Table, error) {
	agency, ids, err := t.tableAgencies(agencyID, year, own)
	if err != nil {
		return report.Table{}, err
	}
	tallies, err := t.tableTallies(ids, year)
	if err != nil {
		return report.Table{}, err
	}
	remedies, err := t.remedyTallies(ids, year)
	if err != nil {
		return report.Table{}, err
	}
	if f.IsZero() {
		f = report.FormatOf(year)
	}
	table := report.Count(year, f, tallies, remedies)
	table.Agency = agency.Name
	if err := t.addOutside(&table, ids, 0); err != nil {
		return table, err
	}
	table.Proactive, err = t.proactive(agencyID, year, own, 0)
	return table, err
}

// TableAgencies gives the agency as it was on 31 December of a year, and the ids
// whose cases its tables count: itself, those it took over, and unless own all
// below it; units under vertical management if the counting rules say so. A list of a cell's cases takes these as Filter.AgencyIDs. NotFound:
// the agency was not there on that day.
func (db *DB) TableAgencies(ctx context.Context, agencyID int64, year int, own bool) (agency cases.Agency, ids []int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		agency, ids, err = t.tableAgencies(agencyID, year, own)
		return err
	})
	return agency, ids, err
}

func (t *tx) tableAgencies(agencyID int64, year int, own bool) (cases.Agency, []int64, error) {
	tree, err := t.db.trees.kept(t, calendar.Of(year, time.December, 31))
	if err != nil {
		return cases.Agency{}, nil, err
	}
	agency, alive := tree.Agency(agencyID)
	switch {
	case !alive:
		return agency, nil, Fail(NotFound, "%d年12月31日没有这个机关；请检查机关代码和年度。", year)
	case own:
		return agency, tree.Own(agencyID), nil
	}
	ids := tree.Below(agencyID)
	if !tree.HasVertical(agencyID) {
		return agency, ids, nil
	}
	counting, _, err := t.counting(agencyID, year)
	if err == nil && counting.Vertical() {
		ids = tree.BelowAll(agencyID)
	}
	return agency, ids, err
}

// treeOf gives the tree that the tables of a year go by.
func (db *DB) treeOf(ctx context.Context, year int) (*cases.Tree, error) {
	return db.Tree(ctx, calendar.Of(year, time.December, 31))
}

// treeCache keeps the trees of a few days as long as the agencies stay as they
// are: hundreds of agencies take longer to read than their table to count.
type treeCache struct {
	sync.Mutex
	seen  int64 // length of the system's audit chain, in which every change is noted
	spans []cases.Agency
	trees map[calendar.Date]*cases.Tree
}

// mostTrees bounds the cache; a user looks at a handful of years.
const mostTrees = 16

// kept gives the tree of a day. It is shared: nobody may change it.
func (c *treeCache) kept(t *tx, day calendar.Date) (*cases.Tree, error) {
	var now int64
	if err := t.Get(&now, "SELECT COALESCE(MAX(seq), 0) FROM audit_heads WHERE chain = ?", SystemChain); err != nil {
		return nil, fmt.Errorf("look for changes of agencies: %w", err)
	}
	c.Lock()
	defer c.Unlock()
	if c.trees == nil || c.seen != now {
		spans, err := t.agencies()
		if err != nil {
			return nil, err
		}
		c.seen, c.spans, c.trees = now, spans, map[calendar.Date]*cases.Tree{}
	}
	tree := c.trees[day]
	if tree == nil {
		if len(c.trees) >= mostTrees {
			clear(c.trees)
		}
		tree = cases.NewTree(c.spans, day)
		c.trees[day] = tree
	}
	return tree, nil
}

// AgencyCount is what an agency received in a year, and answered in it.
type AgencyCount struct {
	AgencyID int64
	Received int64
	Answered int64
}

// yearCount is a number of cases of one agency by years; 0 in Answered is open.
type yearCount struct {
	AgencyID int64 `db:"agency_id"`
	Received int   `db:"received_year"`
	Answered int   `db:"answered_year"`
	N        int64 `db:"n"`
}

// Counts gives for each agency of a set that has any what it received and
// answered in a year, in the order of the ids. A case without a kind of applicant
// is in no column of table 三, nor counted here.
func (db *DB) Counts(ctx context.Context, agencies []int64, year int) ([]AgencyCount, error) {
	var rows []yearCount
	err := db.selectAgencies(ctx, &rows, `SELECT agency_id, received_year, answered_year, SUM(n) AS n FROM tally_outcomes
		WHERE agency_id IN (?) AND kind <> '' AND (received_year = ? OR answered_year = ?)
		GROUP BY agency_id, received_year, answered_year HAVING SUM(n) <> 0 ORDER BY agency_id`, agencies, year, year)
	if err != nil {
		return nil, fmt.Errorf("count the cases of %d: %w", year, err)
	}
	var out []AgencyCount
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].AgencyID != r.AgencyID {
			out = append(out, AgencyCount{AgencyID: r.AgencyID})
		}
		c := &out[len(out)-1]
		if r.Received == year {
			c.Received += r.N
		}
		if r.Answered == year {
			c.Answered += r.N
		}
	}
	return out, nil
}

// LevelCount is what the agencies of one level received and answered in a year.
type LevelCount struct {
	Level    cases.Level
	Received int64
	Answered int64
}

// Levels gives the year of a reporting government by level: itself, the
// governments below it, the departments. Together they are its table; those
// taken over count with their successor.
func (db *DB) Levels(ctx context.Context, root int64, year int) ([]LevelCount, error) {
	tree, err := db.treeOf(ctx, year)
	if err != nil {
		return nil, err
	}
	if _, alive := tree.Agency(root); !alive {
		return nil, Fail(NotFound, "%d年12月31日没有这个机关；请检查机关代码和年度。", year)
	}
	_, ids, err := db.TableAgencies(ctx, root, year, false)
	if err != nil {
		return nil, err
	}
	level := levelsOf(tree, root, ids)
	counts, err := db.Counts(ctx, ids, year)
	if err != nil {
		return nil, err
	}
	out := []LevelCount{{Level: cases.LevelOwn}, {Level: cases.LevelLower}, {Level: cases.LevelDepartment}}
	for _, c := range counts {
		for i := range out {
			if out[i].Level == level[c.AgencyID] {
				out[i].Received += c.Received
				out[i].Answered += c.Answered
			}
		}
	}
	return out, nil
}

// levelsOf gives the level of each agency of a government's sum. A unit under
// vertical management that is in the sum counts with the departments.
func levelsOf(tree *cases.Tree, root int64, ids []int64) map[int64]cases.Level {
	level := map[int64]cases.Level{}
	for _, id := range ids {
		if _, alive := tree.Agency(id); !alive {
			continue
		}
		for _, own := range tree.Own(id) {
			if level[own] = tree.Level(root, id); level[own] == cases.LevelNone {
				level[own] = cases.LevelDepartment
			}
		}
	}
	return level
}

// Busiest gives the n agencies of a set that received most in a year, most first.
func (db *DB) Busiest(ctx context.Context, agencies []int64, year, n int) ([]AgencyCount, error) {
	counts, err := db.Counts(ctx, agencies, year)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(counts, func(a, b AgencyCount) int { return cmp.Compare(b.Received, a.Received) })
	return counts[:min(max(n, 0), len(counts))], nil
}

// Total is what a set of agencies has received and answered by the end of a year
// since its register begins.
type Total struct {
	Since    int // the first year of receipt, 0 for an empty register
	Received int64
	Answered int64
}

// Cumulative counts all years up to and including one, as the text of a report
// quotes them (截至年底累计).
func (db *DB) Cumulative(ctx context.Context, agencies []int64, through int) (Total, error) {
	var rows []yearCount
	err := db.selectAgencies(ctx, &rows, `SELECT received_year, answered_year, SUM(n) AS n FROM tally_outcomes
		WHERE agency_id IN (?) AND kind <> '' AND received_year <= ?
		GROUP BY received_year, answered_year HAVING SUM(n) <> 0 ORDER BY received_year`, agencies, through)
	if err != nil || len(rows) == 0 {
		return Total{}, err
	}
	out := Total{Since: rows[0].Received}
	for _, r := range rows {
		out.Received += r.N
		if r.Answered > 0 && r.Answered <= through {
			out.Answered += r.N
		}
	}
	return out, nil
}

// ExportCases gives every case of some agencies as a ledger line, agency by
// agency in the order given, then by day of receipt; of one year of receipt, or
// (0) of all years and the unconfirmed ones too. What is in no count is left out:
// voided entries, and answers given anew. Personal fields are opened: the caller
// answers for who may see them. It streams one picture of the database and stops
// at the first error that yield returns.
func (db *DB) ExportCases(ctx context.Context, agencies []int64, year int, yield func(cases.Record) error) error {
	spans, err := db.Agencies(ctx)
	if err != nil {
		return err
	}
	code := map[int64]string{}
	for _, a := range spans {
		code[a.ID] = a.Code
	}
	return db.look(ctx, func(t *tx) error {
		for _, id := range agencies {
			if err := t.exportAgency(id, code[id], year, yield); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) exportAgency(agency int64, code string, year int, yield func(cases.Record) error) error {
	first, last := "", "9999-12-31"
	if year != 0 {
		first, last = fmt.Sprintf("%04d-01-01", year), endOf(year)
	}
	return t.casesReceived(agency, first, last, func(c *cases.Case, row cases.Row) error {
		if row.Flags.Any(cases.Uncounted) {
			return nil // a ledger has no column for it: whoever reads it in would count it
		}
		r := cases.RecordOf(c)
		r.Agency = code
		return yield(r)
	})
}

// CountRows counts table 三 of a year from the rows of the cases instead of the
// tallies: report.Count makes the same table of it. It reads, from an index that
// holds all it needs, what is open and what was answered in the year or later.
// Years that the table does not tell apart are one: received before stands as the
// year before, answered later as the year after.
func (db *DB) CountRows(ctx context.Context, agencies []int64, year int) ([]report.Tally, error) {
	var rows []countedRow
	err := db.look(ctx, func(t *tx) error {
		query, args, err := t.countQuery(agencies, fmt.Sprintf("%04d-01-01", year), endOf(year))
		if err != nil || len(agencies) == 0 {
			return err
		}
		return t.SelectIn(&rows, query, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("count the cases of %d: %w", year, err)
	}
	var out []report.Tally
	for _, r := range rows {
		out = append(out, r.tallies(year-1, year)...)
	}
	return out, nil
}

// countQuery names every kind and outcome, so that the engine goes to the days of
// each instead of reading all. Of all agencies none needs to be asked for. Answers
// that have to be given anew and voided entries stand under no kind and are not
// counted: only there
// the engine has to look at the flags.
func (t *tx) countQuery(agencies []int64, first, last string) (string, []any, error) {
	var all int
	if err := t.Get(&all, "SELECT COUNT(*) FROM agencies"); err != nil {
		return "", nil, err
	}
	var kinds []string
	for _, k := range cases.ApplicantKinds() {
		kinds = append(kinds, k.Code())
	}
	outcomes := []string{""}
	for _, o := range cases.Outcomes() {
		outcomes = append(outcomes, o.Code())
	}
	among, of := "", []any{outcomes}
	if len(agencies) < all {
		among, of = " AND +agency_id IN (?)", append(of, agencies)
	}
	var parts []string
	var args []any
	for _, answered := range []struct {
		part int
		days string
	}{{0, "= ''"}, {report.SpanIn, "BETWEEN '" + first + "' AND '" + last + "'"}, {report.SpanAfter, "> '" + last + "'"}} {
		for _, kind := range []string{"IN (?)", fmt.Sprintf("= '' AND flags & %d = 0", cases.Uncounted)} {
			parts = append(parts, fmt.Sprintf(`SELECT %d AS answered_part, kind, outcome, COUNT(*) AS n, COUNT(CASE WHEN received_on >= '%s' THEN 1 END) AS fresh
				FROM cases WHERE kind %s AND outcome IN (?)%s AND received_on <> '' AND received_on <= '%s' AND answered_on %s GROUP BY kind, outcome`,
				answered.part, first, kind, among, last, answered.days))
		}
		args = append(append(append(args, kinds), of...), of...)
	}
	return strings.Join(parts, " UNION ALL "), args, nil
}

// countedRow is a kind and outcome with its cases by when they came and ended.
type countedRow struct {
	Answered int    `db:"answered_part"` // report.SpanIn, report.SpanAfter; 0 for open ones
	Kind     string `db:"kind"`
	Outcome  string `db:"outcome"`
	N        int64  `db:"n"`
	Fresh    int64  `db:"fresh"` // received in the span
}

// tallies names the parts of the span by years: what was before it, and what is in
// it; after it comes one more.
func (r countedRow) tallies(before, in int) []report.Tally {
	answered := map[int]int{0: 0, report.SpanIn: in, report.SpanAfter: in + 1}[r.Answered]
	var out []report.Tally
	for received, n := range map[int]int64{in: r.Fresh, before: r.N - r.Fresh} {
		if n != 0 {
			out = append(out, report.Tally{Kind: kindColumn(r.Kind), ReceivedYear: received, AnsweredYear: answered, Outcome: r.Outcome, Count: n})
		}
	}
	return out
}
