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

// What is searched for is people's names and numbers: no address holds them, which
// browsers, proxies and printouts keep.
func TestSearchedWordsStandInNoAddress(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("save", "1")
	at := strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	to := o.post("/cases/find", url.Values{"agency": {"cz"}, "text": {"陈小明"}, "sort": {"received"}}).Header.Get("Location")
	for name, address := range map[string]string{"found": to, "printed": to + "&print=1", "kept openly before": "/cases?agency=cz&text=" + url.QueryEscape("陈小明")} {
		body := o.page(o.get(address), http.StatusOK)
		if name != "printed" && !strings.Contains(body, at) || !strings.Contains(body, "陈小明") {
			t.Errorf("%s: the case or the words are missing", name)
		}
		for _, n := range o.all(body, "[href], [action], input[type=hidden]") {
			for _, held := range []string{attr(n, "href"), attr(n, "action"), attr(n, "value")} {
				if plain, err := url.QueryUnescape(held); err != nil || strings.Contains(plain, "陈小明") {
					t.Errorf("%s: %s holds the words", name, held)
				}
			}
		}
	}
	if plain, err := url.QueryUnescape(to); err != nil || strings.Contains(plain, "陈小明") || !strings.Contains(plain, "sort=received") {
		t.Errorf("leads to %s", plain)
	}
	o.post("/views", url.Values{"query": {"text=陈小明"}, "name": {"他的"}})
	if body := o.page(o.get("/cases"), http.StatusOK); !strings.Contains(body, "他的") || strings.Contains(body, url.QueryEscape("陈小明")) {
		t.Error("a kept list shows the words in its address")
	}
	if body := o.page(o.get("/cases?text=~abc"), http.StatusUnprocessableEntity); !strings.Contains(body, "请重新输入后查询") {
		t.Error("hidden words that can't be read are not said to be")
	}
}
