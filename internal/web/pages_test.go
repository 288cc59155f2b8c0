package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gongkai/internal/testkit"
)

// Every route has a policy and a limit. 单机版 answers its own machine alone, and
// no name that was pointed at it, whatever the headers claim: from elsewhere its
// session is nobody's.
func TestEveryRouteKeepsItsPolicy(t *testing.T) {
	o := newOffice(t)
	for _, r := range o.server.routes() {
		if r.policy.isZero() || r.body == 0 {
			t.Errorf("%s %s: no policy or no limit", r.method, r.path)
		}
		path := strings.NewReplacer(":id", "1", ":year", "2026", ":token", strings.Repeat("0", 32), ":name", "app.css").Replace(r.path)
		for _, from := range [][2]string{{"10.1.2.3:4000", "127.0.0.1:8080"}, {"127.0.0.1:4000", "evil.example:8080"}} {
			req := httptest.NewRequest(r.method, path, nil)
			req.RemoteAddr, req.Host = from[0], from[1]
			req.Header.Set("X-Forwarded-For", "127.0.0.1")
			o.dress(req)
			w := httptest.NewRecorder()
			o.server.Handler().ServeHTTP(w, req)
			led := w.Code == http.StatusUnauthorized || strings.HasPrefix(w.Header().Get("Location"), "/signin?next=")
			if r.policy.name == "public" || path == "/" {
				continue
			}
			if !led {
				t.Errorf("%s %s from %s as %s: %d under policy %s", r.method, path, from[0], from[1], w.Code, r.policy.name)
			}
		}
	}
}

// pages are addresses of every kind of page that a GET gives.
func pages() map[string]int {
	return map[string]int{"/": 200, "/help": 200, "/cases": 200, "/cases?light=late": 200, "/cases?text=陈": 200, "/cases?print=1": 200,
		"/cases/1": 200, "/cases/4": 200, "/cases/7": 200, "/report/2026": 200, "/report/2025?own=1&format=2019": 200,
		"/report/2026/cell?cell=applications/new/natural": 200, "/check": 200, "/calculator": 200,
		"/calculator?received=2025-09-30": 200, "/calculator?received=x": 422, "/cases?received_from=x": 422,
		"/import": 200, "/nothing": 404, "/cases/999": 404, "/cases/x": 404, "/cases?agency=unknown": 404,
		"/report/x": 404, "/import/" + strings.Repeat("0", 32): 404, "/static/none.css": 404}
}

// No page has inline script or style, names another host, or lets a browser keep
// it; every page has a title, one heading of the first rank and the policy.
func TestEveryPageKeepsTheContentPolicy(t *testing.T) {
	o := newOffice(t)
	elsewhere := regexp.MustCompile(`(?i)(https?:)?//[a-z0-9-]+\.[a-z]`)
	for path, status := range pages() {
		res := o.get((&url.URL{Path: path}).Path)
		if i := strings.Index(path, "?"); i >= 0 {
			q, err := url.ParseQuery(path[i+1:])
			if err != nil {
				t.Fatal(err)
			}
			res = o.get(path[:i] + "?" + q.Encode())
		}
		body := o.page(res, status)
		h := res.Header
		if h.Get("Content-Security-Policy") != contentPolicy || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", path, h)
		}
		if strings.Contains(contentPolicy, "unsafe") {
			t.Error("the content policy allows inline code")
		}
		o.check(body, testkit.NotIn("style, [style], script:not([src]), [onclick], [onload], [onerror], [onsubmit]"),
			testkit.In("html[lang=zh-CN] title"), testkit.In("#main"), testkit.Count("main .page h1, main .page .empty h2 ~ h1", countH1(o, body)))
		if found := elsewhere.FindString(body); found != "" {
			t.Errorf("%s names another host: %s", path, found)
		}
	}
}

// countH1 demands one first heading, but lets a page without data have none.
func countH1(o *office, body string) int {
	n := len(o.all(body, "main h1"))
	if n > 1 {
		o.Errorf("%d first headings", n)
	}
	return n
}

