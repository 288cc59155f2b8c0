package letter

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/beevik/etree"
)

// A field is {{name}}; {{#name}} … {{/name}} repeats for a list, or stays if the
// text is not empty; {{^name}} … {{/name}} stays if it is.
var fieldMark = regexp.MustCompile(`\{\{\s*([#^/]?)\s*([^{}#^/\s][^{}]*?)\s*\}\}`)

// Merge fills a template. Word processors tear fields over several runs, with
// proofing marks and bookmarks between: text is read paragraph by paragraph, in the
// document, its headers, footers, notes, tables and text boxes. Parts without
// fields are copied byte for byte. The error names the field and its place.
func Merge(template []byte, f Fields) ([]byte, error) {
	return merge(template, f, false)
}

// merge is Merge; lenient leaves fields that it does not know as they are.
func merge(template []byte, f Fields, lenient bool) ([]byte, error) {
	parts, err := unpack(template)
	if err != nil {
		return nil, err
	}
	changed := map[string][]byte{}
	for _, p := range parts {
		place, textual := textPart(p.name)
		if !textual || !bytes.Contains(p.data, []byte("{")) {
			continue
		}
		doc, err := parse(p)
		if err != nil {
			return nil, err
		}
		m := merger{place: place, lenient: lenient, done: map[*etree.Element]bool{}}
		if err := m.merge(doc.Root(), []Fields{f}); err != nil {
			return nil, err
		}
		if !m.touched {
			continue
		}
		if changed[p.name], err = doc.WriteToBytes(); err != nil {
			return nil, fmt.Errorf("write %s: %w", p.name, err)
		}
	}
	return repack(parts, changed)
}

var textParts = regexp.MustCompile(`^word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml$`)

// textPart says what a part is to a reader; false for one that holds no text of the
// letter.
func textPart(name string) (place string, ok bool) {
	m := textParts.FindStringSubmatch(name)
	if m == nil {
		return "", false
	}
	switch strings.TrimRight(m[1], "0123456789") {
	case "header":
		return "页眉", true
	case "footer":
		return "页脚", true
	case "document":
		return "正文", true
	}
	return "脚注、尾注", true
}

func parse(p part) (*etree.Document, error) {
	doc := etree.NewDocument()
	doc.ReadSettings = etree.ReadSettings{PreserveCData: true}
	if err := doc.ReadFromBytes(p.data); err != nil || doc.Root() == nil {
		return nil, fmt.Errorf("文件里的“%s”读不懂：文件已损坏；请用 WPS 或 Word 另存后再上传", p.name)
	}
	return doc, nil
}

// merger fills one part.
type merger struct {
	place   string
	lenient bool
	touched bool
	done    map[*etree.Element]bool // paragraphs that are filled: what was put in is not read again
	depth   int
}

// mostDepth bounds how deep sections stand in each other; mostCopies what one
// repetition may make of a part.
const (
	mostDepth  = 8
	mostCopies = 5000
)

// merge fills what stands below an element.
func (m *merger) merge(root *etree.Element, scope []Fields) error {
	if m.depth++; m.depth > mostDepth {
		return fmt.Errorf("%s的条件或重复段嵌套超过%d层", m.place, mostDepth)
	}
	defer func() { m.depth-- }()
	for {
		open, found := m.firstSection(root)
		if !found {
			break
		}
		if err := m.expand(root, open, scope); err != nil {
			return err
		}
	}
	for _, p := range paragraphs(root) {
		if !m.done[p] {
			m.done[p] = true
			if err := m.fill(p, scope); err != nil {
				return err
			}
		}
	}
	return nil
}

// paragraphs lists the paragraphs at or below an element in the order of the
// document.
func paragraphs(root *etree.Element) []*etree.Element {
	var out []*etree.Element
	var walk func(*etree.Element)
	walk = func(e *etree.Element) {
		if e.Tag == "p" && e.Space == "w" {
			out = append(out, e)
		}
		for _, c := range e.ChildElements() {
			walk(c)
		}
	}
	walk(root)
	return out
}

// runText is the text of a paragraph with the nodes that hold it.
type runText struct {
	text  string
	nodes []*etree.Element // w:t; nil for a break or tab
	from  []int            // where in text each begins
}

