package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// oldOffice is the matrix's office with cases of long ago at 财政局: two that are
// due, one that was refused and is kept for thirty years; and a second signer.
func oldOffice(t *testing.T) *office {
	o := matrixOffice(t)
	job := store.ImportJob{FileName: "旧台账.xlsx", FileHash: "old"}
	for i, x := range [][2]string{{"老1", "disclose.provided"}, {"老2", "other.withdrawn"}, {"老3", "withhold.state_secret"}} {
		job.Rows = append(job.Rows, store.ImportRow{Line: i + 2, Record: cases.Record{Number: x[0], Agency: "cz", ReceivedOn: testkit.Day("2012-03-05"), Kind: cases.Natural,
			Applicant: "司马植", Phone: "13977776666", Content: "植入的内容", AnsweredOn: testkit.Day("2012-03-20"), Outcome: cases.MustOutcome(x[1])}})
	}
	if _, err := o.db.Import(context.Background(), o.actor(), job); err != nil {
		t.Fatal(err)
	}
	o.addUser("qian2", auth.Admin{}, false, "cz:signer")
	return o
}

// oldCase leads to a case by its number.
func (o *office) oldCase(number string) string {
	o.Helper()
	tree, err := o.db.Tree(context.Background(), testkit.Day(today))
	if err != nil {
		o.Fatal(err)
	}
	a, _ := tree.ByCode("cz")
	c, err := o.db.CaseByNumber(context.Background(), a.ID, number)
	if err != nil {
		o.Fatal(err)
	}
	return casePath(c.ID)
}

