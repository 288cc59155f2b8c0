package cases

import (
	"slices"

	"gongkai/internal/calendar"
)

// Evidence is what an act brings along beside the outcome itself: what the
// outcome needs that events can't show. Reasons and texts stand in the letter;
// here only that they are there.
type Evidence struct {
	Reasons     bool  // reasons, or for a release how and where to get it, are written
	FirstAnswer int64 // 36(6): the case that was answered first
	OnSpot      bool  // 当场答复: given to the applicant then and there
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
		if err := approved(sit, s.Chain, a, ev); err != nil {
			return err
		}
	}
	c.append(s, on, a, 0)
	return nil
}

// NeedsApproval reports whether an ending goes through the chain. Closing on the
// applicant's own act, and giving on the spot what may be given, do not.
func NeedsApproval(o Outcome, onSpot bool) bool {
	switch o.Code() {
	case "other.withdrawn", "other.no_supplement", "other.fee_unpaid", "other.unreachable":
		return false
	}
	return !onSpot || o.Group() != "disclose"
}

// approved holds an answer against what was signed (Art 45 leaves the order to
// the agency): what goes out is what the leader saw.
func approved(sit situation, chain Chain, a Answered, ev Evidence) error {
	if len(chain) == 0 || !NeedsApproval(a.Outcome, ev.OnSpot) {
		return nil
	}
	p, ok := proposalOf(sit.timeline)
	switch {
	case !ok:
		return refuse("“%s”应先提请审核签发，再答复申请人", a.Outcome.Label())
	case sit.state != StateApproved:
		return refuse("提请的处理决定还没有签发完毕，签发后才能答复申请人")
	case p.Outcome != a.Outcome || !slices.Equal(p.Grounds, a.Grounds) || !slices.Equal(p.Items, a.Items) || p.FirstAnswer != ev.FirstAnswer:
		return refuse("答复的结果或依据与签发的不一致（签发的是“%s”）；如需改变，请撤回后重新提请", p.Outcome.Label())
	}
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
	if err := c.itemsFit(sit, on, a); err != nil {
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
	case "disclose.provided":
		return thirdPartiesHeard(sit, on)
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

// thirdPartiesHeard: what concerns a third party is given as a whole only when the
// party has agreed or let its term go by, or its refusal was overruled and it was
// told so (Arts 15, 32).
func thirdPartiesHeard(sit situation, on calendar.Date) error {
	overruled := map[int]bool{}
	for _, e := range sit.timeline {
		if f, ok := e.Fact.(ReleaseDecided); ok {
			overruled[f.Ref] = true
		}
	}
	for _, e := range sit.timeline {
		switch f := e.Fact.(type) {
		case ConsultReplied:
			k, _ := consultationOf(sit.timeline, f.Ref)
			if f.Answer == "refuse" && k.party == "third_party" && !overruled[f.Ref] {
				return refuse("第三方不同意公开。认为其理由不成立，或者不公开可能对公共利益造成重大影响的，先登记“决定予以公开”并书面告知第三方（第三十二条）")
			}
		case ConsultSent:
			k, _ := consultationOf(sit.timeline, f.Ref)
			waiting := k.replied.IsZero() && k.silent.IsZero()
			if k.party == "third_party" && waiting && (k.served.IsZero() || !on.After(sit.cal.Add(k.served, consultTerm))) {
				return refuse("正在征求第三方意见，收到意见或者15个工作日期满后才能公开（第十五条、第三十二条）")
			}
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
