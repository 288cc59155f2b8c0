package app

import (
	"context"
	"errors"
	"fmt"
	"os"

	"gongkai/internal/config"
	"gongkai/internal/store"
)

func migrateCommand() command {
	return command{name: "migrate", does: "把旧版本的数据库升级到本程序的结构",
		help: "只升不降，每一步要么完成、要么不动；升级前请先备份。serve 启动时也会自动升级。\n" +
			"数据库由更新的程序建立时拒绝。",
		example: "gongkai migrate",
		run:     migrateRun}
}

func migrateRun(ctx context.Context, env *Env, args []string) int {
	if len(args) > 0 {
		return env.Wrong(fmt.Errorf("migrate 不带“%s”；用法：gongkai migrate", args[0]))
	}
	cfg, err := env.Config()
	if err != nil {
		return env.Wrong(err)
	}
	if cfg.Database.Driver == config.SQLite {
		if _, err := os.Stat(cfg.DatabaseDSN()); errors.Is(err, os.ErrNotExist) {
			return env.Wrong(fmt.Errorf("没有数据库 %s，不需要升级", cfg.DatabaseDSN()))
		}
	}
	db, err := store.Open(ctx, env.storeOptions(cfg, false, "migrate"))
	if err != nil {
		return env.failed(err)
	}
	steps := db.Migrated()
	if err := db.Close(); err != nil {
		return env.Broken(err)
	}
	for _, step := range steps {
		fmt.Fprintf(env.Stdout, "已升级：%s\n", step)
	}
	if len(steps) == 0 {
		fmt.Fprintln(env.Stdout, "数据库已是最新结构，没有要升级的。")
	}
	return ExitDone
}
