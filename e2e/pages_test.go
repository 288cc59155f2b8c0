package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Every page keeps to the width of the window, on an office machine and on a
// phone, speaks Chinese, has one heading and does not upset the browser.
func TestPagesFitTheirWindow(t *testing.T) {
	s := demo(t)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"office", 1366, 768}, {"phone", 390, 844}} {
		t.Run(size.name, func(t *testing.T) {
			b := open(t, size.width, size.height)
			b.do(chromedp.Navigate(s.url + "/signin"))
			b.shoot(size.name + "-signin")
			b.signIn(s, "xitong")
			b.do(chromedp.Navigate(s.url + "/admin/users"))
			b.shoot(size.name + "-users")
			if wide := ask[int](b, `document.documentElement.scrollWidth`); wide > int(size.width) {
				t.Errorf("the people's page is %d wide: %s", wide, ask[string](b, widest))
			}
			b.signOut()
			b.signIn(s, "shi-nianbao")
			b.do(chromedp.Navigate(s.url + "/cases"))
			first := ask[string](b, `document.querySelector('main td a[href^="/cases/"]').getAttribute("href")`)
			for _, page := range [][2]string{{"home", "/"}, {"cases", "/cases"}, {"case", first},
				{"report-2019", "/report/2019?agency=fuzhou"}, {"report-now", "/report/2026?agency=fuzhou-zrzy"},
				{"proactive", "/report/2026/proactive?agency=fuzhou"}, {"me", "/me"}, {"check", "/check"}, {"import", "/import"}, {"calculator", "/calculator?received=2025-09-30"},
				{"empty", "/cases?agency=gulou-xinfang&text=" + "不会有的内容"}, {"gone", "/cases/999999999"}} {
				t.Run(page[0], func(t *testing.T) {
					b.t = t
					b.do(chromedp.Navigate(s.url + page[1]))
					if page[0] == "gone" {
						b.bad = nil // the 404 itself is noted as an error
					}
					b.clean()
					b.shoot(size.name + "-" + page[0])
					if wide := ask[int](b, `document.documentElement.scrollWidth`); wide > int(size.width) {
						t.Errorf("the page is %d wide in a window of %d: %s", wide, size.width, ask[string](b, widest))
					}
					if lang := ask[string](b, `document.documentElement.lang`); lang != "zh-CN" {
						t.Errorf("lang %q", lang)
					}
					if n := ask[int](b, `document.querySelectorAll("h1").length`); n != 1 {
						t.Errorf("%d first headings", n)
					}
					if n := ask[int](b, overlaps); n > 0 {
						t.Errorf("%d boxes lie over their neighbours", n)
					}
				})
			}
		})
	}
}

