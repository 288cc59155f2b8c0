package importer

// gridCell is one cell of a drawn table, with the place where it begins.
type gridCell struct {
	text     string
	row, col int
	said     string // text without punctuation, made once
}

// word gives the cell's text without blanks and punctuation; "" for a cell too
// long to be a head.
func (c *gridCell) word() string {
	if c.said == "" && len(c.text) < 200 {
		c.said = bare(c.text)
	}
	return c.said
}

// grid is a table with its merged cells spread out: every place that a merged
// cell covers holds the same *gridCell. Places without a cell are nil.
type grid struct {
	rows [][]*gridCell
}

// gridBuilder lays cells out as a browser does: left to right, around the cells
// that hang down from the rows above.
type gridBuilder struct {
	g     grid
	row   int
	col   int
	cells *int // of the whole page: many small bombs are one bomb
}

func newGridBuilder(p *page) *gridBuilder { return &gridBuilder{row: -1, cells: &p.cells} }

func (b *gridBuilder) nextRow() {
	b.row++
	b.col = 0
	b.reach(b.row, 0)
}

// add puts a cell at the next free place of the row; spans beyond the limits are
// cut, and beyond maxGridCells nothing is added.
func (b *gridBuilder) add(text string, rows, cols int) {
	for b.at(b.row, b.col) != nil {
		b.col++
	}
	b.put(text, b.row, b.col, rows, cols)
	b.col += cols
}

func (b *gridBuilder) put(text string, row, col, rows, cols int) {
	rows, cols = clampSpan(rows, maxGridRows-row), clampSpan(cols, maxGridColumns-col)
	if row < 0 || row >= maxGridRows || col >= maxGridColumns || *b.cells > maxGridCells {
		return
	}
	c := &gridCell{text: tidy(text), row: row, col: col}
	for r := row; r < row+rows && *b.cells <= maxGridCells; r++ {
		b.reach(r, col+cols-1)
		for k := col; k < col+cols; k++ {
			if b.g.rows[r][k] == nil {
				b.g.rows[r][k] = c
				*b.cells++
			}
		}
	}
}

func clampSpan(n, most int) int { return max(1, min(n, most)) }

func (b *gridBuilder) at(row, col int) *gridCell {
	if row < 0 || row >= len(b.g.rows) || col >= len(b.g.rows[row]) {
		return nil
	}
	return b.g.rows[row][col]
}

// reach makes room up to a place.
func (b *gridBuilder) reach(row, col int) {
	if row >= maxGridRows {
		return
	}
	for len(b.g.rows) <= row {
		b.g.rows = append(b.g.rows, nil)
	}
	for len(b.g.rows[row]) <= col && len(b.g.rows[row]) < maxGridColumns {
		b.g.rows[row] = append(b.g.rows[row], nil)
	}
}

// grid gives what was laid out. Cells that hang below the last row are cut, as a
// browser cuts them.
func (b *gridBuilder) grid() grid {
	b.g.rows = b.g.rows[:min(len(b.g.rows), b.row+1)]
	return b.g
}

// at gives the cell that covers a place, nil if none does.
func (g grid) at(row, col int) *gridCell {
	if row < 0 || row >= len(g.rows) || col < 0 || col >= len(g.rows[row]) {
		return nil
	}
	return g.rows[row][col]
}

// distinct gives the different cells that a row crosses, left to right.
func (g grid) distinct(row int) []*gridCell {
	var out []*gridCell
	for _, c := range g.rows[row] {
		if c != nil && (len(out) == 0 || out[len(out)-1] != c) {
			out = append(out, c)
		}
	}
	return out
}
