package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gongkai/templates/static"
)

func styleFile(t *testing.T, name string) string {
	t.Helper()
	data, err := static.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every ink stands at least 4.5:1 on the grounds that it is used on.
func TestInksStandOutFromTheirGrounds(t *testing.T) {
	tokens := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-f]{6});`).FindAllStringSubmatch(styleFile(t, "tokens.css"), -1) {
		tokens[m[1]] = m[2]
	}
	pairs := [][2]string{{"text", "surface"}, {"text", "page"}, {"secondary", "surface"}, {"secondary", "page"},
		{"primary-ink", "surface"}, {"primary-ink", "page"}, {"on-primary", "primary-ink"}, {"on-primary", "primary-deep"},
		{"on-primary", "soon-ink"}, {"surface", "text"}, {"visited", "surface"}, {"late-ink", "surface"}, {"late-ink", "page"},
		{"soon-ink", "surface"}, {"good-ink", "surface"}, {"wait-ink", "hatch"}, {"provisional-ink", "surface"}, {"secondary", "closed-ground"},
		{"chart-a", "surface"}, {"chart-b", "surface"}, {"chart-c", "surface"}, {"chart-d", "surface"}, {"chart-e", "surface"}, {"chart-f", "surface"},
		{"wall-text", "wall-card"}, {"wall-soft", "wall-card"}, {"wall-soft", "wall"}, {"wall-late", "wall-card"}, {"wall-soon", "wall-card"}, {"wall-good", "wall-card"}, {"wall-wait", "wall-card"}, {"wall-a", "wall-card"}, {"wall-b", "wall-card"}}
	for name := range tokens {
		if ground, ok := strings.CutSuffix(name, "-ink"); ok {
			pairs = append(pairs, [2]string{name, ground + "-ground"})
		}
	}
	for _, p := range pairs {
		ink, ground := tokens[p[0]], tokens[p[1]]
		if ink == "" || ground == "" {
			t.Errorf("no token %s or %s", p[0], p[1])
			continue
		}
		if got := contrast(luminance(t, ink), luminance(t, ground)); got < 4.5 {
			t.Errorf("%s on %s: %.2f:1", p[0], p[1], got)
		}
	}
}

func contrast(a, b float64) float64 { return (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05) }

// luminance is the relative luminance of WCAG.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// Colours stand in the tokens alone; nothing that Chromium 86 lacks carries a
// page; nothing is fetched from another host.
func TestStylesKeepToTheTokensAndOldBrowsers(t *testing.T) {
	for _, name := range []string{"app.css", "print.css"} {
		css := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(styleFile(t, name), "")
		for _, bad := range []string{`#[0-9a-fA-F]{3,6}\b[^{]*;`, `:has\(`, `@container`, `@layer`, `@import`, `url\(`, `\bpopover\b`, `font-style:\s*italic`, `letter-spacing`, `&[ :.>]`} {
			if m := regexp.MustCompile(bad).FindString(css); m != "" {
				t.Errorf("%s: %s", name, m)
			}
		}
	}
	js := styleFile(t, "app.js")
	if n := strings.Count(js, "\n"); n >= 300 {
		t.Errorf("the script has %d lines", n)
	}
	if regexp.MustCompile(`https?://|eval\(|innerHTML|\?\?=|\|\|=`).MatchString(js) {
		t.Error("the script names a host, or uses what it should not")
	}
}
