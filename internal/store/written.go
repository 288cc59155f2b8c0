package store

import (
	"context"
	"fmt"
)

// Written gives a number that grows with every write of users, importers and
// administrators to cases, agencies, notices and settings, and with nothing
// else: reading and signing in leave it as it is. Two equal numbers mean that
// nothing was written between them.
func (db *DB) Written(ctx context.Context) (n int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Get(&n, `SELECT (SELECT COALESCE(SUM(version), 0) FROM cases) + (SELECT COUNT(*) FROM events)
			+ (SELECT COUNT(*) FROM imports) + (SELECT COUNT(*) FROM notices)
			+ (SELECT COUNT(*) FROM agency_versions) + (SELECT COUNT(*) FROM settings)`)
	})
	if err != nil {
		return 0, fmt.Errorf("count what was written: %w", err)
	}
	return n, nil
}
