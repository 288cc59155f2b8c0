package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// Filter says which cases a list shows: those of AgencyIDs for which everything
// else holds that is set. Today and Book are needed for Light alone.
type Filter struct {
	AgencyIDs                []int64
	ReceivedYear             int
	State                    string // code of cases.State
	Light                    string // late, today, soon, week, waiting, open, closed
	Outcome                  string // code or group
	Kind                     string
	Officer                  int64 // who handles it; 0: whoever
	Section                  int64
	Unassigned               bool       // open and in nobody's hands
	Flag                     cases.Flag // one of these; 0: none asked
	Channel                  string     // one code, or several joined by commas
	Text                     string     // in the numbers, the applicants' names or the content; see Search
	ReceivedFrom, ReceivedTo calendar.Date
	AnsweredFrom, AnsweredTo calendar.Date
	LateAnswers              bool              // answered after the due date
	Cell                     *report.Selection // the cases of a cell of the statutory tables
	Span                     *report.StageSpan // those of a stage of a period
	Topic                    string            // what it is about; NoneGiven: no topic
	ID                       int64             // this one alone; 0: any
	Today                    calendar.Date
	Book                     *calendar.Book
}

// NoneGiven asks, as a channel or a topic, for cases without one.
const NoneGiven = "-"

// soonDays and weekDays are in working days after today.
const (
	soonDays = 3
	weekDays = 7
)

// longestText bounds what is searched for, in characters.
const longestText = 64

// waiting is the condition that somebody else has to act on the day of its
// argument: cases.Row.StateOn as SQL. A consultation that has lapsed waits no
// more.
const waiting = `(state IN ('unconfirmed', 'waiting_supplement', 'waiting_payment') OR
	state = 'consulting' AND (waits_until = '' OR waits_until >= ?))`

// notVoided leaves out voided entries, which have ended without an answer.
const notVoided = "state <> 'voided'"

// conditions gathers what must hold, with the arguments.
type conditions struct {
	terms []string
	args  []any
}

func (c *conditions) add(term string, args ...any) {
	c.terms = append(c.terms, term)
	c.args = append(c.args, args...)
}

// in demands one of a list; of an empty list nothing.
func (c *conditions) in(column string, codes []string) {
	if len(codes) == 0 {
		c.add("1 = 0")
		return
	}
	args := make([]any, len(codes))
	for i, code := range codes {
		args[i] = code
	}
	c.add(column+" IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(codes)), ", ")+")", args...)
}

// yearDays gives the first and last day of a year; with a span, of what stands for
// the year.
func yearDays(span *report.Span, year int) (first, last string) {
	switch {
	case span == nil:
		return fmt.Sprintf("%04d-01-01", year), endOf(year)
	case year == report.SpanBefore:
		return "0001-01-01", span.From.AddDays(-1).String()
	case year == report.SpanIn:
		return span.From.String(), span.To.String()
	}
	return span.To.AddDays(1).String(), "9999-12-31"
}

// spanned is years, whose years may be parts of a span.
func (c *conditions) spanned(column string, span *report.Span, from, to int) {
	if from > 0 {
		first, _ := yearDays(span, from)
		c.add(column+" >= ?", first)
	}
	if to > 0 {
		_, last := yearDays(span, to)
		c.add(column+" <= ?", last)
		if from == 0 {
			c.add(column + " <> ''")
		}
	}
}

func endOf(year int) string { return fmt.Sprintf("%04d-12-31", year) }

