package deadline

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"gongkai/internal/calendar"
)

var channels = [...]struct {
	channel Channel
	label   string
}{
	{InPerson, "当面"}, {Oral, "口头"}, {LetterRegistered, "邮寄（挂号、EMS，有签收）"}, {LetterOrdinary, "平信"},
	{Online, "网络"}, {Fax, "传真"}, {Email, "电子邮件"},
}

// Channels lists every channel in the order in which forms offer them.
func Channels() []Channel {
	out := make([]Channel, len(channels))
	for i, row := range channels {
		out[i] = row.channel
	}
	return out
}

// ParseChannel reads a channel's code; anything else is an error in Chinese
// that lists the codes.
func ParseChannel(code string) (Channel, error) {
	var codes []string
	for _, row := range channels {
		if row.channel.code == code {
			return row.channel, nil
		}
		codes = append(codes, row.channel.code)
	}
	return Channel{}, fmt.Errorf("没有“%s”这种渠道，应为 %s 之一", code, strings.Join(codes, "、"))
}

// Code gives the channel's stable code, or "" for no channel.
func (c Channel) Code() string { return c.code }

// String gives the code.
func (c Channel) String() string { return c.code }

// Label gives the channel's Chinese word.
func (c Channel) Label() string {
	for _, row := range channels {
		if row.channel == c {
			return row.label
		}
	}
	return ""
}

// IsZero reports whether c is no channel.
func (c Channel) IsZero() bool { return c.code == "" }

// MarshalText writes the code.
func (c Channel) MarshalText() ([]byte, error) { return []byte(c.code), nil }

// UnmarshalText reads a code; empty text is no channel.
func (c *Channel) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = Channel{}
		return nil
	}
	got, err := ParseChannel(string(text))
	if err == nil {
		*c = got
	}
	return err
}

// Value stores the code as TEXT; no channel is the empty text.
func (c Channel) Value() (driver.Value, error) { return c.code, nil }

// Scan reads what Value wrote.
func (c *Channel) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = Channel{}
		return nil
	case string:
		return c.UnmarshalText([]byte(v))
	case []byte:
		return c.UnmarshalText(v)
	}
	return fmt.Errorf("cannot read a channel from %T", src)
}

// Receipt is what is known of how an application came in. Days that are not
// known are zero.
type Receipt struct {
	Channel   Channel
	Submitted calendar.Date // handed in, posted or sent
	Arrived   calendar.Date // reached the agency
	Signed    calendar.Date // the agency signed for it
	Confirmed calendar.Date // both sides confirmed
}

// Day gives the day of receipt under Art 31 and the sentence of the rule. While
// the day that the rule asks for is not there it gives no day and an error in
// Chinese that says what is awaited: the application is 待确认 and no term runs.
func (r Receipt) Day() (calendar.Date, string, error) {
	day, rule, awaited := r.rule()
	if rule == "" {
		return calendar.Date{}, "", &FieldError{"channel", "请写明申请渠道"}
	}
	if day.IsZero() {
		return calendar.Date{}, rule, &FieldError{awaited.field, awaited.text}
	}
	for _, earlier := range []struct {
		day  calendar.Date
		name string
	}{{r.Submitted, "提交"}, {r.Arrived, "到达"}} {
		if earlier.day.After(day) {
			return calendar.Date{}, rule, &FieldError{awaited.field,
				fmt.Sprintf("收到日期 %s 早于%s日期 %s，请核对", day, earlier.name, earlier.day)}
		}
	}
	if day.Before(Order711.InForce()) { // Order 492 had no rule of its own
		rule = strings.Replace(rule, "（第", "（参照现行条例第", 1)
	}
	return day, rule, nil
}

type awaited struct{ field, text string }

func (r Receipt) rule() (calendar.Date, string, awaited) {
	const pending = "，收到日期待确认，期限尚未起算"
	switch r.Channel {
	case InPerson:
		day := r.Submitted
		if day.IsZero() {
			day = r.Arrived
		}
		return day, "当面提交的，以提交之日为收到申请之日（第三十一条第一项）", awaited{"submitted", "缺少当面提交的日期" + pending}
	case Oral:
		return r.Confirmed, "口头申请由机关代为填写，以申请人确认之日为收到申请之日（第三十一条第一项）",
			awaited{"confirmed", "缺少申请人对代填申请表的确认日期" + pending}
	case LetterRegistered:
		return r.Signed, "以邮寄方式提交的，以行政机关签收之日为收到申请之日（第三十一条第二项）",
			awaited{"signed", "缺少行政机关签收邮件的日期" + pending}
	case LetterOrdinary:
		return r.Confirmed, "以平常信函等无需签收的邮寄方式提交的，以与申请人确认之日为收到申请之日（第三十一条第二项）",
			awaited{"confirmed", "平常信函应当于收到当日与申请人确认，缺少确认日期" + pending}
	case Online, Fax, Email:
		return r.Confirmed, "通过" + r.Channel.Label() + "提交的，以双方确认之日为收到申请之日（第三十一条第三项）",
			awaited{"confirmed", "缺少双方确认的日期" + pending}
	}
	return calendar.Date{}, "", awaited{}
}
