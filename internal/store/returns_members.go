package store

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/report"
)

// Member is a case, or a dispute of one, with everything that says in which cells
// it stands.
type Member struct {
	CaseID   int64
	Number   string // of the case when it was locked; "" for none, and in returns locked before numbers were kept
	Place    int    // of a dispute, from 1; 0: the case itself
	Kind     string // of applicant, or of remedy
	Received int    // year; of a dispute that of filing
	Answered int    // year, 0 open; of a dispute that of the ruling
	Outcome  string // or result
	YearOnly bool
}

// maxMembers bounds what is unpacked: some thirty bytes a case.
const maxMembers = 1 << 30

// membersOf reads the cases and disputes behind the tables of a year, in their order;
// without numbers, if they are not asked for.
func (t *tx) membersOf(ids []int64, year int, numbers bool) ([]Member, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	out, err := t.caseMembers(ids, year, numbers)
	if err != nil {
		return nil, err
	}
	var disputes []struct {
		ID       int64         `db:"case_id"`
		Place    int           `db:"place"`
		Kind     string        `db:"kind"`
		Filed    calendar.Date `db:"filed_on"`
		Closed   calendar.Date `db:"closed_on"`
		Result   string        `db:"result"`
		YearOnly int           `db:"year_only"`
	}
	if err := t.SelectIn(&disputes, `SELECT case_id, place, kind, filed_on, closed_on, result, year_only FROM disputes WHERE agency_id IN (?) AND filed_on <= ?
		AND (closed_on = '' OR closed_on >= ?) ORDER BY case_id, place`, ids, endOf(year), fmt.Sprintf("%04d-01-01", year)); err != nil {
		return nil, fmt.Errorf("read the disputes of a return: %w", err)
	}
	for _, d := range disputes {
		m := Member{CaseID: d.ID, Place: d.Place, Kind: d.Kind, Received: d.Filed.Year(), YearOnly: d.YearOnly != 0}
		if !d.Closed.IsZero() && d.Closed.Year() <= year {
			m.Answered, m.Outcome = d.Closed.Year(), d.Result
		}
		out = append(out, m)
	}
	return out, nil
}

// order is that in which members are kept: the cases by id, then their disputes.
func (m *Member) order(o *Member) int {
	return cmp.Or(cmp.Compare(min(m.Place, 1), min(o.Place, 1)), cmp.Compare(m.CaseID, o.CaseID), cmp.Compare(m.Place, o.Place))
}

