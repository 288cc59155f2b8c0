package cases

import (
	"strings"

	"gongkai/internal/calendar"
)

// CaseVoided: 作废: this case registers once more the application that stands
// under another number (the same letter scanned twice, by two clerks). One
// application is one 件: the entry leaves every count and list of what is to be
// done; its number stays its own and is never given again.
type CaseVoided struct {
	Instead int64 `json:"instead"` // the case that stands, of the same agency
	// OtherApplicant: the applicants differ on record and the clerk has confirmed
	// that it is one application all the same.
	OtherApplicant bool `json:"other_applicant,omitempty"`
	Paper          bool `json:"paper,omitempty"` // the second person signed on paper (线下签批)
}

// CaseRestored: 恢复: the voided entry was an application of its own after all; its
// clock runs as if nothing had been.
type CaseRestored struct {
	Paper bool `json:"paper,omitempty"`
}

// Kind names the event.
func (CaseVoided) Kind() string   { return "case_voided" }
func (CaseRestored) Kind() string { return "case_restored" }

// voiding gives by what a case is void and since when; false if it counts.
func voiding(timeline []Event) (f CaseVoided, on calendar.Date, void bool) {
	for _, e := range timeline {
		switch now := e.Fact.(type) {
		case CaseVoided:
			f, on, void = now, e.On, true
		case CaseRestored:
			f, on, void = CaseVoided{}, calendar.Date{}, false
		}
	}
	return f, on, void
}

// Voiding says in favour of which case this one is void, and since when; false if
// it counts.
func (c *Case) Voiding() (f CaseVoided, on calendar.Date, void bool) {
	return voiding(Timeline(c.Events, 0))
}

// VoidCase takes a case that was registered twice out of all counts. stands is the
// case that remains, with its personal fields open as those of c. Two people
// answer for it: nobody voids alone what he registered himself, unless a leader
// signed on paper (f.Paper). What has been answered, disputed or reported stays
// counted: the sentence says what to do instead.
func (c *Case) VoidCase(s Stamp, on calendar.Date, f CaseVoided, stands *Case) error {
	if why := c.Unvoidable(); why != "" {
		return refuse("%s", why)
	}
	if _, err := c.begin(s, "case_voided", on); err != nil {
		return err
	}
	_, _, standsVoid := stands.Voiding()
	switch {
	case stands.ID == c.ID || stands.AgencyID != c.AgencyID:
		return refuse("保留的一件应是本机关的另一件办件")
	case standsVoid:
		return refuse("%s已经作废，不能作为保留的一件；请填写计数的那一件", stands.Number)
	case !f.OtherApplicant && !sameApplicant(c.Applicant(), stands.Applicant()):
		return refuse("%s的申请人与本件不同。确系同一申请（如录错姓名）的，勾选“申请人登记不同，但确系同一申请”后再办；不同的人申请同样的信息，各是一件，不作废", stands.Number)
	case !f.Paper && !s.Alone && SameHand(c.Events[0].By, s.By):
		return refuse("%s", secondHand("登记本件的人不能自己作废"))
	}
	f.Instead = stands.ID
	c.append(s, on, f, 0)
	return nil
}

func secondHand(why string) string {
	return why + "：请另一位审核人或签发人办理，或者写明领导线下签批的姓名、职务、日期"
}

// Unvoidable gives the sentence that keeps a case counted whatever is typed; "" if
// it may be voided.
func (c *Case) Unvoidable() string {
	t := Timeline(c.Events, 0)
	if _, e, ok := find[Answered](t); ok {
		return "本件已于" + e.On.Chinese() + "办结，照实计数，不能作废。两件都答复了同一申请的，在年度报告“其他需要报告的事项”中说明；办结是误登记、并没有发出答复的，先更正撤销那条记录（须第二人），再作废"
	}
	if _, _, ok := find[RemedyFiled](t); ok {
		return "本件登记有复议诉讼，表四按它计数，不能作废；先把复议诉讼登记到保留的一件，并更正撤销本件的登记（须第二人）"
	}
	return ""
}

// RestoreCase lets a voided case count again; by another person than the one who
// voided it, or with a signature on paper.
func (c *Case) RestoreCase(s Stamp, on calendar.Date, f CaseRestored) error {
	sit, err := c.begin(s, "case_restored", on)
	if err != nil {
		return err
	}
	_, e, _ := find[CaseVoided](sit.timeline)
	switch {
	case on.Before(e.On):
		return refuse("恢复日期早于作废日期%s", e.On.Chinese())
	case !f.Paper && !s.Alone && SameHand(e.By, s.By):
		return refuse("%s", secondHand("作废本件的人不能自己恢复"))
	}
	c.append(s, on, f, 0)
	return nil
}

// sameApplicant reports whether two records speak of one person: by the identity
// numbers where both have one, else by name or telephone.
func sameApplicant(a, b Applicant) bool {
	if a.IDNumber != "" && b.IDNumber != "" {
		return plainNumber(a.IDNumber) == plainNumber(b.IDNumber)
	}
	name := func(x Applicant) string { return strings.Join(strings.Fields(x.Name), "") }
	return name(a) != "" && name(a) == name(b) || a.Phone != "" && plainNumber(a.Phone) == plainNumber(b.Phone)
}

// plainNumber leaves digits and letters.
func plainNumber(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // full-width forms
			r -= '！' - '!'
		}
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		return -1
	}, text)
}
