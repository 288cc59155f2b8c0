package jobs

import (
	"context"
	"sync"
	"testing"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/store"
)

// sharedClock is a clock that several processes look at and a test sets.
type sharedClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *sharedClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *sharedClock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// Of several processes on one PostgreSQL one runs the jobs: each slot once. When
// it falls silent without giving the lease free, another takes over with the next
// fence and catches up; what the silent one still tries to write is refused.
func TestOneOfSeveralProcesses(t *testing.T) {
	c := &sharedClock{}
	set := &clock{}
	set.set("2026-03-02 07:00")
	c.ahead = set.ahead
	first := openOffice(t, store.Postgres, folder(t), c.now)
	defer first.Close()
	fill(t, first, stampAt(c.now()), calendar.MustParse("2026-01-20"), 12)
	var mu sync.Mutex
	ran := map[string][]int{} // slot: which process ran it
	start := func(n int) *Scheduler {
		s, err := New(first, c.now, quiet(), Job{Name: remindersJob, Spec: "0 6 * * *", Every: true, Run: func(ctx context.Context, slot Slot) error {
			if err := Reminders(first, nil, nil)(ctx, slot); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			ran[slot.Name] = append(ran[slot.Name], n)
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		s.every = 40 * time.Millisecond
		s.Start(context.Background())
		return s
	}
	days := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(ran)
	}
	until := func(n int) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); days() < n; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d days are done, want %d", days(), n)
			}
		}
	}
	running := []*Scheduler{start(0), start(1), start(2)}
	until(1)
	for n := 2; n <= 6; n++ {
		c.add(24 * time.Hour)
		until(n)
	}
	holder := -1
	for i, s := range running {
		if s.has() {
			holder = i
		}
	}
	if holder < 0 {
		t.Fatal("nobody holds the lease")
	}
	stale := running[holder].lease
	running[holder].cancel() // silent, its lease not given free
	c.add(3 * 24 * time.Hour)
	until(9)
	for i, s := range running {
		if i != holder {
			s.Stop()
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for slot, who := range ran {
		if len(who) != 1 {
			t.Errorf("%s was run by %v", slot, who)
		}
	}
	if _, err := first.Sweep(context.Background(), store.SweepJob{Lease: stale, Job: remindersJob, Slot: "2026-12-01T06:00", Day: calendar.MustParse("2026-12-01"), Now: c.now()}); err == nil {
		t.Error("the silent one wrote under its old fence")
	}
	verified(t, first)
}
