package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gongkai/internal/config"
)

func demoCommand() command {
	return command{name: "demo", args: "[--addr 127.0.0.1:8080] [--load-only]", does: "建立演示数据库并打开网页",
		help: `在数据目录里建立一个内置数据库：福州市公布的2019年度办理情况，以及以今天为准的一批在办、已办件。
除机关名称和公布的总数外，人名、单位、证件号码和内容都是虚构的，并注明“演示”。
目录里已有别的数据库时不动它；以前建的演示库重新建立，有人在其中登记过内容的除外。
  --addr HOST:PORT  网页地址，只能是本机地址（默认用设置里的 [server] addr）
  --load-only       只建立数据库，不打开网页`,
		example: "gongkai demo\ngongkai demo --data demo --addr 127.0.0.1:9000\ngongkai demo --data demo --load-only",
		run:     demoRun}
}

func demoRun(ctx context.Context, env *Env, args []string) int {
	cfg, err := env.Config()
	if err != nil {
		return env.Wrong(err)
	}
	loadOnly, err := demoFlags(args, &cfg)
	if err != nil {
		return env.Wrong(err)
	}
	made, err := prepareDemo(ctx, env, cfg)
	if err != nil {
		return env.failed(err)
	}
	word := map[bool]string{true: "已建立演示数据库", false: "打开已有的演示数据库"}[made]
	fmt.Fprintf(env.Stdout, "%s：%s（根机关代码 fuzhou，福州市人民政府）\n", word, cfg.DatabaseDSN())
	if loadOnly {
		return ExitDone
	}
	return demoServe(ctx, env, cfg)
}

// demoFlags reads the flags of demo's own.
func demoFlags(args []string, cfg *config.Config) (loadOnly bool, err error) {
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(args[i], "=")
		switch {
		case args[i] == "--load-only":
			loadOnly = true
		case name == "--addr":
			if !joined && i+1 < len(args) {
				i++
				value = args[i]
			}
			if value == "" {
				return false, errors.New("--addr 后缺少地址，如 --addr 127.0.0.1:8080")
			}
			cfg.Server.Addr = value
		default:
			return false, fmt.Errorf("demo 不认识“%s”；用法：gongkai demo [--addr 127.0.0.1:8080] [--load-only]", args[i])
		}
	}
	return loadOnly, config.CheckServer(cfg.Server)
}

// demoServe opens the pages on the demonstration's database.
func demoServe(ctx context.Context, env *Env, cfg config.Config) int {
	db, err := env.openToServe(ctx, cfg, "demo")
	if err != nil {
		return env.failed(err)
	}
	code := env.servePages(ctx, cfg, db, demoOnPage(), func(addr, _ string) {
		fmt.Fprintf(env.Stdout, "%s请在浏览器中打开：http://%s/\n登录页上列有以上账号，点一个即可登录；演示版仅限本机访问，按 Ctrl+C 停止。\n", demoAccountsText(), addr)
	})
	if err := db.Close(); err != nil {
		return env.Broken(err)
	}
	return code
}
