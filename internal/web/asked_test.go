package web

import (
	"net/http"
	"strings"
	"testing"
)

// What three people asked for stands together with links to their cases and
// without their names; two are not several. A year that can't be read is said at
// its field.
func TestAsked(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	ask := func(name, number string) string {
		form := onPaper()
		form.Set("save", "1")
		form.Set("name", name)
		form.Set("mail", number)
		form.Set("key", number)
		form.Del("id_number")
		form.Del("phone")
		form.Set("content", "申请公开某某小学新校区的环境影响评价报告书")
		return strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	}
	ask("陈小明", "EMS1000000001")
	at := ask("林小红", "EMS1000000002")
	if body := o.page(o.get("/asked?year=2026"), http.StatusOK); len(o.all(body, "section[data-group]")) != 0 || !strings.Contains(body, "没有多人申请的内容") {
		t.Error("two are taken for several")
	}
	ask("郑小军", "EMS1000000003")
	body := o.page(o.get("/asked"), http.StatusOK)
	if len(o.all(body, "section[data-group]")) != 1 || len(o.all(body, "section[data-group] li")) != 3 || !strings.Contains(body, `href="`+at+`"`) {
		t.Error("what three asked for is not one group with its cases")
	}
	if strings.Contains(body, "林小红") || len(o.all(body, `nav a[href^="/asked"]`)) == 0 {
		t.Error("an applicant is named, or the menu does not lead here")
	}
	body = o.page(o.get("/asked?year=abc"), http.StatusUnprocessableEntity)
	if len(o.all(body, `input[name="year"][value="abc"]`)) != 1 || !strings.Contains(body, "<title>错误：") {
		t.Error("the form does not keep or tell what is wrong")
	}
}
