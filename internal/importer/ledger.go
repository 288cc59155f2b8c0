package importer

import (
	"fmt"
	"path/filepath"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Options say how a ledger is to be read.
type Options struct {
	Sheet string            // read this sheet alone; "" for every sheet with a head
	Map   map[string]string // name of a column in the file → key or label; "-" leaves it out
	// Agency is the code of the agency of lines that name none.
	Agency string
	// FindAgency gives the code of an agency by its code or name. Nil takes the
	// file's words as they are.
	FindAgency func(text string) (code string, ok bool)
	Today      calendar.Date // facts after it are marked; zero marks none
}

// Ledger is what a file says, or why it can't be taken over: with any Problem
// nothing of it may be taken.
type Ledger struct {
	Rows         []Row
	Problems     []Problem // the first MaxProblems of them
	ProblemCount int
	Sheets       []SheetRead
	Skipped      []Skip
	Unknown      []UnknownColumn
}

// Row is one line of a ledger.
type Row struct {
	Record cases.Record
	Line   int    // as the user counts, from 1
	Sheet  string // "" in a text file
	Marks  []string
}

// SheetRead says how a sheet was understood.
type SheetRead struct {
	Name      string
	HeadLine  int // the last line of the head
	HeadFirst int
	Width     int
	Rows      int
	Columns   map[string]string // key → name in the file
}

// Skip is a line, or a whole sheet (Line 0), that holds no case.
type Skip struct {
	Sheet string `json:"sheet,omitempty"`
	Line  int    `json:"line,omitempty"`
	Why   string `json:"why"`
}

// UnknownColumn is a column that no known name fits; Nearest is the key of the
// one that looks most like it, or "".
type UnknownColumn struct {
	Sheet, Name, Nearest string
}

// ReadLedger reads a case ledger (contract "Case ledger") from a file's whole
// content; name is only used for the year it may tell. Whatever can't be read
// as a ledger at all (a broken or foreign file, one beyond the limits) is an
// error with a sentence for the user; whatever is wrong in single lines or
// columns is in Ledger.Problems, all of it at once.
func ReadLedger(name string, data []byte, opt Options) (*Ledger, error) {
	names, err := newMapping(opt.Map)
	if err != nil {
		return nil, err
	}
	sheets, err := openSheets(data)
	if err != nil {
		return nil, err
	}
	r := &reader{opt: opt, names: names, out: &Ledger{}, numbers: map[string]place{}, outcomes: map[[2]string]settled{}}
	r.fileYear = yearIn(strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)))
	if err := r.readSheets(sheets); err != nil {
		return nil, err
	}
	return r.out, nil
}

// openSheets opens a file by what it is, whatever its name says.
func openSheets(data []byte) ([]sheet, error) {
	switch {
	case len(data) == 0:
		return nil, errEmpty
	case len(data) > MaxFileBytes:
		return nil, errTooBig
	case Sniff(data) == FormatXLS:
		return nil, errXLS
	case Sniff(data) == FormatXLSX:
		return openBook(data)
	}
	text, err := DecodeText(data)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, errEmpty
	}
	if lead := strings.ToLower(strings.TrimSpace(text[:min(len(text), 200)])); strings.HasPrefix(lead, "<") {
		return nil, fmt.Errorf("这是网页（或 XML）而不是表格；请在 Excel 或 WPS 中打开后另存为 .xlsx 再导入")
	}
	one, err := openText(text)
	if err != nil {
		return nil, err
	}
	return []sheet{one}, nil
}

// place is where something stands in the file.
type place struct {
	sheet string
	line  int
}

// reader reads one file.
type reader struct {
	opt      Options
	names    mapping
	out      *Ledger
	fileYear int
	numbers  map[string]place // agency and number → first line
	outcomes map[[2]string]settled
	sheet    string
	year     int
	row      *rowReader
	count    int
}

func (r *reader) readSheets(sheets []sheet) error {
	found := false
	for _, s := range sheets {
		if r.opt.Sheet != "" && s.name != r.opt.Sheet {
			continue
		}
		if s.hidden && r.opt.Sheet == "" {
			r.out.Skipped = append(r.out.Skipped, Skip{Sheet: s.name, Why: "隐藏的工作表，未读；如需读取，用 --sheet 指明"})
			continue
		}
		read, err := r.readSheet(s)
		if err != nil {
			return err
		}
		found = found || read
	}
	switch {
	case found:
		return nil
	case r.opt.Sheet != "":
		return fmt.Errorf("没有读到工作表“%s”或其中没有表头；文件中的工作表：%s", r.opt.Sheet, sheetNames(sheets))
	}
	return fmt.Errorf("没有找到表头：前 %d 行中没有一行写着台账的列名（如 编号、收到日期、申请人类型、答复日期、办理结果）", headRows)
}

