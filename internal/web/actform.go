package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/width"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// actField is a field of an act's form.
type actField struct {
	name, label, hint string
	// kind: text, line, choice, many, select; "day" is a line that holds a day,
	// "coming" one that may lie ahead, "count" one that holds a positive whole number
	kind     string
	optional bool
	initial  string
	options  []parts.Option
}

// actFields says what each act asks besides its day. Free text becomes a note of
// the event; everything else is a code, a number or a day.
func actFields(code string, c *cases.Case) []actField {
	agree := []parts.Option{{Value: "agree", Label: "同意公开"}, {Value: "refuse", Label: "不同意公开"}}
	approver := actField{name: "approver", label: "同意人（政府信息公开工作机构负责人）", kind: "line", hint: "写明姓名、职务和同意日期；纸质签批件留存备查。"}
	text := func(name, label, hint string, optional bool) actField {
		return actField{name: name, label: label, hint: hint, kind: "text", optional: optional}
	}
	switch code {
	case "supplement_asked":
		return []actField{{name: "causes", label: "需要补正的事项", kind: "many", hint: "一次性告知全部事项。", options: []parts.Option{
			{Value: "identity", Label: "身份证明或联系方式"}, {Value: "description", Label: "所申请信息的名称、文号或其他特征性描述"}, {Value: "form", Label: "获取信息的方式、途径"}}},
			text("items", "告知内容", "写给申请人：哪些地方不明确，应当怎样补正。", false),
			{name: "days", label: "补正期限（工作日）", kind: "count", hint: "合理期限，一般不超过15个工作日。", initial: "15"},
			{name: "second", label: "再次告知的理由", kind: "line", optional: true, hint: "第一次告知补正时不填。"}}
	case "consult_sent":
		return []actField{{name: "party", label: "征求谁的意见", kind: "choice", options: []parts.Option{
			{Value: "third_party", Label: "第三方（商业秘密、个人隐私）"}, {Value: "co_producer", Label: "共同制作的其他机关"}, {Value: "other_agency", Label: "其他机关（会同答复）"}}},
			text("who", "被征求意见方", "名称和联系方式，写在征求意见书上。", false)}
	case "consult_served", "consult_silent":
		return []actField{refField(c, c.OpenConsults(code))}
	case "consult_replied":
		return []actField{refField(c, c.OpenConsults(code)), {name: "answer", label: "意见", kind: "choice", options: agree}, text("reasons", "意见和理由", "照录来函。", true)}
	case "release_decided":
		return []actField{refField(c, c.RefusedConsults()), text("reasons", "公共利益的理由", "不公开可能对公共利益造成什么重大影响；另行书面告知第三方。", false)}
	case "co_asked":
		return []actField{{name: "to", label: "协办人或科室", kind: "choice", optional: true}, text("items", "请谁协办、办什么", "内部协办5个工作日内回复；答复期限照常计算。", false)}
	case "co_answered":
		return []actField{coField(c), text("reasons", "协办意见", "", false)}
	case "extended":
		return []actField{{name: "days", label: "延长的工作日", kind: "count", hint: "最长20个工作日，只能延长一次，届满前告知申请人。", initial: "20"}, approver, text("reasons", "延期理由", "写进延期答复告知书。", false)}
	case "fee_noticed":
		return []actField{text("finding", "数量、频次明显超过合理范围的事实", "收费以此认定为前提；通知书同时告知可现场查阅、缩小申请范围。", false), approver,
			{name: "method", label: "计费方式", kind: "choice", options: []parts.Option{{Value: "pieces", Label: "按件"}, {Value: "pages", Label: "按页"}}},
			{name: "count", label: "件数或页数", kind: "count", hint: "按件：本机关当月第几件；按页：本件共多少页。金额由系统按国办函〔2020〕109号计算。"}}
	case "delayed":
		return []actField{{name: "until", label: "延迟答复至", kind: "coming", hint: "工作日，如 2026-03-20。"}, text("reasons", "理由", "", false)}
	case "reasons_asked":
		return []actField{text("finding", "数量、频次明显超过合理范围的事实", "写进说明理由告知书。", false)}
	case "searched":
		return []actField{text("search", "检索情况", "检索范围、方法、关键词、检索人和结果。", false)}
	case "secrecy_reviewed":
		return []actField{{name: "result", label: "审查结论", kind: "choice", options: []parts.Option{
			{Value: "clear", Label: "不涉密，可以公开"}, {Value: "secret", Label: "属于国家秘密"}, {Value: "uncertain", Label: "不能确定，报有关主管部门或保密行政管理部门确定"}}}}
	case "contacted":
		return []actField{{name: "way", label: "方式", kind: "choice", initial: "phone", options: []parts.Option{
			{Value: "phone", Label: "电话"}, {Value: "visit", Label: "当面"}, {Value: "mail", Label: "书信、邮件"}, {Value: "attempt", Label: "没有联系上"}}},
			text("call", "沟通情况", "", true)}
	case "delay_explained":
		return delayFields(false)
	case "served":
		return []actField{{name: "way", label: "送达方式", kind: "choice", options: []parts.Option{
			{Value: "mail", Label: "邮寄"}, {Value: "in_person", Label: "当面（签收）"}, {Value: "electronic", Label: "电子方式"}, {Value: "platform", Label: "省平台"}, {Value: "pick_up", Label: "自取"}, {Value: "notice", Label: "公告"}}},
			text("document", "凭证", "邮件号、签收人等。", true)}
	case "approved":
		return []actField{text("opinion", "意见", "", true)}
	case "signed_on_paper":
		return []actField{text("signer", "签批人", "签批人姓名、职务、签批日期；纸质审批表留存。", false)}
	case "returned":
		return []actField{text("opinion", "退回意见", "写明要改什么。", false)}
	case "withdrawn":
		return []actField{text("reasons", "撤回的书面依据", "撤回申请书的日期和方式；登记后本件随即办结。", false)}
	case "remedy_filed":
		return []actField{{name: "remedy", label: "途径", kind: "choice", options: remedyOptions()}}
	case "remedy_step":
		return []actField{disputeField(c), {name: "step", label: "进展", kind: "choice", options: remedySteps()},
			{name: "due", label: "由此产生的期限", kind: "coming", optional: true, hint: "如开庭日期。收到复议答复通知、起诉状的，不填即按法定期限计算：复议10个工作日（简易程序5个），诉讼15日。"}, text("appears", "出庭人员", "开庭、听证的，写明出庭负责人和代理人。", true), text("reasons", "说明", "", true)}
	case "remedy_closed":
		return []actField{disputeField(c), {name: "result", label: "结果", kind: "choice", options: resultOptions()}}
	}
	return nil
}

