package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"

	"gongkai/internal/app"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes this test binary serve as the program itself when a script
// calls gongkai.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gongkai": pinned})
}

// pinned is main with a clock that begins at noon of the day that a script sets
// by "env DAY=2026-05-29" and runs from there. Only this test binary knows that
// variable: a real installation takes its time from the machine alone.
func pinned() {
	env := &app.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now}
	if day := os.Getenv("DAY"); day != "" {
		noon, err := time.Parse("2006-01-02 15:04 -0700", day+" 12:00 +0800")
		if err != nil {
			panic(err)
		}
		begun := time.Now()
		env.Now = func() time.Time { return noon.Add(time.Since(begun)) }
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := app.Run(ctx, env, os.Args[1:])
	stop()
	os.Exit(code)
}

// Each script in testdata/script tells a story of a user at the command line:
// what was typed, what came out, with which exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits,
		},
	})
}

// exits runs a command and demands its exit code, where exec only knows success
// and failure: "exits 2 gongkai nonsense". Its output is then there for stdout
// and stderr to look at.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [args]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
