package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// notice2027 is an arrangement made up in the form of the notices.
const notice2027 = `国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕99号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月16日（周六）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假，共1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。`

// noticeOffice is the matrix's office with a case whose term reaches 2027, and a
// second signer of the government.
func noticeOffice(t *testing.T) *office {
	o := matrixOffice(t)
	job := store.ImportJob{FileName: "新台账.xlsx", FileHash: "reaching"}
	for i, number := range []string{"跨1", "跨2"} {
		job.Rows = append(job.Rows, store.ImportRow{Line: i + 2, Record: cases.Record{Number: number, Agency: []string{"cz", "gh"}[i], ReceivedOn: testkit.Day("2026-11-24"),
			Kind: cases.Natural, Applicant: "王小红", Content: "某事项", ExtendedOn: testkit.Day("2026-11-24"), ExtendedDays: 20}})
	}
	if _, err := o.db.Import(context.Background(), o.actor(), job); err != nil {
		t.Fatal(err)
	}
	o.addUser("fu", auth.Admin{}, false, "shi:signer")
	return o
}

// A notice is entered by one and confirmed by another; what is shown before is
// what happens; the case tells it.
func TestNoticeByTwo(t *testing.T) {
	o := noticeOffice(t)
	o.signIn("leader")
	if body := o.page(o.get("/notices"), http.StatusOK); !strings.Contains(body, "2027年的放假通知还没有采用") || !strings.Contains(body, "录入放假通知") {
		t.Error("the list does not ask for the next year's notice")
	}
	if body := o.page(o.get("/notices/2027"), http.StatusOK); !strings.Contains(body, "暂定") {
		t.Error("the year without notice is not marked")
	}
	res := o.post("/notices/new", url.Values{"text": {notice2027}})
	at := res.Header.Get("Location")
	if !strings.HasPrefix(at, "/notices/proposals/") {
		t.Fatalf("entered: %d %s", res.StatusCode, messages(o, res))
	}
	if again := o.post("/notices/new", url.Values{"text": {notice2027}}).Header.Get("Location"); again != at {
		t.Errorf("entered twice: %s", again)
	}
	preview := o.page(o.get(at), http.StatusOK)
	due := "2027-01-20"
	if book, err := o.db.Book(context.Background()); err != nil || book.Latest().Add(testkit.Day("2026-11-24"), 40).String() != due {
		t.Fatalf("the made-up case is due on another day: %v", err)
	}
	for _, want := range []string{"国办发明电〔2026〕99号", due, "2027-01-19", "跨1", "跨2", "示例cz", "须由另一人确认"} {
		if !strings.Contains(preview, want) {
			t.Errorf("the preview does not say %s", want)
		}
	}
	if body := o.page(o.get(at+"?of=gh"), http.StatusOK); strings.Contains(body, "跨1") || !strings.Contains(body, "跨2") {
		t.Error("one agency's moves are not alone")
	}
	if res := o.post(at, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("confirmed by who entered it: %d", res.StatusCode)
	}
	o.signIn("sys")
	if res := o.post(at, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("confirmed by the system administrator: %d", res.StatusCode)
	}
	if body := o.page(o.get(at), http.StatusOK); strings.Contains(body, "跨1") || !strings.Contains(body, "示例cz") {
		t.Error("an administrator sees the cases, or not even the counts")
	}
	o.signIn("sec")
	if res := o.post(at, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("confirmed: %d %s", res.StatusCode, messages(o, res))
	}
	o.signIn("fu")
	if res := o.post(at, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("confirmed twice: %d", res.StatusCode)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "确认采用") || strings.Contains(body, "采用后的变动") {
		t.Error("a decided proposal still asks")
	}
	o.signIn("cheng")
	body := o.page(o.get("/cases?text=跨1"), http.StatusOK)
	if !strings.Contains(body, "2027-01-19") || strings.Contains(body, "暂定") {
		t.Error("the list does not show the new date, firm")
	}
	for _, n := range o.all(body, "a") {
		if href := attr(n, "href"); strings.HasPrefix(href, "/cases/") && strings.Contains(testkit.Text(n), "跨1") {
			if page := o.page(o.get(href), http.StatusOK); !strings.Contains(page, "放假安排变动") || !strings.Contains(page, "期限由2027年1月20日改为2027年1月19日") {
				t.Error("the case does not tell what the notice did")
			}
			return
		}
	}
	t.Error("the case was not found in the list")
}

