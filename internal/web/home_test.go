package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Each role finds first what waits for it, with the next act as a link where the
// act is its own to do, and nothing that would be refused.
func TestHomeByRole(t *testing.T) {
	o := matrixOffice(t)
	at := o.proposed("第一件")
	mine := received(o, "2026-11-03")
	o.signIn("cheng")
	own := attr(o.all(o.page(o.get(mine+"/act/assigned"), http.StatusOK), "input[name=officer][checked]")[0], "value")
	if res := o.handled(mine+"/act/assigned", url.Values{"on": {today}, "officer": {own}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	for _, tc := range []struct {
		who       string
		has, lack []string
	}{
		{"cheng", []string{"我承办的，最先到期", `href="` + mine + `/decide"`, "7日内到期", `action="/import"`}, []string{"等我审批", `href="` + at + `/act/approved"`}},
		{"shen", []string{"等我审批", `href="` + at + `/act/approved"`}, []string{"我承办的", `href="` + mine + `/decide"`, `action="/import"`}},
		{"qian", []string{"最先到期"}, []string{"等我审批", `action="/import"`}}, // the reviewer signs first
		{"deng", []string{"最先到期"}, []string{"等我审批", "我承办的，", `/decide"`}},
	} {
		body := o.page(o.signIn(tc.who).get("/"), http.StatusOK)
		for _, text := range tc.has {
			if !strings.Contains(body, text) {
				t.Errorf("%s does not find %s", tc.who, text)
			}
		}
		for _, text := range tc.lack {
			if strings.Contains(body, text) {
				t.Errorf("%s is offered %s", tc.who, text)
			}
		}
	}
	if list := o.page(o.get("/cases"), http.StatusOK); !strings.Contains(list, "承办人") || !strings.Contains(list, "待分办") {
		t.Error("the register does not say who handles what")
	}
}

// Who works alone begins without a command line: he founds the agency on its page,
// sees what he has done and who saw what, and registers.
func TestAloneBegins(t *testing.T) {
	o := emptyOffice(t)
	body := o.page(o.get("/"), http.StatusOK)
	if !strings.Contains(body, `href="/admin/agencies"`) || strings.Contains(body, `href="/cases/new"`) {
		t.Error("the first page does not lead to the agency, or leads where nothing is")
	}
	if res := o.post("/admin/agencies", url.Values{"code": {"xfj"}, "name": {"示例区信访局"}, "short_name": {"示信"}, "kind": {"department"}, "from": {"2026-01-01"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	form := onPaper()
	form.Set("agency", "xfj")
	form.Set("save", "1")
	if res := o.post("/cases/new", form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if audit := o.page(o.get("/admin/audit"), http.StatusOK); !strings.Contains(audit, "danji") {
		t.Error("he does not see the trace of his own work")
	}
	o.page(o.get("/admin/seen"), http.StatusOK)
	for _, path := range []string{"/admin/users"} {
		if res := o.get(path); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
