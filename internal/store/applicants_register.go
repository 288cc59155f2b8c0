package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// ApplicantLine is a line of the applicants' register: a record of a person or
// organisation, and how often it applied.
type ApplicantLine struct {
	ID       int64
	AgencyID int64
	Name     string
	Kind     cases.ApplicantKind
	Cases    int
	Open     int
	First    calendar.Date // receipts, zero for none confirmed
	Last     calendar.Date
}

type applicantLineRow struct {
	ID       int64         `db:"id"`
	AgencyID int64         `db:"agency_id"`
	Name     string        `db:"name"`
	Kind     string        `db:"kind"`
	Cases    int           `db:"n"`
	Open     int           `db:"open"`
	First    calendar.Date `db:"first_on"`
	Last     calendar.Date `db:"last_on"`
}

// counted is what a line counts; applicants without a case stand in no register, a
// voided entry counts nothing.
const counted = `SELECT a.id, a.agency_id, a.name, a.kind, SUM(CASE WHEN c.state <> 'voided' THEN 1 ELSE 0 END) AS n,
	SUM(CASE WHEN c.answered_on = '' THEN 1 ELSE 0 END) AS open,
	COALESCE(MIN(CASE WHEN c.received_on <> '' AND c.state <> 'voided' THEN c.received_on END), '') AS first_on,
	COALESCE(MAX(CASE WHEN c.state <> 'voided' THEN c.received_on END), '') AS last_on
	FROM applicants a JOIN case_parties p ON p.applicant_id = a.id JOIN cases c ON c.id = p.case_id
	WHERE a.id IN (?) GROUP BY a.id, a.agency_id, a.name, a.kind ORDER BY a.id DESC`

