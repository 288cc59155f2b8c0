package importer

import (
	"strings"
	"sync"

	"gongkai/internal/cases"
)

// aliases are the names under which ledgers of real offices carry a column,
// beside its key and its Chinese label. 时间 stands for 日期 as well.
func aliases() map[string]string {
	return map[string]string{
		"number": "申请编号 受理编号 登记编号 受理号 登记号 申请号 办件编号 收件编号 流水号 业务编号 受理单号 " +
			"申请单号 申请序号 依申请编号 申请件编号 案件编号",
		"platform":              "平台 平台名称 来源系统 系统来源 申请平台",
		"platform_number":       "平台申请编号 平台流水号 平台受理编号 平台受理号 网上申请编号 系统编号 平台单号",
		"platform_submitted_on": "平台提交日期 网上提交日期 提交日期 平台申请日期 网上申请日期",
		"agency": "受理机关 被申请机关 行政机关 机关名称 机关代码 受理单位 责任单位 被申请单位 答复单位 答复机关 " +
			"单位名称 单位 办理单位 办理机关 承办单位 承办机关 受理部门 责任部门",
		"received_on": "收件日期 登记日期 签收日期 收到申请日期 收到申请之日 受理日期 接收日期 接件日期 收文日期 " +
			"申请收到日期 收件登记日期 收悉日期 申请接收日期 收到申请表日期 申请受理日期 申请登记日期 接收申请日期",
		"channel": "申请渠道 申请方式 信息公开申请方式 申请途径 受理渠道 受理方式 来源渠道 收件方式 接收渠道 接收方式 " +
			"提交方式 收到方式 申请来源 递交方式 申请形式 渠道类型 收件渠道 提交渠道 来件方式 来源方式 申请提交方式 来源",
		"applicant_kind": "申请人类别 申请人性质 申请人身份 申请主体类型 申请者类型 申请人分类 主体类型 申请人属性 " +
			"申请人情况 申请人种类 申请主体 申请人身份类型",
		"applicant": "申请人姓名 申请人名称 申请人姓名或名称 申请人姓名名称 姓名 申请者 姓名或名称 申请单位 " +
			"申请人姓名单位名称 申请人姓名或单位名称 申请人姓名及名称 申请人单位",
		"id_number": "身份证号 身份证号码 证件号 统一社会信用代码 有效证件号码 证件编号 身份证件号码 证照号码 " +
			"申请人证件号码 证件号码或统一社会信用代码 申请人身份证号 申请人身份证号码",
		"phone": "电话 手机 手机号 手机号码 联系方式 电话号码 申请人电话 申请人联系电话 联系人电话 申请人联系方式 固定电话",
		"email": "邮箱 电子邮件 电子邮件地址 电子邮箱地址 邮箱地址 申请人邮箱",
		"address": "联系地址 通讯地址 通信地址 邮寄地址 住址 申请人地址 住所 申请人住址 通讯住址 邮政地址 " +
			"申请人联系地址 申请人通信地址",
		"content": "所需信息内容描述 申请事项 所需信息 内容描述 申请公开内容 申请公开的内容 申请信息内容 信息内容描述 " +
			"所需政府信息内容描述 所需政府信息 申请公开事项 所需信息的内容描述 申请公开信息内容 信息名称 申请信息名称 " +
			"申请公开的信息 申请公开信息 申请内容描述 申请公开政府信息内容 主要内容 内容 内容摘要 申请内容摘要 " +
			"申请公开的政府信息 所需信息内容 申请主要内容 申请公开信息名称 所需信息名称 申请公开的信息内容 信息内容 申请信息",
		"supplement_asked_on": "补正日期 补正通知日期 告知补正日期 补正告知书日期 一次性告知日期 要求补正日期 " +
			"补正发出日期 发出补正日期 通知补正日期 补正告知书发出日期 补正通知书日期 告知日期补正 补正告知发出日期 补正要求日期",
		"supplement_received_on": "收到补正日期 补正材料收到日期 补正回复日期 申请人补正日期 补正完成日期 补正提交日期 " +
			"收到补正材料日期 补正材料日期 补正收件日期 收到补正申请日期 补正答复日期 补正反馈日期 补正材料提交日期",
		"consult_sent_on": "征求意见日期 征求第三方意见日期 征询日期 征询意见日期 发出征求意见日期 第三方征求意见日期 " +
			"征求意见函日期 征求意见发函日期 征询第三方日期 征求意见书发出日期 征求意见书日期 征求意见发送日期 征求第三方意见发出日期 第三方意见征求日期",
		"consult_served_on": "第三方收到日期 征求意见签收日期 第三方送达日期 征求意见送达日期 征求意见书送达日期 " +
			"征求意见第三方签收日期 征求第三方意见签收日期",
		"consult_replied_on": "征求意见回复日期 第三方回复日期 第三方答复日期 征求意见反馈日期 第三方反馈日期 意见收回日期 " +
			"收回意见日期 收到第三方意见日期 征求意见收到日期 征求意见答复日期 第三方意见收到日期 收到意见日期 " +
			"征求第三方意见收回日期 征求第三方意见回复日期 第三方意见回复日期",
		"extended_days": "延长天数 延期工作日 延期工作日数 延长期限 延长工作日 延期期限 延长答复天数 延期 延长日数 延期日数 延期答复天数",
		"extended_on": "延期日期 延期答复告知日期 延期通知日期 延长告知日期 延期告知书日期 告知延期日期 延期答复日期 " +
			"延期告知书发出日期 延长答复期限告知日期 延期答复告知书日期 延期答复通知日期",
		"fee_noticed_on": "收费通知日期 缴费通知日期 收费通知书日期 缴费告知日期 收费通知书发出日期 收费通知发出日期",
		"fee_paid_on":    "缴纳日期 交费日期 付款日期 缴款日期 收到缴费日期 缴费完成日期 费用缴纳日期 收费缴费日期",
		"fee_amount":     "金额 缴费金额 收取费用 信息处理费 收费 费用 应缴金额 收费额 处理费金额 信息处理费金额 收费数额 应收金额 实收金额",
		"answered_on": "办结日期 回复日期 答复书日期 作出答复日期 答复送达日期 书面答复日期 办理完成日期 答复作出日期 " +
			"结案日期 答复书发出日期 答复发出日期 答复申请人日期 正式答复日期 办复日期 办理日期 反馈日期",
		"outcome": "答复类型 办理情况 答复结果 处理结果 答复情况 结果 处理决定 答复种类 答复类别 处理情况 办理决定 " +
			"答复意见类型 公开情况 公开类型 办理类型 答复决定 办理结果类型 答复内容类型 答复处理结果 答复处理类型 处理类型 处理方式 答复处理情况 是否公开",
		"ground": "理由 不予公开理由 答复依据 法律依据 不公开理由 不予公开依据 具体情形 情形 不予公开情形 具体类型 " +
			"依据条款 办理依据 结果依据 不予公开的理由 不予公开原因 不公开原因 原因 答复理由 不公开依据 部分公开依据 具体结果 结果明细",
		"review":                            "复议结果 复议情况 复议决定 行政复议决定结果 复议决定结果 复议办理结果 复议审理结果 复议处理结果",
		"review_filed_on":                   "复议日期 复议受理日期 申请复议日期 复议申请受理日期 提起复议日期 复议立案日期 复议提起日期 复议收到日期",
		"review_closed_on":                  "复议办结日期 复议审结日期 复议结案日期 复议结果日期 复议决定书日期 复议决定作出日期 作出复议决定日期",
		"litigation_direct":                 "直接起诉结果 直接起诉情况 直接诉讼 直接诉讼结果 直接起诉判决结果 直接起诉判决 直接起诉裁判结果 直接提起诉讼 直接起诉审理结果",
		"litigation_direct_filed_on":        "直接起诉立案日期 直接起诉起诉日期 直接诉讼日期 直接诉讼起诉日期 直接起诉受理日期 直接起诉提起日期",
		"litigation_direct_closed_on":       "直接起诉裁判日期 直接起诉审结日期 直接起诉结案日期 直接诉讼判决日期 直接起诉结果日期 直接起诉判决书日期",
		"litigation_after_review":           "复议后起诉结果 复议后起诉情况 复议后诉讼 复议后诉讼结果 复议后起诉判决结果 复议后起诉判决 复议后起诉裁判结果 复议后提起诉讼 复议后起诉审理结果",
		"litigation_after_review_filed_on":  "复议后起诉立案日期 复议后起诉起诉日期 复议后诉讼日期 复议后诉讼起诉日期 复议后起诉受理日期 复议后起诉提起日期",
		"litigation_after_review_closed_on": "复议后起诉裁判日期 复议后起诉审结日期 复议后起诉结案日期 复议后诉讼判决日期 复议后起诉结果日期 复议后起诉判决书日期",
	}
}

