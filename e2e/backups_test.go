package e2e

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The system administrator makes a backup, tries it, and prints the certificate; no
// page of it is wider than the screen or shows a serious fault to axe-core.
func TestBackups(t *testing.T) {
	script := axe(t)
	s := demo(t)
	for _, screen := range []struct {
		name          string
		width, height int64
	}{{"wide", 1366, 768}, {"narrow", 390, 844}} {
		b := open(t, screen.width, screen.height)
		look := func(name string) {
			t.Helper()
			b.shoot("backups-" + name + "-" + screen.name)
			if ask[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
				t.Errorf("%s is wider than %d", name, screen.width)
			}
			for _, fault := range b.faults(script) {
				t.Errorf("%s, %d pixels wide: %s", name, screen.width, fault)
			}
		}
		b.signIn(s, "xitong")
		b.do(chromedp.Navigate(s.url + "/admin/backups"))
		look("before")
		press := func(what string) {
			ask[bool](b, `(() => { window.old = true; document.querySelector("button[value=`+what+`]").click(); return true })()`)
			b.until(`window.old === undefined && document.readyState === "complete" && document.querySelector("button[value=` + what + `]:not([disabled])") !== null`)
		}
		press("backup")
		if !ask[bool](b, `document.querySelector("table.list .light.closed") !== null`) {
			t.Error("the backup is not in the list")
		}
		look("made")
		b.do(chromedp.Navigate(s.url + "/admin/backups"))
		press("drill")
		look("drilled")
		ask[bool](b, `document.querySelector("td.number a[href^='/admin/backups/drills/']").click(), true`)
		b.until(`location.pathname.startsWith("/admin/backups/drills/") && document.querySelector(".drill-verdict.good") !== null`)
		look("certificate")
		b.clean()
	}
}

// A database that is damaged when the program starts is served to be read, and every
// page says so.
func TestDamagedDatabase(t *testing.T) {
	script := axe(t)
	s := demo(t)
	data := filepath.Join(t.TempDir(), "data")
	if out, err := exec.Command(s.bin, "demo", "--data", data, "--load-only").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.OpenFile(filepath.Join(data, "gongkai.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.WriteAt([]byte(strings.Repeat("x", 4096)), info.Size()/4096*9/10*4096)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, s.bin, "serve", "--data", data, "--addr", addr)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait()
	})
	d := server{url: "http://" + addr}
	status := 0
	for end := time.Now().Add(20 * time.Second); status == 0 && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if res, err := http.Get(d.url + "/healthz"); err == nil {
			status = res.StatusCode
			_ = res.Body.Close()
		}
	}
	if status != http.StatusServiceUnavailable {
		t.Fatalf("healthz of a damaged database: %d", status)
	}
	for _, screen := range []struct {
		name          string
		width, height int64
	}{{"wide", 1366, 768}, {"narrow", 390, 844}} {
		b := open(t, screen.width, screen.height)
		b.signIn(d, "zrzy-dengji")
		for _, page := range []string{"/", "/cases/new"} {
			b.do(chromedp.Navigate(d.url + page))
			if !ask[bool](b, `document.querySelector("[role=alert]").textContent.includes("停止登记")`) {
				t.Errorf("%s does not say that nothing is taken", page)
			}
			b.shoot("damaged-" + strings.Trim(strings.ReplaceAll(page, "/", "-"), "-") + "-" + screen.name)
			if ask[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
				t.Errorf("%s is wider than %d", page, screen.width)
			}
			for _, fault := range b.faults(script) {
				t.Errorf("%s, %d pixels wide: %s", page, screen.width, fault)
			}
		}
	}
}
