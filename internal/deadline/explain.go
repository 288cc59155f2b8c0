package deadline

import (
	"fmt"

	"gongkai/internal/calendar"
)

// Explain gives the values of Run together with the terms of every party and
// the steps: for each event, in order, what it did to the term, by which
// article, and a sentence in Chinese. An event appended later, if it corrects
// nothing, leaves the steps before it as they are.
func Explain(cal *calendar.Calendar, h History, asOf calendar.Date) Clock {
	f := newFold(cal, h)
	n := narrator{fold: &f}
	n.received(h)
	for i := range h.Events {
		e := &h.Events[i]
		if e.On.After(asOf) {
			break
		}
		if f.answer == nil {
			n.lapses(e.On)
		}
		n.event(e)
	}
	if f.answer == nil {
		n.lapses(asOf)
	}
	c := f.clock(asOf)
	c.Steps, c.Terms = n.steps, terms(cal, h, asOf)
	return c
}

// narrator keeps the steps while the events are folded.
type narrator struct {
	*fold
	steps []Step
}

// step is one effect on the term as it stands after the event.
func (n *narrator) step(on calendar.Date, event, effect, article, text string) {
	s := Step{On: on, Event: event, Effect: effect, Article: article, Text: text}
	if !n.waits() {
		s.Due = n.due(on)
	}
	n.steps = append(n.steps, s)
}

// breachStep keeps the due date that stood before the event.
func (n *narrator) breachStep(on calendar.Date, event, article string, due calendar.Date, text string) {
	n.steps = append(n.steps, Step{On: on, Event: event, Effect: "breach", Article: article, Due: due, Text: text})
}

// full writes 2025年9月30日（周二）.
func full(d calendar.Date) string { return d.Chinese() + "（" + d.WeekdayChinese() + "）" }

// until says when the running period ends, and whether that is certain.
func (n *narrator) untilText(on calendar.Date) string {
	due := n.due(on)
	text := "答复期限至" + full(due) + "届满"
	if n.cal.ProvisionalBetween(n.start, due) {
		text += "（暂定：以正式放假通知为准，可能提前）"
	}
	return text
}

func (n *narrator) received(h History) {
	article := n.law.answerArticle()
	_, rule, err := Receipt{Channel: h.Channel, Submitted: h.Received, Signed: h.Received, Confirmed: h.Received}.Day()
	text := full(h.Received) + "收到申请，适用" + n.law.Label() + "。"
	if err == nil && n.law == Order711 {
		text += rule + "。"
	}
	text += fmt.Sprintf("收到当日不计入，自次日起%d个工作日内答复，%s（%s）。", n.law.AnswerDays(), n.untilText(h.Received), article)
	n.step(h.Received, "received", "starts", article, text)
}

// lapses records the consultations that have ended by themselves by a day, the
// earliest first.
func (n *narrator) lapses(day calendar.Date) {
	for {
		var next *consult
		for i := range n.consults.n {
			c := n.consults.at(i)
			if c.told || !c.end.IsZero() || c.lapse.IsZero() || c.runningOn(day) {
				continue
			}
			if next == nil || c.lapse.Before(next.lapse) {
				next = c
			}
		}
		if next == nil {
			return
		}
		next.told = true
		n.lapsed(next)
	}
}

func (n *narrator) lapsed(c *consult) {
	article := n.law.consultArticle(c.party)
	text := fmt.Sprintf("第三方自收到征求意见书之日起%d个工作日内没有提出意见，至%s期限届满，征求意见结束，由行政机关依照规定决定是否公开（%s）。",
		consultTerm, full(c.lapse), article)
	if c.party == CoProducer {
		text = fmt.Sprintf("共同制作机关自收到征求意见书之日起%d个工作日内没有提出意见，至%s期限届满，视为同意公开（%s）。", consultTerm, full(c.lapse), article)
	}
	if c.late {
		n.step(c.lapse, "consult_lapsed", "none", article, text)
		return
	}
	n.step(c.lapse, "consult_lapsed", "excludes", article, text+n.excludedText(c.lapse))
}

// excludedText says how many days the consultations have taken out so far.
func (n *narrator) excludedText(on calendar.Date) string {
	if n.waits() {
		return "期限正在等待申请人，不另行扣除。"
	}
	return fmt.Sprintf("征求意见所需时间不计算在期限内，本期限内累计扣除%d个工作日，%s（%s）。",
		n.excluded(on, 0), n.untilText(on), n.law.excludeArticle())
}

// event folds one event in and tells what it did.
func (n *narrator) event(e *Event) {
	if n.answer != nil && e.Kind != Served && e.Kind != ReviewDecided {
		n.afterwards(e)
		return
	}
	var before calendar.Date
	if !n.waits() {
		before = n.due(e.On)
	}
	got := n.apply(e)
	switch e.Kind {
	case SupplementAsked:
		n.supplementAsked(e, got, before)
	case SupplementReceived:
		n.supplementReceived(e, got)
	case ConsultSent:
		n.consultSent(e, got, before)
	case ConsultReplied:
		n.consultReplied(e, got)
	case ConsultSilent:
		n.consultSilent(e)
	case Extended:
		n.extendedBy(e, got, before)
	case FeeNoticed:
		n.feeNoticed(e, got, before)
	case FeePaid:
		n.feePaid(e, got)
	case Delayed:
		n.delayed(e, got, before)
	case Answered:
		n.answered(e)
	}
}

