package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const caseColumns = "id, agency_id, number, number_year, number_seq, platform, platform_number, version, last_seq, " +
	"ledger_id, fingerprint, source_hash, " + rowColumns

// rowColumns are the derived ones, in the order of rowValues.
const rowColumns = "received_on, channel, kind, state, due_on, safe_due_on, waits_until, provisional, answered_on, " +
	"outcome, late, excluded, days_taken, flags, calendar, officer_id, section_id, delay_cause, delay_fault, origin_id"

// caseRow is a line of cases as it is stored.
type caseRow struct {
	ID             int64         `db:"id"`
	AgencyID       int64         `db:"agency_id"`
	Number         string        `db:"number"`
	NumberYear     int           `db:"number_year"`
	NumberSeq      int64         `db:"number_seq"`
	Platform       string        `db:"platform"`
	PlatformNumber string        `db:"platform_number"`
	Version        int64         `db:"version"`
	LastSeq        int           `db:"last_seq"`
	LedgerID       int64         `db:"ledger_id"`
	Fingerprint    []byte        `db:"fingerprint"`
	SourceHash     []byte        `db:"source_hash"`
	ReceivedOn     calendar.Date `db:"received_on"`
	Channel        string        `db:"channel"`
	Kind           string        `db:"kind"`
	State          string        `db:"state"`
	DueOn          calendar.Date `db:"due_on"`
	SafeDueOn      calendar.Date `db:"safe_due_on"`
	WaitsUntil     calendar.Date `db:"waits_until"`
	Provisional    int           `db:"provisional"`
	AnsweredOn     calendar.Date `db:"answered_on"`
	Outcome        string        `db:"outcome"`
	Late           int           `db:"late"`
	Excluded       int           `db:"excluded"`
	DaysTaken      int           `db:"days_taken"`
	Flags          int64         `db:"flags"`
	Calendar       string        `db:"calendar"`
	Officer        int64         `db:"officer_id"`
	Section        int64         `db:"section_id"`
	DelayCause     string        `db:"delay_cause"`
	DelayFault     string        `db:"delay_fault"`
	Origin         int64         `db:"origin_id"`
}

// setRow puts the derived columns in place.
func (r *caseRow) setRow(d cases.Row) {
	r.ReceivedOn, r.Channel, r.Kind = d.ReceivedOn, d.Channel.Code(), d.Kind.Code()
	r.State, r.DueOn, r.SafeDueOn, r.WaitsUntil = d.State.Code(), d.DueOn, d.SafeDueOn, d.WaitsUntil
	r.Provisional, r.AnsweredOn, r.Outcome = number(d.Provisional), d.AnsweredOn, d.Outcome.Code()
	r.Late, r.Excluded, r.DaysTaken = int(d.Late), d.Excluded, d.DaysTaken
	r.Flags, r.Calendar = int64(d.Flags), d.Calendar
	r.Officer, r.Section = d.Officer, d.Section
	r.DelayCause, r.DelayFault = d.DelayCause.Code(), d.DelayFault.Code()
	r.Origin = d.Origin
}

// rowValues are the derived columns in the order of rowColumns.
func (r *caseRow) rowValues() []any {
	return []any{r.ReceivedOn, r.Channel, r.Kind, r.State, r.DueOn, r.SafeDueOn, r.WaitsUntil, r.Provisional,
		r.AnsweredOn, r.Outcome, r.Late, r.Excluded, r.DaysTaken, r.Flags, r.Calendar,
		r.Officer, r.Section, r.DelayCause, r.DelayFault, r.Origin}
}

// textRow is a line of case_texts.
type textRow struct {
	CaseID  int64  `db:"case_id"`
	Content string `db:"content"`
	Items   string `db:"items"`
	MAC     []byte `db:"mac"`
}

// partyRow is a party with its applicant.
type partyRow struct {
	CaseID int64  `db:"case_id"`
	Place  int    `db:"place"`
	Role   string `db:"role"`
	applicantRow
}

// loaded is a case as it stands in the database, with what is needed to write it
// back.
type loaded struct {
	row     caseRow
	text    textRow
	events  []eventRow
	parties []partyRow
	notes   []noteRow
}

// load reads whole cases, in the order of rows.
func (t *tx) load(rows []caseRow) ([]loaded, error) {
	out, err := t.loadEvents(rows)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	if err := t.loadTexts(out); err != nil {
		return nil, err
	}
	return out, t.loadNotes(out)
}

// loadEvents reads of the cases what rows are derived from.
func (t *tx) loadEvents(rows []caseRow) ([]loaded, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	out := make([]loaded, len(rows))
	for i, r := range rows {
		out[i].row = r
	}
	ids, at := places(out)
	var events []eventRow
	if err := t.SelectIn(&events, "SELECT "+eventColumns+" FROM events WHERE case_id IN (?) ORDER BY case_id, seq", ids); err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	for _, e := range events {
		out[at[e.CaseID]].events = append(out[at[e.CaseID]].events, e)
	}
	return out, nil
}

