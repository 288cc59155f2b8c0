package cases

import (
	"strings"
	"testing"

	"gongkai/internal/calendar"
)

func TestRetentionOf(t *testing.T) {
	// The term runs from the end of the year in which the case was closed, by what it
	// came to; a review or a suit decides before the outcome, and while it is pending
	// nothing runs.
	terms, err := ParseRetention("")
	if err != nil {
		t.Fatal(err)
	}
	day := calendar.MustParse
	closed := func(on, outcome string) Row { return Row{AnsweredOn: day(on), Outcome: MustOutcome(outcome)} }
	for _, x := range []struct {
		name     string
		row      Row
		disputes []Dispute
		until    string
		class    RetentionClass
		pending  bool
	}{
		{"予以公开十年", closed("2015-12-31", "disclose.provided"), nil, "2025-12-31", KeptDisclosed, false},
		{"年初办结同样到年底", closed("2015-01-04", "disclose.provided"), nil, "2025-12-31", KeptDisclosed, false},
		{"不予公开三十年", closed("2015-03-04", "withhold.third_party"), nil, "2045-12-31", KeptWithheld, false},
		{"部分公开三十年", closed("2015-03-04", "partial"), nil, "2045-12-31", KeptPartial, false},
		{"撤回十年", closed("2015-03-04", "other.withdrawn"), nil, "2025-12-31", KeptOther, false},
		{"有过诉讼永久", closed("2015-03-04", "disclose.provided"), []Dispute{{FiledOn: day("2015-05-04"), ClosedOn: day("2016-02-01")}}, "", KeptDispute, false},
		{"诉讼未结", closed("2015-03-04", "disclose.provided"), []Dispute{{FiledOn: day("2015-05-04")}}, "", KeptDispute, true},
	} {
		t.Run(x.name, func(t *testing.T) {
			r, ok := RetentionOf(x.row, x.disputes, terms)
			if !ok || r.Until().String() != x.until || r.Class != x.class || r.Pending != x.pending {
				t.Fatalf("得 %+v，至 %s", r, r.Until())
			}
			if x.until == "" {
				if r.Over(2999) {
					t.Error("到期了")
				}
				return
			}
			last := day(x.until).Year()
			if r.Over(last) || !r.Over(last+1) {
				t.Errorf("%d 年到期 %v，次年 %v", last, r.Over(last), r.Over(last+1))
			}
		})
	}
	if _, closed := RetentionOf(Row{}, nil, terms); closed {
		t.Error("在办件有了保管期限")
	}
	terms[KeptDispute] = 30
	if r, _ := RetentionOf(closed("2015-03-04", "disclose.provided"), []Dispute{{ClosedOn: day("2018-02-01")}}, terms); r.Until() != day("2048-12-31") {
		t.Errorf("诉讼审结之年起算：得 %s", r.Until())
	}
}

func TestParseRetention(t *testing.T) {
	// What is left out keeps its usual term; what is kept reads back; nonsense is
	// refused with a sentence.
	terms, err := ParseRetention("予以公开 15年\n不予公开 永久\n其他处理 10\n")
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseRetention(terms.String())
	if err != nil || again.String() != terms.String() || !strings.Contains(terms.String(), "予以公开 15年") || !strings.Contains(terms.String(), "部分公开 30年") {
		t.Errorf("得 %s，%v", again, err)
	}
	if n, ends := terms.Shortest(); n != 10 || !ends {
		t.Errorf("最短 %d", n)
	}
	if n, ever := terms.Years(KeptWithheld); !ever {
		t.Errorf("不予公开 %d 年", n)
	}
	for text, part := range map[string]string{"予以公开": "空一格", "公开的 10年": "不是保管期限的类别", "予以公开 5年": "6至100年", "予以公开 十年": "6至100年",
		"予以公开 10年\n予以公开 20年": "写了两次", "予以公开 999年": "6至100年", "=cmd() 10年": "不是保管期限的类别"} {
		if _, err := ParseRetention(text); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q：%v", text, err)
		}
	}
	for _, c := range RetentionClasses() {
		if got, err := ParseRetentionClass(c.Code()); err != nil || got != c || c.Label() == "" {
			t.Errorf("%s 读不回来：%v", c.Code(), err)
		}
	}
	for _, o := range Outcomes() {
		if _, err := ParseRetentionClass(o.Group()); err != nil {
			t.Errorf("%s 没有保管期限", o.Code())
		}
	}
}
