package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"gongkai/internal/app"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/jobs"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// yearBegins is the moment for which the demonstration is made and at which its
// year begins: late enough in it that the working days of the next one are
// missing, and that the annual reports fall due in the first 150 days.
const yearBegins = "2026-10-12 05:00"

// faults are what goes wrong in a year, by its day, the first being 0.
type faults struct {
	outages map[int]time.Duration // how long nothing runs
	jumps   map[int]time.Duration // how far the clock is set on or back, until 20 hours later
	panics  map[int]int           // at which step the sweep of six o'clock breaks off
	two     bool                  // two schedulers at once
	planted func(*jobs.Job)       // a fault in our own work, which the test must find
}

// rough gives a year in which everything goes wrong within its first 100 days, and
// once more in its second half if it is that long.
func rough(days int) faults {
	hour, day := time.Hour, 24*time.Hour
	f := faults{two: true, outages: map[int]time.Duration{}, jumps: map[int]time.Duration{}, panics: map[int]int{}}
	for from := 0; from+140 < days; from += 190 {
		maps.Copy(f.outages, map[int]time.Duration{from + 6: hour, from + 12: 3 * day, from + 58: 40 * day, from + 120: hour})
		maps.Copy(f.jumps, map[int]time.Duration{from + 20: hour, from + 23: -hour, from + 27: day, from + 31: -day})
		for step := 1; step <= store.SweepSteps; step++ {
			f.panics[from+33+2*step] = step
		}
	}
	return f
}

// quiet reports whether nothing is wrong on a day nor on the one before: what the
// office does then, it does under the same clock in a calm year and in a rough one.
func (f faults) quiet(day int) bool {
	for from, lasts := range f.outages {
		if day >= from && day <= from+int(lasts/(24*time.Hour)) {
			return false
		}
	}
	return f.jumps[day] == 0 && f.jumps[day-1] == 0
}

// A year over the demonstration's caseload, in which the office goes on working
// (yearwork_test.go), with outages of an hour, three days and forty days, clocks set
// on and back by an hour and a day, a panic at every step of the sweep with a new
// scheduler after it, and two schedulers at once, tells exactly what a calm year
// tells: each slot once, none lost, none doubled, of every kind of reminder. With a
// fault planted in the scheduler the same comparison finds it.
//
// Everyday the year lasts 150 days, which hold all of these faults; the proof lives
// through 360 days, with all of them twice. One scheduler alone, and the planted
// faults, have the first 40 days.
func TestSimulatedYear(t *testing.T) {
	if testing.Short() {
		t.Skip("a year takes half a minute")
	}
	days := testkit.YearDays()
	demo := filepath.Join(t.TempDir(), "data")
	load(t, demo)
	wrong := rough(days)
	calm := simulate(t, demo, days, wrong.quiet, faults{})
	holds(t, calm, days)
	for _, d := range differences(calm, simulate(t, demo, days, wrong.quiet, wrong)) {
		t.Error(d)
	}
	const few = 40
	calm = simulate(t, demo, few, wrong.quiet, faults{})
	alone := wrong
	alone.two = false // no other process takes over when the clock is set
	for _, d := range differences(calm, simulate(t, demo, few, wrong.quiet, alone)) {
		t.Error("one scheduler alone: ", d)
	}
	lost := wrong
	lost.planted = func(j *jobs.Job) { j.Every = false }
	if len(differences(calm, simulate(t, demo, few, wrong.quiet, lost))) == 0 {
		t.Error("a scheduler that catches nothing up is not found out")
	}
	doubled, swept := wrong, atomic.Int64{}
	doubled.planted = func(j *jobs.Job) {
		run := j.Run
		j.Run = func(ctx context.Context, slot jobs.Slot) error {
			if swept.Add(1)%20 == 0 { // sometimes it forgets what its slot is called
				slot.Name = slot.At.Add(-time.Minute).Format("2006-01-02T15:04")
			}
			return run(ctx, slot)
		}
	}
	if len(differences(calm, simulate(t, demo, few, wrong.quiet, doubled))) == 0 {
		t.Error("a slot done under two names is not found out")
	}
}