// places gives the ids of the cases, and where each stands.
func places(of []loaded) (ids []int64, at map[int64]int) {
	ids, at = make([]int64, len(of)), make(map[int64]int, len(of))
	for i := range of {
		ids[i], at[of[i].row.ID] = of[i].row.ID, i
	}
	return ids, at
}

func (t *tx) loadTexts(out []loaded) error {
	ids, at := places(out)
	var texts []textRow
	if err := t.SelectIn(&texts, "SELECT case_id, content, items, mac FROM case_texts WHERE case_id IN (?)", ids); err != nil {
		return fmt.Errorf("read texts: %w", err)
	}
	for _, x := range texts {
		out[at[x.CaseID]].text = x
	}
	var parties []partyRow
	if err := t.SelectIn(&parties, `SELECT p.case_id, p.place, p.role, a.id, a.uid, a.agency_id, a.kind, a.name, a.data_key,
		a.id_number, a.phone, a.email, a.address, a.id_blind, a.phone_blind, a.mac
		FROM case_parties p JOIN applicants a ON a.id = p.applicant_id WHERE p.case_id IN (?) ORDER BY p.case_id, p.place`, ids); err != nil {
		return fmt.Errorf("read parties: %w", err)
	}
	for _, p := range parties {
		out[at[p.CaseID]].parties = append(out[at[p.CaseID]].parties, p)
	}
	return nil
}

// domain makes the case of what was read; with key nil, personal fields stay
// sealed and empty.
func (l *loaded) domain(key *secret.Key) (*cases.Case, error) {
	c := cases.Case{ID: l.row.ID, AgencyID: l.row.AgencyID, Number: l.row.Number, Version: l.row.Version, Content: l.text.Content}
	if l.text.Items != "" {
		if err := json.Unmarshal([]byte(l.text.Items), &c.Items); err != nil {
			return nil, fmt.Errorf("read the items of case %d: %w", c.ID, err)
		}
	}
	for _, r := range l.events {
		e, err := r.decode()
		if err != nil {
			return nil, err
		}
		c.Events = append(c.Events, e)
	}
	for _, p := range l.parties {
		a, err := p.masked()
		if key != nil {
			a, err = p.applicantRow.open(key)
		}
		if err != nil {
			return nil, err
		}
		c.Parties = append(c.Parties, cases.Party{Role: p.Role, Applicant: a})
	}
	for _, n := range l.notes {
		c.Notes = append(c.Notes, n.domain())
	}
	return cases.Load(c), nil
}

// Case reads a case with all its events and texts; of the people their names and
// kinds alone. NotFound if there is none.
func (db *DB) Case(ctx context.Context, id int64) (c *cases.Case, err error) {
	err = db.look(ctx, func(t *tx) error {
		c, err = t.one("id = ?", id)
		return err
	})
	return c, err
}

// CaseByNumber is Case by 编号 in an agency.
func (db *DB) CaseByNumber(ctx context.Context, agency int64, number string) (c *cases.Case, err error) {
	err = db.look(ctx, func(t *tx) error {
		c, err = t.one("agency_id = ? AND number <> '' AND number = ?", agency, number)
		return err
	})
	return c, err
}

func (t *tx) one(where string, args ...any) (*cases.Case, error) {
	var row caseRow
	if err := t.Get(&row, "SELECT "+caseColumns+" FROM cases WHERE "+where, args...); err != nil {
		return nil, missing(err, "这个办件")
	}
	away, err := t.hidden([]int64{row.ID})
	if err != nil {
		return nil, err
	}
	if away[row.ID] {
		return nil, Fail(NotFound, "找不到这个办件。")
	}
	got, err := t.load([]caseRow{row})
	if err != nil {
		return nil, err
	}
	return got[0].domain(nil)
}

// People opens the personal fields of a case's parties and notes in the audit
// chain of the agency who did so and why. reason is a code, not free text.
func (db *DB) People(ctx context.Context, id int64, s cases.Stamp, reason string) (parties []cases.Party, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		var row caseRow
		if err := t.Get(&row, "SELECT "+caseColumns+" FROM cases WHERE id = ?", id); err != nil {
			return missing(err, "这个办件")
		}
		got, err := t.load([]caseRow{row})
		if err != nil {
			return err
		}
		c, err := got[0].domain(db.key)
		if err != nil {
			return err
		}
		parties = c.Parties
		return t.audit(row.AgencyID, s, Entry{Act: "people_opened", Object: "case", ObjectID: id, Detail: map[string]any{"reason": reason}})
	})
	return parties, err
}
