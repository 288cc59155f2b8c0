package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// noticeJSON is a notice as notices.data keeps it; the day of adoption is a
// column.
type noticeJSON struct {
	Number      string        `json:"number"`
	Title       string        `json:"title,omitempty"`
	PublishedOn calendar.Date `json:"published_on"`
	Year        int           `json:"year"`
	Amends      bool          `json:"amends,omitempty"`
	Source      string        `json:"source,omitempty"`
	Days        []noticeDay   `json:"days"`
}

type noticeDay struct {
	Date calendar.Date `json:"date"`
	Kind string        `json:"kind"`
	Name string        `json:"name"`
}

func encodeNotice(n calendar.Notice) (string, error) {
	j := noticeJSON{Number: n.Number, Title: n.Title, PublishedOn: n.PublishedOn, Year: n.Year, Amends: n.Amends, Source: n.Source}
	for _, d := range n.Days {
		j.Days = append(j.Days, noticeDay{d.Date, d.Kind.Code(), d.Name})
	}
	b, err := json.Marshal(j)
	return string(b), err
}

func decodeNotice(data string, adopted calendar.Date) (calendar.Notice, error) {
	var j noticeJSON
	if err := json.Unmarshal([]byte(data), &j); err != nil {
		return calendar.Notice{}, err
	}
	n := calendar.Notice{Number: j.Number, Title: j.Title, PublishedOn: j.PublishedOn, AdoptedOn: adopted, Year: j.Year, Amends: j.Amends, Source: j.Source}
	for _, d := range j.Days {
		kind, err := calendar.ParseDayKind(d.Kind)
		if err != nil {
			return n, err
		}
		n.Days = append(n.Days, calendar.NoticeDay{Date: d.Date, Kind: kind, Name: d.Name})
	}
	return n, nil
}

// Book gives the calendar: the notices built into the program, with those that
// this installation has adopted.
func (db *DB) Book(ctx context.Context) (book *calendar.Book, err error) {
	err = db.look(ctx, func(t *tx) error {
		book, err = db.bookIn(t)
		return err
	})
	return book, err
}

// bookIn reads the notices only if they are not those of the last time.
func (db *DB) bookIn(t *tx) (*calendar.Book, error) {
	var state struct {
		N    int64 `db:"n"`
		Last int64 `db:"last"`
	}
	if err := t.Get(&state, "SELECT COUNT(*) AS n, COALESCE(MAX(id), 0) AS last FROM notices"); err != nil {
		return nil, fmt.Errorf("look for notices: %w", err)
	}
	seen := fmt.Sprint(state.N, "/", state.Last)
	db.bookMu.Lock()
	defer db.bookMu.Unlock()
	if db.book != nil && db.bookSeen == seen {
		return db.book, nil
	}
	book, err := t.readBook()
	if err == nil {
		db.book, db.bookSeen = book, seen
	}
	return book, err
}

// builtin is the calendar before anything is adopted: that of the program, or the
// one that a test of an earlier day puts in its place.
func (db *DB) builtin() *calendar.Book {
	if db.base != nil {
		return db.base
	}
	return calendar.Builtin()
}

func (t *tx) readBook() (*calendar.Book, error) {
	var rows []struct {
		AdoptedOn calendar.Date `db:"adopted_on"`
		Data      string        `db:"data"`
	}
	if err := t.Select(&rows, "SELECT adopted_on, data FROM notices ORDER BY id"); err != nil {
		return nil, fmt.Errorf("read the notices: %w", err)
	}
	var notices []calendar.Notice
	for _, r := range rows {
		n, err := decodeNotice(r.Data, r.AdoptedOn)
		if err != nil {
			return nil, fmt.Errorf("read a notice: %w", err)
		}
		notices = append(notices, n)
	}
	return t.db.builtin().With(notices...), nil
}

// Move is an open case that a notice moves.
type Move struct {
	CaseID             int64
	AgencyID           int64
	Number             string
	OldDue, NewDue     calendar.Date // none while somebody else has to act
	OldWaits, NewWaits calendar.Date // the day on which what it waits for lapses
	WasLate, IsLate    bool          // on the day of the adoption
}

// Judgement is what a notice does to the register.
type Judgement struct {
	Moves []Move // in the order of the cases' ids
	Open  int    // cases that are open, moved or not
	Firm  int    // open ones whose due date was provisional and no longer is
	// Closed are closed cases with another due date than before: those of a ledger
	// that were answered since the publication, and those of this very day. All
	// others keep the calendar by which they were judged.
	Closed int
}

// PreviewNotice says what would happen if the notice were adopted today, and
// refuses what AdoptNotice would. It writes nothing.
func (db *DB) PreviewNotice(ctx context.Context, today calendar.Date, n calendar.Notice) (j Judgement, err error) {
	err = db.look(ctx, func(t *tx) error {
		book, err := t.readBook()
		if err != nil {
			return err
		}
		n = adopted(n, today)
		if err := refuseKnown(book, n); err != nil {
			return err
		}
		j, err = t.rejudge(book.With(n), n.PublishedOn, today, nil)
		return err
	})
	return j, err
}

// AdoptNotice takes a notice into the calendar as of s.Today and judges by it, in
// one transaction, the open cases and those answered since its publication (of
// ledgers' answers that day counts). It gives what has moved. One without a day of
// publication counts as published today. Conflict: the notice is in the calendar
// already; Invalid: its number is, with other days.
func (db *DB) AdoptNotice(ctx context.Context, s cases.Stamp, n calendar.Notice) (j Judgement, err error) {
	err = db.raw(ctx, func(t *tx) error {
		if err := t.lockNotices(); err != nil {
			return err
		}
		j, err = t.adopt(s, adopted(n, s.Today))
		return err
	})
	return j, err
}

