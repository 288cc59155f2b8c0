package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"gongkai/internal/testkit"
)

// One person's applications stand together, by month and side by side; nobody
// sees an applicant of another agency.
func TestApplicantPages(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	for _, content := range []string{"某地块征收批复", "某地块征收批复复印件", "某会议纪要"} {
		form := onPaper()
		form.Set("name", "王小红")
		form.Set("content", content)
		form.Set("key", content)
		form.Set("save", "1")
		o.post("/cases/new", form)
	}
	list := o.page(o.post("/applicants", url.Values{"agency": {"cz"}, "who": {"王小"}}), http.StatusOK)
	for _, number := range []string{onPaper().Get("phone"), onPaper().Get("id_number")} {
		if number == "" {
			continue
		}
		if body := o.page(o.post("/applicants", url.Values{"agency": {"cz"}, "who": {number}}), http.StatusOK); len(o.all(body, "td.number a")) != 3 {
			t.Errorf("%d applicants with the number %s", len(o.all(body, "td.number a")), number)
		}
	}
	links := o.all(list, "td.number a")
	if len(links) != 3 || !strings.Contains(list, "王**") || strings.Contains(list, "王小红") {
		t.Fatalf("%d applicants called so", len(links))
	}
	at, _, _ := strings.Cut(attr(links[0], "href"), "?")
	body := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "3条记录合在一起") || !strings.Contains(body, "2026年11月") || !strings.Contains(body, "某会议纪要") {
		t.Error("the person's applications do not stand together")
	}
	evidence := o.page(o.get(at+"/evidence"), http.StatusOK)
	if !strings.Contains(evidence, "王小红") || !strings.Contains(evidence, "某地块征收批复复印件") || !strings.Contains(evidence, "申请3件") {
		t.Error("the evidence does not set them side by side")
	}
	if strings.Contains(evidence, "13800001234") {
		t.Error("the telephone stands in the evidence")
	}
	for _, link := range links { // each of the person's records knows who saw it
		id, err := strconv.ParseInt(strings.TrimPrefix(strings.Split(attr(link, "href"), "?")[0], "/applicants/"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := o.db.WhoSaw(context.Background(), []int64{2}, id, testkit.Day(today), testkit.Day(today))
		if err != nil || len(seen) != 1 {
			t.Errorf("who saw record %d: %v %v", id, seen, err)
		}
	}
	o.signIn("clerk") // of the government, not of 财政局
	if res := o.get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("another agency's applicant: %d", res.StatusCode)
	}
	if body := o.page(o.get("/applicants"), http.StatusOK); strings.Contains(body, "王小红") {
		t.Error("the list shows another agency's applicant")
	}
}

// A review is listed with what is due: the law's terms are worked out where
// nobody types them.
func TestDisputesAreListedWithTheirTerms(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	answer := url.Values{"on": {"2026-11-03"}, "outcome": {"disclose.provided"}, "answer": {"提供一份"}, "do": {"spot"}}
	if res := o.handled(at+"/decide?outcome=disclose.provided", answer); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", res.StatusCode, messages(o, res))
	}
	do := func(code string, fields url.Values) {
		t.Helper()
		if res := o.handled(at+"/act/"+code, fields); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", code, res.StatusCode, messages(o, res))
		}
	}
	do("remedy_filed", url.Values{"on": {"2026-11-05"}, "remedy": {"review"}})
	for _, x := range [][3]string{{"complaint_received", "2026-11-09", "2026-11-23"}, {"summary_received", "2026-11-10", "2026-11-17"}} {
		do("remedy_step", url.Values{"on": {x[1]}, "ref": {"1"}, "step": {x[0]}})
		if body := o.page(o.get("/remedies"), http.StatusOK); !strings.Contains(body, x[2]) || !strings.Contains(body, "行政复议") {
			t.Errorf("%s: not due on %s", x[0], x[2])
		}
	}
	do("remedy_closed", url.Values{"on": {"2026-11-20"}, "ref": {"1"}, "result": {"upheld"}})
	body := o.page(o.get("/remedies"), http.StatusOK)
	if open, closed, _ := strings.Cut(body, "年审结"); strings.Contains(open, at) || !strings.Contains(closed, at) {
		t.Error("it is closed and still listed as open")
	}
	do("remedy_filed", url.Values{"on": {"2026-11-21"}, "remedy": {"litigation_after_review"}})
	do("remedy_step", url.Values{"on": {"2026-11-23"}, "ref": {"2"}, "step": {"complaint_received"}})
	if body := o.page(o.get("/remedies"), http.StatusOK); !strings.Contains(body, "2026-12-08") { // 15 days
		t.Error("the defence is not due after 15 days")
	}
}

