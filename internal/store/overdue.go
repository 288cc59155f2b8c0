package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// OpenCase is an open case as it was known at the end of a day: the row and how it
// stood. Late answers are not in it: a finished case never turns red again.
type OpenCase struct {
	ID, AgencyID int64
	Number       string
	cases.Row
	Standing cases.Standing
}

// OpenOn lists the cases of some agencies that were open at the end of a day, as
// was known then: by what had been recorded, and by the notices adopted by then.
// The most pressing come first, by due date. For today it reads the rows; for an
// earlier day it derives them again from the events of what is open now and what
// has been answered since. Invalid: a day after today.
func (db *DB) OpenOn(ctx context.Context, agencies []int64, day, today calendar.Date) (out []OpenCase, err error) {
	if day.After(today) {
		return nil, Fail(Invalid, "%s在今天之后；只能看今天或以前某一天的情况。", day.Chinese())
	}
	if len(agencies) == 0 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		if t.book, err = db.bookIn(t); err != nil {
			return err
		}
		rows, err := t.openRows(agencies)
		if err == nil && day.Before(today) {
			rows, err = t.openThen(agencies, rows, day)
		}
		if err != nil {
			return err
		}
		out = standing(rows, cases.WatchOn(t.book.AsOf(day), day))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list what was open: %w", err)
	}
	return out, nil
}

// standing puts how each case stands to it, and sorts.
func standing(rows []OpenCase, w cases.Watch) []OpenCase {
	for i := range rows {
		rows[i].Standing = w.Of(rows[i].Row)
	}
	slices.SortFunc(rows, func(a, b OpenCase) int {
		none := func(c OpenCase) int { return map[bool]int{true: 1}[c.DueOn.IsZero()] }
		return cmp.Or(cmp.Compare(none(a), none(b)), a.DueOn.Compare(b.DueOn), cmp.Compare(a.ID, b.ID))
	})
	return rows
}

// openRows reads what is open now, off the index of open cases.
func (t *tx) openRows(agencies []int64) ([]OpenCase, error) {
	var rows []openRow
	if err := t.SelectIn(&rows, `SELECT id, agency_id, number, received_on, state, due_on, safe_due_on, waits_until, provisional, flags, officer_id, section_id
		FROM cases WHERE answered_on = '' AND agency_id IN (?)`, agencies); err != nil {
		return nil, err
	}
	out := make([]OpenCase, len(rows))
	for i, r := range rows {
		state, known := cases.ParseState(r.State)
		if !known {
			return nil, fmt.Errorf("unknown state %q of case %d", r.State, r.ID)
		}
		out[i] = OpenCase{ID: r.ID, AgencyID: r.AgencyID, Number: r.Number, Row: cases.Row{ReceivedOn: r.ReceivedOn, State: state, DueOn: r.DueOn, SafeDueOn: r.SafeDueOn,
			WaitsUntil: r.WaitsUntil, Provisional: r.Provisional != 0, Flags: cases.Flag(r.Flags), Officer: r.Officer, Section: r.Section}}
	}
	return out, nil
}

// openRow is what the overdue review reads of a case.
type openRow struct {
	ID          int64         `db:"id"`
	AgencyID    int64         `db:"agency_id"`
	Number      string        `db:"number"`
	ReceivedOn  calendar.Date `db:"received_on"`
	State       string        `db:"state"`
	DueOn       calendar.Date `db:"due_on"`
	SafeDueOn   calendar.Date `db:"safe_due_on"`
	WaitsUntil  calendar.Date `db:"waits_until"`
	Provisional int           `db:"provisional"`
	Flags       int64         `db:"flags"`
	Officer     int64         `db:"officer_id"`
	Section     int64         `db:"section_id"`
}

// EndOfDay is the last instant of a legal day in Asia/Shanghai, which keeps no
// summer time, microseconds UTC.
func EndOfDay(day calendar.Date) int64 {
	return day.AddDays(1).Time().Add(-8*time.Hour).UnixMicro() - 1
}

