package cases

import "gongkai/internal/calendar"

// Evidence is what an act brings along beside the outcome itself: what the
// outcome needs that events can't show. Reasons and texts stand in the letter;
// here only that they are there.
type Evidence struct {
	Reasons     bool  // reasons, or for a release how and where to get it, are written
	FirstAnswer int64 // 36(6): the case that was answered first
}

// Answer ends the case with an outcome on the day on which the answer counts as
// given. It refuses an outcome whose conditions are not met.
func (c *Case) Answer(s Stamp, on calendar.Date, a Answered, ev Evidence) error {
	sit, err := c.begin(s, "answered", on)
	if err != nil {
		return err
	}
	if !s.History {
		if err := c.meets(sit, on, a, ev); err != nil {
			return err
		}
	}
	c.append(s, on, a, 0)
	return nil
}

// meets holds an outcome against what it needs (outcomes.csv).
func (c *Case) meets(sit situation, on calendar.Date, a Answered, ev Evidence) error {
	if a.Outcome.IsZero() {
		return refuse("没有选择办理结果（第三十六条）")
	}
	if err := groundsFit(a); err != nil {
		return err
	}
	if err := stateFits(sit, a.Outcome); err != nil {
		return err
	}
	if err := factsFit(sit, on, a.Outcome); err != nil {
		return err
	}
	if a.Outcome.Code() == "not_processed.repeat" && ev.FirstAnswer == 0 {
		return refuse("重复申请应写明首次答复的编号和日期（第三十六条第（六）项）")
	}
	if !ev.Reasons && a.Outcome.Info().Remedy != "none" {
		return refuse("“%s”应当写明：%s（条例第%s条）", a.Outcome.Label(), needWords(a.Outcome), a.Outcome.Info().Article)
	}
	return nil
}

// groundsFit: a partial answer names a ground for each part that is not given,
// and no other outcome carries grounds.
func groundsFit(a Answered) error {
	if a.Outcome.Group() != "partial" {
		if len(a.Grounds) > 0 {
			return refuse("只有部分公开才逐项写明不予提供部分的依据（第三十七条）")
		}
		return nil
	}
	if len(a.Grounds) == 0 {
		return refuse("部分公开应对不予提供的部分逐项写明依据（第三十七条）")
	}
	for _, g := range a.Grounds {
		switch g.Group() {
		case "withhold", "unable", "not_processed":
		default:
			return refuse("“%s”不能作为部分公开中不予提供部分的依据（第三十七条）", g.Label())
		}
	}
	return nil
}

// stateFits: while the applicant has to act, only endings that say so.
func stateFits(sit situation, o Outcome) error {
	code := o.Code()
	switch {
	case sit.state == StateSupplement && code != "other.no_supplement" && code != "other.withdrawn" && code != "other.unreachable":
		return refuse("正在等待申请人补正，收到补正或逾期后才能作其他答复（第三十条）")
	case sit.state == StatePayment && code != "other.fee_unpaid" && code != "other.withdrawn" && code != "other.unreachable":
		return refuse("正在等待申请人缴费，缴费或逾期后才能作其他答复（国办函〔2020〕109号）")
	}
	return nil
}

// factsFit: what must have happened before.
func factsFit(sit situation, on calendar.Date, o Outcome) error {
	t := sit.timeline
	switch o.Code() {
	case "other.no_supplement":
		return lapsed(sit, on, StateSupplement, "补正期限")
	case "other.fee_unpaid":
		return lapsed(sit, on, StatePayment, "缴费期限")
	case "other.withdrawn":
		if _, _, ok := find[Withdrawn](t); !ok {
			return refuse("没有申请人书面撤回的登记，不能按撤回结案")
		}
	case "withhold.third_party":
		if _, _, ok := find[ConsultSent](t); !ok {
			return refuse("以保护第三方合法权益为由不予公开，应先书面征求第三方意见（第三十二条）")
		}
	case "unable.nonexistent", "unable.archived":
		if _, _, ok := find[Searched](t); !ok {
			return refuse("告知政府信息不存在或已移交，应先有检索记录（第三十六条第（四）项）")
		}
	case "unable.still_unclear":
		if _, _, ok := find[SupplementReceived](t); !ok {
			return refuse("补正后仍不明确，应先有补正告知和补正（第三十条）")
		}
	case "not_processed.excessive":
		if _, _, ok := find[ReasonsAsked](t); !ok {
			return refuse("以大量反复申请为由不予处理，应先要求申请人说明理由（第三十五条）")
		}
	}
	return nil
}