// holds asks of a calm year that it tells enough for the comparison to mean
// something: every day has its slot, and some ten thousand things of every kind are
// told.
func holds(t *testing.T, calm map[string]int, days int) {
	t.Helper()
	slots, kinds := 0, map[string]int{}
	for line := range calm {
		kind, _, _ := strings.Cut(line, " ")
		if kinds[kind]++; kind == "slot" {
			slots++
		}
	}
	if told := len(calm) - slots; slots != days+1 || told < 200*days {
		t.Errorf("a calm year has %d slots of days and tells %d things", slots, told)
	}
	for _, k := range cases.ReminderKinds() {
		if kinds[k.Code()] == 0 {
			t.Errorf("nobody was reminded of %s (%s)", k.Code(), k.Label())
		}
	}
	t.Logf("%d days, %d things told: %v", slots, len(calm)-slots, kinds)
}

// load has the program make its demonstration in a folder.
func load(t *testing.T, dir string) {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", yearBegins, office())
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	env := &app.Env{Stdout: &said, Stderr: &said, Now: func() time.Time { return at }}
	if code := app.Run(context.Background(), env, []string{"demo", "--load-only", "--data", dir}); code != app.ExitDone {
		t.Fatalf("the demonstration: exit %d\n%s", code, &said)
	}
}

// simulate lives through a year over a copy of the demonstration and gives what was
// told.
func simulate(t *testing.T, demo string, days int, quiet func(day int) bool, f faults) (told map[string]int) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	for _, err := range []error{os.CopyFS(dir, os.DirFS(demo)), copyFile(dir+".key", demo+".key")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		y := &year{T: t, faults: f, begin: time.Now()}
		at, err := time.ParseInLocation("2006-01-02 15:04", yearBegins, office())
		if err != nil {
			t.Fatal(err)
		}
		y.ahead.Store(int64(at.Sub(y.begin)))
		y.db, err = store.Open(context.Background(), store.Options{Driver: store.SQLite, Dir: dir, KeyFile: dir + ".key", Purpose: "test", Clock: y.now})
		if err != nil {
			t.Fatal(err)
		}
		defer y.db.Close()
		y.live(days, quiet)
		told = dump(t, y.db)
		if f.planted == nil {
			if _, err := y.db.Verify(context.Background(), store.VerifyJob{Found: func(d store.Difference) { t.Errorf("verify: %+v", d) }}); err != nil {
				t.Error(err)
			}
		}
	})
	return told
}

func copyFile(to, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}

func office() *time.Location {
	l, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return l
}

// year is one under way.
type year struct {
	*testing.T
	db      *store.DB
	begin   time.Time    // by the time that passes
	ahead   atomic.Int64 // how far the program's clock is from that, in nanoseconds
	faults  faults
	running []*jobs.Scheduler
	breakAt atomic.Int64 // the step at which the next sweep breaks off; 0: none
}

func (y *year) now() time.Time { return time.Now().Add(time.Duration(y.ahead.Load())) }

func (y *year) step(n int) {
	if y.breakAt.CompareAndSwap(int64(n), 0) {
		panic("planted: the sweep breaks off")
	}
}

