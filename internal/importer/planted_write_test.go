package importer_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// printer makes a file of a report in one of the ways in which offices publish.
type printer struct {
	name string // of the file
	make func(testing.TB, paper) []byte
}

func printers() []printer {
	return []printer{
		{"平常网页.html", plainHTML}, {"字处理网页.html", wordHTML}, {"编辑器网页.html", editorHTML}, {"分格网页.html", divHTML},
		{"工作簿.xlsx", mergedBook}, {"无合并.xlsx", flatBook}, {"文档.docx", wordDocument}, {"粘贴.txt", pasted}, {"逐行.txt", pastedLines}, {"空格.txt", spaced},
	}
}

func chapters(p paper) []struct {
	head string
	text []string
	form formTable
} {
	return []struct {
		head string
		text []string
		form formTable
	}{
		{"一、总体情况", p.before, nil}, {"二、主动公开政府信息情况", nil, p.two},
		{"三、收到和处理政府信息公开申请情况", nil, p.three}, {"四、政府信息公开行政复议、行政诉讼情况", nil, p.fur},
		{"五、存在的主要问题及改进情况", p.after[:1], nil}, {"六、其他需要报告的事项", p.after[1:], nil},
	}
}

// htmlPaper writes a page by its parts.
func htmlPaper(p paper, head, paragraph string, table func(formTable) string) string {
	var b strings.Builder
	b.WriteString(head)
	for _, c := range chapters(p) {
		fmt.Fprintf(&b, paragraph+"\n", c.head)
		for _, t := range c.text {
			fmt.Fprintf(&b, paragraph+"\n", html.EscapeString(t))
		}
		if c.form != nil {
			b.WriteString(table(c.form))
		}
	}
	b.WriteString("</body></html>")
	return b.String()
}