// lockNotices keeps every writer out until the transaction ends: none derives a
// row with a calendar that is about to change.
func (t *tx) lockNotices() error {
	t.hash = newHashers(t.db.key)
	if t.db.engine.lockNotices == "" {
		return nil
	}
	if _, err := t.Exec(t.db.engine.lockNotices); err != nil {
		return fmt.Errorf("lock the notices: %w", err)
	}
	return nil
}

func (t *tx) adopt(s cases.Stamp, n calendar.Notice) (Judgement, error) {
	book, err := t.readBook()
	if err != nil {
		return Judgement{}, err
	}
	if err := refuseKnown(book, n); err != nil {
		return Judgement{}, err
	}
	data, err := encodeNotice(n)
	if err != nil {
		return Judgement{}, fmt.Errorf("encode the notice: %w", err)
	}
	var id int64
	if err := t.Get(&id, `INSERT INTO notices (year, number, published_on, adopted_on, adopted_at, adopted_by, data)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, n.Year, n.Number, n.PublishedOn, n.AdoptedOn, s.At, s.By, data); err != nil {
		return Judgement{}, fmt.Errorf("insert the notice: %w", err)
	}
	t.book = book.With(n)
	stored := noticeRow{id, int64(n.Year), n.Number, n.PublishedOn.String(), n.AdoptedOn.String(), s.At, s.By, data}
	w := t.writer(s)
	j, err := t.rejudge(t.book, n.PublishedOn, s.Today, w)
	if err != nil {
		return Judgement{}, err
	}
	return j, w.finish(SystemChain, Entry{Act: "notice_adopted", Object: "notice", ObjectID: id,
		Detail: map[string]any{"year": n.Year, "moved": len(j.Moves), "digest": stored.digest()}})
}

func adopted(n calendar.Notice, today calendar.Date) calendar.Notice {
	n.AdoptedOn = today
	if n.PublishedOn.IsZero() || n.PublishedOn.After(today) {
		n.PublishedOn = today
	}
	return n
}

// refuseKnown keeps a notice from taking the place of one by which closed cases
// were judged: a book gives a number to one notice alone.
func refuseKnown(book *calendar.Book, n calendar.Notice) error {
	for _, old := range book.Notices() {
		same := old.Year == n.Year && slices.Equal(old.Days, n.Days)
		switch {
		case same && (n.Number == "" || old.Number == n.Number):
			return Fail(Conflict, "%d 年的这份安排已经在日历中，内容相同，不必再载入。", n.Year)
		case n.Number != "" && old.Number == n.Number:
			return Fail(Invalid, "%s已经在日历中，但内容不同；已办结的办件是按原内容判定的，不能替换。如需更正，请不填文号再载入，自今日起按新内容计算。", n.Number)
		}
	}
	return nil
}

// rejudge derives the rows of the open cases and of those answered since a day,
// writes them if there is a writer, and says what differs.
func (t *tx) rejudge(book *calendar.Book, since, today calendar.Date, w *writer) (j Judgement, err error) {
	derive := cases.Deriver{}
	t.book, t.local = book, nil
	err = t.eachCase("received_on <> '' AND (answered_on = '' OR answered_on >= ?)", []any{since}, func(l *loaded) error {
		c, err := l.domain(nil)
		if err != nil {
			return err
		}
		derived, err := t.rowOf(&derive, l.row.AgencyID, c.Events)
		if err != nil {
			return err
		}
		if err := j.compare(&l.row, derived, today); err != nil || w == nil {
			return err
		}
		row := l.row
		row.setRow(derived)
		w.tallies.add(&l.row, -1)
		w.tallies.add(&row, 1)
		return w.updateRow(&row)
	})
	return j, err
}

// compare notes what is new in a row.
func (j *Judgement) compare(old *caseRow, is cases.Row, today calendar.Date) error {
	was, err := old.derived()
	if err != nil {
		return err
	}
	if !is.AnsweredOn.IsZero() {
		if was.DueOn != is.DueOn || was.Late != is.Late {
			j.Closed++
		}
		return nil
	}
	j.Open++
	if was.Provisional && !is.Provisional && !is.DueOn.IsZero() {
		j.Firm++
	}
	m := Move{CaseID: old.ID, AgencyID: old.AgencyID, Number: old.Number, OldDue: was.DueOn, NewDue: is.DueOn,
		OldWaits: was.WaitsUntil, NewWaits: is.WaitsUntil, WasLate: was.LateOn(today), IsLate: is.LateOn(today)}
	if m.OldDue != m.NewDue || m.OldWaits != m.NewWaits || m.WasLate != m.IsLate {
		j.Moves = append(j.Moves, m)
	}
	return nil
}

// eachCase walks the cases under a condition in the order of their ids, with
// their events, a few hundred at a time.
func (t *tx) eachCase(where string, args []any, do func(*loaded) error) error {
	const page = 500
	for last := int64(0); ; {
		var rows []caseRow
		if err := t.Select(&rows, "SELECT "+caseColumns+" FROM cases WHERE id > ? AND ("+where+") ORDER BY id LIMIT ?",
			append(append([]any{last}, args...), page)...); err != nil {
			return fmt.Errorf("walk the cases: %w", err)
		}
		batch, err := t.loadEvents(rows)
		if err != nil {
			return err
		}
		for i := range batch {
			if err := do(&batch[i]); err != nil {
				return err
			}
			last = batch[i].row.ID
		}
		if len(rows) < page {
			return nil
		}
	}
}
