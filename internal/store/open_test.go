package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"gongkai"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

func TestOpen(t *testing.T) {
	// A database opens again with its own key, and with no other or none.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			o := options(t, engine)
			db := openAt(t, o)
			id := agency(t, db)
			create(t, db, id, record("2025-03-03"))
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			db = openAt(t, o)
			if n := count(t, db, "SELECT COUNT(*) FROM cases"); n != 1 {
				t.Fatalf("%d cases after opening again", n)
			}
			db.Close()
			kept := o.KeyFile + ".kept"
			if err := os.Rename(o.KeyFile, kept); err != nil {
				t.Fatal(err)
			}
			refused(t, o, "找不到密钥文件")
			if _, err := os.Stat(o.KeyFile); err == nil {
				t.Fatal("a key was made for an existing database")
			}
			if _, err := secret.Create(o.KeyFile); err != nil {
				t.Fatal(err)
			}
			refused(t, o, "不是这个数据库的")
		})
	}
}

func refused(t *testing.T, o Options, want string) {
	t.Helper()
	db, err := Open(context.Background(), o)
	if err == nil {
		db.Close()
		t.Fatalf("opened; want refusal with %q", want)
	}
	if !Is(err, Refused) || !strings.Contains(err.Error(), want) {
		t.Fatalf("error %q, want refusal with %q", err, want)
	}
}

func TestFolderLock(t *testing.T) {
	// A second writer is refused and told who holds the folder; a reader is not,
	// sees what is committed, and can't write.
	o := options(t, SQLite)
	db := openAt(t, o)
	id := agency(t, db)
	create(t, db, id, record("2025-03-03"))
	_, err := Open(context.Background(), o)
	var holder *InUse
	if !errors.As(err, &holder) || holder.PID != os.Getpid() || holder.Purpose != "test" {
		t.Fatalf("second writer: %v", err)
	}
	o.ReadOnly = true
	reader := openAt(t, o)
	if n := count(t, reader, "SELECT COUNT(*) FROM cases"); n != 1 {
		t.Fatalf("the reader sees %d cases", n)
	}
	if err := reader.Create(context.Background(), stamp("2025-03-03"), &cases.Case{}); !Is(err, Refused) {
		t.Fatalf("the reader writes: %v", err)
	}
	if _, err := reader.read.Exec("DELETE FROM cases"); err == nil {
		t.Fatal("the reading pool can delete")
	}
}

func TestReadOnlyMakesNothing(t *testing.T) {
	// A reading command beside no database leaves no folder behind.
	o := options(t, SQLite)
	o.ReadOnly = true
	if _, err := Open(context.Background(), o); !Is(err, NotFound) {
		t.Fatalf("error %v, want NotFound", err)
	}
	if _, err := os.Stat(o.Dir); err == nil {
		t.Fatal("the data folder was made")
	}
}

func TestReadOnlyAlone(t *testing.T) {
	// A reading command opens a database that no server has open.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			o := options(t, engine)
			db := openAt(t, o)
			id := agency(t, db)
			create(t, db, id, record("2025-03-03"))
			db.Close()
			o.ReadOnly = true
			reader := openAt(t, o)
			if n := count(t, reader, "SELECT COUNT(*) FROM cases"); n != 1 {
				t.Fatalf("%d cases", n)
			}
			if _, err := reader.read.Exec("DELETE FROM case_texts"); err == nil {
				t.Fatal("the reading pool can delete")
			}
		})
	}
}

func TestDamagedFile(t *testing.T) {
	// A file with garbage in the middle is refused at start.
	o := options(t, SQLite)
	db := openAt(t, o)
	id := agency(t, db)
	for range 50 {
		create(t, db, id, record("2025-03-03"))
	}
	path := db.path
	db.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := f.Stat()
	if _, err := f.WriteAt([]byte(strings.Repeat("垃圾", 1000)), info.Size()/2/4096*4096); err != nil {
		t.Fatal(err)
	}
	f.Close()
	refused(t, o, "损坏")
}

func TestFileIsPrivate(t *testing.T) {
	// Nobody but its owner reads the database, nor what SQLite keeps beside it.
	o := options(t, SQLite)
	db := openAt(t, o)
	create(t, db, agency(t, db), record("2025-03-03"))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(o.Dir + "/gongkai.db" + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", suffix, info, err)
		}
	}
}

func TestForeignDatabase(t *testing.T) {
	// A database with somebody else's tables is not filled with ours.
	o := options(t, Postgres)
	other, err := openPostgres(o.DSN, false)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Exec("CREATE TABLE theirs (x TEXT)"); err != nil {
		t.Fatal(err)
	}
	refused(t, o, "不是本系统的数据库")
}

func TestMigrations(t *testing.T) {
	// The first release's schema with every migration since is schema.sql.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			fresh := openAt(t, options(t, engine))
			known, err := readMigrations(migrationFiles)
			if err != nil {
				t.Fatal(err)
			}
			old := bare0(t, engine)
			for i, m := range known {
				if err := old.raw(context.Background(), func(x *tx) error { return x.run(m.text, i == len(known)-1) }); err != nil {
					t.Fatalf("%s: %v", m.name, err)
				}
			}
			if d := cmp.Diff(structure(t, fresh), structure(t, old)); d != "" {
				t.Fatalf("schema.sql (-) differs from the migrations (+); before the first release copy schema.sql over migrations/0001, later write a new migration:\n%s", d)
			}
		})
	}
}

