package cases

import (
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// Why an answer was late, and through whom, are two closed sets: what is counted
// has to be the same word everywhere.

// DelayCause is why an answer was late. The zero value is none.
type DelayCause struct{ code string }

// DelayFault is where the time was lost. The zero value is none.
type DelayFault struct{ code string }

func delayCauses() [][2]string {
	return [][2]string{{"registered_late", "收件后未及时登记"}, {"assigned_late", "分办、交接迟缓"}, {"search", "检索查找耗时"}, {"complex", "内容复杂、数量大"},
		{"section", "协办科室反馈迟"}, {"consultation", "征求意见未及时收回"}, {"approval", "内部审批、会签耗时"}, {"miscounted", "期限计算错误"},
		{"overlooked", "承办疏忽"}, {"staff", "人员变动、请假"}, {"sent_late", "签发后未及时寄出"}, {"system", "系统、网络故障"}, {"force", "不可抗力"}, {"other", "其他"}}
}

func delayFaults() [][2]string {
	return [][2]string{{"officer", "承办人"}, {"section", "承办科室"}, {"co_section", "协办科室"}, {"mail_room", "收发登记环节"},
		{"approver", "审核签发环节"}, {"other_agency", "其他机关"}, {"third_party", "第三方"}, {"nobody", "无责任方"}}
}

// DelayCauses lists the causes in the order of the form.
func DelayCauses() []DelayCause {
	var out []DelayCause
	for _, x := range delayCauses() {
		out = append(out, DelayCause{x[0]})
	}
	return out
}

// DelayFaults lists where time can be lost, in the order of the form.
func DelayFaults() []DelayFault {
	var out []DelayFault
	for _, x := range delayFaults() {
		out = append(out, DelayFault{x[0]})
	}
	return out
}

// ParseDelayCause reads a code; "" is none.
func ParseDelayCause(code string) (DelayCause, error) {
	if code == "" || wordOf(delayCauses(), code) != "" {
		return DelayCause{code}, nil
	}
	return DelayCause{}, fmt.Errorf("逾期原因“%s”没有这一项", code)
}

// ParseDelayFault reads a code; "" is none.
func ParseDelayFault(code string) (DelayFault, error) {
	if code == "" || wordOf(delayFaults(), code) != "" {
		return DelayFault{code}, nil
	}
	return DelayFault{}, fmt.Errorf("责任环节“%s”没有这一项", code)
}

func wordOf(words [][2]string, code string) string {
	for _, x := range words {
		if x[0] == code {
			return x[1]
		}
	}
	return ""
}

// Code gives the stable code, "" for none.
func (x DelayCause) Code() string { return x.code }

// Label gives the office's word.
func (x DelayCause) Label() string { return wordOf(delayCauses(), x.code) }

// IsZero reports whether no cause is known.
func (x DelayCause) IsZero() bool { return x.code == "" }

// MarshalText writes the code.
func (x DelayCause) MarshalText() ([]byte, error) { return []byte(x.code), nil }

// UnmarshalText reads a code.
func (x *DelayCause) UnmarshalText(text []byte) (err error) {
	*x, err = ParseDelayCause(string(text))
	return err
}

// Code gives the stable code, "" for none.
func (x DelayFault) Code() string { return x.code }

// Label gives the office's word.
func (x DelayFault) Label() string { return wordOf(delayFaults(), x.code) }

// IsZero reports whether nobody is named.
func (x DelayFault) IsZero() bool { return x.code == "" }

// MarshalText writes the code.
func (x DelayFault) MarshalText() ([]byte, error) { return []byte(x.code), nil }

// UnmarshalText reads a code.
func (x *DelayFault) UnmarshalText(text []byte) (err error) {
	*x, err = ParseDelayFault(string(text))
	return err
}

// DelayExplained: why the answer was late, and through whom. The last one counts.
type DelayExplained struct {
	Cause DelayCause `json:"cause"`
	Fault DelayFault `json:"fault"`
}

// Kind names the event.
func (DelayExplained) Kind() string { return "delay_explained" }

// AnsweredLate reports whether the case was answered after its due date, as it
// counts in the on-time rate: the four endings that are no answers are never late.
// It is judged by the calendar of the answer and never changes afterwards.
func (c *Case) AnsweredLate(book *calendar.Book) bool {
	return answeredLate(book, Timeline(c.Events, 0))
}

func answeredLate(book *calendar.Book, timeline []Event) bool {
	f, e, ok := find[Answered](timeline)
	if !ok || !f.Outcome.CountsAsAnswer() {
		return false
	}
	return deadline.Run(answerCalendar(book, e), History(timeline), e.On).Late == deadline.Yes
}

// ExplainDelay records why a late answer was late and where the time was lost. It
// may be said again: the last word counts.
func (c *Case) ExplainDelay(s Stamp, on calendar.Date, f DelayExplained) error {
	sit, err := c.begin(s, "delay_explained", on)
	switch {
	case err != nil:
		return err
	case !answeredLate(s.Book, sit.timeline):
		return refuse("本件没有逾期答复，不需登记逾期原因")
	case f.Cause.IsZero():
		return refuse("没有选择逾期原因")
	case f.Fault.IsZero():
		return refuse("没有选择责任环节")
	}
	if was, _, ok := find[DelayExplained](sit.timeline); ok && was == f {
		return nil // said already
	}
	c.append(s, on, f, 0)
	return nil
}
