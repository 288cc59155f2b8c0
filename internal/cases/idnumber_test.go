package cases_test

import (
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// A number that agrees with itself passes; one sign wrong, or two changed over,
// is noticed.
func TestCheckIDNumber(t *testing.T) {
	today := calendar.MustParse("2026-11-24")
	for _, x := range []struct{ name, number, says string }{
		{"没有填写", "", ""}, {"国标示例", "11010519491231002X", ""}, {"小写x", " 11010519491231002x ", ""}, {"国标示例二", "440524188001010014", ""},
		{"十五位老号码", "110105491231002", ""},
		{"末位错", "110105194912310021", "校验不符"}, {"相邻两位写反", "11010519491231020X", "校验不符"},
		{"护照", "G12345678", "护照"}, {"少一位", "1101051949123100X", "18位"},
		{"十五位里没有这一天", "110105491331002", "出生日期"},
	} {
		got := cases.CheckIDNumber(x.number, today)
		if (got == "") != (x.says == "") || !strings.Contains(got, x.says) {
			t.Errorf("%s: %q, want %q", x.name, got, x.says)
		}
	}
}

func TestCheckCreditCode(t *testing.T) {
	for _, x := range []struct{ name, code, says string }{
		{"没有填写", "", ""}, {"示例", "91350100M000100Y43", ""}, {"小写", "91350100m000100y43", ""},
		{"错一位", "91350100M000100Y44", "校验不符"}, {"含字母O", "9135O100M000100Y43", "18位"}, {"注册号", "350100100012345", "18位"},
	} {
		got := cases.CheckCreditCode(x.code)
		if (got == "") != (x.says == "") || !strings.Contains(got, x.says) {
			t.Errorf("%s: %q, want %q", x.name, got, x.says)
		}
	}
}
