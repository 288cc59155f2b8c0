package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gongkai/internal/testkit"
)

// house is an office of the test's own: a government with one department, on one
// of the databases, and the people who work there, or the one person.
type house struct {
	server
	*tab
	config    string
	single    bool
	passwords map[string]string
	who       string
	at        string // the path of the case in hand
}

const (
	newPassword = "Ceshi-2025-kouling"
	oneLogin    = "danji"
)

// newHouse starts an office as its administrator would: a configuration, the list
// of agencies, the accounts, the server.
func newHouse(t *testing.T, engine string, single bool) *house {
	t.Helper()
	dir := t.TempDir()
	h := &house{server: server{bin: demo(t).bin, data: filepath.Join(dir, "data")}, config: filepath.Join(dir, "config.toml"),
		single: single, passwords: map[string]string{}}
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + addr
	dsn := ""
	if engine == "postgres" {
		dsn = testkit.Postgres(t)
	}
	conf := fmt.Sprintf("[server]\naddr = %q\n[database]\ndriver = %q\ndsn = %q\n[data]\ndir = %q\n", addr, engine, dsn, h.data)
	list := "机关代码,机关名称,类别,上级机关代码,机关代字\nshi,示例市人民政府,government,,示政\ncz,示例市财政局,department,shi,示财\n"
	for name, text := range map[string]string{h.config: conf, filepath.Join(dir, "agencies.csv"): list} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.run(t, "import", "agencies", filepath.Join(dir, "agencies.csv"))
	if !single {
		for _, u := range [][3]string{{"deng", "邓登记", "front_desk"}, {"cheng", "程承办", "officer"}, {"shen", "沈审核", "reviewer"}, {"qian", "钱签发", "signer"}} {
			out := h.run(t, "user", "add", u[0], "--name", u[1], "--agency", "cz", "--role", u[2])
			h.passwords[u[0]] = strings.TrimSpace(out[strings.LastIndex(out, "：")+len("："):])
		}
	}
	setup := h.serve(t)
	h.tab = open(t, 1366, 768)
	if single {
		h.begin(setup)
	}
	return h
}

// run runs a command of the program and gives what it says.
func (h *house) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(h.bin, append([]string{"--config", h.config}, args...)...).Output()
	if err != nil {
		t.Fatalf("gongkai %v: %v", args, err)
	}
	return string(out)
}

// serve starts the server and gives the address of the first start, if it is one.
func (h *house) serve(t *testing.T) (setup string) {
	t.Helper()
	cmd := exec.Command(h.bin, "--config", h.config, "serve")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = cmd.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	found := make(chan string, 1)
	go func() {
		path := regexp.MustCompile(`/setup\?code=\S+`)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if m := path.FindString(lines.Text()); m != "" && len(found) == 0 {
				found <- m
			}
		}
	}()
	if err := healthy(h.url); err != nil {
		t.Fatal(err)
	}
	if h.single {
		select {
		case setup = <-found:
		case <-time.After(10 * time.Second):
			t.Fatal("the server does not say where it is set up")
		}
	}
	return setup
}

// begin sets the single-user mode up.
func (h *house) begin(setup string) {
	h.t.Helper()
	h.goTo(setup)
	h.fill(map[string]string{"mode": "single", "name": "独一人", "password": newPassword, "again": newPassword, "passphrase": "密钥恢复页的口令十个字"})
	h.press("form[action='/setup'] button")
	h.passwords[oneLogin] = newPassword
}

// goTo opens a page of the office.
func (h *house) goTo(path string) {
	h.t.Helper()
	h.do(chromedp.Navigate(h.url + path))
}

// as has somebody sit down at the desk; in single-user mode it is always the same
// person. Who comes for the first time changes the password.
func (h *house) as(login string) {
	h.t.Helper()
	if h.single {
		login = oneLogin
	}
	if h.who == login {
		return
	}
	if h.who != "" {
		h.signOut()
	}
	h.who = login
	h.goTo("/signin")
	h.fill(map[string]string{"login": login, "password": h.passwords[login]})
	h.press("main form button")
	if ask[string](h.tab, "location.pathname") == "/me" {
		h.fill(map[string]string{"old": h.passwords[login], "password": newPassword, "again": newPassword})
		h.press("form[action='/me/password'] button")
		h.passwords[login] = newPassword
	}
	h.until(`document.querySelector("form[action='/signout']") !== null`)
}

// fill types into the fields of the page's main form: text by name, a choice by
// its value, several values of one field by commas after "+".
func (h *house) fill(fields map[string]string) {
	h.t.Helper()
	data, err := json.Marshal(fields)
	if err != nil {
		h.t.Fatal(err)
	}
	missing := ask[string](h.tab, `(() => { const fields = `+string(data)+`, missing = [];
		for (const name in fields) {
			const of = [...document.querySelectorAll("main [name='" + name + "']")].filter(e => e.type !== "hidden");
			if (!of.length) { missing.push(name); continue; }
			for (const e of of) {
				if (e.type === "radio" || e.type === "checkbox") { if (fields[name].split("+").includes(e.value)) e.checked = true; }
				else if (e.tagName !== "BUTTON") e.value = fields[name];
			}
		}
		return missing.join(" ") })()`)
	if missing != "" {
		h.t.Fatalf("%s has no field %s", ask[string](h.tab, "location.href"), missing)
	}
}

