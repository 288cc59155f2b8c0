package importer

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

var errDamaged = errors.New("文件已损坏，或解压后过大，无法读取；请重新另存后再校核")

// openZipped opens a workbook or a word processor's document.
func openZipped(data []byte) (*page, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errDamaged
	}
	for _, f := range z.File {
		switch f.Name {
		case "word/document.xml":
			return docxPage(f)
		case "xl/workbook.xml":
			return xlsxPage(data)
		}
	}
	return nil, errors.New("压缩包里既没有工作簿也没有文档；请使用 .xlsx、.docx、网页或报表 JSON")
}

// xlsxPage takes every sheet of a workbook as one grid.
func xlsxPage(data []byte) (*page, error) {
	book, err := excelize.OpenReader(bytes.NewReader(data),
		excelize.Options{UnzipSizeLimit: maxPublishedUnzip, UnzipXMLSizeLimit: maxPublishedUnzip, RawCellValue: true})
	if err != nil {
		return nil, errDamaged
	}
	defer book.Close()
	p := &page{}
	var prose []string
	for _, sheet := range book.GetSheetList() {
		g, err := p.sheetGrid(book, sheet)
		if err != nil {
			return nil, err
		}
		p.grids = append(p.grids, g)
		prose = append(prose, g.lines()...)
	}
	p.prose = strings.Join(prose, "\n")
	return p, nil
}

func (p *page) sheetGrid(book *excelize.File, sheet string) (grid, error) {
	b := newGridBuilder(p)
	if err := addMerged(b, book, sheet); err != nil {
		return grid{}, err
	}
	rows, err := book.Rows(sheet)
	if err != nil {
		return grid{}, errDamaged
	}
	defer rows.Close()
	for r := 0; rows.Next() && r < maxGridRows; r++ {
		values, err := rows.Columns()
		if err != nil {
			return grid{}, errDamaged
		}
		for c, v := range values[:min(len(values), maxGridColumns)] {
			b.fill(v, r, c)
		}
		b.row = r
	}
	return b.grid(), nil
}

// fill gives a merged cell its text where it begins, or puts a plain cell.
func (b *gridBuilder) fill(text string, row, col int) {
	if c := b.at(row, col); c != nil {
		if c.row == row && c.col == col {
			c.text = tidy(text)
		}
		return
	}
	b.put(text, row, col, 1, 1)
}

// addMerged lays out the merged cells; their texts come with the rows.
func addMerged(b *gridBuilder, book *excelize.File, sheet string) error {
	merged, err := book.GetMergeCells(sheet, true)
	if err != nil {
		return errDamaged
	}
	for _, m := range merged {
		c1, r1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c2, r2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil {
			return errDamaged
		}
		b.put("", r1-1, c1-1, r2-r1+1, c2-c1+1)
	}
	return nil
}

// lines gives the texts that stand alone in their row: titles and prose.
func (g grid) lines() []string {
	var out []string
	for r := range g.rows {
		var filled []*gridCell
		for _, c := range g.distinct(r) {
			if c.text != "" && c.row == r {
				filled = append(filled, c)
			}
		}
		if len(filled) == 1 {
			out = append(out, filled[0].text)
		}
	}
	return out
}

// docxPage takes the body of a document apart: paragraphs and tables.
func docxPage(f *zip.File) (*page, error) {
	if f.UncompressedSize64 > maxPublishedUnzip {
		return nil, errDamaged
	}
	r, err := f.Open()
	if err != nil {
		return nil, errDamaged
	}
	defer r.Close()
	w := &docxWalk{page: &page{}}
	d := xml.NewDecoder(io.LimitReader(r, maxPublishedUnzip))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errDamaged
		}
		w.token(token)
	}
	w.page.prose = w.prose.String()
	return w.page, nil
}

// docxWalk reads the markup of word processors as it comes. A table in a table is
// read as part of the cell that holds it.
type docxWalk struct {
	page   *page
	prose  strings.Builder
	tables int // depth
	grid   *gridBuilder
	cell   strings.Builder
	span   int
	merge  string // "", "restart" or "continue"
	inText bool
	away   int // depth in what is moved away or told a second time
}

func (w *docxWalk) token(token xml.Token) {
	switch t := token.(type) {
	case xml.StartElement:
		if w.away > 0 || t.Name.Local == "moveFrom" || t.Name.Local == "Fallback" {
			w.away++
			return
		}
		w.start(t)
	case xml.EndElement:
		if w.away > 0 {
			w.away--
			return
		}
		w.end(t.Name.Local)
	case xml.CharData:
		if w.inText {
			w.write(string(t))
		}
	}
}

func (w *docxWalk) write(s string) {
	if w.tables > 0 {
		w.cell.WriteString(s)
		return
	}
	w.prose.WriteString(s)
}

func (w *docxWalk) start(t xml.StartElement) {
	switch t.Name.Local {
	case "tbl":
		if w.tables++; w.tables == 1 {
			w.grid = newGridBuilder(w.page)
		}
	case "tr":
		if w.tables == 1 {
			w.grid.nextRow()
		}
	case "tc":
		if w.tables == 1 {
			w.cell.Reset()
			w.span, w.merge = 1, ""
		}
	case "gridBefore": // columns that the row leaves out on its left
		if n, err := strconv.Atoi(wordValue(t)); err == nil && w.tables == 1 {
			w.grid.col += max(0, min(n, maxGridColumns))
		}
	case "gridSpan":
		if n, err := strconv.Atoi(wordValue(t)); err == nil && w.tables == 1 {
			w.span = n
		}
	case "vMerge":
		if w.merge = wordValue(t); w.merge == "" {
			w.merge = "continue"
		}
	case "t":
		w.inText = true
	case "br", "tab":
		w.write("\n")
	}
}

func wordValue(t xml.StartElement) string {
	for _, a := range t.Attr {
		if a.Name.Local == "val" {
			return a.Value
		}
	}
	return ""
}

func (w *docxWalk) end(name string) {
	switch name {
	case "t":
		w.inText = false
	case "p":
		w.write("\n")
	case "tc":
		if w.tables == 1 {
			w.endCell()
		}
	case "tbl":
		if w.tables--; w.tables == 0 {
			w.page.grids = append(w.page.grids, w.grid.grid())
		}
	}
}

// endCell places a cell; one that continues a merged cell takes on that cell.
func (w *docxWalk) endCell() {
	b := w.grid
	if above := b.at(b.row-1, b.col); w.merge == "continue" && above != nil {
		b.reach(b.row, b.col+w.span-1)
		for k := b.col; k < min(b.col+w.span, maxGridColumns) && b.row < maxGridRows; k++ {
			b.g.rows[b.row][k] = above
		}
		b.col += w.span
		return
	}
	b.add(w.cell.String(), 1, w.span)
}
