package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/cases"
	"gongkai/internal/config"
	"gongkai/internal/report"
	"gongkai/internal/store"
)

// openDemo prepares the demonstration in a folder and opens it.
func openDemo(t testing.TB, env *Env, dir string) (*store.DB, bool) {
	t.Helper()
	cfg := demoConfig(dir)
	made, err := prepareDemo(context.Background(), env, cfg)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(context.Background(), store.Options{Dir: dir, KeyFile: cfg.KeyFile(), Clock: env.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, made
}

func demoConfig(dir string) config.Config {
	cfg := config.Default()
	cfg.Data.Dir = dir
	return cfg
}

// The demonstration's database counts the year 2019 as it was published.
func TestDemoGivesThePublishedYear(t *testing.T) {
	ctx := context.Background()
	env, _, _ := at("")
	db, made := openDemo(t, env, filepath.Join(t.TempDir(), "data"))
	if !made {
		t.Fatal("nothing was made")
	}
	tree, err := db.Tree(ctx, env.Today())
	if err != nil {
		t.Fatal(err)
	}
	root, _ := tree.ByCode("fuzhou")
	ids := tree.Below(root.ID)
	if len(ids) != 538 {
		t.Errorf("%d agencies below the city government", len(ids))
	}
	tallies, err := db.TableTallies(ctx, ids, 2019)
	if err != nil {
		t.Fatal(err)
	}
	remedies, err := db.RemedyTallies(ctx, ids, 2019)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../demo/fuzhou-2019.json")
	if err != nil {
		t.Fatal(err)
	}
	published, err := report.ReadJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.CheckRegister(published, report.Count(2019, report.Format2019, tallies, remedies)) {
		t.Errorf("%+v", f)
	}
}

// A demonstration of today is opened, one of an earlier day made anew unless
// somebody has written in it, and another database left alone.
func TestDemoIsKeptOrMadeAnew(t *testing.T) {
	ctx := context.Background()
	env, _, _ := at("")
	dir := filepath.Join(t.TempDir(), "data")
	for _, step := range []struct {
		name  string
		days  int
		write bool
		made  bool
	}{{"空目录", 0, false, true}, {"当天的演示", 0, false, false}, {"昨天的演示", 1, true, true}, {"昨天的演示，有人写过", 2, false, false}} {
		now := env.Now()
		env := &Env{Stdout: env.Stdout, Stderr: env.Stderr, Now: func() time.Time { return now.AddDate(0, 0, step.days) }}
		db, made := openDemo(t, env, dir)
		if made != step.made {
			t.Errorf("%s: made is %v", step.name, made)
		}
		if step.write {
			if err := db.Set(ctx, cases.Stamp{By: "1"}, 0, "something", "else", env.Today()); err != nil {
				t.Fatal(err)
			}
		}
		db.Close()
	}
}

func TestDemoRefusesAnotherDatabase(t *testing.T) {
	env, _, _ := at("")
	dir := filepath.Join(t.TempDir(), "data")
	cfg := demoConfig(dir)
	db, err := store.Open(context.Background(), store.Options{Dir: dir, KeyFile: cfg.KeyFile(), Clock: env.Now})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, err := prepareDemo(context.Background(), env, cfg); !store.Is(err, store.Refused) {
		t.Errorf("an alien database: %v", err)
	}
}

// The command loads and ends; a wrong call or an address beyond this machine is
// refused before anything is made.
func TestDemoCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for _, call := range []struct {
		args string
		code int
	}{
		{"demo --load-only --addr 0.0.0.0:8080", ExitWrong}, {"demo --addr", ExitWrong}, {"demo now", ExitWrong},
		{"demo --load-only", ExitDone},
	} {
		env, stdout, stderr := at("")
		code := Run(context.Background(), env, append(strings.Fields(call.args), "--data", dir))
		if code != call.code {
			t.Errorf("%s: exit %d, %s%s", call.args, code, stdout, stderr)
		}
		if _, err := os.Stat(filepath.Join(dir, "gongkai.db")); (err == nil) != (code == ExitDone) {
			t.Errorf("%s: database: %v", call.args, err)
		}
	}
}
