package letter

import (
	"fmt"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// decision gives how the case ended or is to end: the answer, or the proposal that
// is before the chain of approval.
func (d *draft) decision() (a cases.Answered, at cases.Event, first bool, ok bool) {
	if f, e, found := event[cases.Answered](d); found {
		return f, e, true, true
	}
	p, waiting := d.in.Case.Proposal()
	if !waiting {
		return a, at, false, false
	}
	for _, e := range d.timeline {
		if e.Seq == p.Seq {
			at = e
		}
	}
	return cases.Answered{Outcome: p.Outcome, Grounds: p.Grounds, Items: p.Items}, at, false, true
}

// answer: the letter that says how the application ended.
func answer(d *draft) {
	d.toApplicant()
	a, at, ended, ok := d.decision()
	if !ok {
		d.missingEvent("处理决定")
		return
	}
	kind, err := AnswerKind(a.Outcome)
	if err != nil || kind.Code() != d.in.Kind.Code() {
		d.mustFor("办理结果", "", "", "处理决定是“"+a.Outcome.Label()+"”，应当使用"+a.Outcome.Info().Document)
		return
	}
	d.before(a)
	basis := d.basis(a.Outcome)
	d.locked("处理决定", d.decided(a.Outcome, basis))
	d.parts(a)
	d.open("答复内容", d.answerText(at))
	on := d.in.On
	if ended && at.On.After(on) { // the day on which the answer counts as given
		on = at.On
	}
	remedy := a.RemedyLine(on, organ(d.in.Agency), court(d.in.Agency)) // 行政复议法第二十三条
	for i, line := range remedy {
		d.locked("救济告知"+[]string{"", "（二）"}[i], line)
	}
	d.contact()
	d.must("处理决定", d.in.Kind.Article(), d.decided(a.Outcome, basis))
	if basis != "" {
		d.must("依据条款", "", basis)
	}
	d.answerMusts(a)
	d.remedyMusts(remedy)
}

// answerText is what the officer wrote for the decision: the answer's own text, or
// that of the proposal that was signed.
func (d *draft) answerText(at cases.Event) string {
	text := d.note(at, "answer")
	for _, e := range d.timeline {
		if _, proposed := e.Fact.(cases.Proposed); proposed && text == "" {
			text = d.note(e, "answer")
		}
	}
	return text
}

// before writes the facts that an outcome rests on.
func (d *draft) before(a cases.Answered) {
	say := func(name, article, text string) {
		d.locked(name, text)
		d.must(name, article, text)
	}
	outcomes := append([]cases.Outcome{a.Outcome}, a.Grounds...)
	for _, o := range outcomes {
		switch o.Code() {
		case "withhold.third_party":
			say("征求第三方意见的情况", d.article("第二十三条", "第三十二条"), d.consulted())
		case "unable.nonexistent", "unable.archived":
			if _, e, ok := event[cases.Searched](d); ok {
				say("检索情况", d.article("第二十一条第（三）项", "第三十六条第（四）项"), "本机关于"+e.On.Chinese()+"对"+d.you()+"申请公开的政府信息进行了检索。")
			} else {
				d.mustFor("检索情况", d.article("第二十一条第（三）项", "第三十六条第（四）项"), "", "办件里没有检索记录")
			}
		case "unable.still_unclear", "other.no_supplement":
			d.supplemented(o, say)
		case "other.fee_unpaid":
			if _, e, ok := event[cases.FeeNoticed](d); ok && !deadline.FeeRulesInForce(e.On) {
				d.mustFor("收费通知和缴费期限", "国办函〔2020〕109号", "", "信息处理费的规定自2021年1月1日起施行，此前不能收费")
			} else if ok {
				due := cases.Judged(d.in.Book, d.timeline, e.On).Add(e.On, 20)
				say("收费通知和缴费期限", "第四十二条", "本机关于"+e.On.Chinese()+"发出收费通知书，缴费期限至"+due.Chinese()+"，"+d.you()+"逾期没有缴纳。")
			} else {
				d.mustFor("收费通知和缴费期限", "第四十二条", "", "办件里没有收费通知")
			}
		case "not_processed.excessive":
			if _, e, ok := event[cases.ReasonsAsked](d); ok {
				say("要求说明理由的情况", "第三十五条", "本机关于"+e.On.Chinese()+"要求"+d.you()+"说明理由。")
			} else if d.law == deadline.Order711 {
				d.mustFor("要求说明理由的情况", "第三十五条", "", "办件里没有要求说明理由的登记")
			}
		case "not_processed.repeat":
			if d.in.First.Number != "" {
				say("首次答复的文号（编号）和日期", d.article("", "第三十六条第（六）项"), "就同一内容，本机关已于"+day(d.in.First.On)+"以"+d.in.First.Number+"答复"+d.you()+"。")
			} else {
				d.mustFor("首次答复的文号（编号）和日期", d.article("", "第三十六条第（六）项"), "", "办件里没有写明首次答复的那一件")
			}
		}
	}
}

// consulted words what came of asking the third party.
func (d *draft) consulted() string {
	_, sent, ok := d.consultation("third_party")
	if !ok {
		return ""
	}
	text := "本机关于" + sent.On.Chinese() + "书面征求第三方意见，"
	for _, e := range d.timeline {
		switch f := e.Fact.(type) {
		case cases.ConsultReplied:
			if f.Ref == sent.Fact.(cases.ConsultSent).Ref && f.Answer == "refuse" {
				return text + "第三方于" + e.On.Chinese() + "表示不同意公开。"
			} else if f.Ref == sent.Fact.(cases.ConsultSent).Ref {
				return text + "第三方于" + e.On.Chinese() + "提出了意见。"
			}
		case cases.ConsultSilent:
			if f.Ref == sent.Fact.(cases.ConsultSent).Ref {
				return text + "第三方逾期没有提出意见。"
			}
		}
	}
	return text + "尚未收到第三方的意见。"
}

// supplemented words the supplement that was asked, and what came of it.
func (d *draft) supplemented(o cases.Outcome, say func(name, article, text string)) {
	f, e, ok := event[cases.SupplementAsked](d)
	article := d.article("第二十一条第（四）项", "第三十条")
	if !ok {
		d.mustFor("补正告知的情况", article, "", "办件里没有补正告知")
		return
	}
	text := "本机关于" + e.On.Chinese() + "告知" + d.you() + "补正，"
	if o.Code() == "other.no_supplement" {
		_, due := supplementTerm(d, f, e)
		say("补正告知和补正期限", article, text+"补正期限至"+due.Chinese()+"，"+d.you()+"逾期没有补正，也没有说明正当理由。")
		return
	}
	_, got, _ := event[cases.SupplementReceived](d)
	say("补正告知和补正的情况", article, text+d.you()+"于"+day(got.On)+"提交补正，补正后申请内容仍不明确。")
}

// parts writes what was decided on each part: the grounds of a partial answer, the
// items of a divided one.
func (d *draft) parts(a cases.Answered) {
	for _, it := range a.Items {
		text := fmt.Sprintf("第%d项：%s", it.Item, it.Outcome.Label())
		if it.Item <= len(d.in.Case.Items) {
			text = fmt.Sprintf("第%d项“%s”：%s", it.Item, oneLine(d.in.Case.Items[it.Item-1]), it.Outcome.Label())
		}
		if basis := d.basis(it.Outcome); basis != "" {
			text += "，依据" + basis
		}
		d.locked(fmt.Sprintf("第%d项", it.Item), text+"。")
		d.must(fmt.Sprintf("第%d项的结果", it.Item), "第三十七条", text)
	}
	for i, g := range a.Grounds {
		text := "不予提供的部分，" + d.reason(g) + "，依据" + d.basis(g) + "。"
		name := "不予提供部分的依据"
		if i > 0 {
			name = fmt.Sprintf("不予提供部分的依据（%d）", i+1)
		}
		d.locked(name, text)
		d.must(name, d.article("第二十二条", "第三十七条"), text)
	}
}

// answerMusts adds what the text of an answer has to name for its outcome
// (outcomes.csv, needs).
func (d *draft) answerMusts(a cases.Answered) {
	name := "答复内容（" + a.Outcome.NeedWords() + "）"
	d.passage("答复内容", "")
	d.musts[len(d.musts)-1].Name = name
	for _, o := range append([]cases.Outcome{a.Outcome}, a.Grounds...) {
		switch code := o.Code(); {
		case code == "withhold.law_forbids":
			d.naming("禁止公开的法律、行政法规及条款", d.article("第二十一条第（二）项", "第十四条"), "答复内容", `《[^》]+》[\s\S]*第[一二三四五六七八九十百零〇\d]+条`)
		case code == "withhold.internal_affairs" && d.law == deadline.Order711:
			d.naming("属于哪一类内部事务信息（人事管理、后勤管理、内部工作流程）", "第十六条第一款", "答复内容", `人事管理|后勤管理|内部工作流程`)
		case code == "withhold.process_info" && d.law == deadline.Order711:
			d.naming("属于哪一类过程性信息（讨论记录、过程稿、磋商信函、请示报告）", "第十六条第二款", "答复内容", `讨论记录|过程稿|磋商信函|请示报告`)
		}
	}
}

func organ(a Agency) string { return strings.TrimSpace(a.ReviewOrgan) }
func court(a Agency) string { return strings.TrimSpace(a.Court) }

// remedyMusts adds the remedies, with organ and court by name.
func (d *draft) remedyMusts(lines []string) {
	if len(lines) == 0 {
		return
	}
	const rule = "行政复议法第二十条、第二十三条，行政诉讼法第四十六条"
	for i, line := range lines {
		d.must("救济告知"+[]string{"", "（二）"}[i], rule, line)
	}
	d.mustFor("行政复议机关", rule, organ(d.in.Agency), "机关设置里没有填写行政复议机关")
	d.mustFor("管辖法院", rule, court(d.in.Agency), "机关设置里没有填写管辖法院")
}
