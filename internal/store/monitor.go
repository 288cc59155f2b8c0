package store

import (
	"context"
	"fmt"
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
// the years. Members and Missing are not filled in.
func (db *DB) Monitor(ctx context.Context, groups [][]int64, period, trend Months, day calendar.Date) (out Monitored, err error) {
	m := monitor{Monitored: Monitored{Groups: make([]report.MonitorFigures, len(groups)), Trend: map[int]*report.MonitorFigures{}}, period: period, trend: trend}
	m.groups, m.asked = groupTable(groups), map[int64]bool{}
	for _, ids := range groups {
		for _, id := range ids {
			m.asked[id] = true
		}
	}
	if m.groups == "" {
		return m.Monitored, nil
	}
	err = db.look(ctx, func(t *tx) error {
		if t.book, err = db.bookIn(t); err != nil {
			return err
		}
		for _, step := range []func(*tx) error{m.channels, m.days, m.months, m.courses, m.disputes} {
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
	groups        string // a table of agency and group, as SQL
	asked         map[int64]bool
}

// idList writes ids for a statement.
func idList(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(parts, ", ")
}

// groupTable writes which agency is in which group as a table of the statement.
func groupTable(groups [][]int64) string {
	var b strings.Builder
	for i, ids := range groups {
		for _, id := range ids {
			if b.Len() > 0 {
				b.WriteString(", ")
			}
			b.WriteString("(" + strconv.FormatInt(id, 10) + ", " + strconv.Itoa(i) + ")")
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "WITH g(agency, grp) AS (VALUES " + b.String() + ") "
}

func (m *monitor) month(month int) *report.MonitorFigures {
	f := m.Trend[month]
	if f == nil {
		f = &report.MonitorFigures{}
		m.Trend[month] = f
	}
	return f
}

// channels counts what was received, for the period and the trend at once.
func (m *monitor) channels(t *tx) error {
	var rows []struct {
		Group int   `db:"grp"`
		Month int   `db:"received_month"`
		N     int64 `db:"n"`
	}
	if err := t.Select(&rows, m.groups+`SELECT g.grp, x.received_month, SUM(x.n) AS n FROM g JOIN tally_channels x ON x.agency_id = g.agency
		WHERE x.received_month >= ? AND x.received_month <= ? GROUP BY g.grp, x.received_month`,
		min(m.period.From, m.trend.From), max(m.period.To, m.trend.To)); err != nil {
		return err
	}
	for _, r := range rows {
		if r.Month >= m.period.From && r.Month <= m.period.To {
			m.Groups[r.Group].Received += r.N
		}
		if r.Month >= m.trend.From && r.Month <= m.trend.To {
			m.month(r.Month).Received += r.N
		}
	}
	return nil
}

type daysRow struct {
	Key  int   `db:"k"`
	Days int   `db:"days"`
	Late int   `db:"late"`
	N    int64 `db:"n"`
}

// addTo adds answers to figures.
func (r daysRow) addTo(f *report.MonitorFigures) {
	f.Days[min(max(r.Days, 0), report.MostDays)] += r.N
	switch deadline.Tri(r.Late) {
	case deadline.Yes:
		f.LateAnswers += r.N
	case deadline.No:
		f.OnTime += r.N
	default:
		f.Unjudged += r.N
	}
}

// days counts by group how long the answers of the period took.
func (m *monitor) days(t *tx) error {
	var rows []daysRow
	if err := t.Select(&rows, m.groups+`SELECT g.grp AS k, x.days, x.late, SUM(x.n) AS n FROM tally_days x JOIN g ON g.agency = x.agency_id
		WHERE x.answered_month >= ? AND x.answered_month <= ? GROUP BY g.grp, x.days, x.late`, m.period.From, m.period.To); err != nil {
		return err
	}
	for _, r := range rows {
		r.addTo(&m.Groups[r.Key])
	}
	return nil
}

// months counts the same by month over all groups together, grouped in the order
// of the index. Where nearly all agencies are asked for, those that are not are
// left out; else those that are are looked for.
func (m *monitor) months(t *tx) error {
	var all []int64
	if err := t.Select(&all, "SELECT id FROM agencies ORDER BY id"); err != nil {
		return err
	}
	others := slices.DeleteFunc(all, func(id int64) bool { return m.asked[id] })
	only := "AND x.agency_id IN (SELECT agency FROM g)"
	if len(others) == 0 {
		only = ""
	} else if len(others) < len(m.asked)/4 {
		only = "AND x.agency_id NOT IN (" + idList(others) + ")"
	}
	var rows []daysRow
	if err := t.Select(&rows, m.groups+`SELECT x.answered_month AS k, x.days, x.late, SUM(x.n) AS n FROM tally_days x
		WHERE x.answered_month >= ? AND x.answered_month <= ? `+only+` GROUP BY x.answered_month, x.late, x.days`, m.trend.From, m.trend.To); err != nil {
		return err
	}
	for _, r := range rows {
		r.addTo(m.month(r.Key))
	}
	return nil
}

// courses counts which steps were taken in what ended in the period.
func (m *monitor) courses(t *tx) error {
	var rows []struct {
		Group  int   `db:"grp"`
		Course int64 `db:"course"`
		N      int64 `db:"n"`
	}
	if err := t.Select(&rows, m.groups+`SELECT g.grp, x.course, SUM(x.n) AS n FROM g JOIN tally_courses x ON x.agency_id = g.agency
		WHERE x.answered_month >= ? AND x.answered_month <= ? GROUP BY g.grp, x.course`, m.period.From, m.period.To); err != nil {
		return err
	}
	for _, r := range rows {
		f, course := &m.Groups[r.Group], cases.Flag(r.Course)
		f.Closed += r.N
		for _, x := range []struct {
			flag cases.Flag
			n    *int64
		}{{cases.HadSupplement, &f.Supplements}, {cases.HadConsultation, &f.Consultations}, {cases.HadExtension, &f.Extensions}} {
			if course.Has(x.flag) {
				*x.n += r.N
			}
		}
	}
	return nil
}

// disputes counts what was decided in the period.
func (m *monitor) disputes(t *tx) error {
	var rows []struct {
		Group  int    `db:"grp"`
		Result string `db:"result"`
		N      int64  `db:"n"`
	}
	if err := t.Select(&rows, m.groups+`SELECT g.grp, x.result, COUNT(*) AS n FROM disputes x JOIN g ON g.agency = x.agency_id
		WHERE x.closed_on <> '' AND x.closed_on >= ? AND x.closed_on <= ? GROUP BY g.grp, x.result`, monthText(m.period.From)+"-01", monthText(m.period.To)+"-31"); err != nil {
		return err
	}
	for _, r := range rows {
		m.Groups[r.Group].Ruled += r.N
		if r.Result == cases.Corrected.Code() {
			m.Groups[r.Group].Corrected += r.N
		}
	}
	return nil
}

func monthText(month int) string { return fmt.Sprintf("%04d-%02d", month/100, month%100) }

// open counts the lights of what is open, as Lights does.
func (m *monitor) open(t *tx, day calendar.Date) error {
	var rows []struct {
		Group      int   `db:"grp"`
		Open       int64 `db:"open"`
		Late       int64 `db:"late"`
		Today      int64 `db:"today"`
		Soon       int64 `db:"soon"`
		Waiting    int64 `db:"waiting"`
		Unassigned int64 `db:"unassigned"`
	}
	soon := t.book.AsOf(day).Add(day, soonDays)
	if err := t.Select(&rows, m.groups+`SELECT g.grp, COUNT(*) AS open,
		SUM(CASE WHEN `+waiting+` THEN 1 ELSE 0 END) AS waiting,
		SUM(CASE WHEN NOT `+waiting+` AND due_on <> '' AND due_on < ? THEN 1 ELSE 0 END) AS late,
		SUM(CASE WHEN NOT `+waiting+` AND due_on = ? THEN 1 ELSE 0 END) AS today,
		SUM(CASE WHEN NOT `+waiting+` AND due_on > ? AND due_on <= ? THEN 1 ELSE 0 END) AS soon,
		SUM(CASE WHEN officer_id = 0 THEN 1 ELSE 0 END) AS unassigned
		FROM cases c JOIN g ON g.agency = c.agency_id WHERE c.answered_on = '' GROUP BY g.grp`,
		day, day, day, day, day, day, day, soon); err != nil {
		return err
	}
	for _, r := range rows {
		f := &m.Groups[r.Group]
		f.Open, f.Late, f.Today, f.Soon, f.Waiting, f.Unassigned = r.Open, r.Late, r.Today, r.Soon, r.Waiting, r.Unassigned
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
