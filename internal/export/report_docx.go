package export

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"gongkai/internal/report"
)

// The parts of a word-processor file that never change. Sizes are in half points
// and twentieths of a point: title 22 pt, text 16 pt on lines of 28 pt, tables 9 pt
// (党政机关公文格式 GB/T 9704).
const (
	docxTypes = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="emf" ContentType="image/x-emf"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`
	docxRels = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	docxSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	docxDraws = ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
)

// docxFooter is the page number as official papers have it: — 1 —.
const docxFooter = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:ftr ` + docxSpace + `><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:t xml:space="preserve">— </w:t></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:instrText>PAGE</w:instrText></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="end"/></w:r><w:r><w:rPr><w:rFonts w:ascii="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`

// docxDocumentRels names the styles and the pictures.
func docxDocumentRels(pictures int) string {
	const base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	b := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + base + `styles" Target="styles.xml"/>`
	b += `<Relationship Id="foot" Type="` + base + `footer" Target="footer1.xml"/>`
	for i := range pictures {
		b += fmt.Sprintf(`<Relationship Id="rId%d" Type="%simage" Target="media/chart%d.emf"/>`, i+2, base, i+1)
	}
	return b + `</Relationships>`
}

// docxPicture writes a figure, with what it shows told to who can't see it.
func docxPicture(b *strings.Builder, i int, c report.Chart) {
	const pixel = 9525 // English metric units
	_, height := chartBars(c)
	var told strings.Builder
	for _, x := range c.Bars {
		fmt.Fprintf(&told, "%s %d%s；", x.Label, x.N, c.Unit)
	}
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="Cell"/><w:keepNext/><w:jc w:val="center"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="图%d" descr="%s"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="chart%d.emf"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId%d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		chartWidth*pixel, height*pixel, i+1, i+1, escaped(told.String()), i+1, i+1, i+2, chartWidth*pixel, height*pixel)
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="Cell"/><w:spacing w:after="200"/><w:jc w:val="center"/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, escaped(fmt.Sprintf("图%d　%s", i+1, c.Title)))
}

// docxStyles names the styles that an editor sees in the word processor.
func docxStyles() string {
	style := func(id, name, font string, half int, paragraph string) string {
		return fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:pPr>%s</w:pPr><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="%s"/><w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`,
			id, name, paragraph, font, half, half)
	}
	text := `<w:spacing w:line="560" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="640"/>`
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles ` + docxSpace + `>` +
		`<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		style("Normal", "Normal", "仿宋_GB2312", 32, text) +
		style("Title", "Title", "方正小标宋简体", 44, `<w:spacing w:before="240" w:after="480"/><w:jc w:val="center"/>`) +
		style("Heading1", "heading 1", "黑体", 32, text+`<w:keepNext/><w:outlineLvl w:val="0"/>`) +
		style("Heading2", "heading 2", "楷体_GB2312", 32, text+`<w:keepNext/><w:outlineLvl w:val="1"/>`) +
		style("Cell", "表格", "宋体", 18, `<w:spacing w:before="20" w:after="20"/>`) +
		style("Remark", "备注", "宋体", 21, `<w:spacing w:before="120"/>`) + `</w:styles>`
}

// WriteDocument writes a whole annual report as a word-processor file: the six
// chapters with the tables of two to four in the layout of the official form,
// merged heads and all. importer.ReadPublished reads the tables back.
func WriteDocument(w io.Writer, d report.Document, meta Meta) error {
	var pictures []string
	for _, c := range d.Charts {
		pictures = append(pictures, string(chartEMF(c)))
	}
	if err := writeDocx(w, docxBody(d, meta), pictures); err != nil {
		return fmt.Errorf("writing the report of %d as docx: %w", d.Table.Year, err)
	}
	return nil
}

// writeDocx writes the parts of a word-processor file.
func writeDocx(w io.Writer, body string, pictures []string) error {
	z := zip.NewWriter(w)
	all := [][2]string{{"[Content_Types].xml", docxTypes}, {"_rels/.rels", docxRels}, {"word/_rels/document.xml.rels", docxDocumentRels(len(pictures))},
		{"word/styles.xml", docxStyles()}, {"word/footer1.xml", docxFooter}, {"word/document.xml", body}}
	for i, p := range pictures {
		all = append(all, [2]string{fmt.Sprintf("word/media/chart%d.emf", i+1), p})
	}
	for _, part := range all {
		// No time of writing: the same report is the same file.
		f, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate})
		if err == nil {
			_, err = io.WriteString(f, part[1])
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}

func docxBody(d report.Document, meta Meta) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ` + docxSpace + docxDraws + `><w:body>`)
	docxParagraph(&b, "Title", d.Table.Title(), false)
	for _, p := range d.Before {
		docxText(&b, p)
	}
	for i, c := range d.Charts {
		docxPicture(&b, i, c)
	}
	if d.Table.Proactive == nil {
		docxParagraph(&b, "Heading1", "二、主动公开政府信息情况", false)
		docxParagraph(&b, "Normal", "（待填写）", true)
	}
	for _, f := range forms(d.Table) {
		docxParagraph(&b, "Heading1", f.section, false)
		docxTable(&b, f)
	}
	for _, p := range d.After {
		docxText(&b, p)
	}
	for _, line := range append(countingLines(d), meta.remarks(d.Table)...) {
		docxParagraph(&b, "Remark", line, false)
	}
	b.WriteString(`<w:sectPr><w:footerReference w:type="default" r:id="foot"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1134" w:bottom="1418" w:left="1134" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return b.String()
}

// countingLines are the counting rules as they are printed after the text.
func countingLines(d report.Document) (out []string) {
	for i, x := range d.Counting {
		out = append(out, fmt.Sprintf("统计口径%d．%s", i+1, x))
	}
	return out
}

func docxText(b *strings.Builder, p report.Paragraph) {
	style := [...]string{"Normal", "Heading1", "Heading2"}[p.Heading]
	docxParagraph(b, style, p.Text, p.Missing)
}

// docxParagraph writes a paragraph; one that is still to be filled in is marked.
func docxParagraph(b *strings.Builder, style, text string, missing bool) {
	mark := ""
	if missing {
		mark = `<w:rPr><w:highlight w:val="yellow"/></w:rPr>`
	}
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p>`, style, mark, escaped(text))
}

