package report

import (
	"fmt"
	"math/big"
)

// Cell is one figure of a table. Unseen marks a total that the publisher left
// empty. Text is set only where what stands in the cell is no whole number that
// fits: then it holds what was found, and N is 0.
type Cell struct {
	N      int64
	Unseen bool
	Text   string
}

// Row is the seven figures of a row of table 三.
type Row [Columns]Cell

// ResultRow is a row of 三、本年度办理结果.
type ResultRow struct {
	Key   RowKey
	Cells Row
}

// Block is a part of table 四.
type Block int

// The parts of table 四, in the order of the form.
const (
	Review Block = iota
	LitigationDirect
	LitigationAfterReview
)

// Blocks is the number of parts of table 四.
const Blocks = 3

var blockNames = [Blocks][2]string{
	{"review", "行政复议"}, {"litigation_direct", "未经复议直接起诉"},
	{"litigation_after_review", "复议后起诉"},
}

// Code gives the block's key in JSON.
func (b Block) Code() string { return blockNames[b][0] }

// Label gives the block's official heading.
func (b Block) Label() string { return blockNames[b][1] }

// RemedyColumns is the number of figures in a part of table 四: four results and
// the total.
const RemedyColumns = 5

var remedyNames = [RemedyColumns][2]string{
	{"upheld", "结果维持"}, {"corrected", "结果纠正"}, {"other", "其他结果"},
	{"pending", "尚未审结"}, {"total", "总计"},
}

// Result is a column of table 四: 0 to 3 are results, 4 is the total.
type Result int

// The columns of table 四.
const (
	Upheld Result = iota
	Corrected
	OtherResult
	Pending
	TotalResult
)

// Code gives the column's key in JSON.
func (r Result) Code() string { return remedyNames[r][0] }

// Label gives the column's official heading.
func (r Result) Label() string { return remedyNames[r][1] }

// Table is the statutory tables of one agency and year.
type Table struct {
	Agency     string // name, as published
	Year       int    // 0 where a page does not say it
	Format     Format
	New        Row
	CarriedIn  Row
	Results    []ResultRow // those of the format, in order
	Total      Row
	CarriedOut Row
	Remedies   [Blocks][RemedyColumns]Cell
	Proactive  *Proactive // nil where not entered
}

// NewTable gives a table of zeros in the given format.
func NewTable(agency string, year int, f Format) Table {
	t := Table{Agency: agency, Year: year, Format: f}
	for _, k := range f.ResultRows() {
		t.Results = append(t.Results, ResultRow{Key: k})
	}
	return t
}

// Row gives the figures of a row; a row that the format lacks is nil.
func (t *Table) Row(k RowKey) *Row {
	switch k {
	case RowNew:
		return &t.New
	case RowCarriedIn:
		return &t.CarriedIn
	case RowTotal:
		return &t.Total
	case RowCarriedOut:
		return &t.CarriedOut
	}
	for i := range t.Results {
		if t.Results[i].Key == k {
			return &t.Results[i].Cells
		}
	}
	return nil
}

// Clone gives a table that shares nothing with t.
func (t Table) Clone() Table {
	t.Results = append([]ResultRow(nil), t.Results...)
	t.Proactive = t.Proactive.clone()
	return t
}

// GroupTotal adds the total column over the rows of a group; unseen cells count
// as 0.
func (t Table) GroupTotal(g Group) int64 {
	var n int64
	for _, r := range t.Results {
		if r.Key.Group() == g {
			n += r.Cells[TotalColumn].N
		}
	}
	return n
}

// To2019 gives the table in the form of 2019: the three rows of （六） become one.
// The other way is not possible without the register.
func (t Table) To2019() Table {
	if t.Format == Format2019 {
		return t.Clone()
	}
	out := t.Clone()
	out.Format, out.Results = Format2019, nil
	var other []Row
	for _, r := range t.Results {
		if r.Key.Group() == GroupOther {
			other = append(other, r.Cells)
			continue
		}
		out.Results = append(out.Results, r)
	}
	out.Results = append(out.Results, ResultRow{RowKey{"other"}, addRows(other...)})
	return out
}

// addRows adds figures column by column; an unseen part leaves the sum unseen.
func addRows(rows ...Row) Row {
	var sum Row
	for _, r := range rows {
		for c := range r {
			sum[c] = addCells(sum[c], r[c])
		}
	}
	return sum
}

func addCells(a, b Cell) Cell {
	if a.Unseen || b.Unseen || a.Text != "" || b.Text != "" {
		return Cell{Unseen: true}
	}
	return Cell{N: a.N + b.N}
}

// value gives the figure as a number; false where it is unseen or no number.
// Rationals, because published figures may be broken or huge and a check must
// not round or overflow.
func (c Cell) value() (*big.Rat, bool) {
	if c.Unseen {
		return nil, false
	}
	if c.Text == "" {
		return new(big.Rat).SetInt64(c.N), true
	}
	return parseDecimal(c.Text)
}

// String gives the figure as it would be printed; unseen is empty.
func (c Cell) String() string {
	switch {
	case c.Unseen:
		return ""
	case c.Text != "":
		return c.Text
	}
	return big.NewInt(c.N).String()
}

// Add adds the figures of a table of the same format, cell by cell; what is unseen
// in one is unseen in the sum. Table 二 is left to SumProactive.
func (t *Table) Add(o Table) {
	t.Results = append([]ResultRow(nil), t.Results...)
	for _, k := range t.Format.Rows() {
		if from, to := o.Row(k), t.Row(k); from != nil && to != nil {
			*to = addRows(*to, *from)
		}
	}
	for b := range t.Remedies {
		for r := range t.Remedies[b] {
			t.Remedies[b][r] = addCells(t.Remedies[b][r], o.Remedies[b][r])
		}
	}
}

// Differences names the cells in which two tables of the same format differ.
func (t *Table) Differences(o Table) []string {
	var out []string
	for _, k := range t.Format.Rows() {
		a, b := t.Row(k), o.Row(k)
		if b == nil {
			out = append(out, k.Path())
			continue
		}
		for c := range a {
			if a[c] != b[c] {
				out = append(out, fmt.Sprintf("%s（%s）：%s，%s", k.Path(), Column(c).Label(), a[c], b[c]))
			}
		}
	}
	for b := range t.Remedies {
		for r := range t.Remedies[b] {
			if x, y := t.Remedies[b][r], o.Remedies[b][r]; x != y {
				out = append(out, fmt.Sprintf("%s（%s）：%s，%s", Block(b).Label(), Result(r).Label(), x, y))
			}
		}
	}
	return out
}
