package app

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// The user commands make, list, reset and close accounts; beside a running server
// the writing ones are refused, naming the process and the page.
func TestUserCommands(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	run := func(args string, want int, says string) string {
		t.Helper()
		env, stdout, stderr := at("")
		words := append(strings.Fields(args), "--data", dir)
		if code := Run(context.Background(), env, words); code != want {
			t.Fatalf("%s: exit %d, want %d: %s%s", args, code, want, stdout, stderr)
		}
		if all := stdout.String() + stderr.String(); !strings.Contains(all, says) {
			t.Errorf("%s: no %q in %s", args, says, all)
		}
		return stdout.String()
	}
	run("user list", ExitWrong, "没有数据库")
	env, _, _ := at("")
	env.DataDir = dir
	cfg, err := env.Config()
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(context.Background(), env.storeOptions(cfg, false, "serve"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ImportAgencies(context.Background(), cases.Stamp{At: env.Now().UnixMicro(), By: "test", Today: env.Today()}, demoAgencies()[:3]); err != nil {
		t.Fatal(err)
	}
	run("user add zhang --name 张三", ExitWrong, "/admin/users")
	run("user list --json", ExitDone, "[]")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	first := run("user add zhang --name 张三 --agency fuzhou --role officer,登记人员", ExitDone, "口令")
	run("user add zhang --name 张三", ExitWrong, "已经有人用")
	run("user add Li,Si --name 李四", ExitWrong, "不合要求")
	run("user add li", ExitWrong, "--name")
	run("user add li --name 李四 --agency nowhere --role officer", ExitWrong, "nowhere")
	run("user add li --name 李四 --admin boss", ExitWrong, "boss")
	run("user add li --name 李四 --admin audit --agency fuzhou --role officer", ExitWrong, "不能兼任")
	run("user add li --name 李四 --admin audit", ExitDone, "口令")
	list := run("user list --json", ExitDone, `"front_desk"`)
	if strings.Contains(list, "argon2") {
		t.Error("the list shows passwords")
	}
	if again := run("user reset zhang", ExitDone, "口令"); again == first {
		t.Error("a reset gives the same password")
	}
	run("user disable nobody", ExitWrong, "nobody")
	run("user disable zhang", ExitDone, "已停用")
	run("user list", ExitDone, "已停用")
}
