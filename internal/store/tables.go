package store

import (
	"context"
	"fmt"
	"strconv"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// TableTallies gives what table 三 of a year is counted from, summed over a set
// of agencies: every tally of cases received by the end of the year and not
// answered before it. It reads the tallies, never the cases; one query for any
// number of agencies.
func (db *DB) TableTallies(ctx context.Context, agencies []int64, year int) (out []report.Tally, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.tableTallies(agencies, year)
		return err
	})
	return out, err
}

func (t *tx) tableTallies(agencies []int64, year int) ([]report.Tally, error) {
	var rows []struct {
		Kind     string `db:"kind"`
		Received int    `db:"received_year"`
		Answered int    `db:"answered_year"`
		Outcome  string `db:"outcome"`
		N        int64  `db:"n"`
	}
	if len(agencies) == 0 {
		return nil, nil
	}
	// What is open and what was answered since are two ranges of the key; an OR
	// would read the years before as well. Over many agencies the index by year is
	// read in the order of the groups; the plus keeps the engine from looking up
	// each agency instead.
	condition := "agency_id IN (?)"
	if len(agencies) > agenciesAtOnce {
		condition = "+agency_id IN (?)"
	}
	one := `SELECT kind, received_year, answered_year, outcome, SUM(n) AS n FROM tally_outcomes
		WHERE ` + condition + ` AND received_year <= ? AND %s GROUP BY answered_year, kind, outcome, received_year HAVING SUM(n) <> 0`
	if len(agencies) == 1 { // nothing to sum
		one = "SELECT kind, received_year, answered_year, outcome, n FROM tally_outcomes WHERE agency_id IN (?) AND received_year <= ? AND %s AND n <> 0"
	}
	err := t.SelectIn(&rows, fmt.Sprintf(one, "answered_year = 0")+" UNION ALL "+fmt.Sprintf(one, "answered_year >= ?"),
		agencies, year, agencies, year, max(year, 1))
	if err != nil {
		return nil, fmt.Errorf("read the tallies of %d: %w", year, err)
	}
	out := make([]report.Tally, len(rows))
	for i, r := range rows {
		out[i] = report.Tally{Kind: kindColumn(r.Kind), ReceivedYear: r.Received, AnsweredYear: r.Answered, Outcome: r.Outcome, Count: r.N}
	}
	return out, nil
}

// kindColumn gives a kind's column of table 三, -1 for none.
func kindColumn(code string) int {
	k, err := cases.ParseApplicantKind(code)
	if err != nil {
		return -1
	}
	return k.Column()
}

// selectAgencies is a query whose first argument is a list of agencies; of an
// empty one nothing is found.
func (db *DB) selectAgencies(ctx context.Context, dest any, query string, agencies []int64, args ...any) error {
	if len(agencies) == 0 {
		return nil
	}
	return db.look(ctx, func(t *tx) error {
		return t.SelectIn(dest, query, append([]any{agencies}, args...)...)
	})
}

// CaseDispute is a dispute with the case that it is about.
type CaseDispute struct {
	CaseID     int64
	AgencyID   int64
	Number     string
	Outcome    cases.Outcome
	AnsweredOn calendar.Date
	cases.Dispute
}

type disputeRow struct {
	CaseID     int64         `db:"case_id"`
	AgencyID   int64         `db:"agency_id"`
	Number     string        `db:"number"`
	Outcome    cases.Outcome `db:"outcome"`
	AnsweredOn calendar.Date `db:"answered_on"`
	Kind       string        `db:"kind"`
	FiledOn    calendar.Date `db:"filed_on"`
	ClosedOn   calendar.Date `db:"closed_on"`
	Result     string        `db:"result"`
	YearOnly   int           `db:"year_only"`
}

// Disputes lists the disputes of a set of agencies that can stand in table 四 of a
// year: filed by its end and not closed before it. cases.Dispute.In says in which
// column.
func (db *DB) Disputes(ctx context.Context, agencies []int64, year int) ([]CaseDispute, error) {
	var rows []disputeRow
	if err := db.selectAgencies(ctx, &rows, `SELECT d.case_id, d.agency_id, c.number, c.outcome, c.answered_on, d.kind, d.filed_on, d.closed_on,
		d.result, d.year_only FROM disputes d JOIN cases c ON c.id = d.case_id
		WHERE d.agency_id IN (?) AND d.filed_on <= ? AND (d.closed_on = '' OR d.closed_on >= ?) ORDER BY d.case_id, d.place`,
		agencies, fmt.Sprintf("%04d-12-31", year), fmt.Sprintf("%04d-01-01", year)); err != nil {
		return nil, fmt.Errorf("read the disputes of %d: %w", year, err)
	}
	out := make([]CaseDispute, len(rows))
	for i, r := range rows {
		d := CaseDispute{CaseID: r.CaseID, AgencyID: r.AgencyID, Number: r.Number, Outcome: r.Outcome, AnsweredOn: r.AnsweredOn}
		var err error
		if d.Dispute, err = r.dispute(); err != nil {
			return nil, err
		}
		out[i] = d
	}
	return out, nil
}

// RemedyTallies counts the disputes of Disputes as package report takes them,
// from the index alone.
func (db *DB) RemedyTallies(ctx context.Context, agencies []int64, year int) (out []report.RemedyTally, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.remedyTallies(agencies, year)
		return err
	})
	return out, err
}

