package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/auth"
)

// What counts in the tables can be set right, with a reason; an outcome not by
// who proposed it, and not to one for which nothing speaks.
func TestCorrectFacts(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	res := o.handled(at+"/correct/1", url.Values{"on": {"2026-11-02"}, "channel": {"online"}, "kind": {"commercial"}, "correction": {"录错"}, "signer": {"王某，主任，11月24日"}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "商业企业") || !strings.Contains(body, "网络") {
		t.Error("kind and channel are as they were")
	}
	o.handled(at+"/decide?outcome=disclose.provided", url.Values{"outcome": {"disclose.provided"}, "on": {today}, "answer": {"当场提供"}, "do": {"spot"}})
	body := o.page(o.get(at), http.StatusOK)
	path := ""
	for _, a := range o.all(body, ".by a") {
		path = attr(a, "href")
		break // the newest stands first
	}
	fix := func(outcome string) *http.Response {
		return o.handled(path, url.Values{"on": {today}, "void": {"no"}, "outcome": {outcome}, "correction": {"依据复核意见"}})
	}
	if body := o.page(fix("disclose.already_public"), http.StatusUnprocessableEntity); !strings.Contains(body, "须有第二人") {
		t.Error("the officer corrects what was signed")
	}
	o.addUser("both", auth.Admin{}, false, "cz:officer", "cz:signer")
	o.signIn("both")
	if body := o.page(fix("unable.nonexistent"), http.StatusUnprocessableEntity); !strings.Contains(body, "检索记录") {
		t.Error("to an outcome that nothing speaks for")
	}
	before := o.cell("disclose")
	if res := fix("disclose.already_public"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if n := o.cell("disclose"); before != 1 || n != before { // both outcomes stand in one row
		t.Errorf("the row counts %d, then %d: the case once before and after", before, n)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "依据复核意见") {
		t.Error("the reason is not shown")
	}
}

// A name and a telephone wrongly taken down are set right, with the reason; the
// opening of the fields is on record.
func TestEditPeople(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("save", "1")
	at := strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	body := o.page(o.get(at+"/edit"), http.StatusOK)
	if !strings.Contains(body, `value="13800001234"`) {
		t.Fatal("the form does not show what was taken down")
	}
	fix := url.Values{"name": {"陈晓明"}, "id_number": {"11010519491231002X"}, "phone": {"13900009999"}, "content": {"某地块征收批复和附图"}}
	if body := o.page(o.handled(at+"/edit", fix), http.StatusUnprocessableEntity); !strings.Contains(body, "没有填写“更正理由”") || !strings.Contains(body, "13900009999") {
		t.Error("without a reason")
	}
	fix.Set("correction", "申请表字迹辨认有误")
	if res := o.handled(at+"/edit", fix); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	body = o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "某地块征收批复和附图") || !strings.Contains(body, "字迹辨认有误") {
		t.Error("content or reason not shown")
	}
	if hits := o.page(o.post("/callers", url.Values{"agency": {"cz"}, "text": {"13900009999"}, "q": {"13900009999"}}), http.StatusOK); !strings.Contains(hits, "陈") {
		t.Error("the new telephone finds nothing")
	}
}
