package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/report"
)

// registered sends a letter through the registering form and gives the case's page.
func (o *office) registered(key, mail string) string {
	o.Helper()
	form := onPaper()
	form.Set("key", key)
	form.Set("mail", mail)
	form.Set("save", "1")
	res := o.post("/cases/new?agency=cz", form)
	if res.StatusCode != http.StatusSeeOther {
		o.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	return strings.TrimSuffix(res.Header.Get("Location"), "/receipt")
}

// numberOf reads a case's number off its page.
func (o *office) numberOf(at string) string {
	o.Helper()
	return strings.TrimSpace(o.all(o.page(o.get(at), http.StatusOK), "h1")[0].FirstChild.Data)
}

// A letter registered twice: who registered it can't void it alone, a reviewer can.
// Its page, the lists, the print and the look-up say so and lead to the case that
// stands; neither letters nor acts are offered; another person restores it.
func TestVoidAndRestore(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	stands, double := o.registered("k1", "EMS1"), o.registered("k2", "EMS1")
	number, kept := o.numberOf(double), o.numberOf(stands)
	void := func(fields ...string) *http.Response {
		form := url.Values{"on": {today}, "reasons": {"同一封挂号信扫码两次"}}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return o.handled(double+"/void", form)
	}
	body := o.page(o.get(double+"/void"), http.StatusOK)
	if offered := o.all(body, "input[name=stands]"); len(offered) != 1 || "/cases/"+attr(offered[0], "value") != stands {
		t.Errorf("%d likely cases are offered", len(offered))
	}
	for part, res := range map[string]*http.Response{
		"须有第二人":          void("number", kept),
		"没有写明保留哪一件":      void(),
		"没有编号为“没有这件”的办件": void("number", "没有这件"),
		"本机关的另一件":        void("number", number, "signer", "王某，主任，11月24日"),
		"没有填写“重复登记":      void("number", kept, "reasons", ""),
	} {
		if body := o.page(res, http.StatusUnprocessableEntity); !strings.Contains(body, part) {
			t.Errorf("no %q in %s", part, body)
		}
	}
	before := o.newCases()
	o.signIn("shen")
	if res := void("stands", strings.TrimPrefix(stands, "/cases/")); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if now := o.newCases(); now != before-1 {
		t.Errorf("received: %d, before %d", now, before)
	}
	o.signIn("cheng")
	body = o.page(o.get(double), http.StatusOK)
	for _, want := range []string{"作废（重复登记），以" + kept + "为准", "同一封挂号信扫码两次", "本件已作废，期限不再计算", "自然人"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for selector, want := range map[string]int{"a[href='" + stands + "']": 1, "a[href='" + double + "/restore']": 1, "a[href='" + double + "/act/supplement_asked']": 0,
		"a[href='" + double + "/receipt']": 0, ".timeline a[href$='/correct/2']": 0} {
		if got := len(o.all(body, selector)); got != want {
			t.Errorf("%s: %d, want %d", selector, got, want)
		}
	}
	if body := o.page(o.get(stands), http.StatusOK); len(o.all(body, "a[href='"+double+"']")) != 1 || !strings.Contains(body, "重复登记，已作废") {
		t.Error("the case that stands does not lead to the void one")
	}
	for path, want := range map[string]string{"/cases?agency=cz&text=" + url.QueryEscape(number): "以" + kept + "为准", "/cases?agency=cz&state=voided": number,
		"/cases?agency=cz&print=1": "作废，以" + kept + "为准"} {
		if body := o.page(o.get(path), http.StatusOK); !strings.Contains(body, want) || !strings.Contains(body, "作废") {
			t.Errorf("%s lacks %q", path, want)
		}
	}
	for _, light := range []string{"open", "closed", "waiting"} {
		if body := o.page(o.get("/cases?agency=cz&light="+light), http.StatusOK); strings.Contains(body, number) {
			t.Errorf("it stands in the list %s", light)
		}
	}
	if body := o.page(o.post("/callers?agency=cz", url.Values{"text": {number}}), http.StatusOK); !strings.Contains(body, "重复登记，已于") || !strings.Contains(body, kept) {
		t.Error("a caller is not told")
	}
	if res := o.get(double + "/act/case_voided"); res.Header.Get("Location") != double+"/void" {
		t.Errorf("the act's own form: %d", res.StatusCode)
	}
	o.signIn("shen")
	restore := url.Values{"on": {today}, "reasons": {"内容不同"}}
	if body := o.page(o.handled(double+"/restore", restore), http.StatusUnprocessableEntity); !strings.Contains(body, "须有第二人") {
		t.Error("who voided restores")
	}
	o.signIn("qian")
	if res := o.handled(double+"/restore", restore); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(double), http.StatusOK); !strings.Contains(body, "恢复办理") || strings.Contains(body, "期限不再计算") {
		t.Error("it is not restored")
	}
	if now := o.newCases(); now != before {
		t.Errorf("received: %d, before %d", now, before)
	}
}

// newCases reads what table 三 says of the year's new cases of the department.
func (o *office) newCases() int64 {
	o.Helper()
	table, err := o.db.Table(context.Background(), o.agencyID("cz"), 2026, true, report.Format2021)
	if err != nil {
		o.Fatal(err)
	}
	return table.New[report.TotalColumn].N
}

// A case that is not counted has no kind of applicant: its list masks a person's name
// all the same.
func TestUncountedNamesAreMasked(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	stands, double := o.registered("k1", "EMS1"), o.registered("k2", "EMS1")
	number := o.numberOf(double)
	o.signIn("shen")
	if res := o.handled(double+"/void", url.Values{"on": {today}, "stands": {strings.TrimPrefix(stands, "/cases/")}, "reasons": {"扫码两次"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatal(messages(o, res))
	}
	for _, path := range []string{"/cases?agency=cz&text=" + url.QueryEscape(number), "/cases?agency=cz&print=1", double} {
		if body := o.page(o.get(path), http.StatusOK); strings.Contains(body, "陈小明") || !strings.Contains(body, "陈**") {
			t.Errorf("%s shows the name", path)
		}
	}
}
