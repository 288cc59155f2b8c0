package cases

import "strings"

// Role is what a person is in an agency.
type Role struct{ code string }

// The working roles.
var (
	FrontDesk = Role{"front_desk"}
	Officer   = Role{"officer"}
	Reviewer  = Role{"reviewer"}
	Signer    = Role{"signer"}
	Editor    = Role{"editor"}
)

// Label gives the office's word.
func (r Role) Label() string {
	switch r {
	case FrontDesk:
		return "登记人员"
	case Officer:
		return "承办人"
	case Reviewer:
		return "审核人"
	case Signer:
		return "签发人"
	case Editor:
		return "年报编制人员"
	}
	return ""
}

// Act is one thing that can be done with a case: one line of the workflow.
type Act struct {
	Code    string // the event that it records, and the method's name
	Label   string // the button
	From    []State
	Who     []Role
	Needs   string // what must be there
	Clock   string // what it does to the clock
	Letter  string // the letter that it sends, "" for none
	Article string
}

// Workflow is the one table of what can be done: states × acts × who × needs ×
// effect × letter. Buttons, refusals, the policy test and docs/workflow.md come
// from it.
func Workflow() []Act {
	open := []State{StateRunning, StateConsulting}
	any := []State{StateRunning, StateSupplement, StateConsulting, StatePayment, StateProposed, StateApproved}
	always := append([]State{StateUnconfirmed, StateClosed}, any...)
	// The party's term lapses by itself and the clock runs on; what comes of the
	// consultation later is still recorded.
	asked := []State{StateConsulting, StateRunning, StateProposed, StateApproved}
	handling := []Role{Officer}
	leading := []Role{FrontDesk, Officer, Reviewer, Signer}
	return []Act{
		{"confirm", "确认收到", []State{StateUnconfirmed}, []Role{FrontDesk, Officer}, "与申请人双方确认之日", "起算", "登记回执", "第三十一条"},
		{"assigned", "分办", append([]State{StateUnconfirmed}, any...), leading, "承办人或承办科室", "无", "", "惯例"},
		{"supplement_asked", "告知补正", open, handling, "补正事项（一次性告知）、合理期限；收到之日起7个工作日内", "等待申请人", "补正告知书", "第三十条"},
		{"supplement_received", "收到补正", []State{StateSupplement}, []Role{FrontDesk, Officer}, "收到日期", "重新计算", "", "第三十条"},
		{"consult_sent", "征求意见", open, handling, "第三方或其他机关；发出日期", "扣除", "征求意见书、征求意见函、征求意见告知书", "第三十二条、第三十三条第三款、第三十四条"},
		{"consult_served", "登记签收", asked, handling, "被征求意见方签收日期", "无", "", "第三十二条"},
		{"consult_replied", "收回意见", asked, handling, "意见到达本机关日期；对方期限届满后才到的照登", "恢复计算", "", "第三十二条"},
		{"consult_silent", "逾期未答复", asked, handling, "15个工作日已满", "恢复计算", "", "第三十二条、第三十四条"},
		{"release_decided", "决定予以公开", open, handling, "第三方不同意公开；不公开可能对公共利益造成重大影响", "无", "依申请公开告知书", "第三十二条"},
		{"co_asked", "内部协办", any, handling, "协办科室；5个工作日内回复", "照常计算", "", "惯例"},
		{"co_answered", "协办回复", any, leading, "回复日期", "照常计算", "", "惯例"},
		{"extended", "延长期限", open, handling, "政府信息公开工作机构负责人同意；不超过20个工作日；届满前告知", "增加", "延期答复告知书", "第三十三条第二款"},
		{"fee_noticed", "收费通知", open, handling, "数量、频次明显超过合理范围的认定；计费依据", "等待申请人", "收费通知书", "第四十二条、国办函〔2020〕109号"},
		{"fee_paid", "登记缴费", []State{StatePayment}, handling, "缴费日期", "重新计算", "", "国办函〔2020〕109号"},
		{"reasons_asked", "要求说明理由", open, handling, "数量、频次明显超过合理范围的事实", "无", "说明理由告知书", "第三十五条"},
		{"delayed", "延迟答复", open, handling, "已要求说明理由；确定并告知合理期限", "改定", "延期答复告知书", "第三十五条"},
		{"searched", "登记检索", any, handling, "检索记录", "无", "检索记录", "第三十六条第（四）项"},
		{"secrecy_reviewed", "保密审查", any, handling, "审查结论", "无", "", "第十七条"},
		{"contacted", "登记沟通", always, leading, "沟通方式", "无", "", "惯例"},
		{"proposed", "提请审核", open, handling, "拟作出的处理决定及其依据", "无", "审批表", "第三十六条"},
		{"approved", "审核签发", []State{StateProposed}, []Role{Reviewer, Signer}, "意见", "无", "", "第四十五条"},
		{"signed_on_paper", "登记线下签批", []State{StateProposed}, handling, "签批人姓名、职务、日期；纸质审批表", "无", "", "惯例"},
		{"returned", "退回修改", []State{StateProposed}, []Role{Reviewer, Signer}, "退回意见", "无", "", "第四十五条"},
		{"taken_back", "撤回提请", []State{StateProposed, StateApproved}, handling, "尚未答复申请人", "无", "", "惯例"},
		{"withdrawn", "申请人撤回", any, []Role{FrontDesk, Officer}, "书面撤回", "无", "撤回申请登记表", "惯例"},
		{"answered", "作出答复", any, handling, "结果所需要件；答复视为作出之日", "终结", "答复书", "第三十六条、国办公开办函〔2016〕235号"},
		{"case_voided", "作废（重复登记）", append([]State{StateUnconfirmed}, any...), leading, "保留的一件的编号；理由；第二人（审核人、签发人或线下签批）", "不再计算", "", "一件申请计一件"},
		{"case_restored", "恢复办理", []State{StateVoided}, leading, "理由；第二人（审核人、签发人或线下签批）", "照常计算", "", "一件申请计一件"},
		{"delay_explained", "登记逾期原因", []State{StateClosed}, []Role{Officer, Reviewer, Signer}, "逾期原因、责任环节", "无", "", "惯例"},
		{"served", "登记送达", []State{StateClosed}, handling, "送达方式与日期", "救济期限起算", "送达回证", "国办公开办函〔2016〕235号"},
		{"remedy_filed", "登记复议诉讼", append([]State{StateClosed}, any...), handling, "提起日期", "无", "", "第五十一条"},
		{"remedy_step", "登记复议诉讼进展", append([]State{StateClosed}, any...), handling, "日期与事项", "无", "", "第五十一条"},
		{"remedy_closed", "登记复议诉讼结果", append([]State{StateClosed}, any...), handling, "裁判日期与结果", "无", "", "第五十一条"},
	}
}

