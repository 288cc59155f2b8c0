package leak

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// mostPages bounds a check.
const mostPages = 5000

// pdf looks through the text of each page, the notes on it, the fields of forms and
// the properties. Pictures of text are named, not read.
func (c *check) pdf(place string, data []byte) {
	f := readPDF(data, &c.left)
	if f.encrypted {
		c.unread(place, "文件加了密，读不出文字，请用未加密的文件")
		return
	}
	if f.overwritten {
		c.unread(place, "文件里留有被后来的修改覆盖的旧内容，请另存为新的 PDF（或重新打印成 PDF）再公开")
	}
	pages := f.pages()
	if len(pages) == 0 {
		c.unread(place, "读不出页面，没有核对")
	}
	for i, p := range pages {
		if i == mostPages {
			c.unread(place, fmt.Sprintf("超过%d页，其余没有核对", mostPages))
			break
		}
		where := join(place, fmt.Sprintf("第%d页", i+1))
		w := &pdfPage{file: f, fonts: map[any]*pdfFont{}}
		w.draw(f.contents(p), f.inherited(p, "Resources"), 0)
		c.all(where, inPage(w.out.String()))
		switch {
		case w.unknown:
			c.unread(where, "有的文字没有对照表，读不出来，请人工查看")
		case w.pictures > 0:
			c.unread(where, "有图片或扫描件，图里的文字没有核对，请人工查看")
		case w.skipped:
			c.unread(where, "有的内容解不开，没有核对，请人工查看")
		}
	}
	c.loose(place, f)
}

// loose looks through the texts outside the pages: notes, fields, properties,
// files inside.
func (c *check) loose(place string, f *pdfFile) {
	for _, n := range sortedInts(f.objects) {
		switch o := f.objects[n].(type) {
		case pdfDict:
			for _, key := range []pdfName{"Contents", "V", "DV", "TU", "RC", "Title", "Subject", "Keywords", "Author", "URI", "ActualText", "Alt"} {
				if b, ok := f.get(o[key]).([]byte); ok {
					c.text(join(place, "批注、表单或属性"), pdfText(b))
				}
			}
		case pdfStream:
			switch o.dict["Type"] {
			case pdfName("Metadata"):
				c.part(place, "docProps/core.xml", f.content(o))
			case pdfName("EmbeddedFile"):
				c.guess(join(place, "附在里面的文件"), f.content(o), 1)
			}
		}
	}
}

// pdfText reads a text outside the pages: UTF-16 with its mark, UTF-8, or Latin.
func pdfText(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return utf16BE(b[2:])
	case utf8.Valid(b):
		return string(b)
	}
	return latin(b)
}

// pages gives the page objects in their order: along the tree and, where there is
// none, as they lie.
func (f *pdfFile) pages() []pdfDict {
	var out []pdfDict
	seen := map[int]bool{}
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		if r, ok := v.(pdfRef); ok {
			if seen[int(r)] {
				return
			}
			seen[int(r)] = true
		}
		d := f.dict(v)
		if d["Type"] == pdfName("Page") || d["Kids"] == nil && d["Contents"] != nil {
			out = append(out, d)
			return
		}
		for _, kid := range f.list(d["Kids"]) {
			if depth < 40 {
				walk(kid, depth+1)
			}
		}
	}
	for _, n := range sortedInts(f.objects) {
		if d, ok := f.objects[n].(pdfDict); ok && d["Type"] == pdfName("Catalog") {
			walk(d["Pages"], 0)
		}
	}
	for _, n := range sortedInts(f.objects) { // what hangs on no tree
		if d, ok := f.objects[n].(pdfDict); ok && d["Type"] == pdfName("Page") && !seen[n] {
			out = append(out, d)
		}
	}
	return out
}

// inherited gives a value of a page or of what is above it.
func (f *pdfFile) inherited(d pdfDict, key pdfName) pdfDict {
	for range 40 {
		if v := f.dict(d[key]); v != nil {
			return v
		}
		if d = f.dict(d["Parent"]); d == nil {
			break
		}
	}
	return nil
}

// contents joins the streams of a page.
func (f *pdfFile) contents(page pdfDict) []byte {
	var out []byte
	list := f.list(page["Contents"])
	if s, ok := f.get(page["Contents"]).(pdfStream); ok {
		return f.content(s)
	}
	for _, v := range list {
		if s, ok := f.get(v).(pdfStream); ok {
			out = append(append(out, f.content(s)...), '\n')
		}
	}
	return out
}

// pdfPage is a page being read.
type pdfPage struct {
	file             *pdfFile
	fonts            map[any]*pdfFont
	out              strings.Builder
	font             *pdfFont
	size             float64
	line, text       [6]float64 // matrices
	lastX, lastY     float64    // where the last text ended, as far as one can tell
	leading          float64
	pictures         int
	unknown, skipped bool
	forms            int // drawn so far
}

// mostForms bounds what one page draws: forms may draw one another.
const mostForms = 2000

