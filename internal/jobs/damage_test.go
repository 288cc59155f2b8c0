package jobs

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// The embedded database is looked over daily. PostgreSQL has no such look, so no
// slot says that one was done.
func TestWhoLooksOverTheDatabase(t *testing.T) {
	for engine, want := range map[string]bool{store.SQLite: true, store.Postgres: false} {
		t.Run(engine, func(t *testing.T) {
			db := openOffice(t, engine, folder(t), time.Now)
			defer db.Close()
			if got := slices.ContainsFunc(Office(db, time.Now, quiet()), func(j Job) bool { return j.Name == checkJob }); got != want {
				t.Errorf("looked over daily: %v, want %v", got, want)
			}
		})
	}
}

// Once the look has found damage no job runs any more in this process, and its slot
// is not done: the next start looks again.
func TestDamageEndsTheJobs(t *testing.T) {
	dir := folder(t)
	db := openOffice(t, store.SQLite, dir, time.Now)
	fill(t, db, stampAt(time.Now()), testkit.Day("2026-01-05"), 60)
	db.Close() // all of it stands in the file, none in its log
	db = openOffice(t, store.SQLite, dir, time.Now)
	defer db.Close()
	raw, err := os.ReadFile(filepath.Join(dir, "gongkai.db"))
	if err != nil {
		t.Fatal(err)
	}
	copy(raw[len(raw)/2/4096*4096:], strings.Repeat("垃圾", 700)[:4096])
	if err := os.WriteFile(filepath.Join(dir, "gongkai.db"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var ran atomic.Int64
	look := Job{Name: checkJob, Spec: "* * * * *", Run: quickCheck(db, quiet())}
	other := Job{Name: "other", Spec: "* * * * *", Loose: true, Run: func(context.Context, Slot) error { ran.Add(1); return nil }}
	s, err := New(db, time.Now, quiet(), look, other)
	if err != nil {
		t.Fatal(err)
	}
	s.ctx, s.cancel = context.WithCancel(t.Context())
	defer s.cancel()
	s.strikeAll()
	if db.Damaged() == nil {
		t.Fatal("the job has found nothing")
	}
	if ran.Load() != 0 {
		t.Error("another job ran after it")
	}
	if slot, err := db.LastSlot(context.Background(), checkJob, "9999"); err != nil || slot != "" {
		t.Errorf("the slot %s counts as done (%v)", slot, err)
	}
}
