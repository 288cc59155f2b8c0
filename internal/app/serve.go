package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"gongkai/internal/config"
	"gongkai/internal/store"
	"gongkai/internal/web"
)

func serveCommand() command {
	return command{name: "serve", args: "[--addr 127.0.0.1:8080]", does: "打开网页，在浏览器中使用",
		help: "没有数据库时新建一个；还没有账号时显示首次使用地址，在本机打开它选择单机版或多人使用。\n" +
			"按 Ctrl+C（或 SIGTERM）停止：不再接新请求，正在处理的做完，5 秒内结束。",
		example: "gongkai serve\ngongkai serve --data data --addr 127.0.0.1:9000",
		run:     serveRun}
}

func serveRun(ctx context.Context, env *Env, args []string) int {
	cfg, err := env.Config()
	if err == nil {
		err = addrFlag(args, &cfg)
	}
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openToServe(ctx, cfg, "serve")
	if err != nil {
		return env.failed(err)
	}
	code := env.servePages(ctx, cfg, db, web.Demo{}, func(addr, first string) {
		fmt.Fprintf(env.Stdout, "已启动：%s://%s/\n", scheme(cfg.Server), addr)
		if first != "" {
			fmt.Fprintf(env.Stdout, "还没有账号。首次使用，请在本机浏览器中打开（一次性地址，建立账号后失效）：\n%s://%s%s\n", scheme(cfg.Server), addr, first)
		}
	})
	if err := db.Close(); err != nil {
		return env.Broken(err)
	}
	return code
}

// addrFlag reads --addr ADDR, the only flag of its own that serve knows.
func addrFlag(args []string, cfg *config.Config) error {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--addr" && i+1 < len(args):
			i++
			cfg.Server.Addr = args[i]
		case len(args[i]) > 7 && args[i][:7] == "--addr=":
			cfg.Server.Addr = args[i][7:]
		default:
			return fmt.Errorf("serve 不认识“%s”；用法：gongkai serve [--addr 127.0.0.1:8080]", args[i])
		}
	}
	return config.CheckServer(cfg.Server)
}

// servePages serves an open database at the address of the settings until ctx
// ends, and gives the exit code. ready is told the address once it is open, and
// the path of the first start if there is no account. The database stays the
// caller's.
func (env *Env) servePages(ctx context.Context, cfg config.Config, db *store.DB, demo web.Demo, ready func(addr, first string)) int {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		return env.Wrong(fmt.Errorf("log.level 的值“%s”不对", cfg.Log.Level))
	}
	log := slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: level}))
	backups, err := env.backups(ctx, cfg, db, log)
	if err != nil {
		return env.Broken(err)
	}
	defer backups.Close()
	server, err := web.New(web.Options{DB: db, Backups: backups, Dir: cfg.Data.Dir, Now: env.Now, Demo: demo, Log: log, Channels: channelNames(cfg), Scans: cfg.Scan.Dir,
		Proxies: cfg.Server.Proxies(), Plain: cfg.Server.InsecureHTTP && !config.IsLocal(cfg.Server.Addr) && cfg.Server.TLSCert == ""})
	if err != nil {
		return env.Broken(err)
	}
	listener, err := net.Listen("tcp", cfg.Server.Addr)
	if err != nil {
		err = fmt.Errorf("打不开监听地址 %s：%w；可能已有程序占用，换一个端口，如 --addr 127.0.0.1:8081", cfg.Server.Addr, err)
		return env.Wrong(errors.Join(err, server.Close()))
	}
	if cfg.Server.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(cfg.Server.TLSCert, cfg.Server.TLSKey)
		if err != nil {
			err = fmt.Errorf("读不了证书 %s 或私钥 %s：%w", cfg.Server.TLSCert, cfg.Server.TLSKey, err)
			return env.Wrong(errors.Join(err, listener.Close(), server.Close()))
		}
		listener = tls.NewListener(listener, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}})
	}
	defer keepIndexed(ctx, db, log)()
	stop, err := env.startJobs(ctx, cfg, db, backups, log)
	if err != nil {
		return env.Broken(errors.Join(err, listener.Close(), server.Close()))
	}
	defer stop()
	first, err := server.FirstStart(ctx)
	if err != nil {
		return env.Broken(errors.Join(err, listener.Close(), server.Close()))
	}
	ready(listener.Addr().String(), first)
	if err := errors.Join(server.Serve(ctx, listener), server.Close()); err != nil {
		return env.Broken(err)
	}
	return ExitDone
}

// scheme is how a browser spells the address.
func scheme(s config.Server) string {
	if s.TLSCert != "" {
		return "https"
	}
	return "http"
}

// indexEvery is how soon what was written stands in the search index; until then
// searches read it from the queue.
const indexEvery = 2 * time.Second

// keepIndexed fills the search index beside the pages; the function that it gives
// ends that and waits for it.
func keepIndexed(ctx context.Context, db *store.DB, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		db.KeepIndexed(ctx, indexEvery, func(err error) { log.Error("search index", "error", err) })
	}()
	return func() {
		cancel()
		<-done
	}
}
