package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	"gongkai/internal/calendar"
	"gongkai/internal/secret"
)

// tx is a writing transaction: SQL with ? for both engines, the calendar as
// adopted when it began, and the hashers, which one goroutine may use at a time.
type tx struct {
	*sqlx.Tx
	ctx  context.Context
	db   *DB
	book *calendar.Book
	hash hashers

	local map[int64][]localRow     // the local days that are set, by agency; nil: not read yet
	books map[int64]*calendar.Book // of the agencies met so far
	stmts map[string]*sqlx.Stmt    // by text; they end with the transaction
}

// hashers are the keyed hashes of the tables.
type hashers struct {
	event, text, person, audit, head, anchor *secret.MAC
	fingerprint, source                      *secret.MAC
	buf                                      []byte
}

func newHashers(k *secret.Key) hashers {
	return hashers{event: k.ChainMAC("event"), text: k.ChainMAC("case text"), person: k.ChainMAC("applicant"),
		audit: k.ChainMAC("audit"), head: k.ChainMAC("audit head"), anchor: k.ChainMAC("anchor"),
		fingerprint: k.IndexMAC("ledger row"), source: k.IndexMAC("ledger source")}
}

// raw runs a function in a writing transaction: committed if it returns nil,
// else rolled back whole.
func (db *DB) raw(ctx context.Context, do func(*tx) error) (err error) {
	pool, err := db.writer()
	if err != nil {
		return err
	}
	t, err := pool.BeginTxx(ctx, nil)
	if err != nil {
		return db.told(fmt.Errorf("begin: %w", err))
	}
	committed := false
	defer func() {
		if !committed {
			// Its error says nothing that the first one doesn't; a panic passes through.
			_ = t.Rollback()
		}
	}()
	if err := do(&tx{Tx: t, ctx: ctx, db: db}); err != nil {
		if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
			// The driver names the statement that died of it, not why.
			err = fmt.Errorf("%w: %v", ctx.Err(), err)
		}
		return db.told(err)
	}
	if err := t.Commit(); err != nil {
		return db.told(fmt.Errorf("commit: %w", err))
	}
	committed = true
	return nil
}

// inTx is raw for cases: with calendar and hashers. Reading the notices first
// keeps a notice from being adopted until the transaction ends.
func (db *DB) inTx(ctx context.Context, do func(*tx) error) error {
	return db.raw(ctx, func(t *tx) (err error) {
		if t.book, err = db.bookIn(t); err != nil {
			return err
		}
		t.hash = newHashers(db.key)
		return do(t)
	})
}

// look runs a function on one consistent picture of the database, for reading.
func (db *DB) look(ctx context.Context, do func(*tx) error) error {
	t, err := db.read.BeginTxx(ctx, &sql.TxOptions{Isolation: db.engine.snapshot, ReadOnly: true})
	if err != nil {
		return db.told(fmt.Errorf("begin reading: %w", err))
	}
	defer func() { _ = t.Rollback() }() // nothing was written: there is nothing to lose
	return db.told(do(&tx{Tx: t, ctx: ctx, db: db, hash: newHashers(db.key)}))
}

// Exec runs a statement.
func (t *tx) Exec(query string, args ...any) (sql.Result, error) {
	return t.Tx.ExecContext(t.ctx, t.Rebind(query), args...)
}

// Get reads one row; none is sql.ErrNoRows.
func (t *tx) Get(dest any, query string, args ...any) error {
	return t.Tx.GetContext(t.ctx, dest, t.Rebind(query), args...)
}

// Select reads all rows.
func (t *tx) Select(dest any, query string, args ...any) error {
	return t.Tx.SelectContext(t.ctx, dest, t.Rebind(query), args...)
}

// SelectIn is Select for a query with one list, written (?), among its arguments.
func (t *tx) SelectIn(dest any, query string, args ...any) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return err
	}
	return t.Select(dest, query, args...)
}

// damaged puts a sentence to errors of the engine that an administrator, not a
// programmer, has to deal with.
func damaged(err error) error {
	var lite sqlite3.Error
	if errors.As(err, &lite) {
		switch lite.Code {
		case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
			return corrupt(err)
		case sqlite3.ErrFull:
			return &Error{Kind: Refused, Message: "磁盘已满，刚才的内容没有保存；请腾出空间后再提交。", Err: err}
		case sqlite3.ErrReadonly, sqlite3.ErrCantOpen:
			return &Error{Kind: Refused, Message: "数据库文件打不开或不可写；请检查数据目录的权限和磁盘。", Err: err}
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			return &Error{Kind: Conflict, Message: "数据库正忙，刚才的内容没有保存；请稍后再试。", Err: err}
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "53100":
			return &Error{Kind: Refused, Message: "数据库服务器磁盘已满，刚才的内容没有保存；请腾出空间后再提交。", Err: err}
		case "25006":
			return &Error{Kind: Refused, Message: "数据库以只读方式打开，不能写入。", Err: err}
		case "40P01", "40001":
			return &Error{Kind: Conflict, Message: "与他人的操作相撞，刚才的内容没有保存；请再试一次。", Err: err}
		}
	}
	return err
}

func corrupt(err error) error {
	return &Error{Kind: Refused, Message: "数据库文件已损坏，为免扩大损失已停止使用；请用 gongkai restore 从备份恢复。", Err: errors.Join(ErrDamaged, err)}
}

// duplicate reports whether a statement broke a unique index.
func duplicate(err error) bool {
	var lite sqlite3.Error
	if errors.As(err, &lite) {
		return lite.ExtendedCode == sqlite3.ErrConstraintUnique || lite.ExtendedCode == sqlite3.ErrConstraintPrimaryKey
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}
