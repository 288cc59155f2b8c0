package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// CaseRow is a line of the register. The applicant is the first one, by name
// alone; the subject is the beginning of what is asked.
type CaseRow struct {
	ID, AgencyID int64
	AgencyName   string // as it is called now
	Number       string
	Applicant    string
	Who          cases.ApplicantKind // what the applicant is, counted or not
	Joint        int                 // how many apply together with the applicant
	Subject      string
	Hidden       bool // a sensitive case that does not name who reads: the two above are empty
	Purged       bool // destroyed when its term of keeping had run out: they are empty too
	cases.Row
}

// Page is a part of the register. An empty cursor says that there is nothing
// more on that side.
type Page struct {
	Rows       []CaseRow
	Next, Prev Cursor
}

// MostRows is the greatest page that List gives.
const MostRows = 500

// subjectLength is in characters: a register shows one line.
const subjectLength = 120

// searchTime bounds a search for a text: it may have to read every case.
const searchTime = 8 * time.Second

// List gives a page of the cases under a filter, in an order, after a cursor
// (the zero one: from the beginning), at most limit rows. It finds its place by
// key, so that a page costs the same wherever it is and however many cases there
// are. A filter without agencies finds nothing. Invalid: a cursor that is not of
// this order, or a search for a text that takes too long.
func (db *DB) List(ctx context.Context, f Filter, s Sort, after Cursor, limit int) (page Page, err error) {
	from, err := after.read(s)
	if err != nil {
		return Page{}, err
	}
	limit = min(max(limit, 1), MostRows)
	if strings.TrimSpace(f.Text) != "" {
		bounded, done := context.WithTimeout(ctx, searchTime)
		defer done()
		err = db.look(bounded, func(t *tx) error { return t.page(&page, f, s, from, limit) })
		if err != nil && ctx.Err() == nil && bounded.Err() != nil {
			return Page{}, &Error{Kind: Invalid, Err: err, Message: "要翻查的办件太多，一时找不完；请加上年度、机关或日期再查找。"}
		}
		return page, err
	}
	err = db.look(ctx, func(t *tx) error { return t.page(&page, f, s, from, limit) })
	return page, err
}

// page finds the ids, one more than asked for to know whether there is more,
// then reads what the register shows of them.
func (t *tx) page(page *Page, f Filter, s Sort, from mark, limit int) error {
	where, args, err := f.where()
	if err != nil {
		return err
	}
	found, err := t.listMarks(f, where, args, s, from, limit+1)
	if err != nil {
		return fmt.Errorf("list cases: %w", err)
	}
	more := len(found) > limit
	found = found[:min(len(found), limit)]
	if from.Back {
		slices.Reverse(found)
	}
	if page.Rows, err = t.caseRows(found); err != nil || len(found) == 0 {
		return err
	}
	if f.needle() != "" {
		page.Rows = visible(page.Rows) // that one was found would tell what it says
	}
	if more || from.Back {
		page.Next = found[len(found)-1].cursor(s, false)
	}
	if !from.Back && from.ID != 0 || from.Back && more {
		page.Prev = found[0].cursor(s, true)
	}
	return nil
}

// listMarks finds the places of a page, with the help of the search index where a
// text is looked for.
func (t *tx) listMarks(f Filter, where string, args []any, s Sort, from mark, n int) ([]mark, error) {
	if needle := f.needle(); needle != "" {
		return t.textMarks(needle, f.AgencyIDs, where, args, s, from, n)
	}
	return t.marks(func(g segment, from mark, n int) ([]mark, error) {
		return t.segmentMarks(g, f.AgencyIDs, where, args, from, from.Back, n)
	}, s, from, n)
}

// marks walks the order's segments from a mark on, or back from it; walk takes
// the first n of one segment.
func (t *tx) marks(walk func(segment, mark, int) ([]mark, error), s Sort, from mark, n int) ([]mark, error) {
	segments := s.segments()
	step, at := 1, from.Segment
	if from.Back {
		step = -1
	}
	var out []mark
	for ; at >= 0 && at < len(segments) && len(out) < n; at += step {
		start := mark{Back: from.Back}
		if at == from.Segment {
			start = from
		}
		got, err := walk(segments[at], start, n-len(out))
		if err != nil {
			return nil, err
		}
		for i := range got {
			got[i].Segment, got[i].Back = at, from.Back
		}
		out = append(out, got...)
	}
	return out, nil
}

// agenciesAtOnce is how many agencies one statement asks: each costs a look into
// the index, the statement has to be read anew only once for all of them.
const agenciesAtOnce = 32

