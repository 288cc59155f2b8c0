package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A repeat application names the answer that was given before: of the same agency,
// and given.
func TestRepeatNamesTheFirstAnswer(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	var at []string
	for _, key := range []string{"k1", "k2"} {
		form := onPaper()
		form.Set("key", key)
		form.Set("save", "1")
		at = append(at, strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt"))
	}
	o.signIn("cheng")
	number := ""
	for _, n := range o.all(o.page(o.get(at[0]), http.StatusOK), "h1") {
		number = n.FirstChild.Data
	}
	repeat := func() *http.Response {
		return o.handled(at[1]+"/decide?outcome=not_processed.repeat", url.Values{"on": {today}, "outcome": {"not_processed.repeat"},
			"first": {number}, "answer": {"已于前次答复"}, "do": {"propose"}})
	}
	if body := o.page(repeat(), http.StatusUnprocessableEntity); !strings.Contains(body, "还没有答复，不能作为首次答复") {
		t.Error("what is not answered serves as the first answer")
	}
	if res := o.handled(at[0]+"/decide?outcome=disclose.provided", url.Values{"on": {today}, "outcome": {"disclose.provided"}, "answer": {"当场提供"}, "do": {"spot"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at[1]+"/decide?outcome=not_processed.repeat"), http.StatusOK); !strings.Contains(body, "同一申请人已答复的："+number) {
		t.Error("the earlier answer is not named")
	}
	if res := repeat(); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
}

// Before its grounds are chosen a partial answer shows both remedies, not the
// weaker one alone.
func TestPartialShowsBothRemedies(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	body := o.page(o.get(at+"/decide?outcome=partial"), http.StatusOK)
	for _, text := range []string{"对不予公开的部分：", "对其余部分：", "选定依据后以此处显示的为准"} {
		if !strings.Contains(body, text) {
			t.Errorf("the page does not say %s", text)
		}
	}
}
