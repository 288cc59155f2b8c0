package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"gongkai/internal/calendar"
	"gongkai/internal/secret"
)

// Options says which database to open, and how.
type Options struct {
	Driver   string // SQLite (the default) or Postgres
	DSN      string // SQLite: the file, default Dir/gongkai.db; PostgreSQL: the connection string
	Dir      string // the data folder
	KeyFile  string // made with a new database; must be there for an old one
	ReadOnly bool   // for commands that work beside a running server: no lock, no writes
	Damaged  bool   // for the pages: a damaged file is opened too, and nothing is written (DB.Damaged)
	Purpose  string // the subcommand, for the process that finds the folder in use
	Clock    func() time.Time
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine   engine
	path     string // SQLite: the file
	dir      string
	write    *sqlx.DB // nil if read-only
	read     *sqlx.DB
	key      *secret.Key
	keyFile  string
	clock    func() time.Time
	lock     *FolderLock
	migrated []string

	base *calendar.Book // only in tests: the notices of another time

	bookMu   sync.Mutex
	book     *calendar.Book
	bookSeen string // which notices book was made from

	purgeMu  sync.Mutex
	purgeEnd purgeList // where this process left the purge list

	untidy atomic.Int64 // cases indexed since the engine last looked at the index

	trees  treeCache
	locals localBooks

	damage   atomic.Pointer[Damage]
	hushedMu sync.Mutex
	hushed   *hushed // what signing in needs while nothing can be written
}

// Open opens a database, making it and its key if both are new, and takes an
// older one forward. It refuses, with a sentence and kind Refused: a folder in
// use by another writer, a database newer than the program or not ours, a
// missing or wrong key, a damaged file, and a server that could lose
// acknowledged writes. ReadOnly opens an existing database beside a running
// server; it makes nothing.
//
// The SQLite file is looked over (quick_check) if it is under 512 MiB or was found
// damaged before; for larger ones QuickCheck is the caller's to run, in the
// background.
func Open(ctx context.Context, o Options) (*DB, error) {
	db, err := connect(o)
	if err != nil {
		return nil, err
	}
	if err := db.start(ctx, o); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// connect takes the lock and makes the pools; nothing is asked of them yet.
func connect(o Options) (*DB, error) {
	e, err := engineOf(o.Driver)
	if err != nil {
		return nil, err
	}
	db := &DB{engine: e, dir: o.Dir, keyFile: o.KeyFile, clock: o.Clock}
	if db.clock == nil {
		db.clock = time.Now
	}
	if e.name == Postgres {
		db.read, err = openPostgres(o.DSN, o.ReadOnly)
		if err == nil && !o.ReadOnly {
			db.write = db.read
		}
		return db, err
	}
	return db, db.connectSQLite(o)
}

func (db *DB) connectSQLite(o Options) (err error) {
	file := o.DSN
	if file == "" {
		file = filepath.Join(o.Dir, "gongkai.db")
	}
	if db.path, err = filepath.Abs(file); err != nil {
		return fmt.Errorf("find the database file: %w", err)
	}
	if o.ReadOnly {
		if _, err := os.Stat(db.path); err != nil {
			return &Error{Kind: NotFound, Message: fmt.Sprintf("没有数据库 %s；请先运行 gongkai serve、gongkai demo 或 gongkai import agencies。", file), Err: err}
		}
	} else {
		dir := o.Dir
		if dir == "" {
			dir = filepath.Dir(db.path)
		}
		if db.lock, err = LockFolder(dir, o.Purpose); err != nil {
			return err
		}
		if err := private(db.path); err != nil {
			return err
		}
		db.write = openSQLite(db.path, true)
	}
	db.read = openSQLite(db.path, false)
	return nil
}

// private makes the file for its owner alone; SQLite gives what it keeps beside it
// the same rights.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Close())
	}
	if err != nil {
		return &Error{Kind: Refused, Message: "数据库文件打不开或不可写；请检查数据目录的权限和磁盘。", Err: err}
	}
	return nil
}

