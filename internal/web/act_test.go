package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// handled opens the form of a case at a path, as the version and key stand there.
func (o *office) handled(path string, fields url.Values) *http.Response {
	o.Helper()
	body := o.page(o.get(path), http.StatusOK)
	for _, name := range []string{"version", "key"} {
		for _, n := range o.all(body, "input[name="+name+"]") {
			fields.Set(name, attr(n, "value"))
		}
	}
	fields.Set("do", first(fields.Get("do"), "1"))
	return o.post(path, fields)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// received registers a case of 财政局 and gives its address.
func received(o *office, on string) string {
	o.Helper()
	agencies, err := o.db.Tree(context.Background(), testkit.Day(on))
	if err != nil {
		o.Fatal(err)
	}
	cz, _ := agencies.ByCode("cz")
	s := o.actor()
	s.Today = testkit.Day(today)
	var channel cases.Channel
	if err := channel.UnmarshalText([]byte("in_person")); err != nil {
		o.Fatal(err)
	}
	c, err := cases.Open(cz.ID, s, testkit.Day(on), cases.Received{Channel: channel, ApplicantKind: cases.Natural}, "某项目预算",
		[]cases.Party{{Role: "applicant", Applicant: cases.Applicant{Kind: cases.Natural, Name: "陈小明"}}})
	if err == nil {
		err = o.db.Create(context.Background(), s, c)
	}
	if err != nil {
		o.Fatal(err)
	}
	return fmt.Sprintf("/cases/%d", c.ID)
}

// A case goes from supplement over consultation, extension and approval to its
// answer and service on the pages alone, and adds one to one cell of table 三.
func TestHandlingOnThePages(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-10-12") // a Monday; 20 working days end on 11-09
	before := o.cell("partial")
	due := func(want string) {
		t.Helper()
		if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, want) {
			t.Fatalf("the page does not say %s", want)
		}
	}
	do := func(code string, fields ...string) {
		t.Helper()
		form := url.Values{}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Add(fields[i], fields[i+1])
		}
		if res := o.handled(at+"/act/"+code, form); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %.3000s", code, res.StatusCode, messages(o, res))
		}
	}
	o.signIn("cheng")
	due("2026-11-09")
	body := o.page(o.get(at+"/act/assigned"), http.StatusOK)
	mine := attr(o.all(body, "input[name=officer][checked]")[0], "value")
	do("assigned", "on", "2026-10-12", "officer", mine)
	do("supplement_asked", "on", "2026-10-20", "causes", "description", "items", "请写明项目名称", "days", "15")
	do("supplement_received", "on", "2026-10-26")
	due("2026-11-23")
	do("consult_sent", "on", "2026-10-27", "party", "third_party", "who", "某公司")
	do("consult_replied", "on", "2026-10-30", "ref", "1", "answer", "refuse", "reasons", "涉及商业秘密")
	due("2026-11-26")
	do("extended", "on", "2026-11-20", "days", "20", "approver", "张某，主任，2026-11-19", "reasons", "需要核对")
	due("2026-12-24")
	decision := url.Values{"on": {"2026-11-23"}, "outcome": {"partial"}, "grounds": {"withhold.third_party"}, "answer": {"提供预算总表；涉及商业秘密的部分不予公开"}, "do": {"propose"}}
	if res := o.handled(at+"/decide?outcome=partial", decision); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("propose: %d %s", res.StatusCode, messages(o, res))
	}
	due("拟办：部分公开")
	if res := o.get(at + "/act/approved"); res.StatusCode != http.StatusForbidden {
		t.Errorf("the officer signs: %d", res.StatusCode)
	}
	o.signIn("shen")
	do("returned", "on", "2026-11-23", "opinion", "请补充理由")
	o.signIn("cheng")
	if res := o.handled(at+"/decide?outcome=partial", decision); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("propose again: %d %s", res.StatusCode, messages(o, res))
	}
	o.signIn("qian")
	if res := o.get(at + "/act/approved"); res.StatusCode != http.StatusForbidden {
		t.Errorf("the signer signs in the reviewer's place: %d", res.StatusCode)
	}
	o.signIn("shen")
	do("approved", "on", "2026-11-23")
	o.signIn("cheng")
	do("signed_on_paper", "on", "2026-11-24", "signer", "王某，分管领导，同意")
	answer := url.Values{"on": {"2026-11-24"}, "outcome": {"partial"}, "grounds": {"withhold.third_party"}, "answer": {"同上"}, "do": {"answer"}}
	if res := o.handled(at+"/decide", answer); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", res.StatusCode, messages(o, res))
	}
	due("已办结")
	do("served", "on", "2026-11-24", "way", "mail")
	if after := o.cell("partial"); after != before+1 {
		t.Errorf("partial: %d, was %d", after, before)
	}
	body = o.page(o.get(at), http.StatusOK)
	for _, text := range []string{"请写明项目名称", "请补充理由", "王某，分管领导，同意"} {
		if !strings.Contains(body, text) {
			t.Errorf("the page does not show %s", text)
		}
	}
}

