package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The scanner types a number and Enter; each parcel becomes an application or is
// known to be none; what is neither stays red.
func TestParcelsOnThePages(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	log := func(mail, on string) *http.Response {
		return o.post("/parcels", url.Values{"carrier": {"ems"}, "mail": {mail}, "sender": {"王小红"}, "arrived_on": {on}})
	}
	for mail, on := range map[string]string{"EMS111": "2026-11-20", "EMS222": today, "EMS333": today} {
		if res := log(mail, on); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", mail, res.StatusCode, messages(o, res))
		}
	}
	if body := o.page(log("EMS222", today), http.StatusConflict); !strings.Contains(body, "已经登记过") || !strings.Contains(body, "王小红") {
		t.Error("the same number twice, or what was typed is lost")
	}
	if body := o.page(log("", today), http.StatusUnprocessableEntity); !strings.Contains(body, "没有邮件号") {
		t.Error("EMS without its number")
	}
	list := o.page(o.get("/parcels"), http.StatusOK)
	if !strings.Contains(list, "以前到达，还没有处理") || !strings.Contains(list, "EMS111") {
		t.Error("what waits since an earlier day is not red")
	}
	if home := o.page(o.get("/"), http.StatusOK); !strings.Contains(home, "来件待处理") {
		t.Error("the home page does not say that parcels wait")
	}
	register, other := "", ""
	for _, n := range o.all(list, "table.parcels a") {
		href := attr(n, "href")
		if strings.Contains(href, "parcel=1") && register == "" {
			register = href
		}
	}
	form := o.page(o.get(register), http.StatusOK)
	save := url.Values{"save": {"1"}, "content": {"某地块批复"}, "kind": {"natural"}, "channel": {"letter_registered"}}
	for _, n := range o.all(form, "main input[type=hidden], main input.text, main input[name=mail], main input[name=signed], main input[name=name]") {
		save.Set(attr(n, "name"), attr(n, "value"))
	}
	if !strings.HasPrefix(save.Get("mail"), "EMS") || save.Get("name") != "王小红" || save.Get("parcel") == "" {
		t.Fatalf("the form does not start from the parcel: %v", save)
	}
	var at string
	for range 2 {
		at = o.post("/cases/new", save).Header.Get("Location")
	}
	if !strings.HasSuffix(at, "/receipt") {
		t.Fatalf("registering led to %q", at)
	}
	again := url.Values{}
	for k, v := range save {
		again[k] = v
	}
	again.Set("key", "another form")
	if res := o.post("/cases/new", again); res.StatusCode != http.StatusConflict {
		t.Errorf("one letter registered twice: %d", res.StatusCode)
	}
	list = o.page(o.get("/parcels?day="+today), http.StatusOK)
	if both := list + o.page(o.get("/parcels?day=2026-11-20"), http.StatusOK); !strings.Contains(both, "已登记为申请") {
		t.Error("the list does not say that it is registered")
	}
	for _, n := range o.all(list, "table.parcels a") {
		if strings.HasPrefix(attr(n, "href"), "/parcels/") {
			other = attr(n, "href")
		}
	}
	if body := o.page(o.post(other, url.Values{"fate": {"no_application"}, "on": {today}}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有写明理由") {
		t.Error("no application, and no reason asked")
	}
	if res := o.post(other, url.Values{"fate": {"inside"}, "to": {"gh"}, "on": {today}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("passed on: %d %s", res.StatusCode, messages(o, res))
	}
	if res := o.post(other, url.Values{"fate": {"no_application"}, "reason": {"广告"}, "on": {today}}); res.StatusCode != http.StatusConflict {
		t.Errorf("settled twice: %d", res.StatusCode)
	}
}