// start sets up one scheduler or two, like processes that have just begun, with the
// office's jobs that remind and seal; the sweep of the hours comes twice a day.
func (y *year) start() {
	silent := slog.New(slog.NewTextHandler(io.Discard, nil))
	for range map[bool]int{false: 1, true: 2}[y.faults.two] {
		list := slices.DeleteFunc(jobs.Office(y.db, y.now, silent), func(j jobs.Job) bool {
			return !slices.Contains([]string{"reminders", "refresh", "anchor"}, j.Name)
		})
		for i := range list {
			switch list[i].Name {
			case "reminders":
				list[i].Run = jobs.Reminders(y.db, nil, y.step)
				if y.faults.planted != nil {
					y.faults.planted(&list[i])
				}
			case "refresh":
				list[i].Spec = "0 9,15 * * *"
			}
		}
		s, err := jobs.New(y.db, y.now, silent, list...)
		if err != nil {
			y.Fatal(err)
		}
		s.WatchEvery(3 * time.Hour)
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

// until sleeps until an hour of a day of the year; time passes in the bubble alone.
func (y *year) until(day int, hour time.Duration) {
	time.Sleep(time.Until(y.begin.Add(time.Duration(day)*24*time.Hour + hour - 5*time.Hour)))
}

// live goes through the days, from five o'clock to five o'clock. On quiet ones the
// office works, at eleven.
func (y *year) live(days int, quiet func(day int) bool) {
	work := newWork(y)
	y.start()
	for day := range days {
		y.until(day, 5*time.Hour)
		y.upToDate()
		if out := y.faults.outages[day]; out > 0 {
			y.stop()
			time.Sleep(out)
			y.start()
		}
		if by := y.faults.jumps[day]; by != 0 {
			y.ahead.Add(int64(by))
			time.Sleep(20 * time.Hour)
			y.ahead.Add(-int64(by))
		}
		if step := y.faults.panics[day]; step > 0 {
			y.breakAt.Store(int64(step))
			y.until(day, 6*time.Hour+time.Minute)
			if y.breakAt.Load() != 0 {
				y.Errorf("step %d was not reached", step)
			}
			y.stop()
			y.start()
		}
		if quiet(day) {
			y.until(day, 11*time.Hour)
			work.do(day)
		}
	}
	y.until(days, 5*time.Hour)
	y.upToDate()
	y.stop()
}

// upToDate asks that whatever went wrong the day before, the last sweep that the
// clock has called for is done by the next morning.
func (y *year) upToDate() {
	synctest.Wait() // for what is under way
	now := y.now().In(office())
	want := calendar.FromTime(now.Add(-6*time.Hour)).String() + "T06:00"
	last, err := y.db.LastSlot(context.Background(), "reminders", now.Format("2006-01-02T15:04"))
	if err != nil {
		y.Fatal(err)
	}
	if last < want && y.faults.planted == nil {
		y.Errorf("at %s the last sweep is of %s", now.Format("2006-01-02T15:04"), last)
	}
}

// dump lists what was told to whom, without the slot's name: what was missed is
// told under the slot of its day or, if an hour's sweep came first, of that hour.
func dump(t *testing.T, db *store.DB) map[string]int {
	t.Helper()
	out, enough := map[string]int{}, errors.New("the cases are not needed")
	err := db.ExportAll(context.Background(), calendar.MustParse("2027-12-31"), store.Everything{
		Agencies: func([]cases.Agency) error { return nil },
		Case:     func(string, *cases.Case, cases.Row) error { return enough },
		Row: func(table string, row map[string]any) error {
			switch table {
			case "reminders":
				out[fmt.Sprintf("%v 件%v 机关%v 第%v %v 剩%v → %v", row["kind"], row["case_id"], row["agency_id"], row["ref"], row["due_on"], row["mark"], row["user_id"])]++
			case "job_slots":
				if row["job"] == "reminders" {
					out[fmt.Sprintf("slot %.16s", row["slot"])]++
				}
			}
			return nil
		}})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	return out
}

// differences lists what one run told and the other didn't, or told twice.
func differences(want, got map[string]int) (out []string) {
	for line, n := range want {
		if got[line] != n {
			out = append(out, fmt.Sprintf("%s: %d times, want %d", line, got[line], n))
		}
	}
	for line, n := range got {
		if want[line] == 0 {
			out = append(out, fmt.Sprintf("%s: %d times, want none", line, n))
		}
	}
	return out
}
