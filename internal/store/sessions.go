package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Session is a sign-in that lasts.
type Session struct {
	ID        int64  `db:"id"`
	UserID    int64  `db:"user_id"`
	StartedAt int64  `db:"started_at"` // microseconds UTC
	SeenAt    int64  `db:"seen_at"`    // to the minute
	Address   string `db:"address"`
	Browser   string `db:"browser"`
}

const sessionColumns = "id, user_id, started_at, seen_at, address, browser"

// PasswordOf gives what a sign-in needs of an account: who it is, and the hash of
// its password. An unknown or disabled one gives the zero user and "".
func (db *DB) PasswordOf(ctx context.Context, login string) (u auth.User, hash string, err error) {
	var r userRow
	err = db.look(ctx, func(t *tx) error {
		return t.Get(&r, "SELECT "+userColumns+" FROM users WHERE login = ? AND disabled_at = 0", login)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return auth.User{}, "", nil
	}
	if err != nil {
		return auth.User{}, "", fmt.Errorf("look for an account: %w", err)
	}
	u, err = r.user(db.key)
	return u, r.Password, err
}

// StartSession keeps a new session of a user under the hash of its token. In a
// damaged database it is kept in memory alone, and no audit tells of it.
func (db *DB) StartSession(ctx context.Context, s cases.Stamp, user int64, tokenHash []byte, address, browser string) error {
	if db.aside(func(h *hushed) { h.start(s, user, tokenHash, address, browser) }) {
		return nil
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if err := t.sweepSessions(s.At); err != nil {
			return err
		}
		if _, err := t.Exec("INSERT INTO sessions (token_hash, user_id, started_at, seen_at, address, browser) VALUES (?, ?, ?, ?, ?, ?)",
			tokenHash, user, s.At, s.At, address, browser); err != nil {
			return fmt.Errorf("start a session: %w", err)
		}
		return t.audit(SystemChain, s, Entry{Act: "signed_in", Object: "user", ObjectID: user})
	})
}

// sweepSessions removes those that ran out long ago. Until then it is known whose
// they were: a form that arrives late is given back to the same user alone.
func (t *tx) sweepSessions(at int64) error {
	const late = 7 * 24 * time.Hour
	_, err := t.Exec("DELETE FROM sessions WHERE started_at < ?", at-late.Microseconds())
	return err
}

// SessionOwner gives whose session a token was, also after it ran out; 0 if that
// is not known.
func (db *DB) SessionOwner(ctx context.Context, tokenHash []byte) (user int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Get(&user, "SELECT user_id FROM sessions WHERE token_hash = ?", tokenHash)
	})
	db.aside(func(h *hushed) { user = max(user, h.sessions[string(tokenHash)].UserID) })
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return user, err
}

// SessionUser gives who is behind a token at an instant, with what he may do on
// a day. found is false for a token that is unknown, has run out, or belongs to a
// disabled account.
func (db *DB) SessionUser(ctx context.Context, tokenHash []byte, at int64, on calendar.Date) (u auth.User, session Session, found bool, err error) {
	err = db.look(ctx, func(t *tx) error {
		if session, err = t.session(tokenHash); err != nil || session.ID == 0 {
			return err
		}
		if at-session.StartedAt >= auth.SessionTime.Microseconds() || at-session.SeenAt >= auth.IdleTime.Microseconds() {
			return nil
		}
		if u, err = t.user("id = ?", session.UserID, on); err != nil {
			return err
		}
		found = !u.Disabled
		return nil
	})
	return u, session, found, err
}

// session gives the session of a token, the zero one if there is none.
func (t *tx) session(tokenHash []byte) (s Session, err error) {
	err = t.Get(&s, "SELECT "+sessionColumns+" FROM sessions WHERE token_hash = ?", tokenHash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("look for a session: %w", err)
	}
	t.db.aside(func(h *hushed) {
		if s.ID == 0 {
			s = h.sessions[string(tokenHash)]
		}
		var lasts bool
		if s, lasts = h.current(s); !lasts {
			s = Session{}
		}
	})
	return s, nil
}

// Touch notes that a session is in use, at most once a minute.
func (db *DB) Touch(ctx context.Context, session Session, at int64) error {
	if at-session.SeenAt < time.Minute.Microseconds() {
		return nil
	}
	if db.aside(func(h *hushed) { h.seen[session.ID] = at }) {
		return nil
	}
	return db.raw(ctx, func(t *tx) error {
		_, err := t.Exec("UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?", at, session.ID, at)
		return err
	})
}

// Sessions lists the sessions of a user that still last, newest first.
func (db *DB) Sessions(ctx context.Context, user, at int64) ([]Session, error) {
	var out []Session
	err := db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT "+sessionColumns+` FROM sessions WHERE user_id = ? AND started_at > ? AND seen_at > ?
			ORDER BY started_at DESC, id DESC`, user, at-auth.SessionTime.Microseconds(), at-auth.IdleTime.Microseconds())
	})
	return out, err
}

// EndSession ends one session of a user; one that is not his, or no more, is no
// error.
func (db *DB) EndSession(ctx context.Context, s cases.Stamp, user, id int64) error {
	if db.aside(func(h *hushed) { h.ended[[2]int64{user, id}] = true }) {
		return nil
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if _, err := t.Exec("DELETE FROM sessions WHERE id = ? AND user_id = ?", id, user); err != nil {
			return fmt.Errorf("end a session: %w", err)
		}
		return t.audit(SystemChain, s, Entry{Act: "signed_out", Object: "user", ObjectID: user})
	})
}

// endSessions ends all sessions of a user but one (0: all).
func (t *tx) endSessions(user, except int64) error {
	_, err := t.Exec("DELETE FROM sessions WHERE user_id = ? AND id <> ?", user, except)
	return err
}
