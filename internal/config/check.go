package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
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
	note(checkBackup(c))
	note(oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error"))
	note(checkMail(c.Mail))
	note(checkMessage(c.Message))
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

// checkBackup refuses a time that is none, and backups beside the key: who has both
// has everything.
func checkBackup(c Config) error {
	if _, err := time.Parse("15:04", c.Backup.Time); err != nil && c.Backup.Time != "" {
		return fmt.Errorf("backup.time 的值“%s”不是时刻，应如 01:30；留空为不自动备份", c.Backup.Time)
	}
	if c.Backup.Keep < 1 || c.Backup.Keep > 3650 {
		return fmt.Errorf("backup.keep 的值 %d 不对：应为 1 到 3650 天", c.Backup.Keep)
	}
	if filepath.Clean(c.BackupDir()) == filepath.Dir(filepath.Clean(c.KeyFile())) {
		return fmt.Errorf("backup.dir 与密钥文件在同一个目录 %s：有了两者就能读出全部个人信息，请把备份放到别处", c.BackupDir())
	}
	return nil
}

// checkMail refuses a mail server that is named by halves.
func checkMail(m Mail) error {
	switch {
	case m.Host == "" && m.From == "" && m.User == "":
		return nil
	case m.Host == "" || m.From == "":
		return errors.New("mail.host 和 mail.from 要一起填写：邮件服务器的地址，和发件人地址")
	case m.Port < 1 || m.Port > 65535:
		return fmt.Errorf("mail.port 的值 %d 不对：应为 1 到 65535，通常是 587（starttls）、465（tls）或 25", m.Port)
	case m.Timeout < 1 || m.Timeout > 300:
		return fmt.Errorf("mail.timeout 的值 %d 不对：应为 1 到 300 秒", m.Timeout)
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		return fmt.Errorf("mail.from 的值“%s”不是电子邮箱地址，应如 gongkai@example.gov.cn", m.From)
	}
	return oneOf("mail.tls", m.TLS, "starttls", "tls", "none")
}

// checkMessage refuses a template that could not be asked.
func checkMessage(m Message) error {
	if m.URL == "" {
		return nil
	}
	u, err := url.Parse(m.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("message.url 的值“%s”不对：应为以 https:// 或 http:// 开头的完整地址", m.URL)
	case strings.Contains(u.Host, "{"):
		return errors.New("message.url 的主机名里不能有 {to} 等占位：只能向固定的主机发送")
	case m.Timeout < 1 || m.Timeout > 300:
		return fmt.Errorf("message.timeout 的值 %d 不对：应为 1 到 300 秒", m.Timeout)
	case !strings.Contains(m.Body+m.URL, "{text}"):
		return errors.New("message.body 里没有 {text}：不知道把消息内容放在哪里")
	}
	for h := range strings.Lines(m.Headers) {
		if name, _, ok := strings.Cut(h, ":"); strings.TrimSpace(h) != "" && (!ok || strings.TrimSpace(name) == "") {
			return fmt.Errorf("message.headers 中的“%s”不对：每行应写“名称: 值”", strings.TrimSpace(h))
		}
	}
	return oneOf("message.method", m.Method, "POST", "GET", "PUT")
}