// An empty database shows how to begin, on every page.
func TestEmptyOfficeShowsHowToBegin(t *testing.T) {
	o := emptyOffice(t)
	o.check(o.page(o.get("/"), 200), testkit.In("ol.begin", testkit.HasText("gongkai import agencies")))
	o.check(o.page(o.get("/cases"), 200), testkit.In(".empty"))
	o.check(o.page(o.get("/report/2026"), 200), testkit.In(".empty"))
	o.check(o.page(o.get("/import"), 200), testkit.In(".empty", testkit.HasText("gongkai import agencies")))
	o.check(o.page(o.get("/calculator?received=2025-09-30"), 200), testkit.In(".bigdate", testkit.HasExactText("2025年11月4日")))
	if got := o.page(o.get("/healthz"), 200); got != "ok" {
		t.Errorf("healthz: %q", got)
	}
}

// The numbers of the home page lead to lists of exactly as many cases.
func TestHomeCountsLeadToTheirCases(t *testing.T) {
	o := newOffice(t)
	body := o.page(o.get("/"), 200)
	for _, a := range o.all(body, ".counts a") {
		label := testkit.Text(a)
		list := o.page(o.get(attr(a, "href")), 200)
		got := len(o.all(list, "table.list tbody tr"))
		want := testkit.Text(o.all(body, ".counts a[href='"+attr(a, "href")+"'] .n")[0])
		if strconv.Itoa(got) != want {
			t.Errorf("%s: the list has %d cases", label, got)
		}
	}
	o.check(body, testkit.In(".light.late", testkit.HasText("逾期")), testkit.In("[data-place=cases] .count", testkit.HasText("1")))
}

// Every figure of the statutory tables leads to exactly its cases, sums too.
func TestEveryFigureLeadsToItsCases(t *testing.T) {
	o := newOffice(t)
	for _, path := range []string{"/report/2026", "/report/2025", "/report/2026?own=1&agency=shi", "/report/2026?agency=cz&format=2019"} {
		body := o.page(o.get(path), 200)
		links := o.all(body, ".statutory td a")
		if len(links) < 23*7+15 {
			t.Fatalf("%s: only %d figures are links", path, len(links))
		}
		for _, a := range links {
			list := o.page(o.get(attr(a, "href")), 200)
			if got, want := len(o.all(list, "table.list tbody tr")), testkit.Text(a); strconv.Itoa(got) != want {
				t.Errorf("%s: %s says %s, its list has %d", path, attr(a, "title"), want, got)
			}
		}
	}
}

// Names of natural persons are masked in lists, prints and on the case; phones
// and identity numbers stand nowhere until they are asked for.
func TestPersonalDataIsMasked(t *testing.T) {
	o := newOffice(t)
	for path := range pages() {
		if strings.ContainsAny(path, "陈x") {
			continue
		}
		res := o.get(path)
		body := o.page(res, res.StatusCode)
		for _, secret := range []string{"陈小明", "欧阳晓红", "13900001111", "350102199001010011"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %s", path, secret)
			}
		}
	}
	o.check(o.page(o.get("/cases"), 200), testkit.In("body", testkit.HasText("陈**"), testkit.HasText("欧阳**"), testkit.HasText("示例建设有限公司")))
	opened := o.page(o.post("/cases/1/people", nil), 200)
	o.check(opened, testkit.In("body", testkit.HasText("陈小明"), testkit.HasText("13900001111")))
}

// What was typed stays in a refused form, the sentence stands on top and at the
// field, and the title says so.
func TestRefusedFormsKeepWhatWasTyped(t *testing.T) {
	o := newOffice(t)
	body := o.page(o.get("/calculator?received=2025-02-30&extend=20@2025-11-05"), 422)
	o.check(body, testkit.In("title", testkit.HasText("错误：")), testkit.In(".summary a[href='#field-received']"),
		testkit.In(".wrong #field-received", testkit.HasAttr("value", "2025-02-30"), testkit.HasAttr("aria-invalid", "true")),
		testkit.In("#field-extend", testkit.HasAttr("value", "20@2025-11-05")))
	body = o.page(o.get("/cases?received_from=%E5%BE%88%E4%B9%85&text=abc"), 422)
	o.check(body, testkit.In(".summary"), testkit.In(".wrong #field-received_from", testkit.HasAttr("value", "很久")),
		testkit.In("#field-text", testkit.HasAttr("value", "abc")))
}

