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

// sweep records the reminders of the day, as the job does in the morning.
func (o *office) sweep(slot string) store.Swept {
	o.Helper()
	ctx := context.Background()
	lease, held, err := o.db.TakeLease(ctx, "jobs", "test")
	if err != nil || !held {
		o.Fatalf("lease: %v %v", held, err)
	}
	got, err := o.db.Sweep(ctx, store.SweepJob{Lease: lease, Job: "reminders", Slot: slot, Day: testkit.Day(slot[:10]), Now: o.server.now().In(o.server.office), Send: true,
		Channels: []string{store.ChannelMail}})
	if err != nil {
		o.Fatal(err)
	}
	return got
}

// What an officer has to be mindful of stands behind the bell, is read by a click,
// is told in the list of what was sent, and is gone once it is done.
func TestRemindersOnThePages(t *testing.T) {
	o := matrixOffice(t) // a case of each agency, received 2026-11-03: 15 working days ago
	ctx := context.Background()
	cheng := o.userID("cheng")
	if err := o.db.Update(ctx, 1, o.actor(), func(c *cases.Case) error {
		return c.Assign(o.actor(), testkit.Day("2026-11-03"), cases.Assigned{Officer: idOf(t, cheng)})
	}); err != nil {
		t.Fatal(err)
	}
	if got := o.sweep(today + "T06:00"); got.Made == 0 {
		t.Fatal("nobody was reminded")
	}
	if got := o.sweep(today + "T06:00"); !got.Again {
		t.Error("a slot was done twice")
	}
	o.signIn("cheng")
	home := o.page(o.get("/"), http.StatusOK)
	if n := len(o.all(home, "a.bell .count")); n != 1 || !strings.Contains(home, "未读的期限提醒") {
		t.Errorf("the bell shows nothing: %d", n)
	}
	list := o.page(o.get("/reminders"), http.StatusOK)
	if !strings.Contains(list, "Mcz") || strings.Contains(list, "Mgh") || !strings.Contains(list, "答复期限") || !strings.Contains(list, "剩5个工作日") {
		t.Errorf("the officer's list is not his: %s", strings.Join(strings.Fields(list), " "))
	}
	if strings.Contains(list, "陈小明") {
		t.Error("a name stands in a reminder")
	}
	up := attr(o.all(list, "button[name=up_to]")[0], "value")
	if res := o.post("/reminders/read", url.Values{"up_to": {up}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("read: %d", res.StatusCode)
	}
	if n := len(o.all(o.page(o.get("/"), http.StatusOK), "a.bell .count")); n != 0 {
		t.Error("what was read is still counted")
	}
	o.signIn("shen") // the reviewer
	sent := o.page(o.get("/reminders/sent"), http.StatusOK)
	if !strings.Contains(sent, "已读") || !strings.Contains(sent, "承办人") || strings.Contains(sent, "Mgh") {
		t.Error("what was sent is not told, or another agency's is")
	}
	urge := o.page(o.get("/cases/1/urge"), http.StatusOK)
	if !strings.Contains(urge, "政府信息公开申请催办单") || !strings.Contains(urge, "答复申请人") {
		t.Error("the 催办单 does not say what is owed")
	}
	if err := o.db.Update(ctx, 1, o.actor(), func(c *cases.Case) error {
		line := cases.RecordOf(c)
		line.AnsweredOn, line.Outcome = testkit.Day(today), cases.MustOutcome("disclose.provided")
		s := o.actor()
		s.History = true
		c.Take(s, line, true)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if list := o.signIn("cheng").page(o.get("/reminders"), http.StatusOK); strings.Contains(list, "Mcz") {
		t.Error("an answered case is still brought to mind")
	}
	o.sweep(today + "T10:00")
	if n, err := o.db.CountReminders(ctx, []int64{o.agencyID("cz")}, 2026); err != nil || n == 0 {
		t.Errorf("the year's count: %d %v", n, err)
	}
	if _, err := o.db.Verify(ctx, store.VerifyJob{Found: func(d store.Difference) { t.Errorf("verify: %+v", d) }}); err != nil {
		t.Error(err)
	}
}

func idOf(t *testing.T, text string) (n int64) {
	t.Helper()
	for _, r := range text {
		n = n*10 + int64(r-'0')
	}
	return n
}

// The leaders change the plan from a day on; a bad mark is named at its field and
// what was typed stays; the others read it.
func TestReminderPlanOnThePage(t *testing.T) {
	o := matrixOffice(t)
	o.signIn("shen")
	form := o.page(o.get("/reminders/plan"), http.StatusOK)
	typed := url.Values{"agency": {"cz"}}
	for _, n := range o.all(form, "main form[action='/reminders/plan'] input") {
		typed.Set(attr(n, "name"), attr(n, "value"))
	}
	typed.Set("terms", "")
	bad := url.Values{}
	for k, v := range typed {
		bad[k] = v
	}
	bad.Set("marks_answer", "三天")
	bad.Set("hours", "18:00-08:00")
	bad.Set("terms", "部门 01-10 02-20")
	bad.Set("from", "2026-11-01")
	body := o.page(o.post("/reminders/plan", bad), http.StatusUnprocessableEntity)
	for _, want := range []string{"答复期限：“三天”应为剩余工作日数", "发送时段“18:00-08:00”", "不能晚于法定的1月31日", "应为今天或以后的日期", `value="三天"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	typed.Set("marks_answer", "8，2，逾期每日")
	typed.Set("above", "-3")
	typed.Set("terms", "部门 01-10 01-25")
	typed.Set("from", "2026-12-01")
	if res := o.post("/reminders/plan", typed); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("saved: %d", res.StatusCode)
	}
	now, err := o.db.ReminderPlan(context.Background(), o.agencyID("cz"), testkit.Day(today))
	if err != nil || now.Marks[cases.RemindAnswer].String() != "10,5,3,1,0,late" {
		t.Errorf("before its day: %v %v", now.Marks[cases.RemindAnswer], err)
	}
	later, err := o.db.ReminderPlan(context.Background(), o.agencyID("cz"), testkit.Day("2026-12-01"))
	if err != nil || later.Marks[cases.RemindAnswer].String() != "8,2,late" || later.Above != -3 {
		t.Errorf("from its day on: %+v %v", later, err)
	}
	if page := o.page(o.get("/reminders/plan"), http.StatusOK); !strings.Contains(page, "自2026年12月1日起更改") {
		t.Error("the page does not say what holds later")
	}
	if page := o.signIn("cheng").page(o.get("/reminders/plan"), http.StatusOK); len(o.all(page, "main form button.primary")) != 0 {
		t.Error("an officer is offered to change it")
	}
}

// Where one is reached is sealed and comes back; what can't be an address is
// refused with what was typed; without an address no message is tried.
func TestContactAndMessages(t *testing.T) {
	o := matrixOffice(t)
	o.server.channels = []string{store.ChannelMail}
	o.signIn("sys")
	if body := o.page(o.post("/admin/messages/try", url.Values{"channel": {"mail"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "还没有登记电子邮箱") {
		t.Error("a try without an address")
	}
	if body := o.page(o.post("/admin/messages/try", url.Values{"channel": {"message"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有启用") {
		t.Error("a try of a way that is off")
	}
	body := o.page(o.post("/me/contact", url.Values{"email": {"不是邮箱"}, "phone": {"12345"}, "by_mail": {"1"}}), http.StatusUnprocessableEntity)
	if !strings.Contains(body, "写法不对") || !strings.Contains(body, "应为11位数字") || !strings.Contains(body, `value="不是邮箱"`) {
		t.Error("a bad address was not named, or what was typed is lost")
	}
	if res := o.post("/me/contact", url.Values{"email": {"sys@example.gov.cn"}, "phone": {"139 0000 1111"}, "by_mail": {"1"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("contact: %d", res.StatusCode)
	}
	if me := o.page(o.get("/me"), http.StatusOK); !strings.Contains(me, "sys@example.gov.cn") || !strings.Contains(me, "13900001111") {
		t.Error("the address does not come back")
	}
	if res := o.post("/admin/messages/try", url.Values{"channel": {"mail"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("try: %d", res.StatusCode)
	}
	page := o.page(o.get("/admin/messages"), http.StatusOK)
	if !strings.Contains(page, "试发") || !strings.Contains(page, "等待发送") || strings.Contains(page, "sys@example.gov.cn") {
		t.Error("the try is not listed, or its address is shown")
	}
	if strings.Contains(o.log.String(), "example.gov.cn") || strings.Contains(o.log.String(), "13900001111") {
		t.Error("an address stands in the log")
	}
}

// The calendar feed opens with its token alone, names nobody, folds its lines, and
// ends when it is renewed or the account is closed.
func TestCalendarFeed(t *testing.T) {
	o := matrixOffice(t)
	ctx := context.Background()
	cheng := idOf(t, o.userID("cheng"))
	if err := o.db.Update(ctx, 1, o.actor(), func(c *cases.Case) error {
		return c.Assign(o.actor(), testkit.Day("2026-11-03"), cases.Assigned{Officer: cheng})
	}); err != nil {
		t.Fatal(err)
	}
	o.signIn("cheng")
	address := func() string {
		page := o.page(o.post("/me/calendar", nil), http.StatusOK)
		u, err := url.Parse(o.all(page, ".feed-address code")[0].FirstChild.Data)
		if err != nil {
			t.Fatal(err)
		}
		return u.Path
	}
	first := address()
	o.token = "" // nobody is signed in
	res := o.get(first)
	feed := o.page(res, http.StatusOK)
	if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/calendar") {
		t.Error(kind)
	}
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "SUMMARY:答复期限 Mcz", "DTSTART;VALUE=DATE:20261201", "END:VCALENDAR\r\n"} {
		if !strings.Contains(feed, want) {
			t.Errorf("the feed lacks %q", want)
		}
	}
	for line := range strings.SplitSeq(feed, "\r\n") {
		if len(line) > 75 || strings.Contains(line, "\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	if strings.Contains(feed, "陈") || strings.Contains(feed, "某项目") {
		t.Error("the feed says whose or what")
	}
	for _, wrong := range []string{"/me/calendar/" + strings.Repeat("a", 43) + ".ics", "/me/calendar/x", strings.TrimSuffix(first, ".ics")} {
		if res := o.get(wrong); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, res.StatusCode)
		}
	}
	o.signIn("cheng")
	second := address()
	if o.get(first).StatusCode != http.StatusNotFound || o.get(second).StatusCode != http.StatusOK {
		t.Error("the former address still opens, or the new one doesn't")
	}
	if err := o.db.Disable(ctx, o.actor(), cheng); err != nil {
		t.Fatal(err)
	}
	if o.get(second).StatusCode != http.StatusNotFound {
		t.Error("the feed of a closed account opens")
	}
}

// A digest is written once for a person, waits for the office's hours, and is void
// when all of it was done.
func TestDigest(t *testing.T) {
	o := matrixOffice(t)
	ctx := context.Background()
	cheng := idOf(t, o.userID("cheng"))
	if err := o.db.Update(ctx, 1, o.actor(), func(c *cases.Case) error {
		return c.Assign(o.actor(), testkit.Day("2026-11-03"), cases.Assigned{Officer: cheng})
	}); err != nil {
		t.Fatal(err)
	}
	if err := o.db.SetContact(ctx, o.actor(), cheng, store.Contact{Email: "c@example.gov.cn", ByMail: true}); err != nil {
		t.Fatal(err)
	}
	if got := o.sweep(today + "T06:00"); got.Messages != 1 {
		t.Fatalf("%d messages, want one digest", got.Messages)
	}
	lease, _, err := o.db.TakeLease(ctx, "jobs", "test")
	if err != nil {
		t.Fatal(err)
	}
	m, found, err := o.db.NextMessage(ctx, lease, []string{store.ChannelMail}, testkit.Day(today))
	if err != nil || !found || m.To != "c@example.gov.cn" || len(m.Reminders) == 0 {
		t.Fatalf("the digest: %v %v %+v", found, err, m)
	}
	if _, again, err := o.db.NextMessage(ctx, lease, []string{store.ChannelMail}, testkit.Day(today)); again || err != nil {
		t.Errorf("a message that is being tried is taken again: %v", err)
	}
	if err := o.db.MessageSent(ctx, lease, m.ID, false, "timeout"); err != nil {
		t.Fatal(err)
	}
	sent, err := o.db.Messages(ctx, 0, 10)
	if err != nil || len(sent) != 1 || sent[0].State != "waiting" || sent[0].NextAt <= o.server.now().UnixMicro() {
		t.Errorf("after a failure: %+v %v", sent, err)
	}
	other, _, err := o.db.TakeLease(ctx, "jobs", "another")
	if err != nil || other.Fence != 0 {
		t.Errorf("a lease that is held was given away: %+v %v", other, err)
	}
	if err := o.db.DropLease(ctx, lease); err != nil {
		t.Fatal(err)
	}
	if other, _, err = o.db.TakeLease(ctx, "jobs", "another"); err != nil || other.Fence != lease.Fence+1 {
		t.Errorf("taken over: %+v %v", other, err)
	}
	if err := o.db.MessageSent(ctx, lease, m.ID, true, "sent"); !store.Is(err, store.Refused) {
		t.Errorf("a stale holder wrote: %v", err)
	}
}
