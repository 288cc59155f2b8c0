package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/report"
)

// Months are the months of a period, both included, as yyyymm.
type Months struct{ From, To int }

// Monitored is what the monitor shows of groups of agencies: the figures of each
// group over a period, and of all of them together month by month.
type Monitored struct {
	Groups []report.MonitorFigures
	Trend  map[int]*report.MonitorFigures // by month, of the trend's months
}

// Monitor counts the figures of some groups of agencies over the months of a
// period, the open cases as of a day, and the months of a trend over all groups
// together. An agency belongs to one group at most. What happened is read off the
// tallies, what is open off the index of open cases: the cost does not grow with
// the years. An agency stands in one group at most. Members and Missing are not filled in.
func (db *DB) Monitor(ctx context.Context, groups [][]int64, period, trend Months, day calendar.Date) (out Monitored, err error) {
	m := monitor{Monitored: Monitored{Groups: make([]report.MonitorFigures, len(groups)), Trend: map[int]*report.MonitorFigures{}},
		period: period, trend: trend, group: map[int64]*report.MonitorFigures{}}
	for i, ids := range groups {
		for _, id := range ids {
			m.group[id] = &m.Groups[i]
		}
	}
	if len(m.group) == 0 {
		return m.Monitored, nil
	}
	err = db.look(ctx, func(t *tx) error {
		if t.book, err = db.bookIn(t); err != nil {
			return err
		}
		for _, step := range []func(*tx) error{m.look, m.channels, m.days, m.months, m.courses, m.disputes} {
			if err := step(t); err != nil {
				return err
			}
		}
		return m.open(t, day)
	})
	if err != nil {
		return Monitored{}, fmt.Errorf("count for the monitor: %w", err)
	}
	return m.Monitored, nil
}

type monitor struct {
	Monitored
	period, trend Months
	group         map[int64]*report.MonitorFigures // of each agency that is asked for
	only          string                           // a condition that leaves out the others, or ""
	wide          bool                             // there are hardly any
}

// idList writes ids for a statement.
func idList(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(parts, ", ")
}

// only makes a condition that leaves out other agencies: where nearly all are asked
// for, those that are not are left out, and one index is walked over all; else those
// that are are looked for. It begins with AND, or is empty. What stands for column is
// the agency of a row.
func (t *tx) only(column string, asked []int64) (condition string, nearlyAll bool, err error) {
	var others []int64
	if err := t.Select(&others, "SELECT id FROM agencies ORDER BY id"); err != nil {
		return "", false, fmt.Errorf("read the agencies: %w", err)
	}
	in := map[int64]bool{}
	for _, id := range asked {
		in[id] = true
	}
	others = slices.DeleteFunc(others, func(id int64) bool { return in[id] })
	switch {
	case len(others) == 0:
		return "", true, nil
	case len(others) < len(asked)/4:
		return " AND " + column + " NOT IN (" + idList(others) + ")", true, nil
	}
	return " AND " + column + " IN (" + idList(asked) + ")", false, nil
}

func (m *monitor) look(t *tx) (err error) {
	m.only, m.wide, err = t.only("agency_id", slices.Sorted(maps.Keys(m.group)))
	return err
}

// of gives the figures of an agency's group; one that is not asked for counts nowhere.
func (m *monitor) of(agency int64) *report.MonitorFigures {
	if f := m.group[agency]; f != nil {
		return f
	}
	return &report.MonitorFigures{}
}

func (m *monitor) month(month int) *report.MonitorFigures {
	f := m.Trend[month]
	if f == nil {
		f = &report.MonitorFigures{}
		m.Trend[month] = f
	}
	return f
}

