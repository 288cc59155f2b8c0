package importer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/internal/report"
)

// tableReader gathers the rows of tables 二, 三 and 四 over all grids of a page. A
// page may hold several tables 三 (an office and its district).
type tableReader struct {
	sets      []rowSet
	group     report.Group
	columns   []int // of table 三's seven figures, where a head told them
	width     int   // of the grid that had the head
	inResults bool  // inside table 三
	unknown   []string
	remedies  remedyReader
	proactive proactiveReader
}

// rowSet is the rows of one table 三.
type rowSet map[report.RowKey]report.Row

// mostSets bounds the tables of one page: a report has one or two.
const mostSets = 50

func newTableReader() *tableReader { return &tableReader{} }

// read takes what a grid holds. Several tables may stand in one grid (a sheet),
// and one table may go on in the next grid (a page break).
func (r *tableReader) read(g grid) {
	if r.width != g.width() {
		r.columns = nil
	}
	r.remedies.begin()
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

// result reads a row of table 三, by its labels.
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
	r.keep(key, readFigures(figures))
	return true
}

// keep puts a row into its table. Of a row that is printed twice in one table the
// first counts; 一 after 四 begins a further table.
func (r *tableReader) keep(key report.RowKey, row report.Row) {
	n := len(r.sets)
	if n > 0 && key == report.RowNew && n < mostSets {
		if _, ended := r.sets[n-1][report.RowCarriedOut]; ended {
			n = 0
		}
	}
	if n == 0 {
		r.sets = append(r.sets, rowSet{})
		n = len(r.sets)
	}
	if _, twice := r.sets[n-1][key]; !twice {
		r.sets[n-1][key] = row
	}
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
		if strings.Contains(l, "。") { // a sentence beside a table, or in it
			continue
		}
		core := labelCore(l)
		if core == "" || strings.Contains(core, "本年度办理结果") || strings.Contains(core, "勾稽关系") {
			continue
		}
		if k, ok := outerRow(core); ok {
			key, found = k, true
			r.inResults = r.inResults || k == report.RowNew || k == report.RowCarriedIn
			continue
		}
		if !r.inResults { // elsewhere the words of a result are only words
			key, found = report.RowKey{}, false
			continue
		}
		if g, ok := groupOf(core); ok {
			r.group = g
			key, found = groupRow(g)
			continue
		}
		if key, found = leafOf(core, r.group); !found {
			if key, found = leafAnywhere(core); found { // the heading of its group is missing
				r.group = key.Group()
			}
		}
	}
	return key, found
}

// groupRow gives the row of a group that is its own row: （一）, （二）, and （六） in
// the form of 2019.
func groupRow(g report.Group) (report.RowKey, bool) {
	key, err := report.ParseRow(g.String())
	return key, err == nil
}

// tables gives the tables read, the first as its own; or an error that names what
// the first lacks. What is printed twice over (a page for screens and one for
// phones) is one.
func (r *tableReader) tables() (first report.Table, further []report.Table, err error) {
	if len(r.sets) == 0 {
		return first, nil, errors.New("没有找到表三（收到和处理政府信息公开申请情况）：应有“自然人、商业企业……总计”七列和官方表的行名")
	}
	remedies := r.remedies.tables()
	if len(remedies) != len(r.sets) {
		remedies = slices.Compact(remedies)
	}
	for i, set := range r.sets {
		t, missing := set.table()
		t.Remedies = unseenRemedies()
		if i < len(remedies) {
			t.Remedies = remedies[i]
		}
		switch {
		case len(missing) > 0 && i == 0:
			return first, nil, fmt.Errorf("表三（%s年格式）缺少%d行：%s%s", t.Format, len(missing), strings.Join(missing, "、"), r.unread())
		case len(missing) > 0:
			continue // half a table further down: a summary, not a return
		case i == 0:
			first = t
			first.Proactive = r.proactive.result()
		case !printedBefore(t, append(further, first)):
			further = append(further, t)
		}
	}
	return first, further, nil
}

// printedBefore reports whether a table says the same as one before it.
func printedBefore(t report.Table, before []report.Table) bool {
	for _, b := range before {
		same := t.Format == b.Format && len(t.Differences(b)) == 0
		if same || t.Remedies == unseenRemedies() && sameRows(t, b) {
			return true
		}
	}
	return false
}

// sameRows compares tables 三 alone.
func sameRows(a, b report.Table) bool {
	b.Remedies = a.Remedies
	return a.Format == b.Format && len(a.Differences(b)) == 0
}

// table gives the table of the rows, and the words of those that are due and missing.
func (s rowSet) table() (t report.Table, missing []string) {
	f := report.Format2019
	for key := range s {
		if strings.HasPrefix(key.String(), "other.") {
			f = report.Format2021
		}
	}
	t = report.NewTable("", 0, f)
	for _, key := range f.Rows() {
		row, ok := s[key]
		if !ok {
			missing = append(missing, "“"+key.Path()+"”")
		}
		*t.Row(key) = row
	}
	return t, missing
}

func (r *tableReader) unread() string {
	if len(r.unknown) == 0 {
		return ""
	}
	return "；不认识的行名：“" + strings.Join(r.unknown[:min(len(r.unknown), 5)], "”“") + "”"
}
