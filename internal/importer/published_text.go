package importer

import (
	"encoding/csv"
	"regexp"
	"strings"

	"gongkai/internal/report"
)

// textPage reads pasted text. What was copied out of a web page or a workbook has
// a row of a table on each line, cells by tabs; out of a PDF, cells by blanks; out
// of a page whose cells hold paragraphs, each cell on a line of its own.
func textPage(text string) *page {
	lines := strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")
	p := rowPage(lines)
	if !p.grids[0].anyResults() {
		p = cellPage(lines)
	}
	return p
}

// rowPage takes each line as a row of one grid, or as prose.
func rowPage(lines []string) *page {
	p := &page{}
	b := newGridBuilder(p)
	for _, l := range lines {
		fields := lineFields(l)
		if fields == nil {
			p.titles = append(p.titles, l)
			continue
		}
		b.nextRow()
		for _, field := range fields {
			b.add(field, 1, 1)
		}
	}
	p.grids = append(p.grids, b.grid())
	p.prose = strings.Join(p.titles, "\n")
	return p
}

// lineFields gives the cells of a line, nil for a line of prose.
func lineFields(line string) []string {
	if strings.Contains(line, "\t") {
		return strings.Split(line, "\t")
	}
	fields := strings.Fields(line)
	n := len(fields)
	for n > 0 && isFigure(fields[n-1]) {
		n--
	}
	switch {
	case len(fields)-n >= 2*report.RemedyColumns && n == 0: // figures alone
		return fields
	case len(fields)-n >= report.Columns:
		return append(splitLabels(strings.Join(fields[:n], "")), fields[n:]...)
	case len(fields) >= 3 && headWords(fields), len(fields) >= 2 && bare(fields[0]) == "信息内容":
		return fields
	case n > 0 && n < len(fields) && proactiveLabels()[bare(strings.Join(fields[:n], ""))]:
		return append([]string{strings.Join(fields[:n], "")}, fields[n:]...)
	}
	return nil
}

// labelBegins finds where labels that were put together begin.
var labelBegins = regexp.MustCompile(`[（(][一二三四五六七][）)]|[一二三四]、(?:本年|上年|结转)|[1-8１-８][.．、]`)

// splitLabels parts labels that stand side by side: 三、本年度办理结果（一）予以公开.
func splitLabels(s string) []string {
	var out []string
	from := 0
	for _, at := range labelBegins.FindAllStringIndex(s, -1) {
		if at[0] > from {
			out = append(out, s[from:at[0]])
		}
		from = at[0]
	}
	return append(out, s[from:])
}

// headWords reports whether most of the words head columns of table 三 or 四.
func headWords(fields []string) bool {
	n := 0
	for _, f := range fields {
		word := bare(f)
		if _, ok := resultOf(word); ok {
			n++
		}
		for c := report.Natural; c < report.TotalColumn; c++ {
			if word == c.Label() && word != "其他" {
				n++
			}
		}
	}
	return n >= 3
}

var figureForm = regexp.MustCompile(`^[+-]?\d+(?:\.\d+)?$`)

func isFigure(s string) bool {
	s = figureText(s)
	return s != "" && (figureForm.MatchString(s) || nothing(s))
}

// anyResults reports whether a grid has a row of seven figures behind a label.
func (g grid) anyResults() bool {
	for r := range g.rows {
		cells := g.distinct(r)
		if n := len(cells) - report.Columns; n > 0 {
			if _, ok := outerRow(labelCore(cells[0].text)); ok {
				return true
			}
		}
	}
	return false
}

// mostLabels bounds what may stand before the figures of a row.
const mostLabels = 40

// cellPage takes each line, and each part between tabs, as a cell; seven figures
// after labels are a row of table 三, fifteen are table 四. A cell that was empty
// leaves no trace, so a row with one is not read and will be named as missing.
func cellPage(lines []string) *page {
	p := &page{}
	b := newGridBuilder(p)
	var labels, figures []string
	flush := func() {
		row := labels[max(0, len(labels)-4):]
		switch len(figures) {
		case report.Columns:
			b.addRow(append(row, figures...))
		case report.Blocks * report.RemedyColumns:
			b.addRow(resultHeads(labels))
			b.addRow(figures)
		default:
			if n := len(labels) - 1; n >= 0 && proactiveLabels()[bare(labels[n])] {
				b.addRow(labels[:n])
				b.addRow(append([]string{labels[n]}, figures...))
			}
		}
		labels, figures = nil, nil
	}
	for _, l := range lines {
		whole := true
		for _, cell := range strings.Split(l, "\t") {
			if cell = strings.TrimSpace(cell); cell == "" {
				continue
			}
			if isFigure(cell) && len(labels) > 0 {
				figures, whole = append(figures, cell), false
				continue
			}
			if len(figures) > 0 {
				flush()
			}
			labels = append(labels, cell)
			labels = labels[max(0, len(labels)-mostLabels):]
		}
		if whole {
			p.titles = append(p.titles, l)
		}
	}
	flush()
	p.grids = append(p.grids, b.grid())
	p.prose = strings.Join(p.titles, "\n")
	return p
}

// resultHeads leaves of some labels those that head columns of table 四.
func resultHeads(labels []string) []string {
	var out []string
	for _, l := range labels {
		if _, ok := resultOf(bare(l)); ok {
			out = append(out, l)
		}
	}
	return out
}

func (b *gridBuilder) addRow(cells []string) {
	b.nextRow()
	for _, c := range cells {
		b.add(c, 1, 1)
	}
}

// csvPage takes a table saved as CSV; records of one field are prose. What is no
// CSV is read as text.
func csvPage(text string) *page {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	records, err := r.ReadAll()
	if err != nil {
		return textPage(text)
	}
	p := &page{}
	b := newGridBuilder(p)
	for _, record := range records {
		if alone := strings.Trim(strings.Join(record, ""), " "); alone == strings.TrimSpace(record[0]) {
			p.titles = append(p.titles, alone)
		}
		b.addRow(record)
	}
	p.grids = append(p.grids, b.grid())
	p.prose = strings.Join(p.titles, "\n")
	return p
}
