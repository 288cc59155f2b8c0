package leak

import (
	"slices"
	"strings"
)

// about is what the words around a number speak of.
type about int

const (
	aboutNothing about = iota
	aboutPhone
	aboutBank
	aboutPaper // the number of a document, a case, a parcel
)

func phoneWords() []string {
	return []string{"电话", "手机", "联系方式", "联系号码", "座机", "固话", "宅", "家中", "热线", "传真", "致电", "拨打", "来电", "号码为", "tel", "mobile", "phone", "fax", "☎", "📞", "微信", "移动", "机主"}
}

func bankWords() []string {
	return []string{"卡号", "账号", "帐号", "账户", "帐户", "银行", "开户", "储蓄", "信用卡", "借记卡", "收款", "打款", "转账", "汇款", "工资卡", "社保卡", "农信", "信用社", "card"}
}

// paperWords stand before the numbers of papers and things.
func paperWords() []string {
	return []string{"编号", "文号", "字号", "案号", "档号", "档案", "单号", "订单", "流水", "凭证", "发票", "合同", "证书", "批次", "批号", "宗地", "地块", "单元", "指标", "编码", "项目代码", "许可证",
		"备案", "执照", "代码", "序号", "条码", "条形码", "图号", "件号", "收据", "票据", "受理号", "登记号", "统一社会信用", "不动产", "权证", "邮件号", "运单", "标段", "招标",
		"采购", "设备号", "型号", "版本", "no.", "no：", "no:", "№", "id:", "sn", "〔", "[", "第", "文书", "卷宗", "监督号", "查询码", "回执", "税号", "面积", "金额", "坐标"}
}

// context says what the words nearest to a number speak of: those before it, on
// its line, weigh first, then what follows at once. The words for papers count
// only right before it.
func context(r run, s signs) about {
	from, to := r[0].from, r[len(r)-1].to
	before := strings.ToLower(s.before(from, 24))
	if cut := strings.LastIndexAny(before, "。；"); cut >= 0 {
		before = before[cut+len("。"):]
	}
	phone, bank := wordIn(before, phoneWords()), wordIn(before, bankWords())
	paper := wordIn(before, paperWords())
	if paper >= 0 && (len([]rune(before[paper:])) > 8 || strings.ContainsAny(before[paper:], "，、,")) {
		paper = -1
	}
	switch {
	case max(phone, bank, paper) < 0:
	case phone >= max(bank, paper):
		return aboutPhone
	case bank >= paper:
		return aboutBank
	default:
		return aboutPaper
	}
	after := strings.TrimLeft(s.after(to, 3), " ")
	label := strings.TrimRight(before, "：: 　为是第")
	if strings.HasPrefix(after, "号") && !strings.HasPrefix(after, "号码") || strings.HasPrefix(after, "〕") || strings.HasPrefix(after, "]") ||
		strings.HasSuffix(label, "no") || strings.HasSuffix(label, "号") && !saysIdentity(label) || strings.HasSuffix(label, "码") && !strings.HasSuffix(label, "号码") || glued([]rune(s.before(from, 2)), []rune(s.after(to, 2))) {
		return aboutPaper
	}
	return aboutNothing
}

// glued reports whether a number is a piece of a longer mark: FZ-13812345678,
// 2024-138-12345678, 13812345678A.
func glued(before, after []rune) bool {
	dash := func(r rune) bool { return strings.ContainsRune("-－—_", r) }
	slices.Reverse(before)
	for _, side := range [][]rune{before, after} {
		if len(side) > 0 && isWordSign(side[0]) || len(side) > 1 && dash(side[0]) && isWordSign(side[1]) {
			return true
		}
	}
	return false
}

// wordIn gives where the last of some words ends in a text, -1 for none.
func wordIn(text string, words []string) int {
	text, at := strings.ToLower(text), -1
	for _, w := range words {
		if i := strings.LastIndex(text, w); i >= 0 {
			at = max(at, i+len(w))
		}
	}
	return at
}
