package charts

import (
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func months() Chart {
	return Chart{ID: "m", Title: "准期率在二月最低", Head: "月份", Unit: "%", Top: 100, Categories: []string{"1月", "2月", "3月", "4月"},
		Series: []Series{{"按期率", []Value{Of(100, "100%"), {N: 50, Text: "50%", Href: "/cases?year=2026"}, Gap("不足5件"), Of(75, "75%")}}}}
}

// The axis begins at 0 and ends at a round number not below the greatest value.
func TestAxis(t *testing.T) {
	for _, x := range []struct{ greatest, end, step float64 }{{0, 1, 1}, {1, 1, 1}, {3, 3, 1}, {7, 8, 2}, {13, 15, 5}, {99, 100, 20}, {1063, 1200, 200}, {20000, 20000, 5000}} {
		c := Chart{Categories: []string{"a"}, Series: []Series{{"n", []Value{Of(x.greatest, "")}}}}
		if end, step := c.axis(); end != x.end || step != x.step || end < x.greatest {
			t.Errorf("up to %v: axis to %v by %v, want %v by %v", x.greatest, end, step, x.end, x.step)
		}
	}
}

// A gap parts the line, stands in the table with its reason, and is no zero.
func TestLinesKeepGaps(t *testing.T) {
	s := months().lines()
	if len(s.Lines) != 1 || len(s.Dots) != 3 || strings.Count(s.Lines[0].Points, ",") != 2 {
		t.Errorf("lines %v, dots %v", s.Lines, s.Dots)
	}
	page := drawn(t, Lines(months()))
	for _, want := range []string{"不足5件", "<title id=\"m-t\">准期率在二月最低</title>", "<desc", "<details", `href="/cases?year=2026"`, "按期率 75%"} {
		if !strings.Contains(page, want) {
			t.Errorf("the drawing lacks %q", want)
		}
	}
	if strings.Contains(page, "style=") || strings.Contains(page, "NaN") {
		t.Error("inline style or a measure that is no number")
	}
}

// Columns of one category stand side by side and end at 0; bars carry their
// figure, and a name too long is cut, not drawn over the bar.
func TestColumnsAndBars(t *testing.T) {
	c := Chart{ID: "x", Title: "t", Categories: []string{strings.Repeat("长", 40), "乙"}, Series: []Series{{"收到", []Value{Of(4, "4"), Of(2, "2")}}, {"办结", []Value{Of(3, "3")}}}}
	if n := len(c.columns().Rects); n != 3 {
		t.Errorf("%d columns, want 3: a missing value is a gap", n)
	}
	s := c.bars()
	if !strings.HasSuffix(s.Labels[0].Text, "…") || breadth(s.Labels[0].Text) > barsLeft {
		t.Errorf("the name %q does not fit", s.Labels[0].Text)
	}
	if s.Rects[0].Width != f(barsWide-barsLeft-barsEnd) {
		t.Errorf("the longest bar is %s", s.Rects[0].Width)
	}
	if !strings.Contains(drawn(t, Bars(Chart{ID: "e", Title: "空"})), "没有可以画出的数据") {
		t.Error("an empty chart does not say so")
	}
}
