package web

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/internal/auth"
	"gongkai/internal/jobs"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// spoil writes 4 KiB of garbage into the office's database as it lies on the disk,
// while the server has it open, and lets the daily job look: over the first page of
// a table, or ("") into the middle of the file.
func (o *office) spoil(table string) {
	o.Helper()
	if os.Getenv(testEngine) == store.Postgres {
		testkit.Skip(o.T, "PostgreSQL looks after its own files")
	}
	path := filepath.Join(o.dir, "gongkai.db")
	db, err := sql.Open("sqlite3", path)
	at := int64(0)
	if err == nil {
		_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err == nil && table != "" {
		err = db.QueryRow("SELECT (rootpage - 1) * 4096 FROM sqlite_master WHERE name = ?", table).Scan(&at)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		o.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		o.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		o.Fatal(err)
	}
	if table == "" {
		at = info.Size() / 2 / 4096 * 4096
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("垃圾", 700))[:4096], at); err != nil {
		o.Fatal(err)
	}
	list := jobs.Office(o.db, o.server.now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	job := list[slices.IndexFunc(list, func(j jobs.Job) bool { return j.Name == "quick_check" })]
	if err := job.Run(context.Background(), jobs.Slot{Name: "2026-11-24T02:30", Now: time.Now()}); !store.Is(err, store.Refused) {
		o.Fatalf("the job found %v", err)
	}
}

// Damage found by night stops intake: the next registration is refused and keeps
// what was typed; every page says so; reading goes on, also for who signs in now.
func TestDamageStopsIntake(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	before := o.countCases()
	check := onPaper()
	check.Set("check", "1")
	save := url.Values{"save": {"1"}}
	for _, n := range o.all(o.page(o.post("/cases/new", check), http.StatusOK), "main input[type=hidden]") {
		save.Set(attr(n, "name"), attr(n, "value"))
	}
	if got := o.page(o.get("/healthz"), http.StatusOK); got != "ok" {
		t.Errorf("healthz of a sound database: %q", got)
	}
	o.spoil("")

	body := o.page(o.post("/cases/new", save), http.StatusServiceUnavailable)
	o.check(body, testkit.In("[role=alert]", testkit.HasText("停止登记")), testkit.In(".notice.bad", testkit.HasText("数据库文件已损坏"), testkit.HasText("gongkai restore")),
		testkit.In("#field-name", testkit.HasAttr("value", "陈小明")), testkit.In("#field-mail", testkit.HasAttr("value", "EMS1234567890")),
		testkit.In("#field-content", testkit.HasText("某地块征收批复")))
	if n := o.countCases(); n != before {
		t.Errorf("%d cases, before %d", n, before)
	}
	if got := o.page(o.get("/healthz"), http.StatusServiceUnavailable); !strings.Contains(got, "已损坏") {
		t.Errorf("healthz: %q", got)
	}
	o.page(o.post("/drafts", url.Values{"auto": {"1"}, "key": {"k"}, "_action": {"/cases/new"}, "content": {"某"}}), http.StatusServiceUnavailable)
	body = o.page(o.post("/cases/1/act/contacted", url.Values{"do": {"1"}, "on": {today}, "way": {"phone"}, "call": {"申请人说下周再来电"}, "version": {"1"}}), http.StatusServiceUnavailable)
	o.check(body, testkit.In(".typed-text", testkit.HasText("申请人说下周再来电")), testkit.In("main", testkit.HasText("没有保存")))
}

// In a damaged database whoever signs in reads every page that he read before, but
// for those that the audit has to tell of first.
func TestDamageLeavesReading(t *testing.T) {
	o := matrixOffice(t)
	type seen struct{ who, path string }
	answers := func() map[seen]int {
		out := map[seen]int{}
		for _, who := range append(matrixPeople()[:8], "leader", "statist") {
			o.signIn(who)
			for _, r := range o.server.routes() {
				if r.method == http.MethodGet && !strings.Contains(r.path, ":token") && r.path != "/healthz" {
					path := strings.NewReplacer(":id", "1", ":year", "2026", ":name", "app.css", ":code", "withdrawn", ":seq", "1", ":place", "1").Replace(r.path)
					res := o.get(path + "?agency=cz&cell=applications/new/natural&as=html")
					out[seen{who, path}] = res.StatusCode
					res.Body.Close()
				}
			}
		}
		return out
	}
	before := answers()
	o.spoil("anchors")
	for at, status := range answers() {
		if tells := strings.Contains(at.path, "/files/") || strings.Contains(at.path, "/envelope") || strings.Contains(at.path, "/evidence") ||
			strings.HasSuffix(at.path, "/edit") || strings.HasSuffix(at.path, "/release"); tells && status == http.StatusServiceUnavailable {
			continue
		}
		if status != before[at] {
			t.Errorf("%s at %s: %d, before %d", at.who, at.path, status, before[at])
		}
	}
}

// Signing in by the page works in a damaged database, with the right password.
func TestSignInToADamagedDatabase(t *testing.T) {
	o := matrixOffice(t)
	o.addUser("wang", auth.Admin{}, false, "cz:officer")
	o.spoil("anchors")
	o.signIn("")
	o.check(o.page(o.get("/signin"), http.StatusOK), testkit.In("[role=alert]", testkit.HasText("停止登记")))
	res := o.post("/signin", url.Values{"login": {"wang"}, "password": {"falsch"}})
	o.page(res, http.StatusUnprocessableEntity)
	res = o.post("/signin", url.Values{"login": {"wang"}, "password": {testPassword}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("signed in: %d %s", res.StatusCode, messages(o, res))
	}
	o.token = cookieOf(res)
	o.check(o.page(o.get("/cases/1"), http.StatusOK), testkit.In("[role=alert]", testkit.HasText("停止登记")))
	o.post("/signout", url.Values{})
	if res := o.get("/cases/1"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("after signing out: %d", res.StatusCode)
	}
}
