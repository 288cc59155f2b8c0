package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// ErrDamaged is what every refusal wraps that is owed to damage in the database.
var ErrDamaged = errors.New("the database is damaged")

// Damage is what was found wrong with the database: from then on this process
// writes nothing into it any more.
type Damage struct {
	At   time.Time // when it was found
	Said string    // what the engine says of it, for the log
}

// Damaged gives the damage that this process, or one before it, has found; nil
// while none is known.
//
// It is never taken back while the process runs, even if a later look passes: a
// failing disk reads right now and then, and pages read before may be wrong in
// memory. A start looks anew, at a file of any size, before anything is written.
func (db *DB) Damaged() *Damage { return db.damage.Load() }

// writer gives the pool that may write. It is the one door to it: whatever is
// written passes here, and damage closes it.
func (db *DB) writer() (*sqlx.DB, error) {
	if d := db.Damaged(); d != nil {
		return nil, &Error{Kind: Refused, Message: d.sentence(), Err: ErrDamaged}
	}
	if db.write == nil {
		return nil, Fail(Refused, "数据库以只读方式打开，不能写入。")
	}
	return db.write, nil
}

func (d *Damage) sentence() string {
	at := d.At.In(time.FixedZone("CST", 8*60*60)).Format("1月2日15:04")
	return fmt.Sprintf("数据库文件已损坏（%s发现）：刚才的内容没有保存，也不再接受任何写入，以免损失更多；请系统管理员用 gongkai restore 恢复最近一份备份，步骤见“系统管理 › 备份与恢复演练”和使用手册“数据库损坏”。", at)
}

// told words an error of the engine, and remembers it if it tells of damage.
func (db *DB) told(err error) error {
	var lite sqlite3.Error
	if errors.As(err, &lite) && (lite.Code == sqlite3.ErrCorrupt || lite.Code == sqlite3.ErrNotADB) {
		db.remember(err.Error())
	}
	return damaged(err)
}

// remember closes the door to writing, and leaves a mark beside the file so that
// the next start looks at all of it.
func (db *DB) remember(said string) {
	d := &Damage{At: db.clock(), Said: said}
	if !db.damage.CompareAndSwap(nil, d) || db.path == "" {
		return
	}
	// Where the disk does not even take the mark, the process knows all the same.
	_ = os.WriteFile(db.damageMark(), []byte(d.At.UTC().Format(time.RFC3339)+"\n"+said+"\n"), 0o600)
}

// damageMark stands beside a database in which damage was found.
func (db *DB) damageMark() string { return db.path + ".damaged" }

// foundBefore gives what the mark says, nil if there is none.
func (db *DB) foundBefore() *Damage {
	text, err := os.ReadFile(db.damageMark())
	if db.path == "" || err != nil {
		return nil
	}
	at, said, _ := strings.Cut(string(text), "\n")
	d := &Damage{Said: strings.TrimSpace(said)}
	if d.At, err = time.Parse(time.RFC3339, at); err != nil {
		d.At = db.clock() // cut short
	}
	return d
}

const smallFile = 512 << 20

// checkAtStart looks over a SQLite file that is small, or in which damage was
// found before; if nothing is wrong any more, that is forgotten.
func (db *DB) checkAtStart(ctx context.Context) error {
	info, err := os.Stat(db.path)
	if db.engine.name != SQLite || err != nil || info.Size() > smallFile && db.foundBefore() == nil {
		return nil // no file yet, or too much of it
	}
	if err := db.quickCheck(ctx, db.write); err != nil {
		return err
	}
	if err := os.Remove(db.damageMark()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the damage: %w", err)
	}
	return nil
}

// QuickCheck looks over the whole SQLite file for damage, some seconds for each
// gigabyte, while others write, through a connection of its own: others hold pages
// in memory from before the damage. Damage is an error of kind Refused and stays known:
// see Damaged. PostgreSQL has no such look; nothing is done there.
func (db *DB) QuickCheck(ctx context.Context) error {
	if db.engine.name != SQLite {
		return nil
	}
	pool := openSQLiteCopy(db.path)
	defer pool.Close()
	return db.quickCheck(ctx, pool)
}

func (db *DB) quickCheck(ctx context.Context, pool *sqlx.DB) error {
	var first string
	if err := pool.GetContext(ctx, &first, "PRAGMA quick_check(1)"); err != nil {
		return db.told(err)
	}
	if first != "ok" {
		db.remember(first)
		return corrupt(errors.New(first))
	}
	return nil
}

// startDamaged opens a damaged file to be read: what can't be read fails by itself.
func (db *DB) startDamaged(ctx context.Context, keyFile string, known []migration, found error) error {
	if err := db.checkSchema(ctx, known); err != nil {
		return found
	}
	return damaged(db.openKey(ctx, keyFile))
}
