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
	var value string
	err := t.Get(&value, `SELECT value FROM settings WHERE agency_id IN (?, 0) AND key = ? AND from_on <= ?
		ORDER BY agency_id DESC, from_on DESC LIMIT 1`, agency, key, on)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read setting %s: %w", key, err)
	}
	return value, nil
}

// Set gives a setting a value from a day on, for an agency or (0) for the
// installation. Only what was set for the same day is overwritten.
func (db *DB) Set(ctx context.Context, s cases.Stamp, agency int64, key, value string, from calendar.Date) error {
	if key == NumberSetting {
		if err := CheckPattern(value); err != nil {
			return err
		}
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if _, err := t.Exec(`INSERT INTO settings (agency_id, key, from_on, value) VALUES (?, ?, ?, ?)
			ON CONFLICT (agency_id, key, from_on) DO UPDATE SET value = excluded.value`, agency, key, from, value); err != nil {
			return fmt.Errorf("set %s: %w", key, err)
		}
		return t.audit(agency, s, Entry{Act: "setting", Object: "agency", ObjectID: agency,
			Detail: map[string]any{"key": key, "value": value, "from": from}})
	})
}
