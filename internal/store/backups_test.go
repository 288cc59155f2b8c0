package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tried is a lived database with a recorded backup of it.
func tried(t *testing.T) (*DB, BackupRecord) {
	t.Helper()
	o := options(t, SQLite)
	db := openAt(t, o)
	lived(t, db)
	folder := t.TempDir()
	info, err := db.Backup(context.Background(), filepath.Join(folder, "gongkai-20250603.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	c := info.Contents()
	r, err := db.NoteBackup(context.Background(), stamp("2025-06-03"), BackupSlot{}, BackupRecord{Folder: folder, File: "gongkai-20250603.tar.gz", StartedAt: 1, DoneAt: 2,
		KeyID: info.KeyID, SHA256: info.SHA256, Size: info.Size, Holds: info.Holds(), Cases: c.Cases, Events: c.Events, Attachments: c.Attachments})
	if err != nil {
		t.Fatal(err)
	}
	return db, r
}

func TestRestoreAside(t *testing.T) {
	// A good backup passes: counts and the ends of the chains are those of its
	// manifest, verify finds nothing, and nothing is left on the disk.
	db, of := tried(t)
	folder := filepath.Join(t.TempDir(), "drill.new")
	var steps []int
	r, err := db.RestoreAside(context.Background(), of.Path(), folder, of.SHA256, func(n int) { steps = append(steps, n) })
	if err != nil || !r.Passed() || r.Differences != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if r.Found != r.Said || r.Found.Cases != of.Cases || r.Found.Events != of.Events || r.Found.Attachments != of.Attachments || r.Found.Ends.Entries == 0 || r.SHA256 != of.SHA256 {
		t.Errorf("said %+v, found %+v, recorded %+v", r.Said, r.Found, of)
	}
	if len(steps) != 4 || steps[3] != DrillRemoves {
		t.Errorf("steps %v", steps)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there (%v)", err)
	}
}

func TestRestoreAsideFindsFaults(t *testing.T) {
	// What is wrong with a backup is found, named in a sentence, and nothing is left.
	ctx := context.Background()
	for name, c := range map[string]struct {
		spoil func(t *testing.T, db *DB, of *BackupRecord)
		want  string
	}{
		"the file is gone": {func(t *testing.T, _ *DB, of *BackupRecord) { os.Remove(of.Path()) }, "打不开备份文件"},
		"a byte is another": {func(t *testing.T, _ *DB, of *BackupRecord) {
			raw, err := os.ReadFile(of.Path())
			if err != nil {
				t.Fatal(err)
			}
			raw[len(raw)/2] ^= 1
			if err := os.WriteFile(of.Path(), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "损坏或被改动"},
		"another backup of ours in its place": {func(t *testing.T, db *DB, of *BackupRecord) {
			os.Remove(of.Path())
			if _, err := db.Backup(ctx, of.Path()); err != nil {
				t.Fatal(err)
			}
		}, "文件被换过"},
		"a case was changed behind the program": {func(t *testing.T, db *DB, of *BackupRecord) {
			if _, err := db.write.Exec("UPDATE cases SET due_on = '2031-01-01' WHERE id = 1"); err != nil {
				t.Fatal(err)
			}
			os.Remove(of.Path())
			info, err := db.Backup(ctx, of.Path())
			if err != nil {
				t.Fatal(err)
			}
			of.SHA256 = info.SHA256
		}, "核对出1处不符"},
	} {
		t.Run(name, func(t *testing.T) {
			db, of := tried(t)
			c.spoil(t, db, &of)
			folder := filepath.Join(t.TempDir(), "drill.new")
			r, err := db.RestoreAside(ctx, of.Path(), folder, of.SHA256, nil)
			if err != nil || r.Passed() || !strings.Contains(r.Failure, c.want) {
				t.Errorf("%q, %v; want %q", r.Failure, err, c.want)
			}
			if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder is still there (%v)", err)
			}
		})
	}
}

func TestRestoreHoldsTheEndsOfTheChains(t *testing.T) {
	// An archive whose manifest was made with other ends than its database has is
	// refused, on both engines.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			db, o, file := kept(t, engine)
			info, err := readHead(file)
			if err != nil {
				t.Fatal(err)
			}
			if info, err = Restore(ctx, file, elsewhere(t, engine, o.KeyFile)); err != nil || info.Ends == nil || info.Ends.Entries == 0 {
				t.Fatalf("%+v, %v", info.Ends, err)
			}
			lie := *info.Ends
			lie.Entries++
			info.Ends = &lie
			err = db.look(ctx, func(x *tx) error { return x.sameEnds(info) })
			if !Is(err, Invalid) || !strings.Contains(err.Error(), "审计记录") {
				t.Errorf("%v", err)
			}
			info.Ends = nil
			if err := db.look(ctx, func(x *tx) error { return x.sameEnds(info) }); err != nil {
				t.Errorf("a manifest of an older program: %v", err)
			}
		})
	}
}

