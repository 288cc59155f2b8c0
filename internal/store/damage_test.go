package store

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
)

// spoil writes 4 KiB of garbage into the middle of a SQLite file as it lies on the
// disk, under whoever has it open.
func spoil(t *testing.T, db *DB) {
	t.Helper()
	if _, err := db.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(db.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("垃圾", 700))[:4096], info.Size()/2/4096*4096); err != nil {
		t.Fatal(err)
	}
}

// damagedOffice is an open database with cases in which the running look has found
// damage.
func damagedOffice(t *testing.T) (Options, *DB, int64) {
	t.Helper()
	o := options(t, SQLite)
	db := openAt(t, o)
	id := agency(t, db)
	for range 50 {
		create(t, db, id, record("2025-03-03"))
	}
	spoil(t, db)
	if db.Damaged() != nil {
		t.Fatal("damage is known before anybody has looked")
	}
	if err := db.QuickCheck(context.Background()); !Is(err, Refused) || db.Damaged() == nil {
		t.Fatalf("the look found %v", err)
	}
	return o, db, id
}

func TestDamageStopsWriting(t *testing.T) {
	// Once damage is found every write is refused with one sentence that says what
	// is wrong and what to do, those of jobs and of the engine's upkeep too; the
	// file stays as it is, and reading goes on.
	_, db, id := damagedOffice(t)
	ctx, s := context.Background(), stamp("2025-06-03")
	before := count(t, db, "SELECT COUNT(*) FROM cases")
	for what, write := range map[string]func() error{
		"a case":   func() error { return db.Create(ctx, s, cases.NewCase(id, s, record("2025-06-03"))) },
		"an audit": func() error { return db.Audit(ctx, id, s, Entry{Act: "list_exported"}) },
		"a lease":  func() error { _, _, err := db.TakeLease(ctx, "jobs", "x"); return err },
		"a slot":   func() error { return db.FinishSlot(ctx, Lease{}, "quick_check", "2025-06-03T02:30") },
		"the seal": func() error { return db.Anchor(ctx, s) },
		"a note beside": func() error {
			return db.beside(ctx, func(*tx) error { t.Error("a note was begun"); return nil })
		},
		"the wiping": func() error { return db.wipe(ctx) },
		"the index":  func() error { _, err := db.IndexPending(ctx, 1); return err },
	} {
		err := write()
		if !Is(err, Refused) || !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "gongkai restore") || !strings.Contains(err.Error(), "没有保存") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := count(t, db, "SELECT COUNT(*) FROM cases"); n != before {
		t.Errorf("%d cases, before %d", n, before)
	}
	if _, err := db.Case(ctx, 1); err != nil {
		t.Errorf("reading: %v", err)
	}
}

func TestDamageOutlivesTheProcess(t *testing.T) {
	// After a restart the damage is known again before anything is written, in a
	// file of any size: commands are refused, the pages get it to be read. Once the
	// file is sound again, all goes on.
	o, db, id := damagedOffice(t)
	sound, err := os.ReadFile(db.path)
	if err != nil {
		t.Fatal(err)
	}
	found := db.Damaged()
	db.Close()
	refused(t, o, "损坏")

	reading := o
	reading.ReadOnly = true
	reader := openAt(t, reading)
	if d := reader.Damaged(); d == nil || d.At.Unix() != found.At.Unix() || d.Said != found.Said {
		t.Errorf("a reading command knows of %+v, found was %+v", d, found)
	}
	reader.Close()

	pages := o
	pages.Damaged = true
	server := openAt(t, pages)
	if server.Damaged() == nil {
		t.Error("opened for the pages, the damage is not known")
	}
	if err := server.Create(context.Background(), stamp("2025-06-03"), cases.NewCase(id, stamp("2025-06-03"), record("2025-06-03"))); !errors.Is(err, ErrDamaged) {
		t.Errorf("writing: %v", err)
	}
	server.Close()
	if now, err := os.ReadFile(o.Dir + "/gongkai.db"); err != nil || string(now) != string(sound) {
		t.Errorf("opening it to be read changed the file (%v)", err)
	}

	// Another database stands there: the mark is held against it and goes.
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(o.Dir + "/gongkai.db" + suffix)
	}
	again := openAt(t, o)
	again.Close()
	if openAt(t, o).Damaged() != nil {
		t.Error("a sound database counts as damaged")
	}
	if _, err := os.Stat(o.Dir + "/gongkai.db.damaged"); err == nil {
		t.Error("the mark is still there")
	}
}

func TestSigningInToADamagedDatabase(t *testing.T) {
	// Who signs in goes on reading, in the memory of this process; wrong passwords
	// still count, an ended session stays ended.
	_, db, _ := damagedOffice(t)
	ctx, s := context.Background(), stamp("2025-06-03")
	hash := auth.TokenHash("token")
	if err := db.StartSession(ctx, s, 1, hash, "10.0.0.7", "Firefox"); err != nil {
		t.Fatal(err)
	}
	session := func(at int64) Session {
		var out Session
		if err := db.look(ctx, func(t *tx) (err error) { out, err = t.session(hash); return err }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := session(s.At); got.UserID != 1 || got.StartedAt != s.At {
		t.Fatalf("the session is %+v", got)
	}
	later := s.At + 20*60*1e6
	if err := db.Touch(ctx, session(s.At), later); err != nil || session(later).SeenAt != later {
		t.Errorf("touched at %d: %+v, %v", later, session(later), err)
	}
	if owner, err := db.SessionOwner(ctx, hash); err != nil || owner != 1 {
		t.Errorf("its owner is %d, %v", owner, err)
	}
	if err := db.EndSession(ctx, s, 2, session(later).ID); err != nil || session(later).ID == 0 {
		t.Errorf("another user ended it: %v", err)
	}
	if err := db.EndSession(ctx, s, 1, session(later).ID); err != nil || session(later).ID != 0 {
		t.Errorf("ended, it is %+v (%v)", session(later), err)
	}
	tries := []auth.Attempt{{Key: "pair a", Most: 5}}
	for i := range 5 {
		if until, err := db.Throttled(ctx, tries, s.At); err != nil || until != 0 {
			t.Errorf("refused after %d wrong ones (%v)", i, err)
		}
		if err := db.Failed(ctx, tries, s.At); err != nil {
			t.Fatal(err)
		}
	}
	until, err := db.Throttled(ctx, tries, s.At)
	if err != nil || until <= s.At {
		t.Errorf("five wrong passwords are not too many (%v)", err)
	}
	if free, err := db.Throttled(ctx, tries, until+1); err != nil || free != 0 {
		t.Errorf("still refused after the time (%v)", err)
	}
}
