package report

// LabelColumns is the number of grid columns that the labels of table 三 take, to
// the left of its seven figures.
const LabelColumns = 3

// Head is a merged cell of a form: its text and how many rows and columns it covers.
type Head struct {
	Text       string
	Rows, Cols int
}

// Line is one row of table 三 as the form draws it: the label cells that begin in
// it, and the row whose seven figures follow.
type Line struct {
	Row   RowKey
	Heads []Head
}

// HeadLines gives the three head rows of table 三.
func HeadLines() [][]Head {
	third := []Head{}
	for c := Commercial; c <= OtherKind; c++ {
		third = append(third, Head{c.Label(), 1, 1})
	}
	return [][]Head{
		{{IdentityNote, 3, LabelColumns}, {"申请人情况", 1, Columns}},
		{{Natural.Label(), 2, 1}, {"法人或其他组织", 1, 5}, {TotalColumn.Label(), 2, 1}},
		third,
	}
}

// Layout gives the body of table 三 in the order and with the merged cells of the
// official form.
func Layout(f Format) []Line {
	var lines []Line
	results := f.ResultRows()
	var above Group
	for _, k := range f.Rows() {
		line := Line{Row: k}
		if k == results[0] {
			line.Heads = append(line.Heads, Head{ResultsLabel, len(results) + 1, 1})
		}
		line.Heads = append(line.Heads, ownHeads(f, k, above)...)
		above = k.Group()
		lines = append(lines, line)
	}
	return lines
}

// ownHeads gives the group heading, where it begins, and the row's own label.
func ownHeads(f Format, k RowKey, above Group) []Head {
	g := k.Group()
	own := Head{k.Label(), 1, 1}
	switch {
	case k == RowTotal:
		return []Head{{k.Label(), 1, 2}}
	case g.IsZero():
		return []Head{{k.Label(), 1, LabelColumns}}
	case f.groupSize(g) == 1:
		return []Head{{k.Label(), 1, 2}}
	case g == above:
		return []Head{own}
	}
	return []Head{{g.Label(), f.groupSize(g), 1}, own}
}

func (f Format) groupSize(g Group) int {
	n := 0
	for _, k := range f.ResultRows() {
		if k.Group() == g {
			n++
		}
	}
	return n
}
