package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// Period counts what a set of agencies received and answered from a day to a day,
// by the definitions of table 三: of a calendar year it is that table. What was
// open at its beginning comes from the tallies of the years before, all else from
// the rows by their dates; the costs grow with the cases of the years that the
// period touches, not with the register.
func (db *DB) Period(ctx context.Context, agencies []int64, from, to calendar.Date) (out report.Period, err error) {
	out = report.NewPeriod(from, to)
	if len(agencies) == 0 || to.Before(from) {
		return out, nil
	}
	err = db.look(ctx, func(t *tx) error { return t.period(&out, agencies) })
	if err != nil {
		return out, fmt.Errorf("count the period from %s to %s: %w", from, to, err)
	}
	return out, nil
}

func (t *tx) period(p *report.Period, agencies []int64) error {
	if err := t.openBefore(p, agencies); err != nil {
		return err
	}
	if err := t.periodNew(p, agencies); err != nil {
		return err
	}
	if err := t.periodDone(p, agencies); err != nil {
		return err
	}
	for i := range p.Out {
		p.Out[i] = p.In[i] + p.New[i] - p.Done[i]
	}
	for _, s := range p.ByAgency {
		s.Out = s.In + s.New - s.Done
	}
	return nil
}

func (t *tx) periodNew(p *report.Period, agencies []int64) error {
	rows, err := t.spanOf(agencies, receivedSpan, []string{"agency_id", "kind"}, p.From, p.To)
	if err != nil {
		return err
	}
	for _, r := range rows {
		p.New[r.column()] += r.N
		p.At(r.AgencyID).New += r.N
	}
	if rows, err = t.channelsOf(agencies, p.From, p.To); err != nil {
		return err
	}
	for _, r := range rows {
		addTo(p.NewByMonth, r.month(), r.N)
		addTo(p.NewByChannel, r.Channel, r.N)
	}
	return t.topicsOf(p, agencies)
}

// topicsOf counts what was received by what it is about.
func (t *tx) topicsOf(p *report.Period, agencies []int64) error {
	var any int
	if err := t.Get(&any, "SELECT COUNT(*) FROM (SELECT 1 FROM case_topics LIMIT 1) AS one"); err != nil {
		return fmt.Errorf("look for topics: %w", err)
	}
	rest := p.New.Sum()
	if any > 0 {
		var rows []struct {
			Topic string `db:"topic"`
			N     int64  `db:"n"`
		}
		// From the cases of the period to their topics, not the other way: the join
		// keeps that order on SQLite.
		if err := t.SelectIn(&rows, `SELECT s.topic, COUNT(*) AS n FROM cases CROSS JOIN case_topics s WHERE s.case_id = cases.id AND `+among(agencies)+
			` AND received_on >= ? AND received_on <= ? AND kind <> '' GROUP BY s.topic`, agencies, p.From, p.To); err != nil {
			return fmt.Errorf("count by topic: %w", err)
		}
		for _, r := range rows {
			p.NewByTopic[r.Topic] = r.N
			rest -= r.N
		}
	}
	addTo(p.NewByTopic, "", rest)
	return nil
}

// addTo counts up and leaves no zero behind.
func addTo[K comparable](counts map[K]int64, key K, n int64) {
	if counts[key] += n; counts[key] == 0 {
		delete(counts, key)
	}
}

func (t *tx) periodDone(p *report.Period, agencies []int64) error {
	rows, err := t.spanOf(agencies, answeredSpan, []string{"kind", "outcome"}, p.From, p.To)
	if err != nil {
		return err
	}
	for _, r := range rows {
		p.Done[r.column()] += r.N
		kinds := p.DoneByOutcome[r.Outcome]
		if kinds[r.column()] += r.N; kinds == (report.Kinds{}) {
			delete(p.DoneByOutcome, r.Outcome)
			continue
		}
		p.DoneByOutcome[r.Outcome] = kinds
	}
	if rows, err = t.spanOf(agencies, answeredSpan, []string{"agency_id"}, p.From, p.To); err != nil {
		return err
	}
	for _, r := range rows {
		p.At(r.AgencyID).Done += r.N
	}
	if rows, err = t.spanCounts(agencies, answeredSpan, []string{"month"}, p.From, p.To); err != nil {
		return err
	}
	for _, r := range rows {
		p.DoneByMonth[r.month()] += r.N
	}
	return nil
}

