package store

import (
	"context"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Reminder is one that was recorded, with the number of the case that it is about.
type Reminder struct {
	ID         int64         `db:"id"`
	KindCode   string        `db:"kind"`
	AgencyID   int64         `db:"agency_id"`
	CaseID     int64         `db:"case_id"`
	Ref        int64         `db:"ref"`
	Due        calendar.Date `db:"due_on"`
	Mark       int           `db:"mark"`
	User       int64         `db:"user_id"`
	Level      string        `db:"level"`
	Urgent     int           `db:"urgent"`
	Slot       string        `db:"slot"`
	MadeAt     int64         `db:"made_at"`
	ReadAt     int64         `db:"read_at"`
	SettledAt  int64         `db:"settled_at"`
	Number     string        `db:"number"`
	CaseAgency int64         `db:"case_agency"`

	Kind cases.ReminderKind `db:"-"`
	Sent []Sending          `db:"-"` // only from RemindersSent
}

// Sending is one way on which a reminder left the house, and how it went.
type Sending struct {
	Reminder int64  `db:"reminder_id"`
	Channel  string `db:"channel"`
	State    string `db:"state"`
	Result   string `db:"result"`
	Tries    int    `db:"tries"`
	DoneAt   int64  `db:"done_at"`
}

const reminderView = `r.id, r.kind, r.agency_id, r.case_id, r.ref, r.due_on, r.mark, r.user_id, r.level, r.urgent, r.slot, r.made_at, r.read_at, r.settled_at,
	COALESCE(c.number, '') AS number, COALESCE(c.agency_id, 0) AS case_agency FROM reminders r LEFT JOIN cases c ON c.id = r.case_id WHERE `

func (t *tx) reminders(where string, args ...any) ([]Reminder, error) {
	var rows []Reminder
	if err := t.SelectIn(&rows, "SELECT "+reminderView+where, args...); err != nil {
		return nil, fmt.Errorf("read the reminders: %w", err)
	}
	for i := range rows {
		var err error
		if rows[i].Kind, err = cases.ParseReminderKind(rows[i].KindCode); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// stillOpen leaves out what an act has ended since the last sweep: a case that is
// answered owes nothing but in its disputes.
const stillOpen = "r.settled_at = 0 AND (r.case_id = 0 OR c.answered_on = '' OR r.kind IN ('review_answer', 'evidence', 'hearing', 'appeal'))"

// MyReminders lists what a person has to be mindful of, the nearest day first.
func (db *DB) MyReminders(ctx context.Context, user int64) (out []Reminder, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.reminders("r.user_id = ? AND "+stillOpen+" ORDER BY r.due_on, r.id LIMIT ?", user, MostRows)
		return err
	})
	return out, err
}

// Bell is what the bell shows: how many reminders live and how many of them are
// not read, and the newest unread urgent one (0: none).
type Bell struct {
	Live   int   `db:"live"`
	Unread int   `db:"unread"`
	Urgent int   `db:"urgent"`
	Newest int64 `db:"newest"`
}

// Bell counts the reminders of a person.
func (db *DB) Bell(ctx context.Context, user int64) (b Bell, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Get(&b, `SELECT COUNT(*) AS live, COALESCE(SUM(CASE WHEN r.read_at = 0 THEN 1 ELSE 0 END), 0) AS unread,
			COALESCE(SUM(CASE WHEN r.read_at = 0 AND r.urgent = 1 THEN 1 ELSE 0 END), 0) AS urgent,
			COALESCE(MAX(CASE WHEN r.read_at = 0 AND r.urgent = 1 THEN r.id ELSE 0 END), 0) AS newest
			FROM reminders r LEFT JOIN cases c ON c.id = r.case_id WHERE r.user_id = ? AND `+stillOpen, user)
	})
	if err != nil {
		return Bell{}, fmt.Errorf("count the reminders: %w", err)
	}
	return b, nil
}

// ReadReminders marks a person's reminders as read: one, or (0) all up to one.
func (db *DB) ReadReminders(ctx context.Context, user, one, upTo, at int64) error {
	return db.raw(ctx, func(t *tx) error {
		_, err := t.Exec("UPDATE reminders SET read_at = ? WHERE user_id = ? AND read_at = 0 AND (id = ? OR ? = 0 AND id <= ?)", at, user, one, one, upTo)
		if err != nil {
			return fmt.Errorf("mark reminders as read: %w", err)
		}
		return nil
	})
}

