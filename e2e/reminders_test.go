package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// An urgent reminder pops up once and stays behind the bell; reading empties the
// bell; the plan is changed by the leader; no page of reminders is wider than the
// screen or shows a serious fault to axe-core.
func TestReminders(t *testing.T) {
	s := demo(t)
	for _, screen := range []struct {
		name          string
		width, height int64
	}{{"wide", 1366, 768}, {"narrow", 390, 844}} {
		b := open(t, screen.width, screen.height)
		b.signIn(s, "zrzy-shenhe")
		if !ask[bool](b, `!document.querySelector("[data-toast]").hidden`) {
			t.Error("an urgent reminder does not pop up")
		}
		b.shoot("reminders-popup-" + screen.name)
		ask[bool](b, `document.querySelector("[data-toast] button").click(), true`)
		b.do(chromedp.Navigate(s.url + "/cases"))
		if !ask[bool](b, `document.querySelector("[data-toast]").hidden`) {
			t.Error("it pops up again")
		}
		for _, x := range []struct{ path, name string }{{"/reminders", "list"}, {"/reminders/plan", "plan"}, {"/reminders/sent", "sent"}, {"/me", "me"}} {
			b.do(chromedp.Navigate(s.url + x.path))
			b.shoot("reminders-" + x.name + "-" + screen.name)
			if ask[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
				t.Errorf("%s is wider than %d", x.path, screen.width)
			}
		}
		b.do(chromedp.Navigate(s.url + "/reminders"))
		sheet := ask[string](b, `document.querySelector("table.reminders a[href$='/urge']").getAttribute("href")`)
		b.do(chromedp.Navigate(s.url + sheet))
		b.shoot("reminders-urge-" + screen.name)
		if ask[bool](b, `document.documentElement.scrollWidth > innerWidth`) {
			t.Errorf("%s is wider than %d", sheet, screen.width)
		}
		b.clean()
	}
	b := open(t, 1366, 768)
	b.signIn(s, "zrzy-qianfa")
	b.do(chromedp.Navigate(s.url + "/reminders"))
	ask[bool](b, `document.querySelector("button[name=up_to]").click(), true`)
	b.until(`location.pathname === "/reminders" && document.querySelector("a.bell .count") === null`)
	b.do(chromedp.Navigate(s.url + "/reminders/plan"))
	ask[bool](b, `(() => { const f = document.querySelector("#field-marks_answer"); f.value = "7、2、逾期每日"; f.form.requestSubmit(); return true })()`)
	b.until(`location.search.includes("saved=1") && document.querySelector("#field-marks_answer").value === "7, 2, 逾期每日"`)
	b.clean()
}

// No page of reminders shows a serious fault to axe-core.
func TestRemindersAccessible(t *testing.T) {
	script := axe(t)
	s := demo(t)
	for _, x := range []struct {
		login string
		pages []string
	}{{"shi-shenhe", []string{"/reminders", "/reminders/plan", "/reminders/sent", "/me", "/cases/3000/urge"}}, {"xitong", []string{"/reminders", "/admin/messages"}}} {
		for _, width := range []int64{1366, 390} {
			b := open(t, width, 844)
			b.signIn(s, x.login)
			for _, page := range x.pages {
				b.do(chromedp.Navigate(s.url + page))
				for _, fault := range b.faults(script) {
					t.Errorf("%s at %s, %d pixels wide: %s", x.login, page, width, fault)
				}
			}
		}
	}
}
