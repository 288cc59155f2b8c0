package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Submission is a form that creates something, as it was sent: the key that the
// form carried, and what was typed. The same key makes the same thing once.
type Submission struct {
	Key     string   // "" for none: every sending creates
	Content []string // everything typed, in a fixed order
	Parcel  int64    // what arrived that becomes the case, 0 for none
}

// keyTime is how long a key is remembered.
const keyTime = 7 * 24 * time.Hour

// CreateOnce is Create for a form: sent again with the same content, it gives the
// case made first and writes nothing (already). Conflict: the key was spent on
// something else, or the number is taken.
func (db *DB) CreateOnce(ctx context.Context, s cases.Stamp, sub Submission, c *cases.Case) (id int64, already bool, err error) {
	return db.CreateAllOnce(ctx, s, sub, []*cases.Case{c})
}

// madeBy looks up what the other sending has made.
func (db *DB) madeBy(ctx context.Context, s cases.Stamp, sub Submission, cause error) (id int64, already bool, err error) {
	err = db.look(ctx, func(t *tx) error {
		id, already, err = t.spent(s, sub)
		return err
	})
	if err == nil && !already {
		err = cause
	}
	return id, already, err
}

// digest is over what was typed, so that the key's row holds no personal data.
func (t *tx) digest(sub Submission) []byte {
	sum := sha256.Sum256([]byte(strings.Join(sub.Content, "\x1f")))
	return t.hash.source.Sum(nil, sum[:])
}

func (t *tx) spent(s cases.Stamp, sub Submission) (id int64, already bool, err error) {
	if sub.Key == "" {
		return 0, false, nil
	}
	var row struct {
		Digest []byte `db:"digest"`
		ID     int64  `db:"object_id"`
	}
	err = t.Get(&row, "SELECT digest, object_id FROM spent_keys WHERE actor = ? AND form_key = ?", s.By, sub.Key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("look for a form's key: %w", err)
	case !secret.Equal(row.Digest, t.digest(sub)):
		return row.ID, false, Fail(Conflict, "这张表已经提交并保存过一次，内容与现在的不同；请打开已保存的办件核对，需要另登记一件时重新打开登记页。")
	}
	return row.ID, true, nil
}

// spend takes the key, and forgets those that are old.
func (t *tx) spend(s cases.Stamp, sub Submission) error {
	if sub.Key == "" {
		return nil
	}
	if _, err := t.Exec("DELETE FROM spent_keys WHERE spent_at < ?", s.At-keyTime.Microseconds()); err != nil {
		return fmt.Errorf("forget old keys of forms: %w", err)
	}
	_, err := t.Exec("INSERT INTO spent_keys (actor, form_key, digest, object_id, spent_at) VALUES (?, ?, ?, 0, ?)", s.By, sub.Key, t.digest(sub), s.At)
	return err
}

func (t *tx) spentOn(s cases.Stamp, sub Submission, id int64) error {
	if sub.Key == "" {
		return nil
	}
	_, err := t.Exec("UPDATE spent_keys SET object_id = ? WHERE actor = ? AND form_key = ?", id, s.By, sub.Key)
	return err
}
