package report

import (
	"fmt"
	"slices"
	"strings"
)

// Question is a matter of counting that no rule settles (统计口径). A supervising
// office gives one answer for its tree and year, which is printed with the return.
type Question struct {
	Code, Title string
	Hint        string
	Choices     []Choice // the first is what holds where nothing was answered
	Computed    bool     // the program counts by it; the others bind who registers
}

// Choice is one answer and the sentence printed for it.
type Choice struct{ Code, Label, Sentence string }

// Questions lists what is open, in the order in which it is printed.
func Questions() []Question { return append(computedQuestions(), registeringQuestions()...) }

func computedQuestions() []Question {
	return []Question{
		{"fax_email", "传真、电子邮件申请归入哪一类渠道", "表三不分渠道，文字和图分。", []Choice{
			{"online", "归入网络", "传真、电子邮件申请计入网络申请。"}, {"letter", "归入信函", "传真、电子邮件申请计入信函申请。"},
			{"apart", "单列", "传真、电子邮件申请单列。"}}, true},
		{"vertical", "垂直管理单位是否计入汇总", "海关、税务等由上级主管部门垂直管理的单位。", []Choice{
			{"out", "不计入", "垂直管理单位不计入本级汇总。"}, {"in", "计入", "垂直管理单位计入本级汇总。"}}, true},
	}
}

func registeringQuestions() []Question {
	return []Question{
		{"individual", "个体工商户申请计入哪一类申请人", "", []Choice{
			{"sign", "以个人名义的计自然人，以字号的计商业企业", "个体工商户以经营者个人名义申请的计自然人，以字号持照申请的计商业企业。"},
			{"natural", "都计自然人", "个体工商户申请计自然人。"}, {"commercial", "都计商业企业", "个体工商户申请计商业企业。"}}, false},
		{"part_not_held", "提供一部分、其余不掌握的", "", []Choice{
			{"partial", "计部分公开", "提供一部分、其余不掌握的，计“部分公开”。"}, {"disclose", "计予以公开", "提供一部分、其余不掌握的，计“予以公开”。"},
			{"not_held", "计无法提供", "提供一部分、其余不掌握的，计“本机关不掌握相关政府信息”。"}}, false},
		{"joint", "几人联名的一份申请", "", []Choice{
			{"one", "计一件，按第一申请人归类", "几人联名的一份申请计一件，按第一申请人（代表人）归类。"}, {"each", "按人数计", "几人联名的一份申请按人数计件。"}}, false},
		{"split", "一份申请含几个事项的", "", []Choice{
			{"registered", "按登记的件数计", "一份申请含几个事项、按一事一申请拆分登记的，按登记的件数计。"}, {"one", "计一件", "一份申请含几个事项的，计一件。"}}, false},
		{"withdrawn", "申请人书面撤回的", "", []Choice{
			{"other", "计入其他处理", "申请人书面撤回的，计入“其他处理”并在文字中单独说明。"}}, false},
		{"consultation", "咨询、不属于政府信息的", "已登记的申请。", []Choice{
			{"other", "计入其他处理", "登记后认定为咨询或不属于政府信息的，计入“其他处理”。"}}, false},
		{"rerouted", "登记前即转往他机关的", "", []Choice{
			{"receiver", "由收到的机关计", "登记前转往其他机关的，转出机关不计，由收到的机关计。"}}, false},
		{"redone", "被撤销后重新答复的", "", []Choice{
			{"once", "不另计", "经复议、诉讼重新答复的，不作为新的申请，也不另计结果。"}}, false},
		{"settled", "复议、诉讼中调解、和解、撤回的", "", []Choice{
			{"other", "计其他结果", "复议、诉讼中调解、和解、撤回、不予受理或驳回起诉的，计“其他结果”。"}}, false},
		{"fee_month", "信息处理费按件计费的“每月”", "", []Choice{
			{"received", "按收到申请的自然月", "按件计收信息处理费的，以收到申请之日所在自然月累计件数。"},
			{"answered", "按作出答复的自然月", "按件计收信息处理费的，以作出答复之日所在自然月累计件数。"}}, false},
	}
}

// Counting is the answers of a supervising office for a year. The zero value is
// what usually holds.
type Counting struct {
	Answers map[string]string `json:"answers,omitempty"`
	Note    string            `json:"note,omitempty"` // what else was settled, printed as it is
}

// Choice gives the answer in force to a question.
func (c Counting) Choice(code string) Choice {
	for _, q := range Questions() {
		if q.Code != code {
			continue
		}
		for _, x := range q.Choices {
			if x.Code == c.Answers[code] {
				return x
			}
		}
		return q.Choices[0]
	}
	return Choice{}
}

// Vertical reports whether units under vertical management are in the sum.
func (c Counting) Vertical() bool { return c.Choice("vertical").Code == "in" }

// Sentences words every answer, as it is printed with a return.
func (c Counting) Sentences() []string {
	var out []string
	for _, q := range Questions() {
		out = append(out, c.Choice(q.Code).Sentence)
	}
	for line := range strings.Lines(c.Note) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Check refuses an answer that is none of those offered, in Chinese.
func (c Counting) Check() error {
	for _, q := range Questions() {
		answer := c.Answers[q.Code]
		if answer != "" && !slices.ContainsFunc(q.Choices, func(x Choice) bool { return x.Code == answer }) {
			return fmt.Errorf("“%s”没有“%s”这个选项，从列出的选一个", q.Title, answer)
		}
	}
	if len([]rune(c.Note)) > 2000 {
		return fmt.Errorf("其他口径太长，最多2000字")
	}
	return nil
}

// ChannelWays gives the groups of channels by which shares are told: a name and
// the codes joined in it.
func (c Counting) ChannelWays() []ChannelWay {
	ways := []ChannelWay{{"当面申请", []string{"in_person", "oral"}}, {"网络申请", []string{"online"}}, {"信函申请", []string{"letter_registered", "letter_ordinary"}}}
	joined := []string{"fax", "email"}
	switch c.Choice("fax_email").Code {
	case "letter":
		ways[2].Codes = append(ways[2].Codes, joined...)
	case "apart":
		ways = append(ways, ChannelWay{"传真申请", joined[:1]}, ChannelWay{"电子邮件申请", joined[1:]})
	default:
		ways[1].Codes = append(ways[1].Codes, joined...)
	}
	return ways
}

// ChannelWay is a group of channels.
type ChannelWay struct {
	Label string
	Codes []string
}
