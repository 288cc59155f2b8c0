// Package config holds the settings of an installation: one struct, its
// defaults, how it is read from a TOML file, and what is wrong with it in
// sentences an administrator can act on. It opens nothing but that one file,
// makes no folder, reads no environment variable and knows no other package of
// ours. A setting exists here only if something uses it.
package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// Config is every setting. Its TOML form is config.example.toml.
type Config struct {
	Server   Server   `toml:"server"`
	Database Database `toml:"database"`
	Data     Data     `toml:"data"`
	Keys     Keys     `toml:"keys"`
	Backup   Backup   `toml:"backup"`
	Log      Log      `toml:"log"`
	Mail     Mail     `toml:"mail"`
	Message  Message  `toml:"message"`
	Scan     Scan     `toml:"scan"`
}

// Server says where the pages are served.
type Server struct {
	Addr           string `toml:"addr"`     // host:port
	TLSCert        string `toml:"tls_cert"` // files; both or none
	TLSKey         string `toml:"tls_key"`
	TrustedProxies string `toml:"trusted_proxies"` // addresses or networks, parted by commas, whose word about the caller counts
	InsecureHTTP   bool   `toml:"insecure_http"`   // plain HTTP for other machines: every page says so
}

// Proxies lists the trusted proxies.
func (s Server) Proxies() []string {
	return strings.FieldsFunc(s.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' })
}

// Database says where the cases are kept.
type Database struct {
	Driver string `toml:"driver"` // sqlite or postgres
	DSN    string `toml:"dsn"`    // empty: the embedded database in the data folder
}

// Data says where files are kept.
type Data struct {
	Dir string `toml:"dir"`
}

// Keys says where the installation's key is kept.
type Keys struct {
	File string `toml:"file"` // empty: beside the data folder
}

// Backup says how backups are made by night.
type Backup struct {
	Dir  string `toml:"dir"`  // empty: backups in the data folder
	Time string `toml:"time"` // 01:30; empty: none by itself
	Keep int    `toml:"keep"` // days
}

// Scan says where scanners put what waits to be added to a case.
type Scan struct {
	Dir string `toml:"dir"` // empty: none; below it a folder for each agency, named by its code
}

// Log says how much is written to the log.
type Log struct {
	Level string `toml:"level"` // debug, info, warn or error
}

// Mail says over which mail server reminders leave the house; without a host none
// do.
type Mail struct {
	Host     string `toml:"host"`
	Port     int    `toml:"port"`
	From     string `toml:"from"`
	User     string `toml:"user"`
	Password string `toml:"password"`
	TLS      string `toml:"tls"`     // starttls, tls or none
	Timeout  int    `toml:"timeout"` // seconds, of one message
}

// Message says how a text message or a chat's is handed over: one HTTP request
// made from a template; without an address none is.
type Message struct {
	URL     string `toml:"url"`
	Method  string `toml:"method"`
	Headers string `toml:"headers"` // "Name: value", one on each line
	Body    string `toml:"body"`    // {to}, {text}, {subject}, {id}
	Expect  string `toml:"expect"`  // must stand in the answer
	Timeout int    `toml:"timeout"` // seconds
}

// Header gives the headers by name.
func (m Message) Header() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(m.Headers) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			out[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return out
}

// The engines that Database.Driver may name.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Default gives the settings of an installation without a configuration file.
func Default() Config {
	return Config{
		Server:   Server{Addr: "127.0.0.1:8080"},
		Database: Database{Driver: SQLite},
		Data:     Data{Dir: "data"},
		Backup:   Backup{Time: "01:30", Keep: 14},
		Log:      Log{Level: "info"},
		Mail:     Mail{Port: 587, TLS: "starttls", Timeout: 20},
		Message:  Message{Method: "POST", Timeout: 10},
	}
}

// DatabaseDSN gives what to open: the embedded file's path, or the PostgreSQL
// connection string as it was written.
func (c Config) DatabaseDSN() string {
	if c.Database.DSN == "" && c.Database.Driver == SQLite {
		return filepath.Join(c.Data.Dir, "gongkai.db")
	}
	return c.Database.DSN
}

// KeyFile gives the path of the key file: as set, else DIR.key beside the data
// folder, never inside it, because the folder is what gets copied about.
func (c Config) KeyFile() string {
	if c.Keys.File != "" {
		return c.Keys.File
	}
	dir := filepath.Clean(c.Data.Dir)
	if base := filepath.Base(dir); base == "." || base == ".." {
		if abs, err := filepath.Abs(dir); err == nil {
			dir = abs
		}
	}
	return dir + ".key"
}

// BackupDir gives the folder of the nightly backups.
func (c Config) BackupDir() string {
	if c.Backup.Dir != "" {
		return c.Backup.Dir
	}
	return filepath.Join(c.Data.Dir, "backups")
}

// String gives the effective settings as TOML, the derived paths filled in and
// the database's password replaced by ******.
func (c Config) String() string {
	var b strings.Builder
	line := func(key, value string) {
		b.WriteString(key + " = " + quote(value) + "\n")
	}
	b.WriteString("[server]\n")
	line("addr", c.Server.Addr)
	line("tls_cert", c.Server.TLSCert)
	line("tls_key", c.Server.TLSKey)
	line("trusted_proxies", c.Server.TrustedProxies)
	fmt.Fprintf(&b, "insecure_http = %v\n", c.Server.InsecureHTTP)
	b.WriteString("\n[database]\n")
	line("driver", c.Database.Driver)
	line("dsn", withoutPassword(c.DatabaseDSN()))
	b.WriteString("\n[data]\n")
	line("dir", c.Data.Dir)
	b.WriteString("\n[keys]\n")
	line("file", c.KeyFile())
	b.WriteString("\n[backup]\n")
	line("dir", c.BackupDir())
	line("time", c.Backup.Time)
	fmt.Fprintf(&b, "keep = %d\n", c.Backup.Keep)
	b.WriteString("\n[log]\n")
	line("level", c.Log.Level)
	b.WriteString("\n[scan]\n")
	line("dir", c.Scan.Dir)
	c.outside(&b, line)
	return b.String()
}

// outside writes the settings of messages; passwords, and headers and addresses
// that may hold one, are hidden.
func (c Config) outside(b *strings.Builder, line func(key, value string)) {
	hide := func(text string) string {
		if text == "" {
			return ""
		}
		return "******"
	}
	b.WriteString("\n[mail]\n")
	line("host", c.Mail.Host)
	fmt.Fprintf(b, "port = %d\n", c.Mail.Port)
	line("from", c.Mail.From)
	line("user", c.Mail.User)
	line("password", hide(c.Mail.Password))
	line("tls", c.Mail.TLS)
	fmt.Fprintf(b, "timeout = %d\n", c.Mail.Timeout)
	b.WriteString("\n[message]\n")
	shown := c.Message.URL
	if u, err := url.Parse(shown); err == nil && u.RawQuery != "" {
		u.RawQuery = ""
		shown = u.String() + "?******" // robots of chats carry their key there
	}
	line("url", shown)
	line("method", c.Message.Method)
	var names []string
	for h := range strings.Lines(c.Message.Headers) {
		if name, _, ok := strings.Cut(h, ":"); ok {
			names = append(names, strings.TrimSpace(name)+": ******")
		}
	}
	line("headers", strings.Join(names, "\n"))
	line("body", c.Message.Body)
	line("expect", c.Message.Expect)
	fmt.Fprintf(b, "timeout = %d\n", c.Message.Timeout)
}

// quote writes a TOML basic string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}

// withoutPassword hides the password of either form of connection string, the
// URL and the list of key=value.
func withoutPassword(dsn string) string {
	const hidden = "******"
	if at := strings.Index(dsn, "://"); at > 0 {
		u, err := url.Parse(dsn)
		if err != nil {
			return dsn[:at] + "://" + hidden // unreadable: show nothing that might be secret
		}
		if _, has := u.User.Password(); has {
			return dsn[:at] + "://" + u.User.Username() + ":" + hidden + "@" + dsn[strings.LastIndex(dsn, "@")+1:]
		}
		return dsn
	}
	if at := strings.Index(strings.ToLower(dsn), "password"); at >= 0 {
		return dsn[:at] + "password=" + hidden
	}
	return dsn
}
