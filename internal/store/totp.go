package store

import (
	"context"
	"fmt"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const wrappedKey = 32 + secret.Overhead // a data key as it is stored

func totpPlace(id int64) secret.Place { return secret.Place{Table: "users", Row: id, Column: "totp"} }

// SetTOTP gives an account a second factor, or (nil) takes it away.
func (db *DB) SetTOTP(ctx context.Context, s cases.Stamp, id int64, plain []byte) error {
	act := "second_factor_set"
	if plain == nil {
		act = "second_factor_removed"
	}
	return db.changeUser(ctx, s, id, act, func(_ *tx, r *userRow) error {
		r.TOTP, r.TOTPStep = nil, 0
		if plain != nil {
			key, wrapped := db.key.NewDataKey(totpPlace(id))
			r.TOTP = key.Seal(wrapped, plain, totpPlace(id))
		}
		return nil
	})
}

// UseTOTP checks a code of an account at an instant (microseconds UTC) and spends
// it: the same code does not count again.
func (db *DB) UseTOTP(ctx context.Context, id int64, code string, at int64) (good bool, err error) {
	if db.Damaged() != nil {
		return db.useTOTPAside(ctx, id, code, at)
	}
	err = db.raw(ctx, func(t *tx) error {
		r, err := t.lockUser(id)
		if err != nil {
			return err
		}
		plain, err := db.openTOTP(r)
		if err != nil || plain == nil {
			return err
		}
		step, ok := auth.CheckTOTP(plain, code, at/1e6, r.TOTPStep)
		if !ok {
			return nil
		}
		good = true
		_, err = t.Exec("UPDATE users SET totp_step = ? WHERE id = ?", step, id)
		return err
	})
	return good, err
}

// openTOTP gives the secret of an account's second factor, nil if it has none or
// is disabled.
func (db *DB) openTOTP(r *userRow) ([]byte, error) {
	if len(r.TOTP) <= wrappedKey || r.DisabledAt != 0 {
		return nil, nil
	}
	key, err := db.key.OpenDataKey(r.TOTP[:wrappedKey], totpPlace(r.ID))
	if err != nil {
		return nil, fmt.Errorf("open the second factor of user %d: %w", r.ID, err)
	}
	plain, err := key.Open(nil, r.TOTP[wrappedKey:], totpPlace(r.ID))
	if err != nil {
		return nil, fmt.Errorf("open the second factor of user %d: %w", r.ID, err)
	}
	return plain, nil
}