// openBefore counts what was open when the period began: at the end of the year
// before by the tallies, moved on by what came and went in the year until then.
func (t *tx) openBefore(p *report.Period, agencies []int64) error {
	var rows []spanRow
	first := p.From.Year()
	one := "SELECT agency_id, kind, SUM(n) AS n FROM tally_outcomes WHERE " + among(agencies) +
		" AND kind <> '' AND received_year < ? AND %s GROUP BY agency_id, kind HAVING SUM(n) <> 0"
	if err := t.SelectIn(&rows, fmt.Sprintf(one, "answered_year = 0")+" UNION ALL "+fmt.Sprintf(one, "answered_year >= ?"),
		agencies, first, agencies, first, first); err != nil {
		return fmt.Errorf("read the tallies before %d: %w", first, err)
	}
	add := func(rows []spanRow, sign int64) {
		for _, r := range rows {
			p.In[r.column()] += sign * r.N
			p.At(r.AgencyID).In += sign * r.N
		}
	}
	add(rows, 1)
	newYear := calendar.Of(first, 1, 1)
	if p.From == newYear {
		return nil
	}
	for span, sign := range map[spanKind]int64{receivedSpan: 1, answeredSpan: -1} {
		rows, err := t.spanOf(agencies, span, []string{"agency_id", "kind"}, newYear, p.From.AddDays(-1))
		if err != nil {
			return err
		}
		add(rows, sign)
	}
	return nil
}

