package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// messages writes what leaves the house: for each person and channel one message
// with everything that he has not been told of yet, or the urgent part of it.
func (s *sweep) messages() error {
	if !s.job.Send || len(s.job.Channels) == 0 {
		return nil
	}
	contacts, err := s.t.contacts("(by_mail = 1 OR by_message = 1)")
	if err != nil || len(contacts) == 0 {
		return err
	}
	users := make([]int64, 0, len(contacts))
	for user := range contacts {
		users = append(users, user)
	}
	slices.Sort(users)
	query := "SELECT r.id, r.agency_id, r.user_id FROM reminders r WHERE r.settled_at = 0 AND r.user_id IN (?)" +
		" AND NOT EXISTS (SELECT 1 FROM outbox_items i WHERE i.reminder_id = r.id)"
	if s.job.Urgent {
		query += " AND r.urgent = 1"
	}
	told := map[int64][]reminderRow{}
	for part := range slices.Chunk(users, 1000) {
		var rows []reminderRow
		if err := s.t.SelectIn(&rows, query+" ORDER BY r.user_id, r.id", part); err != nil {
			return fmt.Errorf("look whom to write: %w", err)
		}
		for _, r := range rows {
			told[r.User] = append(told[r.User], r)
		}
	}
	var all []outgoing
	for _, user := range users {
		for _, channel := range s.job.Channels {
			if len(told[user]) > 0 && contacts[user].wants(channel) {
				all = append(all, outgoing{User: user, Channel: channel})
			}
		}
	}
	return s.write(all, told)
}

// outgoing is a message that is written: to whom, and which way it goes.
type outgoing struct {
	ID      int64  `db:"id"`
	User    int64  `db:"user_id"`
	Channel string `db:"channel"`
}

// write writes the messages, and after all of them what they tell: PostgreSQL looks
// up the message of each line, in a way that it settles with the first one. While
// the table is small that is to go through all of it.
func (s *sweep) write(all []outgoing, told map[int64][]reminderRow) error {
	var written []outgoing
	for part := range slices.Chunk(all, 300) {
		var args []any
		for _, m := range part {
			next, err := s.notBefore(told[m.User][0].AgencyID)
			if err != nil {
				return err
			}
			args = append(args, m.Channel, m.User, s.job.Slot, yes(s.job.Urgent), newMessageID(), s.job.Now.UnixMicro(), next, "waiting")
		}
		var back []outgoing
		if err := s.t.Select(&back, "INSERT INTO outbox (channel, user_id, slot, urgent, message_id, made_at, next_at, state) VALUES "+placeholders(len(part), 8)+
			" ON CONFLICT (user_id, channel, slot) DO NOTHING RETURNING id, user_id, channel", args...); err != nil {
			return fmt.Errorf("write messages: %w", err)
		}
		written = append(written, back...)
	}
	lines := newBulk(s.t, "outbox_items", "outbox_id, reminder_id", "")
	for _, m := range written {
		for _, r := range told[m.User] {
			if err := lines.add(m.ID, r.ID); err != nil {
				return fmt.Errorf("write what messages tell: %w", err)
			}
		}
	}
	s.sum.Messages = len(written)
	if err := lines.flush(); err != nil {
		return fmt.Errorf("write what messages tell: %w", err)
	}
	return nil
}

// notBefore is when a message that begins with something of an agency may be sent.
func (s *sweep) notBefore(agency int64) (at int64, err error) {
	p := s.plans.house()
	if agency != 0 {
		if p, err = s.plans.of(agency); err != nil {
			return 0, err
		}
	}
	return p.hours.Next(s.job.Now, p.cal).UnixMicro(), nil
}

func newMessageID() string {
	return strconv.FormatUint(uint64(newUID()), 36) + strconv.FormatUint(uint64(newUID()), 36) + "@gongkai.local"
}

// Message is one that is due, with what it tells.
type Message struct {
	ID        int64      `db:"id"`
	Channel   string     `db:"channel"`
	User      int64      `db:"user_id"`
	Slot      string     `db:"slot"`
	Urgent    int        `db:"urgent"`
	MessageID string     `db:"message_id"`
	MadeAt    int64      `db:"made_at"`
	Tries     int        `db:"tries"`
	To        string     `db:"-"` // the address, opened
	Reminders []Reminder `db:"-"`
}

// retryAfter is how long after a try the next one comes; the last one is the last.
func retryAfter() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour}
}