// afterwards tells of what came when the case was closed.
func (n *narrator) afterwards(e *Event) {
	s := Step{On: e.On, Event: eventNames[e.Kind], Effect: "none", Article: n.law.answerArticle(),
		Text: full(e.On) + "：申请已经答复，此后的事项不影响期限。"}
	if !n.waits() {
		s.Due = n.due(n.answer.On)
	}
	n.steps = append(n.steps, s)
}

var eventNames = [...]string{SupplementAsked: "supplement_asked", SupplementReceived: "supplement_received",
	ConsultSent: "consult_sent", ConsultServed: "consult_served", ConsultReplied: "consult_replied", ConsultSilent: "consult_lapsed",
	Extended: "extended", FeeNoticed: "fee_noticed", FeePaid: "fee_paid", Delayed: "delayed", Answered: "answered"}

func (n *narrator) supplementAsked(e *Event, got finding, before calendar.Date) {
	article := n.law.supplementArticle()
	text := full(e.On) + "告知申请人补正，"
	if got&againAsked != 0 {
		text += fmt.Sprintf("这是第%d次补正告知，应当一次性告知全部补正内容，请注明再次告知的理由；", n.notices)
	}
	text += fmt.Sprintf("补正期限至%s，答复期限自收到补正材料之日起重新计算（%s）。", full(n.supplementDue), article)
	n.step(e.On, "supplement_asked", "waits", article, text)
	if got&lateNotice != 0 {
		last := n.cal.Add(n.start, n.law.SupplementNoticeDays())
		late := fmt.Sprintf("补正告知应当在%d个工作日内作出，最迟为%s，实际于%s作出，已经逾期（%s）。", n.law.SupplementNoticeDays(), full(last), full(e.On), article)
		if got&termRunOut != 0 {
			late += "作出告知时，原答复期限（" + full(before) + "）已经届满。"
		}
		n.breachStep(e.On, "supplement_asked", article, before, late)
	}
}

func (n *narrator) supplementReceived(e *Event, got finding) {
	article := n.law.supplementArticle()
	text := full(e.On) + "收到补正材料"
	if got&lateSupplement != 0 {
		text += "（晚于补正期限" + full(n.supplementDue) + "）"
	}
	n.step(e.On, "supplement_received", "restarts", article, text+n.restartText(e.On, article))
}

func (n *narrator) restartText(on calendar.Date, article string) string {
	if n.waits() {
		return fmt.Sprintf("，但申请人还有其他事项未办，期限仍在等待（%s）。", article)
	}
	return fmt.Sprintf("，自次日起重新计算%d个工作日，%s（%s）。", n.law.AnswerDays(), n.untilText(on), article)
}

func (n *narrator) consultSent(e *Event, got finding, before calendar.Date) {
	who := [...]string{ThirdParty: "第三方", CoProducer: "共同制作机关", OtherAgency: "其他机关"}[e.Party]
	text := full(e.On) + "向" + who + "征求意见，"
	if got&lateConsult != 0 {
		text += "此时答复期限（" + full(before) + "）已经届满，征求意见不再扣除任何时间（" + n.law.excludeArticle() + "）。"
		n.step(e.On, "consult_sent", "none", n.law.excludeArticle(), text)
		return
	}
	text += "自次日起至收到意见之日止的工作日不计算在答复期限内（" + n.law.excludeArticle() + "）。"
	n.step(e.On, "consult_sent", "excludes", n.law.excludeArticle(), text)
}

func (n *narrator) consultReplied(e *Event, got finding) {
	c := n.find(e.Ref)
	text := full(e.On) + "收到反馈意见，"
	switch {
	case c == nil:
		n.step(e.On, "consult_replied", "none", n.law.excludeArticle(), text+"没有与之对应的征求意见，期限不变。")
		return
	case c.late:
		n.step(e.On, "consult_replied", "none", n.law.excludeArticle(), text+"该次征求意见发出时期限已经届满，不扣除时间。")
		return
	}
	if got&lateOpinion != 0 {
		text += "意见晚于其" + fmt.Sprint(consultTerm) + "个工作日的期限（" + full(c.lapse) + "），机关仍等待其答复，按收到之日计；"
	}
	n.step(e.On, "consult_replied", "excludes", n.law.excludeArticle(), text+n.excludedText(e.On))
}

