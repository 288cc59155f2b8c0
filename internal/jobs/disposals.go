package jobs

import (
	"context"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// Disposals destroys what two people have agreed to and a page had no time for. It
// may break off anywhere: what is left is gone on with a minute later.
func Disposals(db *store.DB) func(context.Context, Slot) error {
	return func(ctx context.Context, slot Slot) error {
		stamp := cases.Stamp{At: slot.Now.UnixMicro(), By: "job:" + disposalsJob, Today: calendar.FromTime(slot.Now)}
		_, err := db.CarryOutDisposalsUnder(ctx, slot.Lease, stamp)
		return err
	}
}
