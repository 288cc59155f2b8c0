package store

import (
	"context"
	"fmt"
)

// AuditChains lists every chain there is, those of closed agencies too.
func (db *DB) AuditChains(ctx context.Context) (chains []int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&chains, "SELECT chain FROM audit_heads ORDER BY chain")
	})
	if err != nil {
		return nil, fmt.Errorf("list the audit chains: %w", err)
	}
	return chains, nil
}
