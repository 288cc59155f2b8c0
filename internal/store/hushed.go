package store

import (
	"context"
	"fmt"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
)

// hushed is what signing in needs while nothing can be written, in the memory of
// the process. (The look over the file is at night: by the morning every session
// has run out, and without this nobody could go on reading.)
type hushed struct {
	sessions map[string]Session     // by the hash of the token; their ids are below 0
	seen     map[int64]int64        // when a session was last in use
	ended    map[[2]int64]bool      // by user and session
	failures map[string]hushedCount // by the key of the throttle
	steps    map[int64]int64        // the last one-time code of a user
}

type hushedCount struct{ n, first, until int64 }

// aside runs a function on what is kept in memory; false, and it does not, while
// the database is sound.
func (db *DB) aside(do func(*hushed)) bool {
	if db.Damaged() == nil {
		return false
	}
	db.hushedMu.Lock()
	defer db.hushedMu.Unlock()
	if db.hushed == nil {
		db.hushed = &hushed{sessions: map[string]Session{}, seen: map[int64]int64{}, ended: map[[2]int64]bool{}, failures: map[string]hushedCount{}, steps: map[int64]int64{}}
	}
	do(db.hushed)
	return true
}

func (h *hushed) start(s cases.Stamp, user int64, tokenHash []byte, address, browser string) {
	h.sessions[string(tokenHash)] = Session{ID: -1 - int64(len(h.sessions)), UserID: user, StartedAt: s.At, SeenAt: s.At, Address: address, Browser: browser}
}

// current gives a session as it is by now; false if it was ended.
func (h *hushed) current(s Session) (Session, bool) {
	s.SeenAt = max(s.SeenAt, h.seen[s.ID])
	return s, s.ID != 0 && !h.ended[[2]int64{s.UserID, s.ID}]
}

// fail counts as Failed does.
func (h *hushed) fail(key string, most, at int64) {
	c := h.failures[key]
	if c.n == 0 || c.first < at-auth.ThrottleTime.Microseconds() || c.until > 0 && c.until <= at {
		c = hushedCount{first: at}
	}
	if c.n++; c.n >= most && c.until == 0 {
		c.until = at + auth.ThrottleTime.Microseconds()
	}
	h.failures[key] = c
}

// useTOTPAside is UseTOTP while nothing can be written.
func (db *DB) useTOTPAside(ctx context.Context, id int64, code string, at int64) (good bool, err error) {
	var r userRow
	if err := db.look(ctx, func(t *tx) error { return t.Get(&r, "SELECT "+userColumns+" FROM users WHERE id = ?", id) }); err != nil {
		return false, fmt.Errorf("read the second factor of user %d: %w", id, err)
	}
	plain, err := db.openTOTP(&r)
	if err != nil || plain == nil {
		return false, err
	}
	db.aside(func(h *hushed) {
		step, ok := auth.CheckTOTP(plain, code, at/1e6, max(r.TOTPStep, h.steps[id]))
		if good = ok; ok {
			h.steps[id] = step
		}
	})
	return good, nil
}
