package cases

import (
	"fmt"
	"slices"
	"sync"

	"gongkai/internal/calendar"
)

// Question is one step of the guided decision, in the order in which offices
// decide: 补不补 → 是不是 → 谁负责 → 有没有 → 给不给 → 怎么给 → 怎么答.
type Question struct {
	Code    string
	Text    string
	Hint    string // with the article
	Options []Option
}

// Option is an answer: it leads to another question, to an act other than an
// answer (Act), or to an outcome.
type Option struct {
	Code    string
	Label   string
	Next    string // code of a question
	Act     string // code of an act of the workflow
	Outcome string // code of an outcome
}

// Guide gives the questions, the first one first.
func Guide() []Question { return slices.Clone(guide()) }

var guide = sync.OnceValue(func() []Question {
	return []Question{
		{"clear", "申请内容明确吗？", "名称、文号或者便于查询的其他特征性描述（第二十九条、第三十条）", []Option{
			{"yes", "明确", "kind", "", ""},
			{"no", "不明确，需要补正", "", "supplement_asked", ""},
			{"still", "补正后仍不明确", "", "", "unable.still_unclear"}}},
		{"kind", "申请的是政府信息吗？", "在履行行政管理职能过程中制作或者获取、以一定形式记录保存的信息（第二条）", []Option{
			{"info", "是政府信息", "before", "", ""},
			{"petition", "信访、投诉、举报", "", "", "not_processed.petition"},
			{"publication", "要求提供公报、报刊、书籍等公开出版物", "", "", "not_processed.publication"},
			{"query", "工商、不动产登记等有专门查询规定的信息", "", "", "withhold.admin_query"},
			{"consultation", "咨询", "", "", "other.consultation"},
			{"not_info", "不是政府信息", "", "", "other.not_gov_info"},
			{"misc", "其他不按本条例处理的事项", "", "", "other.misc"}}},
		{"before", "以前答复过同一申请人吗？", "重复申请（第三十六条第六项）；数量、频次明显超过合理范围的，先要求说明理由（第三十五条）", []Option{
			{"new", "没有，或情况已经变化", "who", "", ""},
			{"repeat", "已就相同内容答复过", "", "", "not_processed.repeat"},
			{"reissue", "要求确认或重新出具已获取的信息", "", "", "not_processed.confirm_reissue"},
			{"ask_reasons", "数量、频次明显超过合理范围，先要求说明理由", "", "reasons_asked", ""},
			{"excessive", "已要求说明理由，理由不合理", "", "", "not_processed.excessive"}}},
		{"who", "由本机关负责公开吗？", "谁制作谁公开，谁保存谁公开（第十条）", []Option{
			{"ours", "由本机关负责", "have", "", ""},
			{"other", "由其他机关负责", "", "", "unable.other_agency"},
			{"archived", "已移交国家档案馆", "", "", "unable.archived"}}},
		{"have", "检索到了吗？", "检索应当全面、可说明；没有的，告知不存在（第三十六条第四项）；不负有制作、汇总义务（第三十八条）", []Option{
			{"found", "检索到", "give", "", ""},
			{"none", "检索后没有", "", "", "unable.nonexistent"},
			{"creation", "没有现成信息，需要汇总、加工或重新制作", "", "", "unable.needs_creation"}}},
		{"give", "能公开吗？", "公开为常态，不公开为例外；先作保密审查（第五条、第十四条至第十七条）", []Option{
			{"yes", "可以公开", "how", "", ""},
			{"part", "含有不应公开的内容，可以区分处理", "", "", "partial"},
			{"ask_party", "涉及商业秘密、个人隐私，先征求第三方意见", "", "consult_sent", ""},
			{"no", "不予公开", "why", "", ""}}},
		{"why", "不予公开的理由是哪一项？", "逐项对应条例条款，不得笼统引用（第三十六条第三项）", []Option{
			{"secret", "国家秘密", "", "", "withhold.state_secret"},
			{"law", "法律、行政法规禁止公开", "", "", "withhold.law_forbids"},
			{"security", "公开后可能危及国家安全、公共安全、经济安全、社会稳定", "", "", "withhold.security_stability"},
			{"third", "商业秘密、个人隐私，第三方不同意", "", "", "withhold.third_party"},
			{"internal", "人事管理、后勤管理、内部工作流程三类内部事务信息", "", "", "withhold.internal_affairs"},
			{"process", "讨论记录、过程稿、磋商信函、请示报告四类过程性信息", "", "", "withhold.process_info"},
			{"file", "行政执法案卷信息", "", "", "withhold.enforcement_file"}}},
		{"how", "已经主动公开了吗？", "已主动公开的，告知获取方式、途径（第三十六条第一项）；否则提供该信息（第二项）", []Option{
			{"public", "已经主动公开", "", "", "disclose.already_public"},
			{"provide", "向申请人提供", "", "", "disclose.provided"}}},
	}
})

// Walk follows the answers (codes of options) from the first question. next is
// the question that is to be asked now, nil at the end; then option says where
// the way led. An answer that the question doesn't know is an error.
func Walk(answers []string) (path []Question, next *Question, end Option, err error) {
	at := guide()[0]
	for _, code := range answers {
		i := slices.IndexFunc(at.Options, func(o Option) bool { return o.Code == code })
		if i < 0 {
			return path, &at, Option{}, fmt.Errorf("“%s”没有这个选项", at.Text)
		}
		path = append(path, at)
		if end = at.Options[i]; end.Next == "" {
			return path, nil, end, nil
		}
		at = questionOf(end.Next)
	}
	return path, &at, Option{}, nil
}

func questionOf(code string) Question {
	for _, q := range guide() {
		if q.Code == code {
			return q
		}
	}
	panic("no question " + code) // the table is part of the program
}

// NeedWords says in Chinese what an answer of this outcome must state or have.
func (o Outcome) NeedWords() string { return needWords(o) }

// RemedyLine gives the sentence that tells the applicant what he can do against
// an answer of that day (行政复议法第二十三条): for a partial answer one for each
// part. Without organ or court it speaks in general words.
func (a Answered) RemedyLine(on calendar.Date, organ, court string) []string {
	info := a.Outcome.Info()
	if info.Remedy == "none" {
		return nil
	}
	if organ == "" {
		organ = "行政复议机关"
	}
	if court == "" {
		court = "有管辖权的人民法院"
	}
	first := "如对本答复不服，应当自收到之日起六十日内先向" + organ + "申请行政复议；对复议决定不服的，可以自收到复议决定书之日起十五日内向" + court + "提起行政诉讼。"
	either := "如对本答复不服，可以自收到之日起六十日内向" + organ + "申请行政复议，或者自收到之日起六个月内向" + court + "提起行政诉讼。"
	switch {
	case !a.reviewFirst(on):
		return []string{either}
	case a.Outcome.Group() == "partial":
		return []string{"对不予公开的部分：" + first, "对其余部分：" + either}
	}
	return []string{first}
}
