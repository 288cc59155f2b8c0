package web

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"gongkai/internal/auth"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// links gives the figures of a page that lead to cases: address and text.
func (o *office) figures(body string) map[string]string {
	o.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	out := map[string]string{}
	for _, n := range cascadia.QueryAll(doc, cascadia.MustCompile("main a[href^='/cases?']")) {
		for _, a := range n.Attr {
			if a.Key == "href" {
				out[a.Val] = strings.TrimSpace(n.FirstChild.Data)
			}
		}
	}
	return out
}

// Every figure of the analysis leads to a list of exactly as many cases, of this
// period and of the year before, of the whole tree and of one agency.
func TestFiguresLeadToTheirCases(t *testing.T) {
	o := newOffice(t)
	checked := 0
	for _, period := range []string{"agency=shi&from=2025-01-01&to=2025-12-31", "agency=shi&from=2026-01-01&to=2026-11-24",
		"agency=cz&from=2025-12-01&to=2026-02-15", "agency=shi&own=1&from=2025-11-01&to=2026-05-31"} {
		body := o.page(o.get("/analysis?"+period), 200)
		for href, text := range o.figures(body) {
			rows := o.all(o.page(o.get(href), 200), "table.list tbody tr")
			if fmt.Sprint(len(rows)) != text {
				t.Errorf("%s: %s lists %d cases, says %s", period, href, len(rows), text)
			}
			checked++
		}
	}
	if checked < 200 {
		t.Errorf("only %d figures", checked)
	}
}

// The page sets the period beside the year before, says the finding over a chart,
// and keeps what was typed wrong.
func TestAnalysisPage(t *testing.T) {
	o := newOffice(t)
	body := o.page(o.get("/analysis?agency=shi&from=2025-01-01&to=2025-12-31"), 200)
	o.check(body, testkit.In("#channels figcaption", testkit.HasText("网络申请占100.00%")), testkit.In("#months table.stats"),
		testkit.In("#agencies", testkit.HasText("示例市财政局")), testkit.In(".stage-keys", testkit.HasText("新收")),
		testkit.In("#outcomes", testkit.HasText("属于三类内部事务信息")), testkit.NotIn("#topics"))
	o.check(o.page(o.get("/analysis?agency=shi&from=2025-13-01&to=昨天"), 422), testkit.In(".summary", testkit.HasText("2025-13-01")),
		testkit.In("input[name=to][value='昨天']"))
	o.check(o.page(o.get("/analysis?agency=shi&from=2025-05-01&to=2025-04-01"), 422), testkit.In(".summary", testkit.HasText("早于")))
	o.check(o.page(o.get("/analysis?agency=shi&to=2027-12-31"), 200), testkit.In("main", testkit.HasText("统计到今天")))
	o.page(o.get("/analysis?agency=nirgends"), 404)
	o.check(o.page(o.get("/cases?agency=shi&stat=unsinn&from=2025-01-01&to=2025-12-31"), 422), testkit.In(".summary", testkit.HasText("认不出来")))
}

// The figures leave as a workbook and as CSV, and the audit chain says so first.
func TestAnalysisDownload(t *testing.T) {
	o := newOffice(t)
	at := "/analysis/download?agency=shi&from=2025-01-01&to=2025-12-31&as="
	book, err := excelize.OpenReader(strings.NewReader(o.page(o.get(at+"xlsx"), 200)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("申请渠道（新收）")
	if err != nil || len(rows) < 3 || rows[0][1] != "本期" {
		t.Errorf("%v %v", rows, err)
	}
	text := o.page(o.get(at+"csv"), 200)
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord = -1
	if lines, err := r.ReadAll(); err != nil || len(lines) < 30 || !strings.HasPrefix(lines[0][0], "示例市人民政府统计分析") {
		t.Errorf("%v %v", lines, err)
	}
	o.page(o.get(at+"exe"), http.StatusNotFound)
	o.addUser("aud", auth.Auditor, false)
	o.signIn("aud")
	o.check(o.page(o.get("/admin/audit"), 200), testkit.In("main", testkit.HasText("导出统计分析")))
}

// An officer tells the topics of some cases apart at once; the figures and the case
// page say so; another agency's cases are not found.
func TestTopicsAreTold(t *testing.T) {
	o := newOffice(t)
	o.check(o.page(o.get("/topics?agency=cz"), 200), testkit.In("main", testkit.HasText("还没有申请主题")))
	tree, err := o.db.Tree(context.Background(), testkit.Day(today))
	if err != nil {
		t.Fatal(err)
	}
	shi, _ := tree.ByCode("shi")
	if err := o.db.Set(context.Background(), o.actor(), shi.ID, "topics", "财政预决算\n征地拆迁", testkit.Day("2026-01-01")); err != nil {
		t.Fatal(err)
	}
	o.addUser("cheng", auth.Admin{}, false, "cz:officer")
	o.signIn("cheng")
	body := o.page(o.get("/topics?agency=cz"), 200)
	var picks []string
	for _, n := range o.all(body, "input[name=pick]") {
		picks = append(picks, attr(n, "value"))
	}
	if len(picks) != 5 {
		t.Fatalf("%d cases of cz to be told apart", len(picks))
	}
	o.check(o.page(o.post("/topics", url.Values{"agency": {"cz"}, "pick": picks[:2]}), 422), testkit.In(".summary", testkit.HasText("还没有选主题")),
		testkit.In("input[name=pick][checked]"))
	o.check(o.page(o.post("/topics", url.Values{"agency": {"cz"}, "topic": {"征地拆迁"}}), 422), testkit.In(".summary", testkit.HasText("还没有勾选")))
	if res := o.post("/topics", url.Values{"agency": {"cz"}, "pick": picks[:3], "topic": {"财政预决算"}}); res.StatusCode != 303 {
		t.Fatalf("status %d", res.StatusCode)
	}
	o.page(o.post("/topics", url.Values{"agency": {"cz"}, "pick": {picks[0]}, "topic": {"别的"}}), 422)
	o.check(o.page(o.get("/cases/"+picks[0]), 200), testkit.In(".facts", testkit.HasText("财政预决算")))
	o.check(o.page(o.get("/topics?agency=cz&case="+picks[0]), 200), testkit.In("input[name=pick][checked]"))
	var foreign int64
	page, err := o.db.List(context.Background(), store.Filter{AgencyIDs: []int64{shi.ID}}, store.SortReceived, "", 1)
	if err == nil {
		foreign = page.Rows[0].ID
	}
	o.page(o.post("/topics", url.Values{"agency": {"cz"}, "pick": {fmt.Sprint(foreign)}, "topic": {"征地拆迁"}}), 404)
	body = o.page(o.get("/analysis?agency=cz&from=2025-01-01&to=2026-11-24"), 200)
	o.check(body, testkit.In("#topics", testkit.HasText("财政预决算")), testkit.In("#topics a[href*='topic=']"))
	for href, text := range o.figures(body) {
		if rows := o.all(o.page(o.get(href), 200), "table.list tbody tr"); fmt.Sprint(len(rows)) != text {
			t.Errorf("%s lists %d cases, says %s", href, len(rows), text)
		}
	}
}
