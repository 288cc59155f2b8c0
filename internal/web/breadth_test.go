package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// What was typed into a form survives the browser: it stands in the list of
// drafts of who typed it, comes back field by field, and is gone once the form
// was sent.
func TestDraftPages(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := onPaper()
	form.Set("name", "王小红")
	form.Set("content", "某地块\n征收批复")
	form.Set("key", "draft-1")
	form.Set("_action", "/cases/new")
	form.Set("auto", "1")
	if res := o.post("/drafts", form); res.StatusCode != http.StatusNoContent {
		t.Fatalf("put aside by the page: %d", res.StatusCode)
	}
	form.Del("auto")
	if res := o.post("/drafts", form); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/drafts?saved=1" {
		t.Fatalf("put aside by the button: %d", res.StatusCode)
	}
	list := o.page(o.get("/drafts"), http.StatusOK)
	links := o.all(list, "td.number a")
	if len(links) != 1 || !strings.Contains(list, "申请登记") || strings.Contains(list, "王小红") || !strings.Contains(list, "王**") {
		t.Fatalf("%d drafts listed", len(links))
	}
	if home := o.page(o.get("/"), http.StatusOK); !strings.Contains(home, "填了一半的表") {
		t.Error("the home page does not know of the draft")
	}
	at := attr(links[0], "href")
	res := o.get(at)
	body := o.page(o.get(res.Header.Get("Location")), http.StatusOK)
	for _, want := range []string{`value="王小红"`, "某地块\n征收批复", `value="draft-1"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the form comes back without %s", want)
		}
	}
	if res := o.signIn("cheng").get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("a colleague opens it: %d", res.StatusCode)
	}
	o.signIn("deng")
	form.Set("save", "1")
	if res := o.post("/cases/new", form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("registered: %d", res.StatusCode)
	}
	if list := o.page(o.get("/drafts"), http.StatusOK); !strings.Contains(list, "没有草稿") {
		t.Error("the draft of what was registered is still there")
	}
	if res := o.post("/drafts", url.Values{"key": {"k"}, "_action": {"https://elsewhere.example/"}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("a form of elsewhere: %d", res.StatusCode)
	}
}

// A draft of an act and of a decision comes back too.
func TestDraftOfAnAct(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	for path, text := range map[string]string{at + "/act/supplement_asked": "items", at + "/decide": "answer"} {
		form := url.Values{"key": {"k" + text}, "_action": {path}, "on": {"2026-11-05"}, text: {"写到一半的文字"}, "outcome": {"disclose.provided"}}
		o.post("/drafts", form)
		list := o.page(o.get("/drafts"), http.StatusOK)
		body := ""
		for _, a := range o.all(list, "td.number a") {
			body = o.page(o.get(o.get(attr(a, "href")).Header.Get("Location")), http.StatusOK)
			if strings.Contains(body, `value="k`+text+`"`) {
				break
			}
		}
		if !strings.Contains(body, "写到一半的文字") || !strings.Contains(body, "2026-11-05") {
			t.Errorf("%s comes back without what was typed", path)
		}
	}
}

// A list kept under a name stands above the register, for who keeps it.
func TestSavedViewPages(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("cheng")
	res := o.post("/views", url.Values{"query": {"light=late&agency=cz&after=x&evil=1"}, "name": {"要紧的"}})
	if got := res.Header.Get("Location"); got != "/cases?light=late" {
		t.Fatalf("leads to %s", got)
	}
	body := o.page(o.get("/cases"), http.StatusOK)
	if !strings.Contains(body, "要紧的") || !strings.Contains(body, "/cases?light=late") {
		t.Error("the list is not offered")
	}
	if other := o.signIn("deng").page(o.get("/cases"), http.StatusOK); strings.Contains(other, "要紧的") {
		t.Error("a colleague sees it")
	}
	forms := o.all(body, ".view form")
	if len(forms) != 1 {
		t.Fatal("it can't be removed")
	}
	o.signIn("cheng").post(attr(forms[0], "action"), nil)
	if body := o.page(o.get("/cases"), http.StatusOK); strings.Contains(body, "要紧的") {
		t.Error("it is still there")
	}
}

// A case goes to a section, stands in its people's list, and is claimed.
func TestSectionPages(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	officer := o.userID("cheng")
	o.signIn("shen").post("/sections", url.Values{"agency": {"cz"}, "name": {"预算科"}, "people": {officer}})
	body := o.page(o.get("/sections?agency=cz"), http.StatusOK)
	if !strings.Contains(body, "预算科") {
		t.Fatal("no section was made")
	}
	if again := o.page(o.post("/sections", url.Values{"agency": {"cz"}, "name": {"预算科"}}), http.StatusUnprocessableEntity); !strings.Contains(again, "已有科室") {
		t.Error("the name twice")
	}
	o.signIn("cheng")
	form := o.page(o.get(at+"/act/assigned"), http.StatusOK)
	choice := ""
	for _, i := range o.all(form, "input[name=officer]") {
		if strings.HasPrefix(attr(i, "value"), "s") {
			choice = attr(i, "value")
		}
	}
	if choice == "" {
		t.Fatal("the section is not offered")
	}
	o.handled(at+"/act/assigned", url.Values{"on": {today}, "officer": {choice}})
	home := o.page(o.get("/"), http.StatusOK)
	if !strings.Contains(home, "预算科待认领") {
		t.Error("the pool does not stand on the home page")
	}
	if list := o.page(o.get("/cases?agency=cz&section="+choice[1:]), http.StatusOK); len(o.all(list, "tbody td.number a")) != 1 {
		t.Error("the pool's list")
	}
	o.handled(at+"/act/assigned", url.Values{"on": {today}, "officer": {officer}})
	if home := o.page(o.get("/"), http.StatusOK); strings.Contains(home, "预算科待认领") {
		t.Error("claimed, it still waits in the pool")
	}
}

// The system administrator founds, renames, moves and closes; who takes over acts
// on what was open; a wrong day says so and keeps what was typed.
func TestAgencyPages(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("sys")
	add := url.Values{"code": {"xin"}, "name": {"示例新局"}, "kind": {"department"}, "parent": {"shi"}, "from": {"2026-11-01"}}
	if res := o.post("/admin/agencies", add); res.Header.Get("Location") != "/admin/agencies?saved=added" {
		t.Fatalf("founded: %d", res.StatusCode)
	}
	if body := o.page(o.post("/admin/agencies", add), http.StatusUnprocessableEntity); !strings.Contains(body, "已经有了") || !strings.Contains(body, `value="示例新局"`) {
		t.Error("the code twice")
	}
	gh := "/admin/agencies/" + itoa64(o.agencyID("gh"))
	body := o.page(o.post(gh, url.Values{"do": {"close"}, "from": {today}}), http.StatusUnprocessableEntity)
	if !strings.Contains(body, "在办") {
		t.Error("closed over its open case")
	}
	if res := o.post(gh, url.Values{"do": {"close"}, "from": {today}, "successor": {"cz"}}); res.Header.Get("Location") != "/admin/agencies?saved=closed" {
		t.Fatalf("closed: %d %s", res.StatusCode, o.page(res, res.StatusCode))
	}
	if body := o.page(o.get("/admin/agencies"), http.StatusOK); !strings.Contains(body, "由示例cz承接") || !strings.Contains(body, "示例新局") {
		t.Error("the tree does not say it")
	}
	o.signIn("cheng") // of 财政局, which took 规划局 over
	if res := o.handled("/cases/2/act/searched", url.Values{"on": {today}, "search": {"全文检索"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the successor's officer can't act: %d", res.StatusCode)
	}
	cz := "/admin/agencies/" + itoa64(o.agencyID("cz"))
	o.signIn("sys")
	if body := o.page(o.post(cz, url.Values{"do": {"change"}, "name": {"某局"}, "kind": {"department"}, "parent": {"shi"}, "from": {"某天"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "读不懂") || !strings.Contains(body, `value="某局"`) {
		t.Error("a day that can't be read")
	}
	if res := o.post(cz, url.Values{"do": {"change"}, "name": {"某局"}, "kind": {"department"}, "parent": {"shi"}, "from": {today}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("renamed: %d", res.StatusCode)
	}
	if body := o.page(o.get(cz), http.StatusOK); !strings.Contains(body, "示例cz") || !strings.Contains(body, "某局") {
		t.Error("the history of names")
	}
}

// One asks for two records to be one, another one agrees.
func TestMergePages(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	for i, name := range []string{"王小红", "王晓红"} {
		form := onPaper()
		form.Del("id_number")
		form.Set("phone", []string{"13800001111", "13800002222"}[i])
		form.Set("name", name)
		form.Set("key", name)
		form.Set("save", "1")
		o.post("/cases/new", form)
	}
	list := o.page(o.post("/applicants", url.Values{"agency": {"cz"}, "who": {"王小红"}}), http.StatusOK)
	at, _, _ := strings.Cut(attr(o.all(list, "td.number a")[0], "href"), "?")
	body := o.page(o.get(at), http.StatusOK)
	choices := o.all(body, "#merge input[name=to]")
	if len(choices) != 1 || !strings.Contains(body, "王晓红") {
		t.Fatalf("%d records offered", len(choices))
	}
	merge := url.Values{"agency": {"cz"}, "to": {attr(choices[0], "value")}}
	if body := o.page(o.post(at+"/merge?agency=cz", merge), http.StatusUnprocessableEntity); !strings.Contains(body, "理由") {
		t.Error("without a reason")
	}
	merge.Set("reason", "错写一字")
	if res := o.post(at+"/merge?agency=cz", merge); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("proposed: %d", res.StatusCode)
	}
	own := o.page(o.get("/applicants?agency=cz"), http.StatusOK)
	if strings.Contains(own, "确认合并") || !strings.Contains(own, "撤回") {
		t.Error("who proposed may agree")
	}
	waiting := o.page(o.signIn("cheng").get("/applicants?agency=cz"), http.StatusOK)
	forms := o.all(waiting, "form[action^='/applicants/merges/']")
	if len(forms) != 1 {
		t.Fatal("nothing waits")
	}
	if res := o.post(attr(forms[0], "action"), url.Values{"agree": {"1"}, "agency": {"cz"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("agreed: %d", res.StatusCode)
	}
	if res := o.get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("the merged record: %d", res.StatusCode)
	}
}

// A sensitive case is opened by who is named, and stands for the others as a line
// without words; the table counts it.
func TestSensitivePages(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	counted := func() (n int64) {
		tallies, err := o.db.TableTallies(context.Background(), []int64{o.agencyID("cz")}, 2026)
		if err != nil {
			t.Fatal(err)
		}
		for _, y := range tallies {
			n += y.Count
		}
		return n
	}
	before := counted()
	at := received(o, "2026-11-02")
	o.signIn("qian").post(at+"/readers", url.Values{"people": {o.userID("cheng")}})
	for who, want := range map[string]int{"qian": http.StatusOK, "cheng": http.StatusOK, "deng": http.StatusNotFound, "shen": http.StatusNotFound} {
		if res := o.signIn(who).get(at); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", who, res.StatusCode, want)
		}
		list := o.page(o.get("/cases?agency=cz"), http.StatusOK)
		if hidden := strings.Contains(list, "敏感件"); hidden != (want == http.StatusNotFound) {
			t.Errorf("%s: the list hides it %v", who, hidden)
		}
		for _, path := range []string{"/", "/assign?agency=cz", "/remedies?agency=cz", "/cases?agency=cz&print=1"} {
			if res := o.get(path); res.StatusCode != http.StatusOK {
				t.Errorf("%s at %s: %d", who, path, res.StatusCode)
			}
		}
	}
	if got := counted(); got != before+1 {
		t.Errorf("counted %d, was %d", got, before)
	}
	o.signIn("qian").post(at+"/readers", url.Values{"do": {"lift"}})
	if res := o.signIn("deng").get(at); res.StatusCode != http.StatusOK {
		t.Errorf("lifted: %d", res.StatusCode)
	}
}

// The auditor learns who saw a person's data, not the data; that he asked is on
// record.
func TestSeenPage(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("cheng").post("/cases/1/people", nil)
	o.signIn("aud")
	ask := url.Values{"agency": {"cz"}, "who": {"Mcz"}, "from": {today}, "to": {today}}
	body := o.page(o.post("/admin/seen", ask), http.StatusOK)
	if !strings.Contains(body, "cheng") || !strings.Contains(body, "查看申请人信息") || strings.Contains(body, "陈小明") {
		t.Error("who saw it is not said, or more than that")
	}
	ask.Set("who", "陈小明")
	if body := o.page(o.post("/admin/seen", ask), http.StatusOK); !strings.Contains(body, "查看1次") {
		t.Error("by name")
	}
	ask.Set("to", "2026-01-01")
	ask.Set("from", "")
	if body := o.page(o.post("/admin/seen", ask), http.StatusOK); !strings.Contains(body, "没有人查看过") {
		t.Error("outside the days")
	}
	ask.Set("who", "")
	if body := o.page(o.post("/admin/seen", ask), http.StatusUnprocessableEntity); !strings.Contains(body, "没有填写办件编号") {
		t.Error("nobody named")
	}
	if log := o.page(o.get("/admin/audit?act=seen_asked"), http.StatusOK); !strings.Contains(log, "查询谁看过") {
		t.Error("the question is not on record")
	}
}

// Days of the region are typed as lines and move the clock that pages show.
func TestLocalDaysOnPages(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("deng")
	before := o.page(o.get(at+"/clock"), http.StatusOK)
	if !strings.Contains(before, "11月30日") {
		t.Fatal("not due on 30 November")
	}
	if err := o.db.Set(context.Background(), o.actor(), o.agencyID("shi"), store.LocalDaysSetting, "2026-11-27 放假 某节", testkit.Day("2026-11-01")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{at + "/clock", at, at + "/receipt"} {
		if body := o.page(o.get(path), http.StatusOK); !strings.Contains(body, "12月1日") && !strings.Contains(body, "2026-12-01") {
			t.Errorf("%s does not know the local day", path)
		}
	}
	body := o.page(o.signIn("shen").get("/settings?agency=cz"), http.StatusOK)
	if !strings.Contains(body, "沿用示例shi") {
		t.Error("the setting does not say from where it comes")
	}
	x, _ := cases.FindSetting(store.LocalDaysSetting)
	for text, want := range map[string]bool{"2026-11-27 放假": true, "11月27日 放假": false, "2026-11-27 休息": false, "2026-11-27 放假\n2026-11-27 上班": false} {
		if _, err := x.Read(text); (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Several things asked get an outcome each; the case counts in the one row that
// follows, and what the rules do not know can't be proposed.
func TestItemsPages(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	guide := o.page(o.get(at+"/decide"), http.StatusOK)
	if !strings.Contains(guide, at+"/decide?items=1") {
		t.Fatal("the guide does not lead to the items")
	}
	divide := func(text string) *http.Response {
		return o.handled(at+"/decide?items=1&divide=1", url.Values{"items": {"1"}, "do": {"divide"}, "parts": {text}})
	}
	if body := o.page(divide("只有一项"), http.StatusUnprocessableEntity); !strings.Contains(body, "2至50项") || !strings.Contains(body, "只有一项") {
		t.Error("one item is no division")
	}
	if res := divide("某地块批复\n\n某会议纪要"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("divided: %d", res.StatusCode)
	}
	form := o.page(o.get(at+"/decide?items=1"), http.StatusOK)
	if !strings.Contains(form, "第1项：某地块批复") || !strings.Contains(form, "第2项：某会议纪要") {
		t.Error("the items are not asked one by one")
	}
	decide := func(one, two, main, do string) *http.Response {
		return o.handled(at+"/decide?items=1", url.Values{"items": {"1"}, "on": {today}, "item_1": {one}, "item_2": {two}, "main": {main}, "answer": {"逐项答复如下"}, "do": {do}})
	}
	if body := o.page(decide("disclose.provided", "withhold.internal_affairs", "", "look"), http.StatusOK); !strings.Contains(body, "部分公开") {
		t.Error("the row that follows is not shown")
	}
	for _, x := range [][4]string{{"unable.nonexistent", "withhold.internal_affairs", "", "主要结果"}, {"disclose.provided", "unable.nonexistent", "", "第2项"}, {"disclose.provided", "", "", "没有填写"}} {
		if body := o.page(decide(x[0], x[1], x[2], "propose"), http.StatusUnprocessableEntity); !strings.Contains(body, x[3]) {
			t.Errorf("%v: not said: %s: %s", x, x[3], strings.Join(texts(o, body), "；"))
		}
	}
	if res := decide("disclose.provided", "withhold.internal_affairs", "", "propose"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("proposed: %d %s", res.StatusCode, messages(o, res))
	}
	for _, who := range []string{"shen", "qian"} {
		o.signIn(who)
		if body := o.page(o.get(at+"/act/approved"), http.StatusOK); !strings.Contains(body, "第2项内部事务信息") && !strings.Contains(body, "第2项") {
			t.Error("who signs does not see the items")
		}
		o.handled(at+"/act/approved", url.Values{"on": {today}})
	}
	before := o.cell("partial")
	o.signIn("cheng")
	if res := o.handled(at+"/decide", url.Values{"items": {"1"}, "on": {today}, "answer": {"逐项答复如下"}, "do": {"answer"}, "item_1": {"disclose.provided"}, "item_2": {"withhold.process_info"}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("answered otherwise than signed: %d", res.StatusCode)
	}
	if res := o.handled(at+"/decide", url.Values{"items": {"1"}, "on": {today}, "answer": {"逐项答复如下"}, "do": {"answer"}, "item_1": {"disclose.provided"}, "item_2": {"withhold.internal_affairs"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("answered: %d %s", res.StatusCode, messages(o, res))
	}
	if got := o.cell("partial"); got != before+1 {
		t.Errorf("部分公开 %d, was %d", got, before)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "第1项") {
		t.Error("the case does not show the items' outcomes")
	}
}

func texts(o *office, body string) []string {
	var out []string
	for _, n := range o.all(body, ".summary li, .message") {
		out = append(out, testkit.Text(n))
	}
	return out
}

// A scan goes along with the act that it proves; one that can't be kept keeps the
// act from being recorded.
func TestScanWithAnAct(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-02")
	o.signIn("cheng")
	body := o.page(o.get(at+"/act/withdrawn"), http.StatusOK)
	fields := []string{"on", today, "reasons", "书面撤回", "do", "1"}
	for _, name := range []string{"version", "key"} {
		fields = append(fields, name, attr(o.all(body, "input[name="+name+"]")[0], "value"))
	}
	if body := o.page(o.send(at+"/act/withdrawn", "撤回.exe", []byte("MZ"), fields...), http.StatusUnprocessableEntity); !strings.Contains(body, "撤回") || strings.Contains(o.page(o.get(at), http.StatusOK), "撤回.exe") {
		t.Error("a program was kept")
	}
	if res := o.send(at+"/act/withdrawn", "撤回.pdf", []byte("%PDF-1.7"), fields...); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "撤回.pdf") || !strings.Contains(body, "撤回申请") && !strings.Contains(body, "撤回") {
		t.Error("act or scan missing")
	}
}

// Who wrote on line and was not called back within a working day is a red count.
func TestUnreachedAlarm(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("deng")
	form := url.Values{"channel": {"online"}, "kind": {"natural"}, "name": {"陈小明"}, "phone": {"13800001234"}, "content": {"某项目预算"}, "key": {"k9"}, "save": {"1"}}
	at := strings.TrimSuffix(o.post("/cases/new", form).Header.Get("Location"), "/receipt")
	if at == "" {
		t.Fatal("not registered")
	}
	if home := o.page(o.get("/"), http.StatusOK); strings.Contains(home, "还没有联系") {
		t.Error("alarm on the day on which it was taken down")
	}
	later := testkit.Clock("2026-11-27")
	o.server.now = later
	if home := o.page(o.signIn("deng").get("/"), http.StatusOK); !strings.Contains(home, "1件来了超过1个工作日，还没有联系") {
		t.Error("no alarm")
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "没有与申请人联系的登记") {
		t.Error("the case does not say it")
	}
	o.handled(at+"/act/contacted", url.Values{"on": {today}, "way": {"attempt"}, "call": {"无人接听"}})
	if home := o.page(o.get("/"), http.StatusOK); strings.Contains(home, "还没有联系") {
		t.Error("alarm although somebody tried")
	}
}
