package jobs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// vault is an office with its keeper of backups, under a clock that the test sets.
type vault struct {
	*testing.T
	clock *clock
	db    *store.DB
	b     *Backups
	data  string
	dir   string
}

func newVault(t *testing.T, engine string) *vault {
	t.Helper()
	v := &vault{T: t, clock: &clock{}, data: folder(t)}
	v.clock.set("2026-05-04 00:30")
	v.db = openOffice(t, engine, v.data, v.clock.now)
	t.Cleanup(func() { v.db.Close() })
	fill(t, v.db, stampAt(v.clock.now()), testkit.Day("2026-01-05"), 30)
	v.dir = filepath.Join(v.data, "backups")
	var err error
	if v.b, err = NewBackups(t.Context(), v.db, BackupPlan{Dir: v.dir, At: "01:30", Keep: 14, Data: v.data}, v.clock.now, quiet()); err != nil {
		t.Fatal(err)
	}
	v.b.settle = 0
	t.Cleanup(v.b.Close)
	return v
}

// night lets the scheduler do what is missing at a moment.
func (v *vault) night(at string) {
	v.Helper()
	v.clock.set(at)
	s, err := New(v.db, v.clock.now, quiet(), v.b.Jobs()...)
	if err != nil {
		v.Fatal(err)
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.strikeAll()
	s.done.Wait()
	s.Stop()
}

// files lists what lies in the folder of backups.
func (v *vault) files() []string {
	v.Helper()
	entries, err := os.ReadDir(v.dir)
	if err != nil {
		v.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func (v *vault) latest() store.BackupRecord {
	v.Helper()
	last, _, err := v.db.LatestBackups(context.Background())
	if err != nil {
		v.Fatal(err)
	}
	return last
}

// ask makes a backup or a drill as the button does, and waits for it.
func (v *vault) ask(what string) error {
	err := v.b.Begin(context.Background(), what, stampAt(v.clock.now()), true)
	v.b.done.Wait()
	return err
}

// Each night one backup is made and recorded; nights that were missed give one, at
// the next start. Only one process and one slot make it.
func TestNightlyBackup(t *testing.T) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			v := newVault(t, engine)
			v.night("2026-05-04 01:30")
			v.night("2026-05-04 09:00") // the machine was started again
			r := v.latest()
			if !r.Good() || r.File != "gongkai-20260504.tar.gz" || r.Cases != 30 || r.Size == 0 || r.KeyID != v.db.Key().ID() || r.By != "job:backup" || !r.There() {
				t.Errorf("recorded %+v", r)
			}
			if sha, err := v.db.CheckBackup(r.Path()); err != nil || sha != r.SHA256 {
				t.Errorf("its hash is %s, recorded %s (%v)", sha, r.SHA256, err)
			}
			v.night("2026-05-09 08:10") // off for four nights
			if got, want := fmt.Sprint(v.files()), "[gongkai-20260504.tar.gz gongkai-20260509.tar.gz]"; got != want {
				t.Errorf("there are %s, want %s", got, want)
			}
			verified(t, v.db)
		})
	}
}

