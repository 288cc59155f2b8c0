package importer

import (
	"errors"
	"fmt"
	"strings"

	"gongkai/internal/report"
)

// tableReader gathers the rows of tables 二, 三 and 四 over all grids of a page.
type tableReader struct {
	rows      map[report.RowKey]report.Row
	group     report.Group
	columns   []int // of table 三's seven figures, where a head told them
	width     int   // of the grid that had the head
	inResults bool  // inside table 三
	unknown   []string
	remedies  remedyReader
	proactive proactiveReader
}

func newTableReader() *tableReader {
	return &tableReader{rows: map[report.RowKey]report.Row{}}
}

// read takes what a grid holds. Several tables may stand in one grid (a sheet),
// and one table may go on in the next grid (a page break).
func (r *tableReader) read(g grid) {
	if r.width != g.width() {
		r.columns = nil
	}
	for i := range g.rows {
		switch {
		case r.head(g, i):
		case r.remedies.read(g, i):
			r.inResults = false
		case r.result(g, i):
		case !r.inResults:
			r.proactive.read(g, i)
		}
	}
}

func (g grid) width() int {
	w := 0
	for _, row := range g.rows {
		w = max(w, len(row))
	}
	return w
}

// head recognises the lowest head row of table 三 by the kinds of organisation in
// it and notes where the seven figures stand.
func (r *tableReader) head(g grid, row int) bool {
	words := []string{"自然人", "商业企业", "科研机构", "社会公益", "法律服务", "其他", "总计"}
	cols := make([]int, len(words))
	found := 0
	for k := 1; k <= 4; k++ {
		cols[k] = g.columnOf(row, 0, words[k])
		if cols[k] >= 0 {
			found++
		}
	}
	if found < 3 || g.columnOf(row, 0, "新收") >= 0 {
		return false
	}
	r.inResults, r.width, r.columns = true, g.width(), nil
	if found < 4 {
		return true
	}
	cols[0] = g.columnAbove(row, 0, words[0])
	cols[5] = g.columnOf(row, cols[4]+1, words[5])
	cols[6] = g.columnAbove(row, cols[4]+1, words[6])
	if cols[6] < 0 {
		cols[6] = g.columnAbove(row, cols[4]+1, "合计")
	}
	for k := 1; k < len(cols); k++ {
		if cols[0] < 0 || cols[k] <= cols[k-1] {
			return true // a head, but one that can't be trusted for places
		}
	}
	r.columns = cols
	return true
}

// columnOf finds the first cell of a row, from a column on, that holds a word.
func (g grid) columnOf(row, from int, word string) int {
	if row < 0 || row >= len(g.rows) {
		return -1
	}
	var last *gridCell
	for c := from; c < len(g.rows[row]); c++ {
		x := g.rows[row][c]
		if x == nil || x == last {
			continue
		}
		if last = x; strings.Contains(x.word(), word) {
			return c
		}
	}
	return -1
}

// columnAbove is columnOf for a head that may stand up to four rows higher.
func (g grid) columnAbove(row, from int, word string) int {
	for up := range 5 {
		if c := g.columnOf(row-up, from, word); c >= 0 {
			return c
		}
	}
	return -1
}

// result reads a row of table 三, by its labels. Of a row that is printed twice
// (a page for screens and one for phones) the first counts.
func (r *tableReader) result(g grid, row int) bool {
	cells := g.distinct(row)
	labels, figures, ok := r.split(g, row, cells)
	if !ok {
		return false
	}
	key, ok := r.label(labels)
	if !ok {
		if r.inResults && len(labels) > 0 && anyFigure(figures) {
			r.unknown = append(r.unknown, labels[len(labels)-1])
		}
		return false
	}
	r.inResults = key != report.RowCarriedOut
	if _, twice := r.rows[key]; !twice {
		r.rows[key] = readFigures(figures)
	}
	return true
}

// split parts a row into its labels and its seven figures: by the columns of the
// head, or else the last seven cells.
func (r *tableReader) split(g grid, row int, cells []*gridCell) (labels []string, figures []string, ok bool) {
	if at := r.atColumns(g, row); at != nil {
		for _, c := range cells {
			if c.col < r.columns[0] && c.text != "" {
				labels = append(labels, c.text)
			}
		}
		return labels, at, true
	}
	n := len(cells) - report.Columns
	if n < 1 {
		return nil, nil, false
	}
	for _, c := range cells[:n] {
		if c.text != "" {
			labels = append(labels, c.text)
		}
	}
	for _, c := range cells[n:] {
		figures = append(figures, c.text)
	}
	return labels, figures, true
}

// atColumns gives the seven figures at the head's columns; nil where there is no
// head or the row does not keep to it.
func (r *tableReader) atColumns(g grid, row int) []string {
	var out []string
	var last *gridCell
	for _, col := range r.columns {
		c := g.at(row, col)
		if c != nil && (c == last || c.row != row) {
			return nil
		}
		if c == nil {
			out = append(out, "")
			continue
		}
		out, last = append(out, c.text), c
	}
	return out
}

// label walks a row's labels from the outside in, keeps the group that they name,
// and gives the row that the last of them means.
func (r *tableReader) label(labels []string) (report.RowKey, bool) {
	var key report.RowKey
	found := false
	for _, l := range labels {
		core := labelCore(l)
		if core == "" || strings.Contains(core, "本年度办理结果") || strings.Contains(core, "勾稽关系") {
			continue
		}
		if k, ok := outerRow(core); ok {
			key, found = k, true
			continue
		}
		if g, ok := groupOf(core); ok {
			r.group = g
			key, found = groupRow(g)
			continue
		}
		key, found = leafOf(core, r.group)
	}
	return key, found
}

// groupRow gives the row of a group that is its own row: （一）, （二）, and （六） in
// the form of 2019.
func groupRow(g report.Group) (report.RowKey, bool) {
	key, err := report.ParseRow(g.String())
	return key, err == nil
}

// table gives the table, or an error that names what is missing.
func (r *tableReader) table() (report.Table, error) {
	if len(r.rows) == 0 {
		return report.Table{}, errors.New("没有找到表三（收到和处理政府信息公开申请情况）：应有“自然人、商业企业……总计”七列和官方表的行名")
	}
	f := report.Format2019
	for key := range r.rows {
		if strings.HasPrefix(key.String(), "other.") {
			f = report.Format2021
		}
	}
	t := report.NewTable("", 0, f)
	var missing []string
	for _, key := range f.Rows() {
		row, ok := r.rows[key]
		if !ok {
			missing = append(missing, "“"+key.Path()+"”")
		}
		*t.Row(key) = row
	}
	if len(missing) > 0 {
		return report.Table{}, fmt.Errorf("表三（%s年格式）缺少%d行：%s%s", f, len(missing), strings.Join(missing, "、"), r.unread())
	}
	t.Remedies = r.remedies.cells()
	t.Proactive = r.proactive.result()
	return t, nil
}

func (r *tableReader) unread() string {
	if len(r.unknown) == 0 {
		return ""
	}
	return "；不认识的行名：“" + strings.Join(r.unknown[:min(len(r.unknown), 5)], "”“") + "”"
}