func TestBackupRecords(t *testing.T) {
	// What came of backups and drills stands in the lists and in the audit; a record
	// that was changed, or one too few, is found by verify, and a certificate that was
	// changed does not open.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-06-03")
		agency(t, db)
		note := func(r BackupRecord) BackupRecord {
			t.Helper()
			r, err := db.NoteBackup(ctx, s, BackupSlot{}, r)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		good := note(BackupRecord{Folder: "/b", File: "gongkai-20250602.tar.gz", DoneAt: 5, SHA256: "ab", Size: 7, Cases: 3})
		bad := note(BackupRecord{Folder: "/b", DoneAt: 9, Failure: "磁盘空间不够。"})
		last, lastGood, err := db.LatestBackups(ctx)
		if err != nil || last.ID != bad.ID || lastGood.ID != good.ID || lastGood.Size != 7 || last.By != s.By {
			t.Errorf("latest %+v, latest good %+v, %v", last, lastGood, err)
		}
		drill, err := db.NoteDrill(ctx, s, DrillRecord{BackupID: good.ID, StartedAt: 1, DoneAt: 2, Sheet: 1, SHA256: "ab", Said: BackupContents{Cases: 3}, Found: BackupContents{Cases: 3}})
		if err != nil {
			t.Fatal(err)
		}
		got, of, err := db.Drill(ctx, drill.ID)
		if err != nil || got.Said.Cases != 3 || of.File != good.File || got.Entry == 0 || !got.Passed() {
			t.Errorf("the certificate is %+v of %+v, %v", got, of, err)
		}
		if found, _ := differences(t, db); len(found) > 0 {
			t.Errorf("verify: %+v", found)
		}
		if err := db.NoteBackupRemoved(ctx, s, good.ID); err != nil {
			t.Fatal(err)
		}
		if kept, err := db.KeptBackups(ctx); err != nil || len(kept) != 0 {
			t.Errorf("still kept: %+v, %v", kept, err)
		}
		if found, _ := differences(t, db); len(found) > 0 {
			t.Errorf("verify after removal: %+v", found)
		}
		for _, change := range []string{"UPDATE backups SET size = 8 WHERE failure = ''", "UPDATE drills SET failure = 'x'", "DELETE FROM drills"} {
			if _, err := db.write.Exec(change); err != nil {
				t.Fatal(err)
			}
			if found, _ := differences(t, db); len(found) == 0 {
				t.Errorf("%s: not found", change)
			}
			if _, _, err := db.Drill(ctx, drill.ID); err == nil && !strings.Contains(change, "backups") {
				t.Errorf("%s: the certificate opens", change)
			}
		}
	})
}

func TestBackupDoesItsSlot(t *testing.T) {
	// A good backup does its slot; that of one that failed is asked for again.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-06-03")
		lease, _, err := db.TakeLease(ctx, "jobs", "x")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ failure, want string }{{"磁盘空间不够。", ""}, {"", "2025-06-03T01:30"}} {
			if _, err := db.NoteBackup(ctx, s, BackupSlot{lease, "backup", "2025-06-03T01:30"}, BackupRecord{Failure: c.failure}); err != nil {
				t.Fatal(err)
			}
			if got, err := db.LastSlot(ctx, "backup", "9999"); err != nil || got != c.want {
				t.Errorf("after %q the slot %q is done, want %q (%v)", c.failure, got, c.want, err)
			}
		}
	})
}

func TestSpaceForBackup(t *testing.T) {
	// The estimate is never below what a backup really takes.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			db, _, file := kept(t, engine)
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, last := range []int64{0, info.Size()} {
				n, err := db.SpaceForBackup(context.Background(), last)
				if err != nil || n < info.Size()+backupMargin {
					t.Errorf("last %d: %d bytes for an archive of %d (%v)", last, n, info.Size(), err)
				}
			}
		})
	}
}

func TestNameWithoutLinks(t *testing.T) {
	// Where a disk knows no links an archive still gets its name, and never that of
	// another file.
	dir := t.TempDir()
	file, other := filepath.Join(dir, "archive"), filepath.Join(dir, "taken")
	for path, text := range map[string]string{file: "new", other: "old"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := takeName(file, other); !errors.Is(err, os.ErrExist) {
		t.Errorf("a name that is taken: %v", err)
	}
	if err := takeName(file, filepath.Join(dir, "free")); err != nil {
		t.Error(err)
	}
	for path, want := range map[string]string{other: "old", filepath.Join(dir, "free"): "new"} {
		if text, err := os.ReadFile(path); err != nil || string(text) != want {
			t.Errorf("%s holds %q (%v)", path, text, err)
		}
	}
}
