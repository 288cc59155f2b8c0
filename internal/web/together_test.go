package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Thirty like applications come in one envelope: they are registered by one form,
// once, assigned, decided, signed and answered in one go, and each adds one to
// the table.
func TestThirtyApplicationsInOneEnvelope(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	before, row := o.countCases(), o.cell("not_processed.petition")
	form := onPaper()
	form.Set("name", "王小红")
	form.Set("id_number", "")
	form.Set("copies", "28")
	form.Set("more", "某地块补偿方案\n\n  某地块听证笔录 ")
	form.Set("check", "1")
	body := o.page(o.post("/cases/new", form), http.StatusOK)
	if !strings.Contains(body, "确认登记30件") || !strings.Contains(body, "某地块听证笔录") {
		t.Fatal("the check does not say how many it will register")
	}
	save := url.Values{"save": {"1"}}
	for _, n := range o.all(body, "main input[type=hidden]") {
		save.Set(attr(n, "name"), attr(n, "value"))
	}
	var at string
	for range 2 {
		at = o.post("/cases/new", save).Header.Get("Location")
	}
	if n := o.countCases(); n != before+30 {
		t.Fatalf("%d cases more", n-before)
	}
	receipt := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(receipt, "共30件") || !strings.Contains(receipt, "某地块听证笔录") {
		t.Error("the receipt does not name the thirty")
	}
	at = strings.TrimSuffix(at, "/receipt")
	all := func(path string, fields url.Values) {
		t.Helper()
		fields.Set("together", "all")
		if res := o.handled(at+path, fields); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %.2000s", path, res.StatusCode, messages(o, res))
		}
	}
	o.signIn("cheng")
	mine := attr(o.all(o.page(o.get(at+"/act/assigned"), http.StatusOK), "input[name=officer][checked]")[0], "value")
	all("/act/assigned", url.Values{"on": {today}, "officer": {mine}})
	decision := func() url.Values {
		return url.Values{"on": {today}, "outcome": {"not_processed.petition"}, "answer": {"请通过信访渠道提出"}}
	}
	propose := decision()
	propose.Set("do", "propose")
	all("/decide?outcome=not_processed.petition", propose)
	o.signIn("shen")
	all("/act/approved", url.Values{"on": {today}})
	o.signIn("qian")
	all("/act/approved", url.Values{"on": {today}})
	o.signIn("cheng")
	answer := decision()
	answer.Set("do", "answer")
	all("/decide", answer)
	if after := o.cell("not_processed.petition"); after != row+30 {
		t.Errorf("%d answers more in the table", after-row)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "同时办理30件") {
		t.Error("the page does not say that thirty were answered together")
	}
}

// Nothing goes along that was not chosen, and one that can't keeps all from it.
func TestTogetherIsAllOrNone(t *testing.T) {
	o := matrixOffice(t)
	at, other := received(o, "2026-11-16"), received(o, "2026-11-20")
	o.signIn("cheng")
	id := strings.TrimPrefix(other, "/cases/")
	late := url.Values{"on": {"2026-11-18"}, "causes": {"description"}, "items": {"请写明项目名称"}, "days": {"15"}, "together": {id}}
	res := o.handled(at+"/act/supplement_asked", late) // before the other one came
	if body := o.page(res, http.StatusUnprocessableEntity); !strings.Contains(body, "不能一并办理") || !strings.Contains(body, "请写明项目名称") {
		t.Error("the page does not say which one can't, or what was typed is lost")
	}
	for _, page := range []string{at, other} {
		if body := o.page(o.get(page), http.StatusOK); strings.Contains(body, "告知补正</strong>") {
			t.Errorf("%s was written", page)
		}
	}
	alone := url.Values{"on": {"2026-11-23"}, "causes": {"description"}, "items": {"请写明项目名称"}, "days": {"15"}}
	if res := o.handled(at+"/act/supplement_asked", alone); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("alone: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(other), http.StatusOK); strings.Contains(body, "告知补正</strong>") {
		t.Error("a case went along that was not chosen")
	}
}

// A bundle has no platform number, and not more than one act can make.
func TestBundleMistakes(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	for _, x := range [][3]string{{"copies", "三十", "应为1至200的整数"}, {"more", strings.Repeat("一件\n", 200), "一次最多登记200件"}} {
		form := onPaper()
		form.Set("check", "1")
		form.Set(x[0], x[1])
		if body := o.page(o.post("/cases/new", form), http.StatusUnprocessableEntity); !strings.Contains(body, x[2]) {
			t.Errorf("%s: not said: %s", x[0], x[2])
		}
	}
	form := onPaper()
	form.Set("check", "1")
	form.Set("copies", "2")
	form.Set("platform", "省平台")
	form.Set("platform_number", "P1")
	if body := o.page(o.post("/cases/new", form), http.StatusUnprocessableEntity); !strings.Contains(body, "请逐件登记") {
		t.Error("a platform number for two applications")
	}
}

// One more application of the same person starts from the first one's people and
// dates.
func TestRegisterAnotherOfTheSame(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("save", "1")
	at := o.post("/cases/new", form).Header.Get("Location")
	receipt := o.page(o.get(at), http.StatusOK)
	link := ""
	for _, n := range o.all(receipt, "a") {
		if strings.Contains(attr(n, "href"), "like=") {
			link = attr(n, "href")
		}
	}
	body := o.page(o.get(link), http.StatusOK)
	for _, text := range []string{"陈小明", "13800001234", "2026-11-20", "EMS1234567890"} {
		if !strings.Contains(body, text) {
			t.Errorf("%s is not in the form", text)
		}
	}
	if strings.Contains(body, "某地块征收批复") {
		t.Error("the content was copied too")
	}
	o.signIn("cheng")
	if res := o.get("/cases/new?like=999999"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a case that is not there: %d", res.StatusCode)
	}
}
