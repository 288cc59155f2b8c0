package importer

import (
	"strings"
	"sync"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// blankWords stand in cells that say "nothing here".
func isBlankWord(s string) bool {
	switch s {
	case "", "/", "\\", "-", "--", "—", "——", "－", "–", "无", "／", "n/a", "N/A", "空":
		return true
	}
	return false
}

// words maps the bare spelling of a word to what it means.
func words[T any](lists map[string]T) map[string]T {
	table := map[string]T{}
	for list, meaning := range lists {
		for w := range strings.FieldsSeq(list) {
			table[bare(w)] = meaning
		}
	}
	return table
}

var channelWords = sync.OnceValue(func() map[string]cases.Channel {
	return words(map[string]cases.Channel{
		"in_person 当面 现场 窗口 来人 当场 直接 上门 当面递交 当面提交 直接送达 现场提交 现场递交 到场 来访 面交 亲自 直接递交": deadline.InPerson,
		"oral 口头 口头申请 口述 代填": deadline.Oral,
		"letter_registered 邮寄（挂号、EMS，有签收） 信函 邮寄 EMS 挂号 挂号信 快递 特快专递 邮政 邮政EMS 邮政快递 信件 邮件寄送 邮寄信函 邮寄EMS EMS邮寄 邮政特快专递 挂号信函 寄送 邮政寄送 书面邮寄 邮递 信函邮寄 信函（邮寄） 邮政挂号": deadline.LetterRegistered,
		"letter_ordinary 平信 普通信函 普通邮件 普通信件 普通邮寄 平信邮寄 平邮": deadline.LetterOrdinary,
		"online 网络 网上 互联网 网站 在线 政府网站 门户网站 平台 网络平台 网上平台 政务平台 线上 互联网平台 网页 省平台 网络在线 政府门户网站 政务服务网 网站平台 申请平台 网络渠道": deadline.Online,
		"fax 传真": deadline.Fax,
		"email e-mail 电子邮件 电邮 邮箱 电子邮箱 邮件 电子信箱": deadline.Email,
	})
})

// channelOf reads a channel's code or word. 申请, 方式 and the like at its end
// do not matter.
func channelOf(text string) (cases.Channel, bool) {
	table, w := channelWords(), bare(text)
	for {
		if c, ok := table[w]; ok {
			return c, true
		}
		short := w
		for _, end := range []string{"申请", "方式", "渠道", "提交", "递交", "途径", "接收"} {
			if short = strings.TrimSuffix(w, end); short != w {
				break
			}
		}
		if short == w || short == "" {
			return cases.Channel{}, false
		}
		w = short
	}
}

var kindWords = sync.OnceValue(func() map[string]cases.ApplicantKind {
	table := words(map[string]cases.ApplicantKind{
		"自然人 公民 个人 公民个人 居民 村民 自然人公民 公民自然人 群众 市民 中国公民":                                  cases.Natural,
		"商业企业 企业 公司 商业 民营企业 国有企业 私营企业 有限公司 企业法人 法人企业 外资企业 企业单位":                        cases.Commercial,
		"科研机构 科研院所 科研单位 研究机构 高校 高等院校 大学 科研 科研组织 院校":                                    cases.Research,
		"社会公益组织 公益组织 社会组织 社会团体 社团 基金会 民办非企业 民办非企业单位 公益 社会公益 公益性组织 公益机构 社会公益机构 行业协会 协会": cases.PublicWelfare,
		"法律服务机构 律师事务所 律所 法律服务 律师所 法律机构 法律服务组织 法律服务所":                                   cases.LegalService,
		"其他 其他组织 其它 其它组织 其他法人 其他类型 其他法人或组织 其他法人或其他组织 其他单位":                             cases.OtherKind,
	})
	for _, k := range cases.ApplicantKinds() {
		table[bare(k.Code())], table[bare(k.Label())] = k, k
	}
	return table
})

// kindOf reads a kind of applicant. A word that names only the upper column of
// table 三 (法人或其他组织), or none, is settled by the applicant's name: sure is
// false then.
func kindOf(text, applicant string) (kind cases.ApplicantKind, sure, ok bool) {
	w := bare(text)
	if k, known := kindWords()[w]; known {
		return k, true, true
	}
	switch w {
	case "":
		return kindByName(applicant), false, true
	case "法人", "法人或其他组织", "法人和其他组织", "法人其他组织", "法人及其他组织", "单位", "组织", "法人或者其他组织", "个体工商户", "个体户":
		return kindByName(applicant), false, true
	}
	for _, upper := range []string{"法人或其他组织", "法人或者其他组织", "法人和其他组织"} {
		if rest, cut := strings.CutPrefix(w, upper); cut {
			k, known := kindWords()[rest]
			return k, true, known
		}
	}
	return cases.ApplicantKind{}, false, false
}

// kindByName guesses a kind from a name: two to four Han signs are a person.
func kindByName(name string) cases.ApplicantKind {
	w := bare(name)
	for _, g := range []struct {
		signs []string
		kind  cases.ApplicantKind
	}{
		{[]string{"律师事务所", "法律服务所", "律所"}, cases.LegalService},
		{[]string{"公司", "集团", "工厂", "商行", "商店", "企业", "合作社", "经营部", "银行", "厂"}, cases.Commercial},
		{[]string{"大学", "学院", "研究院", "研究所", "科学院"}, cases.Research},
		{[]string{"基金会", "协会", "公益", "慈善", "学会", "志愿", "商会"}, cases.PublicWelfare},
	} {
		for _, s := range g.signs {
			if strings.HasSuffix(w, s) || strings.Contains(w, s) && len([]rune(s)) > 1 {
				return g.kind
			}
		}
	}
	if n := len([]rune(name)); n >= 2 && n <= 4 {
		return cases.Natural
	}
	return cases.OtherKind
}

var resultWords = sync.OnceValue(func() map[string]cases.Result {
	table := words(map[string]cases.Result{
		"维持 驳回 驳回复议请求 驳回行政复议请求 驳回诉讼请求 判决驳回诉讼请求 维持原决定 维持原行政行为 维持答复 驳回请求 驳回原告诉讼请求 复议维持 判决维持 判决驳回": cases.Upheld,
		"纠正 撤销 变更 确认违法 确认无效 责令履行 责令重作 责令重新答复 部分撤销 撤销并责令重新答复 责令限期答复 限期履行 撤销重作 撤销原答复 " +
			"责令重新作出 判决撤销 判决确认违法 判决履行 部分纠正 责令履行职责 责令限期履行 撤销并责令重作 责令答复 败诉": cases.Corrected,
		"其他 其它 其他结果 撤回 终止 撤诉 不予受理 驳回申请 驳回起诉 调解 和解 不予立案 移送 终结 撤回申请 撤回复议 撤回复议申请 " +
			"终止复议 终止审理 驳回复议申请 驳回行政复议申请 准予撤诉 撤回起诉 裁定驳回起诉 裁定准予撤诉 不受理 终结诉讼 终止行政复议": cases.OtherResult,
		"未审结 尚未审结 审理中 未结 待审 正在审理 办理中 受理中 未办结 待审结 在审 审理 未决 尚未办结 尚未审理 已受理 复议中 诉讼中 一审中 二审中 上诉中": cases.Pending,
	})
	for _, r := range cases.Results() {
		table[bare(r.Code())], table[bare(r.Label())] = r, r
	}
	return table
})

// remedyResult reads the end of a review or a suit; none says that there was none.
func remedyResult(text string) (r cases.Result, none, ok bool) {
	switch w := bare(text); w {
	case "", "无", "否", "没有", "未", "未申请", "未发生", "0", "未复议", "未提起", "未起诉":
		return r, true, true
	default:
		r, ok = resultWords()[w]
		return r, false, ok
	}
}
