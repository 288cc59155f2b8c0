package importer

import (
	"strings"

	"gongkai/internal/report"
)

// readFigures reads the seven figures of a row of table 三.
func readFigures(texts []string) report.Row {
	var row report.Row
	for i := range row {
		row[i] = readFigure(texts[i], report.Column(i) == report.TotalColumn)
	}
	return row
}

// readFigure reads a published figure: an empty cell is 0, or unseen under a
// total; the dashes and strokes that offices print for nothing are 0.
func readFigure(text string, total bool) report.Cell {
	text = figureText(text)
	switch {
	case text == "":
		return report.Cell{Unseen: total}
	case nothing(text):
		return report.Cell{}
	}
	return report.NumberCell(text)
}

// figureText takes blanks, thousands commas and the unit off a figure and brings
// its signs to half width.
func figureText(text string) string {
	text = strings.NewReplacer(",", "", "−", "-", "﹣", "-").Replace(fold(text))
	for _, unit := range []string{"万元", "元", "件", "条", "个", "项", "宗"} {
		if cut := strings.TrimSuffix(text, unit); cut != text && cut != "" {
			return cut
		}
	}
	return text
}

// nothing reports whether a text only says "none".
func nothing(text string) bool {
	return strings.Trim(text, `/\-—–―─_~.·`) == "" || text == "无" || text == "零" || text == "〇" || text == "○"
}

func anyFigure(texts []string) bool {
	for _, t := range texts {
		if t = figureText(t); t != "" && t[0] >= '0' && t[0] <= '9' {
			return true
		}
	}
	return false
}

// proactiveReader gathers table 二.
type proactiveReader struct {
	layout report.Format
	rows   map[string][]string // bare label → what stands right of it
}

func (p *proactiveReader) read(g grid, row int) {
	cells := g.distinct(row)
	for i, c := range cells {
		word := c.word()
		switch {
		case strings.Contains(word, "制作数量"), strings.Contains(word, "项目数量"):
			p.layout = report.Format2019
		case strings.Contains(word, "制发件数"), strings.Contains(word, "废止件数"):
			p.layout = report.Format2021
		}
		if !proactiveLabels()[word] || i+1 == len(cells) {
			continue
		}
		if p.rows == nil {
			p.rows = map[string][]string{}
		}
		for _, v := range cells[i+1:] {
			p.rows[word] = append(p.rows[word], v.text)
		}
		return
	}
}

func proactiveLabels() map[string]bool {
	out := map[string]bool{}
	for _, f := range []report.Format{report.Format2019, report.Format2021} {
		for _, line := range report.ProactiveLines(f) {
			out[line.Label] = true
		}
	}
	return out
}

// result gives table 二, nil where no row of it was found.
func (p *proactiveReader) result() *report.Proactive {
	if p.layout.IsZero() {
		return nil
	}
	out := &report.Proactive{Layout: p.layout, Rows: map[report.ProactiveKey][]report.Decimal{}}
	for _, line := range report.ProactiveLines(p.layout) {
		texts, ok := p.rows[line.Label]
		if !ok && line.Key.String() == "normative" { // the two layouts name it differently
			texts, ok = p.rows["行政规范性文件"]
			if !ok {
				texts, ok = p.rows["规范性文件"]
			}
		}
		if ok {
			out.Rows[line.Key] = decimals(texts, len(line.Columns))
		}
	}
	if len(out.Rows) == 0 {
		return nil
	}
	return out
}

func decimals(texts []string, n int) []report.Decimal {
	out := make([]report.Decimal, n)
	for i := range out {
		if i >= len(texts) {
			continue
		}
		text := strings.TrimPrefix(figureText(texts[i]), "+")
		if text != "" && nothing(text) {
			text = "0"
		}
		if d, err := report.ParseDecimal(text); err == nil {
			out[i] = d
		}
	}
	return out
}
