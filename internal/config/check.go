package config

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
)

// Check says everything that is wrong with the settings at once, one Chinese
// sentence for each, or nil. It looks at the values only, not at the disk or
// the network.
func Check(c Config) error {
	var wrong []string
	note := func(err error) {
		if err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	note(CheckAddr(c.Server.Addr))
	note(oneOf("database.driver", c.Database.Driver, SQLite, Postgres))
	if c.Database.Driver == Postgres && c.Database.DSN == "" {
		note(errors.New("database.dsn 未填：使用 PostgreSQL 时须写连接串，如 postgres://用户:口令@主机/库名"))
	}
	if c.Database.Driver == SQLite && strings.Contains(c.Database.DSN, "://") {
		note(errors.New("database.dsn 像是 PostgreSQL 的连接串，而 database.driver 是 sqlite：请把 driver 改为 postgres，或把 dsn 留空"))
	}
	if strings.TrimSpace(c.Data.Dir) == "" {
		note(errors.New("data.dir 未填：须写数据目录，如 data"))
	}
	note(oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error"))
	if wrong == nil {
		return nil
	}
	return errors.New(strings.Join(wrong, "；"))
}

// CheckAddr refuses a listening address that is not host:port, and, as long as
// nobody has to sign in, any that other machines can reach.
func CheckAddr(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("监听地址“%s”写法不对：应为“地址:端口”，如 127.0.0.1:8080", addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("监听地址“%s”的端口不对：应为 0 到 65535 的数，如 127.0.0.1:8080", addr)
	}
	if host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("监听地址“%s”不是本机地址：登录功能建成以前只能在本机打开，请改为 127.0.0.1:%s", addr, port)
	}
	return nil
}

func oneOf(key, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%s 的值“%s”不对：应为 %s 之一", key, value, strings.Join(allowed, "、"))
}
