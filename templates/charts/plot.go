package charts

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The drawing's measures, in units of its own: it is scaled to the page's width.
const (
	wide     = 720.0 // of a drawing of columns or lines
	high     = 300.0
	left     = 56.0 // room for the axis' figures
	top      = 30.0
	bottom   = 34.0
	lineRoom = 128.0 // on the right, for the names of lines
	barsWide = 720.0
	barsLeft = 200.0 // for the names of bars that lie
	barsEnd  = 84.0  // for their figures
	barHigh  = 16.0
	most     = 6 // colours; a further series takes the last
)

// shape is what the template draws: everything placed, nothing left to compute.
type shape struct {
	Width, Height string
	Ticks         []tick
	Labels        []label
	Rects         []rect
	Lines         []line
	Dots          []dot
}

type tick struct{ X1, Y1, X2, Y2, TextX, TextY, Text, Anchor string }

type label struct{ X, Y, Text, Class, Anchor string }

type rect struct{ X, Y, Width, Height, Class, Title string }

type line struct{ Points, Class string }

type dot struct{ X, Y, Class, Title string }

// f writes a measure.
func f(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }

// axis gives the end of the axis and the step of its ticks: 1, 2 or 5 times a
// power of ten, at most six steps. Counts have no step under 1.
func (c Chart) axis() (end, step float64) {
	end = c.Top
	for _, s := range c.Series {
		for i := range c.Categories {
			if v := s.at(i); !v.Gap && c.Top == 0 {
				end = max(end, v.N)
			}
		}
	}
	if end <= 0 {
		end = 1
	}
	step = math.Pow(10, math.Floor(math.Log10(end)))
	for _, part := range []float64{0.1, 0.2, 0.5, 1, 2} {
		if end/(step*part) <= 6 {
			step *= part
			break
		}
	}
	step = max(step, 1)
	if c.Top == 0 {
		end = math.Ceil(end/step) * step
	}
	return end, step
}

// class names the colour of a series.
func class(i int) string { return "c" + strconv.Itoa(min(i, most-1)+1) }

// frame draws the axis with its ticks and the names of the categories.
func (c Chart) frame(right float64) (shape, func(float64) float64, float64) {
	end, step := c.axis()
	s := shape{Width: f(wide), Height: f(high)}
	y := func(n float64) float64 { return high - bottom - min(n, end)/end*(high-top-bottom) }
	for n := 0.0; n <= end+step/1000; n += step {
		s.Ticks = append(s.Ticks, tick{X1: f(left), X2: f(wide - right), Y1: f(y(n)), Y2: f(y(n)), TextX: f(left - 8), TextY: f(y(n) + 4),
			Text: strconv.FormatFloat(n, 'f', -1, 64), Anchor: "end"})
	}
	if c.Unit != "" {
		s.Labels = append(s.Labels, label{f(left - 8), f(top - 14), c.Unit, "unit", "end"})
	}
	room := (wide - left - right) / float64(max(1, len(c.Categories)))
	every := c.every(room)
	for i, name := range c.Categories {
		if i%every == 0 {
			s.Labels = append(s.Labels, label{f(left + room*(float64(i)+0.5)), f(high - bottom + 20), name, "name", "middle"})
		}
	}
	return s, y, room
}

// every tells how many categories go by for each that has room for its name.
func (c Chart) every(room float64) int {
	longest := 1.0
	for _, name := range c.Categories {
		longest = max(longest, breadth(name))
	}
	return max(1, int(math.Ceil((longest+8)/room)))
}

// breadth is about how broad a text is: a Chinese sign as broad as it is high.
func breadth(text string) float64 {
	n := 0.0
	for _, r := range text {
		if r < 0x2000 {
			n += 7.2
		} else {
			n += 13
		}
	}
	return n
}

