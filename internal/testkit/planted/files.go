package planted

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Document is a made-up file.
type Document struct {
	Name, MIME string
	Content    []byte
	Kind       string // of what is planted, "" for a clean one
	Phrase     string // what was planted, for who looks into a miss
}

// Make makes n documents with something planted (dirty) or n clean ones.
func Make(seed uint64, n int, dirty bool) []Document {
	d := newDice(seed*2 + map[bool]uint64{true: 1}[dirty])
	var out []Document
	for i := range n {
		phrase, kind := "", ""
		if dirty {
			kind = Kinds()[i%len(Kinds())]
			phrase = d.planted(kind)
		}
		doc := d.file(phrase)
		doc.Kind, doc.Phrase = kind, phrase
		out = append(out, doc)
	}
	return out
}

func (d dice) file(phrase string) Document {
	text, at := d.paragraphs(phrase)
	switch d.IntN(4) {
	case 0:
		return Document{Name: "说明.txt", MIME: "text/plain", Content: []byte(strings.Join(text, d.pick("\n", "\r\n", "\n\n")))}
	case 1:
		return d.docx(text, at)
	case 2:
		return d.xlsx(text, at, phrase)
	}
	return d.pdf(text)
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}

func archive(files [][2]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f[0])
		if err == nil {
			_, err = w.Write([]byte(f[1]))
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// runs writes a paragraph as a word processor does that has been corrected in: in
// pieces, cut anywhere.
func (d dice) runs(text, element string) string {
	var b strings.Builder
	b.WriteString("<w:p><w:pPr><w:rPr><w:sz w:val=\"32\"/></w:rPr></w:pPr>")
	for rest := []rune(text); len(rest) > 0; {
		n := min(len(rest), 1+d.IntN(9))
		b.WriteString("<w:r w:rsidR=\"00A1" + d.digits(4) + "\"><w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr>")
		for i, line := range strings.Split(string(rest[:n]), "\n") {
			if i > 0 {
				b.WriteString("<w:br/>")
			}
			b.WriteString("<w:" + element + ` xml:space="preserve">` + escaped(line) + "</w:" + element + ">")
		}
		b.WriteString("</w:r>" + d.pick("", "", `<w:proofErr w:type="spellStart"/>`, `<w:bookmarkStart w:id="1" w:name="_GoBack"/>`))
		rest = rest[n:]
	}
	return b.String() + "</w:p>"
}

const wordSpace = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

func (d dice) docx(text []string, at int) Document {
	hidden := d.IntN(7)
	var body, other strings.Builder
	for i, t := range text {
		switch {
		case i == at && hidden < 4:
			other.WriteString(d.runs(t, "t"))
		case i == at && hidden == 4:
			body.WriteString(strings.Replace(strings.Replace(d.runs(t, "delText"), "<w:r ", `<w:del w:id="9" w:author="李某"><w:r `, 1), "</w:p>", "</w:del></w:p>", 1))
		case i == at && hidden == 5:
			body.WriteString("<w:tbl><w:tr><w:tc>" + d.runs("备注", "t") + "</w:tc><w:tc>" + d.runs(t, "t") + "</w:tc></w:tr></w:tbl>")
		default:
			body.WriteString(d.runs(t, "t"))
		}
	}
	part, root := "word/header1.xml", "hdr"
	switch hidden {
	case 1:
		part, root = "word/footnotes.xml", "footnotes"
	case 2:
		part, root = "word/comments.xml", "comments"
	case 3:
		part, root = "word/footer2.xml", "ftr"
	}
	return Document{Name: "批复.docx", MIME: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Content: archive([][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document` + wordSpace + "><w:body>" + body.String() + "</w:body></w:document>"},
		{part, "<w:" + root + wordSpace + ">" + other.String() + "</w:" + root + ">"}})}
}

const sheetSpace = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`

func (d dice) xlsx(text []string, at int, phrase string) Document {
	var shared, rows, comment strings.Builder
	count, state := 0, ""
	put := func(t string) string {
		shared.WriteString("<si><t>" + escaped(t) + "</t></si>")
		count++
		return fmt.Sprintf(`t="s"><v>%d</v>`, count-1)
	}
	bare := strings.Trim(phrase, "0123456789") == "" && len(phrase) == 11
	for i, t := range text {
		cell := put(t)
		switch how := d.IntN(5); {
		case i != at || phrase == "":
		case bare:
			cell = d.pick(`><v>`+phrase+`</v>`, fmt.Sprintf(`><v>%s.%sE10</v>`, phrase[:1], phrase[1:]))
		case how == 0:
			cell = `t="inlineStr"><is><r><t>` + escaped(t[:len(t)-len(lastRune(t))]) + `</t></r><r><t>` + escaped(lastRune(t)) + `</t></r></is>`
		case how == 1:
			cell = put("见批注")
			comment.WriteString(`<comments` + sheetSpace + `><commentList><comment ref="A1" authorId="0"><text><r><t>` + escaped(t) + `</t></r></text></comment></commentList></comments>`)
			shared.Reset()
			shared.WriteString(strings.Repeat("<si><t>见批注</t></si>", count))
		case how == 2:
			state = d.pick(` state="hidden"`, ` state="veryHidden"`)
		}
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d" %s</c></row>`, i+1, i+1, cell)
	}
	files := [][2]string{{"[Content_Types].xml", "<Types/>"},
		{"xl/workbook.xml", `<workbook` + sheetSpace + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="清单" sheetId="1"` + state + ` r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/sharedStrings.xml", "<sst" + sheetSpace + ">" + shared.String() + "</sst>"},
		{"xl/worksheets/sheet1.xml", "<worksheet" + sheetSpace + "><sheetData>" + rows.String() + "</sheetData></worksheet>"}}
	if comment.Len() > 0 {
		files = append(files, [2]string{"xl/comments1.xml", comment.String()})
	}
	return Document{Name: "清单.xlsx", MIME: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Content: archive(files)}
}

func lastRune(t string) string {
	runes := []rune(t)
	return string(runes[len(runes)-1:])
}

// pdf writes a page with an embedded font of its own codes, and a table that turns
// them into signs; lines end anywhere, pieces are placed one by one or moved
// within a line.
func (d dice) pdf(text []string) Document {
	codes := map[rune]int{}
	code := func(r rune) string {
		if codes[r] == 0 {
			codes[r] = len(codes) + 3
		}
		return fmt.Sprintf("%04X", codes[r])
	}
	var page strings.Builder
	page.WriteString("BT /F1 12 Tf 1 0 0 1 90 780 Tm 16 TL ")
	for _, line := range strings.Split(strings.Join(text, "\n"), "\n") {
		for runes := []rune(line); len(runes) > 0; {
			n := min(len(runes), 30+d.IntN(15))
			page.WriteString("[")
			for i, r := range runes[:n] {
				page.WriteString("<" + code(r) + ">")
				if i%7 == 3 && d.IntN(3) == 0 {
					fmt.Fprintf(&page, " %d ", d.IntN(60)-30)
				}
			}
			page.WriteString("] TJ T* ")
			runes = runes[n:]
		}
	}
	page.WriteString("ET")
	var table strings.Builder
	table.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	for r, n := range codes {
		units := ""
		for _, u := range utf16.Encode([]rune{r}) {
			units += fmt.Sprintf("%04X", u)
		}
		fmt.Fprintf(&table, "1 beginbfchar <%04X> <%s> endbfchar\n", n, units)
	}
	table.WriteString("endcmap end end")
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n")
	b.WriteString("3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>> endobj\n")
	b.WriteString("4 0 obj <</Type/Font/Subtype/Type0/BaseFont/AAAAAA+FangSong/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2>>]>> endobj\n")
	for i, s := range []string{page.String(), table.String()} {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		_, err := z.Write([]byte(s))
		if err != nil || z.Close() != nil {
			panic("a buffer takes everything")
		}
		fmt.Fprintf(&b, "%d 0 obj <</Length %d/Filter/FlateDecode>> stream\n%s\nendstream endobj\n", 5+i, packed.Len(), packed.Bytes())
	}
	b.WriteString("trailer <</Root 1 0 R/Size 7>>\n%%EOF\n")
	return Document{Name: "批复.pdf", MIME: "application/pdf", Content: b.Bytes()}
}
