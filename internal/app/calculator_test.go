package app

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
	"gongkai/internal/web"
)

// questions is what the calculator is asked, in the command's words: each field,
// each form of it, each state and each breach.
func questions() map[string]string {
	return map[string]string{
		"只有收到日期":     "--received 2026-05-06",
		"跨年暂定":       "--received 2026-12-21",
		"旧条例":        "--received 2019-05-14 --answered 2019-06-04",
		"当面":         "--channel in_person --submitted 2026-05-06",
		"口头":         "--channel oral --submitted 2026-05-06 --confirmed 2026-05-07",
		"挂号":         "--channel letter_registered --submitted 2026-05-04 --arrived 2026-05-05 --signed 2026-05-06",
		"平信":         "--channel letter_ordinary --arrived 2026-05-05 --confirmed 2026-05-06",
		"传真":         "--channel fax --submitted 2026-05-06 --confirmed 2026-05-06",
		"渠道与日期相符":    "--received 2026-05-06 --channel online --confirmed 2026-05-06",
		"补正后重新起算":    "--received 2025-04-02 --supplement 2025-04-14..2025-04-28",
		"等待补正":       "--received 2026-05-06 --supplement 2026-05-12",
		"补正期限另定":     "--received 2026-05-06 --supplement 2026-05-12 --supplement-term 10",
		"两次补正各有期限":   "--received 2025-04-02 --supplement 2025-04-03..2025-04-07 --supplement 2025-04-14..2025-04-28 --supplement-term 5 --supplement-term 10",
		"征求意见收回":     "--received 2025-09-15 --consult 2025-09-22..2025-10-15",
		"征求意见未收回":    "--received 2026-05-06 --consult 2026-05-12",
		"第三方沉默":      "--received 2025-09-15 --consult 2025-09-22/2025-09-24..none",
		"签收后等待":      "--received 2026-05-06 --consult 2026-05-12/2026-05-13",
		"两次征求意见重叠":   "--received 2025-09-15 --consult 2025-09-22..2025-10-15 --consult 2025-09-24..2025-10-10",
		"延期":         "--received 2025-09-15 --extend 20@2025-10-15",
		"延期两次":       "--received 2025-03-03 --extend 5@2025-03-20 --extend 5@2025-03-21",
		"延期超限":       "--received 2025-03-03 --extend 25@2025-03-31",
		"收费已缴":       "--received 2025-05-20 --fee 2025-06-10..2025-07-04",
		"等待缴费":       "--received 2026-05-06 --fee 2026-05-12",
		"2021年前收费":   "--received 2020-11-02 --fee 2020-11-10..2020-11-20",
		"补正与缴费都在等":   "--received 2026-05-06 --fee 2026-05-12 --supplement 2026-05-13",
		"按期答复并送达":    "--received 2025-12-22 --answered 2026-01-20 --served 2026-01-23",
		"逾期答复":       "--received 2025-12-22 --answered 2026-01-21",
		"截至某日":       "--received 2025-09-30 --as-of 2025-10-20",
		"按当时的通知":     "--received 2025-12-19 --extend 20@2026-01-15 --calendar-as-of 2025-11-03",
		"各项都有、次序颠倒":  "--answered 2025-11-20 --extend 20@2025-10-20 --consult 2025-09-24/2025-09-25..none --consult 2025-09-22..2025-10-15 --supplement 2025-09-17..2025-09-18 --received 2025-09-15 --served 2025-11-24",
		"补正告知已晚":     "--received 2025-03-03 --supplement 2025-04-02..2025-04-20",
		"期满后才征求意见":   "--received 2025-03-03 --consult 2025-04-01..2025-04-10",
		"落在地方放假之内":   "--received 2026-03-26",
		"地方补班":       "--received 2026-03-30 --supplement 2026-04-01..2026-04-02",
		"截至日在地方放假之中": "--received 2026-03-26 --as-of 2026-04-21",
	}
}

