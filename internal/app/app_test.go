package app

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/internal/secret"
)

// at gives an Env of noon in Fuzhou on 2026-05-29, with what a command prints.
func at(stdin string) (env *Env, stdout, stderr *bytes.Buffer) {
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	noon := time.Date(2026, 5, 29, 4, 0, 0, 0, time.UTC)
	return &Env{Stdin: strings.NewReader(stdin), Stdout: stdout, Stderr: stderr, Now: func() time.Time { return noon }}, stdout, stderr
}

// The common flags are taken from wherever they stand, in either spelling, and
// what follows "--" is left alone.
func TestCommonFlags(t *testing.T) {
	cases := []struct {
		args, rest   string
		config, data string
		help         bool
	}{
		{"report 2019 --data d --agency x", "report 2019 --agency x", "", "d", false},
		{"--config=c.toml report", "report", "c.toml", "", false},
		{"deadline -h --received 2025-09-30", "deadline --received 2025-09-30", "", "", true},
		{"check -- --help --data", "check -- --help --data", "", "", false},
	}
	for _, c := range cases {
		env, _, _ := at("")
		rest, help, err := env.takeCommonFlags(strings.Fields(c.args))
		if err != nil || !slices.Equal(rest, strings.Fields(c.rest)) || help != c.help || env.ConfigPath != c.config || env.DataDir != c.data {
			t.Errorf("%s: %v %v %q %q %v", c.args, rest, help, env.ConfigPath, env.DataDir, err)
		}
	}
}

// Every command of the table can be reached, explains itself and gives an
// example that begins with its own name.
func TestEveryCommandHasHelp(t *testing.T) {
	var walk func(path string, c command)
	walk = func(path string, c command) {
		if c.does == "" || (c.run == nil) == (c.below == nil) {
			t.Errorf("%s: needs a line of help, and either runs or has commands below", path)
		}
		if c.run != nil && !strings.HasPrefix(c.example, path) {
			t.Errorf("%s: its example is %q", path, c.example)
		}
		for _, below := range c.below {
			walk(path+" "+below.name, below)
		}
	}
	walk("gongkai", program())
}

// A panic ends with exit code 3 and a number to quote, its trace printed whole.
func TestPanicGetsReference(t *testing.T) {
	env, _, stderr := at("")
	env.Stdin = nil
	key := secret.New()
	dir := t.TempDir()
	if err := key.Save(filepath.Join(dir, "d.key")); err != nil {
		t.Fatal(err)
	}
	env.DataDir = filepath.Join(dir, "d")
	code := Run(context.Background(), env, []string{"key", "export", filepath.Join(dir, "sheet")})
	if code != ExitBroken || !strings.Contains(stderr.String(), "编号 20260529-040000.000") || !strings.Contains(stderr.String(), "key.go") {
		t.Errorf("code %d\n%s", code, stderr)
	}
}

// A key exported and imported elsewhere is the same key, and never overwrites.
func TestKeyExportImport(t *testing.T) {
	dir := t.TempDir()
	old, sheet := filepath.Join(dir, "old"), filepath.Join(dir, "恢复页.txt")
	key, err := secret.Create(old + ".key")
	if err != nil {
		t.Fatal(err)
	}
	const passphrase = "闽江水暖鸭先知，2026"
	steps := []struct {
		name, stdin string
		args        []string
		code        int
		says        string
	}{
		{"口令太短", "短\n", []string{"--data", old, "key", "export", sheet}, ExitWrong, "口令太短"},
		{"导出", passphrase + "\n", []string{"--data", old, "key", "export", sheet}, ExitDone, key.ID()},
		{"不覆盖恢复页", passphrase + "\n", []string{"--data", old, "key", "export", sheet}, ExitWrong, "已经存在"},
		{"没有密钥", passphrase, []string{"--data", dir + "/none", "key", "export", sheet}, ExitWrong, "找不到密钥文件"},
		{"口令不对", passphrase + "?", []string{"--data", dir + "/new", "key", "import", sheet}, ExitWrong, "口令不对"},
		{"导入", passphrase, []string{"--data", dir + "/new", "key", "import", sheet}, ExitDone, "已恢复密钥 " + key.ID()},
		{"已在原处", passphrase, []string{"--data", dir + "/new", "key", "import", sheet}, ExitWrong, "不必恢复"},
		{"缺文件名", "", []string{"key", "import"}, ExitWrong, "须带一个文件名"},
	}
	for _, s := range steps {
		env, _, stderr := at(s.stdin)
		if code := Run(context.Background(), env, s.args); code != s.code || !strings.Contains(stderr.String(), s.says) {
			t.Errorf("%s: code %d, %s", s.name, code, stderr)
		}
	}
	again, err := secret.Load(dir + "/new.key")
	if err != nil || again.ID() != key.ID() {
		t.Errorf("%v, %v", again, err)
	}
	if info, err := os.Stat(sheet); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("sheet: %v, %v", info, err)
	}
	if _, err := os.Stat(dir + "/none.key"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key was made by looking for it: %v", err)
	}
}

// The bar stays silent where nobody watches, and shows part, percent and rest
// where somebody does.
func TestProgress(t *testing.T) {
	env, _, stderr := at("")
	now := env.Now()
	env.Now = func() time.Time { return now }
	p := env.NewProgress("导入", 200)
	now = now.Add(10 * time.Second)
	p.Add(50)
	p.Done()
	if stderr.Len() != 0 {
		t.Errorf("printed to a file: %q", stderr)
	}
	if line := p.line(now); !strings.Contains(line, " 25%") || !strings.Contains(line, "约剩 30s") {
		t.Errorf("%q", line)
	}
	if line := (&Progress{label: "索引", done: 7}).line(now); line != "索引  7" {
		t.Errorf("%q", line)
	}
}