// An answer that was quashed is given anew as a case of its own: linked, with its
// own term, once, and not counted twice.
func TestAnswerGivenAnew(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-10-12")
	o.signIn("cheng")
	if body := o.page(o.handled(at+"/remake", url.Values{"on": {today}}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有责令重新作出答复") {
		t.Error("anew without a ruling")
	}
	answer := url.Values{"on": {"2026-10-20"}, "outcome": {"disclose.provided"}, "answer": {"提供一份"}, "do": {"spot"}}
	if res := o.handled(at+"/decide?outcome=disclose.provided", answer); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", res.StatusCode, messages(o, res))
	}
	for _, x := range []struct {
		act  string
		form url.Values
	}{{"remedy_filed", url.Values{"on": {"2026-10-26"}, "remedy": {"review"}}}, {"remedy_closed", url.Values{"on": {"2026-11-20"}, "ref": {"1"}, "result": {"corrected"}}}} {
		if res := o.handled(at+"/act/"+x.act, x.form); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", x.act, res.StatusCode, messages(o, res))
		}
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, at+"/remake") {
		t.Error("the page does not lead to answering anew")
	}
	before, row := o.countCases(), o.cell("disclose")
	form := o.page(o.get(at+"/remake"), http.StatusOK)
	send := url.Values{"on": {"2026-11-23"}, "key": {attr(o.all(form, "input[name=key]")[0], "value")}}
	var anew string
	for range 2 { // a double click
		anew = o.post(at+"/remake", send).Header.Get("Location")
	}
	if n := o.countCases(); n != before+1 || anew == "" || anew == at {
		t.Fatalf("%d cases more, %q", n-before, anew)
	}
	body := o.page(o.get(anew), http.StatusOK)
	if !strings.Contains(body, "原办件") || !strings.Contains(body, "2026-12-21") || !strings.Contains(body, "某项目预算") {
		t.Error("the new task is not linked, has no term of its own, or lost the content")
	}
	answer.Set("on", today)
	if res := o.handled(anew+"/decide?outcome=disclose.provided", answer); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer anew: %d %s", res.StatusCode, messages(o, res))
	}
	if after := o.cell("disclose"); after != row {
		t.Errorf("counted twice: %d, was %d", after, row)
	}
	if body := o.page(o.get(at), http.StatusOK); strings.Contains(body, at+"/remake") || !strings.Contains(body, "已立件重新办理") {
		t.Error("the old case still asks for it, or does not say that it is done")
	}
	// The old case leads to the new one with its state, and a caller is told of it;
	// a sensitive one is nobody else's to see.
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "后续办件：重新办理") || len(o.all(body, ".facts a[href='"+anew+"']")) != 1 {
		t.Error("the old case does not lead to the new one")
	}
	ask := url.Values{"text": {o.numberOf(at)}}
	if body := o.page(o.post("/callers?agency=cz", ask), http.StatusOK); len(o.all(body, "a[href='"+anew+"']")) != 1 {
		t.Error("a caller is not told of the new case")
	}
	o.signIn("qian").post(anew+"/readers", url.Values{"people": {o.userID("cheng")}})
	o.signIn("shen")
	if body := o.page(o.get(at), http.StatusOK) + o.page(o.post("/callers?agency=cz", ask), http.StatusOK); strings.Contains(body, anew) || strings.Contains(body, "后续办件") {
		t.Error("a sensitive case is shown to who may not read it")
	}
}

// Several people sign one application: all of them stand with the case.
func TestJointApplicants(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("joint", "王小红、 李四；")
	form.Set("save", "1")
	at := strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	if body := o.page(o.get(at), http.StatusOK); strings.Count(body, "共同申请人") != 2 {
		t.Errorf("%d joint applicants", strings.Count(body, "共同申请人"))
	}
}
