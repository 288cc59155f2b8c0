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
	}, {
		name: "tls", args: "--host 主机名或IP[,…] [--out 目录]", does: "为内网生成证书：本单位的证书颁发机构和服务器证书",
		help: "在目录（默认 tls）中写 ca.crt（装到各台电脑的“受信任的根证书颁发机构”）、ca.key（离线保存）、server.crt 和 server.key（填入配置）。\n" +
			"已有 ca.crt 和 ca.key 时沿用，只换服务器证书。服务器证书有效两年，到期前再运行一次。",
		example: "gongkai config tls --host gongkai.cz.local,10.1.2.3 --out /etc/gongkai/tls",
		run:     configTLS,
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