func sheetNames(sheets []sheet) string {
	var names []string
	for _, s := range sheets {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	if len(names) == 0 {
		return "（文本文件没有工作表，请去掉 --sheet）"
	}
	return strings.Join(names, "、")
}

// readSheet reads one sheet; false if it has no head.
func (r *reader) readSheet(s sheet) (bool, error) {
	top, err := topRows(s)
	if err != nil {
		return false, err
	}
	h, ok := findHead(top, r.names)
	if !ok {
		if s.name != "" && len(top) > 0 {
			r.out.Skipped = append(r.out.Skipped, Skip{Sheet: s.name, Why: "没有表头，未读"})
		}
		return false, nil
	}
	r.sheet, r.year = s.name, r.yearOf(s.name, h.year)
	for _, t := range h.titles {
		r.out.Skipped = append(r.out.Skipped, Skip{Sheet: s.name, Line: t.Line, Why: t.Why})
	}
	cols, fit := r.fitColumns(h, s)
	read := SheetRead{Name: s.name, HeadFirst: h.first, HeadLine: h.last, Width: len(h.columns), Columns: map[string]string{}}
	for _, c := range cols {
		read.Columns[c.key] = c.name
	}
	if fit {
		before := len(r.out.Rows)
		r.row = r.newRow(cols)
		err = s.each(func(l line) error { return r.readLine(h, l) })
		read.Rows = len(r.out.Rows) - before
	}
	r.out.Sheets = append(r.out.Sheets, read)
	return true, err
}

// yearOf is the year of dates without one: the sheet's, its title's, that of
// the sheet before, or the file's.
func (r *reader) yearOf(name string, title int) int {
	for _, y := range []int{yearIn(name), title, r.year, r.fileYear} {
		if y != 0 {
			return y
		}
	}
	return 0
}

// topRows copies the first rows with anything in them.
func topRows(s sheet) ([]line, error) {
	var top []line
	err := s.each(func(l line) error {
		top = append(top, line{no: l.no, cells: append([]cell(nil), l.cells...)})
		if len(top) >= headRows {
			return errStop
		}
		return nil
	})
	return top, err
}

// fitColumns settles which columns are read, and refuses the unknown, the double
// and the missing ones; fit is false if lines can't be read.
func (r *reader) fitColumns(h head, s sheet) (cols []column, fit bool) {
	byKey := map[string]column{}
	var unknown []column
	for _, c := range nameless(h, s) {
		switch {
		case c.key == dropKey || c.key == "" && passedOver(c.name):
		case c.key == "":
			unknown = append(unknown, c)
		case byKey[c.key].name != "":
			r.problem(h.last, c.name, "", fmt.Sprintf("与“%s”都是“%s”这一列", byKey[c.key].name, columnLabel(c.key)),
				fmt.Sprintf("留下一列，另一列用 --map \"%s=-\" 舍去", c.name))
		default:
			byKey[c.key] = c
			cols = append(cols, c)
		}
	}
	cols = r.applicationDate(byKey, cols, &unknown)
	for _, c := range unknown {
		r.unknownColumn(h, c)
	}
	return r.required(h, cols)
}

// nameless adds the columns that hold data but have no name.
func nameless(h head, s sheet) []column {
	cols := append([]column(nil), h.columns...)
	seen, rows := map[int]bool{}, 0
	_ = s.each(func(l line) error { // the rows have been read before
		if l.no <= h.last {
			return nil
		}
		for i, c := range l.cells {
			if c.text != "" && (i >= len(cols) || cols[i].name == "") {
				seen[i] = true
			}
		}
		if rows++; rows >= 1000 {
			return errStop
		}
		return nil
	})
	for i := range MaxColumns {
		if !seen[i] {
			continue
		}
		for len(cols) <= i {
			cols = append(cols, column{at: len(cols)})
		}
		cols[i].name = fmt.Sprintf("第%d列", i+1)
	}
	out := cols[:0]
	for _, c := range cols {
		if c.name != "" {
			out = append(out, c)
		}
	}
	return out
}

// applicationDate takes 申请日期 for the receipt where the ledger has no other
// date of receipt: many keep only that one.
func (r *reader) applicationDate(byKey map[string]column, cols []column, unknown *[]column) []column {
	if byKey["received_on"].name != "" {
		return cols
	}
	for i, c := range *unknown {
		switch spelling(c.name) {
		case "申请日期", "提交申请日期", "申请提交日期":
			c.key = "received_on"
			*unknown = append((*unknown)[:i:i], (*unknown)[i+1:]...)
			r.out.Skipped = append(r.out.Skipped, Skip{Sheet: r.sheet, Why: "没有收到日期一列，按“" + c.name + "”作收到日期"})
			return append(cols, c)
		}
	}
	return cols
}

func (r *reader) unknownColumn(h head, c column) {
	nearest := nearestColumn(c.name)
	r.out.Unknown = append(r.out.Unknown, UnknownColumn{Sheet: r.sheet, Name: c.name, Nearest: nearest})
	want := fmt.Sprintf("用 --map \"%s=列名\" 指明它是哪一列", c.name)
	if nearest != "" {
		want = fmt.Sprintf("最接近的是“%s”，可用 --map \"%s=%s\" 对应", columnLabel(nearest), c.name, nearest)
	}
	r.problem(h.last, c.name, "", "不认识这一列", want+fmt.Sprintf("；不需要就用 --map \"%s=-\" 舍去", c.name))
}

func (r *reader) required(h head, cols []column) ([]column, bool) {
	has := map[string]bool{}
	for _, c := range cols {
		has[c.key] = true
	}
	if !has["received_on"] {
		r.problem(h.last, "收到日期", "", "表头中没有这一列", "每件申请都要有收到日期（received_on）")
	}
	if !has["agency"] && r.opt.Agency == "" {
		r.problem(h.last, "机关", "", "表头中没有这一列", "加上机关一列，或用 --agency 指明机关代码")
	}
	return cols, has["received_on"]
}
