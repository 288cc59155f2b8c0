package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The calendar, a notice with its preview, what is due and the calculator are whole
// at the office's width and the phone's, without a fault to axe-core.
func TestNoticePages(t *testing.T) {
	script := axe(t)
	s := demo(t)
	enter := `(() => { const f = document.querySelector(".notice-form"); f.text.value = "关于调整2026年放假安排的通知\n临时放假：12月30日、31日放假。"; f.number.value = "演示〔2026〕9号"; f.requestSubmit(); return true })()`
	for _, size := range []struct {
		width, height int64
		name          string
	}{{1366, 768, "wide"}, {390, 844, "narrow"}} {
		b := open(t, size.width, size.height)
		b.signIn(s, "shi-qianfa")
		look := func(name string) {
			t.Helper()
			for _, fault := range b.faults(script) {
				t.Errorf("%s, %s: %s", name, size.name, fault)
			}
			if ask[bool](b, `document.documentElement.scrollWidth > innerWidth + 1`) {
				t.Errorf("%s, %s: the page is wider than the screen", name, size.name)
			}
			b.shoot("notices-" + name + "-" + size.name)
		}
		b.do(chromedp.Navigate(s.url + "/notices/new"))
		ask[bool](b, enter)
		b.until(`location.pathname.startsWith("/notices/proposals/") && document.readyState === "complete"`)
		look("proposal")
		for name, path := range map[string]string{"list": "/notices", "year": "/notices/2026", "enter": "/notices/new", "days": "/notices/new?by=days&year=2027", "due": "/retention?year=2030",
			"calculator": "/calculator?received=2026-11-16&consult=2026-11-18&supplement=2026-11-17..2026-11-18"} {
			b.do(chromedp.Navigate(s.url + path))
			look(name)
		}
		b.clean()
	}
}