// spanOf is spanCounts by agency, kind and outcome alone, with the help of the
// tallies: a whole year comes from them, and of more than half a year what is
// missing of it is counted from the rows and taken away. The caller adds up.
func (t *tx) spanOf(agencies []int64, by spanKind, dims []string, from, to calendar.Date) ([]spanRow, error) {
	var out []spanRow
	rows := func(a, b calendar.Date, sign int64) error {
		if b.Before(a) {
			return nil
		}
		got, err := t.spanCounts(agencies, by, dims, a, b)
		for _, r := range got {
			r.N *= sign
			out = append(out, r)
		}
		return err
	}
	for year := from.Year(); year <= to.Year(); year++ {
		first, last := calendar.Of(year, 1, 1), calendar.Of(year, 12, 31)
		a, b := calendar.Later(from, first), calendar.Earlier(to, last)
		if 2*(b.Sub(a)+1) <= last.Sub(first) {
			if err := rows(a, b, 1); err != nil {
				return nil, err
			}
			continue
		}
		whole, err := t.yearCounts(agencies, by, dims, year)
		if err != nil {
			return nil, err
		}
		out = append(out, whole...)
		if err := errors.Join(rows(first, a.AddDays(-1), -1), rows(b.AddDays(1), last, -1)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// yearCounts is spanCounts of a whole year from the tallies.
func (t *tx) yearCounts(agencies []int64, by spanKind, dims []string, year int) ([]spanRow, error) {
	var rows []spanRow
	when, args := "answered_year = ?", []any{agencies, year}
	if by == receivedSpan {
		when, args = "received_year = ? AND (answered_year = 0 OR answered_year >= ?)", append(args, year)
	}
	columns := strings.Join(dims, ", ")
	err := t.SelectIn(&rows, "SELECT "+columns+", SUM(n) AS n FROM tally_outcomes WHERE "+among(agencies)+" AND kind <> '' AND "+when+
		" GROUP BY "+columns+" HAVING SUM(n) <> 0", args...)
	if err != nil {
		return nil, fmt.Errorf("read the tallies of %d: %w", year, err)
	}
	return rows, nil
}

// channelsOf counts what was received by month and channel: whole months from the
// tallies, less the few cases without a kind of applicant that these hold; the rest
// from the rows.
func (t *tx) channelsOf(agencies []int64, from, to calendar.Date) ([]spanRow, error) {
	dims := []string{"month", "channel"}
	first := from
	if from.Time().Day() > 1 {
		first = firstOfNextMonth(from)
	}
	end := firstOfNextMonth(to) // the first day after the whole months
	if to.AddDays(1) != end {
		end = end.AddMonths(-1)
	}
	if !first.Before(end) {
		return t.spanCounts(agencies, receivedSpan, dims, from, to)
	}
	var out, without []spanRow
	last := end.AddDays(-1)
	if err := t.SelectIn(&out, "SELECT received_month, channel, SUM(n) AS n FROM tally_channels WHERE "+among(agencies)+
		" AND received_month >= ? AND received_month <= ? GROUP BY received_month, channel HAVING SUM(n) <> 0", agencies, month(first.YMD()), month(last.YMD())); err != nil {
		return nil, fmt.Errorf("read the channels from %s to %s: %w", first, last, err)
	}
	if err := t.SelectIn(&without, fmt.Sprintf("SELECT SUBSTR(received_on, 1, 7) AS month, channel, COUNT(*) AS n FROM cases WHERE kind = '' AND flags & %d = 0 AND +agency_id IN (?)", cases.Uncounted)+
		" AND received_on >= ? AND received_on <= ? GROUP BY SUBSTR(received_on, 1, 7), channel", agencies, first, last); err != nil {
		return nil, fmt.Errorf("count what has no kind from %s to %s: %w", first, last, err)
	}
	for _, r := range without {
		r.N = -r.N
		out = append(out, r)
	}
	for _, part := range [][2]calendar.Date{{from, first.AddDays(-1)}, {end, to}} {
		if part[1].Before(part[0]) {
			continue
		}
		rows, err := t.spanCounts(agencies, receivedSpan, dims, part[0], part[1])
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func firstOfNextMonth(d calendar.Date) calendar.Date {
	year, month, _ := d.YMD()
	return calendar.Of(year, month, 1).AddMonths(1)
}

// spanKind is the day by which cases are taken into a span.
type spanKind string

const (
	receivedSpan spanKind = "received_on"
	answeredSpan spanKind = "answered_on"
)

// spanRow is a number of cases alike in what was asked for; the rest is empty.
type spanRow struct {
	AgencyID int64  `db:"agency_id"`
	Month    string `db:"month"`          // yyyy-mm, or
	YYYYMM   int    `db:"received_month"` // the same as a number
	Kind     string `db:"kind"`
	Channel  string `db:"channel"`
	Outcome  string `db:"outcome"`
	N        int64  `db:"n"`
}

// column is that of the kind; every row has one of the six.
func (r spanRow) column() int { return max(kindColumn(r.Kind), 0) }

// month gives yyyymm.
func (r spanRow) month() int {
	if r.YYYYMM > 0 || r.Month == "" {
		return r.YYYYMM
	}
	var year, month int
	if _, err := fmt.Sscanf(r.Month, "%d-%d", &year, &month); err != nil {
		return 0 // a legal day is yyyy-mm-dd; verify names any other
	}
	return year*100 + month
}

// spanCounts counts the cases received or answered from a day to a day by some of
// agency_id, month, kind, channel and outcome: few enough that the answer stays
// small. For the answered of many agencies every kind and outcome is named, so that
// the engine goes to the days of each in an index that holds all it needs; a few
// agencies have their own index by day.
func (t *tx) spanCounts(agencies []int64, by spanKind, dims []string, from, to calendar.Date) ([]spanRow, error) {
	var c conditions
	if by == answeredSpan && len(agencies) > agenciesAtOnce {
		c.in("kind", kindCodes(nil))
		c.in("outcome", allOutcomes())
		c.add("received_on <> '' AND +agency_id IN (?)", agencies)
	} else {
		c.add(among(agencies)+" AND kind <> '' AND received_on <> ''", agencies)
	}
	c.add(string(by)+" >= ? AND "+string(by)+" <= ?", from, to)
	columns, groups := slices.Clone(dims), slices.Clone(dims)
	for i, d := range dims {
		if d == "month" {
			groups[i] = "SUBSTR(" + string(by) + ", 1, 7)"
			columns[i] = groups[i] + " AS month"
		}
	}
	var rows []spanRow
	err := t.SelectIn(&rows, "SELECT "+strings.Join(columns, ", ")+", COUNT(*) AS n FROM cases WHERE "+strings.Join(c.terms, " AND ")+
		" GROUP BY "+strings.Join(groups, ", "), c.args...)
	if err != nil {
		return nil, fmt.Errorf("count from %s to %s: %w", from, to, err)
	}
	return rows, nil
}

// among asks for a list of agencies. Over many, one index is walked for all; the
// plus keeps the engine from looking each of them up instead.
func among(agencies []int64) string {
	if len(agencies) > agenciesAtOnce {
		return "+agency_id IN (?)"
	}
	return "agency_id IN (?)"
}

// kindCodes lists the kinds of applicants in the columns given, nil for all.
func kindCodes(columns []int) []string {
	var out []string
	for i, k := range cases.ApplicantKinds() {
		if columns == nil || slices.Contains(columns, i) {
			out = append(out, k.Code())
		}
	}
	return out
}

func allOutcomes() []string {
	var out []string
	for _, o := range cases.Outcomes() {
		out = append(out, o.Code())
	}
	return out
}

// span turns a stage of a period into a condition on a row of cases.
func span(c *conditions, s report.StageSpan) {
	switch s.Stage {
	case report.StageNew:
		c.add("received_on >= ? AND received_on <= ?", s.From, s.To)
	case report.StageIn:
		c.add("received_on <> '' AND received_on < ? AND (answered_on = '' OR answered_on >= ?)", s.From, s.From)
	case report.StageDone:
		c.add("received_on <> '' AND answered_on >= ? AND answered_on <= ?", s.From, s.To)
	default:
		c.add("received_on <> '' AND received_on <= ? AND (answered_on = '' OR answered_on > ?)", s.To, s.To)
	}
	c.in("kind", kindCodes(nil))
	if s.Outcomes != nil {
		c.in("outcome", s.Outcomes)
	}
}

// PeriodChannels counts what was received from a day to a day by channel, "" where
// a ledger did not say: that part of Period alone.
func (db *DB) PeriodChannels(ctx context.Context, agencies []int64, from, to calendar.Date) (map[string]int64, error) {
	out := map[string]int64{}
	if len(agencies) == 0 || to.Before(from) {
		return out, nil
	}
	err := db.look(ctx, func(t *tx) error {
		rows, err := t.channelsOf(agencies, from, to)
		for _, r := range rows {
			addTo(out, r.Channel, r.N)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count the channels from %s to %s: %w", from, to, err)
	}
	return out, nil
}
