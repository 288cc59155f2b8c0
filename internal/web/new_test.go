package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// onPaper is a usual EMS letter as a clerk types it.
func onPaper() url.Values {
	return url.Values{"channel": {"letter_registered"}, "signed": {"11.20"}, "office": {"11.23"}, "mail": {"EMS1234567890"}, "signer": {"门卫老李"},
		"kind": {"natural"}, "name": {"陈小明"}, "id_number": {"11010519491231002X"}, "phone": {"13800001234"}, "address": {"示例路1号"},
		"content": {"某地块征收批复"}, "key": {"k1"}}
}

// count gives how many cases the office has.
func (o *office) countCases() int {
	o.Helper()
	tree, err := o.db.Tree(context.Background(), o.server.today())
	if err != nil {
		o.Fatal(err)
	}
	var ids []int64
	for _, a := range tree.All() {
		ids = append(ids, a.ID)
	}
	page, err := o.db.List(context.Background(), store.Filter{AgencyIDs: ids}, store.SortReceived, "", 500)
	if err != nil {
		o.Fatal(err)
	}
	return len(page.Rows)
}

// A letter is typed, checked, registered once, and has its receipt.
func TestRegisterLetter(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	before := o.countCases()
	form := onPaper()
	form.Set("check", "1")
	body := o.page(o.post("/cases/new", form), http.StatusOK)
	for _, text := range []string{"2026年11月20日", "2026年12月18日", "以行政机关签收之日为收到申请之日", "确认登记"} {
		if !strings.Contains(body, text) {
			t.Errorf("the check does not show %s", text)
		}
	}
	if o.countCases() != before {
		t.Error("checking registered something")
	}
	save := url.Values{"save": {"1"}}
	for _, n := range o.all(body, "main input[type=hidden]") {
		save.Set(attr(n, "name"), attr(n, "value"))
	}
	var at string
	for range 3 { // a double click, and once more from the page kept open
		res := o.post("/cases/new", save)
		if res.StatusCode != http.StatusSeeOther {
			t.Fatalf("save: %d %s", res.StatusCode, messages(o, res))
		}
		at = res.Header.Get("Location")
	}
	if n := o.countCases(); n != before+1 {
		t.Fatalf("%d cases more", n-before)
	}
	receipt := o.page(o.get(at), http.StatusOK)
	for _, text := range []string{"登记回执", "2026年12月18日", "陈小明", "某地块征收批复"} {
		if !strings.Contains(receipt, text) {
			t.Errorf("the receipt does not show %s", text)
		}
	}
	if page := o.page(o.get(strings.TrimSuffix(at, "/receipt")), http.StatusOK); !strings.Contains(page, "门卫老李") || strings.Contains(page, "13800001234") {
		t.Error("who signed for it is not on the page, or the phone is")
	}
	if strings.Contains(o.log.String(), "陈小明") || strings.Contains(o.log.String(), "13800001234") {
		t.Error("personal data in the log")
	}
	other := save
	other.Set("content", "另一件事")
	if res := o.post("/cases/new", other); res.StatusCode != http.StatusConflict {
		t.Errorf("other content under a spent key: %d", res.StatusCode)
	}
}

// What is wrong comes back at its field with everything that was typed.
func TestRegisterMistakes(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	long := strings.Repeat("很长的名字", 60)
	for _, x := range []struct{ name, field, value, want string }{
		{"没有签收日期", "signed", "", "没有填写签收日期"},
		{"日期读不懂", "signed", "前天下午", "读不懂"},
		{"将来", "signed", "2026-12-01", "在今天之后"},
		{"没有内容", "content", "", "没有填写所需信息的内容描述"},
		{"没有渠道", "channel", "", "没有选择渠道"},
		{"没有姓名", "name", "", "没有填写申请人"},
		{"签收早于来件", "arrived", "11.23", "收到日期 2026-11-20 早于到达日期 2026-11-23"},
		{"代理人只有电话", "agent_phone", "13900000000", "没有填写代理人姓名"},
	} {
		t.Run(x.name, func(t *testing.T) {
			form := onPaper()
			form.Set("check", "1")
			form.Set("address", long)
			form.Set(x.field, x.value)
			body := o.page(o.post("/cases/new", form), http.StatusUnprocessableEntity)
			if !strings.Contains(body, x.want) || !strings.Contains(body, long) || !strings.Contains(body, "<title>错误：") {
				t.Errorf("%q or what was typed is missing", x.want)
			}
		})
	}
	form := onPaper()
	form.Set("check", "1")
	form.Set("id_number", "110105194912310021")
	form.Set("name", strings.Repeat("长", 300))
	if body := o.page(o.post("/cases/new", form), http.StatusOK); !strings.Contains(body, "确认登记") || !strings.Contains(body, "110105194912310021") {
		t.Error("a doubtful identity number keeps one from registering")
	}
}