// htmlTable writes a table; cell formats the text of a cell.
func htmlTable(t formTable, open string, cell func(string) string) string {
	var b strings.Builder
	b.WriteString(open)
	for _, row := range t {
		b.WriteString("<tr>")
		for _, c := range row {
			fmt.Fprintf(&b, `<td rowspan="%d" colspan="%d">%s</td>`, c.rows, c.cols, cell(c.text))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>")
	return b.String()
}

func plainHTML(_ testing.TB, p paper) []byte {
	return []byte(htmlPaper(p, "<!DOCTYPE html><html><head><meta charset=utf-8><title>"+p.title()+"_政府门户网站</title></head><body><h1>"+p.title()+"</h1>", "<p>%s</p>",
		func(t formTable) string { return htmlTable(t, "<table>", html.EscapeString) }))
}

// wordHTML is a page that Word filtered: GB2312, one font for Han signs and one
// for figures, o:p, comments for one browser, labels broken over lines.
func wordHTML(t testing.TB, p paper) []byte {
	run := func(s string) string {
		var b strings.Builder
		for _, r := range s {
			if r < 0x80 {
				fmt.Fprintf(&b, "<span\nlang=EN-US style='font-size:10.0pt;font-family:\"Times New Roman\"'>%s</span>", html.EscapeString(string(r)))
				continue
			}
			b.WriteRune(r)
		}
		return b.String()
	}
	cell := func(s string) string {
		if n := []rune(s); len(n) > 12 {
			s = string(n[:7]) + "\n" + string(n[7:])
		}
		return "<p class=MsoNormal align=center style='text-align:center;mso-pagination:widow-orphan'><span style='font-family:宋体;mso-bidi-font-family:宋体'>" + run(s) + "<span lang=EN-US><o:p></o:p></span></span></p>"
	}
	head := "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><meta http-equiv=Content-Type content=\"text/html; charset=gb2312\"><style><!-- /* 总计 100件 */ p.MsoNormal {margin:0cm} --></style>" +
		"<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head><body lang=ZH-CN><div class=Section1><p class=MsoNormal align=center><b>" + run(p.agency) + "<o:p></o:p></b></p><p class=MsoNormal>" +
		run(fmt.Sprintf("%d年政府信息公开工作年度报告", p.year)) + "</p>"
	page := htmlPaper(p, head, "<p class=MsoNormal style='text-indent:32.0pt'><span style='font-family:仿宋_GB2312'>%s<span lang=EN-US><o:p></o:p></span></span></p>",
		func(t formTable) string {
			return htmlTable(t, "<table class=MsoNormalTable border=0 cellspacing=0>", cell)
		})
	out, err := simplifiedchinese.GB18030.NewEncoder().String(page)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

// editorHTML is a page of a site's editor: a layout table around everything,
// divisions in cells, hard blanks, full-width figures and dots, nothing for 0.
func editorHTML(_ testing.TB, p paper) []byte {
	cell := func(s string) string {
		if s == "0" {
			return "<div>&nbsp;<br></div>"
		}
		if len(s) < 6 { // a figure
			return "<div>" + s + "&nbsp;</div>"
		}
		wide := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '.' {
				return r + 0xFEE0
			}
			return r
		}, s)
		return "<div><div style=\"text-align:center\">&nbsp;" + strings.NewReplacer("处理", "处<wbr>理", "、本年", "、<br/>本年", "１．", "１、").Replace(wide) + "</div></div>"
	}
	head := "<html><head><meta charset='utf-8'><title>首页 > 年报 | 某网</title></head><body><table width=100%><tr><td><ul><li>导航</li></ul></td><td><div class=article><div style='font-size:22px'><strong>" + p.title() + "</strong></div>"
	page := htmlPaper(p, head, "<div><span>&emsp;&emsp;%s</span></div>", func(t formTable) string {
		// An empty total would be unseen: the last cell of a row keeps its 0.
		text := htmlTable(t, "<div class=tablebox><table border=1><colgroup><col><col></colgroup><tbody>", cell)
		empty := `<td rowspan="1" colspan="1"><div>&nbsp;<br></div></td>`
		return strings.ReplaceAll(text, empty+"</tr>", `<td>0</td></tr>`) + "</div>"
	})
	return []byte(emptyTotals(page))
}

// emptyTotals puts 0 back under the totals in the midst of table 四.
func emptyTotals(page string) string {
	empty := `<td rowspan="1" colspan="1"><div>&nbsp;<br></div></td>`
	at := strings.LastIndex(page, "<tr>")
	row, n := page[at:], 0
	var b strings.Builder
	for i, cell := range strings.SplitAfter(row, "</td>") {
		if n = i + 1; n%5 == 0 && strings.HasSuffix(cell, empty) {
			cell = strings.TrimSuffix(cell, empty) + "<td>0</td>"
		}
		b.WriteString(cell)
	}
	return page[:at] + b.String()
}

// divHTML draws its tables by roles and styles instead of table tags; covered
// places are there as empty cells.
func divHTML(_ testing.TB, p paper) []byte {
	return []byte(htmlPaper(p, "<html><body><h2>"+p.title()+"</h2>", "<section><p>%s</p></section>", func(t formTable) string {
		var b strings.Builder
		b.WriteString(`<div style="display: table">`)
		for i, row := range spread(t) {
			fmt.Fprintf(&b, `<div %s>`, []string{`style="display:table-row"`, `role="row"`}[i%2])
			for _, s := range row {
				fmt.Fprintf(&b, `<div style="border:1px solid; display: table-cell">%s</div>`, html.EscapeString(s))
			}
			b.WriteString("</div>")
		}
		b.WriteString("</div>")
		return b.String()
	}))
}

// spread gives a table without merged cells: text where a cell begins, "" where
// it reaches.
func spread(t formTable) [][]string {
	var out [][]string
	taken := map[[2]int]bool{}
	for i, row := range t {
		var line []string
		put := func(s string) {
			for taken[[2]int{i, len(line)}] {
				line = append(line, "")
			}
			line = append(line, s)
		}
		for _, c := range row {
			put(c.text)
			at := len(line) - 1
			for r := range c.rows {
				for k := range c.cols {
					if r+k > 0 {
						taken[[2]int{i + r, at + k}] = true
					}
				}
			}
		}
		for taken[[2]int{i, len(line)}] {
			line = append(line, "")
		}
		out = append(out, line)
	}
	return out
}

// mergedBook is a workbook: everything on one sheet, numbers as numbers, merged.
func mergedBook(t testing.TB, p paper) []byte { return book(t, p, true) }

// flatBook has a sheet for each chapter, no merged cells, numbers as text with
// thousands commas.
func flatBook(t testing.TB, p paper) []byte { return book(t, p, false) }

func book(t testing.TB, p paper, merged bool) []byte {
	f := excelize.NewFile()
	defer f.Close()
	sheet, row := "Sheet1", 1
	line := func(s string) {
		if err := f.SetCellStr(sheet, fmt.Sprintf("A%d", row), s); err != nil {
			t.Fatal(err)
		}
		row++
	}
	line(p.title())
	for i, c := range chapters(p) {
		if !merged && c.form != nil {
			sheet, row = fmt.Sprintf("表%d", i), 1
			if _, err := f.NewSheet(sheet); err != nil {
				t.Fatal(err)
			}
		}
		line(c.head)
		for _, s := range c.text {
			line(s)
		}
		at := row
		for r, cells := range spread(c.form) {
			for k, s := range cells {
				name, _ := excelize.CoordinatesToCellName(k+1, at+r)
				bookCell(t, f, sheet, name, s, merged)
			}
			row++
		}
		if merged {
			mergeBook(t, f, sheet, c.form, at)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func bookCell(t testing.TB, f *excelize.File, sheet, name, s string, number bool) {
	var n int
	var value any = s
	if _, err := fmt.Sscanf(s, "%d", &n); err == nil && fmt.Sprint(n) == s {
		value = n
		if !number {
			value = s
			if n >= 1000 {
				value = fmt.Sprintf("%d,%03d", n/1000, n%1000)
			}
		}
	}
	if s == "" {
		return
	}
	if err := f.SetCellValue(sheet, name, value); err != nil {
		t.Fatal(err)
	}
}

func mergeBook(t testing.TB, f *excelize.File, sheet string, form formTable, at int) {
	lines := spread(form)
	for i, row := range form {
		col := 0
		for _, c := range row {
			for lines[i][col] != c.text {
				col++
			}
			if c.rows+c.cols > 2 {
				a, _ := excelize.CoordinatesToCellName(col+1, at+i)
				b, _ := excelize.CoordinatesToCellName(col+c.cols, at+i+c.rows-1)
				if err := f.MergeCell(sheet, a, b); err != nil {
					t.Fatal(err)
				}
			}
			col += c.cols
		}
	}
}

// wordDocument is a .docx with split runs, vertical merges, a table cut by a page,
// deleted text that is still in the file, and a text box told twice.
func wordDocument(t testing.TB, p paper) []byte {
	var b strings.Builder
	run := func(s string) string {
		var out strings.Builder
		for _, part := range strings.SplitAfter(html.EscapeString(s), "信息") {
			fmt.Fprintf(&out, `<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">%s</w:t></w:r>`, part)
		}
		return out.String() + `<w:del><w:r><w:delText>99</w:delText></w:r></w:del>`
	}
	para := func(s string) { fmt.Fprintf(&b, `<w:p><w:pPr><w:jc w:val="center"/></w:pPr>%s</w:p>`, run(s)) }
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="mc"><w:body>`)
	b.WriteString(`<w:p><mc:AlternateContent><mc:Choice><w:r><w:t>特急</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>特急</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>`)
	para(p.title())
	for _, c := range chapters(p) {
		para(c.head)
		for _, s := range c.text {
			para(s)
		}
		if c.form != nil {
			wordTable(&b, c.form, run)
		}
	}
	b.WriteString(`</w:body></w:document>`)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": b.String()} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func wordTable(b *strings.Builder, form formTable, run func(string) string) {
	b.WriteString("<w:tbl><w:tblPr/>")
	hang := map[int][2]int{} // column → rows left, width
	for i, row := range form {
		if i == 18 && len(form) > 20 { // the page ends here
			b.WriteString("</w:tbl><w:p/><w:tbl>")
		}
		b.WriteString("<w:tr>")
		col := 0
		covered := func() {
			for hang[col][0] > 0 {
				h := hang[col]
				fmt.Fprintf(b, `<w:tc><w:tcPr><w:gridSpan w:val="%d"/><w:vMerge/></w:tcPr><w:p/></w:tc>`, h[1])
				hang[col] = [2]int{h[0] - 1, h[1]}
				col += h[1]
			}
		}
		for _, c := range row {
			covered()
			merge := ""
			if c.rows > 1 {
				merge = `<w:vMerge w:val="restart"/>`
				hang[col] = [2]int{c.rows - 1, c.cols}
			}
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="800"/><w:gridSpan w:val="%d"/>%s</w:tcPr><w:p>%s</w:p></w:tc>`, c.cols, merge, run(c.text))
			col += c.cols
		}
		covered()
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl>")
}

// pasted is what a browser puts on the clipboard: cells by tabs, merged cells once.
func pasted(_ testing.TB, p paper) []byte {
	return textPaper(p, func(row []formCell) string {
		var out []string
		for _, c := range row {
			out = append(out, c.text)
		}
		return strings.Join(out, "\t") + "\n"
	})
}

// pastedLines is the clipboard of a page whose cells hold paragraphs: each cell on
// lines of its own.
func pastedLines(_ testing.TB, p paper) []byte {
	return textPaper(p, func(row []formCell) string {
		var out []string
		for _, c := range row {
			out = append(out, c.text+"\n\n")
		}
		return strings.Join(out, "\t\n") + "\n"
	})
}

// spaced is what comes out of a PDF: cells by blanks.
func spaced(_ testing.TB, p paper) []byte {
	return textPaper(p, func(row []formCell) string {
		var out []string
		for _, c := range row {
			out = append(out, c.text)
		}
		return strings.Join(out, "  ") + "\r\n"
	})
}

func textPaper(p paper, line func([]formCell) string) []byte {
	var b strings.Builder
	b.WriteString(p.title() + "\n\n")
	for _, c := range chapters(p) {
		b.WriteString(c.head + "\n" + strings.Join(c.text, "\n") + "\n")
		for _, row := range c.form {
			b.WriteString(line(row))
		}
	}
	return []byte(b.String())
}