// RemindersSent lists what was told to whom in some agencies, newest first, from
// before an id (0: from the newest); with how each message went.
func (db *DB) RemindersSent(ctx context.Context, agencies []int64, before int64, limit int) (out []Reminder, err error) {
	if len(agencies) == 0 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		if out, err = t.reminders("r.agency_id IN (?) AND (r.id < ? OR ? = 0) ORDER BY r.id DESC LIMIT ?", agencies, before, before, limit); err != nil || len(out) == 0 {
			return err
		}
		ids, at := make([]int64, len(out)), map[int64]int{}
		for i, r := range out {
			ids[i], at[r.ID] = r.ID, i
		}
		var sent []Sending
		if err := t.SelectIn(&sent, `SELECT i.reminder_id, o.channel, o.state, o.result, o.tries, o.done_at FROM outbox_items i
			JOIN outbox o ON o.id = i.outbox_id WHERE i.reminder_id IN (?) ORDER BY o.id`, ids); err != nil {
			return fmt.Errorf("read how messages went: %w", err)
		}
		for _, x := range sent {
			r := &out[at[x.Reminder]]
			r.Sent = append(r.Sent, x)
		}
		return nil
	})
	return out, err
}

// SentMessage is a message as the system administrator sees it: to whom and with
// what result, not about what.
type SentMessage struct {
	Message
	State  string `db:"state"`
	Result string `db:"result"`
	DoneAt int64  `db:"done_at"`
	NextAt int64  `db:"next_at"`
	Items  int    `db:"items"`
}

// Messages lists the messages of all, newest first, from before an id (0: newest).
func (db *DB) Messages(ctx context.Context, before int64, limit int) (out []SentMessage, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, `SELECT o.id, o.channel, o.user_id, o.slot, o.urgent, o.message_id, o.made_at, o.tries, o.state, o.result, o.done_at, o.next_at,
			(SELECT COUNT(*) FROM outbox_items i WHERE i.outbox_id = o.id) AS items FROM outbox o WHERE o.id < ? OR ? = 0 ORDER BY o.id DESC LIMIT ?`, before, before, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("list the messages: %w", err)
	}
	return out, nil
}

// CountReminders counts the reminders of a year in some agencies: each thing that
// somebody was reminded of counts once for its day and mark, however many were
// told; for the annual report's text.
func (db *DB) CountReminders(ctx context.Context, agencies []int64, year int) (n int, err error) {
	if len(agencies) == 0 {
		return 0, nil
	}
	err = db.look(ctx, func(t *tx) error {
		return t.SelectInOne(&n, `SELECT COUNT(*) FROM (SELECT DISTINCT kind, agency_id, case_id, ref, due_on, mark FROM reminders
			WHERE agency_id IN (?) AND slot >= ? AND slot < ?) AS told`, agencies, fmt.Sprintf("%04d-", year), fmt.Sprintf("%04d-", year+1))
	})
	if err != nil {
		return 0, fmt.Errorf("count the reminders of %d: %w", year, err)
	}
	return n, nil
}

// SelectInOne is SelectIn for one value.
func (t *tx) SelectInOne(dest *int, query string, args ...any) error {
	var all []int
	if err := t.SelectIn(&all, query, args...); err != nil || len(all) == 0 {
		return err
	}
	*dest = all[0]
	return nil
}

// FeedDay is a line of a calendar feed: a case's number and which day it is.
type FeedDay struct {
	CaseID int64
	Number string
	Kind   cases.ReminderKind
	Due    calendar.Date
}

// FeedDays lists the due days of the open cases that a person handles.
func (db *DB) FeedDays(ctx context.Context, user int64) (out []FeedDay, err error) {
	err = db.look(ctx, func(t *tx) error {
		var rows []struct {
			owedRow
			Number string `db:"number"`
		}
		if err := t.Select(&rows, "SELECT "+owedColumns+", number FROM cases WHERE answered_on = '' AND officer_id = ? ORDER BY due_on, id LIMIT ?", user, 2000); err != nil {
			return fmt.Errorf("read one's open cases: %w", err)
		}
		states := map[string]cases.State{}
		for _, x := range cases.States() {
			states[x.Code()] = x
		}
		for i := range rows {
			book, err := t.bookOf(rows[i].AgencyID)
			if err != nil {
				return err
			}
			row := rows[i].row(states)
			for _, o := range row.Owed(book.Latest()) {
				out = append(out, FeedDay{rows[i].ID, rows[i].Number, o.Kind, o.Due})
			}
		}
		return nil
	})
	return out, err
}