// textOf reads a paragraph's own text: not that of paragraphs inside it (text
// boxes), nor what was deleted.
func textOf(p *etree.Element) runText {
	var r runText
	var b strings.Builder
	var walk func(*etree.Element)
	walk = func(e *etree.Element) {
		for _, c := range e.ChildElements() {
			switch {
			case c.Space == "w" && c.Tag == "p":
				continue
			case c.Space == "w" && c.Tag == "t":
				r.nodes, r.from = append(r.nodes, c), append(r.from, b.Len())
				b.WriteString(c.Text())
			case c.Space == "w" && (c.Tag == "br" || c.Tag == "cr" || c.Tag == "tab"):
				r.nodes, r.from = append(r.nodes, nil), append(r.from, b.Len())
				b.WriteString(map[bool]string{true: "\t", false: "\n"}[c.Tag == "tab"])
			default:
				walk(c)
			}
		}
	}
	walk(p)
	r.text = b.String()
	return r
}

// cut replaces a stretch of a paragraph's text: the new text stands in the node in
// which the stretch begins, the others lose their part of it.
func (r runText) cut(from, to int, text string) {
	first := true
	for i, node := range r.nodes {
		end := len(r.text)
		if i+1 < len(r.nodes) {
			end = r.from[i+1]
		}
		begin := r.from[i]
		if node == nil || end <= from || begin >= to {
			continue
		}
		old := node.Text()
		a, z := max(0, from-begin), min(len(old), to-begin)
		middle := ""
		if first {
			middle, first = text, false
		}
		setText(node, old[:a]+middle+old[z:])
	}
}

// setText puts a text into a w:t; line breaks in it become breaks of the run.
func setText(t *etree.Element, text string) {
	text = clean(text)
	pieces := strings.Split(text, "\n")
	t.SetText(pieces[0])
	if strings.TrimSpace(pieces[0]) != pieces[0] || pieces[0] == "" {
		t.CreateAttr("xml:space", "preserve")
	}
	if len(pieces) == 1 {
		return
	}
	run, at := t.Parent(), t.Index()
	for _, piece := range pieces[1:] {
		at++
		run.InsertChildAt(at, etree.NewElement("w:br"))
		more := etree.NewElement("w:t")
		more.CreateAttr("xml:space", "preserve")
		more.SetText(piece)
		at++
		run.InsertChildAt(at, more)
	}
}

// clean drops the signs that XML has no place for.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r >= 0x20 && r != 0xFFFE && r != 0xFFFF && !(r >= 0xD800 && r <= 0xDFFF) {
			return r
		}
		return -1
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}

// fill replaces the fields of one paragraph, the last first, so that places hold.
func (m *merger) fill(p *etree.Element, scope []Fields) error {
	if text := textOf(p).text; !fieldMark.MatchString(text) {
		return nil
	}
	text := textOf(p).text
	marks := fieldMark.FindAllStringSubmatchIndex(text, -1)
	for i := len(marks) - 1; i >= 0; i-- {
		mark := marks[i]
		sign, name := text[mark[2]:mark[3]], text[mark[4]:mark[5]]
		if sign != "" {
			if m.lenient {
				continue
			}
			return fmt.Errorf("%s“%s”里的“%s”没有与之成对的标记", m.place, short(strings.TrimSpace(text)), text[mark[0]:mark[1]])
		}
		value, ok := lookUp(name, scope)
		if m.lenient {
			value, ok = scope[0].Text[name]
		}
		if !ok {
			if m.lenient {
				continue
			}
			return m.unknown(name, text)
		}
		m.touched = true
		textOf(p).cut(mark[0], mark[1], value)
	}
	return nil
}

func (m *merger) unknown(name, text string) error {
	return fmt.Errorf("%s“%s”里的字段“%s”没有这一项；可用的字段见模板页的说明", m.place, short(strings.TrimSpace(text)), name)
}

// lookUp finds a text by its name, the innermost scope first.
func lookUp(name string, scope []Fields) (string, bool) {
	f, known := Field{}, false
	for _, x := range FieldTable() {
		if x.Name == name || x.Code == name {
			f, known = x, true
		}
	}
	if !known || f.IsList {
		return "", false
	}
	for i := len(scope) - 1; i >= 0; i-- {
		if value, ok := scope[i].Text[f.Name]; ok {
			return value, true
		}
	}
	return "", f.List == ""
}
