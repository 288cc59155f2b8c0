package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// A letter is drafted from the page of its case, and its pages keep to the window,
// without a mistake that the browser notes.
func TestLetterPagesFitTheirWindow(t *testing.T) {
	s := demo(t)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"office", 1366, 768}, {"phone", 390, 844}} {
		t.Run(size.name, func(t *testing.T) {
			b := open(t, size.width, size.height)
			b.signIn(s, "zrzy-chengban")
			b.do(chromedp.Navigate(s.url + "/cases?light=open"))
			at := ask[string](b, `document.querySelector('main td a[href^="/cases/"]').getAttribute("href")`)
			for _, kind := range []string{"receipt", "register"} {
				b.do(chromedp.Navigate(s.url + at + "/letters"))
				ask[bool](b, `(() => { document.querySelector('input[name=kind][value=`+kind+`]').form.requestSubmit(); return true })()`)
				b.until(`/letters\/\d+$/.test(location.pathname) && document.readyState === "complete"`)
				page := ask[string](b, `location.pathname`)
				for _, x := range [][2]string{{"letter", page}, {"print", page + "/print"}, {"envelope", page + "/envelope"}, {"letters", at + "/letters"}, {"case", at}, {"templates", "/templates"}} {
					t.Run(kind+" "+x[0], func(t *testing.T) {
						b.t = t
						b.do(chromedp.Navigate(s.url + x[1]))
						b.clean()
						b.shoot(size.name + "-letters-" + kind + "-" + x[0])
						if wide := ask[int](b, `document.documentElement.scrollWidth`); wide > int(size.width) {
							t.Errorf("the page is %d wide in a window of %d: %s", wide, size.width, ask[string](b, widest))
						}
						if n := ask[int](b, overlaps); n > 0 {
							t.Errorf("%d boxes lie over their neighbours", n)
						}
					})
				}
				b.t = t
			}
		})
	}
}
