package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gongkai/internal/cases"
)

// outcomeSynonyms are the usual words for an outcome, beside code and label.
func outcomeSynonyms() map[string]string {
	return map[string]string{
		"disclose.already_public": "主动公开 已公开 已经主动公开 属于主动公开 告知获取方式 告知已主动公开 属于已主动公开 已主动公开信息 属主动公开 已主动公开告知 属于主动公开范围 主动公开范围 已经公开 告知查询方式和途径",
		"disclose.provided":       "公开 同意公开 予以公开 全部公开 依申请公开 提供 已提供 予以提供 同意提供 当场提供 可以公开 提供信息 准予公开 已予公开 完全公开 全部予以公开 同意全部公开 公开提供",

		"withhold.state_secret":       "国家秘密 涉密 涉及国家秘密 涉及国家秘密不予公开 属国家秘密 涉及国密",
		"withhold.law_forbids":        "法律行政法规禁止公开 法律法规禁止公开 其他法律法规禁止公开 法律禁止公开 禁止公开 属于其他法律行政法规禁止公开 属于法律行政法规禁止公开 其它法律行政法规禁止公开 法律行政法规禁止 法律法规禁止",
		"withhold.security_stability": "危及三安全一稳定 三安全一稳定 危及国家安全公共安全经济安全社会稳定 危及国家安全公共安全经济安全和社会稳定 影响三安全一稳定 危及社会稳定 可能危及三安全一稳定 危及公共安全 危及国家安全 危及经济安全 社会稳定",
		"withhold.third_party":        "第三方合法权益 保护第三方 第三方权益 商业秘密 个人隐私 涉及商业秘密 涉及个人隐私 涉及第三方 第三方不同意公开 第三方不同意 损害第三方合法权益 商业秘密个人隐私 涉及第三方合法权益 涉及商业秘密个人隐私 侵害第三方合法权益 保护第三方权益 涉及第三方权益 隐私 属于商业秘密 属于个人隐私 会对第三方合法权益造成损害",
		"withhold.internal_affairs":   "内部事务信息 三类内部事务信息 内部事务 内部信息 内部管理信息 属于内部事务信息 属于内部信息 三类内部事务 人事管理后勤管理内部工作流程 内部管理 属于内部管理信息",
		"withhold.process_info":       "过程性信息 四类过程性信息 过程信息 属于过程性信息 过程性 讨论记录过程稿磋商信函请示报告 四类过程信息 内部过程性信息 属于过程信息",
		"withhold.enforcement_file":   "行政执法案卷 执法案卷 行政执法案卷信息 案卷信息 属于执法案卷 执法案卷信息 属于行政执法案卷信息",
		"withhold.admin_query":        "行政查询事项 行政查询 查询事项 工商登记查询 不动产登记查询 不动产登记资料 工商登记资料 属于行政查询 依照有关法律行政法规办理 专门查询 工商不动产登记资料查询 工商不动产登记资料",

		"unable.nonexistent":    "不存在 信息不存在 政府信息不存在 本机关不掌握相关政府信息 不掌握 本机关不掌握 未制作 未获取 未制作或获取 经检索不存在 未检索到 检索未找到 不掌握相关政府信息 查无 属于信息不存在 申请信息不存在 所申请信息不存在 未查到 本机关未制作或获取 本机关未制作 经检索没有 查无信息 未保存 信息不存在告知",
		"unable.other_agency":   "非本机关 不属于本机关 不属于本机关负责 不属本机关 非本机关信息 非本机关政府信息 不属于本机关公开 不属于本机关负责公开 非本机关负责 非本机关公开 不属本机关公开 不属于本行政机关 不属于本行政机关负责公开 不属于本机关职责 不属于本单位 非本单位 不属于本机关掌握 告知向其他机关申请 不属于本机关公开范围 非本机关职责范围 不属本机关负责 不属本机关负责公开 不属于本机关职责范围 非本机关掌握 不属于本机关公开职责权限范围",
		"unable.archived":       "已移交国家档案馆 已移交档案馆 移交档案馆 档案馆 已移交各级国家档案馆 已归档移交",
		"unable.needs_creation": "需要另行制作 另行制作 需另行制作 没有现成信息 无现成信息 需要加工 需加工分析 需要加工分析 加工分析 需要汇总加工 没有现成信息需要另行制作的 需汇总加工 需重新制作 需要汇总加工或重新制作",
		"unable.still_unclear":  "补正后仍不明确 补正后申请内容不明确 补正后不明确 补正后内容仍不明确 申请内容不明确 内容不明确 补正后仍不清楚 补正后申请仍不明确",

		"not_processed.petition":        "信访 信访举报投诉 举报 投诉 信访投诉 投诉举报 信访事项 属于信访 信访举报投诉类 信访类 信访投诉举报 属于信访举报投诉 信访投诉举报类申请 信访投诉类 信访申请 转信访",
		"not_processed.repeat":          "重复 重复申请 不予重复处理 重复提出 重复答复 属于重复申请 不重复处理 重复申请不予处理 不再重复处理 不重复答复 不予重复答复",
		"not_processed.publication":     "公开出版物 出版物 提供公开出版物 要求公开出版物 公报报刊书籍等公开出版物 属于公开出版物",
		"not_processed.excessive":       "大量反复申请 反复申请 大量申请 申请数量频次明显超过合理范围 明显超过合理范围 无正当理由大量反复 频次明显超过合理范围 无正当理由反复申请 大量反复 数量频次明显超过合理范围",
		"not_processed.confirm_reissue": "确认或重新出具已获取信息 要求确认或重新出具 重新出具 确认信息 要求行政机关确认或重新出具已获取的信息 要求重新出具 确认或重新出具 要求确认 要求行政机关确认或者重新出具已获取信息",

		"other.no_supplement": "逾期未补正 逾期不补正 未补正 无正当理由逾期不补正 不补正 申请人逾期未补正 申请人无正当理由逾期不补正 申请人逾期不补正 未按期补正 视为放弃 视为放弃申请 超期未补正 逾期未补正视为放弃 未按要求补正 逾期未补正视为放弃申请 申请人未补正",
		"other.fee_unpaid":    "逾期未缴费 未缴费 逾期不缴费 逾期未缴纳费用 未按要求缴费 未缴纳费用 申请人逾期未缴费 申请人逾期未按收费通知要求缴纳费用 逾期未交费 未按时缴费 拒绝缴费",
		"other.withdrawn":     "撤回 撤销 撤回申请 撤销申请 申请人撤回 申请人撤销 自愿撤回 主动撤回 申请人主动撤回 撤件 申请人撤销申请 申请人自行撤回 已撤回 已撤销 撤诉申请 主动撤销 主动撤销申请 主动撤回申请 取消申请 申请人取消",
		"other.not_gov_info":  "非政府信息 不是政府信息 不属政府信息 不属于政府信息公开范围 不属于信息公开范围 不属于政府信息公开 非政府信息公开范围 不属于依申请公开范围 非政府信息公开申请 不属于政府信息公开申请",
		"other.consultation":  "咨询 咨询类 咨询事项 属于咨询 业务咨询 咨询答复 政策咨询 属于咨询事项",
		"other.unreachable":   "无法联系 联系不上 无法联系申请人 联系不上申请人 无法取得联系 无法送达 无法与申请人联系",
		"other.misc":          "其它 其他情形 其他情况 其它情形 其他原因 其它情况 3其他",
		"partial":             "部分予以公开 部分不予公开 部分不公开 区分处理 部分提供 同意部分公开 部分同意公开 部分公开部分不公开 部分公开部分不予公开 部分公开区分处理的只计这一情形不计其他情形 部分公开区分处理",
	}
}

