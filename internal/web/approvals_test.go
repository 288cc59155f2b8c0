package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/store"
)

// proposed puts a decision of a fresh case before the chain.
func (o *office) proposed(text string) string {
	o.Helper()
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	o.propose(at, text)
	return at
}

func (o *office) propose(at, text string) {
	o.Helper()
	form := url.Values{"on": {today}, "outcome": {"not_processed.petition"}, "answer": {text}, "do": {"propose"}}
	if res := o.handled(at+"/decide?outcome=not_processed.petition", form); res.StatusCode != http.StatusSeeOther {
		o.Fatalf("propose: %d %s", res.StatusCode, messages(o, res))
	}
}

// picks gives the values of the boxes that a batch offers.
func (o *office) picks(path string) []string {
	o.Helper()
	var out []string
	for _, n := range o.all(o.page(o.get(path), http.StatusOK), "input[name=pick]") {
		out = append(out, attr(n, "value"))
	}
	return out
}

// Decisions that wait are signed by whose turn it is, several at once; what moved
// on since the page was shown is not signed unread.
func TestApprovalsAtOnce(t *testing.T) {
	o := matrixOffice(t)
	first, second := o.proposed("甲答复"), o.proposed("乙答复")
	if n := len(o.picks("/approvals")); n != 0 {
		t.Errorf("the officer may sign %d", n)
	}
	o.signIn("qian")
	if n := len(o.picks("/approvals")); n != 0 {
		t.Errorf("the signer may sign %d before the reviewer", n)
	}
	o.signIn("shen")
	picks := o.picks("/approvals")
	if len(picks) != 2 {
		t.Fatalf("%d wait for the reviewer", len(picks))
	}
	if res := o.handled(second+"/act/returned", url.Values{"on": {today}, "opinion": {"请写明渠道"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("return: %d", res.StatusCode)
	}
	o.signIn("cheng")
	if body := o.page(o.get(second+"/decide"), http.StatusOK); !strings.Contains(body, "退回：请写明渠道") || !strings.Contains(body, "乙答复") {
		t.Error("the officer does not see why it came back, or what he wrote")
	}
	o.propose(second, "乙答复，请到信访局")
	o.signIn("shen")
	body := o.page(o.post("/approvals", url.Values{"pick": picks}), http.StatusUnprocessableEntity)
	if !strings.Contains(body, "已审核签发1件") || !strings.Contains(body, "又有新的登记") {
		t.Error("what was done and what was not is not said")
	}
	body = o.page(o.get(second+"/act/approved"), http.StatusOK)
	for _, text := range []string{"退回前", "乙答复，请到信访局", "请写明渠道", "有改动"} {
		if !strings.Contains(body, text) {
			t.Errorf("the comparison does not show %s", text)
		}
	}
	if res := o.post("/approvals", url.Values{"pick": o.picks("/approvals")}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign the rest: %d", res.StatusCode)
	}
	o.signIn("qian")
	if res := o.post("/approvals", url.Values{"pick": o.picks("/approvals")}); !strings.Contains(res.Header.Get("Location"), "done=2") {
		t.Errorf("the signer: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if body := o.page(o.get(first), http.StatusOK); !strings.Contains(body, "答复") {
		t.Error("it can't be answered")
	}
	if body := o.page(o.post("/approvals", url.Values{}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有勾选办件") {
		t.Error("nothing chosen, nothing said")
	}
}

// Cases in nobody's hands are given to an officer, several at once.
func TestAssignAtOnce(t *testing.T) {
	o := matrixOffice(t)
	received(o, "2026-11-16")
	received(o, "2026-11-17")
	o.signIn("deng")
	picks := o.picks("/assign")
	if len(picks) < 2 {
		t.Fatalf("%d to be assigned", len(picks))
	}
	officer := attr(o.all(o.page(o.get("/assign"), http.StatusOK), "input[name=officer]")[0], "value")
	if body := o.page(o.post("/assign", url.Values{"pick": picks, "officer": {"424242"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有选择承办人") {
		t.Error("somebody who is no officer was taken")
	}
	if res := o.post("/assign", url.Values{"pick": picks, "officer": {officer}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("assign: %d", res.StatusCode)
	}
	if left := o.picks("/assign"); len(left) != 0 {
		t.Errorf("%d are left", len(left))
	}
	o.signIn("bian")
	if res := o.post("/assign", url.Values{"pick": picks, "officer": {officer}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("the report's writer assigns: %d", res.StatusCode)
	}
	// A case of another agency does not become reachable by its number.
	o.signIn("deng")
	if res := o.post("/assign", url.Values{"pick": {"2:1"}, "officer": {officer}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("a foreign case: %d", res.StatusCode)
	}
}

// The list leaves as a workbook with its filters in force, without contact data,
// and the audit chain says so.
func TestListAsWorkbook(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("content", "=cmd()|某项目")
	form.Set("save", "1")
	o.post("/cases/new", form)
	res := o.get("/cases/download?year=2026")
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, r := range rows {
		all += strings.Join(r, "|") + "\n"
	}
	if len(rows) != 3 || !strings.Contains(all, "陈小明") || !strings.Contains(all, "=cmd()|某项目") || strings.Contains(all, "13800001234") || strings.Contains(all, "11010519491231002X") {
		t.Errorf("%d rows:\n%s", len(rows), all)
	}
	found, _, err := o.db.AuditSearch(context.Background(), store.AuditFilter{Chains: []int64{2}, Act: "list_exported"}, "", 5)
	if err != nil || len(found) != 1 {
		t.Errorf("audit: %v %v", found, err)
	}
}

// The sheet of the clock says what the page says; what the platform asks stands
// ready to be copied.
func TestSheets(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("channel", "online")
	form.Set("confirmed", "2026-11-20")
	form.Set("platform", "省政府信息公开平台")
	form.Set("platform_number", "FJ2026-77")
	form.Set("save", "1")
	at := strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	sheet := o.page(o.get(at+"/clock"), http.StatusOK)
	for _, text := range []string{"期限说明", "2026年12月18日", "工作日依据"} {
		if !strings.Contains(sheet, text) {
			t.Errorf("the sheet of the clock does not say %s", text)
		}
	}
	if body := o.page(o.get(at+"/platform"), http.StatusOK); !strings.Contains(body, "FJ2026-77") || !strings.Contains(body, "还没有答复") {
		t.Error("the platform's number, or that it is not answered, is missing")
	}
	o.signIn("cheng")
	answer := url.Values{"on": {today}, "outcome": {"disclose.provided"}, "answer": {"提供批复一份"}, "document": {"榕政公开〔2026〕12号"}, "do": {"spot"}}
	if res := o.handled(at+"/decide?outcome=disclose.provided", answer); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", res.StatusCode, messages(o, res))
	}
	body := o.page(o.get(at+"/platform"), http.StatusOK)
	for _, text := range []string{"提供批复一份", "榕政公开〔2026〕12号", today, "是否逾期"} {
		if !strings.Contains(body, text) {
			t.Errorf("the platform's sheet does not show %s", text)
		}
	}
}