// wideFrom is the share of all agencies from which on a list walks one index over
// all of them: below, too many rows of others would lie between.
const wideFrom = 1.0 / 4

// segmentMarks takes the first n of a segment: over many agencies by one walk in
// the segment's order, over few from the index of each.
func (t *tx) segmentMarks(g segment, agencies []int64, where string, args []any, from mark, back bool, n int) ([]mark, error) {
	byNumber := g.number != "" || g.key == "number"
	if byNumber && len(agencies) > agenciesAtOnce && strings.Contains(where, "answered_on = ''") {
		// What is open stands in an index of its own, few beside all: sorting it costs
		// less than a look into the numbers of each agency.
		return t.wideMarks(g, agencies, where, args, from, back, n)
	}
	if !byNumber && len(agencies) > agenciesAtOnce {
		var all int
		if err := t.Get(&all, "SELECT COUNT(*) FROM agencies"); err != nil {
			return nil, err
		}
		if float64(len(agencies)) >= wideFrom*float64(all) {
			return t.wideMarks(g, agencies, where, args, from, back, n)
		}
	}
	return t.narrowMarks(g, agencies, where, args, from, back, n)
}

// wideMarks walks the index of all agencies. The plus keeps SQLite from reading
// each agency's cases and sorting them.
func (t *tx) wideMarks(g segment, agencies []int64, where string, args []any, from mark, back bool, n int) ([]mark, error) {
	one := g.one("+agency_id IN (?)", where, g.desc != back, from.ID != 0)
	all := append([]any{agencies}, args...)
	all = append(append(all, g.bounds(from)...), n)
	var out []mark
	err := t.SelectIn(&out, one, all...)
	return out, err
}

