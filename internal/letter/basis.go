package letter

import (
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// ground is how a letter words an outcome and what it rests on under each Order.
type ground struct {
	reason   string // of what is not given, to follow 不予提供的部分，
	decision string // %B is what it rests on
	order492 string // articles; a text that names no article of it begins with 《 or 国
	order711 string
}

// grounds is the table of wordings, by the code of outcomes.csv.
func grounds() map[string]ground {
	const refuse = "经审查，%Y申请公开的政府信息%R。依照%B的规定，本机关决定不予公开。理由如下："
	const unable = "经审查，%Y申请公开的政府信息%R。依照%B的规定，本机关无法提供。具体说明如下："
	const opinion = "《国务院办公厅关于做好政府信息依申请公开工作的意见》（国办发〔2010〕5号）第二条"
	return map[string]ground{
		"disclose.already_public": {"", "经审查，%Y申请公开的政府信息已经主动公开。依照%B的规定，现将获取该政府信息的方式、途径告知如下：", "第二十一条第（一）项", "第三十六条第（一）项"},
		"disclose.provided":       {"", "经审查，%Y申请公开的政府信息可以公开。依照%B的规定，本机关予以公开，提供情况如下：", "第二十一条第（一）项", "第三十六条第（二）项"},
		"partial":                 {"", "经审查，%Y申请公开的政府信息中含有不应当公开或者不能提供的内容，但是能够作区分处理。依照%B的规定，本机关向%Y提供可以公开的部分，并对不予提供的部分说明理由。", "第二十二条", "第三十七条"},

		"withhold.state_secret":       {"属于依法确定为国家秘密的政府信息", refuse, "第十四条第四款、第二十一条第（二）项", "第十四条、第三十六条第（三）项"},
		"withhold.law_forbids":        {"属于法律、行政法规禁止公开的政府信息", refuse, "第二十一条第（二）项", "第十四条、第三十六条第（三）项"},
		"withhold.security_stability": {"公开后可能危及国家安全、公共安全、经济安全、社会稳定", refuse, "第八条、第二十一条第（二）项", "第十四条、第三十六条第（三）项"},
		"withhold.third_party":        {"涉及商业秘密、个人隐私等，公开会对第三方合法权益造成损害", refuse, "第十四条第四款、第二十三条、第二十一条第（二）项", "第十五条、第三十二条、第三十六条第（三）项"},
		"withhold.internal_affairs":   {"属于行政机关的内部事务信息", refuse, opinion, "第十六条第一款、第三十六条第（三）项"},
		"withhold.process_info":       {"属于行政机关在履行行政管理职能过程中形成的过程性信息", refuse, opinion, "第十六条第二款、第三十六条第（三）项"},
		"withhold.enforcement_file":   {"属于行政执法案卷信息", refuse, "第二十一条第（二）项", "第十六条第二款、第三十六条第（三）项"},
		"withhold.admin_query":        {"属于有关法律、行政法规对其获取有特别规定的信息", "经审查，%Y申请公开的信息%R。依照%B的规定，请%Y依照有关法律、行政法规的规定办理。具体说明如下：", "第十七条", "第三十六条第（七）项"},

		"unable.nonexistent":    {"经检索不存在", unable, "第二十一条第（三）项", "第三十六条第（四）项"},
		"unable.other_agency":   {"不属于本机关负责公开", "经审查，%Y申请公开的政府信息%R。依照%B的规定，现告知并说明理由如下：", "第二十一条第（三）项", "第三十六条第（五）项"},
		"unable.archived":       {"已经移交国家档案馆", "经检索，%Y申请公开的政府信息%R，不属于本机关负责公开。依照%B的规定，现告知如下：", "第二十一条第（三）项", "第三十六条第（五）项"},
		"unable.needs_creation": {"没有现成信息，需要对现有政府信息进行加工、分析", unable, opinion, "第三十八条"},
		"unable.still_unclear":  {"经补正后内容仍不明确", unable, "第二十一条第（四）项", "第三十条"},

		"not_processed.petition":        {"实为信访、投诉、举报等活动", "经审查，%Y以政府信息公开申请的形式提出的诉求%R。依照%B的规定，本机关不作为政府信息公开申请处理，现告知相应渠道如下：", "第二条", "第三十九条第一款"},
		"not_processed.repeat":          {"本机关已经答复，现重复申请", "经审查，%Y申请公开的政府信息，%R。依照%B的规定，本机关不予重复处理。说明如下：", "《国务院办公厅关于施行〈中华人民共和国政府信息公开条例〉若干问题的意见》（国办发〔2008〕36号）第（十三）项", "第三十六条第（六）项"},
		"not_processed.publication":     {"属于公报、报刊、书籍等公开出版物", "经审查，%Y申请公开的信息%R。依照%B的规定，现告知获取的途径如下：", "第二十一条第（一）项", "第三十九条第二款"},
		"not_processed.excessive":       {"申请的数量、频次明显超过合理范围，且理由不合理", "经审查，%Y%R。依照%B的规定，本机关不予处理。说明如下：", "《国务院办公厅关于施行〈中华人民共和国政府信息公开条例〉若干问题的意见》（国办发〔2008〕36号）第（十三）项", "第三十五条"},
		"not_processed.confirm_reissue": {"系要求本机关确认或者重新出具已经获取的信息", "经审查，%Y的申请%R。依照%B的规定，本机关不予处理。说明如下：", "第二条", "第二条、第三十六条第（六）项"},

		"other.no_supplement": {"", "依照%B的规定，视为放弃申请，本机关不再处理该政府信息公开申请。", "第二十一条第（四）项", "第三十条"},
		"other.fee_unpaid":    {"", "依照%B和《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）的规定，视为放弃申请，本机关不再处理该政府信息公开申请。", "", "第四十二条"},
		"other.withdrawn":     {"", "申请人书面撤回申请，本件办结。", "", ""},
		"other.unreachable":   {"", "收到申请后无法与申请人取得联系，本件办结。", "", ""},
		"other.not_gov_info":  {"", "经审查，%Y申请公开的信息不属于%B所称的政府信息，本机关不能作为政府信息公开申请办理。说明如下：", "第二条", "第二条"},
		"other.consultation":  {"", "经审查，%Y提出的是咨询事项，不属于对现有政府信息的公开申请。现答复如下：", "", ""},
		"other.misc":          {"", "经审查，现就%Y的申请答复如下：", "", ""},
	}
}

// basis names what an outcome rests on, for the law of the receipt; "" for none.
func (d *draft) basis(o cases.Outcome) string {
	g := grounds()[o.Code()]
	articles := d.under(g.order492, g.order711)
	if articles == "" || strings.HasPrefix(articles, "《") {
		return articles
	}
	return d.rule(g.order492, g.order711)
}

// decided words the decision.
func (d *draft) decided(o cases.Outcome, basis string) string {
	text := grounds()[o.Code()].decision
	if o.Code() == "other.no_supplement" && d.law == deadline.Order492 {
		text = "依照%B的规定，申请内容不明确的应当更改、补充。" + "%Y没有更改、补充，本机关不再处理该政府信息公开申请。"
	}
	return strings.NewReplacer("%B", basis, "%Y", d.you(), "%R", d.reason(o)).Replace(text)
}

// reason words why a part is not given.
func (d *draft) reason(o cases.Outcome) string { return grounds()[o.Code()].reason }