// A file, the days ticked, a change inside a year; the single user adopts alone.
func TestNoticeEnteredInOtherWays(t *testing.T) {
	o := newOffice(t)
	if res := o.send("/notices/new", "2027.json", []byte(`{"year":2027,"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}`), "number", "试1号"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("JSON: %d %s", res.StatusCode, messages(o, res))
	} else if body := o.page(o.get(res.Header.Get("Location")), http.StatusOK); !strings.Contains(body, "没有写到法定节假日：除夕、春节") && !strings.Contains(body, "没有写到法定节假日：") {
		t.Error("nothing said of the holidays that it lacks")
	} else if res := o.post(res.Header.Get("Location"), url.Values{"do": {"agree"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("adopted by the single user: %d %s", res.StatusCode, messages(o, res))
	}
	form := o.page(o.get("/notices/new?by=days&year=2026"), http.StatusOK)
	ticks := url.Values{"by": {"days"}, "year": {"2026"}}
	for _, n := range o.all(form, "input[type=checkbox][checked]") {
		ticks.Add(attr(n, "name"), attr(n, "value"))
	}
	if len(ticks["off"]) < 15 || len(ticks["work"]) < 4 {
		t.Fatalf("the form does not start from the year: %v", ticks)
	}
	if res := o.post("/notices/new", ticks); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(o.page(res, http.StatusUnprocessableEntity), "没有不同") {
		t.Error("nothing changed, and taken")
	}
	ticks.Add("off", "2026-12-03")
	res := o.post("/notices/new", ticks)
	at := res.Header.Get("Location")
	body := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "2026年放假安排的调整") || !strings.Contains(body, "写明放假1天、上班0天") || !strings.Contains(body, "C3") {
		t.Errorf("a day more off: %s", messages(o, res))
	}
	if res := o.post(at, url.Values{"do": {"agree"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("adopted: %d", res.StatusCode)
	}
	if book, err := o.db.Book(context.Background()); err != nil || book.Latest().IsWorkday(calendar.MustParse("2026-12-03")) {
		t.Errorf("the day is still worked: %v", err)
	}
}

// What can't be read comes back with what was typed, and a sentence at its field.
func TestNoticeRefusedOnThePage(t *testing.T) {
	o := newOffice(t)
	for _, x := range []struct {
		name  string
		typed url.Values
		part  string
	}{
		{"空", url.Values{}, "还没有粘贴"}, {"读不懂", url.Values{"text": {"大家放假"}}, "哪一年"},
		{"星期不符", url.Values{"text": {"元旦：1月1日（周四）放假。"}, "year": {"2027"}}, "周五"},
		{"年份", url.Values{"text": {"元旦：1月1日放假。"}, "year": {"明年"}}, "四位数字"},
		{"公布日期在后", url.Values{"text": {notice2027}, "published": {"2026-12-01"}}, "今天之后"},
		{"公布日期读不懂", url.Values{"text": {notice2027}, "published": {"=cmd()"}}, "读不懂"},
		{"文号太长", url.Values{"text": {notice2027}, "number": {strings.Repeat("长", 300)}}, "太长"},
		{"已有的文号", url.Values{"text": {"元旦：1月1日放假。"}, "year": {"2026"}, "number": {"国办发明电〔2025〕7号"}}, "内容不同"},
		{"别的年的日子", url.Values{"by": {"days"}, "year": {"2026"}, "off": {"2025-03-03"}}, "不在这一年"},
		{"太长", url.Values{"text": {strings.Repeat("放", 20000)}}, "太长"},
	} {
		res := o.post("/notices/new", x.typed)
		if body := o.page(res, http.StatusUnprocessableEntity); !strings.Contains(body, x.part) || !strings.Contains(body, "<title>错误：") {
			t.Errorf("%s: %s", x.name, messages(o, res))
		} else if typed := x.typed.Get("text"); typed != "" && len(typed) < 200 && !strings.Contains(body, typed) {
			t.Errorf("%s: what was typed is lost", x.name)
		}
	}
	if res := o.send("/notices/new", "坏.csv", []byte("2027-01-01,free")); !strings.Contains(o.page(res, http.StatusUnprocessableEntity), "“坏.csv”读不了：第 1 行") {
		t.Error("a bad file")
	}
	for path, status := range map[string]int{"/notices/1800": 404, "/notices/x": 404, "/notices/proposals/99": 404, "/notices/2026": 200} {
		if res := o.get(path); res.StatusCode != status {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
