package store

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gongkai/internal/report"
	"gongkai/internal/secret"
)

// kept is a database with a life, its options, and a backup of it.
func kept(t *testing.T, engine string) (db *DB, o Options, file string) {
	t.Helper()
	o = options(t, engine)
	db = openAt(t, o)
	lived(t, db)
	folder := filepath.Join(o.Dir, attachmentsDir, "ab")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "c1"), []byte("sealed scan"), 0o600); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "备份.tar.gz")
	if _, err := db.Backup(context.Background(), file); err != nil {
		t.Fatalf("backup: %v", err)
	}
	return db, o, file
}

// elsewhere is an empty place for a restore, with the same key.
func elsewhere(t *testing.T, engine, keyFile string) Options {
	t.Helper()
	o := options(t, engine)
	o.KeyFile = keyFile
	return o
}

// A table that grows names is one whose copy may hold more rows than were there when
// a backup began, never fewer: nothing may delete from it but verify's tests. (Who
// is struck out of a case while a backup is made must not make it fail.)
func TestTablesThatGrowLoseNoRows(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	deletes := regexp.MustCompile(`DELETE FROM ([a-z_]+)`)
	seen := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range deletes.FindAllStringSubmatch(string(text), -1) {
			if seen++; grows(m[1]) {
				t.Errorf("%s deletes from %s, which is said to grow alone", file, m[1])
			}
		}
	}
	if seen == 0 {
		t.Error("no statement was found: the test would see nothing")
	}
}

func TestBackupAndRestore(t *testing.T) {
	// What is restored elsewhere is the same to every row, verifies, and goes on
	// working.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			db, o, file := kept(t, engine)
			to := elsewhere(t, engine, o.KeyFile)
			info, err := Restore(ctx, file, to)
			if err != nil {
				t.Fatalf("restore: %v", err)
			}
			again := openAt(t, to)
			if a, b := snapshot(t, db), snapshot(t, again); a != b || info.Rows["cases"] != 43 {
				t.Errorf("the restored database differs: %d cases", info.Rows["cases"])
			}
			if found, _ := differences(t, again); len(found) > 0 {
				t.Errorf("verify after restore: %+v", found)
			}
			if text, err := os.ReadFile(filepath.Join(to.Dir, attachmentsDir, "ab", "c1")); err != nil || string(text) != "sealed scan" {
				t.Errorf("attachment: %q, %v", text, err)
			}
			spans, err := again.Agencies(ctx)
			if err != nil {
				t.Fatal(err)
			}
			create(t, again, spans[0].ID, record("2025-06-01"))
			left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".*"))
			if err != nil || len(left) > 0 {
				t.Errorf("the backup left %v (%v)", left, err)
			}
			if _, err := os.Stat(filepath.Join(to.Dir, "restore.new")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the restore left its working folder: %v", err)
			}
		})
	}
}

func TestBackupIsAnOrdinaryArchive(t *testing.T) {
	// Any tar can list it, and the key is not in it.
	_, o, file := kept(t, SQLite)
	out, err := exec.Command("tar", "-tzf", file).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "head.json\ngongkai.db\nattachments/ab/c1\nmanifest.json" {
		t.Errorf("tar says %s (%v)", out, err)
	}
	folder := t.TempDir()
	if out, err := exec.Command("tar", "-xzf", file, "-C", folder).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	key, err := os.ReadFile(o.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	master := strings.TrimPrefix(strings.Split(string(key), "\n")[2], "key: ")
	content, err := os.ReadFile(filepath.Join(folder, databaseName))
	if err != nil || strings.Contains(string(content), master) {
		t.Errorf("the key is in the backup (%v)", err)
	}
}

func TestRestoreRefusesAlteredArchives(t *testing.T) {
	// Any byte changed, added or cut off: refused with a sentence, nothing made.
	_, o, file := kept(t, SQLite)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var broken [][]byte
	step := max(1, len(whole)/150)
	for at := 0; at < len(whole); at++ {
		if at%step != 0 && at > 20 && at < len(whole)-20 {
			continue
		}
		b := append([]byte(nil), whole...)
		b[at] ^= 1
		broken = append(broken, b)
	}
	broken = append(broken, whole[:len(whole)-1], whole[:len(whole)/2], append(append([]byte(nil), whole...), 0), nil)
	to := elsewhere(t, SQLite, o.KeyFile)
	for i, b := range broken {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Restore(context.Background(), bad, to); !Is(err, Invalid) && !Is(err, Refused) {
			t.Errorf("altered archive %d: %v", i, err)
		}
		if _, err := os.Stat(filepath.Join(to.Dir, databaseName)); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("altered archive %d left a database", i)
		}
	}
	if _, err := Restore(context.Background(), file, to); err != nil {
		t.Errorf("the whole one after all the broken ones: %v", err)
	}
}