// localOffice is a database with days of its own for the whole installation, and a
// server over it.
func localOffice(t *testing.T, env *Env, dir string) http.Handler {
	t.Helper()
	db, err := store.Open(context.Background(), store.Options{Dir: dir, KeyFile: dir + ".key", Clock: env.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	stamp := cases.Stamp{At: env.Now().UnixMicro(), By: "cli", Today: env.Today(), Book: calendar.Builtin()}
	if err := db.Set(context.Background(), stamp, 0, store.LocalDaysSetting, "2026-04-20 放假 三月三\n2026-04-21 放假 三月三\n2026-04-25 上班 三月三", calendar.MustParse("2026-01-01")); err != nil {
		t.Fatal(err)
	}
	server, err := web.New(web.Options{DB: db, Dir: dir, Now: env.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server.Handler()
}

// The page gives what the command gives, for every field and state: the dates, the
// days, every step word for word, every term; signed in or not. The command that
// it shows is the same question.
func TestCalculatorPageIsTheCommand(t *testing.T) {
	env, _, _ := at("")
	dir := filepath.Join(t.TempDir(), "data")
	handler := localOffice(t, env, dir)
	for name, args := range questions() {
		t.Run(name, func(t *testing.T) {
			answer := commanded(t, dir, args)
			body := asked(t, handler, args)
			compareAnswer(t, answer, body)
			shown := testkit.Text(cascadia.MustCompile("pre code").MatchFirst(body))
			if again := commanded(t, dir, strings.TrimPrefix(shown, "gongkai deadline ")); again != answer {
				t.Errorf("“%s”得另一个结果", shown)
			}
		})
	}
	local := commanded(t, dir, "--received 2026-03-26")
	if strings.Contains(local, `"due": "2026-04-24"`) || !strings.Contains(local, `"due": "2026-04-27"`) {
		t.Errorf("没有按全系统的地方放假：%s", local)
	}
}

// commanded gives the JSON of the command.
func commanded(t *testing.T, dir, args string) string {
	t.Helper()
	env, stdout, stderr := at("")
	if code := Run(context.Background(), env, append(append([]string{"deadline"}, strings.Fields(args)...), "--json", "--data", dir)); code != ExitDone {
		t.Fatalf("%s：退出码 %d，%s", args, code, stderr)
	}
	return stdout.String()
}

// asked gives the page of the same question.
func asked(t *testing.T, handler http.Handler, args string) *html.Node {
	t.Helper()
	q, words := url.Values{}, strings.Fields(args)
	for i := 0; i+1 < len(words); i += 2 {
		q.Add(strings.TrimPrefix(words[i], "--"), words[i+1])
	}
	r := httptest.NewRequest(http.MethodGet, "/calculator?"+q.Encode(), nil)
	r.RemoteAddr, r.Host = "127.0.0.1:50000", "127.0.0.1:8080"
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s：%d", args, w.Code)
	}
	root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func compareAnswer(t *testing.T, text string, page *html.Node) {
	t.Helper()
	var a deadlineAnswer
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatal(err)
	}
	main := strings.Join(strings.Fields(testkit.Text(cascadia.MustCompile("main").MatchFirst(page))), "")
	say := func(what string) {
		t.Helper()
		if !strings.Contains(main, strings.Join(strings.Fields(what), "")) {
			t.Errorf("页面没有写“%s”", what)
		}
	}
	due := ""
	if big := cascadia.MustCompile(".bigdate").MatchFirst(page); big != nil {
		due = testkit.Text(big)
	}
	if want := a.Due.Chinese(); a.Due.IsZero() != (due == "") || due != "" && due != want {
		t.Errorf("期限：页面“%s”，命令 %s", due, a.Due)
	}
	if marked := cascadia.MustCompile("section[aria-labelledby=result-title] .provisional").MatchFirst(page) != nil; marked != (a.Provisional && !a.Due.IsZero()) {
		t.Errorf("暂定：页面 %v，命令 %v", marked, a.Provisional)
	}
	say("收到申请之日 " + a.Received.Chinese())
	say(a.ReceiptRule)
	if !a.SupplementNoticeDue.IsZero() {
		say("告知补正最迟 " + a.SupplementNoticeDue.Chinese())
	}
	if a.Excluded > 0 {
		say("扣除 " + strconv.Itoa(a.Excluded) + "个工作日")
	}
	if a.SafeDue != a.Due {
		say("内控办结日：" + a.SafeDue.Chinese())
	}
	steps := cascadia.MustCompile(".steps > li").MatchAll(page)
	if len(steps) != len(a.Steps) {
		t.Fatalf("页面 %d 步，命令 %d 步", len(steps), len(a.Steps))
	}
	for i, s := range a.Steps {
		got := testkit.Text(steps[i])
		if !strings.Contains(got, s.On.String()) || !strings.Contains(got, s.Text) || (s.Effect == "breach") != strings.Contains(got, "◆") {
			t.Errorf("第 %d 步：页面“%s”，命令“%s”", i+1, got, s.Text)
		}
	}
	for _, x := range a.Terms {
		say(x.Due.String())
		say(x.Article)
	}
	compareLight(t, a, testkit.Text(cascadia.MustCompile("section[aria-labelledby=result-title] .light").MatchFirst(page)))
}

// compareLight holds the words of the light against state, lateness and days left.
func compareLight(t *testing.T, a deadlineAnswer, light string) {
	t.Helper()
	want := map[string]string{"waiting_supplement": "补正", "waiting_payment": "缴费", "answered": "答复", "consulting": "意见"}[a.State]
	switch {
	case a.State == "answered" && a.Late != nil && *a.Late:
		want = "逾期"
	case a.DaysLeft != nil && a.State == "running" && *a.DaysLeft < 0:
		want = "逾期"
	case a.DaysLeft != nil && a.State == "running" && *a.DaysLeft == 0:
		want = "到期"
	case a.DaysLeft != nil && a.State == "running":
		want = strconv.Itoa(*a.DaysLeft) + "个工作日"
	}
	if !strings.Contains(light, want) {
		t.Errorf("灯写“%s”，命令是 %s %v", light, a.State, a.DaysLeft)
	}
}

// --agency takes the days of one agency; it needs a database, and one of its
// agencies.
func TestDeadlineOfAnAgency(t *testing.T) {
	env, _, _ := at("")
	dir := filepath.Join(t.TempDir(), "data")
	localOffice(t, env, dir)
	for _, x := range []struct {
		args, part string
		code       int
	}{
		{"--received 2026-03-26 --agency nobody --data " + dir, "没有代码为“nobody”的机关", ExitWrong},
		{"--received 2026-03-26 --agency nobody --data " + dir + ".none", "这里没有数据库", ExitWrong},
		{"--received 2026-03-26 --agency --data " + dir, "只写一次", ExitWrong},
		{"--received 2026-03-26 --data " + dir + ".none", "2026年4月24日", ExitDone},
	} {
		env, stdout, stderr := at("")
		if code := Run(context.Background(), env, append([]string{"deadline"}, strings.Fields(x.args)...)); code != x.code || !strings.Contains(stdout.String()+stderr.String(), x.part) {
			t.Errorf("%s：%d %s%s", x.args, code, stdout, stderr)
		}
	}
}
