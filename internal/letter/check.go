package letter

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// CheckDOCX refuses a .docx that could carry out, fetch or hide something: macros,
// embedded programs, links to elsewhere, paths out of the archive, entities, and
// what is unpacked into far more than it is. The error is a sentence that says what
// was found and what to do.
func CheckDOCX(docx []byte) error {
	parts, err := unpack(docx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, p := range parts {
		lower := strings.ToLower(p.name)
		if seen[lower] {
			return fmt.Errorf("文件里有两个“%s”，不能确定用哪一个；请用 WPS 或 Word 另存后再上传", short(p.name))
		}
		seen[lower] = true
		if err := checkName(p.name); err != nil {
			return err
		}
		if strings.HasSuffix(lower, ".xml") || strings.HasSuffix(lower, ".rels") || strings.HasSuffix(lower, ".vml") {
			if err := checkXML(p); err != nil {
				return err
			}
		}
	}
	if !seen["[content_types].xml"] || !seen["word/document.xml"] {
		return errors.New("不是 Word 文档（缺少正文）；请用 WPS 或 Word 另存为 .docx 后再上传")
	}
	return nil
}

// checkName refuses paths that lead out of the archive, and parts that are
// programs.
func checkName(name string) error {
	lower := strings.ToLower(name)
	switch {
	case name == "" || len(name) > 250 || strings.ContainsAny(name, "\\:\x00") || strings.HasPrefix(name, "/") || path.Clean(name) != strings.TrimSuffix(name, "/") || strings.HasPrefix(name, ".."):
		return fmt.Errorf("文件里有名称不合规的部分“%s”，可能会写到别的目录；请用 WPS 或 Word 另存后再上传", short(name))
	case strings.Contains(lower, "vbaproject") || strings.Contains(lower, "vbadata") || strings.Contains(lower, "macro"):
		return errors.New("文件带有宏；请另存为不带宏的 .docx 后再上传")
	case strings.Contains(lower, "activex/") || strings.Contains(lower, "embeddings/") || strings.HasSuffix(lower, ".exe") || strings.HasSuffix(lower, ".dll") || strings.HasSuffix(lower, ".bin"):
		return fmt.Errorf("文件里嵌有控件或其他文件（%s）；请删去后再上传", short(name))
	}
	return nil
}

// reaching are the field codes that fetch or carry out something.
var reaching = regexp.MustCompile(`(?i)\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON|RD)\b`)

// checkXML walks a part: no document type, no depth to drown in, no macros by
// type, no link out of the document.
func checkXML(p part) error {
	d := xml.NewDecoder(bytes.NewReader(p.data))
	d.Strict = true
	depth, instruction := 0, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("文件里的“%s”读不懂（不是 UTF-8 的 XML，或已损坏）；请用 WPS 或 Word 另存后再上传", p.name)
		}
		switch t := token.(type) {
		case xml.Directive:
			return fmt.Errorf("文件里的“%s”带有文档类型声明（DTD），不能接收；请用 WPS 或 Word 另存后再上传", p.name)
		case xml.StartElement:
			if depth++; depth > 256 {
				return fmt.Errorf("文件里的“%s”层次过深，不像一份公文", p.name)
			}
			instruction = t.Name.Local == "instrText"
			if err := checkElement(p.name, t); err != nil {
				return err
			}
		case xml.EndElement:
			depth--
			instruction = false
		case xml.CharData:
			if instruction && reaching.Match(t) {
				return fmt.Errorf("文件里有取用外部内容的域（%s）；请删去后再上传", short(strings.TrimSpace(string(t))))
			}
		}
	}
}