// widest names what reaches beyond the window outside a box that scrolls.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.parentElement.closest(".scroll"))
  .map(e => e.tagName + "." + e.className + "#" + e.id + " " + Math.round(e.getBoundingClientRect().right)).slice(0, 8).join("; ")`

// overlaps counts cards that lie over one another.
const overlaps = `(() => { const r = [...document.querySelectorAll("main .card, main .scroll")].filter(e => e.checkVisibility({contentVisibilityAuto: true})).map(e => [e, e.getBoundingClientRect()]);
  let n = 0;
  for (const [a, x] of r) for (const [b, y] of r)
    if (a !== b && !a.contains(b) && !b.contains(a) && x.width && y.width &&
        x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 1 && y.top < x.bottom - 1) n++;
  return n / 2; })()`

// From the published figure to its cases, to one case with its clock explained,
// and back to the same place.
func TestFromFigureToCaseAndBack(t *testing.T) {
	s := demo(t)
	b := open(t, 1366, 768)
	b.signIn(s, "shi-nianbao")
	b.do(chromedp.Navigate(s.url + "/report/2019?agency=fuzhou"))
	cell := `[...document.querySelectorAll("table.statutory a")].find(a => a.textContent.trim() === "255")`
	if !ask[bool](b, "!!"+cell) {
		t.Fatal("the table does not show 255 for partial disclosure")
	}
	list := ask[string](b, cell+".href")
	b.do(chromedp.Navigate(list))
	b.clean()
	rows := ask[int](b, `document.querySelectorAll("main tbody tr").length`)
	if rows != 50 {
		t.Errorf("the first page of 255 cases shows %d", rows)
	}
	one := ask[string](b, `document.querySelector('main td a[href^="/cases/"]').href`)
	b.do(chromedp.Navigate(one))
	b.clean()
	text := ask[string](b, `document.querySelector("main").innerText`)
	for _, want := range []string{"期限说明", "个工作日内答复", "2019年"} {
		if !strings.Contains(text, want) {
			t.Errorf("the case page does not say %q", want)
		}
	}
	_ = ask[bool](b, `history.back(), true`)
	b.until(fmt.Sprintf("location.href === %q", list))
}

// All pages of a cell's list together hold as many cases as the cell says.
func TestCellListIsWhole(t *testing.T) {
	s := demo(t)
	b := open(t, 1366, 768)
	b.signIn(s, "shi-nianbao")
	b.do(chromedp.Navigate(s.url + "/report/2019?agency=fuzhou"))
	b.do(chromedp.Navigate(ask[string](b, `[...document.querySelectorAll("table.statutory a")].find(a => a.textContent.trim() === "255").href`)))
	n := 0
	for page := 0; page < 10; page++ {
		n += ask[int](b, `document.querySelectorAll("main tbody tr").length`)
		next := ask[string](b, `(document.querySelector('a[rel="next"]') || {}).href || ""`)
		if next == "" {
			break
		}
		b.do(chromedp.Navigate(next))
	}
	if n != 255 {
		t.Errorf("the list holds %d cases, the cell says 255", n)
	}
}

// A clerk drops a ledger: what was read and what is wrong is shown, nothing is
// written; the mended ledger is adopted, once, however often the button is hit.
func TestDropALedger(t *testing.T) {
	s := demo(t)
	b := open(t, 1366, 768)
	b.signIn(s, "banshi")
	dir := t.TempDir()
	ledger := func(name, answered string) string {
		path := filepath.Join(dir, name)
		text := "某局2025年依申请公开台账,,,,,,\n序号,收件日期,申请方式,申请人类型,申请人姓名或名称,所需信息内容描述,答复时间,答复类型\n" +
			"1,2025年3月3日,当面,自然人,测试甲,某地块批复," + answered + ",予以公开\n2,2025/4/7,EMS,公司,测试乙有限公司,某项目环评,2025.4.30,不存在\n合计,2,,,,,,\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	upload := func(path string) string {
		b.do(chromedp.Navigate(s.url+"/import?agency=gulou-xinfang"), chromedp.SetUploadFiles(`input[type="file"]`, []string{path}),
			chromedp.Evaluate[chromedp.Void](`document.querySelector('main form[enctype] button:not([type="button"])').click()`), chromedp.WaitReady("h1"))
		return ask[string](b, `document.querySelector("main").innerText`)
	}
	if text := upload(ledger("bad.csv", "2025-02-30")); !strings.Contains(text, "2025-02-30") || strings.Contains(text, "采纳这份") {
		t.Errorf("a bad date is not named: %s", text)
	}
	b.shoot("office-import-problems")
	text := upload(ledger("good.csv", "2025-03-20"))
	b.shoot("office-import-preview")
	if !strings.Contains(text, "新增") {
		t.Fatalf("no preview: %s", text)
	}
	adopt := `[...document.querySelectorAll("main button")].find(x => x.textContent.includes("采纳"))`
	_ = ask[bool](b, `(() => { const x = `+adopt+`; x.click(); x.click(); return true })()`)
	b.until(`location.pathname.endsWith("/done") && document.readyState === "complete"`)
	b.shoot("office-import-done")
	b.clean()
	b.do(chromedp.Navigate(s.url + "/report/2025?agency=gulou-xinfang&own=1"))
	if got := ask[string](b, `document.querySelector("table.statutory tbody tr").innerText.replace(/\s+/g, " ")`); !strings.HasSuffix(strings.TrimSpace(got), "2") {
		t.Errorf("the table counts %q, want 2 received", got)
	}
}