// Backups go at the end of their days, after a newer one is there; what others have
// put into the folder stays, whatever its name.
func TestBackupsEnd(t *testing.T) {
	v := newVault(t, store.SQLite)
	for n := 4; n <= 8; n++ {
		v.night(fmt.Sprintf("2026-05-%02d 01:30", n))
	}
	for _, name := range []string{"gongkai-20200101.tar.gz", "gongkai-20260506-2.tar.gz", "照片.jpg"} {
		if err := os.WriteFile(filepath.Join(v.dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v.night("2026-05-20 01:30")
	if got, want := fmt.Sprint(v.files()), "[gongkai-20200101.tar.gz gongkai-20260506-2.tar.gz gongkai-20260506.tar.gz gongkai-20260507.tar.gz gongkai-20260508.tar.gz gongkai-20260520.tar.gz 照片.jpg]"; got != want {
		t.Errorf("after 14 days there are %s, want %s", got, want)
	}
	v.night("2026-07-01 08:00") // a long absence: the newest three stay however old they are
	if got := v.files(); !slices.Contains(got, "gongkai-20260508.tar.gz") || slices.Contains(got, "gongkai-20260507.tar.gz") || len(got) != 6 {
		t.Errorf("after a long absence there are %v", got)
	}
	verified(t, v.db)
}

// No file is ever overwritten: a second one of the day takes a number.
func TestBackupsOverwriteNothing(t *testing.T) {
	v := newVault(t, store.SQLite)
	if err := os.Mkdir(v.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(v.dir, "gongkai-20260504.tar.gz"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.night("2026-05-04 01:30")
	if err := v.ask(store.WorkBackup); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(v.files()), "[gongkai-20260504-2.tar.gz gongkai-20260504-3.tar.gz gongkai-20260504.tar.gz]"; got != want {
		t.Errorf("there are %s, want %s", got, want)
	}
	if text, err := os.ReadFile(filepath.Join(v.dir, "gongkai-20260504.tar.gz")); err != nil || string(text) != "mine" {
		t.Errorf("the other file holds %q (%v)", text, err)
	}
}

// A backup that can't be made is recorded with a sentence, told again each day, and
// no older one is removed for it; once it can, the alarm ends.
func TestBackupFails(t *testing.T) {
	for name, c := range map[string]struct {
		spoil, mend func(v *vault)
		want        string
	}{
		"the disk is full": {func(v *vault) { v.b.space = func(string) (int64, error) { return 1 << 20, nil } },
			func(v *vault) { v.b.space = store.FreeSpace }, "磁盘空间不够"},
		"the share is not there, its folder is": {func(v *vault) {
			if err := errorsOf(os.Rename(v.dir, v.dir+".away"), os.Mkdir(v.dir, 0o700)); err != nil {
				v.Fatal(err)
			}
		}, func(v *vault) {
			if err := errorsOf(os.Remove(v.dir), os.Rename(v.dir+".away", v.dir)); err != nil {
				v.Fatal(err)
			}
		}, "一份也不见了"},
		"the folder is gone": {func(v *vault) {
			if err := os.Rename(v.dir, v.dir+".away"); err != nil {
				v.Fatal(err)
			}
		}, func(v *vault) {
			if err := os.Rename(v.dir+".away", v.dir); err != nil {
				v.Fatal(err)
			}
		}, "一份也不见了"},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVault(t, store.SQLite)
			v.night("2026-05-04 01:30")
			c.spoil(v)
			for _, day := range []string{"20", "21"} {
				v.night("2026-05-" + day + " 01:30")
				r := v.latest()
				if r.Good() || !strings.Contains(r.Failure, c.want) || r.File != "" || !strings.HasPrefix(time.UnixMicro(r.DoneAt).In(office()).Format("2006-01-02"), "2026-05-"+day) {
					t.Errorf("on day %s recorded %+v, want %q", day, r, c.want)
				}
				if f := v.b.State().Failed; f.Failure != r.Failure {
					t.Errorf("the state tells of %q", f.Failure)
				}
			}
			c.mend(v)
			v.night("2026-05-21 09:00") // the next start tries again
			if r := v.latest(); !r.Good() || v.b.State().Failed.DoneAt != 0 {
				t.Errorf("mended, recorded %+v", r)
			}
			if got := v.files(); !slices.Contains(got, "gongkai-20260504.tar.gz") {
				t.Errorf("the old one is gone: %v", got)
			}
		})
	}
}

// While other jobs are asked again minute by minute, one that failed and goes apart
// is not: it would fill the list of backups with the same failure.
func TestFailedBackupIsTriedOnceInAProcess(t *testing.T) {
	v := newVault(t, store.SQLite)
	v.b.space = func(string) (int64, error) { return 1 << 20, nil }
	s, err := New(v.db, v.clock.now, quiet(), v.b.Jobs()...)
	if err != nil {
		t.Fatal(err)
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	defer s.Stop()
	strike := func(at string, want int) {
		t.Helper()
		v.clock.set(at)
		for range 3 {
			s.strikeAll()
			s.done.Wait()
		}
		if made, err := v.db.Backups(context.Background(), 10); err != nil || len(made) != want {
			t.Errorf("at %s there are %d attempts, want %d (%v)", at, len(made), want, err)
		}
	}
	strike("2026-05-04 01:30", 1)
	strike("2026-05-04 01:31", 1)
	strike("2026-05-05 01:30", 2)
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// What a killed process has left in the folder goes, once it is old.
func TestBackupTidies(t *testing.T) {
	v := newVault(t, store.SQLite)
	for name, age := range map[string]time.Duration{".gongkai-backup-1": 72 * time.Hour, ".gongkai-backup-2": time.Hour} {
		path := filepath.Join(v.dir, name)
		if err := errorsOf(os.MkdirAll(path, 0o700), os.Chtimes(path, v.clock.now().Add(-age), v.clock.now().Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	v.night("2026-05-04 01:30")
	if got, want := fmt.Sprint(v.files()), "[.gongkai-backup-2 gongkai-20260504.tar.gz]"; got != want {
		t.Errorf("there are %s, want %s", got, want)
	}
}

// A drill tries the newest backup whose file is there and keeps its certificate.
func TestDrill(t *testing.T) {
	v := newVault(t, store.SQLite)
	if err := v.ask(store.WorkDrill); !store.Is(err, store.Invalid) || !strings.Contains(err.Error(), "先备份") {
		t.Errorf("without a backup: %v", err)
	}
	v.night("2026-05-04 01:30")
	v.night("2026-05-05 01:30")
	newest := v.latest()
	if err := os.Remove(newest.Path()); err != nil {
		t.Fatal(err)
	}
	if err := v.ask(store.WorkDrill); err != nil {
		t.Fatal(err)
	}
	drills, err := v.db.Drills(context.Background(), 9)
	if err != nil || len(drills) != 1 {
		t.Fatalf("%d drills, %v", len(drills), err)
	}
	if d := drills[0]; !d.Passed() || d.BackupID != newest.ID-1 || d.Sheet != 1 || d.By != "user:1" || d.Differences != 0 || d.MadeAt == 0 || d.DoneAt < d.StartedAt {
		t.Errorf("recorded %+v", d)
	}
	verified(t, v.db)
	v.b.space = func(string) (int64, error) { return 1 << 10, nil }
	if err := v.ask(store.WorkDrill); !store.Is(err, store.Refused) || !strings.Contains(err.Error(), "磁盘空间不够") {
		t.Errorf("without room: %v", err)
	}
}

// One thing is made at a time; PostgreSQL has no drill; ending the program leaves
// nothing half-made.
func TestBackupsOneAtATime(t *testing.T) {
	v := newVault(t, store.SQLite)
	v.night("2026-05-04 01:30")
	v.b.turn.Lock()
	if err := v.b.Begin(context.Background(), store.WorkBackup, stampAt(v.clock.now()), false); !store.Is(err, store.Conflict) {
		t.Errorf("a second one: %v", err)
	}
	v.b.turn.Unlock()
	if err := v.b.Begin(context.Background(), store.WorkBackup, stampAt(v.clock.now()), false); err != nil {
		t.Fatal(err)
	}
	v.b.Close()
	for _, name := range v.files() {
		if strings.HasPrefix(name, ".") {
			t.Errorf("left: %s", name)
		}
	}
	p := newVault(t, store.Postgres)
	if err := p.ask(store.WorkDrill); !store.Is(err, store.Refused) || !strings.Contains(err.Error(), "PostgreSQL") {
		t.Errorf("a drill on PostgreSQL: %v", err)
	}
	if p.b.State().Drills {
		t.Error("the state offers drills on PostgreSQL")
	}
}

// The time of the night is that of the settings; none switches it off.
func TestBackupPlan(t *testing.T) {
	v := newVault(t, store.SQLite)
	if next := v.b.State().Next.In(office()).Format("2006-01-02 15:04"); next != "2026-05-04 01:30" {
		t.Errorf("the next one is at %s", next)
	}
	off, err := NewBackups(t.Context(), v.db, BackupPlan{Dir: v.dir, Keep: 14, Data: v.data}, v.clock.now, quiet())
	if err != nil || len(off.Jobs()) != 0 || !off.State().Next.IsZero() {
		t.Errorf("switched off: %v, %v", off.Jobs(), err)
	}
	if !v.b.State().Beside {
		t.Error("backups in the data folder do not count as on its disk")
	}
}

// A record that names another file, whoever has written it there, removes nothing.
func TestOnlyOurNamesAreRemoved(t *testing.T) {
	for name, want := range map[string]bool{"gongkai-20260504.tar.gz": true, "gongkai-20260504-2.tar.gz": true, "gongkai-年末.tar.gz": false,
		"../gongkai.db": false, "gongkai-../../20260504.tar.gz": false, "gongkai-20260504.tar": false, "": false} {
		if isOurs(name) != want {
			t.Errorf("%q counts as ours: %v", name, !want)
		}
	}
}
