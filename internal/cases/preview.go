package cases

import (
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// Preview is what an act would do, before anything is recorded.
type Preview struct {
	Before, After           deadline.Clock
	BeforeState, AfterState State
	Sentence                string // in Chinese: what happens to the term
}

// Preview does an act on a copy of the case and says what would follow on the day
// of the act. The act's refusal comes back as its error.
func (c *Case) Preview(s Stamp, on calendar.Date, act func(*Case) error) (Preview, error) {
	var p Preview
	before := c.look(s, on)
	p.Before, p.BeforeState = before.clock, before.state
	try := *c
	try.Events, try.Notes = slices.Clip(c.Events), slices.Clip(c.Notes)
	if err := act(&try); err != nil {
		return p, err
	}
	after := try.look(s, on)
	p.After, p.AfterState = after.clock, after.state
	p.Sentence = consequence(p, func(d calendar.Date) string { return dueWord(s.Book.Latest(), d) })
	return p, nil
}

// dueWord writes a day on which a term ends, marked where its year has no notice
// yet.
func dueWord(cal *calendar.Calendar, d calendar.Date) string {
	if cal.Provisional(d) {
		return d.Chinese() + "（暂定，可能提前）"
	}
	return d.Chinese()
}

// consequence words the difference of the clocks; day writes the end of a term.
func consequence(p Preview, day func(calendar.Date) string) string {
	before, after := p.Before, p.After
	switch {
	case p.AfterState == StateVoided && p.BeforeState != StateVoided:
		return "本件作废，不再计入台账统计、期限监控和年度报告；编号保留，不再给别的件。"
	case p.AfterState != StateVoided && p.BeforeState == StateVoided && !after.Due.IsZero():
		return "本件恢复办理并重新计数，答复期限仍为" + day(after.Due) + "。"
	case p.AfterState == StateClosed && p.BeforeState != StateClosed:
		if before.Due.IsZero() {
			return "本件办结，期限不再变动。"
		}
		if after.Late == deadline.Yes {
			return "本件办结，按逾期答复记录（期限为" + before.Due.Chinese() + "）。"
		}
		return "本件按期办结，期限不再变动。"
	case p.AfterState == StateSupplement && p.BeforeState != StateSupplement:
		return "等待申请人补正，最迟" + day(after.WaitsUntil) + "；收到补正之日起重新计算答复期限。"
	case p.AfterState == StatePayment && p.BeforeState != StatePayment:
		return "等待申请人缴费，最迟" + day(after.WaitsUntil) + "；缴费完成次日起重新计算答复期限。"
	case p.AfterState == StateConsulting && p.BeforeState != StateConsulting && before.Late == deadline.Yes:
		return "答复期限已于" + before.Due.Chinese() + "届满，此后征求意见所需时间不再扣除（第三十三条第三款）。"
	case p.AfterState == StateConsulting && p.BeforeState != StateConsulting:
		return "征求意见所需时间不计算在答复期限内，收回意见后恢复计算。"
	case p.BeforeState == StateUnconfirmed && !after.Due.IsZero():
		return "收到申请之日确定，答复期限至" + day(after.Due) + "。"
	case before.Due.IsZero() && !after.Due.IsZero():
		return "期限重新计算，至" + day(after.Due) + "。"
	case before.Due != after.Due && !after.Due.IsZero():
		return "答复期限由" + day(before.Due) + "改为" + day(after.Due) + "。"
	}
	if after.Due.IsZero() {
		return "不影响答复期限。"
	}
	return "不影响答复期限，仍为" + day(after.Due) + "。"
}

// Choice is an act that the law allows now.
type Choice struct {
	Act
	Last    calendar.Date // the last day on which it may still be done, where the law names one
	Passed  bool          // that day is over
	Primary bool          // the one that is usually next
	Why     string        // it can't be done today (Barred)
}

// Next lists what can be done now, the primary act first and the others in the
// order of the workflow. Article and effect stand in the act. What the law does
// not allow today is left out: Barred says why.
func (c *Case) Next(s Stamp) []Choice {
	sit := c.look(s, s.Today)
	primary := usualAct(sit, s.Chain, s.Today)
	var out []Choice
	for _, a := range Allowed(sit.state) {
		if !founded(sit, a.Code) || a.Code == "fee_noticed" && s.NoFee || c.barred(s, sit, a.Code) != "" ||
			a.Code == "delay_explained" && !answeredLate(s.Book, sit.timeline) {
			continue
		}
		ch := Choice{Act: a, Last: lastDay(sit, a.Code), Primary: a.Code == primary}
		ch.Passed = !ch.Last.IsZero() && s.Today.After(ch.Last)
		if ch.Primary {
			out = slices.Insert(out, 0, ch)
			continue
		}
		out = append(out, ch)
	}
	return out
}

// Barred lists the acts of the case's state that the law does not allow today, each
// with the sentence that would refuse it.
func (c *Case) Barred(s Stamp) (out []Choice) {
	sit := c.look(s, s.Today)
	for _, a := range Allowed(sit.state) {
		if !founded(sit, a.Code) || a.Code == "fee_noticed" && s.NoFee {
			continue
		}
		if why := c.barred(s, sit, a.Code); why != "" {
			out = append(out, Choice{Act: a, Why: why})
		}
	}
	return out
}

// barred gives the sentence that refuses an act today whatever is typed, "" if it
// may be done. It tries the act on a copy with the least that it asks.
func (c *Case) barred(s Stamp, sit situation, code string) string {
	try := *c
	try.Events, try.Notes = slices.Clip(c.Events), slices.Clip(c.Notes)
	var err error
	switch code {
	case "case_voided":
		return c.Unvoidable()
	case "supplement_asked":
		err = try.AskSupplement(s, s.Today, SupplementAsked{Causes: SupplementCauses(), Second: "reason"})
	case "extended":
		err = try.Extend(s, s.Today, 1)
	case "fee_noticed":
		err = try.NoticeFee(s, s.Today, FeeNoticed{Fen: 1})
	case "delayed":
		err = try.Delay(s, s.Today, sit.cal.Add(sit.clock.Due, 1))
	case "consult_silent":
		for _, ref := range openConsults(sit.timeline, code) {
			if err = try.ConsultSilent(s, s.Today, ref); err == nil {
				break
			}
		}
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// founded reports whether what an act rests on is there: a reply needs its request,
// a ruling its suit.
func founded(sit situation, code string) bool {
	asked, filed, refused, noticed := 0, 0, false, false
	for _, e := range sit.timeline {
		switch f := e.Fact.(type) {
		case CoAsked:
			asked++
		case CoAnswered:
			asked--
		case RemedyFiled:
			filed++
		case RemedyClosed:
			filed--
		case ConsultReplied:
			refused = refused || f.Answer == "refuse"
		case ReasonsAsked:
			noticed = true
		}
	}
	switch code {
	case "consult_served", "consult_replied", "consult_silent":
		return len(openConsults(sit.timeline, code)) > 0
	case "co_answered":
		return asked > 0
	case "remedy_step", "remedy_closed":
		return filed > 0
	case "release_decided":
		return refused
	case "delayed":
		return noticed
	}
	return true
}

// lastDay is the last day of an act by the clock, none where the law names none.
func lastDay(sit situation, code string) calendar.Date {
	if sit.state == StateClosed || sit.state == StateVoided {
		return calendar.Date{}
	}
	switch code {
	case "supplement_asked":
		return sit.clock.SupplementNoticeDue
	case "extended", "answered", "fee_noticed", "proposed", "consult_sent":
		return sit.clock.Due
	case "supplement_received", "fee_paid":
		return sit.clock.WaitsUntil
	}
	return calendar.Date{}
}

// usualAct names the act that an office usually does next.
func usualAct(sit situation, chain Chain, today calendar.Date) string {
	switch sit.state {
	case StateUnconfirmed:
		return "confirm"
	case StateSupplement:
		if !sit.clock.WaitsUntil.IsZero() && today.After(sit.clock.WaitsUntil) {
			return "answered"
		}
		return "supplement_received"
	case StatePayment:
		if !sit.clock.WaitsUntil.IsZero() && today.After(sit.clock.WaitsUntil) {
			return "answered"
		}
		return "fee_paid"
	case StateConsulting:
		return "consult_replied"
	case StateProposed:
		return "approved"
	case StateApproved:
		return "answered"
	case StateVoided:
		return ""
	case StateClosed:
		return "served"
	}
	if _, _, ok := find[Assigned](sit.timeline); !ok {
		return "assigned"
	}
	if len(chain) == 0 {
		return "answered"
	}
	return "proposed"
}
