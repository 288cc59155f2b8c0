package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai"
	"gongkai/internal/config"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
)

// The sample configuration names every setting and gives its default.
func TestExampleIsTheDefault(t *testing.T) {
	var got config.Config
	meta, err := toml.Decode(gongkai.ConfigExample, &got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config.Default(), got); diff != "" {
		t.Errorf("config.example.toml differs from Default (-default +example):\n%s", diff)
	}
	if len(meta.Undecoded()) > 0 {
		t.Errorf("config.example.toml has unknown keys: %v", meta.Undecoded())
	}
	for _, key := range []string{"server.addr", "server.tls_cert", "server.tls_key", "server.trusted_proxies", "server.insecure_http", "database.driver", "database.dsn", "data.dir", "keys.file", "backup.dir", "backup.time", "backup.keep", "log.level", "scan.dir"} {
		if !meta.IsDefined(strings.Split(key, ".")...) {
			t.Errorf("config.example.toml does not name %s", key)
		}
	}
}

// Every mistake is answered with a sentence that names the place and the way out.
func TestMistakes(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string
	}{
		{"键名拼错", "[server]\nadr = \"127.0.0.1:1\"", []string{"server.adr", "server.addr"}},
		{"写错了节", "[database]\nlevel = \"info\"", []string{"database.level", "log.level"}},
		{"节名拼错", "[serverr]\naddr = \"127.0.0.1:1\"", []string{"serverr", "server"}},
		{"毫不相干", "[server]\nzzzzzzzz = 1", []string{"没有“server.zzzzzzzz”这项设置"}},
		{"不是 TOML", "[server]\naddr = 127.0.0.1", []string{"第2行"}},
		{"类型不对", "[server]\naddr = 8080", []string{"addr"}},
		{"对外监听", "[server]\naddr = \"0.0.0.0:8080\"", []string{"不是本机地址", "127.0.0.1:8080"}},
		{"空主机即对外", "[server]\naddr = \":8080\"", []string{"不是本机地址"}},
		{"半套证书", "[server]\ntls_cert = \"a.crt\"", []string{"tls_key", "一起填写"}},
		{"代理不是地址", "[server]\ntrusted_proxies = \"nginx\"", []string{"nginx", "不是 IP 地址或网段"}},
		{"无端口", "[server]\naddr = \"127.0.0.1\"", []string{"地址:端口"}},
		{"端口过大", "[server]\naddr = \"127.0.0.1:70000\"", []string{"65535"}},
		{"引擎不识", "[database]\ndriver = \"mysql\"", []string{"mysql", "sqlite、postgres"}},
		{"缺连接串", "[database]\ndriver = \"postgres\"", []string{"database.dsn 未填"}},
		{"连接串与引擎不符", "[database]\ndsn = \"postgres://h/d\"", []string{"driver 改为 postgres"}},
		{"备份时刻不对", "[backup]\ntime = \"25:00\"", []string{"backup.time", "01:30"}},
		{"备份天数不对", "[backup]\nkeep = 0", []string{"backup.keep", "1 到 3650"}},
		{"备份与密钥同处", "[keys]\nfile = \"safe/a.key\"\n[backup]\ndir = \"safe/\"", []string{"backup.dir", "密钥文件在同一个目录"}},
		{"两处同时有错", "[data]\ndir = \" \"\n[log]\nlevel = \"loud\"", []string{"data.dir", "log.level"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := config.Parse([]byte(c.text))
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

// Loopback in each of its spellings is accepted, a byte order mark ignored.
func TestAccepted(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:8080", "localhost:80", "127.8.8.8:1"} {
		cfg, err := config.Parse([]byte("\ufeff[server]\naddr = \"" + addr + "\"\n"))
		if err != nil || cfg.Server.Addr != addr {
			t.Errorf("%s: %v, %v", addr, cfg.Server.Addr, err)
		}
	}
}

// Other machines are let in over TLS, behind a proxy, or when plain HTTP is
// wanted in so many words.
func TestBeyondTheMachine(t *testing.T) {
	for _, way := range []string{"tls_cert = \"a\"\ntls_key = \"b\"", "trusted_proxies = \"10.0.0.2, 10.1.0.0/16\"", "insecure_http = true"} {
		if _, err := config.Parse([]byte("[server]\naddr = \"0.0.0.0:8443\"\n" + way)); err != nil {
			t.Errorf("%s: %v", way, err)
		}
	}
}

// A missing file means the defaults, unless the user named it.
func TestMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if cfg, err := config.Load(path, false); err != nil || cfg != config.Default() {
		t.Errorf("not named: %v, %v", cfg, err)
	}
	if _, err := config.Load(path, true); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("named: %v", err)
	}
	if err := os.WriteFile(path, []byte("[data]\ndir = \"库\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path, false)
	if err != nil || cfg.KeyFile() != "库.key" || cfg.DatabaseDSN() != filepath.Join("库", "gongkai.db") {
		t.Errorf("present: %+v, %v", cfg, err)
	}
}

// The key lies beside the data folder however the folder is written.
func TestKeyFileBesideFolder(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		"data": "data.key", "data/": "data.key", "/srv/g/./d": "/srv/g/d.key", ".": here + ".key",
		"..": filepath.Dir(here) + ".key",
	} {
		cfg := config.Default()
		cfg.Data.Dir = dir
		if got := cfg.KeyFile(); got != want {
			t.Errorf("%s: %s, want %s", dir, got, want)
		}
	}
}

// What config check prints is the configuration again, without the password.
func TestPrintedSettings(t *testing.T) {
	for _, dsn := range []string{
		"postgres://gongkai:tian@wang@10.0.0.5/gongkai?sslmode=disable",
		"host=10.0.0.5 user=gongkai dbname=g password='tian wang'",
	} {
		cfg := config.Default()
		cfg.Database = config.Database{Driver: config.Postgres, DSN: dsn}
		text := cfg.String()
		if strings.Contains(text, "tian") || strings.Contains(text, "wang") || !strings.Contains(text, "******") {
			t.Errorf("password shown:\n%s", text)
		}
		if _, err := config.Parse([]byte(text)); err != nil {
			t.Errorf("not readable again: %v\n%s", err, text)
		}
	}
}