// cell counts a row of 财政局's table 三 of 2026.
func (o *office) cell(row string) int64 {
	o.Helper()
	tree, err := o.db.Tree(context.Background(), testkit.Day(today))
	if err != nil {
		o.Fatal(err)
	}
	cz, _ := tree.ByCode("cz")
	tallies, err := o.db.TableTallies(context.Background(), []int64{cz.ID}, 2026)
	if err != nil {
		o.Fatal(err)
	}
	n := int64(0)
	for _, y := range tallies {
		if key, ok := report.RowOf(y.Outcome, report.Format2021); ok && key.String() == row && y.AnsweredYear == 2026 {
			n += y.Count
		}
	}
	return n
}

// messages gives the sentences of a refused form.
func messages(o *office, res *http.Response) string {
	o.Helper()
	body := o.page(res, res.StatusCode)
	var out []string
	for _, n := range o.all(body, ".summary li, .notice p") {
		out = append(out, testkit.Text(n))
	}
	return strings.Join(out, " | ")
}

// What the law refuses comes back with its article and everything that was typed;
// nothing is recorded.
func TestActRefused(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-10-12")
	o.signIn("cheng")
	for _, x := range []struct {
		name, code string
		form       url.Values
		want       string
	}{
		{"第9日补正", "supplement_asked", url.Values{"on": {"2026-10-26"}, "days": {"15"}, "causes": {"form"}, "items": {"请写明方式"}}, "第三十条"},
		{"延期21日", "extended", url.Values{"on": {"2026-10-26"}, "days": {"21"}, "approver": {"主任"}, "reasons": {"请写明方式"}}, "20个工作日"},
		{"没有同意人", "extended", url.Values{"on": {"2026-10-26"}, "days": {"20"}, "reasons": {"请写明方式"}}, "没有填写“同意人"},
		{"日期读不懂", "extended", url.Values{"on": {"下周"}, "days": {"20"}, "approver": {"主任"}, "reasons": {"请写明方式"}}, "“下周”读不懂"},
		{"未来", "searched", url.Values{"on": {"2026-12-01"}, "search": {"请写明方式"}}, "在今天"},
	} {
		t.Run(x.name, func(t *testing.T) {
			res := o.handled(at+"/act/"+x.code, x.form)
			if res.StatusCode != http.StatusUnprocessableEntity {
				t.Fatalf("status %d", res.StatusCode)
			}
			body := o.page(res, res.StatusCode)
			if !strings.Contains(body, x.want) || !strings.Contains(body, "请写明方式") || !strings.Contains(body, "<title>错误：") {
				t.Errorf("wanted %q and what was typed: %s", x.want, body)
			}
		})
	}
	if c, err := o.db.Case(context.Background(), caseID(at)); err != nil || len(c.Events) != 1 {
		t.Errorf("events were recorded: %v %v", c.Events, err)
	}
}

func caseID(path string) (id int64) {
	fmt.Sscanf(path, "/cases/%d", &id)
	return id
}

// Two officers act at once: one wins, the other keeps his text and sees what was
// recorded meanwhile; a second click records nothing more.
func TestTwoOfficers(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-10-12")
	o.signIn("cheng")
	body := o.page(o.get(at+"/act/searched"), http.StatusOK)
	version := attr(o.all(body, "input[name=version]")[0], "value")
	form := func(text string) url.Values {
		return url.Values{"on": {"2026-10-20"}, "search": {text}, "version": {version}, "do": {"1"}}
	}
	if res := o.post(at+"/act/searched", form("查了档案室")); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("first: %d", res.StatusCode)
	}
	if res := o.post(at+"/act/searched", form("查了档案室")); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the second click: %d", res.StatusCode)
	}
	if c, err := o.db.Case(context.Background(), caseID(at)); err != nil || len(c.Events) != 2 {
		t.Errorf("two clicks recorded %d events, %v", len(c.Events)-1, err)
	}
	res := o.post(at+"/act/searched", form("查了数据库"))
	lost := o.page(res, http.StatusConflict)
	if !strings.Contains(lost, "查了数据库") || !strings.Contains(lost, "检索") || !strings.Contains(lost, "您填写的都还在") {
		t.Error("the loser's text or the winner's record is missing")
	}
	fresh := attr(o.all(lost, "input[name=version]")[0], "value")
	again := form("查了数据库")
	again.Set("version", fresh)
	if res := o.post(at+"/act/searched", again); res.StatusCode != http.StatusSeeOther {
		t.Errorf("after looking: %d", res.StatusCode)
	}
}