// Applicants lists the register of some agencies, the latest record first: those
// whose name begins with name ("": all) and whose id is below after (0: from the
// beginning), at most limit. The id of the last line is where the next page goes on.
func (db *DB) Applicants(ctx context.Context, agencyIDs []int64, name string, after int64, limit int) (lines []ApplicantLine, err error) {
	var c conditions
	c.add("agency_id IN (?)", agencyIDs)
	if name != "" {
		c.add("name >= ? AND name < ?", name, name+lastSign)
	}
	if after > 0 {
		c.add("id < ?", after)
	}
	if len(agencyIDs) == 0 {
		return nil, nil
	}
	limit = min(max(limit, 1), MostRows)
	where, args := strings.Join(c.terms, " AND "), c.args
	err = db.look(ctx, func(t *tx) error {
		var ids []int64
		if err := t.SelectIn(&ids, "SELECT id FROM applicants WHERE "+where+" ORDER BY id DESC LIMIT ?", append(args, limit)...); err != nil {
			return err
		}
		lines, err = t.applicantLines(ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the applicants: %w", err)
	}
	return lines, nil
}

func (t *tx) applicantLines(ids []int64) ([]ApplicantLine, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []applicantLineRow
	if err := t.SelectIn(&rows, counted, ids); err != nil {
		return nil, err
	}
	out := make([]ApplicantLine, len(rows))
	for i, r := range rows {
		out[i] = ApplicantLine{ID: r.ID, AgencyID: r.AgencyID, Name: r.Name, Cases: r.Cases, Open: r.Open, First: r.First, Last: r.Last}
		if err := out[i].Kind.UnmarshalText([]byte(r.Kind)); err != nil {
			return nil, fmt.Errorf("read applicant %d: %w", r.ID, err)
		}
	}
	return out, nil
}

// MonthCount is how many applications were received in a month.
type MonthCount struct {
	Month int // yyyymm
	Count int
}

// ApplicantPage is an applicant with everything asked, over all records of the
// same person in the agency.
type ApplicantPage struct {
	ApplicantLine
	Records []int64      // ids of the records taken together, this one first
	Months  []MonthCount // months with a receipt, earliest first
	Rows    []CaseRow    // latest receipt first, at most MostRows
}

// Applicant gives the page of an applicant. NotFound: there is none, or in none
// of the agencies.
func (db *DB) Applicant(ctx context.Context, agencyIDs []int64, id int64) (page ApplicantPage, err error) {
	err = db.look(ctx, func(t *tx) error {
		page, err = t.applicantPage(agencyIDs, id)
		return err
	})
	return page, err
}

func (t *tx) applicantPage(agencies []int64, id int64) (page ApplicantPage, err error) {
	if page.Records, err = t.samePerson(agencies, id); err != nil {
		return page, err
	}
	lines, err := t.applicantLines(page.Records[:1])
	if err != nil {
		return page, err
	}
	if len(lines) > 0 {
		page.ApplicantLine = lines[0]
	}
	ids, err := t.casesOf(page.Records)
	if err != nil {
		return page, err
	}
	if page.Rows, err = t.caseRowsOf(ids); err != nil {
		return page, err
	}
	months := map[int]int{}
	for _, r := range page.Rows {
		if !r.ReceivedOn.IsZero() {
			year, month, _ := r.ReceivedOn.YMD()
			months[year*100+int(month)]++
		}
	}
	for _, m := range slices.Sorted(maps.Keys(months)) {
		page.Months = append(page.Months, MonthCount{m, months[m]})
	}
	return page, nil
}

// samePerson gives an applicant's record and those of the agency with the same
// identity number, or with the same name and telephone. A name alone proves
// nothing.
func (t *tx) samePerson(agencies []int64, id int64) ([]int64, error) {
	var a applicantRow
	err := t.Get(&a, "SELECT id, agency_id, name, kind, id_blind, phone_blind FROM applicants WHERE id = ?", id)
	if err == nil && !slices.Contains(agencies, a.AgencyID) || errors.Is(err, sql.ErrNoRows) {
		return nil, Fail(NotFound, "找不到这个申请人。")
	}
	if err != nil {
		return nil, fmt.Errorf("read applicant %d: %w", id, err)
	}
	var same []int64
	if err := t.Select(&same, `SELECT id FROM applicants WHERE agency_id = ? AND id_blind IS NOT NULL AND id_blind = ?
		UNION SELECT id FROM applicants WHERE agency_id = ? AND phone_blind IS NOT NULL AND phone_blind = ? AND name = ?
		ORDER BY 1 DESC`, a.AgencyID, a.IDBlind, a.AgencyID, a.PhoneBlind, a.Name); err != nil {
		return nil, fmt.Errorf("look for records of the same person: %w", err)
	}
	return append([]int64{id}, slices.DeleteFunc(same, func(other int64) bool { return other == id })...), nil
}

// casesOf gives the newest cases of some applicants, by receipt; no voided entries.
func (t *tx) casesOf(applicants []int64) (ids []int64, err error) {
	err = t.SelectIn(&ids, `SELECT c.id FROM cases c WHERE c.id IN (SELECT case_id FROM case_parties WHERE applicant_id IN (?)) AND c.state <> 'voided'
		ORDER BY c.received_on DESC, c.id DESC LIMIT ?`, applicants, MostRows)
	return ids, err
}

// RequestLine is an application as evidence: what was asked, how it ended and
// when the answer reached the applicant.
type RequestLine struct {
	CaseRow
	Content  string
	ServedOn calendar.Date
	Similar  float64 // to the most similar one before it, 0 to 1
}

// Requests lists what an applicant has asked, earliest first, side by side with
// answers and their service: for Art 35 (number and frequency beyond reason) and
// Art 36(6) (asked and answered already). Scope and NotFound as for Applicant.
func (db *DB) Requests(ctx context.Context, agencyIDs []int64, applicantID int64) (lines []RequestLine, err error) {
	err = db.look(ctx, func(t *tx) error {
		page, err := t.applicantPage(agencyIDs, applicantID)
		if err != nil {
			return err
		}
		slices.Reverse(page.Rows)
		lines, err = t.requestLines(page.Rows)
		return err
	})
	return lines, err
}

func (t *tx) requestLines(rows []CaseRow) ([]RequestLine, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	if len(ids) == 0 {
		return nil, nil
	}
	contents, err := t.contents(ids)
	if err != nil {
		return nil, err
	}
	served, err := t.servedOn(ids)
	if err != nil {
		return nil, err
	}
	out, signs := make([]RequestLine, len(rows)), make([]pairSet, len(rows))
	for i, r := range rows {
		out[i] = RequestLine{CaseRow: r, Content: contents[r.ID], ServedOn: served[r.ID]}
		signs[i] = pairsOf(contents[r.ID])
		for _, before := range signs[:i] {
			out[i].Similar = max(out[i].Similar, signs[i].similar(before))
		}
	}
	return out, nil
}

func (t *tx) contents(ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	for part := range slices.Chunk(ids, 1000) {
		var texts []textRow
		if err := t.SelectIn(&texts, "SELECT case_id, content FROM case_texts WHERE case_id IN (?)", part); err != nil {
			return nil, fmt.Errorf("read contents: %w", err)
		}
		for _, x := range texts {
			out[x.CaseID] = x.Content
		}
	}
	return out, nil
}

// servedOn gives the day on which the answer in force was served.
func (t *tx) servedOn(ids []int64) (map[int64]calendar.Date, error) {
	rows := make([]caseRow, len(ids))
	for i, id := range ids {
		rows[i].ID = id
	}
	loaded, err := t.loadEvents(rows)
	if err != nil {
		return nil, err
	}
	out := map[int64]calendar.Date{}
	for i := range loaded {
		c, err := loaded[i].domain(nil)
		if err != nil {
			return nil, err
		}
		for _, e := range cases.Timeline(c.Events, 0) {
			if _, served := e.Fact.(cases.Served); served {
				out[c.ID] = e.On
			}
		}
	}
	return out, nil
}
