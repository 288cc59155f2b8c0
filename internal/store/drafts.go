package store

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Draft is a form that was begun and put aside.
type Draft struct {
	ID      int64
	Key     string     // that the form carries
	Path    string     // where the form is sent
	Fields  url.Values // as they were typed
	SavedAt int64      // microseconds UTC
}

// MostDrafts is how many drafts a person may keep; draftTime is how long.
const (
	MostDrafts = 50
	draftTime  = 90 * 24 * time.Hour
	draftSize  = 256 << 10
)

type draftRow struct {
	ID      int64  `db:"id"`
	UserID  int64  `db:"user_id"`
	Key     string `db:"form_key"`
	Data    []byte `db:"data"`
	SavedAt int64  `db:"saved_at"`
}

// draftPlace binds a draft to its owner and its form.
func draftPlace(user int64, key string) secret.Place {
	return secret.Place{Table: "drafts", Row: user, Column: key}
}

func (db *DB) openDraft(r draftRow) (Draft, error) {
	d := Draft{ID: r.ID, Key: r.Key, SavedAt: r.SavedAt}
	at := draftPlace(r.UserID, r.Key)
	if len(r.Data) < wrappedKey {
		return d, fmt.Errorf("draft %d is cut short", r.ID)
	}
	key, err := db.key.OpenDataKey(r.Data[:wrappedKey], at)
	if err != nil {
		return d, fmt.Errorf("open draft %d: %w", r.ID, err)
	}
	plain, err := key.Open(nil, r.Data[wrappedKey:], at)
	if err == nil {
		err = json.Unmarshal(plain, &struct {
			Path   *string
			Fields *url.Values
		}{&d.Path, &d.Fields})
	}
	if err != nil {
		return d, fmt.Errorf("open draft %d: %w", r.ID, err)
	}
	return d, nil
}

// SaveDraft keeps what a person has typed into a form so far; saved again under
// the same key it takes the place of what was saved before. Old drafts of the
// person go. Invalid: too many are kept, or it is too long.
func (db *DB) SaveDraft(ctx context.Context, s cases.Stamp, user int64, d Draft) error {
	plain, err := json.Marshal(map[string]any{"Path": d.Path, "Fields": d.Fields})
	if err != nil {
		return fmt.Errorf("encode a draft: %w", err)
	}
	if len(plain) > draftSize {
		return Fail(Invalid, "草稿太长，最多约8万字；请先登记，再补充其余内容。")
	}
	at := draftPlace(user, d.Key)
	key, wrapped := db.key.NewDataKey(at)
	data := key.Seal(wrapped, plain, at)
	return db.raw(ctx, func(t *tx) error {
		if _, err := t.Exec("DELETE FROM drafts WHERE user_id = ? AND saved_at < ?", user, s.At-draftTime.Microseconds()); err != nil {
			return fmt.Errorf("forget old drafts: %w", err)
		}
		if _, err := t.Exec(`INSERT INTO drafts (user_id, form_key, data, saved_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (user_id, form_key) DO UPDATE SET data = excluded.data, saved_at = excluded.saved_at`, user, d.Key, data, s.At); err != nil {
			return fmt.Errorf("save a draft: %w", err)
		}
		var n int
		if err := t.Get(&n, "SELECT COUNT(*) FROM drafts WHERE user_id = ?", user); err != nil {
			return fmt.Errorf("count the drafts: %w", err)
		}
		if n > MostDrafts {
			return Fail(Invalid, "草稿已有%d份，最多%d份；请先办完或删去几份。", n-1, MostDrafts)
		}
		return nil
	})
}

// Drafts lists what a person has put aside, the latest first.
func (db *DB) Drafts(ctx context.Context, user int64) (out []Draft, err error) {
	var rows []draftRow
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&rows, "SELECT id, user_id, form_key, data, saved_at FROM drafts WHERE user_id = ? ORDER BY saved_at DESC, id DESC", user)
	})
	if err != nil {
		return nil, fmt.Errorf("list the drafts: %w", err)
	}
	for _, r := range rows {
		d, err := db.openDraft(r)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// Draft gives one of a person's drafts. NotFound: there is none, or it is
// somebody else's.
func (db *DB) Draft(ctx context.Context, user, id int64) (d Draft, err error) {
	var r draftRow
	err = db.look(ctx, func(t *tx) error {
		return missing(t.Get(&r, "SELECT id, user_id, form_key, data, saved_at FROM drafts WHERE user_id = ? AND id = ?", user, id), "这份草稿")
	})
	if err != nil {
		return d, err
	}
	return db.openDraft(r)
}

// CountDrafts counts what a person has put aside.
func (db *DB) CountDrafts(ctx context.Context, user int64) (n int, err error) {
	err = db.look(ctx, func(t *tx) error { return t.Get(&n, "SELECT COUNT(*) FROM drafts WHERE user_id = ?", user) })
	return n, err
}

// DropDraft removes a person's draft: by its id, or (0) by the key of its form,
// once that was sent. One that is gone is no error.
func (db *DB) DropDraft(ctx context.Context, user, id int64, key string) error {
	return db.raw(ctx, func(t *tx) error {
		if _, err := t.Exec("DELETE FROM drafts WHERE user_id = ? AND (id = ? OR form_key = ?)", user, id, key); err != nil {
			return fmt.Errorf("drop a draft: %w", err)
		}
		return nil
	})
}

// SavedView is a list that a person keeps under a name.
type SavedView struct {
	ID    int64  `db:"id"`
	Name  string `db:"name"`
	Query string `db:"query"` // of the address
}

// MostViews is how many lists a person may keep.
const MostViews = 20

// SaveView keeps a list under a name; the same name again takes its place.
// Invalid: without a name, or too many.
func (db *DB) SaveView(ctx context.Context, s cases.Stamp, user int64, name, query string) error {
	switch {
	case name == "":
		return Fail(Invalid, "没有填写名称；给这个列表起一个名字，如“本月到期”。")
	case len([]rune(name)) > 30:
		return Fail(Invalid, "名称太长，最多30个字。")
	case len(query) > 2000:
		return Fail(Invalid, "筛选条件太长，不能保存。")
	}
	return db.raw(ctx, func(t *tx) error {
		if _, err := t.Exec(`INSERT INTO saved_views (user_id, name, query, made_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (user_id, name) DO UPDATE SET query = excluded.query`, user, name, query, s.At); err != nil {
			return fmt.Errorf("save a list: %w", err)
		}
		var n int
		if err := t.Get(&n, "SELECT COUNT(*) FROM saved_views WHERE user_id = ?", user); err != nil {
			return fmt.Errorf("count the saved lists: %w", err)
		}
		if n > MostViews {
			return Fail(Invalid, "常用列表最多%d个；请先删去不用的。", MostViews)
		}
		return nil
	})
}

// Views lists what a person keeps, in the order of making.
func (db *DB) Views(ctx context.Context, user int64) (out []SavedView, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT id, name, query FROM saved_views WHERE user_id = ? ORDER BY id", user)
	})
	return out, err
}

// DropView removes one; one that is gone or somebody else's is NotFound.
func (db *DB) DropView(ctx context.Context, user, id int64) error {
	return db.raw(ctx, func(t *tx) error {
		var gone int64
		return missing(t.Get(&gone, "DELETE FROM saved_views WHERE user_id = ? AND id = ? RETURNING id", user, id), "这个常用列表")
	})
}