func remedyOptions() []parts.Option {
	var out []parts.Option
	for _, k := range cases.RemedyKinds() {
		out = append(out, parts.Option{Value: k.Code(), Label: k.Label()})
	}
	return out
}

func resultOptions() []parts.Option {
	var out []parts.Option
	for _, r := range cases.Results() {
		if r != cases.Pending {
			out = append(out, parts.Option{Value: r.Code(), Label: r.Label()})
		}
	}
	return out
}

func remedySteps() []parts.Option {
	var out []parts.Option
	for _, s := range cases.RemedySteps() {
		out = append(out, parts.Option{Value: s[0], Label: s[1]})
	}
	return out
}

// refField chooses among some consultations of a case; the last one is usual.
func refField(c *cases.Case, refs []int) actField {
	f := actField{name: "ref", label: "哪一次征求意见", kind: "choice"}
	for _, e := range cases.Timeline(c.Events, 0) {
		if sent, ok := e.Fact.(cases.ConsultSent); ok && slices.Contains(refs, sent.Ref) {
			f.initial = strconv.Itoa(sent.Ref)
			f.options = append(f.options, parts.Option{Value: f.initial, Label: e.On.Chinese() + "发出 " + factDetail(sent)})
		}
	}
	return f
}

func coField(c *cases.Case) actField {
	f := actField{name: "ref", label: "哪一次协办", kind: "choice"}
	for _, e := range cases.Timeline(c.Events, 0) {
		if asked, ok := e.Fact.(cases.CoAsked); ok {
			f.initial = strconv.Itoa(asked.Ref)
			f.options = append(f.options, parts.Option{Value: f.initial, Label: e.On.Chinese() + "发出"})
		}
	}
	return f
}