// groupSynonyms are words that name only a group of table 三.
func groupSynonyms() map[string]string {
	return map[string]string{
		"withhold":      "不予公开 不公开 不同意公开 拒绝公开 不予提供 不予公布 拒绝 不同意 withhold",
		"unable":        "无法提供 不能提供 无法公开 unable",
		"not_processed": "不予处理 不处理 不作处理 not_processed 不予办理",
		"other":         "其他处理 其它处理 不再处理 其他 other 终止办理 终止",
		"disclose":      "disclose",
	}
}

// finding is what one word says of an outcome: the outcome itself or its group.
type finding struct {
	leaf  cases.Outcome
	group string
}

var outcomeWords = sync.OnceValue(func() map[string]finding {
	table := map[string]finding{}
	for group, list := range groupSynonyms() {
		for w := range strings.FieldsSeq(list) {
			table[bare(w)] = finding{group: group}
		}
	}
	for code, list := range outcomeSynonyms() {
		for w := range strings.FieldsSeq(list) {
			table[bare(w)] = finding{leaf: cases.MustOutcome(code), group: cases.MustOutcome(code).Group()}
		}
	}
	for _, o := range cases.Outcomes() {
		f := finding{leaf: o, group: o.Group()}
		table[bare(o.Code())] = f
		if o.Code() != "other.misc" { // 其他 is the group's word too
			table[bare(o.Label())] = f
		}
	}
	return table
})