// bare0 opens an empty database without laying anything out.
func bare0(t *testing.T, engine string) *DB {
	t.Helper()
	db, err := connect(options(t, engine))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// structure lists columns and indexes as the engine knows them.
func structure(t *testing.T, db *DB) []string {
	t.Helper()
	query := "SELECT type || ' ' || name || ': ' || COALESCE(sql, '') FROM sqlite_master ORDER BY 1"
	if db.engine.name == Postgres {
		query = `SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '') || ' ' || is_identity
			FROM information_schema.columns WHERE table_schema = 'public'
			UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
			UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
			UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1`
	}
	var out []string
	if err := db.write.Select(&out, query); err != nil {
		t.Fatal(err)
	}
	// SQLite keeps the text as it was written: comments and blanks say nothing.
	for i := range out {
		out[i] = strings.Join(strings.Fields(sqlComment.ReplaceAllString(out[i], "")), " ")
		out[i] = strings.NewReplacer("( ", "(", " )", ")", " ,", ",").Replace(out[i])
	}
	slices.Sort(out)
	return out
}

var sqlComment = regexp.MustCompile(`--[^\n]*`)

func TestMigrateForward(t *testing.T) {
	// An older database goes forward step by step and keeps its data; a step that
	// fails leaves it as it was; a newer or foreign one is refused in words.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			db := openAt(t, options(t, engine))
			id := agency(t, db)
			create(t, db, id, record("2025-03-03"))
			known, _ := readMigrations(migrationFiles)
			step := func(text string) []migration {
				files := fstest.MapFS{fmt.Sprintf("migrations/%04d_next.sql", len(known)+1): {Data: []byte(text)}}
				for _, m := range known {
					files["migrations/"+m.name+".sql"] = &fstest.MapFile{Data: []byte(m.text)}
				}
				more, err := readMigrations(files)
				if err != nil {
					t.Fatal(err)
				}
				return more
			}
			if _, err := db.migrate(context.Background(), step("CREATE TABLE extra (x {{id}}); INSERT INTO nowhere VALUES (1);")); err == nil {
				t.Fatal("a failing step passed")
			}
			if _, err := db.write.Exec("SELECT * FROM extra"); err == nil {
				t.Fatal("half a step stayed")
			}
			next := step("CREATE TABLE extra (x {{id}}, y TEXT); INSERT INTO extra (y) SELECT number FROM cases;")
			names, err := db.migrate(context.Background(), next)
			if err != nil || len(names) != 1 {
				t.Fatalf("migrate: %v %v", names, err)
			}
			if n := count(t, db, "SELECT COUNT(*) FROM extra"); n != 1 {
				t.Fatalf("%d lines moved", n)
			}
			if names, err := db.migrate(context.Background(), next); err != nil || names != nil {
				t.Fatalf("a second time: %v %v", names, err)
			}
			if _, err := db.migrate(context.Background(), known); !Is(err, Refused) || !strings.Contains(err.Error(), "更新版本") {
				t.Fatalf("newer database: %v", err)
			}
			if _, err := db.migrate(context.Background(), step("CREATE TABLE another (x {{id}})")); !Is(err, Refused) {
				t.Fatalf("changed migration: %v", err)
			}
		})
	}
}

func TestSchemaSpeaksBothEngines(t *testing.T) {
	// schema.sql uses no words of one engine.
	for _, word := range []string{"SERIAL", "AUTOINCREMENT", "JSONB", "ILIKE", "::", "WITHOUT ROWID", "TIMESTAMP"} {
		if strings.Contains(strings.ToUpper(gongkai.Schema), word) {
			t.Errorf("schema.sql contains %s", word)
		}
	}
}

func TestAppendOnly(t *testing.T) {
	// The record can't be changed or emptied with SQL, replaced rows included.
	eachEngine(t, func(t *testing.T, db *DB) {
		create(t, db, agency(t, db), record("2025-03-03"))
		if err := db.Anchor(context.Background(), stamp("2025-03-03")); err != nil {
			t.Fatal(err)
		}
		statements := []string{"UPDATE events SET kind = 'x'", "DELETE FROM events", "UPDATE audit SET act = 'x'", "DELETE FROM audit",
			"UPDATE anchors SET chains = 0", "DELETE FROM anchors"}
		if db.engine.name == Postgres {
			statements = append(statements, "TRUNCATE events", "TRUNCATE audit", "TRUNCATE anchors")
		} else {
			statements = append(statements, "INSERT OR REPLACE INTO events SELECT * FROM events", "INSERT OR REPLACE INTO audit SELECT * FROM audit")
		}
		for _, q := range statements {
			if _, err := db.write.Exec(q); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", q, err)
			}
		}
	})
}

func TestPragmasAreAsserted(t *testing.T) {
	// A connection without our durability is refused.
	db := openSQLite(t.TempDir()+"/x.db", true)
	defer db.Close()
	var level int
	if err := db.Get(&level, "PRAGMA synchronous"); err != nil || level != 2 {
		t.Fatalf("synchronous = %d, %v", level, err)
	}
}
