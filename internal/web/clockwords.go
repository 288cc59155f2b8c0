package web

import (
	"fmt"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// steps puts the clock's steps into the page's form.
func steps(clock deadline.Clock) []parts.Step {
	var out []parts.Step
	for _, s := range clock.Steps {
		step := parts.Step{On: s.On.String(), Text: s.Text, Article: s.Article, Breach: s.Effect == "breach"}
		if strings.Contains(s.Text, s.Article) {
			step.Article = "" // the sentence names it already
		}
		out = append(out, step)
	}
	return out
}

// breaches lists what the law does not allow.
func breaches(clock deadline.Clock) []string {
	var out []string
	for _, s := range clock.Steps {
		if s.Effect == "breach" {
			out = append(out, s.On.String()+"："+s.Text)
		}
	}
	return out
}

// termLabels are the words of the terms' kinds.
var termLabels = map[string]string{
	"supplement_notice": "告知补正（行政机关）", "supplement_reply": "补正（申请人）",
	"third_party": "反馈意见（第三方）", "co_producer": "反馈意见（共同制作机关）",
	"payment": "缴费（申请人）", "review": "申请行政复议（申请人）",
	"suit_direct": "直接起诉（申请人）", "suit_after_review": "复议后起诉（申请人）",
}

func terms(clock deadline.Clock, cal *calendar.Calendar) []register.Term {
	var out []register.Term
	for _, t := range clock.Terms {
		out = append(out, register.Term{Label: termLabels[t.Kind], From: t.From.String(), Due: t.Due.String() + tentative(cal.Provisional(t.Due)), Article: t.Article})
	}
	return out
}

// clockLight words the state of a clock on a day.
func clockLight(clock deadline.Clock, cal *calendar.Calendar, asOf calendar.Date) parts.Light {
	switch clock.State {
	case deadline.StateAnswered:
		if clock.Late == deadline.Yes {
			return parts.Light{Kind: "late", Word: "答复逾期"}
		}
		return parts.Light{Kind: "closed", Word: "已答复"}
	case deadline.WaitingSupplement:
		return parts.Light{Kind: "waiting", Word: "待补正"}
	case deadline.WaitingPayment:
		return parts.Light{Kind: "waiting", Word: "待缴费"}
	case deadline.Consulting:
		return parts.Light{Kind: "waiting", Word: "征求意见中"}
	}
	return dueLight(clock.Due, cal, asOf)
}

// tentative marks the end of a term that rests on a year without holiday notice.
func tentative(provisional bool) string {
	if provisional {
		return "（暂定，可能提前）"
	}
	return ""
}

// verdict says in one sentence where a clock stands.
func verdict(clock deadline.Clock) string {
	switch {
	case clock.State == deadline.WaitingSupplement:
		return "等待申请人补正，答复期限自收到补正之日的次日起重新计算。"
	case clock.State == deadline.WaitingPayment:
		return "等待申请人缴费，答复期限自缴费完成之日的次日起重新计算。"
	case clock.Due.IsZero():
		return "尚无答复期限。"
	case clock.State == deadline.StateAnswered && clock.Late == deadline.Yes:
		return fmt.Sprintf("答复期限为%s，已逾期答复。", withWeekday(clock.Due))
	case clock.State == deadline.StateAnswered:
		return fmt.Sprintf("答复期限为%s，按期答复。", withWeekday(clock.Due))
	case clock.State == deadline.Consulting:
		return fmt.Sprintf("正在征求意见；如果意见今天收到，答复期限为%s%s。", withWeekday(clock.Due), tentative(clock.Provisional))
	}
	return fmt.Sprintf("应当在%s以前答复%s。", withWeekday(clock.Due), tentative(clock.Provisional))
}

// safeWords names the stricter internal date where it differs.
func safeWords(clock deadline.Clock) string {
	if clock.SafeDue.IsZero() || clock.SafeDue == clock.Due {
		return ""
	}
	why := "收到意见的当日也计入"
	if clock.Provisional {
		why = "所涉年度放假安排尚未公布，调休可能使期限提前"
	}
	return fmt.Sprintf("内控办结日：%s（%s）。", withWeekday(clock.SafeDue), why)
}
