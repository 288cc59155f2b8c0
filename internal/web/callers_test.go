package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Who calls hears where his application stands; the page masks his name, and the
// call is noted from there.
func TestCallers(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("save", "1")
	at := strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	for _, text := range []string{"陈小明", "1234", "EMS1234567890"} {
		body := o.page(o.post("/callers", url.Values{"text": {text}}), http.StatusOK)
		if !strings.Contains(body, `href="`+at+`"`) || !strings.Contains(body, "应在2026年12月18日以前答复") {
			t.Errorf("%s: the case is not found", text)
		}
		if text != "陈小明" && strings.Contains(body, "陈小明") {
			t.Errorf("%s: the name stands in full", text)
		}
	}
	body := o.page(o.post("/callers", url.Values{"text": {"没有这个人"}}), http.StatusOK)
	if !strings.Contains(body, "没有找到") {
		t.Error("nothing found is not said")
	}
	if res := o.handled(at+"/act/contacted", url.Values{"on": {today}, "way": {"phone"}, "call": {"询问进度"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the call: %d", res.StatusCode)
	}
	home := o.page(o.get("/"), http.StatusOK)
	for _, label := range []string{"待确认", "待分办", "我承办"} {
		if !strings.Contains(home, label) {
			t.Errorf("the home page does not count %s", label)
		}
	}
	if list := o.page(o.get("/cases?hands=none"), http.StatusOK); !strings.Contains(list, at) {
		t.Error("the case is not among those without an officer")
	}
}
