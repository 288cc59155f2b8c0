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
