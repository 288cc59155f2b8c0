package app

import (
	"context"
	"errors"
	"fmt"
	"os"

	"gongkai/internal/calendar"
	"gongkai/internal/config"
	"gongkai/internal/store"
)

// openDB opens the database that the settings lead to. Reading commands work
// beside a running server; writing ones take the folder, under the name of
// their purpose.
func (env *Env) openDB(ctx context.Context, readOnly bool, purpose string) (*store.DB, error) {
	cfg, err := env.Config()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, env.storeOptions(cfg, readOnly, purpose))
}

// openToServe opens the database for the pages: a damaged one too, to be read.
func (env *Env) openToServe(ctx context.Context, cfg config.Config, purpose string) (*store.DB, error) {
	o := env.storeOptions(cfg, false, purpose)
	o.Damaged = true
	db, err := store.Open(ctx, o)
	if err == nil && db.Damaged() != nil {
		fmt.Fprintln(env.Stderr, "数据库文件已损坏：只供查询，不接受任何登记。请用 gongkai restore 恢复最近一份备份，步骤见使用手册“数据库损坏”。")
	}
	return db, err
}

func (env *Env) storeOptions(cfg config.Config, readOnly bool, purpose string) store.Options {
	return store.Options{Driver: cfg.Database.Driver, DSN: cfg.DatabaseDSN(), Dir: cfg.Data.Dir,
		KeyFile: cfg.KeyFile(), ReadOnly: readOnly, Purpose: purpose, Clock: env.Now}
}

// book gives the working-day notices of the database if there is one, else the
// built-in ones. It makes no folder.
func (env *Env) book(ctx context.Context) (*calendar.Book, error) {
	cfg, err := env.Config()
	if err != nil {
		return nil, err
	}
	if cfg.Database.Driver == config.SQLite {
		if _, err := os.Stat(cfg.DatabaseDSN()); errors.Is(err, os.ErrNotExist) {
			return calendar.Builtin(), nil
		}
	}
	db, err := store.Open(ctx, env.storeOptions(cfg, true, "read"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return db.Book(ctx)
}

// failed reports an error by its kind: what the user can mend gives ExitWrong,
// the rest ExitBroken.
func (env *Env) failed(err error) int {
	var e *store.Error
	if errors.As(err, &e) {
		return env.Wrong(e)
	}
	return env.Broken(err)
}
