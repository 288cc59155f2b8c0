package web

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/auth"
	"gongkai/internal/testkit"
)

// linkTo finds the address of the first link whose text or label holds a word.
func (o *office) linkTo(body, selector, word string) string {
	o.Helper()
	for _, n := range o.all(body, selector) {
		if strings.Contains(testkit.Text(n)+attr(n, "aria-label"), word) {
			return attr(n, "href")
		}
	}
	o.Fatalf("no %s with %s", selector, word)
	return ""
}

// follow goes where a link leads; the place in the page is the browser's affair.
func (o *office) follow(href string) *http.Response {
	o.Helper()
	path, _, _ := strings.Cut(href, "#")
	return o.get(path)
}

// From a number to its cases, to the case, and back to the same place; the page
// says the light in sign and word.
func TestReviewLeadsToCasesAndBack(t *testing.T) {
	o := matrixOffice(t)
	late := received(o, "2026-10-12") // due on 11-09
	received(o, "2026-11-20")
	body := o.signIn("leader").page(o.get("/supervision"), http.StatusOK)
	list := o.page(o.follow(o.linkTo(body, "ul.counts a", "逾期")), http.StatusOK)
	o.check(list, testkit.Count("table.watched tbody tr", 1), testkit.In("table.watched tbody tr", testkit.HasText("◆"), testkit.HasText("逾期11个工作日"), testkit.HasText("没有承办人")))
	href := attr(o.all(list, "table.watched td.number a")[0], "href")
	if !strings.HasPrefix(href, late+"?back=") {
		t.Fatalf("the case is at %s", href)
	}
	page := o.page(o.follow(href), http.StatusOK)
	back := o.linkTo(page, ".crumb a", "督办管理")
	if !strings.HasPrefix(back, "/supervision?") || !strings.Contains(back, "light=late") || !strings.Contains(back, "#c") {
		t.Errorf("back leads to %s", back)
	}
	evil := o.page(o.get(late+"?back="+url.QueryEscape("/supervision?x=//evil.example/")), http.StatusOK)
	o.check(evil, testkit.In(".crumb a", testkit.HasExactText("台账")))
	// by agency: the row of 财政局 opens its own review
	o.check(body, testkit.In("table.figures tbody", testkit.HasText("示例cz")))
	own := o.page(o.follow(o.linkTo(body, "table.figures th a", "示例cz")), http.StatusOK)
	o.check(own, testkit.In("nav.tabs", testkit.HasText("按承办人"), testkit.HasText("按科室")))
}

// As of an earlier day the page says what was known then; a day to come or that
// can't be read is refused beside the field.
func TestReviewAsOfADay(t *testing.T) {
	o := matrixOffice(t)
	received(o, "2026-10-12")
	o.signIn("qian")
	before := o.page(o.get("/supervision?day=2026-11-20"), http.StatusOK) // it was recorded on the 24th
	o.check(before, testkit.In(".notice", testkit.HasText("只计当时已经登记的经过")), testkit.Count("table.watched", 0))
	for _, bad := range []string{"2026-12-31", "昨天吧"} {
		body := o.page(o.get("/supervision?day="+url.QueryEscape(bad)), http.StatusUnprocessableEntity)
		o.check(body, testkit.In(".summary", testkit.HasText("2026")), testkit.In("title", testkit.HasText("错误")))
	}
}

// A late answer does not leave without its cause; the case then stands among the
// late answers with it, and its light is closed, not red. One in time asks nothing.
func TestLateAnswerAsksForItsCause(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-10-12")
	o.signIn("cheng")
	decide := func(more ...string) *http.Response {
		form := url.Values{"outcome": {"disclose.provided"}, "answer": {"予以提供。"}, "on": {today}, "do": {"spot"}}
		for i := 0; i+1 < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return o.handled(at+"/decide?outcome=disclose.provided", form)
	}
	body := o.page(decide(), http.StatusUnprocessableEntity)
	o.check(body, testkit.In(".summary a[href='#field-delay_cause']", testkit.HasText("应选择逾期原因和责任环节")), testkit.In("textarea[name=answer]", testkit.HasText("予以提供。")))
	if res := decide("delay_cause", "approval", "delay_fault", "approver"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("with its cause: %d %s", res.StatusCode, messages(o, res))
	}
	o.check(o.page(o.get(at), http.StatusOK), testkit.HasText("内部审批、会签耗时，责任环节：审核签发环节"))
	review := o.signIn("qian").page(o.get("/supervision"), http.StatusOK)
	o.check(review, testkit.In("#late", testkit.HasText("内部审批、会签耗时"), testkit.HasText("审核签发环节")), testkit.Count("ul.counts a.late.some", 0))
	list := o.page(o.follow(o.linkTo(review, "#late td a", "逾期答复")), http.StatusOK)
	o.check(list, testkit.Count("table.watched tbody tr", 1), testkit.In("table.watched tbody .light.closed", testkit.HasText("已办结（逾期）")))
	at = received(o, "2026-11-20")
	if res := decide2(o, at); res.StatusCode != http.StatusSeeOther {
		t.Errorf("in time: %d %s", res.StatusCode, messages(o, res))
	}
}