// lapsed: the case waits for the applicant, and the term is over.
func lapsed(sit situation, on calendar.Date, s State, term string) error {
	if sit.state != s {
		return refuse("没有等待申请人的告知，不能以%s届满结案（第三十条、第四十二条）", term)
	}
	if !on.After(sit.clock.WaitsUntil) {
		return refuse("%s至%s，届满后才能结案", term, sit.clock.WaitsUntil.Chinese())
	}
	return nil
}

// needWords says in Chinese what an answer of this outcome must state.
func needWords(o Outcome) string {
	switch o.Code() {
	case "disclose.already_public":
		return "获取该政府信息的方式、途径"
	case "disclose.provided":
		return "提供的政府信息，或获取的方式、途径和时间"
	case "unable.other_agency":
		return "理由，以及能够确定的行政机关的名称、联系方式"
	case "unable.archived":
		return "理由，以及接收移交的国家档案馆"
	case "withhold.law_forbids":
		return "禁止公开的法律、行政法规及条款"
	case "withhold.admin_query":
		return "应当依照的法律、行政法规的规定"
	case "not_processed.petition":
		return "相应的渠道"
	case "not_processed.publication":
		return "获取公开出版物的途径"
	}
	return "理由"
}

// Propose puts a decision before the chain of approval.
func (c *Case) Propose(s Stamp, on calendar.Date, p Proposed) error {
	if _, err := c.begin(s, "proposed", on); err != nil {
		return err
	}
	if err := groundsFit(Answered{Outcome: p.Outcome, Grounds: p.Grounds}); err != nil && !s.History {
		return err
	}
	c.append(s, on, p, 0)
	return nil
}

// Approve takes a step of the chain; the last one leaves only the sending.
func (c *Case) Approve(s Stamp, on calendar.Date, a Approved) error {
	if _, err := c.begin(s, "approved", on); err != nil {
		return err
	}
	c.append(s, on, a, 0)
	return nil
}

// Return sends a proposal back for rework.
func (c *Case) Return(s Stamp, on calendar.Date) error {
	if _, err := c.begin(s, "returned", on); err != nil {
		return err
	}
	c.append(s, on, Returned{}, 0)
	return nil
}

// FileRemedy records that review or suit was brought and gives its number in
// the case. From 2024-01-01 what was withheld under Arts 14 to 16 goes to review
// first (行政复议法第二十三条); a direct suit against it is recorded all the
// same, because the court decides on that: the table's check K11 shows it.
func (c *Case) FileRemedy(s Stamp, on calendar.Date, kind RemedyKind) (ref int, err error) {
	sit, err := c.begin(s, "remedy_filed", on)
	if err != nil {
		return 0, err
	}
	reviewed := false
	for _, e := range sit.timeline {
		if f, ok := e.Fact.(RemedyFiled); ok {
			ref = max(ref, f.Ref)
			reviewed = reviewed || f.Remedy == Review
		}
	}
	if kind == LitigationAfterReview && !reviewed && !s.History {
		return 0, refuse("没有行政复议的登记，不能登记复议后起诉（行政诉讼法第四十五条）")
	}
	ref++
	c.append(s, on, RemedyFiled{Ref: ref, Remedy: kind}, 0)
	return ref, nil
}

// CloseRemedy records the last effective ruling.
func (c *Case) CloseRemedy(s Stamp, on calendar.Date, ref int, result Result) error {
	sit, err := c.begin(s, "remedy_closed", on)
	if err != nil {
		return err
	}
	if result.IsZero() || result == Pending {
		return refuse("应填写维持、纠正或其他结果")
	}
	for _, e := range sit.timeline {
		f, ok := e.Fact.(RemedyFiled)
		if !ok || f.Ref != ref {
			continue
		}
		if on.Before(e.On) {
			return refuse("结果日期早于提起日期%s（第五十一条）", e.On.Chinese())
		}
		c.append(s, on, RemedyClosed{Ref: ref, Remedy: f.Remedy, Result: result}, 0)
		return nil
	}
	return refuse("没有第%d件复议诉讼的登记", ref)
}