func (t *tx) remedyTallies(agencies []int64, year int) ([]report.RemedyTally, error) {
	var rows []remedyRow
	if len(agencies) == 0 {
		return nil, nil
	}
	if err := t.SelectIn(&rows, `SELECT kind, SUBSTR(filed_on, 1, 4) AS filed, SUBSTR(closed_on, 1, 4) AS closed, result,
		year_only, COUNT(*) AS n FROM disputes
		WHERE agency_id IN (?) AND filed_on <= ? AND (closed_on = '' OR closed_on >= ?)
		GROUP BY 1, 2, 3, 4, 5`, agencies, endOf(year), fmt.Sprintf("%04d-01-01", year)); err != nil {
		return nil, fmt.Errorf("count the disputes of %d: %w", year, err)
	}
	out := make([]report.RemedyTally, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.tally(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// remedyRow is a number of disputes alike in everything that table 四 tells apart.
type remedyRow struct {
	Kind     string `db:"kind"`
	Filed    string `db:"filed"`  // year
	Closed   string `db:"closed"` // year, or ""
	Result   string `db:"result"`
	YearOnly int    `db:"year_only"`
	N        int64  `db:"n"`
}

func (r remedyRow) tally() (report.RemedyTally, error) {
	filed, err := strconv.Atoi(r.Filed)
	if err != nil {
		return report.RemedyTally{}, fmt.Errorf("read the year of a dispute: %w", err)
	}
	y := report.RemedyTally{FiledYear: filed, Undated: r.YearOnly != 0, Count: r.N}
	for i, k := range cases.RemedyKinds() {
		if k.Code() == r.Kind {
			y.Block = report.Review + report.Block(i)
		}
	}
	if r.Closed == "" {
		return y, nil
	}
	if y.ClosedYear, err = strconv.Atoi(r.Closed); err != nil {
		return y, fmt.Errorf("read the year of a ruling: %w", err)
	}
	for i, result := range cases.Results() {
		if result.Code() == r.Result {
			y.Result = report.Upheld + report.Result(i)
		}
	}
	return y, nil
}

// dispute reads the dispute of a row.
func (r *disputeRow) dispute() (cases.Dispute, error) {
	kind, err := cases.ParseRemedyKind(r.Kind)
	if err != nil {
		return cases.Dispute{}, fmt.Errorf("read a dispute of case %d: %w", r.CaseID, err)
	}
	result, err := cases.ParseResult(r.Result)
	if err != nil {
		return cases.Dispute{}, fmt.Errorf("read a dispute of case %d: %w", r.CaseID, err)
	}
	return cases.Dispute{Kind: kind, FiledOn: r.FiledOn, ClosedOn: r.ClosedOn, Result: result, YearOnly: r.YearOnly != 0}, nil
}

// ChannelTally is a number of applications of one agency that came in the same
// way in the same month.
type ChannelTally struct {
	AgencyID int64  `db:"agency_id"`
	Month    int    `db:"received_month"` // yyyymm
	Channel  string `db:"channel"`        // code; "" where a ledger did not say
	Count    int64  `db:"n"`
}

// Channels counts by agency, month and channel what was received in a year.
func (db *DB) Channels(ctx context.Context, agencies []int64, year int) ([]ChannelTally, error) {
	var out []ChannelTally
	err := db.selectAgencies(ctx, &out, `SELECT agency_id, received_month, channel, n FROM tally_channels
		WHERE agency_id IN (?) AND received_month >= ? AND received_month <= ? AND n <> 0
		ORDER BY agency_id, received_month, channel`, agencies, year*100+1, year*100+12)
	if err != nil {
		return nil, fmt.Errorf("read the channels of %d: %w", year, err)
	}
	return out, nil
}

// ChannelSums is Channels with the agencies added up: by month and channel.
func (db *DB) ChannelSums(ctx context.Context, agencies []int64, year int) ([]ChannelTally, error) {
	var out []ChannelTally
	err := db.selectAgencies(ctx, &out, `SELECT received_month, channel, SUM(n) AS n FROM tally_channels
		WHERE agency_id IN (?) AND received_month >= ? AND received_month <= ? GROUP BY received_month, channel HAVING SUM(n) <> 0`, agencies, year*100+1, year*100+12)
	if err != nil {
		return nil, fmt.Errorf("add up the channels of %d: %w", year, err)
	}
	return out, nil
}

// DaysTally is a number of answers of one agency and month that took as many
// working days; endings that are no answers are not in it.
type DaysTally struct {
	AgencyID int64 `db:"agency_id"`
	Month    int   `db:"answered_month"` // yyyymm
	Days     int   `db:"days"`           // working days, 60 for 60 and more
	Late     int   `db:"late"`           // deadline.Tri
	Count    int64 `db:"n"`
}

// Days counts by agency and month how long the answers of a year took.
func (db *DB) Days(ctx context.Context, agencies []int64, year int) ([]DaysTally, error) {
	var out []DaysTally
	err := db.selectAgencies(ctx, &out, `SELECT agency_id, answered_month, days, late, n FROM tally_days
		WHERE agency_id IN (?) AND answered_month >= ? AND answered_month <= ? AND n <> 0
		ORDER BY agency_id, answered_month, days, late`, agencies, year*100+1, year*100+12)
	if err != nil {
		return nil, fmt.Errorf("read the working days of %d: %w", year, err)
	}
	return out, nil
}
