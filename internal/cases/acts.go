package cases

import (
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// The acts check the law and append an event. Each refuses what the law does
// not allow with a *Refused whose sentence names the article; nothing is
// recorded then. Stamps of History skip the checks: they record what was.

// situation is what an act needs to know of the case on its day.
type situation struct {
	timeline []Event
	clock    deadline.Clock
	state    State
	cal      *calendar.Calendar
}

// look judges the case on a day.
func (c *Case) look(s Stamp, on calendar.Date) situation {
	t := Timeline(c.Events, 0)
	cal := s.Book.AsOf(s.Today)
	sit := situation{timeline: t, cal: cal, state: StateUnconfirmed}
	if _, _, ok := find[Received](t); ok {
		sit.clock = deadline.Run(cal, History(t), on)
		sit.state = stateOf(sit.clock.State, t)
	}
	if _, _, void := voiding(t); void {
		sit.state = StateVoided
	}
	return sit
}

// begin checks what every act shares: the workflow, and that days are possible.
func (c *Case) begin(s Stamp, code string, on calendar.Date) (situation, error) {
	sit := c.look(s, on)
	if s.History {
		return sit, nil
	}
	a := act(code)
	if !allows(a, sit.state) {
		return sit, refuse("本件现为“%s”，不能%s（%s）", sit.state.Label(), a.Label, a.Article)
	}
	if on.IsZero() {
		return sit, refuse("没有填写日期，应填%s的日期", a.Label)
	}
	if on.After(s.Today) {
		return sit, refuse("%s在今天（%s）之后，只能登记已经发生的事", on.Chinese(), s.Today.Chinese())
	}
	if _, e, ok := find[Received](sit.timeline); ok && on.Before(e.On) {
		return sit, refuse("%s早于收到申请之日%s（第三十一条）", on.Chinese(), e.On.Chinese())
	}
	return sit, nil
}

func allows(a Act, s State) bool {
	for _, from := range a.From {
		if from == s {
			return true
		}
	}
	return false
}

// Open begins a case: the application reached the agency. Without on the case
// is 待确认 and outside all counts until Confirm.
func Open(agency int64, s Stamp, on calendar.Date, r Received, content string, parties []Party) (*Case, error) {
	c := &Case{AgencyID: agency, Content: content, Parties: parties}
	switch {
	case r.ApplicantKind.IsZero():
		return nil, refuse("没有填写申请人类型，应在六类中选一类（年度报告表三）")
	case r.Channel.IsZero():
		return nil, refuse("没有填写渠道，收到申请之日要按渠道确定（第三十一条）")
	case on.After(s.Today):
		return nil, refuse("收到申请之日%s在今天之后", on.Chinese())
	}
	c.append(s, on, r, 0)
	return c, nil
}

// Confirm fixes the receipt date of an application that waited for it: the day
// on which both sides confirmed (Art 31).
func (c *Case) Confirm(s Stamp, on calendar.Date) error {
	t := Timeline(c.Events, 0)
	r, e, ok := find[Received](t)
	if !ok || !e.On.IsZero() {
		return refuse("本件收到之日已经确定为%s，不需再确认（第三十一条）", e.On.Chinese())
	}
	if on.IsZero() || on.After(s.Today) || !r.Submitted.IsZero() && on.Before(r.Submitted) {
		return refuse("确认之日应在提交之日与今天之间（第三十一条）")
	}
	r.Confirmed = on
	c.append(s, on, r, e.Seq)
	return nil
}

// AskSupplement tells the applicant what to add (Art 30): within 7 working days
// of receipt, all at once; a second time only with a reason.
func (c *Case) AskSupplement(s Stamp, on calendar.Date, f SupplementAsked) error {
	sit, err := c.begin(s, "supplement_asked", on)
	if err != nil {
		return err
	}
	_, _, again := find[SupplementAsked](sit.timeline)
	switch due := sit.clock.SupplementNoticeDue; {
	case s.History:
	case !due.IsZero() && on.After(due) && !again:
		return refuse("补正告知应在收到申请之日起7个工作日内作出，最迟%s（第三十条）", due.Chinese())
	case len(f.Causes) == 0:
		return refuse("没有写明需要补正的事项，应一次性告知（第三十条）")
	case slices.ContainsFunc(f.Causes, func(cause string) bool { return !slices.Contains(SupplementCauses(), cause) }):
		return refuse("需要补正的事项应为身份、内容描述或形式三类之一（第二十九条、第三十条）")
	case again && f.Second == "":
		return refuse("已经告知过补正，再次告知应说明理由（第三十条要求一次性告知）")
	}
	c.append(s, on, f, 0)
	return nil
}

// SupplementCauses are what may be lacking (Art 29): who asks, what is asked, in
// which form.
func SupplementCauses() []string { return []string{"identity", "description", "form"} }

// ReceiveSupplement records the applicant's supplement: the clock restarts. One
// that came after its term is taken only for a good reason (正当理由, Art 30);
// without one it opens a new application (Renew).
func (c *Case) ReceiveSupplement(s Stamp, on calendar.Date, goodReason bool) error {
	sit, err := c.begin(s, "supplement_received", on)
	if err != nil {
		return err
	}
	if end := sit.clock.WaitsUntil; !s.History && !end.IsZero() && on.After(end) && !goodReason {
		return refuse("补正期限已于%s届满。有正当理由的，写明理由后登记；没有的，按逾期不补正办结，再把补正材料登记为关联的新申请（第三十条）", end.Chinese())
	}
	if _, e, ok := find[SupplementAsked](sit.timeline); ok && on.Before(e.On) {
		return refuse("收到补正之日早于补正告知之日%s（第三十条）", e.On.Chinese())
	}
	c.append(s, on, SupplementReceived{}, 0)
	return nil
}

// Extend adds working days to the term: once, at most 20 (15 under Order 492),
// told before the term runs out (Art 33(2)).
func (c *Case) Extend(s Stamp, on calendar.Date, days int) error {
	sit, err := c.begin(s, "extended", on)
	if err != nil {
		return err
	}
	if !s.History {
		if err := extendable(sit, on, days); err != nil {
			return err
		}
	}
	c.append(s, on, Extended{Days: days}, 0)
	return nil
}

// ExtendBy is Extend with who consented: the head of the disclosure office, a
// user or "paper" (Art 33(2)).
func (c *Case) ExtendBy(s Stamp, on calendar.Date, days int, approver string) error {
	if approver == "" {
		return refuse("延长答复期限应当经政府信息公开工作机构负责人同意（第三十三条第二款）")
	}
	if err := c.Extend(s, on, days); err != nil {
		return err
	}
	c.Events[len(c.Events)-1].Fact = Extended{Days: days, Approver: approver}
	return nil
}

func extendable(sit situation, on calendar.Date, days int) error {
	limit := sit.clock.Law.MaxExtension()
	if days < 1 || days > limit {
		return refuse("延长的期限最长不得超过%d个工作日，填写的是%d（第三十三条第二款）", limit, days)
	}
	if on.After(sit.clock.Due) {
		return refuse("答复期限已于%s届满，延期应在届满前告知申请人（第三十三条第二款）", sit.clock.Due.Chinese())
	}
	if _, e, ok := find[Extended](sit.timeline); ok && !e.On.Before(periodStart(sit.timeline)) {
		return refuse("本期限已于%s延长过一次，不能再次延长（第三十三条第二款）", e.On.Chinese())
	}
	return nil
}

// periodStart is the day from which the period now running counts.
func periodStart(timeline []Event) calendar.Date {
	var start calendar.Date
	for _, e := range timeline {
		switch e.Fact.(type) {
		case Received, SupplementReceived, FeePaid:
			start = e.On
		}
	}
	return start
}

// NoticeFee sends the fee notice (Art 42; 国办函〔2020〕109号, from 2021).
func (c *Case) NoticeFee(s Stamp, on calendar.Date, f FeeNoticed) error {
	sit, err := c.begin(s, "fee_noticed", on)
	if err != nil {
		return err
	}
	switch {
	case s.History:
	case s.NoFee:
		return refuse("本机关没有启用信息处理费；要收费先在机关设置中启用（国办函〔2020〕109号）")
	case on.Before(feeSince):
		return refuse("2021年1月1日前没有信息处理费（国办函〔2020〕109号）")
	case f.Fen <= 0:
		return refuse("收费金额应大于零（国办函〔2020〕109号）")
	case on.After(sit.clock.Due):
		return refuse("收费通知应在办理期限内发出，最迟%s（国办函〔2020〕109号第六条）", sit.clock.Due.Chinese())
	}
	c.append(s, on, f, 0)
	return nil
}

var feeSince = calendar.MustParse("2021-01-01")

// PayFee records the payment: the clock restarts the day after.
func (c *Case) PayFee(s Stamp, on calendar.Date, fen int64) error {
	sit, err := c.begin(s, "fee_paid", on)
	if err != nil {
		return err
	}
	if end := sit.clock.WaitsUntil; !s.History && !end.IsZero() && on.After(end) {
		return refuse("缴费期限已于%s届满，逾期未缴费视为放弃（国办函〔2020〕109号）", end.Chinese())
	}
	c.append(s, on, FeePaid{Fen: fen}, 0)
	return nil
}

// AskReasons asks for the reasons of an excessive request (Art 35).
func (c *Case) AskReasons(s Stamp, on calendar.Date) error {
	if _, err := c.begin(s, "reasons_asked", on); err != nil {
		return err
	}
	c.append(s, on, ReasonsAsked{}, 0)
	return nil
}

// Delay sets and tells a reasonable date (Art 35), after reasons were asked; the
// date must be a working day after the day on which it is told.
func (c *Case) Delay(s Stamp, on, until calendar.Date) error {
	sit, err := c.begin(s, "delayed", on)
	if err != nil {
		return err
	}
	_, _, asked := find[ReasonsAsked](sit.timeline)
	switch {
	case s.History:
	case !asked:
		return refuse("延迟答复应先要求申请人说明理由（第三十五条）")
	case until.IsZero():
		return refuse("没有填写延迟答复至哪一天，应确定合理的日期并告知申请人（第三十五条）")
	case on.After(sit.clock.Due):
		return refuse("答复期限已于%s届满，延迟答复应在届满前告知申请人（第三十五条）", sit.clock.Due.Chinese())
	case !until.After(sit.clock.Due):
		return refuse("%s没有超过现在的答复期限%s，不需要延迟答复（第三十五条）", until.Chinese(), sit.clock.Due.Chinese())
	case !sit.cal.IsWorkday(until):
		return refuse("%s不是工作日，延迟答复的日期应定在工作日（第三十五条）", until.Chinese())
	}
	c.append(s, on, Delayed{Until: until}, 0)
	return nil
}

// Search records that the files were searched (36(4)).
func (c *Case) Search(s Stamp, on calendar.Date) error {
	if _, err := c.begin(s, "searched", on); err != nil {
		return err
	}
	c.append(s, on, Searched{}, 0)
	return nil
}

// Withdraw records the applicant's written withdrawal.
func (c *Case) Withdraw(s Stamp, on calendar.Date) error {
	if _, err := c.begin(s, "withdrawn", on); err != nil {
		return err
	}
	c.append(s, on, Withdrawn{}, 0)
	return nil
}

// Serve records that the answer reached the applicant.
func (c *Case) Serve(s Stamp, on calendar.Date, way string) error {
	sit, err := c.begin(s, "served", on)
	if err != nil {
		return err
	}
	if _, e, ok := find[Answered](sit.timeline); ok && on.Before(e.On) {
		return refuse("送达日期早于答复日期%s（国办公开办函〔2016〕235号）", e.On.Chinese())
	}
	c.append(s, on, Served{Way: way}, 0)
	return nil
}

// Correct replaces an event by one of the same kind with its full new content.
func (c *Case) Correct(s Stamp, seq int, on calendar.Date, f Fact) error {
	for _, e := range Timeline(c.Events, 0) {
		if e.Seq != seq {
			continue
		}
		if why := settled(e.Fact); why != "" {
			return refuse("%s", why)
		}
		if e.Fact.Kind() != f.Kind() {
			return refuse("更正只能在同一事项内进行，原记录是另一种事项")
		}
		if on.IsZero() || on.After(s.Today) {
			return refuse("更正后的日期应在今天（%s）之前", s.Today.Chinese())
		}
		if now, answer := f.(Answered); answer && !e.History && now.Outcome != e.Fact.(Answered).Outcome {
			// The state is that of a closed case; what must have happened still must.
			if err := factsFit(c.look(s, on), on, now.Outcome); err != nil {
				return err
			}
		}
		c.append(s, on, f, seq)
		return nil
	}
	return refuse("要更正的记录不存在，或已被更正")
}

// settled says why a fact is neither corrected nor annulled: what two people have
// answered for stays; "" for all others.
func settled(f Fact) string {
	switch f.(type) {
	case Proposed, Approved, Returned, TakenBack:
		return "提请和审批的记录不能更正或撤销；请撤回提请后重新办理"
	case CaseVoided, CaseRestored:
		return "作废和恢复的记录不能更正或撤销；作废错了的，办理恢复"
	}
	return ""
}

// Correctable reports whether a recorded fact can be corrected or annulled.
func Correctable(f Fact) bool { return settled(f) == "" }

// Void annuls an event that never happened. The receipt can't be annulled.
func (c *Case) Void(s Stamp, seq int) error {
	for _, e := range Timeline(c.Events, 0) {
		if e.Seq != seq {
			continue
		}
		if _, first := e.Fact.(Received); first {
			return refuse("收到申请的记录不能撤销，只能更正")
		}
		if why := settled(e.Fact); why != "" {
			return refuse("%s", why)
		}
		c.append(s, e.On, Voided{}, seq)
		return nil
	}
	return refuse("要撤销的记录不存在，或已被更正")
}
