package store

import (
	"context"
	"fmt"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
)

// FirstUsers makes the accounts of a new installation, all or none. Conflict:
// somebody was faster; there are accounts already.
func (db *DB) FirstUsers(ctx context.Context, s cases.Stamp, users []NewUser) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if err := t.lockSchema(); err != nil { // two first starts at once: one waits and then finds the other's
			return err
		}
		var n int
		if err := t.Get(&n, "SELECT COUNT(*) FROM users"); err != nil {
			return fmt.Errorf("look for accounts: %w", err)
		}
		if n > 0 {
			return Fail(Conflict, "本系统已经建立过账号；请直接登录。")
		}
		for _, u := range users {
			if err := CheckLogin(u.Login); err != nil {
				return err
			}
			if _, err := t.createUser(s, u); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndSingle turns 单机版 into an installation of many: the single user keeps the
// given roles and nothing else, the administrators are made. Nothing else of the
// data changes.
func (db *DB) EndSingle(ctx context.Context, s cases.Stamp, id int64, grants []auth.Grant, administrators []NewUser) error {
	return db.changeUser(ctx, s, id, "single_ended", func(t *tx, r *userRow) error {
		if r.Single == 0 {
			return Fail(Conflict, "本系统已经是多人使用。")
		}
		r.Single = 0
		for _, g := range grants {
			if err := t.grant(s, id, g); err != nil {
				return err
			}
		}
		for _, u := range administrators {
			if _, err := t.createUser(s, u); err != nil {
				return err
			}
		}
		return t.endSessions(id, 0)
	})
}

// SetPassword gives an account a new password (hashed) and ends its sessions but
// one (0: all). mustChange: it is a temporary one, and the second factor is gone.
func (db *DB) SetPassword(ctx context.Context, s cases.Stamp, id int64, hash string, mustChange bool, except int64) error {
	return db.changeUser(ctx, s, id, "password_set", func(t *tx, r *userRow) error {
		if _, err := t.Exec(`INSERT INTO user_passwords (user_id, set_at, password) VALUES (?, ?, ?)
			ON CONFLICT (user_id, set_at) DO NOTHING`, id, r.PasswordAt, r.Password); err != nil {
			return fmt.Errorf("keep the former password: %w", err)
		}
		r.Password, r.PasswordAt, r.MustChange = hash, s.At, yes(mustChange)
		if mustChange {
			r.TOTP, r.TOTPStep = nil, 0 // who lost the telephone gets in again
		}
		return t.endSessions(id, except)
	})
}

// FormerPasswords gives the hashes of the last n passwords of an account, the
// present one first.
func (db *DB) FormerPasswords(ctx context.Context, id int64, n int) ([]string, error) {
	var out []string
	err := db.look(ctx, func(t *tx) error {
		return t.Select(&out, `SELECT password FROM (SELECT password, password_at AS set_at FROM users WHERE id = ?
			UNION ALL SELECT password, set_at FROM user_passwords WHERE user_id = ?) AS p ORDER BY set_at DESC LIMIT ?`, id, id, n)
	})
	return out, err
}
