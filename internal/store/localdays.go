package store

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// LocalDaysSetting is the key of the days that an agency has off, or works, by a
// local rule (全国年节及纪念日放假办法第四条): cases.ParseLocalDays reads them.
const LocalDaysSetting = "local_days"

type localRow struct {
	AgencyID int64         `db:"agency_id"`
	From     calendar.Date `db:"from_on"`
	Value    string        `db:"value"`
}

// bookOf gives the book of an agency: that of all, with the local days set by
// itself, by who was above it on the day from which they hold, or by the
// installation; the nearest holds.
func (t *tx) bookOf(agency int64) (*calendar.Book, error) {
	if t.book == nil {
		var err error
		if t.book, err = t.db.bookIn(t); err != nil {
			return nil, err
		}
	}
	if t.local == nil {
		if err := t.readLocal(); err != nil {
			return nil, err
		}
	}
	if len(t.local) == 0 {
		return t.book, nil
	}
	if b, made := t.books[agency]; made {
		return b, nil
	}
	steps, err := t.localSteps(agency)
	if err != nil {
		return nil, err
	}
	b := t.db.locals.book(t.book, steps)
	t.books[agency] = b
	return b, nil
}

func (t *tx) readLocal() error {
	var rows []localRow
	if err := t.Select(&rows, "SELECT agency_id, from_on, value FROM settings WHERE key = ? ORDER BY from_on", LocalDaysSetting); err != nil {
		return fmt.Errorf("read the local days: %w", err)
	}
	t.local, t.books = map[int64][]localRow{}, map[int64]*calendar.Book{}
	for _, r := range rows {
		t.local[r.AgencyID] = append(t.local[r.AgencyID], r)
	}
	return nil
}

// localSteps gives what holds for an agency from each day on which something of
// it changed.
func (t *tx) localSteps(agency int64) ([]calendar.LocalDays, error) {
	var days []calendar.Date
	for _, rows := range t.local {
		for _, r := range rows {
			days = append(days, r.From)
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	var out []calendar.LocalDays
	for _, day := range slices.Compact(days) {
		holders, err := t.above(agency, day)
		if err != nil {
			return nil, err
		}
		value, found := t.localOn(holders, day)
		if !found && len(out) == 0 {
			continue
		}
		parsed, err := cases.ParseLocalDays(value)
		if err != nil {
			return nil, fmt.Errorf("read the local days of agency %d: %w", agency, err)
		}
		if len(out) > 0 && slices.Equal(out[len(out)-1].Days, parsed) {
			continue
		}
		out = append(out, calendar.LocalDays{From: day, Days: parsed})
	}
	return out, nil
}

// localOn gives the value of the nearest holder that has set one by a day.
func (t *tx) localOn(holders []int64, day calendar.Date) (value string, found bool) {
	for _, at := range holders {
		for _, r := range t.local[at] {
			if !r.From.After(day) {
				value, found = r.Value, true
			}
		}
		if found {
			return value, true
		}
	}
	return "", false
}

// rowOf derives the row of a case of an agency.
func (t *tx) rowOf(d *cases.Deriver, agency int64, events []cases.Event) (cases.Row, error) {
	book, err := t.bookOf(agency)
	if err != nil {
		return cases.Row{}, err
	}
	d.Book = book
	return d.Row(events), nil
}

// localBooks keeps the books with local days, so that their tables are built once.
type localBooks struct {
	mu   sync.Mutex
	base *calendar.Book
	made map[string]*calendar.Book
}

func (l *localBooks) book(base *calendar.Book, steps []calendar.LocalDays) *calendar.Book {
	if len(steps) == 0 {
		return base
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.base != base {
		l.base, l.made = base, map[string]*calendar.Book{}
	}
	name := fmt.Sprint(steps)
	if l.made[name] == nil {
		l.made[name] = base.WithLocal(steps...)
	}
	return l.made[name]
}

// BookOf gives the calendar book by which an agency's cases are judged.
func (db *DB) BookOf(ctx context.Context, agency int64) (book *calendar.Book, err error) {
	err = db.look(ctx, func(t *tx) error {
		book, err = t.bookOf(agency)
		return err
	})
	return book, err
}

// judgeLocal derives the rows of all cases of the agencies for which one's local
// days may hold: those of an imported ledger are judged by the days set last.
func (t *tx) judgeLocal(s cases.Stamp, agency int64) error {
	t.local, t.books = nil, nil
	tree, err := t.db.trees.kept(t, s.Today)
	if err != nil {
		return err
	}
	w := t.writer(s)
	for _, a := range tree.All() {
		holders, err := t.above(a.ID, s.Today)
		if err != nil {
			return err
		}
		if !slices.Contains(holders, agency) {
			continue
		}
		for _, id := range tree.Own(a.ID) {
			if err := t.judgeAgain(w, id); err != nil {
				return err
			}
		}
	}
	return w.tallies.flush(t)
}

func (t *tx) judgeAgain(w *writer, agency int64) error {
	return t.eachCase("received_on <> '' AND agency_id = ?", []any{agency}, func(l *loaded) error {
		c, err := l.domain(nil)
		if err != nil {
			return err
		}
		row, derived := l.row, cases.Row{}
		if derived, err = t.rowOf(&w.derive, agency, c.Events); err != nil {
			return err
		}
		row.setRow(derived)
		w.tallies.add(&l.row, -1)
		w.tallies.add(&row, 1)
		return w.updateRow(&row)
	})
}
