package e2e

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The leader's pages complain of nothing, show axe-core no serious fault and do
// not run out of their screen: wide, narrow and on the wall.
func TestSupervisionOnItsScreens(t *testing.T) {
	script := axe(t)
	s := demo(t)
	pages := map[string]string{"review": "/supervision?light=late", "late-answers": "/supervision?late=1", "orders": "/supervision/orders", "order": "/supervision/orders/1",
		"order-new": "/supervision/orders/new?agency=fuzhou", "workload": "/supervision/workload", "handover": "/supervision/handover", "monitor": "/monitor",
		"monitor-2019": "/monitor?period=2019", "checks": "/monitor/checks", "alike": "/monitor/alike"}
	for _, width := range []int64{1366, 390} {
		b := open(t, width, 844)
		b.signIn(s, "shi-qianfa")
		for name, page := range pages {
			b.do(chromedp.Navigate(s.url + page))
			for _, fault := range b.faults(script) {
				t.Errorf("%s, %d pixels wide: %s", page, width, fault)
			}
			if over := ask[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
				t.Errorf("%s, %d pixels wide, runs %d over", page, width, over)
			}
			b.shoot("supervision-" + name + "-" + strconv.FormatInt(width, 10))
		}
		b.clean()
	}
	wall := open(t, 1920, 1080)
	wall.signIn(s, "shi-qianfa")
	wall.do(chromedp.Navigate(s.url + "/monitor/wall"))
	for _, fault := range wall.faults(script) {
		t.Errorf("the wall: %s", fault)
	}
	if low := ask[float64](wall, `Math.max(...[...document.querySelectorAll("main td, main figure svg")].map(e => e.getBoundingClientRect().bottom))`); low > 1080 {
		t.Errorf("the wall ends at %.0f of 1080", low)
	}
	if size := ask[string](wall, `getComputedStyle(document.querySelector(".great strong")).fontSize`); !strings.HasPrefix(size, "6") {
		t.Errorf("the wall's figures are %s, to be read at five metres", size)
	}
	wall.shoot("supervision-wall")
	wall.clean()
}
