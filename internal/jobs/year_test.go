package jobs

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/store"
)

// The simulated year: from its second working week on, so that there is something
// before it, to its last day.
const (
	yearBegins = "2026-01-05 05:00"
	yearLasts  = 360 * 24 * time.Hour
	yearCases  = 24
)

// faults are what goes wrong in a year.
type faults struct {
	outages map[int]time.Duration // by day of the year: how long nothing runs
	jumps   map[int]time.Duration // how far the clock is set on or back, and a day later put right
	panics  map[int]int           // at which step the sweep breaks off
	two     bool                  // two schedulers at once
	planted func(*Job)            // a fault in our own work, which the test must find
}

// A year with outages of an hour, three days and forty days, clocks set on and
// back by an hour and a day, a panic at every step of the sweep with a new
// scheduler after it, and two schedulers at once, tells exactly what a calm year
// tells: each slot once, none lost, none doubled. With a fault planted in the
// scheduler the same comparison finds it.
func TestSimulatedYear(t *testing.T) {
	if testing.Short() {
		t.Skip("a year takes some seconds")
	}
	calm := simulate(t, faults{})
	slots := 0
	for line := range calm {
		if line[:4] == "slot" {
			slots++
		}
	}
	if slots != 361 || len(calm) < 1500 {
		t.Fatalf("a calm year has %d slots of days and tells %d things", slots, len(calm))
	}
	hour, day := time.Hour, 24*time.Hour
	rough := faults{two: true,
		outages: map[int]time.Duration{20: hour, 40: 3 * day, 60: 40 * day, 200: hour},
		jumps:   map[int]time.Duration{130: hour, 140: -hour, 150: day, 160: -day, 170: hour, 180: -day},
		panics:  map[int]int{}}
	for step := 1; step <= store.SweepSteps; step++ {
		rough.panics[210+step*7] = step
	}
	for _, d := range differences(calm, simulate(t, rough)) {
		t.Error(d)
	}
	lost := rough
	lost.planted = func(j *Job) { j.Every = false }
	if len(differences(calm, simulate(t, lost))) == 0 {
		t.Error("a scheduler that catches nothing up is not found out")
	}
	doubled := rough
	doubled.planted = func(j *Job) {
		run, mine := j.Run, 0
		j.Run = func(ctx context.Context, slot Slot) error {
			if mine++; mine%50 == 0 { // sometimes it forgets what its slot is called
				slot.Name = slot.At.Add(-time.Minute).Format(slotForm)
			}
			return run(ctx, slot)
		}
	}
	if len(differences(calm, simulate(t, doubled))) == 0 {
		t.Error("a slot done under two names is not found out")
	}
}

// simulate lives through a year and gives what was told.
func simulate(t *testing.T, f faults) (told map[string]int) {
	t.Helper()
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		c := &clock{}
		c.set(yearBegins)
		db := openOffice(t, store.SQLite, dir, c.now)
		defer db.Close()
		fill(t, db, stampAt(c.now()), calendar.MustParse("2025-12-20"), yearCases)
		y := &year{db: db, clock: c, faults: f, t: t}
		y.live()
		told = dump(t, db)
		if f.planted == nil {
			verified(t, db)
		}
	})
	return told
}

// year is one under way.
type year struct {
	t       *testing.T
	db      *store.DB
	clock   *clock
	faults  faults
	running []*Scheduler
	breakAt int // the step at which the next sweep breaks off; 0: none
}

func (y *year) step(n int) {
	if n == y.breakAt {
		y.breakAt = 0
		panic("planted: the sweep breaks off")
	}
}

// start sets up one scheduler or two, like processes that have just begun.
func (y *year) start() {
	for range map[bool]int{false: 1, true: 2}[y.faults.two] {
		list := []Job{{Name: remindersJob, Spec: "0 6 * * *", Every: true, Run: Reminders(y.db, nil, y.step)},
			{Name: refreshJob, Spec: "0 9,15 * * *", Run: Refresh(y.db, nil)}, {Name: anchorJob, Spec: "50 23 * * *", Run: anchor(y.db)}}
		if y.faults.planted != nil {
			y.faults.planted(&list[0])
		}
		s, err := New(y.db, y.clock.now, quiet(), list...)
		if err != nil {
			y.t.Fatal(err)
		}
		s.every = 3 * time.Hour
		s.Start(context.Background())
		y.running = append(y.running, s)
	}
}

func (y *year) stop() {
	for _, s := range y.running {
		s.Stop()
	}
	y.running = nil
}

// live goes through the days; time passes in the bubble alone.
func (y *year) live() {
	y.start()
	end := time.Now().Add(yearLasts)
	for day := 0; time.Now().Before(end); day++ {
		if out := y.faults.outages[day]; out > 0 {
			y.stop()
			time.Sleep(out)
			y.start()
		}
		if by := y.faults.jumps[day]; by != 0 {
			y.clock.ahead += by
			time.Sleep(20 * time.Hour)
			y.clock.ahead -= by
			time.Sleep(4 * time.Hour)
			continue
		}
		y.breakAt = y.faults.panics[day]
		time.Sleep(min(24*time.Hour, time.Until(end)))
		if y.faults.panics[day] > 0 {
			if y.breakAt != 0 {
				y.t.Errorf("step %d was not reached", y.breakAt)
			}
			y.stop()
			y.start()
		}
	}
	y.stop()
}