// A recorded day is corrected by a further record; the first one stays.
func TestCorrection(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-10-12")
	o.signIn("cheng")
	fix := func(on, signer string) *http.Response {
		return o.handled(at+"/correct/1", url.Values{"on": {on}, "correction": {"签收单为13日"}, "signer": {signer}})
	}
	if body := o.page(fix("2026-10-13", ""), http.StatusUnprocessableEntity); !strings.Contains(body, "须有第二人") || !strings.Contains(body, "签收单为13日") {
		t.Error("one person alone moves the day of receipt, or his reason is lost")
	}
	if res := fix("2026-10-13", "王某，分管领导，11月24日"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	body := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "2026-11-10") || !strings.Contains(body, "签收单为13日") {
		t.Error("the term does not follow the correction, or its reason is not shown")
	}
	path := attr(o.all(body, ".by a")[0], "href")
	o.signIn("shen") // a second person sets it right at the screen
	if body := o.page(o.get(path), http.StatusOK); !strings.Contains(body, "同意更正的领导") {
		t.Error("the reviewer is not offered the correction")
	}
	if res := o.handled(path, url.Values{"on": {"2026-10-14"}, "correction": {"查邮局回执"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	o.signIn("bian")
	if body := o.page(o.get(at), http.StatusOK); len(o.all(body, ".by a")) != 0 {
		t.Error("a correction is offered to who may not make it")
	}
}

// Days and numbers of an act are read or named; none is dropped in silence.
func TestActFieldsAreRead(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	for _, tc := range []struct {
		code, want string
		fields     url.Values
	}{
		{"supplement_asked", "补正期限（工作日）“十五天”应为", url.Values{"on": {"11.5"}, "causes": {"form"}, "items": {"写明方式"}, "days": {"十五天"}}},
		{"extended", "延长的工作日“二十”应为", url.Values{"on": {"今天"}, "days": {"二十"}, "approver": {"张某"}, "reasons": {"复杂"}}},
	} {
		if body := o.page(o.handled(at+"/act/"+tc.code, tc.fields), http.StatusUnprocessableEntity); !strings.Contains(body, tc.want) {
			t.Errorf("%s: the page does not say %q", tc.code, tc.want)
		}
	}
	if res := o.handled(at+"/act/supplement_asked", url.Values{"on": {"11.5"}, "causes": {"form"}, "items": {"写明方式"}, "days": {"５"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	body := o.page(o.get(at+"/act/supplement_received"), http.StatusOK)
	if !strings.Contains(body, "补正期限至2026年11月12日") {
		t.Error("the late supplement is not asked for its reason")
	}
	if body := o.page(o.handled(at+"/act/supplement_received", url.Values{"on": {"今天"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "关联的新申请") {
		t.Error("a late supplement is taken without reason")
	}
	if res := o.handled(at+"/act/supplement_received", url.Values{"on": {"今天"}, "reasons": {"住院"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "2026-12-22") || !strings.Contains(body, "住院") {
		t.Error("the term does not start again, or the reason is not kept")
	}
	o.handled(at+"/act/remedy_filed", url.Values{"on": {today}, "remedy": {"review"}})
	if body := o.page(o.handled(at+"/act/remedy_step", url.Values{"on": {today}, "ref": {"1"}, "step": {"hearing"}, "due": {"下周三"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "“下周三”读不懂") {
		t.Error("a date of hearing is dropped in silence")
	}
}

// The guide leads by its questions to an outcome and its row.
func TestGuidedDecision(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-10-12")
	o.signIn("cheng")
	body := o.page(o.get(at+"/decide"), http.StatusOK)
	if !strings.Contains(body, "申请内容明确吗") {
		t.Error("the first question is missing")
	}
	body = o.page(o.get(at+"/decide?w=yes&w=info&w=new&w=ours&w=none"), http.StatusOK)
	for _, text := range []string{"信息不存在", "年度报告表三", "提请审核", "36(4)"} {
		if !strings.Contains(body, text) {
			t.Errorf("%s is missing", text)
		}
	}
	if res := o.get(at + "/decide?w=no"); res.Header.Get("Location") != at+"/act/supplement_asked" {
		t.Errorf("补正 leads to %s", res.Header.Get("Location"))
	}
	res := o.handled(at+"/decide?outcome=unable.nonexistent", url.Values{"on": {"2026-10-20"}, "outcome": {"unable.nonexistent"}, "answer": {"没有"}, "do": {"propose"}})
	if text := messages(o, res); !strings.Contains(text, "检索记录") {
		t.Errorf("不存在 without a search record: %s", text)
	}
}
