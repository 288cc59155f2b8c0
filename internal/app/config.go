package app

import (
	"context"
	"errors"
	"fmt"
)

func configCommand() command {
	return command{name: "config", does: "查看和检查设置", below: []command{{
		name: "check", does: "检查配置文件，列出实际生效的设置",
		help:    "设置有误时逐条说明，退出码为 2。数据库口令显示为 ******。",
		example: "gongkai config check --config /etc/gongkai.toml",
		run:     configCheck,
	}}}
}

func configCheck(_ context.Context, env *Env, args []string) int {
	if len(args) > 0 {
		return env.Wrong(errors.New("config check 不带参数；用 --config 指明配置文件"))
	}
	cfg, err := env.Config()
	if err != nil {
		return env.Wrong(err)
	}
	fmt.Fprint(env.Stdout, cfg)
	return ExitDone
}