// What came online waits for the applicant and counts from the day of agreement.
func TestRegisterOnline(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("channel", "online")
	form.Set("arrived", "11.20")
	form.Set("save", "1")
	res := o.post("/cases/new", form)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	at := strings.TrimSuffix(res.Header.Get("Location"), "/receipt")
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "待确认") || !strings.Contains(body, "2026年12月18日") {
		t.Error("not 待确认, or the term from the day of arrival is not shown beside it")
	}
	if res := o.handled(at+"/act/confirm", url.Values{"on": {"2026-11-24"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("confirm: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "2026-12-22") {
		t.Error("the term does not run from the day of agreement")
	}
}

// A pasted page of the platform fills the form for checking.
func TestRegisterFromPlatform(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	text := "申请编号：FJ20261120001\n申请人姓名：林一\n联系电话：13900001111\n提交时间：2026-11-20 09:15\n所需信息内容描述：某小区规划许可\n" +
		"文号：榕规〔2024〕9号\n提供方式：电子文档\n获取方式：邮寄送达\n代理人姓名：赵律\n"
	body := o.page(o.post("/cases/new", url.Values{"recognise": {"1"}, "paste": {text}}), http.StatusOK)
	for _, value := range []string{`value="FJ20261120001"`, `value="林一"`, `value="13900001111"`, "某小区规划许可", "文号：榕规〔2024〕9号",
		`value="file" selected`, `value="mail" selected`, `value="赵律"`, `name="arrived" value="2026-11-20"`} {
		if !strings.Contains(body, value) {
			t.Errorf("%s is not filled in", value)
		}
	}
}

// The receipt tells the term as it ran from the receipt: what has moved it since is
// told by letters of its own.
func TestReceiptKeepsItsTerm(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	o.handled(at+"/act/consult_sent", url.Values{"on": {"2026-11-05"}, "party": {"third_party"}, "who": {"某公司"}})
	if body := o.page(o.get(at+"/receipt"), http.StatusOK); !strings.Contains(body, "2026年11月30日以前作出答复") {
		t.Error("the receipt follows the consultation")
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "cheng打印于2026-11-24 ") {
		t.Error("the print does not say by whom and when")
	}
}

// An organisation is asked for its code and who speaks for it; an agent without
// power of attorney is a doubt, and both stand with the case.
func TestRegisterOrganisation(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	for name, value := range map[string]string{"kind": "commercial", "name": "示例建设有限公司", "id_number": "91350100M000100Y4X", "contact": "孙经办",
		"agent": "赵律", "agent_phone": "13900002222", "warrant": "lack", "check": "1"} {
		form.Set(name, value)
	}
	body := o.page(o.post("/cases/new", form), http.StatusOK)
	for _, text := range []string{"统一社会信用代码", "没有收到授权委托书", "孙经办", "确认登记"} {
		if !strings.Contains(body, text) {
			t.Errorf("the check does not say %s", text)
		}
	}
	form.Del("check")
	form.Set("save", "1")
	at := strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	page := o.page(o.get(at), http.StatusOK)
	for _, text := range []string{"联系人", "代理人", "授权委托书：没有收到"} {
		if !strings.Contains(page, text) {
			t.Errorf("the case does not show %s", text)
		}
	}
	if strings.Contains(page, "13900002222") {
		t.Error("the agent's telephone stands on the page")
	}
	if again := o.page(o.get("/cases/new?like="+strings.TrimPrefix(at, "/cases/")), http.StatusOK); !strings.Contains(again, `value="孙经办"`) || !strings.Contains(again, `value="赵律"`) {
		t.Error("the copy leaves people out")
	}
}

// A supplement that comes when the case was given up for want of it is a new
// application that leads back to the old one, with a number and term of its own.
func TestSupplementAfterTheEnd(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	o.handled(at+"/act/supplement_asked", url.Values{"on": {"2026-11-04"}, "causes": {"description"}, "items": {"写明项目"}, "days": {"5"}})
	id := strings.TrimPrefix(at, "/cases/")
	if res := o.get("/cases/new?follows=" + id); res.StatusCode != http.StatusNotFound {
		t.Errorf("an open case is followed: %d", res.StatusCode)
	}
	if res := o.handled(at+"/decide?outcome=other.no_supplement", url.Values{"on": {today}, "outcome": {"other.no_supplement"}, "answer": {"逾期未补正，不再处理"}, "do": {"answer"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("closing: %d %s", res.StatusCode, messages(o, res))
	}
	link := ""
	for _, n := range o.all(o.page(o.get(at), http.StatusOK), "a") {
		if strings.Contains(attr(n, "href"), "follows=") {
			link = attr(n, "href")
		}
	}
	body := o.page(o.get(link), http.StatusOK)
	if !strings.Contains(body, "某项目预算") || !strings.Contains(body, `value="陈小明"`) {
		t.Fatal("the form does not begin with the old application")
	}
	form := url.Values{"channel": {"in_person"}, "submitted": {today}, "kind": {"natural"}, "name": {"陈小明"}, "content": {"某项目2025年预算"}, "follows": {id}, "key": {"f1"}, "save": {"1"}}
	res := o.post("/cases/new", form)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	anew := o.page(o.get(strings.TrimSuffix(res.Header.Get("Location"), "/receipt")), http.StatusOK)
	if !strings.Contains(anew, `href="`+at+`"`) || !strings.Contains(anew, "2026-12-22") {
		t.Error("the new case does not lead to the old one, or has no term of its own")
	}
	next := strings.TrimSuffix(res.Header.Get("Location"), "/receipt")
	if old := o.page(o.get(at), http.StatusOK); !strings.Contains(old, "后续办件：补正逾期后的新申请") || len(o.all(old, "a[href='"+next+"']")) != 1 || !strings.Contains(old, "剩20个工作日") {
		t.Error("the old case does not lead to the new one with its state")
	}
	foreign := form
	foreign.Set("follows", "3")
	foreign.Set("key", "f2")
	if res := o.post("/cases/new", foreign); res.StatusCode != http.StatusNotFound {
		t.Errorf("a foreign case is followed: %d", res.StatusCode)
	}
}

// The fee by piece knows which application of the month this is, and says the
// amount before the notice goes out.
func TestFeeKnowsThePiece(t *testing.T) {
	o := matrixOffice(t)
	if err := o.db.Set(context.Background(), o.actor(), o.agencyID("cz"), "fee_enabled", "yes", testkit.Day("2026-01-01")); err != nil {
		t.Fatal(err)
	}
	o.signIn("deng")
	form := onPaper()
	form.Set("copies", "12")
	form.Set("save", "1")
	at := strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	first, err := strconv.Atoi(strings.TrimPrefix(at, "/cases/"))
	if err != nil {
		t.Fatal(err)
	}
	o.signIn("cheng")
	eleventh := "/cases/" + strconv.Itoa(first+10) + "/act/fee_noticed"
	body := o.page(o.get(eleventh), http.StatusOK)
	if !strings.Contains(body, "2026年11月在本机关的第11件") || !strings.Contains(body, `name="count" value="11"`) || !strings.Contains(body, "按件应收100元") {
		t.Error("the form does not know that this is the eleventh, or what it costs")
	}
}