func checkElement(part string, t xml.StartElement) error {
	value := func(name string) string {
		for _, a := range t.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	switch t.Name.Local {
	case "Relationship":
		if strings.EqualFold(value("TargetMode"), "External") {
			return fmt.Errorf("文件里有指向外部的链接（%s）；请取消超链接、外部图片和附加模板后再上传", short(value("Target")))
		}
		if target := value("Target"); strings.Contains(target, "://") || strings.Contains(target, "\\") {
			return fmt.Errorf("文件里有指向外部的链接（%s）；请取消后再上传", short(target))
		}
	case "Override", "Default":
		if lower := strings.ToLower(value("ContentType")); part == "[Content_Types].xml" && (strings.Contains(lower, "macro") || strings.Contains(lower, "vba")) {
			return errors.New("文件带有宏（.docm）；请另存为不带宏的 .docx 后再上传")
		}
	case "altChunk", "subDoc":
		return errors.New("文件引用了其他文档；请把内容复制进来后再上传")
	case "fldSimple":
		if reaching.MatchString(value("instr")) {
			return fmt.Errorf("文件里有取用外部内容的域（%s）；请删去后再上传", short(value("instr")))
		}
	}
	return nil
}

// Finding is something wrong in a template, with its place in the sentence.
type Finding struct{ Sentence string }

// CheckTemplate judges a template for a kind of letter: a safe .docx, every field
// known, every section ended, and the passages of the letter somewhere in it.
func CheckTemplate(docx []byte, kind Kind) []Finding {
	if err := CheckDOCX(docx); err != nil {
		return []Finding{{err.Error() + "。"}}
	}
	parts, err := unpack(docx)
	if err == nil {
		_, err = Paragraphs(docx) // no open revisions, no comments
	}
	if err != nil {
		return []Finding{{err.Error() + "。"}}
	}
	var out []Finding
	used := map[string]bool{}
	for _, p := range parts {
		if place, ok := textPart(p.name); ok {
			found, names, err := templateFields(p, place)
			if err != nil {
				return []Finding{{err.Error() + "。"}}
			}
			out = append(out, found...)
			for _, n := range names {
				used[n] = true
			}
		}
	}
	for _, need := range needed(kind) {
		if !used[need] {
			out = append(out, Finding{fmt.Sprintf("模板里没有字段“{{%s}}”，用它做出的%s缺少应有的内容；请加上后再上传。", need, kind.Title())})
		}
	}
	if len(out) > 0 {
		return out
	}
	if _, err := Merge(docx, sampleFields(kind)); err != nil {
		return []Finding{{err.Error() + "。"}}
	}
	return nil
}

// needed lists the fields without which a letter lacks its passages.
func needed(kind Kind) []string {
	switch {
	case kind.Code() == "contents":
		return []string{"#清单"}
	case kind.Form():
		return []string{"#表项", "内容"}
	case kind.Numbered():
		return []string{"文号", "主送", "#正文", "段落", "成文日期"}
	}
	return []string{"主送", "#正文", "段落", "成文日期"}
}

// templateFields lists the fields of a part, and says which are wrong and where.
func templateFields(p part, place string) (wrong []Finding, names []string, err error) {
	doc, err := parse(p)
	if err != nil {
		return nil, nil, err
	}
	var open []string
	for n, paragraph := range paragraphs(doc.Root()) {
		text := textOf(paragraph).text
		for _, m := range fieldMark.FindAllStringSubmatch(text, -1) {
			f, known := canonical(m[2], append(slices.Clone(open), allLists()...))
			at := fmt.Sprintf("%s第%d段“%s”", place, n+1, short(strings.TrimSpace(text)))
			switch {
			case !known:
				wrong = append(wrong, Finding{fmt.Sprintf("%s里的字段“%s”没有这一项；可用的字段见本页的说明。", at, m[2])})
				continue
			case m[1] == "" && f.IsList:
				wrong = append(wrong, Finding{fmt.Sprintf("%s里的“%s”有多项，应写成{{#%s}}……{{/%s}}。", at, f.Name, f.Name, f.Name)})
			case m[1] == "" && f.List != "" && !slices.Contains(open, f.List):
				wrong = append(wrong, Finding{fmt.Sprintf("%s里的字段“%s”只能写在{{#%s}}与{{/%s}}之间。", at, f.Name, f.List, f.List)})
			case m[1] == "#" || m[1] == "^":
				open = append(open, f.Name)
			case m[1] == "/":
				if i := slices.Index(open, f.Name); i >= 0 {
					open = slices.Delete(open, i, i+1)
				} else {
					wrong = append(wrong, Finding{fmt.Sprintf("%s里的“{{/%s}}”前面没有“{{#%s}}”。", at, f.Name, f.Name)})
				}
			}
			names = append(names, strings.TrimPrefix(m[1], "/")+f.Name)
		}
		for _, stray := range strayMarks(text) {
			wrong = append(wrong, Finding{fmt.Sprintf("%s第%d段里的“%s”不是完整的字段，应写成{{字段名}}。", place, n+1, stray)})
		}
	}
	for _, name := range open {
		wrong = append(wrong, Finding{fmt.Sprintf("%s里的“{{#%s}}”没有与之成对的“{{/%s}}”。", place, name, name)})
	}
	return wrong, names, nil
}

func allLists() []string {
	var out []string
	for _, f := range FieldTable() {
		if f.IsList {
			out = append(out, f.Name)
		}
	}
	return out
}

// strayMarks finds braces that are no whole field.
func strayMarks(text string) []string {
	var out []string
	rest := fieldMark.ReplaceAllString(text, "")
	for _, mark := range []string{"{{", "}}"} {
		if i := strings.Index(rest, mark); i >= 0 {
			out = append(out, short(rest[i:]))
		}
	}
	return out
}

// sampleFields fill a template for trial.
func sampleFields(kind Kind) Fields {
	f := Fields{Text: map[string]string{}, Lists: map[string][]Fields{}}
	for _, x := range FieldTable() {
		switch {
		case x.IsList:
			item := Fields{Text: map[string]string{}}
			for _, y := range FieldTable() {
				if y.List == x.Name {
					item.Text[y.Name] = "示例"
				}
			}
			f.Lists[x.Name] = []Fields{item, item}
		case x.List == "":
			f.Text[x.Name] = "示例"
		}
	}
	f.Text["标题"] = kind.Title()
	return f
}
