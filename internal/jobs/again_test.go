package jobs

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"gongkai/internal/store"
)

// A slot is not left to the next day when its run failed, broke off, or fell into
// the moment at which another process fell silent: it is asked for again within
// minutes, until it is done, and then no more.
func TestMissedSlotIsAskedForAgain(t *testing.T) {
	for _, c := range []struct {
		name  string
		other time.Duration // until how long after six another process lives
		fail  func(run int) error
		runs  int
	}{
		{"第一次就成功", -time.Hour, func(int) error { return nil }, 1},
		{"头两次出错", -time.Hour, func(run int) error {
			if run < 3 {
				return errors.New("planted")
			}
			return nil
		}, 3},
		{"头两次中断", -time.Hour, func(run int) error {
			if run < 3 {
				panic("planted")
			}
			return nil
		}, 3},
		// At :53 the watch finds the lease taken, at :56 it runs out, and at the full
		// minute a job that comes every minute takes it.
		{"另一进程六点零分五十六秒失效", 56*time.Second - store.LeaseLasts, func(int) error { return nil }, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := folder(t)
			synctest.Test(t, func(t *testing.T) {
				ctx, office := context.Background(), &clock{}
				office.set("2026-03-02 05:59")
				db := openOffice(t, store.SQLite, dir, office.now)
				defer db.Close()
				lives := time.Now().Add(time.Minute + c.other)
				go func() {
					for !time.Now().After(lives) {
						if _, held, err := db.TakeLease(ctx, leaseName, "another"); err != nil || !held {
							t.Error(held, err)
						}
						time.Sleep(2 * time.Second)
					}
				}()
				time.Sleep(3 * time.Second)
				var done []string
				runs := 0
				daily := Job{Name: remindersJob, Spec: "0 6 * * *", Every: true, Run: func(ctx context.Context, slot Slot) error {
					if slot.Name[:10] != "2026-03-02" { // yesterday's, at the start
						return db.FinishSlot(ctx, slot.Lease, remindersJob, slot.Name)
					}
					runs++
					if err := c.fail(runs); err != nil {
						return err
					}
					done = append(done, slot.Name)
					return db.FinishSlot(ctx, slot.Lease, remindersJob, slot.Name)
				}}
				s, err := New(db, office.now, quiet(), daily, Job{Name: outboxJob, Spec: "* * * * *", Loose: true, Run: func(context.Context, Slot) error { return nil }})
				if err != nil {
					t.Fatal(err)
				}
				s.Start(ctx)
				time.Sleep(10 * time.Minute)
				s.Stop()
				if !slices.Equal(done, []string{"2026-03-02T06:00"}) || runs != c.runs {
					t.Errorf("%d runs, done %v", runs, done)
				}
			})
		})
	}
}