func disputeField(c *cases.Case) actField {
	f := actField{name: "ref", label: "哪一件复议诉讼", kind: "choice"}
	for _, e := range cases.Timeline(c.Events, 0) {
		if filed, ok := e.Fact.(cases.RemedyFiled); ok {
			f.initial = strconv.Itoa(filed.Ref)
			f.options = append(f.options, parts.Option{Value: f.initial, Label: e.On.Chinese() + "提起 " + filed.Remedy.Label()})
		}
	}
	return f
}

// actInput is what was sent: the day and the fields, with what is wrong.
type actInput struct {
	on       calendar.Date
	typedOn  string
	values   map[string][]string
	problems []parts.Problem
}

func (in actInput) one(name string) string {
	if v := in.values[name]; len(v) > 0 {
		return strings.TrimSpace(v[0])
	}
	return ""
}

func (in actInput) number(name string) int {
	n, err := strconv.Atoi(in.one(name))
	if err != nil {
		return 0
	}
	return n
}

// readAct reads an act's form and holds it against its fields. what is empty
// where it must not be gets its sentence; the law's own no comes from the act.
func readAct(c echo.Context, fields []actField, today calendar.Date) (actInput, error) {
	params, err := c.FormParams()
	if err != nil {
		return actInput{}, err
	}
	in := actInput{values: params}
	in.typedOn = in.one("on")
	var ok bool
	if in.on, ok = readNearDay(in.typedOn, today); !ok {
		in.problems = append(in.problems, parts.Problem{Field: "on", Message: "日期“" + in.typedOn + "”读不懂，应为如 " + today.String() + " 的日期"})
	}
	for i, f := range fields {
		if _, sent := params[f.name]; !sent && f.kind == "select" {
			in.values[f.name] = []string{f.initial} // a script that leaves it out leaves it as it is
		}
		if in.one(f.name) == "" && !f.optional {
			word := "没有填写"
			if f.kind == "choice" || f.kind == "many" {
				word = "没有选择"
			}
			in.problems = append(in.problems, parts.Problem{Field: f.name, Message: word + "“" + f.label + "”"})
			continue
		}
		in.readField(fields[i], today)
	}
	return in, nil
}

// readField holds what was typed into a day or a number against what it must be;
// a day is kept as it was understood.
func (in *actInput) readField(f actField, today calendar.Date) {
	typed := in.one(f.name)
	if typed == "" {
		return
	}
	switch f.kind {
	case "day", "coming":
		day, ok := readNearDay(typed, today)
		if f.kind == "coming" {
			day, ok = readComingDay(typed, today)
		}
		if !ok {
			in.problems = append(in.problems, parts.Problem{Field: f.name, Message: f.label + "“" + typed + "”读不懂，应为如 " + today.String() + " 的日期"})
			return
		}
		in.values[f.name] = []string{day.String()}
	case "count":
		n, err := strconv.Atoi(strings.TrimSpace(width.Narrow.String(typed)))
		if err != nil || n < 1 || n > mostCount {
			in.problems = append(in.problems, parts.Problem{Field: f.name, Message: f.label + "“" + typed + "”应为1至" + strconv.Itoa(mostCount) + "的整数，只写数字"})
			return
		}
		in.values[f.name] = []string{strconv.Itoa(n)}
	}
}

// mostCount bounds a number that is typed into an act.
const mostCount = 100000

// firstAct is the form as it opens: today, and the usual values.
func firstAct(fields []actField, today calendar.Date) actInput {
	in := actInput{on: today, typedOn: today.String(), values: map[string][]string{}}
	for _, f := range fields {
		if f.initial != "" {
			in.values[f.name] = []string{f.initial}
		}
	}
	return in
}

// drawFields words the fields with what was typed.
func drawFields(label string, fields []actField, in actInput) []handling.Field {
	out := []handling.Field{{Input: parts.Input{Name: "on", Label: label, Value: in.typedOn, Short: true, Problems: in.problems}}}
	for _, f := range fields {
		d := handling.Field{Kind: f.kind, Input: parts.Input{Short: f.kind == "day" || f.kind == "coming" || f.kind == "count", Name: f.name, Label: f.label, Hint: f.hint, Optional: f.optional,
			Value: in.one(f.name), Problems: in.problems}}
		for _, o := range f.options {
			for _, v := range in.values[f.name] {
				o.Chosen = o.Chosen || v == o.Value
			}
			d.Options = append(d.Options, o)
		}
		out = append(out, d)
	}
	return out
}