// narrowMarks takes the first n of each agency by the index that begins with it,
// and of all these the first n. Asking for all agencies in one condition would
// read and sort every case of theirs.
func (t *tx) narrowMarks(g segment, agencies []int64, where string, args []any, from mark, back bool, n int) ([]mark, error) {
	desc := g.desc != back
	one := g.one("agency_id = ?", where, desc, from.ID != 0)
	bounds := g.bounds(from)
	var out []mark
	for part := range slices.Chunk(agencies, agenciesAtOnce) {
		terms, all := make([]string, len(part)), []any{}
		for i, agency := range part {
			terms[i] = fmt.Sprintf("SELECT * FROM (%s) AS a%d", one, i)
			all = append(all, agency)
			all = append(all, args...)
			all = append(all, bounds...)
			all = append(all, n)
		}
		stmt, err := t.prepared(strings.Join(terms, " UNION ALL "))
		if err != nil {
			return nil, err
		}
		var got []mark
		if err := stmt.SelectContext(t.ctx, &got, all...); err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	slices.SortFunc(out, func(a, b mark) int {
		order := cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
		if desc {
			return -order
		}
		return order
	})
	return out[:min(len(out), n)], nil
}

// listRow is a line of the register as it is read.
type listRow struct {
	caseRow
	Applicant string `db:"applicant"`
	Subject   string `db:"subject"`
	Who       string `db:"who"`
	Joint     int    `db:"joint"`
}

func (t *tx) caseRows(marks []mark) ([]CaseRow, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	ids, place := make([]int64, len(marks)), make(map[int64]int, len(marks))
	for i, m := range marks {
		ids[i], place[m.ID] = m.ID, i
	}
	var rows []listRow
	if err := t.SelectIn(&rows, `SELECT c.id, c.agency_id, c.number, c.received_on, c.channel, c.kind, c.state, c.due_on,
		c.safe_due_on, c.waits_until, c.provisional, c.answered_on, c.outcome, c.late, c.excluded, c.days_taken, c.flags, c.calendar, c.officer_id, c.section_id, c.delay_cause, c.delay_fault, c.origin_id,
		COALESCE(a.name, '') AS applicant, COALESCE(a.kind, '') AS who, COALESCE(SUBSTR(x.content, 1, ?), '') AS subject,
		(SELECT COUNT(*) FROM case_parties j WHERE j.case_id = c.id AND j.role = 'joint') AS joint
		FROM cases c LEFT JOIN case_texts x ON x.case_id = c.id
		LEFT JOIN case_parties p ON p.case_id = c.id AND p.place = 1 LEFT JOIN applicants a ON a.id = p.applicant_id
		WHERE c.id IN (?)`, subjectLength, ids); err != nil {
		return nil, fmt.Errorf("read the rows of a list: %w", err)
	}
	names, err := t.agencyNames(rows)
	if err != nil {
		return nil, err
	}
	hidden, err := t.hidden(ids)
	if err != nil {
		return nil, err
	}
	out := make([]CaseRow, len(rows))
	for _, r := range rows {
		derived, err := r.derived()
		if err != nil {
			return nil, err
		}
		var who cases.ApplicantKind
		if err := who.UnmarshalText([]byte(r.Who)); err != nil {
			return nil, fmt.Errorf("read the applicant of case %d: %w", r.ID, err)
		}
		out[place[r.ID]] = CaseRow{ID: r.ID, AgencyID: r.AgencyID, AgencyName: names[r.AgencyID], Number: r.Number,
			Applicant: r.Applicant, Who: who, Joint: r.Joint, Subject: r.Subject, Row: derived}
		if hidden[r.ID] {
			out[place[r.ID]].Hidden, out[place[r.ID]].Applicant, out[place[r.ID]].Joint, out[place[r.ID]].Subject = true, "", 0, ""
		}
	}
	return out, t.markPurged(out)
}

// markPurged marks the rows of destroyed cases: only one that says nothing can be
// one.
func (t *tx) markPurged(rows []CaseRow) error {
	var empty []int64
	for _, r := range rows {
		if r.Applicant == "" && r.Subject == "" && !r.AnsweredOn.IsZero() {
			empty = append(empty, r.ID)
		}
	}
	if len(empty) == 0 {
		return nil
	}
	gone, err := t.purgedAmong(empty)
	for i := range rows {
		rows[i].Purged = gone[rows[i].ID]
	}
	return err
}

// visible leaves out what who reads may not see.
func visible(rows []CaseRow) []CaseRow {
	return slices.DeleteFunc(rows, func(r CaseRow) bool { return r.Hidden })
}

// agencyNames gives the last name of each agency of a list.
func (t *tx) agencyNames(rows []listRow) (map[int64]string, error) {
	names := map[int64]string{}
	ids := []int64{}
	for _, r := range rows {
		if _, seen := names[r.AgencyID]; !seen {
			names[r.AgencyID] = ""
			ids = append(ids, r.AgencyID)
		}
	}
	var spans []agencyRow
	if err := t.SelectIn(&spans, "SELECT agency_id, name FROM agency_versions WHERE agency_id IN (?) ORDER BY agency_id, from_on", ids); err != nil {
		return nil, fmt.Errorf("read the names of agencies: %w", err)
	}
	for _, a := range spans {
		names[a.AgencyID] = a.Name
	}
	return names, nil
}

// derived reads the derived columns back.
func (r *caseRow) derived() (cases.Row, error) {
	d := cases.Row{ReceivedOn: r.ReceivedOn, DueOn: r.DueOn, SafeDueOn: r.SafeDueOn, WaitsUntil: r.WaitsUntil,
		Provisional: r.Provisional != 0, AnsweredOn: r.AnsweredOn, Late: deadline.Tri(r.Late), Excluded: r.Excluded,
		DaysTaken: r.DaysTaken, Flags: cases.Flag(r.Flags), Calendar: r.Calendar, Officer: r.Officer, Section: r.Section, Origin: r.Origin}
	state, known := cases.ParseState(r.State)
	var err error
	if !known {
		err = fmt.Errorf("unknown state %q", r.State)
	}
	d.State = state
	err = errors.Join(err, d.Channel.UnmarshalText([]byte(r.Channel)), d.Kind.UnmarshalText([]byte(r.Kind)), d.Outcome.UnmarshalText([]byte(r.Outcome)),
		d.DelayCause.UnmarshalText([]byte(r.DelayCause)), d.DelayFault.UnmarshalText([]byte(r.DelayFault)))
	if err != nil {
		return d, fmt.Errorf("read the row of case %d: %w", r.ID, err)
	}
	return d, nil
}

// Lights counts the open cases of some agencies by what they ask of the office
// on a day. Late, Today, Soon and Waiting exclude one another; Open is all.
type Lights struct {
	Late    int // the due date has passed
	Today   int // it is today
	Soon    int // within the next 3 working days
	Waiting int // somebody else has to act
	Open    int
}

// Lights counts the open cases of a set of agencies on a day: DeskCounts' part for
// the menu. It reads the index of open cases: what it costs does not grow with the
// years.
func (db *DB) Lights(ctx context.Context, agencies []int64, today calendar.Date, book *calendar.Book) (Lights, error) {
	d, err := db.DeskCounts(ctx, agencies, today, book)
	return Lights{Late: d.Late, Today: d.Today, Soon: d.Within3, Waiting: d.Waiting, Open: d.Open}, err
}
