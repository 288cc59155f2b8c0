package letter

import (
	"fmt"
	"slices"

	"gongkai/internal/cases"
)

// Kind is one of the office's letters. The zero value is none.
type Kind struct{ info *kindInfo }

// kindInfo is one line of the table of letters.
type kindInfo struct {
	code     string
	title    string
	act      string // the act of the workflow that sends or makes it; "" for none
	article  string // of the Regulation of 2019, or what else it rests on
	to       string // applicant, third_party, agency, inside
	form     bool   // a form on one A4, not a letter
	numbered bool   // it leaves with a 发文字号
	file     string // code of cases.FileKind for its original
	compose  func(*draft)
}

// kinds is the table of letters, in the order of a case's course.
func kinds() []*kindInfo {
	return []*kindInfo{
		{"application", "政府信息公开申请表", "", "第二十九条第二款", "inside", true, false, "application", applicationForm},
		{"register", "政府信息公开申请登记表", "", "第四十五条", "inside", true, false, "other", registerForm},
		{"receipt", "政府信息公开申请登记回执", "confirm", "第三十一条", "applicant", false, false, "receipt", receipt},
		{"supplement", "补正告知书", "supplement_asked", "第三十条", "applicant", false, true, "supplement", supplement},
		{"reasons", "说明理由告知书", "reasons_asked", "第三十五条", "applicant", false, true, "other", reasonsAsked},
		{"consult_third", "征求意见书", "consult_sent", "第三十二条", "third_party", false, true, "opinion", consultThird},
		{"consult_agency", "征求意见函", "consult_sent", "第三十三条第三款、第三十四条", "agency", false, true, "opinion", consultAgency},
		{"consult_notice", "征求意见告知书", "consult_sent", "第三十三条第三款", "applicant", false, true, "opinion", consultNotice},
		{"release_notice", "依申请公开告知书", "release_decided", "第三十二条", "third_party", false, true, "opinion", releaseNotice},
		{"extension", "延期答复告知书", "extended", "第三十三条第二款、第三十五条", "applicant", false, true, "other", extension},
		{"fee", "收费通知书", "fee_noticed", "第四十二条、国办函〔2020〕109号", "applicant", false, true, "other", fee},
		{"search", "检索记录", "searched", "第三十六条第（四）项", "inside", true, false, "evidence", searchForm},
		{"approval", "政府信息公开申请办理审批表", "proposed", "第四十五条", "inside", true, false, "approval_sheet", approvalForm},
		{"answer_notice", "政府信息公开告知书", "answered", "第三十六条", "applicant", false, true, "answer", answer},
		{"answer_reply", "政府信息公开答复书", "answered", "第三十六条", "applicant", false, true, "answer", answer},
		{"answer_partial", "政府信息部分公开答复书", "answered", "第三十七条", "applicant", false, true, "answer", answer},
		{"answer_refusal", "政府信息不予公开答复书", "answered", "第三十六条第（三）项", "applicant", false, true, "answer", answer},
		{"answer_nonexistent", "政府信息不存在答复书", "answered", "第三十六条第（四）项", "applicant", false, true, "answer", answer},
		{"answer_other_agency", "非本机关政府信息告知书", "answered", "第三十六条第（五）项", "applicant", false, true, "answer", answer},
		{"answer_repeat", "不予重复处理告知书", "answered", "第三十六条第（六）项", "applicant", false, true, "answer", answer},
		{"answer_not_processed", "不予处理告知书", "answered", "第三十五条", "applicant", false, true, "answer", answer},
		{"no_longer", "不再处理告知书", "answered", "第三十条、第四十二条", "applicant", false, true, "answer", answer},
		{"withdrawal", "撤回申请登记表", "withdrawn", "惯例", "inside", true, false, "other", withdrawalForm},
		{"closing", "结案单", "answered", "惯例", "inside", true, false, "other", closingForm},
		{"service", "送达回证", "served", "国办公开办函〔2016〕235号、民事诉讼法第八十七条", "inside", true, false, "receipt", serviceForm},
		{"contents", "卷内目录", "", "第四十五条", "inside", true, false, "other", contentsForm},
		{"order", "督办单", "", "第四十七条", "agency", false, true, "other", order},
		{"chaser", "催办单", "", "第四十五条", "inside", false, false, "other", chaser},
		{"return_chaser", "年度报告催报通知", "", "第四十九条", "agency", false, true, "other", returnChaser},
	}
}

// Kinds lists the letters in the order of a case's course.
func Kinds() []Kind {
	var out []Kind
	for _, k := range kinds() {
		out = append(out, Kind{k})
	}
	return out
}

// ParseKind reads a code.
func ParseKind(code string) (Kind, error) {
	list := kinds()
	if i := slices.IndexFunc(list, func(k *kindInfo) bool { return k.code == code }); i >= 0 {
		return Kind{list[i]}, nil
	}
	return Kind{}, fmt.Errorf("文书种类“%s”没有这一项", code)
}

// AnswerKind gives the letter that says an outcome (outcomes.csv).
func AnswerKind(o cases.Outcome) (Kind, error) {
	for _, k := range kinds() {
		if k.act == "answered" && k.title == o.Info().Document {
			return Kind{k}, nil
		}
	}
	return Kind{}, fmt.Errorf("办理结果“%s”没有对应的文书", o.Label())
}

// get gives the line of the table, an empty one for the zero value.
func (k Kind) get() kindInfo {
	if k.info == nil {
		return kindInfo{}
	}
	return *k.info
}

// Code gives the stable code.
func (k Kind) Code() string { return k.get().code }

// Title gives the letter's name.
func (k Kind) Title() string { return k.get().title }

// Act gives the act of the workflow that the letter belongs to, "" for none.
func (k Kind) Act() string { return k.get().act }

// Article gives what the letter rests on.
func (k Kind) Article() string { return k.get().article }

// Form reports whether it is a form on one sheet.
func (k Kind) Form() bool { return k.get().form }

// Numbered reports whether the letter leaves with a 发文字号.
func (k Kind) Numbered() bool { return k.get().numbered }

// Answers reports whether the letter says how an application ended, so that it
// needs the approved decision.
func (k Kind) Answers() bool { return k.get().act == "answered" && !k.get().form }

// Outgoing reports whether the letter goes to somebody outside the house.
func (k Kind) Outgoing() bool { return k.get().to != "inside" && k.get().to != "" }

// To says to whom it goes: applicant, third_party, agency, inside.
func (k Kind) To() string { return k.get().to }

// OfCase reports whether the letter is about a case.
func (k Kind) OfCase() bool { return k.get().code != "return_chaser" }

// File gives what the letter's original is among the papers of its case.
func (k Kind) File() cases.FileKind {
	kind, err := cases.ParseFileKind(k.get().file)
	if err != nil {
		panic(err) // the table is part of the program; a test walks it
	}
	return kind
}

// IsZero reports whether k is no letter.
func (k Kind) IsZero() bool { return k.info == nil }

// MarshalText writes the code.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.Code()), nil }

// UnmarshalText reads a code.
func (k *Kind) UnmarshalText(b []byte) (err error) {
	*k, err = ParseKind(string(b))
	return err
}