// press presses a button and waits for the page that answers, which must not be
// one with mistakes.
func (h *house) press(button string) {
	h.t.Helper()
	if !ask[bool](h.tab, `(() => { window.pressed = true; const b = document.querySelector("`+button+`"); if (b) b.click(); return b !== null })()`) {
		h.t.Fatalf("%s has no button %s: %s", ask[string](h.tab, "location.href"), button, ask[string](h.tab, `document.querySelector("main").innerText`))
	}
	h.until(`window.pressed === undefined && document.readyState === "complete"`)
	if wrong := ask[string](h.tab, `document.title.startsWith("错误") || document.querySelector(".notice.bad") !== null ? document.querySelector("main").innerText : ""`); wrong != "" {
		h.t.Fatalf("after %s: %s", button, wrong)
	}
}

// act does an act on the case in hand.
func (h *house) act(code string, fields ...string) {
	h.t.Helper()
	h.goTo(h.at + "/act/" + code)
	h.fill(pairs(fields))
	h.press("main form button[name=do]")
}

func pairs(fields []string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		out[fields[i]] = fields[i+1]
	}
	return out
}

// register registers an application and takes its case in hand.
func (h *house) register(fields ...string) {
	h.t.Helper()
	h.as("deng")
	h.goTo("/cases/new")
	h.fill(pairs(fields))
	h.press("main form button[name=check].primary")
	h.press("main form button[name=save]")
	path := ask[string](h.tab, "location.pathname")
	if !strings.HasSuffix(path, "/receipt") {
		h.t.Fatalf("registering led to %s", path)
	}
	h.at = strings.TrimSuffix(path, "/receipt")
}

// take has the officer take the case in hand.
func (h *house) take(on string) {
	h.t.Helper()
	h.as("cheng")
	h.goTo(h.at + "/act/assigned")
	h.fill(map[string]string{"on": on})
	if ask[int](h.tab, `document.querySelectorAll("main [name=officer]:checked").length`) == 0 {
		ask[bool](h.tab, `(() => { document.querySelector("main [name=officer]").checked = true; return true })()`)
	}
	h.press("main form button[name=do]")
}

// decide has a decision proposed, signed by both, and answered on a day.
func (h *house) decide(outcome, on string, fields ...string) {
	h.t.Helper()
	h.propose(outcome, on, fields...)
	h.as("shen")
	h.act("approved", with(fields, "on", on)...)
	h.as("qian")
	h.act("approved", with(fields, "on", on)...)
	h.answer(on, fields...)
}

// with gives what of the fields goes with every act, and more.
func with(fields []string, more ...string) []string {
	if i := slices.Index(fields, "together"); i >= 0 {
		more = append(more, "together", fields[i+1])
	}
	return more
}

func (h *house) propose(outcome, on string, fields ...string) {
	h.t.Helper()
	h.as("cheng")
	h.goTo(h.at + "/decide?outcome=" + outcome)
	h.fill(pairs(append([]string{"on", on}, fields...)))
	h.press("main form button[name=do][value=propose]")
}

func (h *house) answer(on string, fields ...string) {
	h.t.Helper()
	h.as("cheng")
	h.goTo(h.at + "/decide")
	h.fill(pairs(append([]string{"on", on}, fields...)))
	h.posted()
	h.press("main form button[name=do][value=answer]")
}

// direct answers without approval: on the spot, or where nothing is to be signed.
func (h *house) direct(outcome, on, how string, fields ...string) {
	h.t.Helper()
	h.as("cheng")
	h.goTo(h.at + "/decide?outcome=" + outcome)
	h.fill(pairs(append([]string{"on", on}, fields...)))
	h.posted()
	h.press("main form button[name=do][value=" + how + "]")
}

// posted says that an answer went by post, where the page asks and nothing was said.
func (h *house) posted() {
	h.t.Helper()
	ask[bool](h.tab, `(() => { const way = document.querySelector("main select[name=way]"); if (way && !way.value) way.value = "mail"; return true })()`)
}

// due holds the due date on the page of the case against the law's.
func (h *house) due(want string) {
	h.t.Helper()
	h.goTo(h.at)
	if text := ask[string](h.tab, `document.querySelector(".identity").innerText`); !strings.Contains(text, want) {
		h.t.Fatalf("the case is not due on %s: %s", want, text)
	}
}

// table reads table 三 of 2025 beside the running server: row by row the natural
// persons and the total.
func (h *house) table() map[string][2]int {
	h.t.Helper()
	var report struct {
		Applications struct {
			New, CarriedOut []int
			Results         map[string][]int
		}
	}
	if err := json.Unmarshal([]byte(h.run(h.t, "report", "2025", "--agency", "shi", "--as", "json")), &report); err != nil {
		h.t.Fatal(err)
	}
	out := map[string][2]int{"new": {report.Applications.New[0], report.Applications.New[6]}}
	for row, cells := range report.Applications.Results {
		out[row] = [2]int{cells[0], cells[6]}
	}
	return out
}

// adds runs a part of the day and holds what it changed of table 三 against what
// it should: so many more in one row, and nothing else but the sum.
func (h *house) adds(row string, n int, part func()) {
	h.t.Helper()
	before := h.table()
	part()
	after := h.table()
	for name, cells := range after {
		want := before[name]
		if name == row || name == "total" {
			want = [2]int{want[0] + n, want[1] + n}
		}
		if cells != want {
			h.t.Errorf("%s: %v, want %v", name, cells, want)
		}
	}
}
