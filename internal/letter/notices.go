package letter

import (
	"fmt"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// firstDue writes until when the answer is due as things stood on the day of
// receipt, and whether that rests on a year without holiday notice.
func (d *draft) firstDue() string {
	return dueWords(d.without(d.received.On, func(e cases.Event) bool { _, first := e.Fact.(cases.Received); return !first }))
}

// receipt: 登记回执. It says how the day of receipt was fixed and until when the
// answer is due as things stand on that day.
func receipt(d *draft) {
	d.letter.To = d.applicants()
	_, rule, _ := deadline.Receipt{Channel: d.receipt.Channel, Submitted: d.receipt.Submitted, Arrived: d.receipt.Arrived, Signed: d.receipt.Signed, Confirmed: d.receipt.Confirmed}.Day()
	due := ""
	if !d.received.On.IsZero() {
		due = d.firstDue()
	}
	d.locked("登记情况", d.you()+d.submitted()+"的政府信息公开申请，本机关已于"+day(d.received.On)+"收到并登记，编号为"+d.in.Case.Number+"。")
	d.locked("答复期限", rule+"。本机关将在"+due+"以前作出答复；需要"+d.you()+"补正、征求其他方面意见或者依法延长答复期限的，另行告知。")
	d.locked("申请内容", "申请内容：“"+d.asked()+"”。")
	d.contact()
	d.mustFor("申请人", d.article("第二十条", "第二十九条"), d.letter.To, "办件里没有申请人的姓名或者名称")
	d.must("编号", "", d.in.Case.Number)
	d.must("申请渠道", d.article("第二十条", "第二十九条"), d.submitted())
	d.mustFor("收到申请之日", d.article("第二十四条", "第三十一条"), d.received.On.Chinese(), "尚未与申请人确认收到申请")
	d.must("收到之日的确定方式", d.article("第二十四条", "第三十一条"), rule)
	d.must("答复期限", d.article("第二十四条第二款", "第三十三条第二款"), due)
	d.mustFor("申请内容", d.article("第二十条", "第二十九条"), d.asked(), "办件里没有申请内容")
}

// supplement: 补正告知书, everything at once (Art 30).
func supplement(d *draft) {
	d.toApplicant()
	f, e, ok := event[cases.SupplementAsked](d)
	if !ok {
		d.missingEvent("告知补正")
		return
	}
	article := d.article("第二十一条第（四）项", "第三十条")
	causes := d.causes(f.Causes)
	if causes != "" {
		d.locked("补正事项", "经审查，需要补正的事项为："+causes+"。")
	} else {
		d.locked("补正事项", "经审查，申请内容不明确，需要补正。")
	}
	d.open("不明确之处和补正要求", d.note(e, "items"))
	days, due := supplementTerm(d, f, e)
	d.locked("补正期限", fmt.Sprintf("请%s于%s以前（自本告知书发出的次日起%d个工作日内）将上述全部内容一次性补正并送达本机关。", d.you(), due.Chinese(), days))
	d.locked("逾期后果", d.under("依照"+d.rule("第二十一条第（四）项", "")+"的规定，申请内容不明确的，应当告知申请人作出更改、补充。逾期没有更改、补充的，本机关将无法依据现有内容办理本件申请。",
		"依照"+d.rule("", "第三十条")+"的规定，无正当理由逾期不补正的，视为放弃申请，本机关不再处理该政府信息公开申请。"))
	d.locked("期限重新计算", "答复期限自本机关收到补正之日起重新计算。")
	d.contact()
	d.passage("不明确之处和补正要求", article)
	if causes != "" {
		d.must("全部补正事项（一次性告知）", article, causes)
	}
	d.must("补正期限", article, due.Chinese())
	d.must("逾期不补正的后果", article, d.under("逾期没有更改、补充的", "视为放弃申请，本机关不再处理该政府信息公开申请"))
	d.must("期限重新计算", article, "答复期限自本机关收到补正之日起重新计算")
}

// supplementTerm gives the term of a notice in working days, and its last day.
func supplementTerm(d *draft, f cases.SupplementAsked, e cases.Event) (int, calendar.Date) {
	days := f.Days
	if days <= 0 {
		days = 15
	}
	return days, cases.Judged(d.in.Book, d.timeline, e.On).Add(e.On, days)
}

// causes words what is to be supplemented.
func (d *draft) causes(codes []string) string {
	words := map[string]string{"identity": "申请人的姓名或者名称、身份证明、联系方式", "description": "申请公开的政府信息的名称、文号或者便于行政机关查询的其他特征性描述", "form": "申请公开的政府信息的形式要求，包括获取信息的方式、途径"}
	if d.law == deadline.Order492 {
		words = map[string]string{"identity": "申请人的姓名或者名称、联系方式", "description": "申请公开的政府信息的内容描述", "form": "申请公开的政府信息的形式要求"}
	}
	var out []string
	for _, code := range codes {
		if w := words[code]; w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, "；")
}

// reasonsAsked: 说明理由告知书 (Art 35 of 2019; Order 492 knew none).
func reasonsAsked(d *draft) {
	d.toApplicant()
	if d.law == deadline.Order492 {
		d.mustFor("法律依据", "", "", "国务院令第492号没有要求申请人说明理由的规定，不能发出这份文书")
		return
	}
	_, e, ok := event[cases.ReasonsAsked](d)
	if !ok {
		d.missingEvent("要求说明理由")
		return
	}
	d.open("数量、频次明显超过合理范围的事实", d.note(e, "finding"))
	d.locked("法律依据", "依照"+d.rule("", "第三十五条")+"的规定，申请人申请公开政府信息的数量、频次明显超过合理范围，行政机关可以要求申请人说明理由。")
	d.open("说明理由的期限", "请"+d.you()+"于"+cases.Judged(d.in.Book, d.timeline, e.On).Add(e.On, 10).Chinese()+"以前书面说明理由。")
	d.locked("后果", "本机关认为申请理由不合理的，告知"+d.you()+"不予处理；认为申请理由合理，但是无法在规定的期限内答复的，确定延迟答复的合理期限并告知"+d.you()+"。")
	d.contact()
	d.passage("数量、频次明显超过合理范围的事实", "第三十五条")
	d.must("法律依据", "", "第三十五条")
	d.naming("说明理由的期限", "第三十五条", "说明理由的期限", `\d+年\d+月\d+日`)
	d.must("不说明合理理由的后果", "第三十五条", "不予处理")
}

// extension: 延期答复告知书, of an extension (Art 33(2)) or of a delay (Art 35).
func extension(d *draft) {
	d.toApplicant()
	f, e, extended := event[cases.Extended](d)
	late, at, delayed := event[cases.Delayed](d)
	if delayed && (!extended || at.On.After(e.On) || d.in.Seq == at.Seq) {
		delay(d, late, at)
		return
	}
	if !extended {
		d.missingEvent("延长期限")
		return
	}
	article := d.article("第二十四条第二款", "第三十三条第二款")
	before := d.without(e.On, func(x cases.Event) bool { return x.Seq == e.Seq }).Due
	clock := d.without(e.On, func(cases.Event) bool { return false })
	after := clock.Due
	consents := d.note(e, "signer")
	if consents == "" {
		consents = d.in.Agency.Consents
	}
	d.open("延期理由", d.note(e, "reasons"))
	d.locked("延期决定", fmt.Sprintf("经本机关政府信息公开工作机构负责人同意（同意人：%s），依照%s的规定，本件的答复期限延长%d个工作日，由%s延长至%s。",
		oneLine(consents), d.rule("第二十四条第二款", "第三十三条第二款"), f.Days, before.Chinese(), dueWords(clock)))
	d.contact()
	d.must("原答复期限", article, before.Chinese())
	d.passage("延期理由", article)
	d.mustFor("同意人", article, oneLine(consents), "没有写明同意延期的政府信息公开工作机构负责人")
	d.must("延长的工作日", article, fmt.Sprintf("延长%d个工作日", f.Days))
	newDue, why := "延长至"+after.Chinese(), "延期没有在原期限届满前告知，或者已经延期过一次，不起作用"
	if !after.After(before) {
		newDue = ""
	}
	d.mustFor("新的答复期限", article, newDue, why)
	d.must("依据条款", article, article)
}

func delay(d *draft, f cases.Delayed, e cases.Event) {
	d.open("延期理由", d.note(e, "reasons"))
	d.locked("延期决定", "依照"+d.rule("", "第三十五条")+"的规定，本机关认为申请理由合理，但是无法在规定的期限内答复，确定延迟至"+f.Until.Chinese()+"以前答复。")
	d.contact()
	d.passage("延期理由", "第三十五条")
	d.must("延迟答复的期限", "第三十五条", f.Until.Chinese())
	d.must("依据条款", "第三十五条", "第三十五条")
}

// fee: 收费通知书 (国办函〔2020〕109号).
func fee(d *draft) {
	d.toApplicant()
	f, e, ok := event[cases.FeeNoticed](d)
	switch {
	case !ok:
		d.missingEvent("收费通知")
		return
	case !deadline.FeeRulesInForce(e.On):
		d.mustFor("收费依据", "国办函〔2020〕109号", "", "信息处理费的规定自2021年1月1日起施行，此前不能收费")
		return
	}
	basis, calculation := feeWords(f)
	due := cases.Judged(d.in.Book, d.timeline, e.On).Add(e.On, 20)
	amount := cases.Yuan(f.Fen) + "元"
	d.open("数量、频次明显超过合理范围的认定", d.note(e, "finding"))
	d.locked("收费决定", "依照《中华人民共和国政府信息公开条例》第四十二条和《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）的规定，本机关决定收取信息处理费。"+basis+"。"+calculation+"，应缴"+amount+"。")
	d.locked("缴费期限和方式", "请"+d.you()+"自收到本通知书次日起20个工作日内（"+due.Chinese()+"以前）缴纳。缴费账户和方式："+oneLine(d.in.Agency.FeeAccount)+"。"+d.you()+"也可以到本机关现场查阅，或者缩小申请范围。")
	d.locked("逾期后果", "逾期未缴纳的，视为放弃申请，本机关不再处理该政府信息公开申请。办理期限自缴费完成的次日起重新计算。")
	d.locked("救济", "对收费决定不能单独申请行政复议或者提起行政诉讼；缴费期满后，可以就本机关不再处理政府信息公开申请的行为，依照《中华人民共和国政府信息公开条例》第五十一条的规定寻求救济。")
	d.contact()
	const rule = "国办函〔2020〕109号"
	d.passage("数量、频次明显超过合理范围的认定", "第四十二条")
	d.must("收费依据", "第四十二条", "第四十二条")
	d.must("计费方式和数量", rule, basis)
	d.must("分档计算", rule, calculation)
	d.must("应缴金额", rule, amount)
	d.mustFor("缴费账户和方式", rule, oneLine(d.in.Agency.FeeAccount), "机关设置里没有填写收费账户")
	d.must("缴费期限（20个工作日）", rule, "20个工作日内（"+due.Chinese()+"以前）")
	d.must("逾期不缴费的后果", rule, "视为放弃申请，本机关不再处理")
	d.must("期限重新计算", rule, "自缴费完成的次日起重新计算")
	d.must("不能单独寻求救济", rule, "对收费决定不能单独申请行政复议或者提起行政诉讼")
}

// feeWords words the count and the tiers that make the fee.
func feeWords(f cases.FeeNoticed) (basis, calculation string) {
	if f.Method == "pieces" {
		return fmt.Sprintf("计费方式：按件计收；本件为本自然月内向本机关提出的第%d件", f.Count),
			fmt.Sprintf("按件计收的标准为每自然月10件以内不收费，11—30件每件100元，31件起每增加10件每件增加100元；第%d件为%d元", f.Count, cases.FeeOfPiece(f.Count))
	}
	var parts []string
	for _, t := range [][3]int{{30, 100, 10}, {100, 200, 20}, {200, 1 << 30, 40}} {
		if n := min(f.Count, t[1]) - t[0]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d页×%d元", n, t[2]))
		}
	}
	tiers := "不收费"
	if len(parts) > 0 {
		tiers = strings.Join(parts, "＋")
	}
	return fmt.Sprintf("计费方式：按量计收；本件共%d页", f.Count),
		"按量计收的标准为30页以内不收费，31—100页部分每页10元，101—200页部分每页20元，201页起每页40元；本件为" + tiers
}
