package export

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// The styles of the ledger's cells, by their place in ledgerStyles.
const (
	styleText = iota
	styleHead
	styleDate
	styleAmount
	styleLong
)

// WriteLedgerXLSX writes cases as a workbook for people: Chinese heads and
// labels, real dates, the head frozen and filtered. Every text is of string
// type, so that nothing is computed.
//
// It is written part by part straight into the ZIP, because excelize keeps a
// large sheet in a temporary file, and applicants' data must not lie there.
func WriteLedgerXLSX(w io.Writer, rows iter.Seq2[cases.Record, error]) error {
	z := zip.NewWriter(w)
	for _, p := range ledgerParts() {
		if err := writePart(z, p.name, p.text); err != nil {
			return err
		}
	}
	part, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	s := &ledgerSheet{out: bufio.NewWriterSize(part, 64<<10), columns: cases.Columns()}
	if err := s.write(rows); err != nil {
		return err
	}
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	return nil
}

func writePart(z *zip.Writer, name, text string) error {
	part, err := z.Create(name)
	if err == nil {
		_, err = io.WriteString(part, xml.Header+text)
	}
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	return nil
}

// ledgerSheet writes the one sheet of the workbook.
type ledgerSheet struct {
	out     *bufio.Writer // keeps its first error for Flush
	columns []cases.Column
	row     int
}

func (s *ledgerSheet) write(rows iter.Seq2[cases.Record, error]) error {
	s.begin()
	for r, err := range rows {
		if err != nil {
			return err
		}
		s.row++
		fmt.Fprintf(s.out, `<row r="%d">`, s.row)
		for i, c := range s.columns {
			s.cell(i, c.Key, r, c.Get(r))
		}
		s.print("</row>")
	}
	fmt.Fprintf(s.out, `</sheetData><autoFilter ref="A1:%s%d"/>`, columnLetters(len(s.columns)), max(s.row, 1))
	s.print(`<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>` +
		`<pageSetup paperSize="9" orientation="landscape"/></worksheet>`)
	return nil
}

func (s *ledgerSheet) print(text string) { _, _ = s.out.WriteString(text) } // told by Flush

func (s *ledgerSheet) begin() {
	s.print(xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">` +
		`<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range s.columns {
		fmt.Fprintf(s.out, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, columnWidth(c))
	}
	s.row = 1
	s.print(`</cols><sheetData><row r="1" ht="24" customHeight="1">`)
	for i, c := range s.columns {
		s.text(i, styleHead, c.Label)
	}
	s.print("</row>")
}

func columnWidth(c cases.Column) int {
	switch {
	case c.Key == "content":
		return 60
	case c.Key == "number" || c.Key == "address" || c.Key == "outcome" || c.Key == "id_number" || c.Key == "ground":
		return 24
	}
	return 6 + 2*len([]rune(c.Label))
}

func (s *ledgerSheet) cell(i int, key string, r cases.Record, value string) {
	switch {
	case value == "":
	case strings.HasSuffix(key, "_on"):
		s.number(i, styleDate, strconv.Itoa(calendar.MustParse(value).Sub(firstSerial())))
	case key == "extended_days":
		s.number(i, styleText, value)
	case key == "fee_amount":
		s.number(i, styleAmount, value)
	case key == "content":
		s.text(i, styleLong, value)
	default:
		s.text(i, styleText, ledgerLabel(key, r, value))
	}
}

// firstSerial is the day that a workbook counts as 0.
func firstSerial() calendar.Date { return calendar.Of(1899, time.December, 30) }

func (s *ledgerSheet) number(i, style int, value string) {
	fmt.Fprintf(s.out, `<c r="%s%d" s="%d"><v>%s</v></c>`, columnLetters(i+1), s.row, style, value)
}

func (s *ledgerSheet) text(i, style int, value string) {
	fmt.Fprintf(s.out, `<c r="%s%d" s="%d" t="inlineStr"><is><t xml:space="preserve">`, columnLetters(i+1), s.row, style)
	_ = xml.EscapeText(s.out, []byte(workbookText(value))) // told by Flush
	s.print("</t></is></c>")
}

// workbookText drops the control signs that no workbook can hold, and keeps a
// text that looks like a workbook's own escape from being read as one.
func workbookText(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxCellSigns {
		s = string(runes[:maxCellSigns]) + "……（超出单元格长度，全文见 CSV）"
	}
	return strings.ReplaceAll(s, "_x", "_x005F_x")
}

// maxCellSigns is a little less than the 32,767 that a cell can hold.
const maxCellSigns = 32_000

// columnLetters names a column, 28 → AB.
func columnLetters(n int) string {
	name := ""
	for ; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

type ledgerPart struct{ name, text string }

// ledgerParts are the workbook's parts beside the sheet.
func ledgerParts() []ledgerPart {
	const (
		main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
		doc  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		pkg  = "http://schemas.openxmlformats.org/package/2006/"
		mime = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	)
	return []ledgerPart{
		{"[Content_Types].xml", `<Types xmlns="` + pkg + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + mime + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + mime + `worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="` + mime + `styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + pkg + `relationships"><Relationship Id="rId1" Type="` + doc + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + main + `" xmlns:r="` + doc + `"><sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + pkg + `relationships"><Relationship Id="rId1" Type="` + doc + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + doc + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", ledgerStyles(main)},
	}
}

// ledgerStyles lists the styles in the order of the constants above.
func ledgerStyles(ns string) string {
	const border = `<left style="thin"><color rgb="FFBFBFBF"/></left><right style="thin"><color rgb="FFBFBFBF"/></right>` +
		`<top style="thin"><color rgb="FFBFBFBF"/></top><bottom style="thin"><color rgb="FFBFBFBF"/></bottom><diagonal/>`
	xf := func(format, font, fill int, align string) string {
		return fmt.Sprintf(`<xf numFmtId="%d" fontId="%d" fillId="%d" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment %s/></xf>`,
			format, font, fill, align)
	}
	return `<styleSheet xmlns="` + ns + `"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="0.00"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="黑体"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFDDE8F5"/><bgColor indexed="64"/></patternFill></fill></fills>` +
		`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>` + border + `</border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">` +
		xf(0, 0, 0, `vertical="center"`) + xf(0, 1, 2, `horizontal="center" vertical="center" wrapText="1"`) + xf(164, 0, 0, `horizontal="center" vertical="center"`) +
		xf(165, 0, 0, `vertical="center"`) + xf(0, 0, 0, `vertical="center" wrapText="1"`) +
		`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}
