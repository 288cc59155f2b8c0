package cases

import (
	"time"

	"gongkai/internal/calendar"
)

// Assign hands the case to an officer, or to a section's pool from which
// somebody claims it.
func (c *Case) Assign(s Stamp, on calendar.Date, a Assigned) error {
	sit, err := c.begin(s, "assigned", on)
	if err != nil {
		return err
	}
	if a.Officer == 0 && a.Section == 0 {
		return refuse("没有选择承办人或承办科室")
	}
	if f, _, ok := find[Assigned](sit.timeline); ok && f.Officer == a.Officer && f.Section == a.Section {
		return refuse("本件已经由该承办人（科室）办理")
	}
	c.append(s, on, a, 0)
	return nil
}

// CoAskTerm is how many working days a section has for its part. It is the
// office's own term: the statutory clock runs on.
const CoAskTerm = 5

// AskSection asks a section of the own agency for its part (内部协办) and gives the
// number by which its answer refers to it. Without section and officer a note
// says who was asked.
func (c *Case) AskSection(s Stamp, on calendar.Date, section, officer int64) (ref int, err error) {
	sit, err := c.begin(s, "co_asked", on)
	if err != nil {
		return 0, err
	}
	for _, e := range sit.timeline {
		if f, ok := e.Fact.(CoAsked); ok {
			ref = max(ref, f.Ref)
		}
	}
	ref++
	c.append(s, on, CoAsked{Ref: ref, Section: section, Officer: officer}, 0)
	return ref, nil
}

// SectionAnswered records that the part came.
func (c *Case) SectionAnswered(s Stamp, on calendar.Date, ref int) error {
	sit, err := c.begin(s, "co_answered", on)
	if err != nil {
		return err
	}
	asked := false
	for _, e := range sit.timeline {
		switch f := e.Fact.(type) {
		case CoAsked:
			asked = asked || f.Ref == ref && !on.Before(e.On)
		case CoAnswered:
			if f.Ref == ref {
				return refuse("第%d次协办已于%s回复", ref, e.On.Chinese())
			}
		}
	}
	if !asked {
		return refuse("没有第%d次协办的记录，或回复早于发出", ref)
	}
	c.append(s, on, CoAnswered{Ref: ref}, 0)
	return nil
}

// OpenCoAsked gives the parts that sections still owe, with the day on which
// their internal term ends.
func (c *Case) OpenCoAsked(cal *calendar.Calendar) map[int]calendar.Date {
	out := map[int]calendar.Date{}
	for _, e := range Timeline(c.Events, 0) {
		switch f := e.Fact.(type) {
		case CoAsked:
			out[f.Ref] = cal.Add(e.On, CoAskTerm)
		case CoAnswered:
			delete(out, f.Ref)
		}
	}
	return out
}

// Contact notes a call or a talk; what was said is a note.
func (c *Case) Contact(s Stamp, on calendar.Date, way string) error {
	if _, err := c.begin(s, "contacted", on); err != nil {
		return err
	}
	c.append(s, on, Contacted{Way: way}, 0)
	return nil
}

// Unreached tells of an application that waits to be confirmed whether a working
// day has gone by since it came without anybody having tried to reach the
// applicant (Art 31 lets the clock start with the confirmation, not with the
// office's leisure), and since when it has been there.
func (c *Case) Unreached(cal *calendar.Calendar, today calendar.Date) (since calendar.Date, late bool) {
	for _, e := range Timeline(c.Events, 0) {
		switch e.Fact.(type) {
		case Received:
			if !e.On.IsZero() {
				return calendar.Date{}, false
			}
			since = arrival(e)
		case Contacted:
			return since, false
		}
	}
	return since, !since.IsZero() && today.After(cal.Add(since, 1))
}

// arrival is the earliest day that the receipt of an unconfirmed application names:
// at the latest that of its registration.
func arrival(received Event) calendar.Date {
	since := calendar.FromTime(time.UnixMicro(received.At).UTC().Add(8 * time.Hour))
	f, ok := received.Fact.(Received)
	if !ok {
		return since
	}
	for _, day := range []calendar.Date{f.Submitted, f.Arrived, f.Signed, f.PlatformSubmitted} {
		if !day.IsZero() && day.Before(since) {
			since = day
		}
	}
	return since
}

