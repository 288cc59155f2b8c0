package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The pages on which a case is handled keep to the window, without a mistake that
// the browser notes.
func TestHandlingPagesFitTheirWindow(t *testing.T) {
	s := demo(t)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"office", 1366, 768}, {"phone", 390, 844}} {
		t.Run(size.name, func(t *testing.T) {
			b := open(t, size.width, size.height)
			b.signIn(s, "zrzy-dengji")
			b.do(chromedp.Navigate(s.url + "/cases/new"))
			b.clean()
			b.shoot(size.name + "-new")
			b.signOut()
			b.signIn(s, "zrzy-chengban")
			b.do(chromedp.Navigate(s.url + "/cases?light=open"))
			at := ask[string](b, `document.querySelector('main td a[href^="/cases/"]').getAttribute("href")`)
			for _, page := range [][2]string{{"case", at}, {"supplement", at + "/act/supplement_asked"}, {"extend", at + "/act/extended"},
				{"clock", at + "/clock"}, {"platform", at + "/platform"}, {"approvals", "/approvals"}, {"assign", "/assign"},
				{"guide", at + "/decide?w=yes&w=info"}, {"decision", at + "/decide?outcome=partial"}, {"correct", at + "/correct/1"}, {"asked", "/asked"}, {"parcels", "/parcels"}, {"settings", "/settings"}, {"applicants", "/applicants"}, {"remedies", "/remedies"}} {
				t.Run(page[0], func(t *testing.T) {
					b.t = t
					b.do(chromedp.Navigate(s.url + page[1]))
					b.clean()
					b.shoot(size.name + "-handling-" + page[0])
					if wide := ask[int](b, `document.documentElement.scrollWidth`); wide > int(size.width) {
						t.Errorf("the page is %d wide in a window of %d: %s", wide, size.width, ask[string](b, widest))
					}
					if n := ask[int](b, overlaps); n > 0 {
						t.Errorf("%d boxes lie over their neighbours", n)
					}
				})
			}
		})
	}
}
