package e2e

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// mostColours is how many colours such a picture keeps.
const mostColours = 160

// mostPicture is how many bytes a picture in the manuals may weigh.
const mostPicture = 100_000

// The five main pages are photographed, small enough for the manuals. With
// GONGKAI_README_PICTURES=1 (make pictures) they replace those in docs/images.
func TestPicturesOfTheReadme(t *testing.T) {
	s := demo(t)
	dir := t.TempDir()
	if os.Getenv("GONGKAI_README_PICTURES") != "" {
		dir = filepath.Join("..", "docs", "images")
	}
	for _, p := range []struct{ name, login, path, before string }{
		{"home", "zrzy-chengban", "/", `true`},
		{"register", "zrzy-dengji", "/cases/new", `(() => { document.querySelector("#ch-letter_registered").click();
			const fill = {signed: "今天", mail: "1098765432101", signer: "收发室 老李", name: "示例张三", phone: "13800000000", address: "福州市示例路1号"};
			for (const [name, text] of Object.entries(fill)) document.querySelector("[name=" + name + "]").value = text;
			document.activeElement.blur(); return true })()`},
		{"case", "zrzy-chengban", "/cases?state=consulting", `(() => { document.querySelector("tbody td.number a").click(); return true })()`},
		{"approvals", "zrzy-shenhe", "/approvals", `true`},
		{"report-2019", "shi-nianbao", "/report/2019?agency=fuzhou", `(() => { [...document.querySelectorAll("h2")].find(h => h.textContent.startsWith("三、")).scrollIntoView(); return true })()`},
	} {
		b := open(t, 1366, 900)
		b.signIn(s, p.login)
		b.do(chromedp.Navigate(s.url + p.path))
		ask[bool](b, p.before)
		b.until(`document.readyState === "complete" && (location.pathname !== "/cases" || document.querySelector(".ruler") !== null)`)
		b.clean()
		full, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		small, err := fewColours(full)
		if err != nil {
			t.Fatal(err)
		}
		if len(small) > mostPicture {
			t.Errorf("%s: %d bytes, at most %d", p.name, len(small), mostPicture)
		}
		if err := os.WriteFile(filepath.Join(dir, p.name+".png"), small, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fewColours writes a picture of a page anew with its most frequent colours:
// pages have few, and the edges of letters lose nothing that one sees.
func fewColours(data []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	box := full.Bounds()
	coarse := func(x, y int) color.RGBA {
		r, g, b, _ := full.At(x, y).RGBA()
		return color.RGBA{uint8(r>>8) &^ 7, uint8(g>>8) &^ 7, uint8(b>>8) &^ 7, 255}
	}
	count, exact := map[color.RGBA]int{}, map[color.RGBA]color.RGBA{}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			c := coarse(x, y)
			if count[c]++; count[c] == 1 {
				r, g, b, _ := full.At(x, y).RGBA()
				exact[c] = color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}
			}
		}
	}
	often := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var palette color.Palette
	nearest := map[color.RGBA]uint8{}
	for i, c := range often[:min(mostColours, len(often))] {
		palette = append(palette, exact[c])
		nearest[c] = uint8(i)
	}
	out := image.NewPaletted(box, palette)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			c := coarse(x, y)
			i, known := nearest[c]
			if !known {
				i = uint8(palette.Index(exact[c]))
				nearest[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out)
	return b.Bytes(), err
}
