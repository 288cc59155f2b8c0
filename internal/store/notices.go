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
	return calendar.Builtin().With(notices...), nil
}

// Move is a case whose due date a notice changes.
type Move struct {
	CaseID   int64
	AgencyID int64
	Number   string
	OldDue   calendar.Date // none while somebody else has to act
	NewDue   calendar.Date
}

// PreviewNotice says which open cases would move if the notice were adopted
// today, in the order of their ids, and refuses what AdoptNotice would. It writes
// nothing.
func (db *DB) PreviewNotice(ctx context.Context, today calendar.Date, n calendar.Notice) (moves []Move, err error) {
	err = db.look(ctx, func(t *tx) error {
		book, err := t.readBook()
		if err != nil {
			return err
		}
		n = adopted(n, today)
		if err := refuseKnown(book, n); err != nil {
			return err
		}
		moves, err = t.rejudge(book.With(n), n.PublishedOn, nil)
		return err
	})
	return moves, err
}

// AdoptNotice takes a notice into the calendar as of s.Today and judges by it, in
// one transaction, the open cases and those answered since its publication (of
// ledgers' answers that day counts). It gives the open cases that have moved. One
// without a day of publication counts as published today. Conflict: the notice is
// in the calendar already; Invalid: its number is, with other days.
func (db *DB) AdoptNotice(ctx context.Context, s cases.Stamp, n calendar.Notice) (moves []Move, err error) {
	n = adopted(n, s.Today)
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if db.engine.lockNotices != "" {
			if _, err := t.Exec(db.engine.lockNotices); err != nil {
				return fmt.Errorf("lock the notices: %w", err)
			}
		}
		moves, err = t.adopt(s, n)
		return err
	})
	return moves, err
}

func (t *tx) adopt(s cases.Stamp, n calendar.Notice) ([]Move, error) {
	book, err := t.readBook()
	if err != nil {
		return nil, err
	}
	if err := refuseKnown(book, n); err != nil {
		return nil, err
	}
	data, err := encodeNotice(n)
	if err != nil {
		return nil, fmt.Errorf("encode the notice: %w", err)
	}
	var id int64
	if err := t.Get(&id, `INSERT INTO notices (year, number, published_on, adopted_on, adopted_at, adopted_by, data)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, n.Year, n.Number, n.PublishedOn, n.AdoptedOn, s.At, s.By, data); err != nil {
		return nil, fmt.Errorf("insert the notice: %w", err)
	}
	t.book = book.With(n)
	stored := noticeRow{id, int64(n.Year), n.Number, n.PublishedOn.String(), n.AdoptedOn.String(), s.At, s.By, data}
	w := t.writer(s)
	moves, err := t.rejudge(t.book, n.PublishedOn, w)
	if err != nil {
		return nil, err
	}
	return moves, w.finish(SystemChain, Entry{Act: "notice_adopted", Object: "notice", ObjectID: id,
		Detail: map[string]any{"year": n.Year, "moved": len(moves), "digest": stored.digest()}})
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
// writes them if there is a writer, and gives the open ones whose due date moves.
func (t *tx) rejudge(book *calendar.Book, since calendar.Date, w *writer) ([]Move, error) {
	var moves []Move
	derive := cases.Deriver{}
	t.book, t.local = book, nil
	err := t.eachCase("received_on <> '' AND (answered_on = '' OR answered_on >= ?)", []any{since}, func(l *loaded) error {
		c, err := l.domain(nil)
		if err != nil {
			return err
		}
		row, derived := l.row, cases.Row{}
		if derived, err = t.rowOf(&derive, row.AgencyID, c.Events); err != nil {
			return err
		}
		row.setRow(derived)
		if row.DueOn != l.row.DueOn && row.AnsweredOn.IsZero() {
			moves = append(moves, Move{row.ID, row.AgencyID, row.Number, l.row.DueOn, row.DueOn})
		}
		if w == nil {
			return nil
		}
		w.tallies.add(&l.row, -1)
		w.tallies.add(&row, 1)
		return w.updateRow(&row)
	})
	return moves, err
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