// escaped makes a text fit for XML; signs that XML has no place for are dropped.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // writing to a Builder does not fail
	return strings.ReplaceAll(b.String(), "\uFFFD", "")
}

// pageWidth is between the margins of A4, in twentieths of a point.
const pageWidth = 9638

// across is the room that a form has.
func (f form) across() int {
	if f.broad {
		return 14570 // A4 that lies
	}
	return pageWidth
}

// docxTable draws a form. A merged cell that reaches down is written again in each
// row below it, as the format wants.
func docxTable(b *strings.Builder, f form) {
	widths := f.columnWidths()
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="` + fmt.Sprint(f.across()) + `" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		b.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, width := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, width)
	}
	b.WriteString(`</w:tblGrid>`)
	down := make([]docxDown, f.width) // what reaches into the row from above, by column
	for i, row := range f.rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if i < f.heads {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		docxRow(b, row, down, widths)
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
}

// docxDown is a cell that reaches down: how many rows are left, how many columns
// it spans.
type docxDown struct{ rows, cols int }

func docxRow(b *strings.Builder, row []formCell, down []docxDown, widths []int) {
	for col := 0; col < len(down); {
		if d := &down[col]; d.rows > 0 {
			docxCell(b, formCell{cols: d.cols}, widths[col:col+d.cols], `<w:vMerge/>`)
			d.rows--
			col += d.cols
			continue
		}
		if len(row) == 0 {
			return
		}
		c := row[0]
		row = row[1:]
		merge := ""
		if c.rows > 1 {
			merge = `<w:vMerge w:val="restart"/>`
			down[col] = docxDown{c.rows - 1, c.cols}
		}
		docxCell(b, c, widths[col:col+c.cols], merge)
		col += c.cols
	}
}

func docxCell(b *strings.Builder, c formCell, widths []int, merge string) {
	width := 0
	for _, w := range widths {
		width += w
	}
	fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
	if len(widths) > 1 {
		fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, len(widths))
	}
	align := "center"
	if strings.HasPrefix(c.head, "row") && !strings.HasSuffix(c.text, "总计") {
		align = "left"
	}
	fmt.Fprintf(b, `%s<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="Cell"/><w:jc w:val="%s"/></w:pPr>`, merge, align)
	if c.text != "" {
		fmt.Fprintf(b, `<w:r><w:t xml:space="preserve">%s</w:t></w:r>`, escaped(c.text))
	}
	b.WriteString(`</w:p></w:tc>`)
}

// columnWidths gives labels the room that their words need, and shares the rest
// among the figures.
func (f form) columnWidths() []int {
	out := make([]int, f.width)
	left, labels := f.across(), f.labels
	given := map[int][]int{1: {2600}, report.LabelColumns: {760, 1250, 2200}}[labels]
	for i := range labels {
		out[i] = given[min(i, len(given)-1)]
		left -= out[i]
	}
	for i := labels; i < f.width; i++ {
		out[i] = left / (f.width - labels)
	}
	return out
}
