package letter

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// BuiltIn gives the program's own template for a kind of letter, after the layout of
// 党政机关公文格式 (GB/T 9704-2012): letters to outside in its letter form (信函格式,
// 10.1), forms as a table. It is made anew each time and always the same.
func BuiltIn(kind Kind) []byte {
	body := letterBody(kind)
	switch {
	case kind.Code() == "contents":
		body = listBody()
	case kind.Form():
		body = formBody()
	}
	first := kind.Outgoing() && !kind.Form()
	docx, err := pack([][2]string{
		{"[Content_Types].xml", contentTypes()}, {"_rels/.rels", rootRels}, {"word/_rels/document.xml.rels", documentRels},
		{"word/styles.xml", styles()}, {"word/settings.xml", settingsXML}, {"word/fontTable.xml", fontTable()},
		{"word/footer1.xml", pageNumber("right")}, {"word/footer2.xml", pageNumber("left")}, {"word/footer3.xml", firstFooter(first)},
		{"word/document.xml", xmlHead + `<w:document ` + spaces + `><w:body>` + body + section1(kind.Form()) + `</w:body></w:document>`},
	})
	if err != nil {
		panic(err) // writing to memory does not fail
	}
	return docx
}

func pack(parts [][2]string) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		// No time of writing: the same template is the same file.
		w, err := z.CreateHeader(&zip.FileHeader{Name: p[0], Method: zip.Deflate})
		if err == nil {
			_, err = io.WriteString(w, p[1])
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// Measures in twentieths of a point: 1 mm is 56.7 of them.
const (
	pageW, pageH             = 11906, 16838           // A4
	top, left, bottom, right = 2098, 1588, 1984, 1474 // 37, 28, 35, 26 mm
	textW                    = pageW - left - right   // 156 mm
	linePitch                = 579                    // 22 lines in 225 mm
	charSpace                = -5                     // 28 characters of 16 pt in 156 mm, without a grid of characters: office suites disagree about it
	red                      = "C7000B"
	titleFont, bodyFont      = "方正小标宋简体", "仿宋_GB2312"
	secondFont, firstFont    = "楷体_GB2312", "黑体"
	titleSize, bodySize      = 44, 32 // half points: 2号, 3号
	pageSize, formSize       = 28, 24 // 4号, 小4号
	headSize                 = 62
	xmlHead                  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	spaces                   = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relationshipType         = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	wordType                 = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	rootRels                 = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relationshipType + `officeDocument" Target="word/document.xml"/></Relationships>`
	documentRels             = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relationshipType + `styles" Target="styles.xml"/><Relationship Id="rId2" Type="` + relationshipType + `settings" Target="settings.xml"/><Relationship Id="rId3" Type="` + relationshipType + `fontTable" Target="fontTable.xml"/><Relationship Id="rId4" Type="` + relationshipType + `footer" Target="footer1.xml"/><Relationship Id="rId5" Type="` + relationshipType + `footer" Target="footer2.xml"/><Relationship Id="rId6" Type="` + relationshipType + `footer" Target="footer3.xml"/></Relationships>`
	// evenAndOddHeaders: page numbers outside, odd right and even left.
	settingsXML = xmlHead + `<w:settings ` + spaces + `><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/></w:settings>`
)

func contentTypes() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`)
	for _, p := range [][2]string{{"document", "document.main"}, {"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"}, {"footer1", "footer"}, {"footer2", "footer"}, {"footer3", "footer"}} {
		fmt.Fprintf(&b, `<Override PartName="/word/%s.xml" ContentType="%s%s+xml"/>`, p[0], wordType, p[1])
	}
	return b.String() + `</Types>`
}

// fontTable names the fonts with what stands in for them where they are not there.
func fontTable() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:fonts ` + spaces + `>`)
	for _, f := range [][3]string{{titleFont, "宋体", "roman"}, {bodyFont, "仿宋", "modern"}, {secondFont, "楷体", "modern"}, {firstFont, "SimHei", "modern"}, {"宋体", "SimSun", "roman"}} {
		fmt.Fprintf(&b, `<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="86"/><w:family w:val="%s"/></w:font>`, f[0], f[1], f[2])
	}
	return b.String() + `</w:fonts>`
}

func fonts(name string) string {
	return fmt.Sprintf(`<w:rFonts w:ascii="%[1]s" w:hAnsi="%[1]s" w:eastAsia="%[1]s" w:cs="Times New Roman"/>`, name)
}

