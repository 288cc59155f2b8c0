package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// 统计分析 and the check of published reports stand whole at the width of an office
// machine and of a phone, without a word from the content policy; a figure leads to
// its cases.
func TestAnalysisPages(t *testing.T) {
	s := demo(t)
	for _, size := range []struct{ width, height int64 }{{1366, 768}, {390, 844}} {
		b := open(t, size.width, size.height)
		b.signIn(s, "shi-nianbao")
		for name, path := range map[string]string{"analysis": "/analysis?agency=fuzhou", "analysis-2019": "/analysis?agency=fuzhou&from=2019-01-01&to=2019-12-31", "check": "/check"} {
			b.do(chromedp.Navigate(s.url + path))
			b.until(`document.readyState === "complete" && document.querySelector("h1") !== null`)
			if wide := ask[bool](b, `document.documentElement.scrollWidth > window.innerWidth + 1`); wide {
				t.Errorf("%s at %d is wider than the screen", name, size.width)
			}
			b.shoot(fmt.Sprintf("%s-%d", name, size.width))
		}
		b.do(chromedp.Navigate(s.url + "/analysis?agency=fuzhou&from=2019-01-01&to=2019-12-31"))
		b.until(`document.querySelector("a.figure") !== null`)
		if got := ask[string](b, `document.querySelector("a.figure").textContent.trim()`); got != "2738" {
			t.Errorf("new in 2019: %s, published 2738", got)
		}
		b.clean()
	}
}