// nameTable maps every known name of a column, in its one spelling, to the key.
var nameTable = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	for key, names := range aliases() {
		for name := range strings.FieldsSeq(names) {
			table[spelling(name)] = key
		}
	}
	for _, c := range cases.Columns() {
		table[bare(c.Key)], table[spelling(c.Label)] = c.Key, c.Key
	}
	return table
})

// spelling gives the one spelling of a column's name: no blanks, punctuation,
// and one word where offices use several.
func spelling(name string) string { return spellings().Replace(bare(name)) }

var spellings = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("时间", "日期", "行政复议", "复议", "未经复议直接起诉", "直接起诉",
		"未经复议", "直接", "经复议后", "复议后", "行政诉讼", "诉讼", "电子邮件email", "电子邮件")
})

// columnNamed finds the key of a column by the name in a head. What stands in
// brackets at its end (（元）, （工作日）) may be missing in the table.
func columnNamed(name string) (key string, ok bool) {
	if key, ok = nameTable()[spelling(name)]; ok {
		return key, true
	}
	short := strings.Map(half, name)
	if i := strings.IndexAny(short, "(["); i > 0 {
		key, ok = nameTable()[spelling(short[:i])]
	}
	return key, ok
}

// passedOver are columns that carry no fact of a case and are left out silently.
func passedOver(name string) bool {
	switch bare(name) {
	case "序号", "序", "行号", "no", "项次", "编次":
		return true
	}
	return false
}

// columnLabel gives the Chinese label of a key.
func columnLabel(key string) string {
	for _, c := range cases.Columns() {
		if c.Key == key {
			return c.Label
		}
	}
	return key
}

// nearestColumn gives the known column whose name looks most like an unknown
// one, or "".
func nearestColumn(name string) string {
	target, best, key := []rune(spelling(name)), 0.34, ""
	for known, k := range nameTable() {
		s := likeness(target, []rune(known))
		if s > best || s == best && key != "" && k < key {
			best, key = s, k
		}
	}
	return key
}

// likeness is 1 for equal words and falls with the edits between them.
func likeness(a, b []rune) float64 {
	if len(a) == 0 || len(a) > 40 || len(b) > 40 {
		return 0
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return 1 - float64(row[len(b)])/float64(max(len(a), len(b)))
}
