package cases

import (
	"fmt"
	"strings"

	"gongkai/internal/calendar"
)

// Order is a 督办单: what an agency is told to get on with, by when, and what it
// said. A 整改通知 is the same after an answer was found wanting.
type Order struct {
	ID        int64
	Kind      OrderKind
	IssuerID  int64 // the agency that orders
	Number    string
	AgencyID  int64 // the agency that is to answer
	CaseID    int64 // 0: its work as a whole
	OrderedOn calendar.Date
	DueOn     calendar.Date // of the reply
	Content   string
	IssuedAt  int64
	IssuedBy  string
	Reply     string
	RepliedOn calendar.Date
	RepliedBy string
	Verdict   string // with which it was closed
	ClosedOn  calendar.Date
	ClosedBy  string
	Version   int64
}

// OrderKind is 督办单 or 整改通知.
type OrderKind struct{ code string }

// The kinds of order.
var (
	Supervising = OrderKind{"order"}
	Rectifying  = OrderKind{"rectify"}
)

// OrderKinds lists them.
func OrderKinds() []OrderKind { return []OrderKind{Supervising, Rectifying} }

// ParseOrderKind reads a code.
func ParseOrderKind(code string) (OrderKind, error) {
	for _, k := range OrderKinds() {
		if k.code == code {
			return k, nil
		}
	}
	return OrderKind{}, fmt.Errorf("文种“%s”没有这一项", code)
}

// Code gives the stable code.
func (k OrderKind) Code() string { return k.code }

// Label gives the office's word.
func (k OrderKind) Label() string {
	return map[OrderKind]string{Supervising: "督办单", Rectifying: "整改通知"}[k]
}

// Mark stands in the number: 榕督〔2026〕3号.
func (k OrderKind) Mark() string {
	return map[OrderKind]string{Supervising: "督", Rectifying: "整"}[k]
}

// Closed reports whether nothing more is expected.
func (o Order) Closed() bool { return !o.ClosedOn.IsZero() }

// Replied reports whether the unit has said what it did.
func (o Order) Replied() bool { return !o.RepliedOn.IsZero() }

// Standing words how far an order is, and whether its reply is late on a day; a
// reply that came is judged on its day and stays what it was.
func (o Order) Standing(day calendar.Date) (word string, late bool) {
	end := day
	if o.Replied() {
		end = o.RepliedOn
	} else if o.Closed() {
		end = o.ClosedOn
	}
	late = end.After(o.DueOn)
	switch {
	case o.Closed():
		word = "已办结"
	case o.Replied():
		word = "已回复，待办结"
	default:
		word = "待回复"
	}
	if late {
		word += "（逾期）"
	}
	return word, late
}

// MostOrderText is the longest text of an order or a reply, in characters.
const MostOrderText = 2000

// CheckNew refuses an order that can't be carried out.
func (o Order) CheckNew(today calendar.Date) error {
	switch {
	case strings.TrimSpace(o.Content) == "":
		return refuse("没有填写督办内容，应写明要办什么")
	case len([]rune(o.Content)) > MostOrderText:
		return refuse("督办内容太长，最多%d字", MostOrderText)
	case o.OrderedOn.IsZero() || o.OrderedOn.After(today):
		return refuse("发出日期没有填写，或在今天之后")
	case o.DueOn.IsZero() || o.DueOn.Before(o.OrderedOn):
		return refuse("回复期限没有填写，或在发出日期之前")
	}
	return nil
}

// CheckText refuses a reply or a verdict that can't stand.
func (o Order) CheckText(text string, on, today calendar.Date, word string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return refuse("没有填写%s", word)
	case len([]rune(text)) > MostOrderText:
		return refuse("%s太长，最多%d字", word, MostOrderText)
	case on.IsZero() || on.Before(o.OrderedOn) || on.After(today):
		return refuse("日期应在发出日期%s与今天之间", o.OrderedOn.Chinese())
	}
	return nil
}
