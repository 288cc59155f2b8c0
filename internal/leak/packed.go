package leak

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// packed looks through every part of an office document.
func (c *check) packed(place string, content []byte, depth int) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		c.unread(place, "文件打不开，没有核对")
		return
	}
	parts := map[string][]byte{}
	pictures := 0
	for _, f := range z.File {
		data, ok := c.unpack(place, f)
		if !ok {
			continue
		}
		switch ending := strings.ToLower(path.Ext(f.Name)); {
		case ending == ".xml" || ending == ".rels" || ending == ".vml":
			parts[f.Name] = data
		case strings.HasSuffix(f.Name, "/"):
		case slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".jb2", ".svg"}, ending):
			pictures++
		case strings.Contains(f.Name, "embeddings/") || ending == ".txt" || ending == ".html" || ending == ".htm" || ending == ".bin" && strings.Contains(f.Name, "oleObject"):
			c.guess(join(place, "嵌入的"+path.Base(f.Name)), data, depth+1)
		}
	}
	if pictures > 0 {
		c.unread(place, fmt.Sprintf("含%d张图片，图里的文字没有核对，请人工查看", pictures))
	}
	if parts["xl/workbook.xml"] != nil {
		c.workbook(place, parts)
	}
	for _, name := range sortedKeys(parts) {
		if !strings.HasPrefix(name, "xl/worksheets/sheet") && name != "xl/sharedStrings.xml" {
			c.part(place, name, parts[name])
		}
	}
}

func (c *check) unpack(place string, f *zip.File) ([]byte, bool) {
	if f.UncompressedSize64 > uint64(c.left) {
		c.unread(place, "内容太大，“"+f.Name+"”没有核对")
		return nil, false
	}
	r, err := f.Open()
	if err != nil {
		c.unread(place, "“"+f.Name+"”已损坏，没有核对")
		return nil, false
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, c.left))
	c.left -= int64(len(data))
	if err != nil {
		c.unread(place, "“"+f.Name+"”已损坏，没有核对")
		return nil, false
	}
	return data, true
}

func sortedKeys(parts map[string][]byte) []string {
	var out []string
	for name := range parts {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// part looks through a part of a document: the text of each paragraph, whatever
// runs it is cut into, deleted and hidden text too; rows of cells with one sign
// each; and the attributes that hold words.
func (c *check) part(place, name string, data []byte) {
	p := &partReader{c: c, name: name, where: join(place, partWord(name))}
	d := reader(data)
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			c.unread(p.where, "有读不懂的地方，其后没有核对")
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			p.start(t)
		case xml.CharData:
			p.text.Write(t)
		case xml.EndElement:
			p.end(t.Name.Local)
		}
	}
	p.flush()
}

// partReader is a part being read.
type partReader struct {
	c           *check
	name, where string
	text        strings.Builder
	row         boxes
	paragraph   int
}

func (p *partReader) start(t xml.StartElement) {
	switch t.Name.Local {
	case "p", "comment", "TextObject", "si":
		p.flush()
		p.paragraph++
	case "tr":
		p.row = boxes{}
	case "tab", "br", "cr":
		p.text.WriteByte('\n')
	}
	for _, a := range t.Attr {
		if wordy(a.Name.Local) {
			p.c.text(p.where, a.Value)
		}
	}
}

func (p *partReader) end(element string) {
	if p.ends(element) {
		p.flush()
	}
	if element == "tr" {
		p.c.boxed(fmt.Sprintf("%s第%d段前的表格", p.where, p.paragraph), p.row)
	}
}

// ends reports whether a text is over with an element. What only shapes a run is
// not: a number may be cut there.
func (p *partReader) ends(element string) bool {
	base := strings.TrimRight(strings.TrimSuffix(p.name, ".xml"), "0123456789")
	switch {
	case element == "p":
		return true
	case slices.Contains([]string{"word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments", "word/glossary/document"}, base):
		return false
	case strings.HasPrefix(base, "xl/comments"), strings.HasPrefix(base, "xl/threadedComments"), strings.HasPrefix(base, "xl/drawings"):
		return element == "text" || element == "comment" || element == "threadedComment"
	}
	return len(element) > 1 && !slices.Contains([]string{"rPr", "TextCode", "CGTransform", "Glyphs", "bookmarkStart"}, element)
}

func (p *partReader) flush() {
	if p.text.Len() == 0 {
		return
	}
	text := p.text.String()
	p.text.Reset()
	p.row.add(text)
	p.c.text(fmt.Sprintf("%s第%d段", p.where, max(1, p.paragraph)), text)
}

// boxes are the cells of a row in which one sign each is written, as forms ask for
// an identity number.
type boxes struct {
	signs strings.Builder
	count int
}

func (b *boxes) add(cell string) {
	if cell = strings.TrimSpace(cell); len([]rune(cell)) == 1 {
		b.signs.WriteString(cell)
		b.count++
	} else {
		b.signs.WriteString("\n\n\n\n" + cell) // what stands before is over
	}
}

// boxed looks through a row of boxes.
func (c *check) boxed(place string, b boxes) {
	if b.count >= 11 {
		c.text(place, b.signs.String())
	}
}

// wordy are the attributes in which people's words stand.
func wordy(name string) bool {
	return slices.Contains([]string{"descr", "title", "Target", "tooltip", "alt", "val", "v", "display", "author", "name", "prompt", "error"}, name)
}

// reader reads XML as office programs write it, leniently.
func reader(data []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		known, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return known.NewDecoder().Reader(in), nil
	}
	return d
}

// partWord names a part of a document as people do.
func partWord(name string) string {
	base := strings.TrimRight(strings.TrimSuffix(strings.ToLower(path.Base(name)), ".xml"), "0123456789")
	words := map[string]string{"document": "正文", "header": "页眉", "footer": "页脚", "comments": "批注", "threadedcomment": "批注", "person": "批注人", "footnotes": "脚注", "endnotes": "尾注",
		"core": "文件属性", "app": "文件属性", "custom": "文件属性", "settings": "文件设置", "drawing": "图形里的文字", "vmldrawing": "批注图形", "chart": "图表", "data": "图示",
		"item": "附带的数据", "workbook": "工作簿", "pivotcacherecords": "透视表缓存", "pivotcachedefinition": "透视表缓存", "content": "页面文字", "externallink": "外部链接的缓存"}
	if w := words[base]; w != "" {
		return w
	}
	return "部件“" + name + "”"
}
