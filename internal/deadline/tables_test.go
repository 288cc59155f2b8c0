package deadline_test

import (
	"testing"

	"gongkai/internal/deadline"
)

// Every channel has a code that reads back, a Chinese word and a stored form.
func TestChannels(t *testing.T) {
	if len(deadline.Channels()) != 7 {
		t.Errorf("渠道有 %d 种", len(deadline.Channels()))
	}
	for _, c := range deadline.Channels() {
		var scanned, read deadline.Channel
		text, err := c.MarshalText()
		if err != nil || read.UnmarshalText(text) != nil || read != c {
			t.Errorf("%s 读不回来", c)
		}
		if v, err := c.Value(); err != nil || scanned.Scan(v) != nil || scanned != c {
			t.Errorf("%s 存取不一致", c)
		}
		if got, err := deadline.ParseChannel(c.Code()); err != nil || got != c || c.Label() == "" || c.IsZero() {
			t.Errorf("%s：%v", c, err)
		}
	}
	if _, err := deadline.ParseChannel("当面"); err == nil {
		t.Error("渠道代码不是中文")
	}
}

// Both Orders carry their own terms; the first receipt decides.
func TestLaws(t *testing.T) {
	for _, tc := range []struct {
		received              string
		code                  string
		answer, extend, asked int
	}{
		{"2019-05-14", "492", 15, 15, 0},
		{"2019-05-15", "711", 20, 20, 7},
	} {
		l := deadline.LawAt(day(tc.received))
		if l.Code() != tc.code || l.AnswerDays() != tc.answer || l.MaxExtension() != tc.extend || l.SupplementNoticeDays() != tc.asked {
			t.Errorf("%s 收到：%+v", tc.received, l)
		}
	}
	if deadline.FeeRulesInForce(day("2020-12-31")) || !deadline.FeeRulesInForce(day("2021-01-01")) {
		t.Error("信息处理费自2021年1月1日起")
	}
	if deadline.ReviewFirstInForce(day("2023-12-31")) || !deadline.ReviewFirstInForce(day("2024-01-01")) {
		t.Error("复议前置自2024年1月1日起")
	}
}
