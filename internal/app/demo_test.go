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
	publishedText(t, db, root.ID)
}

// publishedText holds the text that the records give against the published one: the
// same figures, but where the published rounding was off.
func publishedText(t *testing.T, db *store.DB, root int64) {
	t.Helper()
	facts, err := db.ReportFacts(context.Background(), root, 2019, false, report.Format2019)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, s := range facts.Sentences(true) {
		said[s.Code] = s.Text()
	}
	for code, want := range map[string]string{
		"received":   "2019年，福州市人民政府新收政府信息公开申请2738件。",
		"channels":   "从申请渠道看，当面申请484件，占17.68%；网络申请1272件，占46.46%；信函申请982件，占35.86%。",
		"levels":     "从受理机关看，本级政府237件，占8.66%；下级政府470件，占17.16%；各级政府工作部门2031件，占74.18%。",
		"busiest":    "收到申请较多的有福州市自然资源和规划局、福州市房管局、福州市市场监督管理局、福州市发改委。",
		"cumulative": "2008年以来累计收到政府信息公开申请16945件，其中本级政府1219件，下级政府2220件，各级政府工作部门13506件。",
		"handled":    "本年度办结2703件（其中上年结转的23件），结转下年度继续办理58件。",
		"outcomes":   "办理结果中，予以公开786件，占29.08%；部分公开255件，占9.43%；不予公开193件，占7.14%；无法提供1148件，占42.47%；不予处理197件，占7.29%；其他处理124件，占4.59%。",
		"refusals":   "不予公开的理由中，属于国家秘密6件，占3.11%；其他法律行政法规禁止公开28件，占14.51%；保护第三方合法权益25件，占12.95%；属于三类内部事务信息65件，占33.68%；属于四类过程性信息37件，占19.17%；属于行政执法案卷5件，占2.59%；属于行政查询事项27件，占13.99%。",
	} {
		if said[code] != want {
			t.Errorf("%s: %s, want %s", code, said[code], want)
		}
	}
	// The report prints 7.28 for 197 of 2703: cut, not rounded. It is named.
	printed := map[string]report.Hundredths{"予以公开": 2908, "部分公开": 943, "不予公开": 714, "无法提供": 4247, "不予处理": 728, "其他处理": 459}
	off := facts.Table.GroupShares().Differences(printed)
	if len(off) != 1 || off[0].String() != "不予处理：所列占比7.28%，按件数计算为7.29%" {
		t.Errorf("%v", off)
	}
	text, err := db.LastText(context.Background(), root, 2019, false)
	if err != nil {
		t.Fatal(err)
	}
	document := report.Compose(facts, text.Text)
	if wrong := report.CompareText(facts.Table, document.Prose()); len(wrong)+len(document.Refused) > 0 {
		t.Errorf("the text disagrees with the tables: %v %v", wrong, document.Refused)
	}
	if !strings.Contains(document.Prose(), "举办培训19次，培训1067人次") {
		t.Error("the entered figures are not in the text")
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