// columns places upright columns, those of one category side by side.
func (c Chart) columns() shape {
	s, y, room := c.frame(16)
	thick := min(46, room*0.76/float64(max(1, len(c.Series))))
	for i := range c.Categories {
		x := left + room*(float64(i)+0.5) - thick*float64(len(c.Series))/2
		for k, series := range c.Series {
			v := series.at(i)
			if v.Gap {
				continue
			}
			at := x + thick*float64(k)
			s.Rects = append(s.Rects, rect{f(at + 1), f(y(v.N)), f(thick - 2), f(high - bottom - y(v.N)), class(k), c.Categories[i] + " " + series.Name + " " + v.read()})
			if breadth(v.Text) <= thick+6 {
				s.Labels = append(s.Labels, label{f(at + thick/2), f(y(v.N) - 5), v.Text, "value", "middle"})
			}
		}
	}
	return s
}

// lines places one line for each series; a gap parts it. Names stand at the ends.
func (c Chart) lines() shape {
	s, y, room := c.frame(lineRoom)
	type ending struct {
		y    float64
		k    int
		text string
	}
	var ends []ending
	for k, series := range c.Series {
		var run []string
		flush := func() {
			if len(run) > 1 {
				s.Lines = append(s.Lines, line{strings.Join(run, " "), class(k)})
			}
			run = nil
		}
		last := ending{k: -1}
		for i, name := range c.Categories {
			v := series.at(i)
			if v.Gap {
				flush()
				continue
			}
			x := left + room*(float64(i)+0.5)
			run = append(run, f(x)+","+f(y(v.N)))
			s.Dots = append(s.Dots, dot{f(x), f(y(v.N)), class(k), name + " " + series.Name + " " + v.read()})
			last = ending{y(v.N), k, series.Name + " " + v.Text}
		}
		flush()
		if last.k >= 0 {
			ends = append(ends, last)
		}
	}
	slices.SortFunc(ends, func(a, b ending) int { return int(math.Copysign(1, a.y-b.y)) })
	floor := top
	for _, e := range ends { // none over another
		at := max(e.y+4, floor)
		floor = at + 17
		s.Labels = append(s.Labels, label{f(wide - lineRoom + 8), f(at), shorten(e.text, lineRoom-8), "series " + class(e.k), "start"})
	}
	return s
}

// shorten cuts a text to a breadth.
func shorten(text string, room float64) string {
	if breadth(text) <= room {
		return text
	}
	for breadth(text+"…") > room && text != "" {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text + "…"
}

// bars places bars that lie, those of one category under each other.
func (c Chart) bars() shape {
	end, _ := c.axis()
	if c.Top == 0 {
		end = 0
		for _, series := range c.Series {
			for i := range c.Categories {
				end = max(end, series.at(i).N)
			}
		}
		end = max(end, 1)
	}
	group := barHigh*float64(max(1, len(c.Series))) + 10
	s := shape{Width: f(barsWide), Height: f(group*float64(len(c.Categories)) + 12)}
	s.Ticks = []tick{{X1: f(barsLeft), X2: f(barsLeft), Y1: "4.0", Y2: f(group*float64(len(c.Categories)) + 8)}}
	for i, name := range c.Categories {
		y := 10 + group*float64(i)
		s.Labels = append(s.Labels, label{f(barsLeft - 10), f(y + barHigh*float64(len(c.Series))/2 + 4), shorten(name, barsLeft-14), "name", "end"})
		for k, series := range c.Series {
			v := series.at(i)
			at := y + barHigh*float64(k)
			width := 0.0
			if !v.Gap {
				width = min(v.N, end) / end * (barsWide - barsLeft - barsEnd)
				s.Rects = append(s.Rects, rect{f(barsLeft), f(at + 1), f(width), f(barHigh - 3), class(k), name + " " + series.Name + " " + v.read()})
			}
			s.Labels = append(s.Labels, label{f(barsLeft + width + 6), f(at + barHigh - 4), v.read(), "value", "start"})
		}
	}
	return s
}
