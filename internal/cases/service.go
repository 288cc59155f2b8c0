package cases

import (
	"fmt"

	"gongkai/internal/calendar"
)

// ServiceWay is how a letter is brought to its addressee. The zero value is none.
type ServiceWay struct{ code string }

// The ways. Leaving and public notice are last resorts.
var (
	ByMail       = ServiceWay{"mail"}
	InHand       = ServiceWay{"in_person"}
	ByPickUp     = ServiceWay{"pick_up"}
	Electronic   = ServiceWay{"electronic"}
	OnPlatform   = ServiceWay{"platform"}
	Left         = ServiceWay{"leave"}
	PublicNotice = ServiceWay{"notice"}
)

// wayInfo is one line of the table of ways: what each needs and when the letter
// counts as given.
type wayInfo struct {
	way          ServiceWay
	label, needs string
	counts       string // the day on which the answer counts as given
}

func wayTable() []wayInfo {
	return []wayInfo{
		{ByMail, "邮寄（EMS、挂号信）", "由邮政企业寄递（邮政法第五十五条）；邮件号、交邮日期", "交邮之日"},
		{InHand, "当面送交", "受送达人或其代理人在送达回证上签名；签收日期", "签收之日"},
		{ByPickUp, "自行领取", "领取人签名；领取日期", "签收之日"},
		{Electronic, "电子方式", "申请人同意，发往其确认的地址；发出日期", "发送成功之日"},
		{OnPlatform, "省平台", "在平台上答复；发出日期", "发送成功之日"},
		{Left, "留置送达", "拒绝签收的经过，两名见证人或者拍照、录像；留置日期", "留置之日"},
		{PublicNotice, "公告送达", "其他方式都无法送达的经过；公告日期和载体", "公告期满之日"},
	}
}

// ServiceWays lists the ways in the order in which they are tried.
func ServiceWays() []ServiceWay {
	var out []ServiceWay
	for _, w := range wayTable() {
		out = append(out, w.way)
	}
	return out
}

// ParseServiceWay reads a code.
func ParseServiceWay(code string) (ServiceWay, error) {
	for _, w := range wayTable() {
		if w.way.code == code {
			return w.way, nil
		}
	}
	return ServiceWay{}, fmt.Errorf("送达方式“%s”没有这一项", code)
}

// Code is the stable word.
func (w ServiceWay) Code() string { return w.code }

func (w ServiceWay) info() wayInfo {
	for _, i := range wayTable() {
		if i.way == w {
			return i
		}
	}
	return wayInfo{}
}

// Label is the office's word.
func (w ServiceWay) Label() string { return w.info().label }

// Needs says what the way has to leave behind.
func (w ServiceWay) Needs() string { return w.info().needs }

// Counts says on which day a letter counts as given (国办公开办函〔2016〕235号).
func (w ServiceWay) Counts() string { return w.info().counts }

// LastResort reports whether the way comes only after another one failed.
func (w ServiceWay) LastResort() bool { return w == Left || w == PublicNotice }

// WayWord words what the applicant asked for (Received.Way): a code of its own.
func WayWord(code string) string {
	return map[string]string{"mail": "邮寄", "pick_up": "自行领取", "email": "电子邮件", "fax": "传真", "online": "网上获取", "read": "当面查阅"}[code]
}

// WayAsked gives the way of service that the applicant asked for; for who named
// none the one that the channel suggests, and false.
func (c *Case) WayAsked() (way ServiceWay, named bool) {
	r, _, _ := find[Received](Timeline(c.Events, 0))
	switch r.Way {
	case "mail":
		return ByMail, true
	case "pick_up":
		return ByPickUp, true
	case "email", "fax":
		return Electronic, true
	case "online":
		if r.Platform != "" {
			return OnPlatform, true
		}
		return Electronic, true
	case "read":
		return InHand, true
	}
	if r.Platform != "" {
		return OnPlatform, false
	}
	return ByMail, false
}

// Failure says why an attempt came to nothing. The zero value: it did not fail.
type Failure struct{ code string }

// failures are a code, its words, and whether the letter was given all the same:
// posted to the address that the applicant named it was, whoever opened the door.
func failures() []struct {
	code, label string
	stands      bool
} {
	return []struct {
		code, label string
		stands      bool
	}{{"refused", "拒收", true}, {"nobody", "无人签收、逾期未领", true}, {"moved", "申请人提供的地址查无此人或已迁移", true},
		{"lost", "寄递中丢失", true}, {"wrong_address", "本机关写错了地址", false}, {"bounced", "电子送达失败（退信、无法接收）", false}, {"absent", "上门未遇", false}}
}