// article finds the articles cited in a text, with or without item.
var article = regexp.MustCompile(`第?([0-9一二三四五六七八九十]{1,4})条(?:第?[(]?([一二三四五六七八九十0-9]{1,2})[)]?款)?第?(?:[(]?([一二三四五六七八九十0-9]{1,2})[)]?项)?|^([0-9]{2})[(]([0-9])[)]$|^art([0-9]{2})(?:[(]([0-9])[)])?$`)

// quotedLaw is the name of a law or rule in book marks.
var quotedLaw = regexp.MustCompile(`《[^》]*》`)

// byArticle says which outcome an article of Order 711 means where it means one.
func byArticle() map[string]string {
	return map[string]string{
		"36(1)": "disclose.already_public", "36(2)": "disclose.provided", "36(4)": "unable.nonexistent",
		"36(5)": "unable.other_agency", "36(6)": "not_processed.repeat", "36(7)": "withhold.admin_query",
		"37": "partial", "38": "unable.needs_creation", "39(1)": "not_processed.petition",
		"39(2)": "not_processed.publication", "35": "not_processed.excessive", "15": "withhold.third_party",
		"32": "withhold.third_party", "16(1)": "withhold.internal_affairs", "31(2)": "other.unreachable",
	}
}

// words that surround an article or a ground and say nothing of their own.
var fillers = strings.NewReplacer("依据", "", "根据", "", "按照", "", "规定", "", "政府信息公开条例", "", "中华人民共和国", "",
	"条例", "", "行政法规规定", "", "之", "")

// readOutcome reads one cell of 办理结果 or 依据: the findings of all its words.
// cited is set if it holds an article that decides nothing. ok is false for a
// word that isn't known.
func readOutcome(text string) (found []finding, cited, ok bool) {
	if f, known := oneOutcome(text); known {
		return []finding{f}, false, true
	}
	for _, cuts := range []string{";\n|", ";\n|,，、/:+&-", ";\n|,，、/:+&-()"} {
		found, cited, ok = splitOutcome(text, cuts)
		if ok {
			return found, cited, true
		}
	}
	return nil, false, false
}

func splitOutcome(text, cuts string) (found []finding, cited, ok bool) {
	pieces := strings.FieldsFunc(strings.Map(halfLine, text), func(r rune) bool { return strings.ContainsRune(cuts, r) })
	for _, p := range pieces {
		f, known := oneOutcome(p)
		if !known {
			more, c, understood := citedOutcome(p)
			if !understood {
				return nil, false, false
			}
			cited = cited || c
			found = append(found, more...)
			continue
		}
		found = append(found, f)
	}
	return found, cited, len(pieces) > 0
}

// halfLine is half, but keeps line breaks, which part words.
func halfLine(r rune) rune {
	switch r {
	case '\n':
		return r
	case '；':
		return ';'
	case '：':
		return ':'
	}
	return half(r)
}

// oneOutcome reads one word: alone, after its number in the table, or as a group
// followed by its outcome.
func oneOutcome(text string) (finding, bool) {
	table, w := outcomeWords(), bare(text)
	if w == "" {
		return finding{}, false
	}
	if f, ok := table[w]; ok {
		return f, true
	}
	for _, cut := range []string{strings.TrimLeft(w, "0123456789"), cutEnumeration(text), strings.TrimPrefix(w, "部分"),
		strings.TrimPrefix(w, "属于"), strings.TrimPrefix(w, "因"), strings.TrimPrefix(w, "涉及"), strings.TrimSuffix(w, "的")} {
		if f, ok := table[cut]; ok && cut != w {
			return f, true
		}
	}
	if f, ok := groupedOutcome(w); ok {
		return f, true
	}
	return groupedOutcome(cutEnumeration(text))
}

// enumeration is a row's number in table 三: （三）, 三、, 1. and the like.
var enumeration = regexp.MustCompile(`^[(]?[一二三四五六七][)、.．]+`)

func cutEnumeration(text string) string {
	return bare(enumeration.ReplaceAllString(fold(text), ""))
}

// groupedOutcome reads 不予公开国家秘密: a group and the outcome within it.
func groupedOutcome(w string) (finding, bool) {
	table := outcomeWords()
	for i := range w {
		if i == 0 {
			continue
		}
		head, known := table[w[:i]]
		if !known || !head.leaf.IsZero() {
			continue
		}
		rest, known := table[strings.TrimLeft(w[i:], "0123456789")]
		if known && !rest.leaf.IsZero() && rest.group == head.group {
			return rest, true
		}
	}
	return finding{}, false
}

