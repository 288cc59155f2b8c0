// Package charts draws figures as SVG of our own: columns and lines over
// categories, and bars that lie. Each has a title that says the finding, an axis
// from 0, labels at the things themselves, gaps where nothing is known, and the
// same figures as a table beneath it. It adds nothing up and rounds nothing: what
// is to be read stands in Value.Text. Colours and sizes are classes of app.css, so
// that the pages' Content-Security-Policy holds and a dark page can have its own.
package charts

// Chart is some series over the same categories.
type Chart struct {
	ID         string // unique on its page: letters and digits
	Title      string // the finding: 网络申请占46.46%，连续三年上升
	Note       string // what is counted, under the chart; "" none
	Head       string // heading of the table's first column: 月份
	Unit       string // of the axis: 件, %
	Categories []string
	Series     []Series
	Top        float64 // the end of the axis; 0: a round number above the greatest value
	Open       bool    // the table stands open
}

// Series is one row of values, one for each category.
type Series struct {
	Name   string
	Values []Value
}

// Value is one figure. A gap (nothing known, or too little to be said) is drawn
// as a gap and stands as Text in the table.
type Value struct {
	N    float64
	Text string // as it is read: 86.36%; "" for a gap is written —
	Href string // to the cases behind it, in the table
	Gap  bool
}

// Of is a value without address.
func Of(n float64, text string) Value { return Value{N: n, Text: text} }

// Gap is a value that is not known; text says why in the table, "" is —.
func Gap(text string) Value { return Value{Text: text, Gap: true} }

// read is how a value stands in the table.
func (v Value) read() string {
	if v.Text == "" {
		return "—"
	}
	return v.Text
}

// at gives a series' value of a category; a missing one is a gap.
func (s Series) at(i int) Value {
	if i >= len(s.Values) {
		return Gap("")
	}
	return s.Values[i]
}

// empty reports whether there is nothing to draw.
func (c Chart) empty() bool {
	for _, s := range c.Series {
		for i := range c.Categories {
			if !s.at(i).Gap {
				return false
			}
		}
	}
	return true
}

// description says for who can't see the drawing where its figures are.
func (c Chart) description() string {
	text := c.Title + "。"
	for _, s := range c.Series {
		text += s.Name + "："
		for i, name := range c.Categories {
			if i > 0 {
				text += "，"
			}
			text += name + " " + s.at(i).read()
		}
		text += "。"
	}
	return text
}
