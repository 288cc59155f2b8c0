package testkit_test

import (
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/testkit"

	"golang.org/x/net/html"
)

// Each test gets an empty database of its own, with C collation and UTF-8, and
// durable as in production.
func TestPostgres(t *testing.T) {
	first, second := testkit.Postgres(t), testkit.Postgres(t)
	if first == second {
		t.Fatal("two tests share a database")
	}
	db, err := sql.Open("pgx", first)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for question, want := range map[string]string{
		"SELECT datcollate FROM pg_database WHERE datname = current_database()": "C",
		"SHOW server_encoding":    "UTF8",
		"SHOW fsync":              "on",
		"SHOW synchronous_commit": "on",
		"SHOW full_page_writes":   "on",
		"SELECT count(*) FROM pg_tables WHERE schemaname = 'public'": "0",
	} {
		var got string
		if err := db.QueryRow(question).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", question, got, err, want)
		}
	}
}

// The server and its folder go with the test process, even a killed one: this
// test runs itself as such a process.
func TestPostgresLeavesNothing(t *testing.T) {
	const role = "GONGKAI_TEST_HOLD_POSTGRES"
	if os.Getenv(role) != "" {
		os.Stdout.WriteString("DSN " + testkit.Postgres(t) + "\n")
		time.Sleep(time.Minute)
		return
	}
	testkit.Postgres(t) // skips here if there is none
	child := exec.Command(os.Args[0], "-test.run=^TestPostgresLeavesNothing$")
	child.Env = append(os.Environ(), role+"=1")
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 4096)
	n, _ := out.Read(said) // what matters is what was said
	_, rest, _ := strings.Cut(string(said[:n]), "host=")
	dir, _, _ := strings.Cut(rest, "&")
	if _, err := os.Stat(filepath.Join(dir, "data")); dir == "" || err != nil {
		t.Fatalf("said %q: %v", said[:n], err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
	}
	t.Errorf("%s is still there", dir)
}

// Each check passes on what it asks for and fails on anything else.
func TestHTMLChecks(t *testing.T) {
	const page = `<main><h1>依申请公开
		<small>台账</small></h1><a href="/cases/1">甲</a><a href="/cases/2">乙</a></main>`
	cases := []struct {
		name  string
		check testkit.HTMLCheck
		holds bool
	}{
		{"有此文字", testkit.In("h1", testkit.HasText("公开 台账")), true},
		{"无此文字", testkit.In("h1", testkit.HasText("公文")), false},
		{"全文一致", testkit.In("h1", testkit.HasExactText("依申请公开 台账")), true},
		{"全文不一致", testkit.In("h1", testkit.HasExactText("依申请公开")), false},
		{"不含", testkit.In("h1", testkit.LacksText("公文")), true},
		{"本不该含", testkit.In("h1", testkit.LacksText("台账")), false},
		{"无此元素", testkit.In("h2"), false},
		{"确无此元素", testkit.NotIn("h2"), true},
		{"不该有却有", testkit.NotIn("a"), false},
		{"个数", testkit.Count("a", 2), true},
		{"个数不符", testkit.Count("a", 3), false},
		{"属性", testkit.In("a", testkit.HasAttr("href", "/cases/1")), true},
		{"属性不符", testkit.InAll("a", testkit.HasAttr("href", "/cases/1")), false},
		{"嵌套", testkit.In("main", testkit.In("a", testkit.HasExactText("甲"))), true},
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if err := c.check(root); (err == nil) != c.holds {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The pinned clock stands at noon in China.
func TestClock(t *testing.T) {
	now := testkit.Clock("2026-05-29")
	for range 2 {
		if got := now().Format(time.RFC3339); got != "2026-05-29T04:00:00Z" {
			t.Error(got)
		}
	}
}
