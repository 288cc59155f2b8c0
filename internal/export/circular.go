package export

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/report"
)

// circularForm lays the table of a circular out like a statutory one.
func circularForm(c report.Circular) form {
	f := form{section: "附表  各机关办理情况", sheet: "各机关办理情况", width: len(c.Heads), labels: 1, heads: 1, broad: true}
	var head []formCell
	for _, h := range c.Heads {
		head = append(head, formCell{h, 1, 1, "col"})
	}
	f.rows = append(f.rows, head)
	for _, row := range c.Rows {
		cells := []formCell{{row[0], 1, 1, "row"}}
		for _, text := range row[1:] {
			cells = append(cells, formCell{text, 1, 1, ""})
		}
		f.rows = append(f.rows, cells)
	}
	return f
}

// WriteCircular writes a circular as a word-processor file, its table at the end
// on a page that lies.
func WriteCircular(w io.Writer, c report.Circular) error {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ` + docxSpace + `><w:body>`)
	docxParagraph(&b, "Title", c.Title, false)
	for _, p := range c.Text {
		docxText(&b, p)
	}
	const margins = `<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="851" w:footer="992" w:gutter="0"/>`
	b.WriteString(`<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/>` + margins + `</w:sectPr></w:pPr></w:p>`)
	f := circularForm(c)
	docxParagraph(&b, "Heading1", f.section, false)
	docxTable(&b, f)
	for _, line := range c.Notes {
		docxParagraph(&b, "Remark", line, false)
	}
	b.WriteString(`<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>` + margins + `</w:sectPr></w:body></w:document>`)
	return writeDocx(w, b.String(), nil)
}

// WriteCircularXLSX writes the table of a circular as a workbook: the figures for
// 考核. Names go in as text.
func WriteCircularXLSX(w io.Writer, c report.Circular) error {
	book := excelize.NewFile()
	defer book.Close()
	styles, err := newFormStyles(book)
	if err != nil {
		return err
	}
	f := circularForm(c)
	if err := book.SetSheetName("Sheet1", f.sheet); err != nil {
		return err
	}
	s := &formSheet{book: book, name: f.sheet, styles: styles}
	s.draw(f, c.Title, c.Notes)
	if s.err != nil {
		return fmt.Errorf("writing a circular: %w", s.err)
	}
	return book.Write(w)
}