// Failures lists the reasons.
func Failures() []Failure {
	var out []Failure
	for _, f := range failures() {
		out = append(out, Failure{f.code})
	}
	return out
}

// ParseFailure reads a code; "" is no failure.
func ParseFailure(code string) (Failure, error) {
	if code == "" {
		return Failure{}, nil
	}
	for _, f := range failures() {
		if f.code == code {
			return Failure{code}, nil
		}
	}
	return Failure{}, fmt.Errorf("没有送达的原因“%s”没有这一项", code)
}

// Code is the stable word.
func (f Failure) Code() string { return f.code }

// Label is the office's word.
func (f Failure) Label() string {
	for _, x := range failures() {
		if x.code == f.code {
			return x.label
		}
	}
	return ""
}

// Service is one attempt to bring a letter to its addressee. Only the days that
// its way knows are set.
type Service struct {
	CaseID    int64
	Place     int // in the case, from 1
	Letter    int // place of the letter in the case; 0: the answer, or one from outside
	Way       ServiceWay
	Carrier   string        // ByMail: ems, registered
	Number    string        // of the mail
	Posted    calendar.Date // 交邮
	Sent      calendar.Date // electronic, platform
	Opened    calendar.Date // by the addressee
	Signed    calendar.Date // by the addressee; leaving: of the witnesses
	Published calendar.Date // public notice
	By        string        // who signed, or the witnesses, or where it was published
	Failed    calendar.Date // it became known that it failed
	Failure   Failure
	Again     int // the attempt that this one repeats, 0 for a first one
	At        int64
	Recorded  string // by whom
	Version   int64
}

// begins is the day on which the letter left the house.
func (s Service) begins() calendar.Date {
	switch s.Way {
	case ByMail:
		return s.Posted
	case Electronic, OnPlatform:
		return s.Sent
	case PublicNotice:
		return s.Published
	}
	return s.Signed
}

// Given is the day on which the letter counts as given by this attempt: by post
// the day of posting, by hand that of the signature, electronically that of the
// successful sending (国办公开办函〔2016〕235号), left or on notice as the Civil
// Procedure Law has it, by analogy. Zero: not by this attempt.
func (s Service) Given() calendar.Date {
	if s.Failure != (Failure{}) {
		for _, f := range failures() {
			if f.code == s.Failure.code && (!f.stands || s.Way != ByMail) {
				return calendar.Date{}
			}
		}
	}
	switch s.Way {
	case ByMail:
		return s.Posted
	case Electronic, OnPlatform:
		return s.Sent
	}
	return s.Proved()
}

// Proved is the day on which the addressee had the letter: the terms of remedies
// run from it. Zero: nothing proves it yet.
func (s Service) Proved() calendar.Date {
	if s.Failure != (Failure{}) {
		return calendar.Date{}
	}
	switch s.Way {
	case Electronic, OnPlatform:
		return s.Sent
	case PublicNotice:
		if s.Published.IsZero() {
			return calendar.Date{}
		}
		return s.Published.AddDays(noticeDays(s.Published))
	}
	return s.Signed
}

// noticeDays is how long a public notice hangs before the letter counts as served
// (民事诉讼法第九十五条: 30 days since 2022-01-01, before 60).
func noticeDays(on calendar.Date) int {
	if on.Before(calendar.Of(2022, 1, 1)) {
		return 60
	}
	return 30
}

// GivenBy gives the attempt by which a letter counts as given: the earliest day,
// of equal ones the earlier attempt. False: none does yet, as of the day.
func GivenBy(attempts []Service, asOf calendar.Date) (by Service, ok bool) {
	for _, s := range attempts {
		on := s.Given()
		if on.IsZero() || on.After(asOf) {
			continue
		}
		if !ok || on.Before(by.Given()) {
			by, ok = s, true
		}
	}
	return by, ok
}

// ProvedBy gives the attempt by which it is proved that the addressee had the
// letter, the earliest. False: none does yet.
func ProvedBy(attempts []Service, asOf calendar.Date) (by Service, ok bool) {
	for _, s := range attempts {
		on := s.Proved()
		if on.IsZero() || on.After(asOf) {
			continue
		}
		if !ok || on.Before(by.Proved()) {
			by, ok = s, true
		}
	}
	return by, ok
}
