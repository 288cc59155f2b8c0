package store

import (
	"context"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// SpanQuery asks for the statutory tables of any period, as known on any day.
type SpanQuery struct {
	AgencyID int64
	Own      bool
	Span     report.Span
	Format   report.Format // zero: the one due for the year of the span's end
	AsOf     int64         // microseconds UTC; only what was recorded by then. 0: now
}

// mostReplayed bounds how many cases a table as known on an earlier day replays.
const mostReplayed = 100_000

// SpanTable gives the tables of a period, by the tree of 31 December of the year in
// which it ends. Returns from outside and table 二 are yearly: they are in it only
// if the period is a year. NotFound as for Table. Invalid: too much has changed
// since the day asked for to be told on a page.
func (db *DB) SpanTable(ctx context.Context, q SpanQuery) (table report.Table, err error) {
	year := q.Span.To.Year()
	if q.Format.IsZero() {
		q.Format = report.FormatOf(year)
	}
	if q.AsOf == 0 && q.Span.WholeYear() {
		return db.Table(ctx, q.AgencyID, year, q.Own, q.Format)
	}
	err = db.look(ctx, func(t *tx) error {
		agency, ids, err := t.tableAgencies(q.AgencyID, year, q.Own)
		if err != nil {
			return err
		}
		tallies, remedies, err := t.spanTallies(ids, q.Span)
		if err != nil {
			return err
		}
		if q.AsOf != 0 {
			more, moreRemedies, err := t.unlearn(ids, q)
			if err != nil {
				return err
			}
			tallies, remedies = append(tallies, more...), append(remedies, moreRemedies...)
		}
		table = report.CountSpan(q.Span, q.Format, tallies, remedies)
		table.Agency = agency.Name
		if !q.Span.WholeYear() {
			return nil
		}
		if err := t.addOutside(&table, ids, q.AsOf); err != nil {
			return err
		}
		table.Proactive, err = t.proactive(q.AgencyID, year, q.Own, q.AsOf)
		return err
	})
	return table, err
}

// spanTallies counts what is recorded now.
func (t *tx) spanTallies(ids []int64, s report.Span) ([]report.Tally, []report.RemedyTally, error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	query, args, err := t.countQuery(ids, s.From.String(), s.To.String())
	if err != nil {
		return nil, nil, err
	}
	var rows []countedRow
	if err := t.SelectIn(&rows, query, args...); err != nil {
		return nil, nil, fmt.Errorf("count the cases of %s: %w", s, err)
	}
	var tallies []report.Tally
	for _, r := range rows {
		tallies = append(tallies, r.tallies(report.SpanBefore, report.SpanIn)...)
	}
	var disputes []disputeRow
	if err := t.SelectIn(&disputes, `SELECT case_id, kind, filed_on, closed_on, result, year_only FROM disputes
		WHERE agency_id IN (?) AND filed_on <= ? AND (closed_on = '' OR closed_on >= ?)`, ids, s.To, s.From); err != nil {
		return nil, nil, fmt.Errorf("count the disputes of %s: %w", s, err)
	}
	var remedies []report.RemedyTally
	for _, r := range disputes {
		d, err := r.dispute()
		if err != nil {
			return nil, nil, err
		}
		remedies = append(remedies, remedyOf(d, s, 1))
	}
	return tallies, remedies, nil
}

// remedyOf is a dispute as the tables of a span count it.
func remedyOf(d cases.Dispute, s report.Span, n int64) report.RemedyTally {
	y := report.RemedyTally{FiledYear: s.Place(d.FiledOn), ClosedYear: s.Place(d.ClosedOn), Undated: d.YearOnly, Count: n}
	for i, k := range cases.RemedyKinds() {
		if k == d.Kind {
			y.Block = report.Review + report.Block(i)
		}
	}
	for i, result := range cases.Results() {
		if result == d.Result {
			y.Result = report.Upheld + report.Result(i)
		}
	}
	return y
}

// tallyOf is a row as table 三 of a span counts it; false for one that is in none.
func tallyOf(kind string, received, answered calendar.Date, outcome string, s report.Span, n int64) (report.Tally, bool) {
	if received.IsZero() || kind == "" {
		return report.Tally{}, false
	}
	return report.Tally{Kind: kindColumn(kind), ReceivedYear: s.Place(received), AnsweredYear: s.Place(answered), Outcome: outcome, Count: n}, true
}

// unlearn gives what has to be added to the tallies of now to make them those of an
// earlier instant: each case with something recorded since is taken out as it is,
// and put in as it was.
func (t *tx) unlearn(ids []int64, q SpanQuery) (tallies []report.Tally, remedies []report.RemedyTally, err error) {
	var changed []int64
	if err := t.SelectIn(&changed, fmt.Sprintf(`SELECT id FROM cases WHERE agency_id IN (?) AND EXISTS (SELECT 1 FROM events e WHERE e.case_id = cases.id AND e.recorded_at > ?)
		ORDER BY id LIMIT %d`, mostReplayed+1), ids, q.AsOf); err != nil {
		return nil, nil, fmt.Errorf("look for what was recorded later: %w", err)
	}
	if len(changed) > mostReplayed {
		return nil, nil, Fail(Invalid, "从那一天起有超过%d件办件有过登记，页面上算不过来；请缩小范围到一个机关，或选近一些的日期。", mostReplayed)
	}
	for len(changed) > 0 {
		part := changed[:min(len(changed), 500)]
		changed = changed[len(part):]
		var rows []caseRow
		if err := t.SelectIn(&rows, "SELECT "+caseColumns+" FROM cases WHERE id IN (?) ORDER BY id", part); err != nil {
			return nil, nil, err
		}
		all, err := t.loadEvents(rows)
		if err != nil {
			return nil, nil, err
		}
		for i := range all {
			c, err := all[i].domain(nil)
			if err != nil {
				return nil, nil, err
			}
			for n, asOf := range map[int64]int64{-1: 0, 1: q.AsOf} {
				timeline := cases.Timeline(c.Events, asOf)
				row := cases.Facts(timeline)
				if y, in := tallyOf(row.Kind.Code(), row.ReceivedOn, row.AnsweredOn, row.Outcome.Code(), q.Span, n); in {
					tallies = append(tallies, y)
				}
				for _, d := range cases.Disputes(timeline) {
					remedies = append(remedies, remedyOf(d, q.Span, n))
				}
			}
		}
	}
	return tallies, remedies, nil
}