// where gives the condition on a row of cases, without the agencies.
func (f Filter) where() (string, []any, error) {
	var c conditions
	c.spanned("received_on", nil, f.ReceivedYear, f.ReceivedYear)
	if f.State != "" {
		c.add("state = ?", f.State)
	}
	if f.Kind != "" {
		c.add("kind = ?", f.Kind)
	}
	if f.Channel != "" {
		c.in("channel", strings.Split(strings.Replace(f.Channel, NoneGiven, "", 1), ","))
	}
	if f.Outcome != "" {
		c.in("outcome", outcomeCodes(f.Outcome))
	}
	if f.Officer != 0 {
		c.add("officer_id = ?", f.Officer)
	}
	if f.Section != 0 {
		c.add("section_id = ?", f.Section)
	}
	if f.Unassigned {
		c.add("officer_id = 0 AND answered_on = ''")
	}
	if f.Flag != 0 {
		c.add("flags - (flags / ?) * ? >= ?", int64(f.Flag)*2, int64(f.Flag)*2, int64(f.Flag))
	}
	if f.LateAnswers {
		c.add("late = 2 AND answered_on <> ''")
	}
	days := []struct {
		term string
		day  calendar.Date
	}{{"received_on >= ?", f.ReceivedFrom}, {"received_on <> '' AND received_on <= ?", f.ReceivedTo},
		{"answered_on >= ? AND " + notVoided, f.AnsweredFrom}, {"answered_on <> '' AND answered_on <= ? AND " + notVoided, f.AnsweredTo}}
	for _, d := range days {
		if !d.day.IsZero() {
			c.add(d.term, d.day)
		}
	}
	if err := f.light(&c); err != nil {
		return "", nil, err
	}
	if f.Cell != nil {
		cell(&c, *f.Cell)
	}
	if f.Span != nil {
		span(&c, *f.Span)
	}
	if f.ID != 0 {
		c.add("id = ?", f.ID)
	}
	switch f.Topic {
	case "":
	case NoneGiven:
		c.add("NOT EXISTS (SELECT 1 FROM case_topics s WHERE s.case_id = cases.id)")
	default:
		c.add("EXISTS (SELECT 1 FROM case_topics s WHERE s.case_id = cases.id AND s.topic = ?)", f.Topic)
	}
	return strings.Join(c.terms, " AND "), c.args, nil
}

// outcomeCodes lists the outcomes that a code or the name of a group stands for.
func outcomeCodes(text string) []string {
	var out []string
	for _, o := range cases.Outcomes() {
		if o.Code() == text || o.Group() == text {
			out = append(out, o.Code())
		}
	}
	return out
}

func (f Filter) light(c *conditions) error {
	const acts = "answered_on = '' AND NOT " + waiting
	switch f.Light {
	case "":
	case "open":
		c.add("answered_on = ''")
	case "closed":
		c.add("answered_on <> '' AND " + notVoided)
	case "waiting":
		c.add("answered_on = '' AND "+waiting, f.Today)
	case "late":
		c.add(acts+" AND due_on <> '' AND due_on < ?", f.Today, f.Today)
	case "today":
		c.add(acts+" AND due_on = ?", f.Today, f.Today)
	case "soon":
		c.add(acts+" AND due_on > ? AND due_on <= ?", f.Today, f.Today, f.Book.Latest().Add(f.Today, soonDays))
	case "week":
		c.add(acts+" AND due_on > ? AND due_on <= ?", f.Today, f.Today, f.Book.Latest().Add(f.Today, weekDays))
	default:
		return Fail(Invalid, "没有“%s”这种期限提示；可用 late、today、soon、week、waiting、open、closed。", f.Light)
	}
	return nil
}

// cell turns the definition of a cell into a condition. The tables know no
// unconfirmed case and none without a kind of applicant.
func cell(c *conditions, s report.Selection) {
	if s.Remedy != nil {
		remedyCell(c, *s.Remedy, s.Span)
		return
	}
	c.spanned("received_on", s.Span, s.ReceivedFrom, s.ReceivedTo)
	c.spanned("answered_on", s.Span, s.AnsweredFrom, s.AnsweredTo)
	if s.OpenAtEnd > 0 {
		_, last := yearDays(s.Span, s.OpenAtEnd)
		c.add("(answered_on = '' OR answered_on > ?)", last)
	}
	if s.Outcomes != nil {
		c.in("outcome", s.Outcomes)
	}
	c.in("kind", kindCodes(s.Kinds))
}

// remedyCell is report.RemedySelection as SQL.
func remedyCell(c *conditions, s report.RemedySelection, span *report.Span) {
	first, last := yearDays(span, max(s.DecidedIn, s.PendingAt))
	results := s.Results
	if results == nil {
		results = []report.Result{report.Upheld, report.Corrected, report.OtherResult}
	}
	var ways conditions
	if s.DecidedIn > 0 {
		var decided conditions
		decided.add("d.closed_on >= ? AND d.closed_on <= ?", first, last)
		codes := make([]string, len(results))
		for i, r := range results {
			codes[i] = r.Code()
		}
		decided.in("d.result", codes)
		ways.add("("+strings.Join(decided.terms, " AND ")+")", decided.args...)
	}
	if s.PendingAt > 0 {
		ways.add("(d.closed_on > ? OR d.closed_on = '' AND (d.year_only = 0 OR d.filed_on >= ?))", last, first)
	}
	c.add("EXISTS (SELECT 1 FROM disputes d WHERE d.case_id = cases.id AND d.kind = ? AND d.filed_on <= ? AND ("+
		strings.Join(ways.terms, " OR ")+"))", append([]any{s.Block.Code(), last}, ways.args...)...)
}