// NextMessage takes the next message that is due: its try is counted and the next
// one set before it is sent, so that whatever happens then, it is neither lost nor
// sent in a rush; at most the same message, under the same id, goes out twice.
// found is false if none is due. What was done meanwhile is not told; a message
// of which nothing is left is void.
func (db *DB) NextMessage(ctx context.Context, l Lease, channels []string, today calendar.Date) (m Message, found bool, err error) {
	if len(channels) == 0 {
		return m, false, nil
	}
	err = db.raw(ctx, func(t *tx) error {
		if err := t.fenced(l); err != nil {
			return err
		}
		for {
			m, found = Message{}, false
			var due []Message
			if err := t.SelectIn(&due, `SELECT id, channel, user_id, slot, urgent, message_id, made_at, tries FROM outbox
				WHERE state = 'waiting' AND next_at <= ? AND channel IN (?) ORDER BY urgent DESC, next_at, id LIMIT 1`, db.now(), channels); err != nil || len(due) == 0 {
				return err
			}
			m = due[0]
			ready, err := t.fill(&m, today)
			if err != nil {
				return err
			}
			if !ready {
				if _, err := t.Exec("UPDATE outbox SET state = 'void', result = 'settled', done_at = ? WHERE id = ?", db.now(), m.ID); err != nil {
					return err
				}
				continue
			}
			waits := retryAfter()
			next := db.now() + waits[min(m.Tries, len(waits)-1)].Microseconds()
			m.Tries++
			found = true
			_, err = t.Exec("UPDATE outbox SET tries = ?, next_at = ?, result = 'trying' WHERE id = ?", m.Tries, next, m.ID)
			return err
		}
	})
	if err != nil {
		return Message{}, false, fmt.Errorf("take a message: %w", err)
	}
	return m, found, nil
}

// fill adds to a message its address and what of it is still to be told.
func (t *tx) fill(m *Message, today calendar.Date) (ready bool, err error) {
	contacts, err := t.contacts("user_id = ?", m.User)
	if err != nil {
		return false, err
	}
	m.To = contacts[m.User].address(m.Channel)
	if m.To == "" {
		return false, nil
	}
	if m.Slot[0] == 't' { // a try of the channel tells nothing
		return true, nil
	}
	m.Reminders, err = t.reminders("r.settled_at = 0 AND r.id IN (SELECT reminder_id FROM outbox_items WHERE outbox_id = ?) ORDER BY r.due_on, r.id LIMIT 200", m.ID)
	return len(m.Reminders) > 0, err
}

// MessageSent notes how a try went: result is a short code, never the server's
// words. A message that failed for the last time stays, and can be sent again.
func (db *DB) MessageSent(ctx context.Context, l Lease, id int64, good bool, result string) error {
	err := db.raw(ctx, func(t *tx) error {
		if err := t.fenced(l); err != nil {
			return err
		}
		if good {
			_, err := t.Exec("UPDATE outbox SET state = 'sent', result = ?, done_at = ? WHERE id = ?", result, db.now(), id)
			return err
		}
		if _, err := t.Exec("UPDATE outbox SET result = ? WHERE id = ? AND state = 'waiting'", result, id); err != nil {
			return err
		}
		_, err := t.Exec("UPDATE outbox SET state = 'failed', done_at = ? WHERE id = ? AND state = 'waiting' AND tries > ?", db.now(), id, len(retryAfter()))
		return err
	})
	if err != nil {
		return fmt.Errorf("note how message %d went: %w", id, err)
	}
	return nil
}

// RetryMessage sends a message that has failed once more.
func (db *DB) RetryMessage(ctx context.Context, s cases.Stamp, id int64) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		done, err := t.Exec("UPDATE outbox SET state = 'waiting', tries = 0, next_at = ?, done_at = 0 WHERE id = ? AND state = 'failed'", s.At, id)
		if err != nil {
			return fmt.Errorf("send message %d again: %w", id, err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return Fail(NotFound, "没有这条发送失败的消息，或已重新发送；请刷新页面核对。")
		}
		return t.audit(SystemChain, s, Entry{Act: "message_retried", Object: "message", ObjectID: id})
	})
}

// TryChannel writes a message that tries a channel, to the account of who asks.
// Invalid: he has left no address for it.
func (db *DB) TryChannel(ctx context.Context, s cases.Stamp, channel string, user int64) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		contacts, err := t.contacts("user_id = ?", user)
		if err != nil {
			return err
		}
		if contacts[user].address(channel) == "" {
			return Fail(Invalid, "您的账号还没有登记%s；请先在“我的账号”中填写，再试发。", map[string]string{ChannelMail: "电子邮箱"}[channel]+map[string]string{ChannelMessage: "手机号码"}[channel])
		}
		slot := "try-" + strconv.FormatInt(s.At, 10)
		var id int64
		if err := t.Get(&id, `INSERT INTO outbox (channel, user_id, slot, urgent, message_id, made_at, next_at, state) VALUES (?, ?, ?, 1, ?, ?, ?, 'waiting') RETURNING id`,
			channel, user, slot, newMessageID(), s.At, s.At); err != nil {
			return fmt.Errorf("write a try: %w", err)
		}
		return t.audit(SystemChain, s, Entry{Act: "channel_tried", Object: "message", ObjectID: id, Detail: map[string]any{"channel": channel}})
	})
}
