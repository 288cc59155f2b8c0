package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// fieldsIn reads what a form holds, as a browser would send it.
func (o *office) fieldsIn(body string) url.Values {
	o.Helper()
	form := url.Values{}
	for _, n := range o.all(body, "form[method=post] input") {
		if kind := attr(n, "type"); kind != "radio" && kind != "checkbox" || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" }) {
			form.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	for _, n := range o.all(body, "form[method=post] textarea") {
		text := ""
		if n.FirstChild != nil {
			text = n.FirstChild.Data
		}
		form.Set(attr(n, "name"), text)
	}
	for _, n := range o.all(body, "form[method=post] option[selected]") {
		form.Set(attr(n.Parent, "name"), attr(n, "value"))
	}
	return form
}

// Joint applicants are added and taken out by the server, names already typed in a line
// become people, one of them represents all, and by his kind the application counts.
func TestJointApplicantsAreTakenDown(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("joint", "王小红、李四")
	form.Set("add_joint", "1")
	body := o.page(o.post("/cases/new?agency=cz", form), http.StatusOK)
	if len(o.all(body, ".joint-person")) != 2 || len(o.all(body, "input[autofocus]")) != 1 || attr(o.all(body, "input[autofocus]")[0], "name") != "joint_name_1" {
		t.Fatalf("%d people, the cursor at %d", len(o.all(body, ".joint-person")), len(o.all(body, "input[autofocus]")))
	}
	form = o.fieldsIn(body)
	if form.Get("joint") != "" || form.Get("joint_name_2") != "李四" || form.Get("name") != "陈小明" {
		t.Fatalf("what was typed is lost: %v", form)
	}
	form.Set("add_joint", "1")
	form = o.fieldsIn(o.page(o.post("/cases/new?agency=cz", form), http.StatusOK))
	form.Set("drop_joint", "1")
	form = o.fieldsIn(o.page(o.post("/cases/new?agency=cz", form), http.StatusOK))
	if form.Get("joints") != "2" || form.Get("joint_name_1") != "李四" || form.Get("joint_name_2") != "" {
		t.Fatalf("after taking one out: %v", form)
	}
	for name, value := range map[string]string{"joint_id_number_1": "11010519491231002X", "joint_phone_1": "13900002222", "joint_address_1": "示例路2号",
		"joint_name_2": "某某公司", "joint_kind_2": "commercial", "joint_phone_2": "0591-7654321", "represents": "2"} {
		form.Set(name, value)
	}
	nameless := o.fieldsIn(o.page(o.post("/cases/new?agency=cz", form), http.StatusOK)) // the page of checking
	nameless.Set("joint_name_2", "")
	nameless.Set("check", "1")
	if body := o.page(o.post("/cases/new?agency=cz", nameless), http.StatusUnprocessableEntity); !strings.Contains(body, "没有填写第2位共同申请人的姓名") || !strings.Contains(body, "0591-7654321") {
		t.Error("a nameless person passes, or what was typed is lost")
	}
	check := o.page(o.post("/cases/new?agency=cz", form), http.StatusOK)
	for _, want := range []string{"李四，自然人，11010519491231002X，13900002222，示例路2号", "某某公司，商业企业", "计一件，按商业企业统计"} {
		if !strings.Contains(check, want) {
			t.Errorf("the page of checking lacks %q", want)
		}
	}
	save := o.fieldsIn(check)
	save.Set("save", "1")
	res := o.post("/cases/new?agency=cz", save)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	at := strings.TrimSuffix(res.Header.Get("Location"), "/receipt")
	if body := o.page(o.get(at+"/receipt"), http.StatusOK); !strings.Contains(body, "某某公司、陈小明等3名申请人：") {
		t.Error("the receipt is not addressed to all of them")
	}
	body = o.page(o.get(at), http.StatusOK)
	for _, want := range []string{"申请人（代表人） · 商业企业", "陈**", "李**", "某某公司等3名申请人"} {
		if !strings.Contains(body, want) {
			t.Errorf("the case lacks %q", want)
		}
	}
	for _, never := range []string{"李四", "13900002222", "示例路2号", "陈小明"} {
		if strings.Contains(body, never) {
			t.Errorf("the case shows %q", never)
		}
	}
	if opened := o.page(o.post(at+"/people", url.Values{}), http.StatusOK); !strings.Contains(opened, "13900002222") || !strings.Contains(opened, "0591-7654321") {
		t.Error("what reaches the others can't be opened")
	}
	for _, text := range []string{"李四", "13900002222", "某某公司"} {
		if body := o.page(o.post("/callers?agency=cz", url.Values{"text": {text}}), http.StatusOK); !strings.Contains(body, `href="`+at+`"`) {
			t.Errorf("%s finds no case", text)
		}
	}
	if list := o.page(o.get("/cases?agency=cz"), http.StatusOK); !strings.Contains(list, "某某公司等3名申请人") {
		t.Error("the list does not say how many they are")
	}
	if n := o.kindCount(cases.Commercial); n != 1 {
		t.Errorf("counted as 商业企业: %d", n)
	}
	like := o.fieldsIn(o.page(o.get("/cases/new?agency=cz&like="+strings.TrimPrefix(at, "/cases/")), http.StatusOK))
	if like.Get("name") != "某某公司" || like.Get("joint_name_2") != "李四" || like.Get("joint_phone_2") != "13900002222" {
		t.Errorf("a further application of the same people: %v", like)
	}
}

// kindCount counts the year's new cases of a kind of applicant.
func (o *office) kindCount(kind cases.ApplicantKind) int64 {
	o.Helper()
	table, err := o.db.Table(o.Context(), o.agencyID("cz"), 2026, true, report.Format2021)
	if err != nil {
		o.Fatal(err)
	}
	return table.New[kind.Column()].N
}

// Joint applicants are set right by the same form as the first: data added to a bare
// name, somebody struck out, another one put in. Another representative of another
// kind moves the count, which takes a second person.
func TestJointApplicantsAreSetRight(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("joint", "王小红、李四")
	form.Set("save", "1")
	at := strings.TrimSuffix(o.post("/cases/new?agency=cz", form).Header.Get("Location"), "/receipt")
	edit := func(change map[string]string) *http.Response {
		o.Helper()
		fields := o.fieldsIn(o.page(o.get(at+"/edit"), http.StatusOK))
		fields.Set("correction", "照申请表")
		for name, value := range change {
			fields.Set(name, value)
		}
		return o.post(at+"/edit", fields)
	}
	if res := edit(map[string]string{"joint_phone_2": "13900002222", "joint_id_number_2": "11010519491231002X"}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	people := func() (out []string) {
		o.Helper()
		var id int64
		if _, err := fmt.Sscanf(at, "/cases/%d", &id); err != nil {
			t.Fatal(err)
		}
		parties, err := o.db.People(o.Context(), id, o.actor(), "test")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parties {
			out = append(out, p.Role+" "+p.Applicant.Name+" "+p.Applicant.Phone)
		}
		return out
	}
	if got := people(); !slices.Equal(got, []string{"applicant 陈小明 13800001234", "joint 王小红 ", "joint 李四 13900002222"}) {
		t.Fatalf("%q", got)
	}
	// Without scripts: one out, one more, then saved.
	fields := o.fieldsIn(o.page(edit(map[string]string{"drop_joint": "1"}), http.StatusOK))
	fields.Set("add_joint", "1")
	fields = o.fieldsIn(o.page(o.post(at+"/edit", fields), http.StatusOK))
	for name, value := range map[string]string{"joint_name_2": "某某公司", "joint_kind_2": "commercial", "represents": "2", "correction": "代表人是某某公司"} {
		fields.Set(name, value)
	}
	if body := o.page(o.post(at+"/edit", fields), http.StatusUnprocessableEntity); !strings.Contains(body, "须有第二人") || !strings.Contains(body, "某某公司") {
		t.Error("who registered moves the count alone")
	}
	before := o.kindCount(cases.Natural)
	fields.Set("signer", "王某，主任，11月24日")
	if res := o.post(at+"/edit", fields); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if got := people(); !slices.Equal(got, []string{"applicant 某某公司 ", "joint 陈小明 13800001234", "joint 李四 13900002222"}) {
		t.Errorf("%q", got)
	}
	if n, m := o.kindCount(cases.Natural), o.kindCount(cases.Commercial); n != before-1 || m != 1 {
		t.Errorf("自然人%d（原%d），商业企业%d", n, before, m)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "王某，主任") {
		t.Error("the signature is not in the record")
	}
	// A form of before, that knows of no others, leaves them as they are.
	res := o.handled(at+"/edit", url.Values{"name": {"某某公司"}, "content": {"另一内容"}, "correction": {"录错"}})
	if got := people(); res.StatusCode != http.StatusSeeOther || len(got) != 3 {
		t.Errorf("%d %q", res.StatusCode, got)
	}
}
