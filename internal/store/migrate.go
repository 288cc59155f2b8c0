package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"gongkai"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one numbered step of the schema, never changed after release.
type migration struct {
	version  int64
	name     string
	text     string
	checksum string
}

// readMigrations lists the steps NNNN_name.sql in their order; a gap is an error.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []migration
	for i, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		base := strings.TrimSuffix(path.Base(name), ".sql")
		number, _, _ := strings.Cut(base, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil || version != int64(i+1) {
			return nil, fmt.Errorf("migration %s is out of order: expected number %d", name, i+1)
		}
		sum := sha256.Sum256(text)
		out = append(out, migration{version, base, string(text), hex.EncodeToString(sum[:])})
	}
	return out, nil
}

// applied is a line of schema_migrations.
type applied struct {
	Version  int64  `db:"version"`
	Checksum string `db:"checksum"`
}

// pending compares what the database has been through with what the program
// knows, and gives what is left to do.
func pending(done []applied, known []migration) ([]migration, error) {
	if len(done) > len(known) {
		return nil, Fail(Refused, "数据库由更新版本的程序建立（结构版本 %d，本程序只到 %d）；请改用那个版本或更新的程序。", len(done), len(known))
	}
	for i, d := range done {
		if d.Checksum != known[i].checksum {
			return nil, Fail(Refused, "数据库的结构版本 %d 与本程序的不同（可能由测试版程序建立）；请改用建立它的程序，或从备份恢复。", d.Version)
		}
	}
	return known[len(done):], nil
}

// migrate makes the schema of a new database from schema.sql, or takes an old
// one forward step by step, each in a transaction of its own. It gives the names
// of the steps taken.
func (db *DB) migrate(ctx context.Context, known []migration) ([]string, error) {
	if fresh, err := db.makeSchema(ctx, known); err != nil || fresh {
		return nil, err
	}
	var names []string
	for {
		name, err := db.migrateStep(ctx, known)
		if err != nil || name == "" {
			return names, err
		}
		names = append(names, name)
	}
}

// makeSchema lays out an empty database; it reports whether it was empty.
func (db *DB) makeSchema(ctx context.Context, known []migration) (fresh bool, err error) {
	err = db.raw(ctx, func(t *tx) error {
		if err := t.lockSchema(); err != nil {
			return err
		}
		exists, err := t.schemaExists()
		if err != nil || exists {
			return err
		}
		fresh = true
		if err := t.run(gongkai.Schema, true); err != nil {
			return fmt.Errorf("lay out the schema: %w", err)
		}
		for _, m := range known {
			if err := t.markApplied(m); err != nil {
				return err
			}
		}
		// Of the key only its name, which reveals nothing: a wrong one is refused.
		_, err = t.Exec("INSERT INTO meta (key, value) VALUES ('key_check', ?), ('made_at', ?)",
			db.key.ID(), strconv.FormatInt(db.now(), 10))
		return err
	})
	return fresh, err
}

// migrateStep takes the database one step forward; "" if it is up to date.
func (db *DB) migrateStep(ctx context.Context, known []migration) (name string, err error) {
	err = db.raw(ctx, func(t *tx) error {
		if err := t.lockSchema(); err != nil {
			return err
		}
		var done []applied
		if err := t.Select(&done, "SELECT version, checksum FROM schema_migrations ORDER BY version"); err != nil {
			return err
		}
		left, err := pending(done, known)
		if err != nil || len(left) == 0 {
			return err
		}
		name = left[0].name
		if err := t.run(left[0].text, len(left) == 1); err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
		return t.markApplied(left[0])
	})
	return name, err
}

// checkSchema is what a reading command does instead of migrating.
func (db *DB) checkSchema(ctx context.Context, known []migration) error {
	var done []applied
	if err := db.read.SelectContext(ctx, &done, "SELECT version, checksum FROM schema_migrations ORDER BY version"); err != nil {
		return fmt.Errorf("read the schema version: %w", err)
	}
	left, err := pending(done, known)
	if err == nil && len(left) > 0 {
		return Fail(Refused, "数据库的结构还是旧版本；请先运行 gongkai migrate（或启动新版的 gongkai serve）。")
	}
	return err
}

func (t *tx) lockSchema() error {
	if t.db.engine.lockSchema == "" {
		return nil
	}
	_, err := t.Exec(t.db.engine.lockSchema)
	return err
}

// schemaExists reports whether our tables are there. Other people's tables are
// refused: a typing error in a DSN must not fill a foreign database.
func (t *tx) schemaExists() (bool, error) {
	var ours, any int
	if err := t.Get(&ours, t.db.engine.hasSchema); err != nil {
		return false, fmt.Errorf("look for the schema: %w", err)
	}
	if ours > 0 {
		return true, nil
	}
	if err := t.Get(&any, t.db.engine.foreign); err != nil {
		return false, fmt.Errorf("look for tables: %w", err)
	}
	if any > 0 {
		return false, Fail(Refused, "这个数据库里已有别的内容，不是本系统的数据库；请换一个空的。")
	}
	return false, nil
}

// run executes a text of many statements and after the last one of all (re)makes
// the triggers, which are written so that making them twice does no harm; before,
// tables that they guard may not be there yet.
func (t *tx) run(text string, last bool) error {
	if _, err := t.Tx.ExecContext(t.ctx, strings.ReplaceAll(text, "{{id}}", t.db.engine.id)); err != nil {
		return err
	}
	if !last {
		return nil
	}
	if _, err := t.Tx.ExecContext(t.ctx, t.db.engine.triggers); err != nil {
		return fmt.Errorf("make the triggers: %w", err)
	}
	return nil
}

func (t *tx) markApplied(m migration) error {
	_, err := t.Exec("INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
		m.version, m.name, m.checksum, t.db.now())
	return err
}