// styles names what an editor sees in the word processor.
func styles() string {
	style := func(id, name, font string, half int, paragraph string) string {
		tight := ""
		if half == bodySize {
			tight = fmt.Sprintf(`<w:spacing w:val="%d"/>`, charSpace)
		}
		return fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="%s"%s><w:name w:val="%s"/><w:pPr>%s</w:pPr><w:rPr>%s%s<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`,
			id, map[bool]string{true: ` w:default="1"`}[id == "Normal"], name, paragraph, fonts(font), tight, half, half)
	}
	exact := fmt.Sprintf(`<w:spacing w:line="%d" w:lineRule="exact"/>`, linePitch)
	indent := `<w:ind w:firstLineChars="200" w:firstLine="640"/>`
	return xmlHead + `<w:styles ` + spaces + `><w:docDefaults><w:rPrDefault><w:rPr>` + fonts(bodyFont) + `<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		style("Normal", "Normal", bodyFont, bodySize, `<w:widowControl w:val="0"/>`+exact+`<w:jc w:val="both"/>`) +
		style("LetterBody", "公文正文", bodyFont, bodySize, `<w:widowControl/>`+exact+indent+`<w:jc w:val="both"/>`) +
		style("LetterTitle", "公文标题", titleFont, titleSize, `<w:keepNext/><w:spacing w:before="0" w:after="0" w:line="660" w:lineRule="exact"/><w:jc w:val="center"/>`) +
		style("LetterHead", "发文机关标志", titleFont, headSize, `<w:keepNext/><w:spacing w:line="900" w:lineRule="exact"/><w:jc w:val="center"/>`) +
		style("LetterFirst", "一级标题", firstFont, bodySize, exact+indent) +
		style("LetterSecond", "二级标题", secondFont, bodySize, exact+indent) +
		style("LetterSign", "署名和日期", bodyFont, bodySize, `<w:keepNext/><w:keepLines/>`+exact+`<w:ind w:left="4000"/><w:jc w:val="center"/>`) +
		style("FormLabel", "表格项目", firstFont, formSize, `<w:snapToGrid w:val="0"/><w:spacing w:before="40" w:after="40" w:line="330" w:lineRule="atLeast"/><w:jc w:val="center"/>`) +
		style("FormText", "表格内容", bodyFont, formSize, `<w:snapToGrid w:val="0"/><w:spacing w:before="40" w:after="40" w:line="330" w:lineRule="atLeast"/><w:jc w:val="left"/>`) + `</w:styles>`
}

// section1 is the page: of letters by the standard, of forms with less room above and
// below, so that they stay on one sheet.
func section1(form bool) string {
	top, bottom, foot := top, bottom, 1134
	if form {
		top, bottom, foot = 1304, 1304, 680
	}
	return fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/><w:footerReference w:type="first" r:id="rId6"/><w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/><w:titlePg/><w:docGrid w:type="lines" w:linePitch="%d"/></w:sectPr>`,
		pageW, pageH, top, right, bottom, left, foot, linePitch)
}

// pageNumber is — 1 — in 4号 宋体, one character in from the outer edge.
func pageNumber(side string) string {
	run := func(inside string) string {
		return `<w:r><w:rPr>` + fonts("宋体") + fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr>%s</w:r>`, pageSize, pageSize, inside)
	}
	return xmlHead + `<w:ftr ` + spaces + `><w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="170" w:line="320" w:lineRule="exact"/><w:ind w:left="280" w:right="280"/><w:jc w:val="` + side + `"/></w:pPr>` +
		run(`<w:t xml:space="preserve">— </w:t>`) + run(`<w:fldChar w:fldCharType="begin"/>`) + run(`<w:instrText xml:space="preserve"> PAGE </w:instrText>`) +
		run(`<w:fldChar w:fldCharType="separate"/>`) + run(`<w:t>1</w:t>`) + run(`<w:fldChar w:fldCharType="end"/>`) + run(`<w:t xml:space="preserve"> —</w:t>`) + `</w:p></w:ftr>`
}

// firstFooter is the foot of the first page: in the letter form the red double line
// 20 mm above the edge and no number, in a form the number.
func firstFooter(letterForm bool) string {
	if !letterForm {
		return pageNumber("right")
	}
	return xmlHead + `<w:ftr ` + spaces + `>` + redLine("thinThickSmallGap") + `</w:ftr>`
}

