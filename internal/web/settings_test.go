package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/auth"
)

// What changes law or money takes two people; the rest one. Each holds from its
// day, and never for what has happened.
func TestSettingsByTwoPeople(t *testing.T) {
	o := matrixOffice(t)
	o.addUser("qian2", auth.Admin{}, false, "cz:signer")
	set := func(key, value, from, reason string) *http.Response {
		return o.post("/settings", url.Values{"key": {key}, "value": {value}, "from": {from}, "reason": {reason}})
	}
	o.signIn("qian")
	if res := set("phone", "0591-12345678", today, ""); !strings.Contains(res.Header.Get("Location"), "saved=set") {
		t.Fatalf("the telephone: %d %s", res.StatusCode, messages(o, res))
	}
	if res := set("court", "示例市中级人民法院", today, "首次设置"); !strings.Contains(res.Header.Get("Location"), "saved=proposed") {
		t.Fatalf("the court: %d %s", res.StatusCode, messages(o, res))
	}
	body := o.page(o.get("/settings"), http.StatusOK)
	if !strings.Contains(body, "0591-12345678") || !strings.Contains(body, "等待第二人确认") || !strings.Contains(body, "示例市中级人民法院") {
		t.Error("the page does not show what was set and what waits")
	}
	agree := func() *http.Response { return o.post("/settings/proposals/1", url.Values{"agree": {"1"}}) }
	if res := agree(); res.StatusCode == http.StatusSeeOther {
		t.Error("who asked confirms himself")
	}
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	if res := agree(); res.StatusCode != http.StatusForbidden {
		t.Errorf("an officer confirms: %d", res.StatusCode)
	}
	decision := at + "/decide?outcome=not_processed.petition"
	if body := o.page(o.get(decision), http.StatusOK); strings.Contains(body, "示例市中级人民法院") {
		t.Error("it holds before the second person said so")
	}
	o.signIn("qian2")
	if res := agree(); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the second person: %d %s", res.StatusCode, messages(o, res))
	}
	if res := agree(); res.StatusCode == http.StatusSeeOther {
		t.Error("confirmed twice")
	}
	o.signIn("cheng")
	if body := o.page(o.get(decision), http.StatusOK); !strings.Contains(body, "示例市中级人民法院") {
		t.Error("the decision does not name the court")
	}
	if res := set("phone", "1", today, ""); res.StatusCode != http.StatusForbidden {
		t.Errorf("an officer sets: %d", res.StatusCode)
	}
	o.signIn("qian")
	for _, x := range [][4]string{{"phone", "1", "2026-11-01", "不能早于今天"}, {"supplement_term", "20", today, "1至15的整数"}, {"approval_chain", "局长", today, "先写名称"},
		{"case_number", "没有顺序号", today, "须含一个 {n}"}, {"nothing", "1", today, "没有这项设置"}} {
		if body := o.page(set(x[0], x[1], x[2], "试"), http.StatusUnprocessableEntity); !strings.Contains(body, x[3]) || x[0] != "nothing" && !strings.Contains(body, x[1]) {
			t.Errorf("%s %s: not said: %s", x[0], x[1], x[3])
		}
	}
	if body := o.page(set("court", "别的法院", today, ""), http.StatusUnprocessableEntity); !strings.Contains(body, "没有写明理由") {
		t.Error("no reason asked")
	}
}

// A setting of a later day does not act today.
func TestSettingOfALaterDay(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("qian")
	for _, x := range [][2]string{{"0591-1", today}, {"0591-2", "2026-12-01"}} {
		o.post("/settings", url.Values{"key": {"phone"}, "value": {x[0]}, "from": {x[1]}})
	}
	body := o.page(o.get("/settings"), http.StatusOK)
	if !strings.Contains(body, "自2026-12-01起：0591-2") {
		t.Error("what is to hold is not shown")
	}
	o.signIn("deng")
	form := onPaper()
	form.Set("save", "1")
	at := o.post("/cases/new", form).Header.Get("Location")
	if receipt := o.page(o.get(at), http.StatusOK); !strings.Contains(receipt, "0591-1") || strings.Contains(receipt, "0591-2") {
		t.Error("the receipt does not name today's telephone")
	}
}

// The fee is off unless the agency switched it on; a single user does so alone.
func TestFeeIsOffUnlessSet(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-16")
	fee := func() *http.Response {
		return o.handled(at+"/act/fee_noticed", url.Values{"on": {"2026-11-23"}, "finding": {"一个月内申请120件"}, "approver": {"张某"}, "method": {"pages"}, "count": {"120"}})
	}
	o.signIn("cheng")
	if body := o.page(o.get(at), http.StatusOK); strings.Contains(body, "收费通知") {
		t.Error("the fee is offered")
	}
	if body := o.page(fee(), http.StatusUnprocessableEntity); !strings.Contains(body, "没有启用信息处理费") {
		t.Error("the fee notice goes out though the fee is off")
	}
	o.signIn("danji")
	if res := o.post("/settings", url.Values{"agency": {"cz"}, "key": {"fee_enabled"}, "value": {"yes"}, "from": {today}, "reason": {"局务会决定"}}); !strings.Contains(res.Header.Get("Location"), "saved=set") {
		t.Fatalf("the single user: %d %s", res.StatusCode, messages(o, res))
	}
	o.signIn("cheng")
	if res := fee(); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the fee is on: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "1100") {
		t.Error("120 pages are 1100 yuan")
	}
}
