package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// Who closes a case with a day alone is asked by which way the answer went; the case
// is marked until the letter lies in its file, and stands in the officer's list.
func TestAnswerWithoutOriginal(t *testing.T) {
	o := matrixOffice(t)
	at := o.signed()
	o.signIn("cheng")
	answer := func(fields ...string) *http.Response {
		body := o.page(o.get(at+"/decide"), http.StatusOK)
		form := o.fieldsIn(body)
		form.Set("do", "answer")
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return o.post(at+"/decide", form)
	}
	if body := o.page(o.get(at+"/decide"), http.StatusOK); len(o.all(body, "select[name=way] option")) != 8 || len(o.all(body, "select[name=way] option[selected]")) != 0 || !strings.Contains(body, "标“无原件”") {
		t.Errorf("the form does not ask by which way, or chooses one unasked: %d", len(o.all(body, "select[name=way] option")))
	}
	if body := o.page(answer("way", ""), http.StatusUnprocessableEntity); !strings.Contains(body, "没有选择“送达方式”") {
		t.Error("closed without a way")
	}
	if res := answer("way", "mail"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	body := o.page(o.get(at), http.StatusOK)
	for _, want := range []string{"邮寄（EMS、挂号信）", "无原件"} {
		if !strings.Contains(body, want) {
			t.Errorf("the case lacks %q", want)
		}
	}
	add := at + "?kind=answer#files"
	if len(o.all(body, "a[href='"+add+"']")) != 1 {
		t.Error("the case does not lead to adding the scan")
	}
	if chosen := o.all(o.page(o.get(at+"?kind=answer"), http.StatusOK), "select[name=kind] option[selected]"); len(chosen) != 1 || attr(chosen[0], "value") != "answer" {
		t.Error("the kind 答复书 is not chosen there")
	}
	if body := o.page(o.get("/"), http.StatusOK); !strings.Contains(body, "缺答复书原件") {
		t.Error("the desk does not count it")
	}
	if body := o.page(o.get("/services?agency=cz"), http.StatusOK); len(o.all(body, "#originals a[href='"+add+"']")) != 1 {
		t.Error("the list does not lead to it")
	}
	kind, err := cases.ParseFileKind("answer")
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	if _, err := fmt.Sscanf(at, "/cases/%d", &id); err != nil {
		t.Fatal(err)
	}
	if err := o.db.Attach(t.Context(), o.actor(), id, []store.Upload{{Kind: kind, Name: "答复书.pdf", Content: []byte("%PDF-1.7")}}); err != nil {
		t.Fatal(err)
	}
	if body := o.page(o.get(at), http.StatusOK) + o.page(o.get("/services?agency=cz"), http.StatusOK); strings.Contains(body, "无原件") {
		t.Error("it is marked although the letter is there")
	}
	if body := o.page(o.get("/"), http.StatusOK); strings.Contains(body, "缺答复书原件") {
		t.Error("the desk still counts it")
	}
	if err := o.db.WithdrawAttachment(t.Context(), o.actor(), id, 1, "传错了"); err != nil {
		t.Fatal(err)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "无原件") {
		t.Error("withdrawn, it still counts as there")
	}
}

// What is given on the spot went by hand, whatever the form had chosen; a proposal is
// asked nothing; the way that the applicant named is
// chosen beforehand; an imported answer is not marked.
func TestWayOfAnswer(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	at := o.registered("k1", "EMS1")
	form := onPaper()
	for name, value := range map[string]string{"key": "k2", "way": "email", "save": "1"} {
		form.Set(name, value)
	}
	named := strings.TrimSuffix(o.post("/cases/new?agency=cz", form).Header.Get("Location"), "/receipt")
	o.signIn("cheng")
	spot := url.Values{"outcome": {"disclose.provided"}, "on": {today}, "answer": {"当场提供"}, "do": {"spot"}, "way": {"mail"}}
	if res := o.handled(at+"/decide?outcome=disclose.provided", spot); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "当面送交") || strings.Contains(body, "邮寄（EMS、挂号信）</") {
		t.Error("given on the spot, it is said to have been posted")
	}
	if body := o.page(o.get(named+"/decide?outcome=disclose.provided"), http.StatusOK); strings.Contains(body, `name="way"`) {
		t.Error("a proposal is asked by which way it goes")
	}
	o.handled(named+"/decide?outcome=disclose.provided", url.Values{"outcome": {"disclose.provided"}, "on": {today}, "answer": {"提供一份"}, "do": {"propose"}})
	for _, opinion := range []string{"同意", "同意"} {
		o.handled(named+"/act/signed_on_paper", url.Values{"on": {today}, "signer": {"王某，主任，" + opinion}})
	}
	body := o.page(o.get(named+"/decide"), http.StatusOK)
	if chosen := o.all(body, "select[name=way] option[selected]"); len(chosen) != 1 || attr(chosen[0], "value") != "electronic" {
		t.Error("the way that the applicant named is not chosen beforehand")
	}
	ledger := store.ImportJob{FileName: "台账.xlsx", FileHash: "answered", Rows: []store.ImportRow{{Line: 2, Record: cases.Record{Number: "M1", Agency: "cz", ReceivedOn: testkit.Day("2026-11-03"),
		Kind: cases.Natural, Applicant: "陈小明", Content: "某项目预算", AnsweredOn: testkit.Day("2026-11-10"), Outcome: cases.MustOutcome("disclose.provided")}}}}
	if _, err := o.db.Import(t.Context(), o.actor(), ledger); err != nil {
		t.Fatal(err)
	}
	found, err := o.db.CaseByNumber(t.Context(), o.agencyID("cz"), "M1")
	if err != nil {
		t.Fatal(err)
	}
	if body := o.page(o.get(casePath(found.ID)), http.StatusOK); strings.Contains(body, "无原件") || !strings.Contains(body, "已办结") {
		t.Error("an answer of a ledger is marked")
	}
}
