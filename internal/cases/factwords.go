package cases

import (
	"fmt"
	"strings"
)

// factLabels are the office's words for the facts.
func factLabels() map[string]string {
	return map[string]string{
		"received": "收到申请", "supplement_asked": "告知补正", "supplement_received": "收到补正",
		"consult_sent": "征求意见", "consult_served": "被征求意见方签收", "consult_replied": "收回意见", "consult_silent": "逾期未答复意见",
		"extended": "延长答复期限", "fee_noticed": "收费通知", "fee_paid": "缴费完成", "reasons_asked": "要求说明理由",
		"release_decided": "决定予以公开", "secrecy_reviewed": "保密审查", "assigned": "分办", "co_asked": "内部协办", "co_answered": "协办回复",
		"contacted": "沟通", "taken_back": "撤回提请", "delay_explained": "登记逾期原因", "remedy_step": "复议诉讼进展",
		"delayed": "延迟答复", "proposed": "提请审核", "approved": "审核签发", "returned": "退回修改", "answered": "作出答复",
		"served": "送达", "withdrawn": "申请人撤回", "searched": "检索", "remedy_filed": "提起复议或诉讼", "remedy_closed": "复议或诉讼审结",
		"case_voided": "作废（重复登记）", "case_restored": "恢复办理",
	}
}

// FactLabel gives the office's word for a fact, for the record of a case.
func FactLabel(f Fact) string {
	switch f := f.(type) {
	case RemedyFiled:
		return f.Remedy.Label() + "：提起"
	case RemedyClosed:
		return f.Remedy.Label() + "：审结"
	}
	if w, ok := factLabels()[f.Kind()]; ok {
		return w
	}
	return f.Kind()
}

// FactDetail says in few words what a fact holds beside its kind; "" for nothing.
func FactDetail(f Fact) string {
	switch f := f.(type) {
	case Received:
		return f.Channel.Label()
	case ConsultSent:
		return map[string]string{"third_party": "第三方", "co_producer": "共同制作机关", "other_agency": "其他机关"}[f.Party]
	case ConsultReplied:
		return map[string]string{"agree": "同意公开", "refuse": "不同意公开"}[f.Answer]
	case DelayExplained:
		return f.Cause.Label() + "，责任环节：" + f.Fault.Label()
	case SecrecyReviewed:
		return map[string]string{"clear": "不涉密，可以公开", "secret": "属于国家秘密", "uncertain": "不能确定"}[f.Result]
	case Contacted:
		return map[string]string{"phone": "电话", "visit": "当面", "mail": "书信、邮件", "attempt": "没有联系上"}[f.Way]
	case Proposed:
		return withItems(f.Outcome.Label(), f.Items)
	case Approved:
		if f.Paper {
			return "线下签批"
		}
	case CaseVoided:
		if f.Paper {
			return "线下签批"
		}
	case CaseRestored:
		if f.Paper {
			return "线下签批"
		}
	case Served:
		return ServiceWay{f.Way}.Label()
	case RemedyStep:
		return StepLabel(f)
	case Extended:
		return fmt.Sprintf("延长%d个工作日", f.Days)
	case FeeNoticed:
		return yuan(f.Fen)
	case FeePaid:
		return yuan(f.Fen)
	case Answered:
		text := f.Outcome.Label()
		for _, g := range f.Grounds {
			text += "；" + g.Label()
		}
		if way := (ServiceWay{f.Way}).Label(); way != "" {
			text += "；" + way
		}
		return withItems(text, f.Items)
	case RemedyClosed:
		return f.Result.Label()
	}
	return ""
}

func withItems(text string, items []ItemOutcome) string {
	if len(items) == 0 {
		return text
	}
	return text + "（" + ItemWords(items) + "）"
}

// StepLabel words a step of a dispute with the term that it set.
func StepLabel(f RemedyStep) string {
	for _, o := range RemedySteps() {
		if o[0] == f.Step {
			if !f.Due.IsZero() {
				return o[1] + "，期限" + f.Due.Chinese()
			}
			return o[1]
		}
	}
	return ""
}

func yuan(fen int64) string {
	if fen == 0 {
		return ""
	}
	return Yuan(fen) + "元"
}

// ItemWords says how the items of an answer ended.
func ItemWords(items []ItemOutcome) string {
	var out []string
	for _, it := range items {
		out = append(out, fmt.Sprintf("第%d项%s", it.Item, it.Outcome.Label()))
	}
	return strings.Join(out, "；")
}

// RemedySteps are the steps of a dispute, each a code and its words, in their
// order.
func RemedySteps() [][2]string {
	return [][2]string{{"complaint_received", "收到复议答复通知或起诉状"}, {"summary_received", "收到复议答复通知（简易程序）"}, {"answered", "已提交复议答复"},
		{"evidence_filed", "已提交答辩状和证据"}, {"hearing", "开庭、听证"}, {"judgment", "收到一审裁判"},
		{"appealed", "提起上诉"}, {"carried_out", "已履行"}, {"remade", "已立件重新办理"}}
}
