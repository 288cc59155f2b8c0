package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// The pages of service, release and bundles keep to the window; a file is added
// with its progress shown, by the script that the page gains, and stands in the
// list afterwards.
func TestPaperPages(t *testing.T) {
	s := demo(t)
	picture := filepath.Join(t.TempDir(), "名单.pdf")
	if err := os.WriteFile(picture, []byte("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj 3 0 obj <</Type/Page/Contents 4 0 R>> endobj 4 0 obj <</Length 40>> stream\nBT (Tel 139 0000 1111, 0591-87654321) Tj ET\nendstream endobj"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"office", 1366, 768}, {"phone", 390, 844}} {
		t.Run(size.name, func(t *testing.T) {
			b := open(t, size.width, size.height)
			b.signIn(s, "zrzy-chengban")
			b.do(chromedp.Navigate(s.url + "/cases?state=approved"))
			at := ask[string](b, `(document.querySelector('main td a[href^="/cases/"]') || {getAttribute() { return "" }}).getAttribute("href")`)
			if at == "" {
				t.Fatal("the demonstration has no case that waits for its sending")
			}
			b.do(chromedp.Navigate(s.url+at), chromedp.SetUploadFiles("#field-files", []string{picture}))
			ask[bool](b, `(() => { const f = document.querySelector("form[data-upload]"); f.kind.value = "released"; f.requestSubmit(); return true })()`)
			b.until(`location.hash === "#files" && document.readyState === "complete" && document.querySelector("#files ul.files") !== null`)
			b.clean()
			for _, page := range [][2]string{{"case", at}, {"services", at + "/services"}, {"mail", at + "/services?way=mail"}, {"notice", at + "/services?way=notice"}, {"release", at + "/release"}, {"bundle", at + "/bundle"}, {"check", "/bundle"}, {"waiting", "/services"}, {"archive", "/archive"}} {
				t.Run(page[0], func(t *testing.T) {
					b.t = t
					b.do(chromedp.Navigate(s.url + page[1]))
					b.clean()
					b.shoot(size.name + "-papers-" + page[0])
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