// consultSilent tells of a silence whose term is not known: it ends on the day.
// Where the term is known, the lapse is told of when it comes.
func (n *narrator) consultSilent(e *Event) {
	c := n.find(e.Ref)
	if c == nil || c.end.IsZero() || c.told {
		n.lapses(e.On)
		return
	}
	c.told = true
	if c.late {
		n.step(e.On, "consult_lapsed", "none", n.law.consultArticle(c.party), full(e.On)+"确认对方没有提出意见；该次征求意见发出时期限已经届满，不扣除时间。")
		return
	}
	n.step(e.On, "consult_lapsed", "excludes", n.law.consultArticle(c.party),
		full(e.On)+"确认对方没有提出意见，征求意见结束；"+n.excludedText(e.On))
}

func (n *narrator) extendedBy(e *Event, got finding, before calendar.Date) {
	article, limit := n.law.extendArticle(), n.law.MaxExtension()
	told := fmt.Sprintf("%s告知申请人延期%d个工作日，", full(e.On), e.Days)
	switch {
	case got&noPeriod != 0:
		n.step(e.On, "extended", "none", article, told+"此时正在等待申请人，没有正在计算的答复期限，延期不起作用。")
	case got&secondExtension != 0:
		n.breachStep(e.On, "extended", article, before, told+"但本期限已经延期一次，延长以一次为限，再次延期不起作用（"+article+"）。")
	case got&lateExtension != 0:
		n.breachStep(e.On, "extended", article, before, told+"但答复期限已于"+full(before)+"届满，延期应当在届满之前告知，不起作用（"+article+"）。")
	default:
		text := fmt.Sprintf("%s延长后%s（%s）。", told, n.untilText(e.On), article)
		if got&tooLong != 0 {
			text = fmt.Sprintf("%s按上限%d个工作日计，延长后%s（%s）。", told, limit, n.untilText(e.On), article)
		}
		n.step(e.On, "extended", "adds", article, text)
		if got&tooLong != 0 {
			n.breachStep(e.On, "extended", article, n.due(e.On),
				fmt.Sprintf("延长最多%d个工作日，超出的%d个工作日不起作用（%s）。", limit, e.Days-limit, article))
		}
	}
}

func (n *narrator) feeNoticed(e *Event, got finding, before calendar.Date) {
	text := fmt.Sprintf("%s告知申请人缴纳信息处理费，应当自次日起%d个工作日内缴纳，最迟为%s；处理期限自缴费完成次日起重新计算（%s）。",
		full(e.On), paymentTerm, full(n.paymentDue), feeArticle)
	n.step(e.On, "fee_noticed", "waits", feeArticle, text)
	if got&beforeFeeRules != 0 {
		n.breachStep(e.On, "fee_noticed", feeArticle, before, "信息处理费的规定自2021年1月1日起施行，此前收费没有依据（国办函〔2020〕109号）。")
	}
	if got&lateFee != 0 {
		n.breachStep(e.On, "fee_noticed", feeArticle, before, "收费通知应当在处理期限内作出，作出时答复期限（"+full(before)+"）已经届满（"+feeArticle+"）。")
	}
}

func (n *narrator) feePaid(e *Event, got finding) {
	n.step(e.On, "fee_paid", "restarts", feeArticle, full(e.On)+"申请人完成缴费"+n.restartText(e.On, feeArticle))
	if got&latePayment != 0 {
		last := n.steps[len(n.steps)-1].Due
		n.breachStep(e.On, "fee_paid", feeArticle, last, fmt.Sprintf("缴费期限至%s届满，申请人于%s缴纳，已经逾期，仍予计入（%s）。",
			full(n.paymentDue), full(e.On), feeArticle))
	}
}

func (n *narrator) delayed(e *Event, got finding, before calendar.Date) {
	told := full(e.On) + "告知申请人延迟至" + full(e.Until) + "答复，"
	switch {
	case got&noPeriod != 0:
		n.step(e.On, "delayed", "none", delayArticle, told+"此时正在等待申请人，没有正在计算的答复期限，不起作用。")
	case got&lateDelay != 0:
		n.breachStep(e.On, "delayed", delayArticle, before, told+"但答复期限已于"+full(before)+"届满，不起作用（"+delayArticle+"）。")
	case got&noDelay != 0:
		n.step(e.On, "delayed", "none", delayArticle, told+"早于或者等于现有期限（"+full(before)+"），期限不变。")
	default:
		n.step(e.On, "delayed", "adds", delayArticle, told+n.untilText(e.On)+"（"+delayArticle+"）。")
	}
}

func (n *narrator) answered(e *Event) {
	article := n.law.answerArticle()
	var c Clock
	if !n.waits() {
		c.Due = n.due(e.On)
	}
	n.judge(&c, e.On)
	text := full(e.On) + "作出答复，"
	switch {
	case e.End == Lapse:
		text = full(e.On) + "申请人逾期未办，视为放弃申请，不再处理。"
	case c.Late == Yes:
		text += fmt.Sprintf("晚于期限%s，逾期%d个工作日。", full(c.Due), max(1, n.cal.Count(c.Due, e.On)))
	case c.Late == No:
		text += "在期限" + full(c.Due) + "之内。"
	default:
		text += "此时正在等待申请人，没有正在计算的答复期限。"
	}
	n.step(e.On, "answered", "ends", article, text)
}