// each reads rows of whole numbers, of which there may be thousands.
func (m *monitor) each(t *tx, query string, from, to int, columns int, do func(row []int64)) error {
	rows, err := t.QueryContext(t.ctx, t.Rebind(query), from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	row, dest := make([]int64, columns), make([]any, columns)
	for i := range row {
		dest[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		do(row)
	}
	return rows.Err()
}

// channels counts what was received, for the period and the trend at once.
func (m *monitor) channels(t *tx) error {
	return m.each(t, `SELECT agency_id, received_month, SUM(n) FROM tally_channels WHERE received_month >= ? AND received_month <= ?`+m.only+`
		GROUP BY agency_id, received_month`, min(m.period.From, m.trend.From), max(m.period.To, m.trend.To), 3, func(row []int64) {
		at, n := int(row[1]), row[2]
		if at >= m.period.From && at <= m.period.To {
			m.of(row[0]).Received += n
		}
		if at >= m.trend.From && at <= m.trend.To {
			m.month(at).Received += n
		}
	})
}

// addDays adds answers that took as many working days to figures.
func addDays(f *report.MonitorFigures, days, late, n int64) {
	f.Days[min(max(days, 0), report.MostDays)] += n
	switch deadline.Tri(late) {
	case deadline.Yes:
		f.LateAnswers += n
	case deadline.No:
		f.OnTime += n
	default:
		f.Unjudged += n
	}
}

// days counts by agency how long the answers of the period took: over nearly all of
// them, and within a year, in the order of an index. Else they are sorted, and few.
func (m *monitor) days(t *tx) error {
	year := ""
	if m.wide && m.period.From/100 == m.period.To/100 {
		year = " AND answered_month / 100 = " + strconv.Itoa(m.period.From/100)
	}
	return m.each(t, `SELECT late, days, agency_id, SUM(n) FROM tally_days
		WHERE answered_month >= ? AND answered_month <= ?`+year+m.only+` GROUP BY late, days, agency_id`, m.period.From, m.period.To, 4, func(row []int64) {
		addDays(m.of(row[2]), row[1], row[0], row[3])
	})
}

// months counts the same by month over all groups together, grouped in the order
// of the index.
func (m *monitor) months(t *tx) error {
	return m.each(t, `SELECT answered_month, days, late, SUM(n) FROM tally_days
		WHERE answered_month >= ? AND answered_month <= ?`+m.only+` GROUP BY answered_month, late, days`, m.trend.From, m.trend.To, 4, func(row []int64) {
		addDays(m.month(int(row[0])), row[1], row[2], row[3])
	})
}

// courses counts which steps were taken in what ended in the period.
func (m *monitor) courses(t *tx) error {
	return m.each(t, `SELECT agency_id, course, SUM(n) FROM tally_courses
		WHERE answered_month >= ? AND answered_month <= ?`+m.only+` GROUP BY agency_id, course`, m.period.From, m.period.To, 3, func(row []int64) {
		f, course, n := m.of(row[0]), cases.Flag(row[1]), row[2]
		f.Closed += n
		for _, x := range []struct {
			flag cases.Flag
			n    *int64
		}{{cases.HadSupplement, &f.Supplements}, {cases.HadConsultation, &f.Consultations}, {cases.HadExtension, &f.Extensions}} {
			if course.Has(x.flag) {
				*x.n += n
			}
		}
	})
}

// disputes counts what was decided in the period.
func (m *monitor) disputes(t *tx) error {
	var rows []struct {
		Agency int64  `db:"agency_id"`
		Result string `db:"result"`
		N      int64  `db:"n"`
	}
	if err := t.Select(&rows, `SELECT agency_id, result, COUNT(*) AS n FROM disputes
		WHERE closed_on <> '' AND closed_on >= ? AND closed_on <= ?`+m.only+` GROUP BY agency_id, result`, monthText(m.period.From)+"-01", monthText(m.period.To)+"-31"); err != nil {
		return err
	}
	for _, r := range rows {
		f := m.of(r.Agency)
		f.Ruled += r.N
		if r.Result == cases.Corrected.Code() {
			f.Corrected += r.N
		}
	}
	return nil
}

func monthText(month int) string { return fmt.Sprintf("%04d-%02d", month/100, month%100) }

// open counts the lights of what is open, as Lights does.
func (m *monitor) open(t *tx, day calendar.Date) error {
	var rows []struct {
		Agency     int64 `db:"agency_id"`
		Open       int64 `db:"open"`
		Late       int64 `db:"late"`
		Today      int64 `db:"today"`
		Soon       int64 `db:"soon"`
		Waiting    int64 `db:"waiting"`
		Unassigned int64 `db:"unassigned"`
	}
	soon := t.book.AsOf(day).Add(day, soonDays)
	if err := t.Select(&rows, `SELECT agency_id, COUNT(*) AS open,
		SUM(CASE WHEN `+waiting+` THEN 1 ELSE 0 END) AS waiting,
		SUM(CASE WHEN NOT `+waiting+` AND due_on <> '' AND due_on < ? THEN 1 ELSE 0 END) AS late,
		SUM(CASE WHEN NOT `+waiting+` AND due_on = ? THEN 1 ELSE 0 END) AS today,
		SUM(CASE WHEN NOT `+waiting+` AND due_on > ? AND due_on <= ? THEN 1 ELSE 0 END) AS soon,
		SUM(CASE WHEN officer_id = 0 THEN 1 ELSE 0 END) AS unassigned
		FROM cases WHERE answered_on = ''`+m.only+` GROUP BY agency_id`,
		day, day, day, day, day, day, day, soon); err != nil {
		return err
	}
	for _, r := range rows {
		f := m.of(r.Agency)
		for _, x := range [][2]*int64{{&f.Open, &r.Open}, {&f.Late, &r.Late}, {&f.Today, &r.Today}, {&f.Soon, &r.Soon}, {&f.Waiting, &r.Waiting}, {&f.Unassigned, &r.Unassigned}} {
			*x[0] += *x[1]
		}
	}
	return nil
}

// HasReturns tells of some agencies which have a locked annual return of a year,
// or handed one in from outside.
func (db *DB) HasReturns(ctx context.Context, agencies []int64, year int) (out map[int64]bool, err error) {
	out = map[int64]bool{}
	for _, query := range []string{"SELECT DISTINCT agency_id FROM returns WHERE agency_id IN (?) AND year = ?",
		`SELECT DISTINCT r.agency_id FROM outside_returns r WHERE r.agency_id IN (?) AND r.year = ? AND r.data <> ''
		AND r.place = (SELECT MAX(p.place) FROM outside_returns p WHERE p.agency_id = r.agency_id AND p.year = r.year)`} {
		var ids []int64
		if err := db.selectAgencies(ctx, &ids, query, agencies, year); err != nil {
			return nil, fmt.Errorf("look for returns: %w", err)
		}
		for _, id := range ids {
			out[id] = true
		}
	}
	return out, nil
}
