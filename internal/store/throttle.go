package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gongkai/internal/auth"
)

// throttleKey hides of whom and of where a count is.
func (db *DB) throttleKey(a auth.Attempt) []byte {
	return db.key.BlindIndex("throttle", a.Key)
}

// Throttled gives until when (microseconds UTC) an attempt is refused, 0 if it
// is not.
func (db *DB) Throttled(ctx context.Context, attempts []auth.Attempt, at int64) (until int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		for _, a := range attempts {
			var this int64
			err := t.Get(&this, "SELECT until_at FROM throttle WHERE key = ?", db.throttleKey(a))
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("read the throttle: %w", err)
			}
			if this > at {
				until = max(until, this)
			}
		}
		return nil
	})
	db.aside(func(h *hushed) {
		for _, a := range attempts {
			if this := h.failures[string(db.throttleKey(a))].until; this > at {
				until = max(until, this)
			}
		}
	})
	return until, err
}

// Failed counts a wrong password against each of its keys. What was counted
// longer ago than the window is forgotten.
func (db *DB) Failed(ctx context.Context, attempts []auth.Attempt, at int64) error {
	if db.aside(func(h *hushed) {
		for _, a := range attempts {
			h.fail(string(db.throttleKey(a)), a.Most, at)
		}
	}) {
		return nil
	}
	return db.raw(ctx, func(t *tx) error {
		old := at - auth.ThrottleTime.Microseconds()
		if _, err := t.Exec("DELETE FROM throttle WHERE first_at < ? AND until_at < ?", at-(24*time.Hour).Microseconds(), at); err != nil {
			return fmt.Errorf("sweep the throttle: %w", err)
		}
		for _, a := range attempts {
			if _, err := t.Exec(`INSERT INTO throttle (key, failures, first_at, until_at) VALUES (?, 1, ?, 0)
				ON CONFLICT (key) DO UPDATE SET
				failures = CASE WHEN throttle.first_at < ? OR throttle.until_at > 0 AND throttle.until_at <= ? THEN 1 ELSE throttle.failures + 1 END,
				first_at = CASE WHEN throttle.first_at < ? OR throttle.until_at > 0 AND throttle.until_at <= ? THEN ? ELSE throttle.first_at END,
				until_at = CASE WHEN throttle.until_at <= ? THEN 0 ELSE throttle.until_at END`,
				db.throttleKey(a), at, old, at, old, at, at, at); err != nil {
				return fmt.Errorf("count a wrong password: %w", err)
			}
			if _, err := t.Exec("UPDATE throttle SET until_at = ? WHERE key = ? AND failures >= ? AND until_at = 0",
				at+auth.ThrottleTime.Microseconds(), db.throttleKey(a), a.Most); err != nil {
				return fmt.Errorf("stop after too many wrong passwords: %w", err)
			}
		}
		return nil
	})
}

// Forgive forgets the wrong passwords counted under some keys, after a right one.
func (db *DB) Forgive(ctx context.Context, attempts []auth.Attempt) error {
	if db.aside(func(h *hushed) {
		for _, a := range attempts {
			delete(h.failures, string(db.throttleKey(a)))
		}
	}) {
		return nil
	}
	return db.raw(ctx, func(t *tx) error {
		for _, a := range attempts {
			if _, err := t.Exec("DELETE FROM throttle WHERE key = ?", db.throttleKey(a)); err != nil {
				return fmt.Errorf("forget wrong passwords: %w", err)
			}
		}
		return nil
	})
}