// ReviewSecrecy records the 保密审查 (Art 17): clear, secret or uncertain.
func (c *Case) ReviewSecrecy(s Stamp, on calendar.Date, result string) error {
	if _, err := c.begin(s, "secrecy_reviewed", on); err != nil {
		return err
	}
	switch result {
	case "clear", "secret", "uncertain":
	default:
		return refuse("保密审查的结论应为可以公开、属于国家秘密或不能确定（第十七条）")
	}
	c.append(s, on, SecrecyReviewed{Result: result}, 0)
	return nil
}

// DecideRelease records that public interest demands release against the will of
// a consulted third party (Art 32), who is told in writing.
func (c *Case) DecideRelease(s Stamp, on calendar.Date, ref int) error {
	sit, err := c.begin(s, "release_decided", on)
	if err != nil {
		return err
	}
	for _, e := range sit.timeline {
		if f, ok := e.Fact.(ConsultReplied); ok && f.Ref == ref && f.Answer == "refuse" {
			c.append(s, on, ReleaseDecided{Ref: ref}, 0)
			return nil
		}
	}
	return refuse("没有第三方不同意公开的意见，不需要决定予以公开（第三十二条）")
}

// StepRemedy records a step of a review or suit, with the term it sets.
func (c *Case) StepRemedy(s Stamp, on calendar.Date, f RemedyStep) error {
	sit, err := c.begin(s, "remedy_step", on)
	if err != nil {
		return err
	}
	for _, e := range sit.timeline {
		if filed, ok := e.Fact.(RemedyFiled); ok && filed.Ref == f.Ref {
			if on.Before(e.On) {
				return refuse("日期早于提起日期%s", e.On.Chinese())
			}
			if f.Due.IsZero() && s.Book != nil {
				f.Due = replyTerm(s, on, filed.Remedy, f.Step)
			}
			c.append(s, on, f, 0)
			return nil
		}
	}
	return refuse("没有第%d件复议诉讼的登记", f.Ref)
}

// replyTerm is until when the agency has to answer what came in: a review in 10
// working days, by the summary procedure in 5 (行政复议法 Arts 48, 54, 88); a
// complaint in 15 days (行政诉讼法 Art 67), rolled to a working day. Zero for
// other steps.
func replyTerm(s Stamp, on calendar.Date, kind RemedyKind, step string) calendar.Date {
	cal := s.Book.Latest()
	switch {
	case step == "summary_received":
		return cal.Add(on, 5)
	case step != "complaint_received":
		return calendar.Date{}
	case kind == Review:
		return cal.Add(on, 10)
	}
	return cal.Roll(on.AddDays(15))
}

// Quashed gives the dispute, already decided, by which the answer of a case has
// to be given anew and has not been yet; 0 for none.
func (c *Case) Quashed() int {
	ref := 0
	for _, e := range Timeline(c.Events, 0) {
		switch f := e.Fact.(type) {
		case RemedyClosed:
			if f.Result == Corrected {
				ref = f.Ref
			}
		case RemedyStep:
			if f.Step == "remade" && f.Ref == ref {
				ref = 0
			}
		}
	}
	return ref
}

// Remake opens the task of answering anew: with its own term from the day on
// which the ruling reached the agency, the same content and people, in no column
// of table 三. The old case is marked by StepRemedy (remade).
func (c *Case) Remake(s Stamp, on calendar.Date) (*Case, error) {
	if c.Quashed() == 0 {
		return nil, refuse("没有责令重新作出答复的复议决定或判决，或者已经重新办理")
	}
	for _, e := range Timeline(c.Events, 0) {
		if r, ok := e.Fact.(Received); ok {
			anew := Received{Channel: r.Channel, ApplicantKind: r.ApplicantKind, Form: r.Form, Way: r.Way, Remade: c.ID}
			parties := make([]Party, len(c.Parties))
			for i, p := range c.Parties {
				p.Applicant.ID = 0 // a record of its own, like any other application's
				parties[i] = p
			}
			return Open(c.AgencyID, s, on, anew, c.Content, parties)
		}
	}
	return nil, refuse("本件没有收到申请的登记")
}

// HandOverReasons are why somebody's open cases go to another: code and word.
func HandOverReasons() [][2]string {
	return [][2]string{{"left", "离职、退休"}, {"moved", "调离岗位"}, {"absent", "长期请假"}, {"division", "分工调整"}}
}
