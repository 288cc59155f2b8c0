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
	note(CheckServer(c.Server))
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

// CheckAddr refuses a listening address that is not host:port.
func CheckAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("监听地址“%s”写法不对：应为“地址:端口”，如 127.0.0.1:8080", addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("监听地址“%s”的端口不对：应为 0 到 65535 的数，如 127.0.0.1:8080", addr)
	}
	return nil
}

// IsLocal reports whether only the machine itself reaches a listening address.
func IsLocal(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

// CheckServer refuses an address that is none, half a certificate, proxies that
// are no addresses, and plain HTTP for other machines unless that is wanted in so
// many words.
func CheckServer(s Server) error {
	if err := CheckAddr(s.Addr); err != nil {
		return err
	}
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return errors.New("server.tls_cert 和 server.tls_key 要一起填写：证书文件和它的私钥文件")
	}
	for _, proxy := range s.Proxies() {
		if net.ParseIP(proxy) == nil {
			if _, _, err := net.ParseCIDR(proxy); err != nil {
				return fmt.Errorf("server.trusted_proxies 中的“%s”不是 IP 地址或网段，如 10.0.0.2 或 10.0.0.0/24", proxy)
			}
		}
	}
	if !IsLocal(s.Addr) && s.TLSCert == "" && s.TrustedProxies == "" && !s.InsecureHTTP {
		_, port, _ := net.SplitHostPort(s.Addr)
		return fmt.Errorf("监听地址“%s”不是本机地址，其他机器的登录会以明文传送：请填 tls_cert、tls_key（gongkai config tls 可以生成），或放在反向代理之后并填 trusted_proxies，或改为 127.0.0.1:%s；确实只能用明文的，设 insecure_http = true", s.Addr, port)
	}
	return nil
}

func oneOf(key, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%s 的值“%s”不对：应为 %s 之一", key, value, strings.Join(allowed, "、"))
}
