package letter

import (
	"slices"
	"strconv"

	"gongkai/internal/cases"
)

// Fields are what a template can name: texts, and lists whose items have fields of
// their own. Names are the Chinese ones.
type Fields struct {
	Text  map[string]string
	Lists map[string][]Fields
}

// Field is one name that templates may use.
type Field struct {
	Name, Code string
	Hint       string
	List       string // the list in which it stands, "" for everywhere
	IsList     bool
}

// FieldTable lists the names that templates may use.
func FieldTable() []Field {
	return []Field{
		{"标题", "title", "文书名称", "", false}, {"文号", "number", "发文字号", "", false}, {"主送", "to", "受文的人或机关", "", false},
		{"发文机关", "agency", "署名", "", false}, {"发文机关标志", "head", "文头", "", false}, {"成文日期", "date", "如2026年3月12日", "", false},
		{"正文", "body", "文书的各段", "", true}, {"段落", "text", "一段文字", "正文", false},
		{"表项", "rows", "表格式文书的各行", "", true}, {"项目", "label", "一行的名称", "表项", false}, {"内容", "value", "一行的内容", "表项", false},
		{"清单", "list", "卷内目录的各行", "", true}, {"序号", "c1", "", "清单", false}, {"名称", "c2", "", "清单", false}, {"件号", "c3", "文件的文号", "清单", false},
		{"日期", "c4", "", "清单", false}, {"页数", "c5", "", "清单", false}, {"备注", "c6", "", "清单", false},
		{"编号", "case", "申请的登记编号", "", false}, {"申请人", "applicant", "姓名或者名称", "", false}, {"收到日期", "received", "收到申请之日", "", false},
		{"申请内容", "content", "申请人的原文", "", false}, {"承办人", "officer", "", "", false},
		{"机关地址", "address", "", "", false}, {"机关电话", "phone", "", "", false}, {"办公时间", "hours", "", "", false},
		{"行政复议机关", "organ", "", "", false}, {"管辖法院", "court", "", "", false},
	}
}

// canonical gives the Chinese name of a field; false for an unknown one. A field of
// a list is known inside it alone.
func canonical(name string, inside []string) (Field, bool) {
	for _, f := range FieldTable() {
		if (f.Name == name || f.Code == name) && (f.List == "" || slices.Contains(inside, f.List)) {
			return f, true
		}
	}
	return Field{}, false
}

// numberField is what stands for the number in a file that goes to the word
// processor and back before it has one.
const numberField = "{{文号}}"

// FieldsOf gives what a template is filled with: the letter as it stands, and the
// case behind it. Without a number the field itself stays, to be filled when the
// letter gets one.
func FieldsOf(l Letter, in Input) Fields {
	f := Fields{Text: map[string]string{"标题": l.Title, "文号": l.Number, "主送": l.To, "发文机关": l.Agency, "发文机关标志": firstOf(in.Agency.Letterhead, in.Agency.Name, l.Agency), "成文日期": l.On.Chinese(),
		"承办人": in.Officer, "机关地址": in.Agency.Address, "机关电话": in.Agency.Phone, "办公时间": in.Agency.Hours, "行政复议机关": in.Agency.ReviewOrgan, "管辖法院": in.Agency.Court},
		Lists: map[string][]Fields{}}
	if l.Number == "" && l.Kind.Numbered() {
		f.Text["文号"] = numberField
	}
	if in.Case != nil {
		d := newDraft(in)
		f.Text["编号"], f.Text["申请人"], f.Text["收到日期"], f.Text["申请内容"] = in.Case.Number, d.applicants(), d.received.On.Chinese(), in.Case.Content
	}
	for _, p := range l.Body {
		for _, line := range lines(p.Text) {
			f.Lists["正文"] = append(f.Lists["正文"], Fields{Text: map[string]string{"段落": line}})
		}
	}
	for _, r := range l.Rows {
		if r.Value == "" {
			r.Value = "\n" // room for ink
		}
		f.Lists["表项"] = append(f.Lists["表项"], Fields{Text: map[string]string{"项目": r.Label, "内容": r.Value}})
	}
	for i, cells := range l.List {
		item := Fields{Text: map[string]string{"序号": strconv.Itoa(i + 1)}}
		for j, name := range []string{"序号", "名称", "件号", "日期", "页数", "备注"} {
			if j < len(cells) {
				item.Text[name] = cells[j]
			}
		}
		f.Lists["清单"] = append(f.Lists["清单"], item)
	}
	return f
}

// Quoted is what the applicant wrote, as letters quote it.
func Quoted(c *cases.Case) string {
	if c == nil {
		return ""
	}
	return c.Content
}
