package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/export"
	"gongkai/internal/importer"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// reportOffice has, in 财政局, a case of 2025 answered in time and one answered
// late, and one of 2026; and the people who make and lock a government's report.
func reportOffice(t *testing.T) *office {
	o := matrixOffice(t)
	job := store.ImportJob{FileName: "旧台账.xlsx", FileHash: "years"}
	line := func(number, received, answered, outcome string) {
		job.Rows = append(job.Rows, store.ImportRow{Line: len(job.Rows) + 2, Record: cases.Record{Number: number, Agency: "cz", ReceivedOn: testkit.Day(received), Kind: cases.Natural,
			Applicant: "陈小明", Content: "某事项", AnsweredOn: testkit.Day(answered), Outcome: cases.MustOutcome(outcome)}})
	}
	line("旧1", "2023-03-06", "2023-03-20", "disclose.provided")
	line("旧2", "2024-03-04", "2024-03-20", "disclose.provided")
	line("旧3", "2025-03-03", "2025-03-20", "disclose.provided")
	line("旧4", "2025-04-07", "2025-08-20", "withhold.process_info")
	if _, err := o.db.Import(context.Background(), o.actor(), job); err != nil {
		t.Fatal(err)
	}
	return o
}

// The text of a report quotes the records; what they contradict can't be written;
// other words keep the figures; last year's chapters are a start.
func TestDocumentPages(t *testing.T) {
	o := reportOffice(t)
	o.signIn("bian")
	at := "/report/2025/document?agency=cz"
	body := o.page(o.get(at), http.StatusOK)
	for _, want := range []string{"新收政府信息公开申请2件", "比上年增加1件，增加100.00%", "属于四类过程性信息1件，占100.00%", "有1件逾期答复，不能写", "旧4", "待填写"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	form := url.Values{"seen": {"0"}, "on": {"received", "outcomes"}, "edit_received": {"{年}年全年新收{新收}件。"}, "free_problems": {"主动公开不够。"}, "free_other": {"无。"}}
	form.Set("edit_received", "{年}年新收{没有的}件。")
	if body := o.page(o.post(at, form), http.StatusUnprocessableEntity); !strings.Contains(body, "没有{没有的}这个数") || !strings.Contains(body, "主动公开不够。") {
		t.Error("a figure that is none was taken, or what was typed is lost")
	}
	form.Set("edit_received", "{年}年新收{新收}件，办结99件。")
	if body := o.page(o.post(at, form), http.StatusUnprocessableEntity); !strings.Contains(body, "手写的数") {
		t.Error("a number by hand was taken")
	}
	form.Set("edit_received", "{年}年全年新收{新收}件。")
	if res := o.post(at, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.post(at, form), http.StatusConflict); !strings.Contains(body, "已有人保存") || !strings.Contains(body, "主动公开不够。") {
		t.Error("a stale form overwrites")
	}
	body = o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "2025年全年新收2件。") || strings.Contains(strings.Split(body, "由记录得出的句子")[0], "从申请渠道看") {
		t.Error("the words or the choice of sentences did not stay")
	}
	if next := o.page(o.get("/report/2026/document?agency=cz"), http.StatusOK); !strings.Contains(next, "主动公开不够。") {
		t.Error("last year's chapters are no start")
	}
	for _, as := range []string{"docx", "html"} {
		res := o.get("/report/2025/document/download?agency=cz&as=" + as)
		var file bytes.Buffer
		if _, err := file.ReadFrom(res.Body); err != nil {
			t.Fatal(err)
		}
		read, err := importer.ReadPublished("年报."+as, file.Bytes())
		table, prose := read.Table, read.Prose
		if err != nil || table.New[6].N != 2 || !strings.Contains(prose, "2025年全年新收2件") || !strings.Contains(prose, "主动公开不够") {
			t.Errorf("%s: %v %v", as, table.New, err)
		}
	}
	o.signIn("cheng")
	if body := o.page(o.get(at), http.StatusOK); strings.Contains(body, "由记录得出的句子") {
		t.Error("an officer is offered the form")
	}
}