// What is due stands on the year's list; one is held; one proposes, another
// agrees; what is left of a case says that it was destroyed, and the auditor sees
// the protocol.
func TestRetentionByTwo(t *testing.T) {
	o := oldOffice(t)
	o.signIn("qian")
	body := o.page(o.get("/retention"), http.StatusOK)
	for _, want := range []string{"老1", "老2", "合计 2", "2022-12-31", "予以公开 10年"} {
		if !strings.Contains(strings.Join(strings.Fields(testkit.Text(o.all(body, "main")[0])), " "), want) {
			t.Errorf("the list does not say %s", want)
		}
	}
	if strings.Contains(body, "老3") {
		t.Error("what is kept for thirty years is due")
	}
	if preview := o.page(o.get("/retention?year=2027"), http.StatusOK); !strings.Contains(preview, "这里是预览") || strings.Contains(preview, "提出销毁清册") {
		t.Error("a year to come can be destroyed")
	}
	at := o.oldCase("老2")
	hold := strings.Replace(at, "/cases/", "/retention/cases/", 1)
	if page := o.page(o.get(at), http.StatusOK); !strings.Contains(page, "10年（其他处理），至2022年12月31日") || !strings.Contains(page, hold) {
		t.Error("the case does not say how long it is kept")
	}
	if res := o.post(hold, url.Values{"do": {"place"}}); !strings.Contains(o.page(res, http.StatusUnprocessableEntity), "没有写明保留的理由") {
		t.Error("held without a reason")
	}
	if res := o.post(hold, url.Values{"do": {"place"}, "reason": {strings.Repeat("长", 300)}}); !strings.Contains(o.page(res, http.StatusUnprocessableEntity), "太长") {
		t.Error("a reason without end")
	}
	if res := o.post(hold, url.Values{"do": {"place"}, "reason": {"审计正在进行"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("held: %d", res.StatusCode)
	}
	if body := o.page(o.get("/retention"), http.StatusOK); !strings.Contains(body, "审计正在进行") {
		t.Error("the list does not say that it is held")
	}
	list := o.post("/retention", url.Values{"agency": {"cz"}, "year": {"2026"}, "reason": {"经鉴定"}}).Header.Get("Location")
	if !strings.HasPrefix(list, "/retention/") {
		t.Fatalf("proposed: %q", list)
	}
	if res := o.post("/retention", url.Values{"agency": {"cz"}, "year": {"2026"}}); !strings.Contains(o.page(res, http.StatusUnprocessableEntity), "已有一份销毁清册") {
		t.Error("a second list beside the first")
	}
	if body := o.page(o.get(list), http.StatusOK); !strings.Contains(body, "老1") || strings.Contains(body, "老2") || !strings.Contains(body, "撤回") || strings.Contains(body, "确认销毁") {
		t.Error("the list holds what is held, or can be confirmed by who proposed")
	}
	if res := o.post(list, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("confirmed alone: %d", res.StatusCode)
	}
	o.signIn("cheng")
	if res := o.get(list); res.StatusCode != http.StatusForbidden {
		t.Errorf("an officer sees the list: %d", res.StatusCode)
	}
	o.signIn("qian2")
	if res := o.post(list, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("confirmed: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(list), http.StatusOK); !strings.Contains(body, "已销毁1件") || !strings.Contains(body, "确认") {
		t.Error("the protocol does not say what was destroyed")
	}
	gone := o.oldCase("老1")
	page := o.page(o.get(gone), http.StatusOK)
	if !strings.Contains(page, "已按保管期限销毁") || !strings.Contains(page, "2026年11月24日") || !strings.Contains(page, list) || strings.Contains(page, "植入") || strings.Contains(page, "司马") {
		t.Error("the page of the destroyed case does not say so, or says too much")
	}
	for _, path := range []string{gone + "/clock", gone + "/act/served", gone + "/decide"} {
		o.signIn("cheng")
		if res := o.get(path); res.StatusCode != http.StatusConflict {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if body := o.page(o.get("/cases?text=老1"), http.StatusOK); !strings.Contains(body, "（已按保管期限销毁）") {
		t.Error("the register does not say so")
	}
	o.signIn("aud")
	if body := o.page(o.get("/retention"), http.StatusOK); !strings.Contains(body, "已销毁1件") || !strings.Contains(body, "示例cz") {
		t.Error("the auditor does not see the lists")
	}
	if body := o.page(o.get(list), http.StatusOK); !strings.Contains(body, "老1") || strings.Contains(body, `name="do"`) {
		t.Error("the auditor does not see the protocol, or may decide")
	}
	o.signIn("leader")
	if res := o.post(list, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("confirmed from above: %d", res.StatusCode)
	}
}

// The terms are a setting of two people with a day of effect; what is typed badly
// comes back.
func TestRetentionSetting(t *testing.T) {
	o := oldOffice(t)
	o.signIn("qian")
	if body := o.page(o.get("/settings"), http.StatusOK); !strings.Contains(body, "保管期限") || !strings.Contains(body, "发生复议诉讼 永久") {
		t.Error("the settings do not show the usual terms")
	}
	res := o.post("/settings", url.Values{"agency": {"cz"}, "key": {"retention"}, "value": {"予以公开 三年"}, "from": {today}, "reason": {"试"}})
	if body := o.page(res, http.StatusUnprocessableEntity); !strings.Contains(body, "6至100年") || !strings.Contains(body, "予以公开 三年") {
		t.Error("a bad term")
	}
	if res := o.post("/settings", url.Values{"agency": {"cz"}, "key": {"retention"}, "value": {"予以公开 20年"}, "from": {today}, "reason": {"按档案局要求"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("proposed: %d %s", res.StatusCode, messages(o, res))
	}
	o.signIn("qian2")
	if res := o.post("/settings/proposals/1", url.Values{"agree": {"1"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("confirmed: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get("/retention"), http.StatusOK); strings.Contains(body, ">老1<") || !strings.Contains(body, "老2") {
		t.Error("the longer term does not hold")
	}
}

// The single user proposes and destroys alone.
func TestRetentionAlone(t *testing.T) {
	o := newOffice(t)
	job := store.ImportJob{FileName: "旧.xlsx", FileHash: "alone", Rows: []store.ImportRow{{Line: 2, Record: cases.Record{Number: "老9", Agency: "cz", ReceivedOn: testkit.Day("2012-03-05"),
		Kind: cases.Natural, Applicant: "司马植", Content: "植入", AnsweredOn: testkit.Day("2012-03-20"), Outcome: cases.MustOutcome("disclose.provided")}}}}
	if _, err := o.db.Import(context.Background(), o.actor(), job); err != nil {
		t.Fatal(err)
	}
	list := o.post("/retention", url.Values{"agency": {"cz"}, "year": {"2026"}}).Header.Get("Location")
	if res := o.post(list, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("alone: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(list), http.StatusOK); !strings.Contains(body, "已销毁1件") {
		t.Error("nothing destroyed")
	}
}