func decide2(o *office, at string) *http.Response {
	return o.signIn("cheng").handled(at+"/decide?outcome=disclose.provided", url.Values{"outcome": {"disclose.provided"}, "answer": {"予以提供。"}, "on": {today}, "do": {"spot"}})
}

// The city orders, the department answers, the city closes; a form sent twice
// orders once; what somebody else wrote meanwhile is shown beside what was typed.
func TestOrderGoesItsWay(t *testing.T) {
	o := matrixOffice(t)
	received(o, "2026-10-12")
	o.signIn("leader")
	list := o.page(o.get("/supervision?light=late"), http.StatusOK)
	form := o.linkTo(list, "table.watched td a", "督办")
	body := o.page(o.follow(form), http.StatusOK)
	o.check(body, testkit.HasText("示例shi"), testkit.HasText("示例cz"))
	sent := url.Values{"content": {"=cmd() 请抓紧办理"}, "ordered_on": {"2026-11-24"}, "due_on": {"2026-11-23"}}
	for _, n := range o.all(body, "form[data-leave] input[type=hidden]") {
		if attr(n, "name") != tokenField {
			sent.Set(attr(n, "name"), attr(n, "value"))
		}
	}
	wrong := o.page(o.post("/supervision/orders/new", sent), http.StatusUnprocessableEntity)
	o.check(wrong, testkit.In(".summary a[href='#field-due_on']", testkit.HasText("回复期限")), testkit.In("textarea", testkit.HasText("=cmd() 请抓紧办理")))
	sent.Set("due_on", "2026-11-27")
	first := o.post("/supervision/orders/new", sent).Header.Get("Location")
	if second := o.post("/supervision/orders/new", sent).Header.Get("Location"); first == "" || second != first {
		t.Fatalf("sent twice: %q, %q", first, second)
	}
	o.check(o.page(o.get(first), http.StatusOK), testkit.In("h1", testkit.HasText("督办单")), testkit.HasText("督〔2026〕1号"), testkit.HasText("办结意见"), testkit.Count("textarea[name=reply]", 0))
	o.check(o.page(o.get("/supervision?light=late"), http.StatusOK), testkit.In("table.watched", testkit.HasText("督〔2026〕1号")))

	o.signIn("cheng") // the department's officer answers
	if res := o.post(first, url.Values{"do": {"reply"}, "version": {"1"}, "on": {today}, "reply": {"已送签。"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("reply: %d", res.StatusCode)
	}
	conflict := o.page(o.post(first, url.Values{"do": {"reply"}, "version": {"1"}, "on": {today}, "reply": {"我另写的。"}}), http.StatusConflict)
	o.check(conflict, testkit.In(".notice", testkit.HasText("已送签。")), testkit.In("textarea[name=reply]", testkit.HasText("我另写的。")))
	if res := o.post(first, url.Values{"do": {"close"}, "version": {"2"}, "on": {today}, "verdict": {"同意"}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("the department closed the city's order: %d", res.StatusCode)
	}
	o.signIn("leader")
	if res := o.post(first, url.Values{"do": {"close"}, "version": {"2"}, "on": {today}, "verdict": {"同意办结。"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("close: %d", res.StatusCode)
	}
	o.check(o.page(o.get("/supervision/orders"), http.StatusOK), testkit.In("table.orders", testkit.HasText("已办结")), testkit.In("table.figures tbody", testkit.HasText("示例cz")))
	if res := o.signIn("statist").get(first); res.StatusCode != http.StatusForbidden {
		t.Errorf("who makes the report reads orders: %d", res.StatusCode)
	}
}

// One form hands over what is chosen; what is not chosen stays and is named.
func TestHandOverPage(t *testing.T) {
	o := matrixOffice(t)
	heir := o.addUser("xin", auth.Admin{}, false, "cz:officer")
	o.signIn("qian")
	from := o.userID("cheng")
	var at []string
	for range 3 {
		path := received(o, "2026-11-16")
		at = append(at, strings.TrimPrefix(path, "/cases/"))
		if res := o.handled(path+"/act/assigned", url.Values{"officer": {from}, "on": {today}}); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("assign: %d", res.StatusCode)
		}
	}
	body := o.page(o.get("/supervision/handover?agency=cz&from="+from), http.StatusOK)
	o.check(body, testkit.Count("input[name=pick][checked]", 3))
	o.check(o.page(o.post("/supervision/handover", url.Values{"agency": {"cz"}, "from": {from}, "pick": {at[0]}}), http.StatusUnprocessableEntity),
		testkit.In(".summary", testkit.HasText("没有选择接手"), testkit.HasText("没有选择移交原因")), testkit.Count("input[name=pick][checked]", 1))
	res := o.post("/supervision/handover", url.Values{"agency": {"cz"}, "from": {from}, "pick": {at[0], at[2]}, "to": {itoa64(heir)}, "reason": {"left"}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("hand over: %d", res.StatusCode)
	}
	o.check(o.page(o.get(res.Header.Get("Location")), http.StatusOK), testkit.In(".notice.good", testkit.HasText("已移交2件")))
	o.check(o.page(o.get("/supervision/handover?agency=cz&from="+from), http.StatusOK), testkit.Count("input[name=pick]", 1))
	o.check(o.page(o.get("/supervision/workload?agency=cz"), http.StatusOK), testkit.In("table.figures tbody", testkit.HasText("xin"), testkit.HasText("cheng")))
}

// The monitor goes down level by level, says no rate of a small office and says
// so, and its downloads carry the same figures.
func TestMonitorPages(t *testing.T) {
	o := matrixOffice(t)
	for range 6 {
		decide2(o, received(o, "2026-11-20"))
	}
	o.signIn("leader")
	body := o.page(o.get("/monitor"), http.StatusOK)
	o.check(body, testkit.In("h1", testkit.HasText("示例shi2026年电子监察")), testkit.HasText("不足5件的机关不计算率"), testkit.Count("figure.chart", 3), testkit.Count("figure.chart svg title", len(o.all(body, "figure.chart svg title"))),
		testkit.In("figure.chart details", testkit.HasText("数据表")))
	rows := map[string]string{}
	for _, n := range o.all(body, "table.figures tbody tr") {
		text := testkit.Text(n)
		for _, code := range []string{"cz", "gh"} {
			if strings.Contains(text, "示例"+code) {
				rows[code] = text
			}
		}
	}
	if !strings.Contains(rows["cz"], "100.00%") || strings.Contains(rows["gh"], "%") {
		t.Errorf("six answers have a rate, none has none: %v", rows)
	}
	o.check(o.page(o.follow(o.linkTo(body, "table.figures th a", "示例cz")), http.StatusOK), testkit.In(".crumb", testkit.HasText("示例shi")))
	o.check(o.page(o.get("/monitor?period=2099"), http.StatusUnprocessableEntity), testkit.In(".summary", testkit.HasText("2099")))
	o.check(o.page(o.get("/monitor?period=2026Q4"), http.StatusOK), testkit.In("h1", testkit.HasText("2026年第四季度")))
	res := o.get("/monitor/wall")
	if res.Header.Get("Refresh") == "" {
		t.Error("the wall does not refresh itself")
	}
	wall := o.page(res, http.StatusOK)
	o.check(wall, testkit.Count("html.wall", 1), testkit.Count("[style]", 0), testkit.In(".great", testkit.HasText("按期率")))

	book, err := excelize.OpenReader(bytes.NewReader([]byte(o.page(o.get("/monitor/download?as=xlsx"), http.StatusOK))))
	if err != nil {
		t.Fatal(err)
	}
	all, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range all {
		if len(r) > 8 && r[0] == "示例cz" {
			found = r[1] == "7" && r[8] == "100.00%"
		}
	}
	if !found {
		t.Errorf("the workbook reads %v", all)
	}
	text := docxText(t, o.page(o.get("/monitor/download?as=docx&period=2026Q4"), http.StatusOK))
	for _, want := range []string{"关于示例shi2026年第四季度政府信息公开申请办理情况的通报", "作出答复6件，按期6件，逾期0件，按期答复率100.00%。", "合计"} {
		if !strings.Contains(text, want) {
			t.Errorf("the circular lacks %s", want)
		}
	}
}

// docxText is the body of a word-processor file.
func docxText(t *testing.T, file string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Answers are drawn once for a form, scored on a sheet, and what is wanting goes
// out as a 整改通知 that the department answers.
func TestSpotCheckPages(t *testing.T) {
	o := matrixOffice(t)
	for range 3 {
		decide2(o, received(o, "2026-11-20"))
	}
	o.signIn("leader")
	form := url.Values{"agency": {"shi"}, "from": {"2026-11-01"}, "to": {"2026-11-24"}, "n": {"2"}, "seed": {"开奖号 0717"}, "key": {"k"}}
	bad := url.Values{"agency": {"shi"}, "from": {"2026-11-01"}, "to": {"2026-11-24"}, "n": {"两件"}, "seed": {""}}
	o.check(o.page(o.post("/monitor/checks", bad), http.StatusUnprocessableEntity), testkit.In(".summary", testkit.HasText("“两件”应为整数")))
	at := o.post("/monitor/checks", form).Header.Get("Location")
	if again := o.post("/monitor/checks", form).Header.Get("Location"); at == "" || again != at {
		t.Fatalf("drawn at %q, again at %q", at, again)
	}
	o.check(o.page(o.get(at), http.StatusOK), testkit.Count("table.list tbody tr", 2), testkit.HasText("开奖号 0717"))
	o.check(o.page(o.post(at+"/1", url.Values{"version": {"1"}}), http.StatusUnprocessableEntity), testkit.In(".summary", testkit.HasText("没有评分")))
	if res := o.post(at+"/1", url.Values{"version": {"1"}, "score_basis": {"1"}, "score_remedy": {"2"}, "remark": {"条款不全。"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("score: %d", res.StatusCode)
	}
	o.check(o.page(o.post(at+"/1", url.Values{"version": {"1"}, "score_basis": {"2"}}), http.StatusConflict), testkit.In(".notice", testkit.HasText("条款不全。")))
	o.check(o.page(o.get(at), http.StatusOK), testkit.HasText("75.00%"), testkit.In("table.figures", testkit.HasText("救济告知")))
	sheet := o.page(o.get(at+"/1"), http.StatusOK)
	order := o.page(o.follow(o.linkTo(sheet, "a.button", "发出整改通知")), http.StatusOK)
	o.check(order, testkit.In("h1", testkit.HasText("发出整改通知")), testkit.In("textarea", testkit.HasText("条款不全。")))
	if res := o.signIn("qian").get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("the department reads the city's check: %d", res.StatusCode)
	}
}

// Like applications are shown to who leads the government above, and of what is
// his alone.
func TestAlikePage(t *testing.T) {
	o := matrixOffice(t) // 陈小明 asked cz, gh and shi for the same
	body := o.signIn("leader").page(o.get("/monitor/alike?agency=shi"), http.StatusOK)
	o.check(body, testkit.Count("section[data-group]", 1), testkit.In("section[data-group]", testkit.HasText("3个机关"), testkit.HasText("Mcz"), testkit.HasText("Mgh"), testkit.LacksText("Mwai")), testkit.LacksText("陈小明"))
	if body := o.signIn("qian").page(o.get("/monitor/alike?agency=cz"), http.StatusOK); strings.Contains(body, "Mgh") {
		t.Error("a department sees what another was asked for")
	}
	if res := o.signIn("statist").get("/monitor/alike?agency=shi"); res.StatusCode != http.StatusForbidden {
		t.Errorf("who makes the report: %d", res.StatusCode)
	}
}

// A case that only named people may read stands in the counts and in no words.
func TestReviewHidesSensitiveCases(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-10-12")
	o.signIn("qian")
	o.post(at+"/readers", url.Values{"people": {o.userID("cheng")}})
	o.signIn("shen")
	body := o.page(o.get("/supervision?light=late"), http.StatusOK)
	o.check(body, testkit.In("table.watched", testkit.HasText("敏感件")), testkit.Count("table.watched td.number a", 0), testkit.LacksText("某项目预算"))
}
