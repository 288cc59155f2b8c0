package letter

import (
	"strings"
	"testing"

	"gongkai/internal/cases"
)

// A letter to several applicants names two of them and how many they are, in every
// kind that is addressed to them; agents and a unit's contact are none of them. The
// application reprinted names each with what was entered about him.
func TestLettersToJointApplicants(t *testing.T) {
	s := newSample("2026")
	s.c.Parties = append(s.c.Parties, []cases.Party{{Role: "joint", Applicant: cases.Applicant{Kind: cases.Natural, Name: "李四", IDNumber: "350102199001010022", Phone: "13900002222"}},
		{Role: "joint", Applicant: cases.Applicant{Kind: cases.Natural, Name: "王五"}}, {Role: "agent", Applicant: cases.Applicant{Name: "赵律师"}}, {Role: "contact", Applicant: cases.Applicant{Name: "钱经办"}}}...)
	s.add("03-08", cases.SupplementAsked{Causes: []string{"description"}, Days: 15}, "items", "请写明年份。").add("03-20", cases.Extended{Days: 15}, "reasons", "材料较多", "signer", "王某，主任")
	for _, code := range []string{"receipt", "supplement", "extension"} {
		composed := Compose(s.input(code, "03-22"))
		got := composed.Letter.Text()
		if composed.Letter.To != "陈小明、李四等3人" || !strings.Contains(got, "你们") || strings.Contains(got, "您") {
			t.Errorf("%s:\n%s", code, got)
		}
		for _, lack := range composed.Letter.Missing(composed.Musts) {
			if lack.Name == "申请人" {
				t.Errorf("%s misses who applies", code)
			}
		}
	}
	form := Compose(s.input("application", "03-22")).Letter.Text()
	for _, want := range []string{"姓名或者名称｜陈小明、李四、王五", "共同申请人李四｜350102199001010022；13900002222"} {
		if !strings.Contains(form, want) {
			t.Errorf("the application lacks %q:\n%s", want, form)
		}
	}
	if strings.Contains(form, "钱经办") {
		t.Error("the contact applies")
	}
}