// start checks and prepares what connect has opened.
func (db *DB) start(ctx context.Context, o Options) error {
	known, err := readMigrations(migrationFiles)
	if err != nil {
		return err
	}
	if db.engine.name == Postgres {
		if err := db.read.PingContext(ctx); err != nil {
			return &Error{Kind: Refused, Message: "连不上 PostgreSQL 数据库；请检查 dsn、网络和服务是否在运行。", Err: err}
		}
		if err := assertPostgres(ctx, db.read); err != nil {
			return err
		}
	}
	if db.write == nil {
		if err := db.checkSchema(ctx, known); err != nil {
			return damaged(err)
		}
		db.damage.Store(db.foundBefore())
		return db.openKey(ctx, o.KeyFile)
	}
	return db.startWriting(ctx, o, known)
}

func (db *DB) startWriting(ctx context.Context, o Options, known []migration) (err error) {
	if err = db.checkAtStart(ctx); err != nil {
		if o.Damaged && db.Damaged() != nil {
			return db.startDamaged(ctx, o.KeyFile, known, err)
		}
		return err
	}
	// The key comes first: a database must never exist without one.
	if err = db.prepareKey(ctx, o.KeyFile); err != nil {
		return damaged(err)
	}
	if db.migrated, err = db.migrate(ctx, known); err != nil {
		return damaged(err)
	}
	if db.engine.name == SQLite {
		// Who holds the folder is alone: the lease of a process that died is void.
		if _, err = db.write.ExecContext(ctx, "UPDATE leases SET until_at = 0"); err != nil {
			return damaged(err)
		}
	}
	if _, err = db.applyPurgeList(ctx); err != nil {
		return damaged(fmt.Errorf("destroy again what is on the purge list: %w", err))
	}
	return nil
}

// prepareKey loads the key, and makes it only for a database that is new.
func (db *DB) prepareKey(ctx context.Context, file string) error {
	var ours int
	if err := db.write.GetContext(ctx, &ours, db.engine.hasSchema); err != nil {
		return fmt.Errorf("look for the schema: %w", err)
	}
	if ours > 0 {
		return db.openKey(ctx, file)
	}
	key, _, err := secret.LoadOrCreate(file)
	if err != nil {
		return &Error{Kind: Refused, Message: err.Error(), Err: err}
	}
	db.key = key
	return nil
}

// openKey loads the key of an existing database and refuses another one's.
func (db *DB) openKey(ctx context.Context, file string) error {
	key, err := secret.Load(file)
	if err != nil {
		return &Error{Kind: Refused, Message: err.Error(), Err: err}
	}
	var id string
	err = db.read.GetContext(ctx, &id, "SELECT value FROM meta WHERE key = 'key_check'")
	if err != nil {
		return fmt.Errorf("read the key's name: %w", err)
	}
	if id != key.ID() {
		return Fail(Refused, "密钥文件 %s 不是这个数据库的：数据库用的是密钥 %s，文件里是 %s。请放回原来的密钥文件，或用 gongkai key import 从保管的副本恢复。", file, id, key.ID())
	}
	db.key = key
	return nil
}

// Close ends all use of the database and gives its folder free.
func (db *DB) Close() error {
	var errs []error
	if db.read != nil {
		errs = append(errs, db.read.Close())
	}
	if db.write != nil && db.write != db.read {
		errs = append(errs, db.write.Close())
	}
	return errors.Join(append(errs, db.lock.Release())...)
}

// Migrated lists the migrations that this Open has carried out.
func (db *DB) Migrated() []string { return db.migrated }

// Engine gives SQLite or Postgres.
func (db *DB) Engine() string { return db.engine.name }

// Key gives the installation's key, for what is sealed or signed elsewhere.
func (db *DB) Key() *secret.Key { return db.key }

// now is the instant of the injected clock, in microseconds UTC.
func (db *DB) now() int64 { return db.clock().UnixMicro() }

// Ping asks the database for a sign of life, for /healthz.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.read.GetContext(ctx, &one, "SELECT 1")
}