func TestRestoreRefusals(t *testing.T) {
	// The wrong key, none, a folder in use or with a database, another engine: a
	// sentence that says so, and nothing changed.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			db, o, file := kept(t, engine)
			to := elsewhere(t, engine, filepath.Join(t.TempDir(), "other.key"))
			refused := func(name string, o Options, says string) {
				t.Helper()
				_, err := Restore(ctx, file, o)
				if !Is(err, Refused) || !strings.Contains(err.Error(), says) {
					t.Errorf("%s: %v", name, err)
				}
			}
			refused("没有密钥", to, "找不到密钥文件")
			if _, err := secret.Create(to.KeyFile); err != nil {
				t.Fatal(err)
			}
			refused("另一把密钥", to, db.Key().ID())
			to.KeyFile = o.KeyFile
			lock, err := LockFolder(to.Dir, "serve")
			if err != nil {
				t.Fatal(err)
			}
			refused("正在使用的目录", to, "serve")
			if err := lock.Release(); err != nil {
				t.Fatal(err)
			}
			other := elsewhere(t, map[string]string{SQLite: Postgres, Postgres: SQLite}[engine], o.KeyFile)
			refused("另一种数据库", other, engine)
			if _, err := Restore(ctx, file, to); err != nil {
				t.Fatalf("into the empty place: %v", err)
			}
			if err := os.RemoveAll(filepath.Join(to.Dir, attachmentsDir)); err != nil {
				t.Fatal(err)
			}
			refused("已有数据库", to, "已有")
			if _, err := db.Backup(ctx, file); !Is(err, Invalid) {
				t.Errorf("over an existing file: %v", err)
			}
			if _, err := db.Backup(ctx, filepath.Join(t.TempDir(), "none", "x")); !Is(err, Invalid) {
				t.Errorf("into a folder that is not there: %v", err)
			}
		})
	}
}

func TestBackupBesideAWriter(t *testing.T) {
	// A backup taken while cases are written is a database of one moment: it
	// verifies.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			o := options(t, engine)
			db := openAt(t, o)
			id := agency(t, db)
			done := make(chan struct{})
			go func() {
				defer close(done)
				for range 40 {
					s := stamp("2025-03-03")
					create(t, db, id, record(s.Today.String()))
				}
			}()
			beside := o
			beside.ReadOnly = true
			file := filepath.Join(t.TempDir(), "b")
			if _, err := openAt(t, beside).Backup(ctx, file); err != nil {
				t.Fatalf("backup: %v", err)
			}
			<-done
			to := elsewhere(t, engine, o.KeyFile)
			if _, err := Restore(ctx, file, to); err != nil {
				t.Fatalf("restore: %v", err)
			}
			if found, _ := differences(t, openAt(t, to)); len(found) > 0 {
				t.Errorf("%+v", found)
			}
		})
	}
}

// A backup that an older program made (two agencies, three cases, before there were
// records of backups) is restored, taken forward, whole, and passes a drill.
func TestRestoreOfAnOlderProgram(t *testing.T) {
	ctx, file := context.Background(), filepath.Join("testdata", "backup-of-schema-21.tar.gz")
	key, err := os.ReadFile(filepath.Join("testdata", "backup-of-schema-21.key"))
	if err != nil {
		t.Fatal(err)
	}
	o := options(t, SQLite)
	if err := os.WriteFile(o.KeyFile, key, 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := Restore(ctx, file, o)
	if err != nil || info.Schema != 21 || info.Ends != nil {
		t.Fatalf("restored %+v: %v", info, err)
	}
	db := openAt(t, o)
	if len(db.Migrated()) == 0 {
		t.Error("it was not taken forward")
	}
	clean(t, db)
	ids := map[string]int64{}
	spans, err := db.Agencies(ctx)
	for _, a := range spans {
		ids[a.Code] = a.ID
	}
	table, errTable := db.Table(ctx, ids["shi"], 2025, false, report.FormatOf(2025))
	if err := errors.Join(err, errTable); err != nil || table.New[report.TotalColumn].N != 3 {
		t.Errorf("received %v, want 3 (%v)", table.New, err)
	}
	sha, err := db.CheckBackup(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := db.RestoreAside(ctx, file, filepath.Join(o.Dir, "drill.new"), sha, nil)
	if err != nil || !r.Passed() || r.Found.Cases != 3 || r.Said.Ends != (ChainEnds{}) {
		t.Errorf("the drill: %+v %v", r, err)
	}
}