func multiply(a, b [6]float64) [6]float64 {
	return [6]float64{a[0]*b[0] + a[1]*b[2], a[0]*b[1] + a[1]*b[3], a[2]*b[0] + a[3]*b[2], a[2]*b[1] + a[3]*b[3],
		a[4]*b[0] + a[5]*b[2] + b[4], a[4]*b[1] + a[5]*b[3] + b[5]}
}

// draw follows the operators of a content stream.
func (p *pdfPage) draw(content []byte, resources pdfDict, depth int) {
	t := &pdfTokens{data: content}
	var args []any
	for t.at < len(t.data) {
		v := t.value(0)
		op, ok := v.(pdfOp)
		if !ok {
			if _, end := v.(pdfEnd); !end && len(args) < 1000 {
				args = append(args, v)
			}
			continue
		}
		switch op {
		case "Do":
			if len(args) == 1 {
				p.picture(args[0], resources, depth)
			}
		case "BI":
			p.pictures++
			if end := bytes.Index(t.data[t.at:], []byte("EI")); end >= 0 {
				t.at += end + 2
			}
		default:
			p.operate(op, args, resources)
		}
		args = args[:0]
	}
}

func numbers(args []any) []float64 {
	var out []float64
	for _, a := range args {
		n, _ := a.(float64)
		out = append(out, n)
	}
	return out
}

func (p *pdfPage) operate(op pdfOp, args []any, resources pdfDict) {
	n := numbers(args)
	switch {
	case op == "BT":
		p.line = [6]float64{1, 0, 0, 1, 0, 0}
		p.text = p.line
	case op == "Tf" && len(args) == 2:
		p.choose(args[0], resources)
		p.size = n[1]
	case op == "TL" && len(n) == 1:
		p.leading = n[0]
	case (op == "Td" || op == "TD") && len(n) == 2:
		if op == "TD" {
			p.leading = -n[1]
		}
		p.move(n[0], n[1])
	case op == "Tm" && len(n) == 6:
		p.line = [6]float64(n)
		p.text = p.line
	case op == "T*":
		p.move(0, -p.leading)
	case op == "Tj" && len(args) == 1:
		p.show(args[0])
	case (op == "'" || op == "\"") && len(args) > 0:
		p.move(0, -p.leading)
		p.show(args[len(args)-1])
	case op == "TJ" && len(args) == 1:
		list, _ := args[0].([]any)
		for _, v := range list {
			if k, ok := v.(float64); ok {
				if k < -250 {
					p.out.WriteByte(' ')
				}
				p.text = multiply([6]float64{1, 0, 0, 1, -k / 1000 * p.size, 0}, p.text)
			} else {
				p.show(v)
			}
		}
	}
}

func (p *pdfPage) move(x, y float64) {
	p.line = multiply([6]float64{1, 0, 0, 1, x, y}, p.line)
	p.text = p.line
}

func (p *pdfPage) choose(name any, resources pdfDict) {
	key, _ := name.(pdfName)
	v := p.file.dict(resources["Font"])[key]
	known := any(key)
	if r, ok := v.(pdfRef); ok {
		known = r
	}
	if p.fonts[known] == nil {
		p.fonts[known] = p.file.font(v)
	}
	p.font = p.fonts[known]
}

// show writes a text, after a line's end or a blank where it stands apart from the
// one before. Widths are not read: half an em for Latin signs, one for Chinese.
func (p *pdfPage) show(v any) {
	b, ok := v.([]byte)
	if !ok || len(b) == 0 {
		return
	}
	if p.font != nil && p.font.unknown {
		p.unknown = true
		return
	}
	text := p.font.text(b)
	em := math.Abs(p.size) * max(math.Abs(p.text[0]), math.Abs(p.text[1]), 0.01)
	x, y := p.text[4], p.text[5]
	switch {
	case p.out.Len() == 0:
	case math.Abs(y-p.lastY) > em/2:
		p.out.WriteByte('\n')
	case x-p.lastX > em*0.8 || x < p.lastX-em*3:
		p.out.WriteByte(' ')
	}
	p.out.WriteString(text)
	width := 0.0
	for _, r := range text {
		width += 0.5
		if r > 0x2e80 {
			width += 0.5
		}
	}
	p.text = multiply([6]float64{1, 0, 0, 1, width * p.size, 0}, p.text)
	p.lastX, p.lastY = p.text[4], y
}

// picture draws a form, or counts an image.
func (p *pdfPage) picture(name any, resources pdfDict, depth int) {
	key, _ := name.(pdfName)
	s, ok := p.file.get(p.file.dict(resources["XObject"])[key]).(pdfStream)
	if !ok {
		return
	}
	switch s.dict["Subtype"] {
	case pdfName("Image"):
		p.pictures++
	case pdfName("Form"):
		if p.forms++; depth < 8 && p.forms < mostForms && *p.file.left > 0 {
			own := p.file.dict(s.dict["Resources"])
			if own == nil {
				own = resources
			}
			font, size := p.font, p.size
			p.draw(p.file.content(s), own, depth+1)
			p.font, p.size = font, size
		}
	}
}
