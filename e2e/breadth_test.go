package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// What somebody types is put aside by the page itself: the browser is closed in
// the middle of a letter, and another one goes on with it.
func TestDraftSurvivesTheBrowser(t *testing.T) {
	s := demo(t)
	first := open(t, 1366, 768)
	first.signIn(s, "zrzy-dengji")
	first.do(chromedp.Navigate(s.url + "/cases/new"))
	first.do(chromedp.SendKeys("#field-name", "王小红"), chromedp.SendKeys("#field-content", "某地块征收批复"))
	first.until(`document.querySelector("[data-saved]").textContent.includes("自动保存")`)
	first.clean()
	second := open(t, 1366, 768) // a browser of its own: nothing is shared but the server
	second.signIn(s, "zrzy-dengji")
	second.do(chromedp.Navigate(s.url + "/drafts"))
	second.shoot("drafts")
	second.do(chromedp.Click("td.number a"))
	second.until(`location.pathname === "/cases/new" && document.querySelector("#field-name").value === "王小红" && document.querySelector("#field-content").value === "某地块征收批复"`)
	second.clean()
}

// The pages of this kind are looked at wide and narrow.
func TestBreadthPages(t *testing.T) {
	s := demo(t)
	for _, x := range []struct {
		login string
		pages map[string]string
	}{
		{"xitong", map[string]string{"agencies": "/admin/agencies", "agency": "/admin/agencies/3"}},
		{"shenji", map[string]string{"seen": "/admin/seen"}},
		{"zrzy-shenhe", map[string]string{"settings": "/settings", "sections": "/sections", "list": "/cases?light=open", "case": "CASE"}},
		{"zrzy-chengban", map[string]string{"items": "CASE/decide?items=1", "edit": "CASE/edit", "applicants": "/applicants", "act": "CASE/act/served", "decide": "CASE/decide?outcome=partial"}},
	} {
		for width, suffix := range map[int64]string{1366: "", 390: "-narrow"} {
			b := open(t, width, 844)
			b.signIn(s, x.login)
			for name, path := range x.pages {
				if len(path) > 4 && path[:4] == "CASE" || path == "CASE" {
					b.do(chromedp.Navigate(s.url + "/cases?light=open"))
					path = ask[string](b, `document.querySelector("tbody td.number a").getAttribute("href")`) + path[4:]
				}
				b.do(chromedp.Navigate(s.url + path))
				if wide := ask[int64](b, `document.documentElement.scrollWidth - window.innerWidth`); wide > 0 {
					t.Errorf("%s at %d pixels runs over by %d", path, width, wide)
				}
				b.shoot(name + suffix)
			}
			b.clean()
		}
	}
}

// The pages of the annual report are looked at wide and narrow.
func TestAnnualPages(t *testing.T) {
	s := demo(t)
	for width, suffix := range map[int64]string{1366: "", 390: "-narrow"} {
		b := open(t, width, 844)
		b.signIn(s, "shi-nianbao")
		for name, path := range map[string]string{"report": "/report/2019?agency=fuzhou", "document": "/report/2019/document?agency=fuzhou", "return": "/report/2019/return?agency=fuzhou", "board": "/report/2019/board?agency=fuzhou"} {
			b.do(chromedp.Navigate(s.url + path))
			if wide := ask[int64](b, `document.documentElement.scrollWidth - window.innerWidth`); wide > 0 {
				t.Errorf("%s at %d pixels runs over by %d", path, width, wide)
			}
			b.shoot(name + suffix)
		}
		b.clean()
	}
}

// What is put on the website stands on its own and fits a phone.
func TestPublishedReportFitsItsWindow(t *testing.T) {
	s := demo(t)
	c := newCrawler(t, s, "shi-nianbao")
	res, err := c.client.Get(s.url + "/report/2019/document/download?agency=fuzhou&as=html")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	for width, suffix := range map[int64]string{1366: "", 390: "-narrow"} {
		b := open(t, width, 844)
		b.do(chromedp.Navigate("file://" + file))
		if !ask[bool](b, `document.body.textContent.includes("三、收到和处理政府信息公开申请情况") && document.querySelectorAll("table").length > 2`) {
			t.Error("the tables are not there")
		}
		if wide := ask[int64](b, `document.documentElement.scrollWidth - window.innerWidth`); wide > 0 {
			t.Errorf("at %d pixels the published page runs over by %d", width, wide)
		}
		b.shoot("published" + suffix)
		b.clean()
	}
}