// redLine is a double line of 170 mm in the middle of the page.
func redLine(kind string) string {
	return `<w:p><w:pPr><w:keepNext/><w:pBdr><w:bottom w:val="` + kind + `" w:sz="24" w:space="0" w:color="` + red + `"/></w:pBdr><w:snapToGrid w:val="0"/><w:spacing w:line="60" w:lineRule="exact"/><w:ind w:left="-397" w:right="-397"/></w:pPr></w:p>`
}

func paragraph(style, text, properties, run string) string {
	r := ""
	if text != "" {
		r = `<w:r>` + map[bool]string{true: "<w:rPr>" + run + "</w:rPr>"}[run != ""] + `<w:t xml:space="preserve">` + escape(text) + `</w:t></w:r>`
	}
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + properties + `</w:pPr>` + r + `</w:p>`
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // writing to a Builder does not fail
	return b.String()
}

// letterBody is the letter form: mark of the agency, red line, number at the right
// edge, title, address, passages, and room for the seal over signature and date.
func letterBody(kind Kind) string {
	var b strings.Builder
	if kind.Outgoing() {
		b.WriteString(paragraph("LetterHead", "{{发文机关标志}}", "", `<w:color w:val="`+red+`"/>`))
		b.WriteString(redLine("thickThinSmallGap"))
		if kind.Numbered() {
			b.WriteString(paragraph("Normal", "{{文号}}", `<w:spacing w:before="280"/><w:jc w:val="right"/>`, ""))
		}
		b.WriteString(paragraph("Normal", "", "", ""))
	}
	b.WriteString(paragraph("LetterTitle", "{{标题}}", "", ""))
	b.WriteString(paragraph("Normal", "", "", ""))
	b.WriteString(paragraph("Normal", "{{主送}}：", "", ""))
	b.WriteString(paragraph("LetterBody", "{{#正文}}{{段落}}{{/正文}}", "", ""))
	for range 2 {
		b.WriteString(paragraph("LetterSign", "", "", ""))
	}
	b.WriteString(paragraph("LetterSign", "{{发文机关}}", "", ""))
	b.WriteString(paragraph("LetterSign", "{{成文日期}}", `<w:keepNext w:val="0"/>`, ""))
	return b.String()
}

const tableBorders = `<w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:left w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:right w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="000000"/><w:insideV w:val="single" w:sz="4" w:space="0" w:color="000000"/></w:tblBorders>`

// formBody is a form: title, and a table with a line for each item.
func formBody() string {
	return paragraph("LetterTitle", "{{标题}}", `<w:spacing w:after="200"/>`, "") +
		table([]int{2100, textW - 2100}, "", row([]int{2100, textW - 2100}, []string{"FormLabel", "FormText"}, []string{"{{#表项}}{{项目}}", "{{内容}}{{/表项}}"}, `<w:trHeight w:val="560" w:hRule="atLeast"/>`)) +
		paragraph("FormText", "{{发文机关}}　　{{成文日期}}", `<w:jc w:val="right"/>`, "")
}

// listBody is 卷内目录.
func listBody() string {
	widths := []int{700, 3300, 1900, 1300, 700, textW - 7900}
	head := []string{"序号", "名称", "文号", "日期", "页数", "备注"}
	cells := []string{"{{#清单}}{{序号}}", "{{名称}}", "{{件号}}", "{{日期}}", "{{页数}}", "{{备注}}{{/清单}}"}
	label, text := []string{}, []string{}
	for range widths {
		label, text = append(label, "FormLabel"), append(text, "FormText")
	}
	return paragraph("LetterTitle", "{{标题}}", "", "") + paragraph("FormText", "编号：{{编号}}　　申请人：{{申请人}}", "", "") +
		table(widths, row(widths, label, head, `<w:tblHeader/>`), row(widths, text, cells, `<w:cantSplit/>`)) +
		paragraph("FormText", "{{发文机关}}　　{{成文日期}}", `<w:jc w:val="right"/>`, "")
}

func table(widths []int, head, rows string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/>%s<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`, textW, tableBorders)
	for _, w := range widths {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, w)
	}
	return b.String() + `</w:tblGrid>` + head + rows + `</w:tbl>`
}

func row(widths []int, style, texts []string, properties string) string {
	var b strings.Builder
	b.WriteString(`<w:tr><w:trPr>` + properties + `</w:trPr>`)
	for i, text := range texts {
		fmt.Fprintf(&b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>%s</w:tc>`, widths[i], paragraph(style[i], text, "", ""))
	}
	return b.String() + `</w:tr>`
}