// citedOutcome reads articles and the words around them.
func citedOutcome(text string) (found []finding, cited, ok bool) {
	flat := fold(quotedLaw.ReplaceAllString(text, ""))
	arts := article.FindAllStringSubmatch(flat, -1)
	rest := bare(fillers.Replace(article.ReplaceAllString(flat, "")))
	if len(arts) == 0 && !quotedLaw.MatchString(text) {
		return nil, false, false
	}
	if rest != "" {
		f, known := oneOutcome(rest)
		if !known {
			return nil, false, false
		}
		return []finding{f}, true, true
	}
	for _, a := range arts {
		if code := byArticle()[articleKey(a)]; code != "" {
			o := cases.MustOutcome(code)
			found = append(found, finding{leaf: o, group: o.Group()})
		}
	}
	return found, true, true
}

// articleKey writes a cited article as 36(5).
func articleKey(m []string) string {
	art, item := m[1]+m[4]+m[6], m[3]+m[5]+m[7]
	if item == "" {
		item = m[2] // 第一款, where the article has no 项
	}
	key := strconv.Itoa(chineseNumber(art))
	if item != "" {
		key += "(" + strconv.Itoa(chineseNumber(item)) + ")"
	}
	return key
}

// chineseNumber reads 1 to 99 in Arabic or Chinese digits.
func chineseNumber(s string) int {
	n, unit := 0, 0
	for _, r := range s {
		switch i := slices.Index([]rune("零一二三四五六七八九"), r); {
		case r >= '0' && r <= '9':
			unit = unit*10 + int(r-'0')
		case r == '十':
			n, unit = max(unit, 1)*10, 0
		case i >= 0:
			unit = i
		}
	}
	return n + unit
}

// settled is what the two columns 办理结果 and 依据 say together.
type settled struct {
	outcome cases.Outcome
	grounds []cases.Outcome
	marks   []string
	missing string // group that was named without the outcome within it
	unknown string // "outcome" or "ground" if that cell holds an unknown word
}

// settleOutcome reads both columns. An outcome's group is made definite by the
// ground; a part given and a part refused is 部分公开.
func settleOutcome(outcome, ground string) settled {
	if isBlankWord(ground) {
		ground = ""
	}
	first, _, ok := readOutcome(outcome)
	if !ok {
		return settled{unknown: "outcome"}
	}
	var second []finding
	if ground != "" {
		if second, _, ok = readOutcome(ground); !ok {
			return settled{unknown: "ground"}
		}
	}
	if isPartial(first) {
		return settlePartial(first, second)
	}
	return settleWhole(first, second)
}

func isPartial(found []finding) bool {
	released, refused := false, false
	for _, f := range found {
		if f.group == "partial" {
			return true
		}
		released = released || f.group == "disclose"
		refused = refused || f.group == "withhold" || f.group == "unable" || f.group == "not_processed"
	}
	return released && refused
}

func settlePartial(first, second []finding) settled {
	s := settled{outcome: cases.MustOutcome("partial")}
	for _, f := range append(slices.Clone(first), second...) {
		switch {
		case f.leaf.IsZero() || f.group == "partial" || f.group == "disclose":
		case f.group == "other":
			s.marks = append(s.marks, "部分公开的依据不应为“"+f.leaf.Label()+"”，未采用")
		case !slices.Contains(s.grounds, f.leaf):
			s.grounds = append(s.grounds, f.leaf)
		}
	}
	if len(s.grounds) == 0 {
		s.marks = append(s.marks, "部分公开未写明不公开部分的依据")
	}
	return s
}

func settleWhole(first, second []finding) settled {
	leaf, group := single(first)
	byGround, groundGroup := single(second)
	switch {
	case !leaf.IsZero():
		s := settled{outcome: leaf}
		if groundGroup != "" && groundGroup != leaf.Group() || !byGround.IsZero() && byGround != leaf {
			s.marks = append(s.marks, "依据与办理结果不一致，按办理结果“"+leaf.Label()+"”计")
		}
		return s
	case group == "":
		return settled{unknown: "outcome"}
	case !byGround.IsZero() && byGround.Group() == group:
		return settled{outcome: byGround}
	case group == "other":
		return settled{outcome: cases.MustOutcome("other.misc")}
	case group == "disclose":
		return settled{outcome: cases.MustOutcome("disclose.provided")}
	}
	return settled{missing: group}
}

// single gives the one outcome that findings agree on, or their one group.
func single(found []finding) (leaf cases.Outcome, group string) {
	for _, f := range found {
		switch {
		case group != "" && f.group != group:
			return cases.Outcome{}, ""
		case leaf.IsZero():
			leaf = f.leaf
		case !f.leaf.IsZero() && f.leaf != leaf:
			return cases.Outcome{}, ""
		}
		group = f.group
	}
	return leaf, group
}
