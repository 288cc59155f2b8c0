package export

import (
	"encoding/json"
	"fmt"
	"io"

	"gongkai/internal/calendar"
	"gongkai/internal/report"
)

// Meta is what a printed table says about itself besides its figures.
type Meta struct {
	AsOf calendar.Date // 数据截至; zero: not printed
	Note string        // further remark, e.g. the counting rules; may be empty
}

// WriteReport writes the statutory tables of a year as "text", "json", "csv",
// "xlsx" or "html"; another word is an error. HTML and XLSX have the layout of the
// official form and are read back by importer.ReadPublished to the same table;
// JSON is the exchange form and holds no remark.
func WriteReport(w io.Writer, as string, t report.Table, meta Meta) error {
	write, ok := map[string]func(io.Writer, report.Table, Meta) error{
		"text": writeReportText, "json": writeReportJSON, "csv": writeReportCSV,
		"xlsx": writeReportXLSX, "html": writeReportHTML,
	}[as]
	if !ok {
		return fmt.Errorf("报表不能输出为“%s”，可用 text、json、csv、xlsx、html", as)
	}
	if err := write(w, t, meta); err != nil {
		return fmt.Errorf("writing the tables of %d as %s: %w", t.Year, as, err)
	}
	return nil
}

func writeReportJSON(w io.Writer, t report.Table, _ Meta) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(t)
}

// remarks gives the lines printed under the tables.
func (m Meta) remarks(t report.Table) []string {
	lines := []string{"格式：" + t.Format.Source()}
	if !m.AsOf.IsZero() {
		lines = append(lines, "数据截至："+m.AsOf.Chinese())
	}
	if m.Note != "" {
		lines = append(lines, m.Note)
	}
	return lines
}

// formCell is a cell of a drawn form. A figure is printed to the right and goes
// into a workbook as a number.
type formCell struct {
	text       string
	rows, cols int
	head       string // scope of a heading cell: "col", "row", "colgroup", "rowgroup"; "" for a figure
}

// form is one statutory table as it is drawn.
type form struct {
	section string // 三、收到和处理政府信息公开申请情况
	sheet   string
	width   int  // grid columns
	labels  int  // of them for labels, at the left
	heads   int  // head rows
	broad   bool // on a page that lies
	rows    [][]formCell
}

// forms gives the tables of the report in the order of its sections.
func forms(t report.Table) []form {
	var out []form
	if t.Proactive != nil {
		out = append(out, proactiveForm(t.Proactive))
	}
	return append(out, applicationsForm(t), remediesForm(t))
}

func applicationsForm(t report.Table) form {
	f := form{section: "三、收到和处理政府信息公开申请情况", sheet: "表三", width: report.LabelColumns + report.Columns,
		labels: report.LabelColumns}
	for _, line := range report.HeadLines() {
		f.rows = append(f.rows, headCells(line, "col"))
	}
	f.heads = len(f.rows)
	for _, line := range report.Layout(t.Format) {
		cells := headCells(line.Heads, "row")
		for _, c := range t.Row(line.Row) {
			cells = append(cells, formCell{text: c.String(), rows: 1, cols: 1})
		}
		f.rows = append(f.rows, cells)
	}
	return f
}

func headCells(heads []report.Head, scope string) []formCell {
	var out []formCell
	for _, h := range heads {
		s := scope
		if scope == "col" && h.Cols > 1 || scope == "row" && h.Rows > 1 {
			s += "group"
		}
		out = append(out, formCell{h.Text, h.Rows, h.Cols, s})
	}
	return out
}

func remediesForm(t report.Table) form {
	f := form{section: "四、政府信息公开行政复议、行政诉讼情况", sheet: "表四", width: report.Blocks * report.RemedyColumns, heads: 3}
	names := []formCell{}
	figures := []formCell{}
	for b := report.Review; b < report.Blocks; b++ {
		for r := report.Upheld; r <= report.TotalResult; r++ {
			names = append(names, formCell{r.Label(), 1, 1, "col"})
			figures = append(figures, formCell{text: t.Remedies[b][r].String(), rows: 1, cols: 1})
		}
	}
	// 行政复议 has no second level, so its results reach up over two rows.
	for i := range report.RemedyColumns {
		names[i].rows = 2
	}
	suits := []formCell{}
	for b := report.LitigationDirect; b < report.Blocks; b++ {
		suits = append(suits, formCell{b.Label(), 1, report.RemedyColumns, "colgroup"})
	}
	f.rows = [][]formCell{
		{{report.Review.Label(), 1, report.RemedyColumns, "colgroup"}, {"行政诉讼", 1, 2 * report.RemedyColumns, "colgroup"}},
		append(names[:report.RemedyColumns:report.RemedyColumns], suits...),
		names[report.RemedyColumns:],
		figures,
	}
	return f
}

// proactiveForm draws table 二: each item of Art 20 is a block with a head of its
// own; the last figure of a narrow block reaches to the right edge.
func proactiveForm(p *report.Proactive) form {
	f := form{section: "二、主动公开政府信息情况", sheet: "表二", width: 4, labels: 1}
	item := ""
	for _, line := range report.ProactiveLines(p.Layout) {
		if line.Item != item {
			item = line.Item
			f.rows = append(f.rows, []formCell{{item, 1, f.width, "colgroup"}},
				spread("信息内容", line.Columns, "col", f.width))
		}
		values := make([]string, len(line.Columns))
		for i, v := range p.Rows[line.Key] {
			values[i] = string(v)
		}
		f.rows = append(f.rows, spread(line.Label, values, "", f.width))
	}
	return f
}

// spread makes a row of a label and cells that together fill the width.
func spread(label string, texts []string, scope string, width int) []formCell {
	first := formCell{label, 1, 1, "row"}
	if scope != "" {
		first.head = scope
	}
	cells := []formCell{first}
	for i, text := range texts {
		c := formCell{text, 1, 1, scope}
		if i == len(texts)-1 {
			c.cols = width - len(texts)
		}
		cells = append(cells, c)
	}
	return cells
}