// caseMembers reads the cases, which may be a million: row by row, over many
// agencies in the order of the table itself, and what tells their cells as one text,
// of which there are few different ones.
func (t *tx) caseMembers(ids []int64, year int, numbers bool) (out []Member, err error) {
	agency := "agency_id"
	if len(ids) > agenciesAtOnce {
		agency = "+agency_id" // else the engine goes agency by agency, and has to sort
	}
	only, _, err := t.only(agency, ids)
	if err != nil {
		return nil, fmt.Errorf("read the cases of a return: %w", err)
	}
	number := "''"
	if numbers {
		number = "number"
	}
	rows, err := t.QueryContext(t.ctx, t.Rebind(`SELECT id, `+number+`, SUBSTR(received_on, 1, 4) || SUBSTR(answered_on, 1, 4) || kind || '/' || outcome FROM cases
		WHERE received_on <> '' AND received_on <= ? AND kind <> '' AND (answered_on = '' OR answered_on >= ?)`+only+` ORDER BY id`), endOf(year), fmt.Sprintf("%04d-01-01", year))
	if err != nil {
		return nil, fmt.Errorf("read the cases of a return: %w", err)
	}
	defer rows.Close()
	known := map[string]Member{}
	var text sql.RawBytes
	var id int64
	var name string
	for rows.Next() {
		if err := rows.Scan(&id, &name, &text); err != nil {
			return nil, fmt.Errorf("read the cases of a return: %w", err)
		}
		m, met := known[string(text)]
		if !met {
			m = memberOf(string(text), year)
			known[string(text)] = m
		}
		m.CaseID, m.Number = id, name
		if len(out) == cap(out) {
			out = slices.Grow(out, len(out)+1000) // twice as many: appending adds a quarter, over and over
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// memberOf reads what caseMembers has the engine write: year of receipt, year of
// answer if there is one, kind and outcome. A year after the report's is open.
func memberOf(text string, year int) (m Member) {
	m.Received, text = yearOf(text[:4]), text[4:]
	if text[0] >= '0' && text[0] <= '9' {
		m.Answered, text = yearOf(text[:4]), text[4:]
	}
	m.Kind, m.Outcome, _ = strings.Cut(text, "/")
	if m.Answered > year {
		m.Answered = 0
	}
	if m.Answered == 0 {
		m.Outcome = ""
	}
	return m
}

// heldOnce gives a word that is held once.
func heldOnce(words map[string]string, b string) string {
	word, known := words[b]
	if !known {
		word = strings.Clone(b)
		words[word] = word
	}
	return word
}

// yearOf reads four digits.
func yearOf(digits string) (n int) {
	for _, c := range []byte(digits) {
		n = n*10 + int(c-'0')
	}
	return n
}

// packMembers writes one line for each, compressed.
func packMembers(members []Member) ([]byte, error) {
	var out bytes.Buffer
	z, err := zlib.NewWriterLevel(&out, zlib.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("pack the cases of a return: %w", err)
	}
	buf := make([]byte, 0, 1<<16)
	for _, m := range members {
		buf = m.line(buf)
		if len(buf) > 1<<15 {
			if _, err := z.Write(buf); err != nil {
				return nil, fmt.Errorf("pack the cases of a return: %w", err)
			}
			buf = buf[:0]
		}
	}
	_, err = z.Write(buf)
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("pack the cases of a return: %w", err)
	}
	return out.Bytes(), nil
}

// line appends a member's line: what tells the cells, then the number.
func (m Member) line(b []byte) []byte {
	b = strconv.AppendInt(b, m.CaseID, 10)
	b = append(strconv.AppendInt(append(b, '\t'), int64(m.Place), 10), '\t')
	b = append(append(b, m.Kind...), '\t')
	b = append(strconv.AppendInt(b, int64(m.Received), 10), '\t')
	b = append(strconv.AppendInt(b, int64(m.Answered), 10), '\t')
	b = append(append(b, m.Outcome...), '\t')
	b = append(strconv.AppendInt(b, int64(number(m.YearOnly)), 10), '\t')
	for i := range len(m.Number) { // a number typed elsewhere may hold what ends a field
		if c := m.Number[i]; c != '\t' && c != '\n' {
			b = append(b, c)
		}
	}
	return append(b, '\n')
}

func unpackMembers(data []byte) (out []Member, err error) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack the cases of a return: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxMembers))
	if err != nil {
		return nil, fmt.Errorf("unpack the cases of a return: %w", err)
	}
	all := string(text)
	out = make([]Member, 0, strings.Count(all, "\n"))
	words := map[string]string{} // kinds and outcomes are few
	for all != "" {
		line, rest, whole := strings.Cut(all, "\n")
		m, err := readMember(line, words)
		if err != nil || !whole {
			return nil, errors.Join(errors.New("unpack the cases of a return: a line is cut"), err)
		}
		out, all = append(out, m), rest
	}
	return out, nil
}

// readMember reads a line; those of before numbers were kept have seven fields.
func readMember(line string, words map[string]string) (m Member, err error) {
	var fields [8]string
	n := 0
	for ; n < len(fields)-1; n++ {
		field, rest, more := strings.Cut(line, "\t")
		fields[n], line = field, rest
		if !more {
			break
		}
	}
	if n < 6 {
		return m, errors.New("too few fields")
	}
	fields[7] = line
	var numbers [5]int64
	for i, at := range [5]int{0, 1, 3, 4, 6} {
		if numbers[i], err = strconv.ParseInt(fields[at], 10, 64); err != nil {
			return m, err
		}
	}
	return Member{CaseID: numbers[0], Place: int(numbers[1]), Kind: heldOnce(words, fields[2]), Received: int(numbers[2]), Answered: int(numbers[3]),
		Outcome: heldOnce(words, fields[5]), YearOnly: numbers[4] == 1, Number: fields[7]}, nil
}

// countMembers counts the tables of a year from the cases behind them.
func countMembers(members []Member, year int, f report.Format) report.Table {
	type key struct {
		kind, outcome      string
		received, answered int
	}
	counts := map[key]int64{}
	var remedies []report.RemedyTally
	for _, m := range members {
		if m.Place == 0 {
			counts[key{m.Kind, m.Outcome, m.Received, m.Answered}]++
			continue
		}
		row := remedyRow{Kind: m.Kind, Filed: strconv.Itoa(m.Received), Result: m.Outcome, YearOnly: number(m.YearOnly), N: 1}
		if m.Answered > 0 {
			row.Closed = strconv.Itoa(m.Answered)
		}
		if y, err := row.tally(); err == nil {
			remedies = append(remedies, y)
		}
	}
	tallies := make([]report.Tally, 0, len(counts))
	for k, n := range counts {
		tallies = append(tallies, report.Tally{Kind: kindColumn(k.kind), ReceivedYear: k.received, AnsweredYear: k.answered, Outcome: k.outcome, Count: n})
	}
	return report.Count(year, f, tallies, remedies)
}

