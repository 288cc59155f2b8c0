package store

import (
	"context"
	"fmt"
	"time"

	"gongkai/internal/cases"
)

// Lease is the right to run the jobs, as one process holds it. Every write of a
// job is made under its fence: once another process has taken the lease over, it
// is refused.
type Lease struct {
	Name, Holder string
	Fence        int64
}

// LeaseLasts is how long a lease holds without being taken anew.
const LeaseLasts = 30 * time.Second

// TakeLease takes a lease, or keeps the one that the holder has. taken is false
// while another holder has it. A lease that ends later than any could was given
// under a clock that was wrong: it counts as ended.
func (db *DB) TakeLease(ctx context.Context, name, holder string) (l Lease, taken bool, err error) {
	l = Lease{Name: name, Holder: holder}
	now := db.now()
	last := LeaseLasts.Microseconds()
	err = db.raw(ctx, func(t *tx) error {
		var fences []int64
		err := t.Select(&fences, `INSERT INTO leases (name, holder, fence, until_at) VALUES (?, ?, 1, ?)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at,
			fence = CASE WHEN leases.holder = excluded.holder THEN leases.fence ELSE leases.fence + 1 END
			WHERE leases.holder = excluded.holder OR leases.until_at <= ? OR leases.until_at > ? RETURNING fence`,
			name, holder, now+last, now, now+2*last)
		if err == nil && len(fences) == 1 {
			l.Fence, taken = fences[0], true
		}
		return err
	})
	if err != nil {
		return l, false, fmt.Errorf("take the lease %s: %w", name, err)
	}
	return l, taken, nil
}

// DropLease gives a lease free at once; one that is lost already is no error.
func (db *DB) DropLease(ctx context.Context, l Lease) error {
	return db.raw(ctx, func(t *tx) error {
		_, err := t.Exec("UPDATE leases SET until_at = 0 WHERE name = ? AND holder = ? AND fence = ?", l.Name, l.Holder, l.Fence)
		return err
	})
}

// fenced refuses to go on if the lease is another's by now, and keeps it from
// being taken over until the transaction ends.
func (t *tx) fenced(l Lease) error {
	done, err := t.Exec("UPDATE leases SET holder = holder WHERE name = ? AND holder = ? AND fence = ?", l.Name, l.Holder, l.Fence)
	if err != nil {
		return fmt.Errorf("look at the lease %s: %w", l.Name, err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return Fail(Refused, "定时任务已由另一个进程接手，本进程不再写入。")
	}
	return nil
}

// slot notes under the lease that a slot of a job is done by this transaction;
// false: it was done already.
func (t *tx) slot(l Lease, job, slot string, at int64) (fresh bool, err error) {
	if err := t.fenced(l); err != nil {
		return false, err
	}
	done, err := t.Exec("INSERT INTO job_slots (job, slot, done_at) VALUES (?, ?, ?) ON CONFLICT (job, slot) DO NOTHING", job, slot, at)
	if err != nil {
		return false, fmt.Errorf("note the slot %s of %s: %w", slot, job, err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// LastSlot gives the latest slot of a job that is done and not after a slot, ""
// if none is.
func (db *DB) LastSlot(ctx context.Context, job, notAfter string) (slot string, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Get(&slot, "SELECT COALESCE(MAX(slot), '') FROM job_slots WHERE job = ? AND slot <= ?", job, notAfter)
	})
	if err != nil {
		return "", fmt.Errorf("look for the slots of %s: %w", job, err)
	}
	return slot, nil
}

// FinishSlot notes that a slot of a job is done whose work leaves no trace in the
// database.
func (db *DB) FinishSlot(ctx context.Context, l Lease, job, slot string) error {
	return db.raw(ctx, func(t *tx) error {
		_, err := t.slot(l, job, slot, db.now())
		return err
	})
}

// AnchorSlot seals the ends of all audit chains (Anchor), once for a slot.
func (db *DB) AnchorSlot(ctx context.Context, l Lease, job, slot string, s cases.Stamp) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if fresh, err := t.slot(l, job, slot, s.At); err != nil || !fresh {
			return err
		}
		return t.anchor(s)
	})
}