// openThen turns what is open now into what was open at the end of an earlier day.
func (t *tx) openThen(agencies []int64, now []OpenCase, day calendar.Date) ([]OpenCase, error) {
	at := EndOfDay(day)
	var since []int64
	if err := t.Select(&since, "SELECT DISTINCT case_id FROM events WHERE kind = 'answered' AND recorded_at > ?", at); err != nil {
		return nil, err
	}
	var voided []int64 // entries that were voided may have been open then
	if err := t.Select(&voided, "SELECT id FROM cases WHERE origin_id <> 0 AND state = 'voided'"); err != nil {
		return nil, err
	}
	ids := append(since, voided...)
	for _, c := range now {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	mine := map[int64]bool{}
	for _, a := range agencies {
		mine[a] = true
	}
	d := cases.Deriver{}
	var out []OpenCase
	for part := range slices.Chunk(ids, 500) {
		var rows []caseRow
		if err := t.SelectIn(&rows, "SELECT "+caseColumns+" FROM cases WHERE id IN (?)", part); err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(rows, func(r caseRow) bool { return !mine[r.AgencyID] })
		then, err := t.rowsThen(&d, rows, at, day)
		if err != nil {
			return nil, err
		}
		out = append(out, then...)
	}
	return out, nil
}

// rowsThen derives rows as known at an instant and keeps those that were open.
func (t *tx) rowsThen(d *cases.Deriver, rows []caseRow, at int64, day calendar.Date) ([]OpenCase, error) {
	got, err := t.loadEvents(rows)
	if err != nil {
		return nil, err
	}
	var out []OpenCase
	for _, l := range got {
		var events []cases.Event
		for _, r := range l.events {
			e, err := r.decode()
			if err != nil {
				return nil, err
			}
			events = append(events, e)
		}
		if d.Book, err = t.bookOf(l.row.AgencyID); err != nil {
			return nil, err
		}
		if row, known := d.RowAsOf(events, at, day); known && row.AnsweredOn.IsZero() {
			out = append(out, OpenCase{ID: l.row.ID, AgencyID: l.row.AgencyID, Number: l.row.Number, Row: row})
		}
	}
	return out, nil
}

// LateAnswer is a case that was answered late in a period.
type LateAnswer struct {
	ID, AgencyID      int64
	Number            string
	ReceivedOn, DueOn calendar.Date
	AnsweredOn        calendar.Date
	Outcome           cases.Outcome
	Officer, Section  int64
	DaysTaken         int
	Cause             cases.DelayCause
	Fault             cases.DelayFault
}

// LateAnswers lists what some agencies answered late in a period, both days
// included, the latest first; endings that are no answers are left out, as in the
// on-time rate.
func (db *DB) LateAnswers(ctx context.Context, agencies []int64, from, to calendar.Date) (out []LateAnswer, err error) {
	var rows []struct {
		openRow
		AnsweredOn calendar.Date `db:"answered_on"`
		Outcome    cases.Outcome `db:"outcome"`
		DaysTaken  int           `db:"days_taken"`
		Cause      string        `db:"delay_cause"`
		Fault      string        `db:"delay_fault"`
	}
	if err := db.selectAgencies(ctx, &rows, `SELECT id, agency_id, number, received_on, due_on, officer_id, section_id, answered_on, outcome, days_taken,
		delay_cause, delay_fault, flags FROM cases WHERE late = 2 AND agency_id IN (?) AND answered_on >= ? AND answered_on <= ?
		ORDER BY answered_on DESC, id DESC`, agencies, from, to); err != nil {
		return nil, fmt.Errorf("list late answers: %w", err)
	}
	for _, r := range rows {
		if !r.Outcome.CountsAsAnswer() || cases.Flag(r.Flags).Any(cases.Uncounted) {
			continue
		}
		cause, errCause := cases.ParseDelayCause(r.Cause)
		fault, errFault := cases.ParseDelayFault(r.Fault)
		if err := errors.Join(errCause, errFault); err != nil {
			return nil, fmt.Errorf("read the row of case %d: %w", r.ID, err)
		}
		out = append(out, LateAnswer{ID: r.ID, AgencyID: r.AgencyID, Number: r.Number, ReceivedOn: r.ReceivedOn, DueOn: r.DueOn, AnsweredOn: r.AnsweredOn,
			Outcome: r.Outcome, Officer: r.Officer, Section: r.Section, DaysTaken: r.DaysTaken, Cause: cause, Fault: fault})
	}
	return out, nil
}

// Briefs reads of some cases what a list shows: applicant and the beginning of
// what is asked. Those that who reads may not see are Hidden. At most MostRows.
func (db *DB) Briefs(ctx context.Context, ids []int64) (out map[int64]CaseRow, err error) {
	out = map[int64]CaseRow{}
	ids = ids[:min(len(ids), MostRows)]
	err = db.look(ctx, func(t *tx) error {
		marks := make([]mark, len(ids))
		for i, id := range ids {
			marks[i].ID = id
		}
		rows, err := t.caseRows(marks)
		for _, r := range rows {
			out[r.ID] = r
		}
		return err
	})
	return out, err
}
