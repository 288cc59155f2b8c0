package letter

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// r is a run, with proofing marks and a bookmark before it as word processors put
// them.
func r(text string) string {
	return `<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="1" w:name="_GoBack"/><w:bookmarkEnd w:id="1"/><w:r w:rsidR="00A1"><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>` + text + `</w:t></w:r>`
}

// torn spreads a text over runs, a sign each.
func torn(text string) string {
	var b strings.Builder
	for _, sign := range text {
		b.WriteString(r(string(sign)))
	}
	return `<w:p w14:paraId="11112222">` + b.String() + `</w:p>`
}

func tornFields() Fields {
	item := func(label, value string) Fields {
		return Fields{Text: map[string]string{"项目": label, "内容": value}}
	}
	line := func(text string) Fields { return Fields{Text: map[string]string{"段落": text}} }
	return Fields{Text: map[string]string{"标题": "补正告知书", "文号": "", "主送": "陈<小明>&", "申请内容": "第一行\n第二行", "发文机关": "财政局"},
		Lists: map[string][]Fields{"表项": {item("甲", "1"), item("乙", "{{标题}}")}, "正文": {line("一"), line("二")}, "清单": nil}}
}

// Fields that word processors tear apart are filled: over runs with marks between,
// in tables, repeated rows, text boxes told twice, headers; conditions stay or go;
// what is put in is not read again.
func TestTornFields(t *testing.T) {
	const box = `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>%[1]s</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>%[1]s</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`
	const table = `<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>%s</w:tc><w:tc>%s</w:tc></w:tr></w:tbl>`
	for _, x := range []struct{ name, body, want string }{
		{"一个字一段", torn("关于{{主送}}的{{标题}}"), "关于陈<小明>&的补正告知书"},
		{"字段中间有空格", torn("{{ 标题 }}"), "补正告知书"},
		{"英文字段名", torn("{{title}}"), "补正告知书"},
		{"多行", torn("内容：{{申请内容}}。"), "内容：第一行\n第二行。"},
		{"文本框（两份）", fmt.Sprintf(box, torn("{{标题}}")), "|补正告知书|补正告知书"},
		{"表格重复行", fmt.Sprintf(table, torn("{{#表项}}{{项目}}"), torn("{{内容}}{{/表项}}")), "甲|1|乙|{{标题}}"},
		{"段落重复", torn("{{#正文}}{{段落}}{{/正文}}"), "一|二"},
		{"几段一起重复", torn("{{#正文}}") + torn("第{{段落}}段") + torn("完") + torn("{{/正文}}"), "第一段|完|第二段|完"},
		{"单元格里的段落重复", fmt.Sprintf(table, torn("{{#正文}}{{段落}}{{/正文}}"), torn("右")), "一|二|右"},
		{"空的重复", torn("前") + torn("{{#清单}}{{名称}}{{/清单}}") + torn("后"), "前|后"},
		{"空表格整个去掉", torn("前") + fmt.Sprintf(table, torn("{{#清单}}{{名称}}"), torn("{{件号}}{{/清单}}")) + torn("后"), "前|后"},
		{"条件：没有", torn("A{{#文号}}（{{文号}}）{{/文号}}B"), "AB"},
		{"条件：有", torn("A{{#标题}}（{{标题}}）{{/标题}}B"), "A（补正告知书）B"},
		{"条件：反面", torn("A{{^文号}}无号{{/文号}}B"), "A无号B"},
		{"嵌套", torn("{{#表项}}") + torn("{{项目}}{{#文号}}有号{{/文号}}{{^文号}}无号{{/文号}}") + torn("{{/表项}}"), "甲无号|乙无号"},
		{"隔着制表符和换行", `<w:p>` + r("{{标") + r("题}}") + `<w:r><w:tab/><w:br/></w:r>` + r("{{发文机关}}") + `</w:p>`, "补正告知书\t\n财政局"},
	} {
		t.Run(x.name, func(t *testing.T) {
			docx, err := Merge(docxOf(t, x.body), tornFields())
			if err != nil {
				t.Fatal(err)
			}
			if err := CheckDOCX(docx); err != nil {
				t.Error(err)
			}
			if got := saysDocument(t, docx); got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
		})
	}
}

// saysDocument gives the paragraphs of a document, told by a bar.
func saysDocument(t *testing.T, docx []byte) string {
	t.Helper()
	doc, err := parse(part{name: "word/document.xml", data: []byte(readDOCX(t, docx)["word/document.xml"])})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range paragraphs(doc.Root()) {
		out = append(out, textOf(p).text)
	}
	return strings.Join(out, "|")
}