// Sort is an order of the register. The zero value is SortDue.
type Sort struct {
	key  string
	desc bool
}

// The orders of the register. Where the key is equal, the id decides.
var (
	SortDue      = Sort{key: "due"}      // open ones by due date, then those that wait, then closed ones, latest answer first
	SortReceived = Sort{key: "received"} // unconfirmed ones first
	SortNumber   = Sort{key: "number"}   // by year and place in the series; numbers from outside it after
)

// Desc is the order turned round; in SortDue the three parts keep their places.
func (s Sort) Desc() Sort { return Sort{s.key, true} }

// ParseSort reads due, received or number, with "-" before it for the order
// turned round; false for anything else.
func ParseSort(text string) (Sort, bool) {
	key, desc := strings.CutPrefix(text, "-")
	for _, s := range []Sort{SortDue, SortReceived, SortNumber} {
		if s.key == key {
			return Sort{key, desc}, true
		}
	}
	return SortDue, false
}

// String gives what ParseSort reads.
func (s Sort) String() string {
	if s.key == "" {
		s.key = SortDue.key
	}
	if s.desc {
		return "-" + s.key
	}
	return s.key
}

// segment is a part of an order: rows under a condition, by up to two columns
// and the id.
type segment struct {
	cond   string
	number string // a column of whole numbers, or ""
	key    string // a column of text, or ""
	desc   bool
}

func (s Sort) segments() []segment {
	switch s.key {
	case "received":
		return []segment{{"1 = 1", "", "received_on", s.desc}}
	case "number":
		parts := []segment{{"number_seq > 0", numberOrder, "", s.desc}, {"number_seq = 0", "", "number", s.desc}}
		if s.desc {
			slices.Reverse(parts)
		}
		return parts
	}
	return []segment{{"answered_on = '' AND due_on <> ''", "", "due_on", s.desc},
		{"answered_on = '' AND due_on = ''", "", "received_on", s.desc}, {"answered_on <> ''", "", "answered_on", !s.desc}}
}

// numberOrder puts year and place in the series into one number.
const numberOrder = "(number_year * 1000000000 + number_seq)"

// one is the statement for the agencies that a condition names: its arguments are
// those of the condition, of where, of bounds, and the limit.
func (g segment) one(agencies, where string, desc, bounded bool) string {
	number, key := "0", "''"
	if g.number != "" {
		number = g.number
	}
	if g.key != "" {
		key = g.key
	}
	var c conditions
	c.add(agencies)
	c.add(g.cond)
	if where != "" {
		c.add(where)
	}
	way, op := "", ">"
	if desc {
		way, op = " DESC", "<"
	}
	column := g.key + g.number
	if bounded {
		c.add("(" + column + ", id) " + op + " (?, ?)")
	}
	// Its name must be no column's: ORDER BY would take the constant instead.
	return "SELECT id, " + number + " AS sort_number, " + key + " AS sort_key FROM cases WHERE " + strings.Join(c.terms, " AND ") +
		" ORDER BY " + column + way + ", id" + way + " LIMIT ?"
}

// bounds are the arguments that say where to go on.
func (g segment) bounds(from mark) []any {
	switch {
	case from.ID == 0:
		return nil
	case g.number != "":
		return []any{from.Number, from.ID}
	}
	return []any{from.Key, from.ID}
}

// mark is the place of a row in an order.
type mark struct {
	Segment int    `db:"-" json:"s"`
	Number  int64  `db:"sort_number" json:"n,omitempty"`
	Key     string `db:"sort_key" json:"k,omitempty"`
	ID      int64  `db:"id" json:"i"`
	Back    bool   `db:"-" json:"b,omitempty"` // go towards the beginning
	Order   string `db:"-" json:"o"`
}

// Cursor is a place in a list, to go on from. It is opaque, fits into an address
// and holds no personal data; the zero Cursor is the beginning.
type Cursor string

func (m mark) cursor(s Sort, back bool) Cursor {
	m.Back, m.Order = back, s.String()
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // numbers and strings always encode
	}
	return Cursor(base64.RawURLEncoding.EncodeToString(b))
}

func (c Cursor) read(s Sort) (mark, error) {
	if c == "" {
		return mark{}, nil
	}
	var m mark
	b, err := base64.RawURLEncoding.DecodeString(string(c))
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil || m.Order != s.String() || m.Segment < 0 || m.Segment >= len(s.segments()) || m.ID <= 0 {
		return mark{}, Fail(Invalid, "列表的位置标记无效；请从第一页重新查看。")
	}
	return m, nil
}
