package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Setting gives the value of a setting for an agency on a day: its own, else the
// installation's, else "".
func (db *DB) Setting(ctx context.Context, agency int64, key string, on calendar.Date) (value string, err error) {
	err = db.look(ctx, func(t *tx) error {
		value, err = t.setting(agency, key, on)
		return err
	})
	return value, err
}

func (t *tx) setting(agency int64, key string, on calendar.Date) (string, error) {
	from := []int64{agency, 0}
	if x, _ := cases.FindSetting(key); x.Inherited {
		var err error
		if from, err = t.above(agency, on); err != nil {
			return "", err
		}
	}
	for _, at := range from {
		var value string
		err := t.Get(&value, "SELECT value FROM settings WHERE agency_id = ? AND key = ? AND from_on <= ? ORDER BY from_on DESC LIMIT 1", at, key, on)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return "", fmt.Errorf("read setting %s: %w", key, err)
		case value != "" || at == agency || at == 0:
			return value, nil
		}
	}
	return "", nil
}

// above lists whose settings hold for an agency on a day where it has none of its
// own: itself, who is above it in the tree, nearest first, and the installation.
func (t *tx) above(agency int64, on calendar.Date) ([]int64, error) {
	out := []int64{agency}
	if agency != 0 {
		tree, err := t.db.trees.kept(t, on)
		if err != nil {
			return nil, err
		}
		for a, found := tree.Agency(agency); found && a.ParentID != 0 && len(out) < 20; a, found = tree.Agency(a.ParentID) {
			out = append(out, a.ParentID)
		}
		out = append(out, 0)
	}
	return out, nil
}

// SettingFrom is Setting, with the agency that has set it: 0 for the installation,
// or where nothing is set.
func (db *DB) SettingFrom(ctx context.Context, agency int64, key string, on calendar.Date) (value string, from int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		if value, err = t.setting(agency, key, on); err != nil || value == "" {
			return err
		}
		holders, err := t.above(agency, on)
		if err != nil {
			return err
		}
		for _, at := range holders {
			var n int
			if err := t.Get(&n, "SELECT COUNT(*) FROM settings WHERE agency_id = ? AND key = ? AND from_on <= ?", at, key, on); err != nil {
				return err
			}
			if n > 0 {
				from = at
				return nil
			}
		}
		return nil
	})
	return value, from, err
}

// Set gives a setting a value from a day on, for an agency or (0) for the
// installation. Only what was set for the same day is overwritten.
func (db *DB) Set(ctx context.Context, s cases.Stamp, agency int64, key, value string, from calendar.Date) error {
	if key == NumberSetting || key == LetterNumberSetting && value != "" {
		if err := CheckPattern(value); err != nil {
			return err
		}
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		return t.set(s, agency, key, value, from)
	})
}

func (t *tx) set(s cases.Stamp, agency int64, key, value string, from calendar.Date) error {
	if _, err := t.Exec(`INSERT INTO settings (agency_id, key, from_on, value) VALUES (?, ?, ?, ?)
		ON CONFLICT (agency_id, key, from_on) DO UPDATE SET value = excluded.value`, agency, key, from, value); err != nil {
		return fmt.Errorf("set %s: %w", key, err)
	}
	if key == LocalDaysSetting {
		if err := t.judgeLocal(s, agency); err != nil {
			return err
		}
	}
	return t.audit(agency, s, Entry{Act: "setting", Object: "agency", ObjectID: agency,
		Detail: map[string]any{"key": key, "value": value, "from": from}})
}

// SettingValue is what a setting is from a day on.
type SettingValue struct {
	Key    string        `db:"key"`
	From   calendar.Date `db:"from_on"`
	Value  string        `db:"value"`
	Agency int64         `db:"agency_id"` // 0: set for the installation
}

// Settings gives every value that an agency, or the installation for it, has set,
// the latest first.
func (db *DB) Settings(ctx context.Context, agency int64) (out []SettingValue, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT agency_id, key, from_on, value FROM settings WHERE agency_id IN (?, 0) ORDER BY key, agency_id DESC, from_on DESC", agency)
	})
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	return out, nil
}

// SettingProposal is a setting that waits for the second person.
type SettingProposal struct {
	ID       int64         `db:"id"`
	AgencyID int64         `db:"agency_id"`
	Key      string        `db:"key"`
	Value    string        `db:"value"`
	From     calendar.Date `db:"from_on"`
	Reason   string        `db:"reason"`
	At       int64         `db:"proposed_at"`
	By       string        `db:"proposed_by"`
}

const settingProposalColumns = "id, agency_id, key, value, from_on, reason, proposed_at, proposed_by"

// ProposeSetting asks for a setting to be changed.
func (db *DB) ProposeSetting(ctx context.Context, s cases.Stamp, agency int64, key, value string, from calendar.Date, reason string) error {
	if (key == NumberSetting || key == LetterNumberSetting) && value != "" {
		if err := CheckPattern(value); err != nil {
			return err
		}
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if _, err := t.Exec("INSERT INTO setting_proposals (agency_id, key, value, from_on, reason, proposed_at, proposed_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
			agency, key, value, from, reason, s.At, s.By); err != nil {
			return fmt.Errorf("propose a setting: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "setting_proposed", Object: "agency", ObjectID: agency, Detail: map[string]any{"key": key, "value": value, "from": from}})
	})
}

// SettingProposals lists what waits in an agency, oldest first.
func (db *DB) SettingProposals(ctx context.Context, agency int64) (out []SettingProposal, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT "+settingProposalColumns+" FROM setting_proposals WHERE agency_id = ? AND decided_at = 0 ORDER BY id", agency)
	})
	return out, err
}

// SettingProposal gives one that waits. NotFound: there is none.
func (db *DB) SettingProposal(ctx context.Context, id int64) (p SettingProposal, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Get(&p, "SELECT "+settingProposalColumns+" FROM setting_proposals WHERE id = ? AND decided_at = 0", id)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return p, Fail(NotFound, "这一事项已经办过，或不存在；请刷新页面核对。")
	}
	return p, err
}

// DecideSetting carries a proposal out, or refuses it. It takes another person
// than the one who proposed (Invalid), unless there is only one (s.Alone); one that
// is decided already is a conflict. The day of effect is not before the decision.
func (db *DB) DecideSetting(ctx context.Context, s cases.Stamp, id int64, agree bool) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		word := map[bool]string{true: "set", false: "refused"}[agree]
		var p []SettingProposal
		if err := t.Select(&p, `UPDATE setting_proposals SET decided_at = ?, decided_by = ?, decision = ?
			WHERE id = ? AND decided_at = 0 RETURNING `+settingProposalColumns, s.At, s.By, word, id); err != nil {
			return fmt.Errorf("decide on a setting: %w", err)
		}
		switch {
		case len(p) == 0:
			return Fail(Conflict, "这一事项已经办过，或不存在；请刷新页面核对。")
		case cases.SameHand(p[0].By, s.By) && agree && !s.Alone:
			return Fail(Invalid, "这项设置须由两人办理：提出的人不能自己确认。")
		case !agree:
			return t.audit(p[0].AgencyID, s, Entry{Act: "setting_refused", Object: "agency", ObjectID: p[0].AgencyID, Detail: map[string]any{"key": p[0].Key}})
		}
		from := p[0].From
		if from.Before(s.Today) {
			from = s.Today
		}
		return t.set(s, p[0].AgencyID, p[0].Key, p[0].Value, from)
	})
}