// Nothing of a document but its fields changes: parts without fields are the same
// bytes, and of a filled part all that is no field stays, in its order.
func TestNothingElseIsLost(t *testing.T) {
	odd := `<w:p w:rsidR="1"><w:pPr><w:pStyle w:val="X"/><w:rPr><w:b/></w:rPr></w:pPr><w:r><w:rPr><w:color w:val="C00000"/></w:rPr><w:t xml:space="preserve"> 保留 </w:t></w:r><w:sdt><w:sdtPr><w:alias w:val="a"/></w:sdtPr><w:sdtContent>` + r("控件") + `</w:sdtContent></w:sdt><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><!-- 注 --><w:tbl><w:tblPr><w:tblStyle w:val="T"/></w:tblPr><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`
	field := func(text string) string {
		return `<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:proofErr w:type="gramStart"/><w:r><w:t>` + text + `</w:t></w:r><w:proofErr w:type="gramEnd"/></w:p>`
	}
	rest := [][2]string{
		{"word/header1.xml", xmlHead + `<w:hdr ` + spaces + `>` + odd + field("{{标题}}") + `</w:hdr>`},
		{"word/header2.xml", xmlHead + `<w:hdr ` + spaces + `><w:p><w:r><w:t>没有字段 { </w:t></w:r></w:p></w:hdr>`},
		{"word/theme/theme1.xml", `<a:theme xmlns:a="x"><a:name>{{标题}}</a:name></a:theme>`},
		{"word/media/image1.png", "\x89PNG\r\n\x1a\n{{标题}}"},
		{"docProps/custom.xml", `<Properties><p>{{标题}}</p></Properties>`},
	}
	template := docxOf(t, odd+field("{{标题}}")+odd+`<w:sectPr><w:pgSz w:w="11906"/></w:sectPr>`, rest...)
	filled, err := Merge(template, tornFields())
	if err != nil {
		t.Fatal(err)
	}
	before, after := readDOCX(t, template), readDOCX(t, filled)
	for name, text := range before {
		want := text
		if name == "word/document.xml" || name == "word/header1.xml" {
			want = strings.ReplaceAll(text, "{{标题}}", "补正告知书")
		}
		if diff := cmp.Diff(want, after[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d parts, want %d", len(after), len(before))
	}
}

// What a template gets wrong is named with its place, and refused.
func TestTemplateFindings(t *testing.T) {
	kind, err := ParseKind("receipt")
	if err != nil {
		t.Fatal(err)
	}
	good := torn("{{主送}}：") + torn("{{#正文}}{{段落}}{{/正文}}") + torn("{{成文日期}}")
	for _, x := range []struct{ name, body, want string }{
		{"齐全", good, ""},
		{"不认识的字段", good + torn("{{题目}}"), "正文第4段“{{题目}}”里的字段“题目”没有这一项"},
		{"没有结束", good + torn("{{#文号}}x"), "“{{#文号}}”没有与之成对的“{{/文号}}”"},
		{"没有开始", good + torn("x{{/文号}}"), "“{{/文号}}”前面没有“{{#文号}}”"},
		{"列表当文字", good + torn("{{表项}}"), "应写成{{#表项}}"},
		{"项在列表外", good + torn("{{内容}}"), "只能写在{{#表项}}与{{/表项}}之间"},
		{"写了一半", good + torn("{{标题}"), "不是完整的字段"},
		{"没有正文", torn("{{主送}}{{成文日期}}"), "模板里没有字段“{{#正文}}”"},
	} {
		t.Run(x.name, func(t *testing.T) {
			var got []string
			for _, f := range CheckTemplate(docxOf(t, x.body), kind) {
				got = append(got, f.Sentence)
			}
			if text := strings.Join(got, "\n"); (x.want == "") != (text == "") || !strings.Contains(text, x.want) {
				t.Errorf("%q, want %q", text, x.want)
			}
		})
	}
	var footer []string
	for _, f := range CheckTemplate(docxOf(t, good, [2]string{"word/footer1.xml", xmlHead + `<w:ftr ` + spaces + ` xmlns:w14="x">` + torn("{{页码}}") + `</w:ftr>`}), kind) {
		footer = append(footer, f.Sentence)
	}
	if text := strings.Join(footer, ""); !strings.Contains(text, "页脚第1段") {
		t.Errorf("in the footer: %q", text)
	}
}
