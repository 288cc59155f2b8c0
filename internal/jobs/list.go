package jobs

import (
	"context"
	"log/slog"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// The names of the jobs; they stand in the database.
const (
	remindersJob = "reminders"
	refreshJob   = "refresh"
	outboxJob    = "outbox"
	anchorJob    = "anchor"
	checkJob     = "quick_check"
	disposalsJob = "disposals"
)

// Office lists the jobs of an installation. channels are the ways of messages
// that are switched on.
func Office(db *store.DB, now func() time.Time, log *slog.Logger, channels ...Channel) []Job {
	ways := names(channels)
	list := []Job{
		{Name: remindersJob, Spec: "0 6 * * *", Every: true, Run: Reminders(db, ways, nil)},
		{Name: refreshJob, Spec: "0 7-19 * * *", Run: Refresh(db, ways)},
		{Name: outboxJob, Spec: "* * * * *", Loose: true, Run: Outbox(db, now, channels)},
		{Name: disposalsJob, Spec: "* * * * *", Loose: true, Run: Disposals(db)},
		{Name: anchorJob, Spec: "50 23 * * *", Run: anchor(db)},
	}
	if db.Engine() == store.SQLite { // PostgreSQL has no such look: a slot done there would be a lie
		list = append(list, Job{Name: checkJob, Spec: "30 2 * * *", Run: quickCheck(db, log)})
	}
	return list
}

// Reminders is the sweep of a day. Days that were missed are each looked at as of
// themselves; their messages come in the last one's digest. step may be nil: it is
// told as each step begins.
func Reminders(db *store.DB, channels []string, step func(int)) func(context.Context, Slot) error {
	return func(ctx context.Context, slot Slot) error {
		_, err := db.Sweep(ctx, store.SweepJob{Lease: slot.Lease, Job: remindersJob, Slot: slot.Name, Day: calendar.FromTime(slot.At), Now: slot.Now,
			Send: slot.Last, Channels: channels, Step: step})
		return err
	}
}

// Refresh is the sweep of an hour: what was done leaves the lists, what became
// urgent since the morning is told at once.
func Refresh(db *store.DB, channels []string) func(context.Context, Slot) error {
	return func(ctx context.Context, slot Slot) error {
		_, err := db.Sweep(ctx, store.SweepJob{Lease: slot.Lease, Job: refreshJob, Slot: slot.Name, Day: calendar.FromTime(slot.At), Now: slot.Now,
			Send: true, Urgent: true, Channels: channels})
		return err
	}
}

// anchor seals the ends of the audit chains at the end of each day.
func anchor(db *store.DB) func(context.Context, Slot) error {
	return func(ctx context.Context, slot Slot) error {
		return db.AnchorSlot(ctx, slot.Lease, anchorJob, slot.Name, cases.Stamp{At: slot.Now.UnixMicro(), By: "job:" + anchorJob, Today: calendar.FromTime(slot.Now)})
	}
}

// quickCheck looks over the embedded database for damage once a day. Where it finds
// any the store writes nothing from then on, its slot neither: the next start looks
// again.
func quickCheck(db *store.DB, log *slog.Logger) func(context.Context, Slot) error {
	return func(ctx context.Context, slot Slot) error {
		if err := db.QuickCheck(ctx); err != nil {
			if d := db.Damaged(); d != nil {
				log.Error("the database is damaged: nothing is written any more", "found", d.Said)
			}
			return err
		}
		return db.FinishSlot(ctx, slot.Lease, checkJob, slot.Name)
	}
}

func names(channels []Channel) []string {
	var out []string
	for _, c := range channels {
		out = append(out, c.Name)
	}
	return out
}
