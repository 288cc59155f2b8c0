package importer

import (
	"cmp"
	"slices"
	"strings"

	"gongkai/internal/report"
)

// remedyCells is table 四 as read.
type remedyCells [report.Blocks][report.RemedyColumns]report.Cell

// remedyReader gathers the tables 四 of a page, each under its heads.
type remedyReader struct {
	sets  []remedySet
	heads []remedyHead // of the grid being read, waiting for figures
	row   int          // the lowest head row
}

// remedySet is one table 四: a part that has no figures yet may still come in a
// table of its own.
type remedySet struct {
	found [report.Blocks]bool
	cells remedyCells
}

type remedyHead struct {
	col    int
	block  report.Block
	result report.Result
}

// begin starts a grid: heads do not reach over its end.
func (m *remedyReader) begin() { m.heads = nil }

// read takes a head row of table 四, or the row of figures under it.
func (m *remedyReader) read(g grid, row int) bool {
	if m.head(g, row) {
		return true
	}
	if len(m.heads) == 0 || row <= m.row {
		m.heads = nil
		return false
	}
	values, ok := m.values(g, row)
	if !ok {
		return true // a head reaches into this row
	}
	set := m.open()
	for i, h := range m.heads {
		set.cells[h.block][h.result] = readFigure(values[i], h.result == report.TotalResult)
		set.found[h.block] = true
	}
	m.heads = nil
	return true
}

// values gives the text under each head: by its column, or, where heads of two
// rows were put side by side (pasted text), in the order of the form.
func (m *remedyReader) values(g grid, row int) ([]string, bool) {
	columns := map[int]bool{}
	for _, h := range m.heads {
		columns[h.col] = true
	}
	var out []string
	if len(columns) < len(m.heads) {
		slices.SortStableFunc(m.heads, func(a, b remedyHead) int {
			return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.result, b.result))
		})
		cells := g.distinct(row)
		cells = cells[max(0, len(cells)-len(m.heads)):]
		for i := range m.heads {
			if i < len(cells) {
				out = append(out, cells[i].text)
				continue
			}
			out = append(out, "")
		}
		return out, true
	}
	for _, h := range m.heads {
		c := g.at(row, h.col)
		switch {
		case c == nil:
			out = append(out, "")
		case c.row <= m.row:
			return nil, false
		default:
			out = append(out, c.text)
		}
	}
	return out, true
}

// open gives the set that lacks the parts waiting, a new one if none does.
func (m *remedyReader) open() *remedySet {
	if n := len(m.sets); n > 0 {
		free := true
		for _, h := range m.heads {
			free = free && !m.sets[n-1].found[h.block]
		}
		if free {
			return &m.sets[n-1]
		}
	}
	m.sets = append(m.sets, remedySet{})
	return &m.sets[len(m.sets)-1]
}

// head recognises a row of 结果维持, 结果纠正 ... and notes their places. Heads may
// stand in two rows that follow one another.
func (m *remedyReader) head(g grid, row int) bool {
	if row != m.row+1 {
		m.heads = nil
	}
	var heads []remedyHead
	block := report.Block(-1)
	for _, c := range g.distinct(row) {
		result, ok := resultOf(c.word())
		if !ok || c.row != row {
			continue
		}
		if result == report.Upheld {
			block = m.blockAbove(g, row, c.col, append(slices.Clone(m.heads), heads...))
		}
		if block >= 0 && block < report.Blocks {
			heads = append(heads, remedyHead{c.col, block, result})
		}
	}
	if len(heads) == 0 || heads[0].result != report.Upheld {
		return false
	}
	m.heads, m.row = append(m.heads, heads...), row
	return true
}

func resultOf(word string) (report.Result, bool) {
	switch word {
	case "结果维持", "维持", "维持结果":
		return report.Upheld, true
	case "结果纠正", "纠正", "纠正结果":
		return report.Corrected, true
	case "其他结果", "其它结果", "其他", "其它":
		return report.OtherResult, true
	case "尚未审结", "未审结", "尚未办结":
		return report.Pending, true
	case "总计", "合计":
		return report.TotalResult, true
	}
	return 0, false
}

// blockAbove reads which part a column belongs to from the heads over it; where
// they don't say, or name one that has its heads already, the parts come in the
// order of the form.
func (m *remedyReader) blockAbove(g grid, row, col int, had []remedyHead) report.Block {
	taken := map[report.Block]bool{}
	for _, h := range had {
		taken[h.block] = true
	}
	for up := 1; up <= 5; up++ {
		c := g.at(row-up, col)
		if c == nil {
			continue
		}
		block := report.Block(-1)
		switch word := c.word(); {
		case strings.Contains(word, "未经复议"):
			block = report.LitigationDirect
		case strings.Contains(word, "复议后"):
			block = report.LitigationAfterReview
		case word == "行政复议":
			block = report.Review
		}
		if block >= 0 && !taken[block] {
			return block
		}
	}
	for b := range report.Block(report.Blocks) {
		if !taken[b] && !m.lastHas(b) {
			return b
		}
	}
	for b := range report.Block(report.Blocks) { // a further table
		if !taken[b] {
			return b
		}
	}
	return -1
}

// lastHas reports whether the last table 四 has a part already and lacks another:
// parts may be printed as tables of their own.
func (m *remedyReader) lastHas(b report.Block) bool {
	if len(m.sets) == 0 {
		return false
	}
	last := m.sets[len(m.sets)-1]
	return last.found[b] && last.found != [report.Blocks]bool{true, true, true}
}

// tables gives the tables 四 read; a part that was not found has an unseen total.
func (m *remedyReader) tables() []remedyCells {
	var out []remedyCells
	for _, set := range m.sets {
		for b := range set.cells {
			if !set.found[b] {
				set.cells[b] = unseenBlock()
			}
		}
		out = append(out, set.cells)
	}
	return out
}

func unseenBlock() (cells [report.RemedyColumns]report.Cell) {
	cells[report.TotalResult].Unseen = true
	return cells
}

func unseenRemedies() (out remedyCells) {
	for b := range out {
		out[b] = unseenBlock()
	}
	return out
}