// Moved is a case that stands otherwise in the register than in a locked return.
type Moved struct {
	CaseID int64
	Number string
	Before string // the cells then; "" in none
	Now    string
}

// ReturnDifferences compares a locked return with the register as it is now, case
// by case, at most 500, and the tables cell by cell. NotFound: there is no such
// version.
func (db *DB) ReturnDifferences(ctx context.Context, agency int64, year int, own bool, version int) (moved []Moved, cells []string, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, ids, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		rows, err := t.returnRows("agency_id = ? AND year = ? AND whole = ? AND version = ?", agency, year, whole, version)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return Fail(NotFound, "找不到这一版年报。")
		}
		locked, err := rows[0].domain()
		if err != nil {
			return err
		}
		now, err := t.table(agency, year, own, locked.Frozen.Table.Format)
		if err != nil {
			return err
		}
		cells = locked.Frozen.Table.Differences(now)
		unpacked := make(chan error, 1)
		var then []Member
		go func() {
			var err error
			then, err = unpackMembers(rows[0].Members)
			unpacked <- err
		}()
		current, err := t.membersOf(ids, year, false)
		if err := errors.Join(<-unpacked, err); err != nil {
			return err
		}
		if moved = compareMembers(then, current, year, locked.Frozen.Table.Format); len(moved) > MostRows {
			moved = moved[:MostRows]
		}
		return t.nameMoved(moved)
	})
	return moved, cells, err
}

// compareMembers lists who stands in other cells than before, by case. What a case is
// called says nothing of its cells.
func compareMembers(then, now []Member, year int, f report.Format) (out []Moved) {
	for _, list := range [][]Member{then, now} {
		byOrder := func(a, b Member) int { return a.order(&b) }
		if !slices.IsSortedFunc(list, byOrder) {
			slices.SortFunc(list, byOrder)
		}
	}
	for len(then)+len(now) > 0 {
		var before, after *Member
		switch way := ahead(then, now); {
		case way <= 0:
			before, then = &then[0], then[1:]
			if way == 0 {
				after, now = &now[0], now[1:]
			}
		default:
			after, now = &now[0], now[1:]
		}
		if x := movedFrom(before, after, year, f); x.Before != x.Now {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b Moved) int { return cmp.Compare(a.CaseID, b.CaseID) })
	return out
}

// ahead tells which of two lists has the next member: below 0 the first, above the
// second, 0 both.
func ahead(a, b []Member) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return a[0].order(&b[0])
}

// movedFrom words how one stood before and stands now; nil: not at all.
func movedFrom(before, after *Member, year int, f report.Format) (x Moved) {
	if before != nil && after != nil {
		then, now := *before, *after
		then.Number, now.Number = "", ""
		if then == now {
			return x
		}
	}
	if before != nil {
		x.CaseID, x.Number, x.Before = before.CaseID, before.Number, cellsOf(*before, year, f)
	}
	if after != nil {
		x.CaseID, x.Number, x.Now = after.CaseID, after.Number, cellsOf(*after, year, f)
	}
	return x
}

// cellsOf words in which cells a case stands.
func cellsOf(m Member, year int, f report.Format) string {
	table := countMembers([]Member{m}, year, f)
	var out []byte
	for _, k := range f.Rows() {
		row := table.Row(k)
		for c := range report.TotalColumn {
			if row[c].N > 0 && k != report.RowTotal {
				out = fmt.Appendf(out, "%s（%s） ", k.Path(), c.Label())
			}
		}
	}
	for b := range table.Remedies {
		for r := report.Upheld; r < report.TotalResult; r++ {
			if table.Remedies[b][r].N > 0 {
				out = fmt.Appendf(out, "%s（%s） ", report.Block(b).Label(), r.Label())
			}
		}
	}
	return string(bytes.TrimSpace(out))
}

func (t *tx) nameMoved(moved []Moved) error {
	if len(moved) == 0 {
		return nil
	}
	ids := make([]int64, len(moved))
	for i, m := range moved {
		ids[i] = m.CaseID
	}
	var rows []struct {
		ID     int64  `db:"id"`
		Number string `db:"number"`
	}
	if err := t.SelectIn(&rows, "SELECT id, number FROM cases WHERE id IN (?)", ids); err != nil {
		return fmt.Errorf("read the numbers of cases: %w", err)
	}
	names := map[int64]string{}
	for _, r := range rows {
		names[r.ID] = r.Number
	}
	for i := range moved {
		if name := names[moved[i].CaseID]; name != "" {
			moved[i].Number = name
		}
	}
	return nil
}