// A report is asked for by its editor and locked by another person; it stays while
// the register moves, and what moved is named; a correction takes a reason.
func TestReturnPages(t *testing.T) {
	o := reportOffice(t)
	at := "/report/2025/return?agency=cz"
	o.signIn("bian")
	if res := o.post(at, url.Values{"do": {"propose"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("asked: %d %s", res.StatusCode, messages(o, res))
	}
	if res := o.post(at, url.Values{"do": {"lock"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("the editor locks: %d", res.StatusCode)
	}
	o.signIn("qian")
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "等待锁定") {
		t.Error("nothing waits")
	}
	if res := o.post(at, url.Values{"do": {"lock"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("locked: %d %s", res.StatusCode, messages(o, res))
	}
	body := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "第1版") || !strings.Contains(body, "完全一致") {
		t.Error("the locked version is not shown, or differs")
	}
	locked := func() []byte {
		var file bytes.Buffer
		if _, err := file.ReadFrom(o.get("/report/2025/document/download?agency=cz&as=docx&version=1").Body); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	first := locked()
	// 旧3 is found to be of 2024.
	found, err := o.db.CaseByNumber(context.Background(), o.agencyID("cz"), "旧3")
	if err != nil {
		t.Fatal(err)
	}
	stamp := o.actor()
	stamp.History = true
	if err := o.db.Update(context.Background(), found.ID, stamp, func(c *cases.Case) error {
		for _, e := range c.Events {
			if _, receipt := e.Fact.(cases.Received); receipt {
				return c.Correct(stamp, e.Seq, testkit.Day("2024-12-30"), e.Fact)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	body = o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "1件在锁定后有变动") || !strings.Contains(body, "旧3") || !strings.Contains(body, "上年结转") {
		t.Error("what moved is not named")
	}
	if !bytes.Equal(first, locked()) {
		t.Error("the locked report is another file")
	}
	o.signIn("bian")
	if body := o.page(o.post(at, url.Values{"do": {"propose"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "更正应写明理由") {
		t.Error("a correction without reason")
	}
	if res := o.post(at, url.Values{"do": {"submitted"}, "on": {today}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("handed up: %d", res.StatusCode)
	}
	if body := o.page(o.get(at), http.StatusOK); strings.Contains(body, "登记上报") || !strings.Contains(body, "登记公布") {
		t.Error("the step is offered again")
	}
}

// Where the carry-in is not last year's locked carry-out, the report waits for an
// explanation; where the tables contradict themselves it can't be locked.
func TestReturnAsksForWords(t *testing.T) {
	o := reportOffice(t)
	lock := o.actor()
	if _, err := o.db.LockReturn(context.Background(), lock, o.agencyID("cz"), 2024, true, "", func(report.Table) (store.Frozen, error) { return store.Frozen{}, nil }); err != nil {
		t.Fatal(err)
	}
	found, err := o.db.CaseByNumber(context.Background(), o.agencyID("cz"), "旧3")
	if err != nil {
		t.Fatal(err)
	}
	stamp := o.actor()
	if err := o.db.Update(context.Background(), found.ID, stamp, func(c *cases.Case) error {
		return c.Correct(stamp, c.Events[0].Seq, testkit.Day("2024-12-30"), c.Events[0].Fact)
	}); err != nil {
		t.Fatal(err)
	}
	o.signIn("bian")
	at := "/report/2025/return?agency=cz"
	if body := o.page(o.post(at, url.Values{"do": {"propose"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "K6不一致，请写明原因") {
		t.Error("K6 is not asked about")
	}
	if res := o.post(at, url.Values{"do": {"propose"}, "explain_K6": {"旧3收到日期更正为2024年12月30日"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	o.signIn("shen").post(at, url.Values{"do": {"lock"}})
	all, err := o.db.Returns(context.Background(), o.agencyID("cz"), 2025, true)
	if err != nil || len(all) != 1 || all[0].Frozen.Explain["K6"] == "" {
		t.Errorf("the explanation is not in the return: %+v %v", all, err)
	}
}

// One person in single-user mode asks and locks in one step.
func TestReturnAlone(t *testing.T) {
	o := newOffice(t)
	if res := o.post("/report/2025/return?agency=shi", url.Values{"do": {"propose"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get("/report/2025/return?agency=shi"), http.StatusOK); !strings.Contains(body, "第1版") {
		t.Error("not locked")
	}
}

// An agency off the system sends a workbook: it goes into the government's sum, or
// comes back with what is wrong in it.
func TestBoardPages(t *testing.T) {
	o := reportOffice(t)
	if _, err := o.db.ImportAgencies(context.Background(), o.actor(), []store.AgencyLine{{Agency: cases.Agency{Code: "xf", Name: "示例信访局", Kind: cases.Department}, ParentCode: "shi"}}); err != nil {
		t.Fatal(err)
	}
	o.addUser("zong", auth.Admin{}, false, "shi:editor")
	o.signIn("zong")
	at := "/report/2025/board?agency=shi"
	body := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "示例信访局") || !strings.Contains(body, "未报送") || !strings.Contains(body, "在本系统办理") || !strings.Contains(body, "没有报送") {
		t.Error("the board does not say who is missing")
	}
	blank := o.get("/report/2025/board/blank?agency=shi&unit=xf")
	var file bytes.Buffer
	if _, err := file.ReadFrom(blank.Body); err != nil || file.Len() < 4000 {
		t.Errorf("the workbook: %d bytes %v", file.Len(), err)
	}
	table := report.NewTable("示例信访局", 2025, report.Format2021)
	set := func(key string, n int64) {
		k, err := report.ParseRow(key)
		if err != nil {
			t.Fatal(err)
		}
		table.Row(k)[0].N, table.Row(k)[6].N = n, n
	}
	set("new", 4)
	set("partial", 3)
	set("total", 3)
	send := func(name string, data []byte, fields ...string) *http.Response {
		return o.send("/report/2025/board?agency=shi", name, data, append([]string{"unit", "xf"}, fields...)...)
	}
	wrong, _ := json.Marshal(table)
	if body := o.page(send("回表.json", wrong), http.StatusUnprocessableEntity); !strings.Contains(body, "示例信访局") || !strings.Contains(body, "K1") {
		t.Error("what does not add up is not named with its agency")
	}
	set("carried_out", 1)
	var book bytes.Buffer
	if err := export.WriteReport(&book, "xlsx", table, export.Meta{}); err != nil {
		t.Fatal(err)
	}
	if res := send("回表.xlsx", book.Bytes()); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	sum, err := o.db.Table(context.Background(), o.agencyID("shi"), 2025, false, report.Format{})
	if err != nil || sum.New[6].N != 6 {
		t.Errorf("the sum is %d, %v", sum.New[6].N, err)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "已报送（表格）") {
		t.Error("the board does not show it")
	}
	if body := o.page(send("坏.xlsx", []byte("PK\x03\x04坏")), http.StatusUnprocessableEntity); !strings.Contains(body, "读不出年报表") {
		t.Error("a damaged file")
	}
	if res := send("", nil, "do", "back"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("taken back: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); strings.Contains(body, "已报送") {
		t.Error("it is still there")
	}
	if res := o.post("/report/2025/board?agency=cz", url.Values{"unit": {"xf"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("an editor of the government for a department: %d", res.StatusCode)
	}
}