// May reports whether one of the roles may do the act.
func (a Act) May(roles []Role) bool {
	for _, who := range a.Who {
		for _, r := range roles {
			if r == who {
				return true
			}
		}
	}
	return false
}

// FindAct gives a line of the table by its code.
func FindAct(code string) (Act, bool) {
	for _, a := range Workflow() {
		if a.Code == code {
			return a, true
		}
	}
	return Act{}, false
}

// Allowed lists what can be done in a state, in the order of the table.
func Allowed(s State) []Act {
	var out []Act
	for _, a := range Workflow() {
		for _, from := range a.From {
			if from == s {
				out = append(out, a)
			}
		}
	}
	return out
}

// act gives a line of the table by its code.
func act(code string) Act {
	for _, a := range Workflow() {
		if a.Code == code {
			return a
		}
	}
	panic("no act " + code)
}

// WorkflowDoc draws the table as Markdown with a diagram: docs/workflow.md.
func WorkflowDoc() string {
	var b strings.Builder
	b.WriteString("# Workflow: states × acts\n\nGenerated from `internal/cases/workflow.go` by `make generate`; do not edit.\n\n")
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, s := range States() {
		b.WriteString("  " + s.Code() + " : " + s.Label() + "\n")
	}
	for _, e := range [][3]string{{"[*]", "running", "登记（收到之日确定）"}, {"[*]", "unconfirmed", "登记（待与申请人确认）"},
		{"unconfirmed", "running", "确认收到"}, {"running", "waiting_supplement", "告知补正"},
		{"waiting_supplement", "running", "收到补正"}, {"running", "consulting", "征求意见"},
		{"consulting", "running", "收回意见"}, {"consulting", "running", "逾期未答复"},
		{"running", "waiting_payment", "收费通知"}, {"waiting_payment", "running", "登记缴费"},
		{"running", "proposed", "提请审核"}, {"proposed", "running", "退回修改"}, {"proposed", "approved", "签发"},
		{"proposed", "running", "撤回提请"}, {"approved", "answered", "送出"}, {"running", "answered", "作出答复"},
		{"waiting_supplement", "answered", "逾期不补正"}, {"waiting_payment", "answered", "逾期不缴费"}, {"answered", "[*]", "归档"},
		{"running", "voided", "作废（重复登记）"}, {"voided", "running", "恢复办理"}, {"voided", "[*]", "归档"}} {
		b.WriteString("  " + e[0] + " --> " + e[1] + " : " + e[2] + "\n")
	}
	b.WriteString("```\n\n| act | button | from | who | needs | clock | letter | article |\n|---|---|---|---|---|---|---|---|\n")
	for _, a := range Workflow() {
		b.WriteString("| `" + a.Code + "` | " + strings.Join([]string{a.Label, stateWords(a.From), roleWords(a.Who),
			a.Needs, a.Clock, a.Letter, a.Article}, " | ") + " |\n")
	}
	return b.String()
}

func stateWords(states []State) string {
	var words []string
	for _, s := range states {
		words = append(words, s.Label())
	}
	return strings.Join(words, "、")
}

func roleWords(roles []Role) string {
	var words []string
	for _, r := range roles {
		words = append(words, r.Label())
	}
	return strings.Join(words, "、")
}