// Filters show as chips that take themselves away.
func TestFiltersAreRemovableChips(t *testing.T) {
	o := newOffice(t)
	body := o.page(o.get("/cases?agency=cz&kind=natural&received_from=2026.1.1"), 200)
	o.check(body, testkit.Count(".chips .chip", 3), testkit.Count("table.list tbody tr", 1))
	without := attr(o.all(body, ".chips .chip")[0], "href")
	o.check(o.page(o.get(without), 200), testkit.Count("table.list tbody tr", 3))
}

// The print has the chosen columns, repeated heads and its basis.
func TestPrintOfTheRegister(t *testing.T) {
	o := newOffice(t)
	body := o.page(o.get("/cases?print=1&cols=number,received&cols=light&paper=a3"), 200)
	o.check(body, testkit.In("body.a3"), testkit.Count(".paper thead th", 3), testkit.Count(".paper tbody tr", 8),
		testkit.In(".paper", testkit.HasText("数据截至2026年11月24日")))
}

// A case says its clock in words and as a ruler.
func TestCaseShowsItsClock(t *testing.T) {
	o := newOffice(t)
	o.check(o.page(o.get("/cases/1"), 200), testkit.In(".identity .light.late", testkit.HasText("逾期")),
		testkit.In(".ruler .day.due"), testkit.In(".ruler .day.now"), testkit.In(".steps li"), testkit.In(".timeline li"))
	o.check(o.page(o.get("/cases/4"), 200), testkit.In(".identity .light.waiting", testkit.HasText("待补正")), testkit.In(".ruler .day.waits"))
	o.check(o.page(o.get("/cases/6"), 200), testkit.In(".identity .light.closed", testkit.HasText("已办结（逾期）")), testkit.In(".day.answer"))
	o.check(o.page(o.get("/cases/7"), 200), testkit.In("body", testkit.HasText("复议诉讼"), testkit.HasText("结果维持")))
}

// Requests from other sites that change something are refused; a redirect leads
// nowhere but into this site.
func TestOtherSitesCannotAct(t *testing.T) {
	o := newOffice(t)
	r := httptest.NewRequest(http.MethodPost, "/display", strings.NewReader("large=1&back=/cases"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	o.page(o.ask(r), http.StatusForbidden)
	for back, want := range map[string]string{"/cases?x=1": "/cases?x=1", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example": "/", "": "/"} {
		res := o.post("/display", url.Values{"large": {"1"}, "back": {back}})
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("back to %q leads to %q", back, got)
		}
	}
	res := o.get("/cases")
	o.page(res, 200)
}

// A fault shows a number that stands in the log, without what was asked for.
func TestFaultHasANumberAndLogsNoNames(t *testing.T) {
	o := newOffice(t)
	o.db.Close()
	body := o.page(o.get("/cases?text=%E9%99%88%E5%B0%8F%E6%98%8E"), http.StatusInternalServerError)
	ref := testkit.Text(o.all(body, "code")[0])
	if !strings.Contains(o.log.String(), ref) || strings.Contains(o.log.String(), "陈小明") || strings.Contains(o.log.String(), "%E9%99%88") {
		t.Errorf("reference %s, log %s", ref, o.log)
	}
	o.page(o.get("/healthz"), http.StatusServiceUnavailable)
}

// Pages go over the wire compressed to browsers that ask for it, none larger than
// 100 kB; the session's cookie is not sent for other sites.
func TestPagesAreSmallOnTheWire(t *testing.T) {
	o := newOffice(t)
	for _, path := range []string{"/", "/cases", "/report/2026", "/settings", "/calculator"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		res := o.ask(r)
		sent, err := io.ReadAll(res.Body)
		if err != nil || res.Header.Get("Content-Encoding") != "gzip" || len(sent) > 100_000 {
			t.Errorf("%s: %d bytes, %q, %v", path, len(sent), res.Header.Get("Content-Encoding"), err)
			continue
		}
		z, err := gzip.NewReader(bytes.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		if page, err := io.ReadAll(z); err != nil || !strings.Contains(string(page), "</html>") {
			t.Errorf("%s does not unpack to a page: %v", path, err)
		}
	}
	if res := o.get("/"); res.Header.Get("Content-Encoding") != "" {
		t.Error("compressed for who did not ask")
	}
}
