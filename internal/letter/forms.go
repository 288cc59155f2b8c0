package letter

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// head writes the lines that every form of a case begins with.
func (d *draft) head() {
	d.row("编号", d.in.Case.Number)
	d.row("申请人", d.applicants())
	d.row("收到申请之日", d.received.On.Chinese())
	d.row("申请内容", d.asked())
	d.must("编号", "", d.in.Case.Number)
	d.mustFor("申请人", d.article("第二十条", "第二十九条"), d.applicants(), "办件里没有申请人的姓名或者名称")
	d.mustFor("申请内容", d.article("第二十条", "第二十九条"), d.asked(), "办件里没有申请内容")
}

// wantedWords are the office's words for the form and the way that the applicant
// wants.
func wantedWords(r cases.Received) (form, way string) {
	return map[string]string{"paper": "纸质", "file": "电子数据", "copy": "抄录、复制", "read": "查阅"}[r.Form],
		map[string]string{"mail": "邮寄", "fax": "传真", "email": "电子邮件", "online": "网上获取", "pick_up": "自行领取", "read": "当场阅读、抄录"}[r.Way]
}

// applicationForm: 申请表 reprinted from what was entered.
func applicationForm(d *draft) {
	a := d.in.Case.Applicant()
	article := d.article("第二十条", "第二十九条第二款")
	reach := strings.Join(nonEmpty(a.Phone, a.Email, a.Address), "；")
	form, way := wantedWords(d.receipt)
	d.row("申请人类型", a.Kind.Label())
	d.row("姓名或者名称", d.allApplicants())
	d.row("身份证明（证件号码）", a.IDNumber)
	d.row("联系电话", a.Phone)
	d.row("电子邮箱", a.Email)
	d.row("联系地址", oneLine(a.Address))
	for _, p := range d.in.Case.Parties {
		if p.Role == "joint" {
			d.row("共同申请人"+p.Applicant.Name, strings.Join(nonEmpty(p.Applicant.IDNumber, p.Applicant.Phone, p.Applicant.Email, oneLine(p.Applicant.Address)), "；"))
		}
		if p.Role == "agent" {
			d.row("代理人（附授权委托书）", p.Applicant.Name)
		}
	}
	d.row("申请渠道", d.receipt.Channel.Label())
	d.row("所需政府信息的名称、文号或者其他特征性描述", d.asked())
	d.row("提供政府信息的形式", form)
	d.row("获取政府信息的方式、途径", way)
	d.row("申请人签名或者盖章", "")
	d.row("申请日期", d.receipt.Submitted.Chinese())
	d.mustFor("申请人的姓名或者名称", article, d.allApplicants(), "办件里没有申请人的姓名或者名称")
	if d.law == deadline.Order711 {
		d.mustFor("身份证明", article, a.IDNumber, "没有登记证件号码")
	}
	d.mustFor("联系方式", article, oneLine(reach), "没有登记电话、邮箱或者地址")
	if reach != "" {
		d.musts[len(d.musts)-1].Text = oneLine(nonEmpty(a.Phone, a.Email, a.Address)[0])
	}
	d.mustFor("申请内容", article, d.asked(), "办件里没有申请内容")
	if d.law == deadline.Order711 {
		d.mustFor("形式要求", article, strings.Join(nonEmpty(form, way), ""), "没有登记提供信息的形式和获取方式")
		if form != "" || way != "" {
			d.musts[len(d.musts)-1].Text = nonEmpty(form, way)[0]
		}
	}
	d.must("申请渠道", article, d.receipt.Channel.Label())
}

func nonEmpty(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			out = append(out, t)
		}
	}
	return out
}

// registerForm: 登记表.
func registerForm(d *draft) {
	a := d.in.Case.Applicant()
	_, rule, _ := deadline.Receipt{Channel: d.receipt.Channel, Submitted: d.receipt.Submitted, Arrived: d.receipt.Arrived, Signed: d.receipt.Signed, Confirmed: d.receipt.Confirmed}.Day()
	form, way := wantedWords(d.receipt)
	due := ""
	if !d.received.On.IsZero() {
		due = d.firstDue()
	}
	d.head()
	d.row("申请人类型", a.Kind.Label())
	d.row("申请渠道", d.receipt.Channel.Label())
	d.row("收到之日的确定方式", rule)
	d.row("答复期限", due)
	d.row("提供信息的形式和方式", strings.Join(nonEmpty(form, way), "，"))
	d.row("联系电话", a.Phone)
	d.row("联系地址", oneLine(a.Address))
	d.row("登记人", d.by(d.received))
	d.row("承办人", d.in.Officer)
	d.must("申请渠道", d.article("第二十条", "第二十九条"), d.receipt.Channel.Label())
	d.mustFor("收到申请之日", d.article("第二十四条", "第三十一条"), d.received.On.Chinese(), "尚未与申请人确认收到申请")
	d.must("答复期限", d.article("第二十四条第二款", "第三十三条第二款"), due)
}

// searchForm: 检索记录, that 36(4) rests on.
func searchForm(d *draft) {
	d.head()
	_, e, ok := event[cases.Searched](d)
	if !ok {
		d.missingEvent("登记检索")
		return
	}
	d.row("检索日期", e.On.Chinese())
	d.letter.Rows = append(d.letter.Rows, Row{Label: "检索范围、方法、关键词和结果", Value: d.note(e, "search")})
	d.row("检索人", d.by(e))
	d.row("检索人签名", "")
	d.row("复核人签名", "")
	d.must("检索日期", "第三十六条第（四）项", e.On.Chinese())
	d.passage("检索范围、方法、关键词和结果", "第三十六条第（四）项")
	d.mustFor("检索人", "第三十六条第（四）项", d.by(e), "不知道是谁检索的")
}

// What 审批表 shows of long texts, in characters, so that it stays on one A4.
const (
	approvalAsked  = 84
	approvalAnswer = 160
)

// cutTo shortens a text, and says where the whole stands.
func cutTo(text string, most int, whole string) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "……（" + whole + "）"
	}
	return text
}

// approvalForm: 审批表 on one A4: what is proposed, why, and who signed.
func approvalForm(d *draft) {
	d.row("编号", d.in.Case.Number)
	d.row("申请人", cutTo(d.applicants(), 24, "共"+strconv.Itoa(len(d.in.Case.Applicants()))+"人"))
	d.row("收到申请之日", d.received.On.Chinese())
	d.row("申请内容", cutTo(d.asked(), approvalAsked, "全文见申请书"))
	d.must("编号", "", d.in.Case.Number)
	d.mustFor("申请人", d.article("第二十条", "第二十九条"), firstOf(d.letter.Rows[1].Value), "办件里没有申请人的姓名或者名称")
	d.mustFor("申请内容", d.article("第二十条", "第二十九条"), d.letter.Rows[3].Value, "办件里没有申请内容")
	a, at, _, ok := d.decision()
	if !ok {
		d.missingEvent("提请审核")
		return
	}
	result := a.Outcome.Label()
	for _, g := range a.Grounds {
		result += "；" + g.Label()
	}
	clock := d.in.Case.Clock(d.in.Book, d.in.On)
	d.row("答复期限", clock.Due.Chinese())
	d.row("拟办结果", result)
	d.row("依据", d.basis(a.Outcome))
	d.letter.Rows = append(d.letter.Rows, Row{Label: "拟答复内容", Value: cutTo(oneLine(d.answerText(at)), approvalAnswer, "全文见所附文书")})
	d.row("保密审查", d.secrecy())
	d.row("承办人", firstOf(d.in.Officer, d.by(at)))
	signed := d.signatures()
	for i, line := range signed {
		d.row(fmt.Sprintf("审批意见（%d）", i+1), cutTo(line, 40, "全文见办理经过"))
	}
	for i := len(signed); i < 2; i++ {
		d.row(fmt.Sprintf("审批意见（%d）", i+1), "")
	}
	d.must("拟办结果", "第三十六条", result)
	if basis := d.basis(a.Outcome); basis != "" {
		d.must("依据", "第三十六条", basis)
	}
	d.passage("拟答复内容", "第三十六条")
	d.mustFor("承办人", "第四十五条", firstOf(d.in.Officer, d.by(at)), "没有承办人")
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// secrecy words the latest 保密审查 (Art 17).
func (d *draft) secrecy() string {
	f, e, ok := event[cases.SecrecyReviewed](d)
	if !ok {
		return ""
	}
	return e.On.Chinese() + "：" + map[string]string{"clear": "不涉密，可以公开", "secret": "属于国家秘密", "uncertain": "不能确定"}[f.Result]
}

// signatures words who approved the decision.
func (d *draft) signatures() []string {
	var out []string
	for _, e := range d.timeline {
		switch f := e.Fact.(type) {
		case cases.Proposed, cases.TakenBack:
			out = nil
		case cases.Returned:
			out = append(out, e.On.Chinese()+" "+d.by(e)+"：退回修改。"+d.note(e, "opinion"))
		case cases.Approved:
			line := e.On.Chinese() + " " + d.by(e) + "：同意。" + d.note(e, "opinion")
			if f.Paper {
				line = e.On.Chinese() + " 线下签批：" + d.note(e, "signer")
			}
			out = append(out, line)
		}
	}
	return out
}

// withdrawalForm: 撤回申请登记表.
func withdrawalForm(d *draft) {
	d.head()
	_, e, ok := event[cases.Withdrawn](d)
	if !ok {
		d.missingEvent("申请人撤回")
		return
	}
	d.row("撤回日期", e.On.Chinese())
	d.letter.Rows = append(d.letter.Rows, Row{Label: "书面撤回的依据", Value: d.note(e, "reasons")})
	d.row("登记人", d.by(e))
	d.row("申请人签名或者盖章", "")
	d.must("撤回日期", "", e.On.Chinese())
	d.passage("书面撤回的依据", "")
}

// closingForm: 结案单, of an ending that sends no answer.
func closingForm(d *draft) {
	d.head()
	a, at, ended, ok := d.decision()
	if !ok {
		d.missingEvent("办结")
		return
	}
	if a.Outcome.Info().Document != d.letter.Title {
		d.mustFor("办理结果", "", "", "处理决定是“"+a.Outcome.Label()+"”，应当使用"+a.Outcome.Info().Document)
		return
	}
	_, withdrawn, _ := event[cases.Withdrawn](d)
	d.row("办理结果", a.Outcome.Label())
	d.row("办结说明", d.decided(a.Outcome, ""))
	d.letter.Rows = append(d.letter.Rows, Row{Label: "情况和依据", Value: firstOf(d.answerText(at), d.note(withdrawn, "reasons"), d.attempts())})
	if ended {
		d.row("办结日期", at.On.Chinese())
	} else {
		d.row("办结日期", d.in.On.Chinese())
	}
	d.row("承办人", firstOf(d.in.Officer, d.by(at)))
	d.row("负责人签名", "")
	d.must("办理结果", "", a.Outcome.Label())
	d.passage("情况和依据", "")
	d.mustFor("承办人", "", firstOf(d.in.Officer, d.by(at)), "没有承办人")
}

// attempts lists how the office tried to reach the applicant.
func (d *draft) attempts() string {
	var out []string
	for _, e := range d.timeline {
		if f, ok := e.Fact.(cases.Contacted); ok && f.Way == "attempt" {
			out = append(out, e.On.Chinese()+"联系申请人，没有联系上"+d.note(e, "call"))
		}
	}
	return strings.Join(out, "；")
}

// serviceForm: 送达回证.
func serviceForm(d *draft) {
	s := d.in.Served
	to, address := firstOf(s.To, d.applicants()), oneLine(firstOf(s.Address, d.in.Case.Applicant().Address))
	what := strings.Join(nonEmpty(s.Title, s.Number), " ")
	d.row("编号", d.in.Case.Number)
	d.row("送达文书的名称和文号", what)
	d.row("受送达人", to)
	d.row("送达地址", address)
	d.letter.Rows = append(d.letter.Rows, Row{Label: "送达方式", Value: s.Way})
	d.letter.Rows = append(d.letter.Rows, Row{Label: "邮件号码和交邮日期", Value: s.Mail})
	d.row("送达人", d.in.Officer)
	for _, ink := range []string{"受送达人签名或者盖章、签收日期", "代收人签名、与受送达人的关系、代收理由", "拒收的事由和日期，见证人签名", "备注"} {
		d.row(ink, "")
	}
	d.must("编号", "", d.in.Case.Number)
	d.mustFor("送达文书的名称和文号", "民事诉讼法第八十七条", what, "没有选择要送达的文书")
	d.mustFor("受送达人", "民事诉讼法第八十七条", to, "办件里没有申请人的姓名或者名称")
	d.passage("送达方式", "民事诉讼法第八十七条")
	d.mustFor("送达地址", "民事诉讼法第八十七条", address, "没有登记地址；当面送达的，写明送达地点")
}

// contentsForm: 卷内目录.
func contentsForm(d *draft) {
	d.row("编号", d.in.Case.Number)
	d.row("申请人", d.applicants())
	d.letter.Heads = []string{"序号", "名称", "文号", "日期", "页数", "备注"}
	page := 1
	for i, f := range d.in.Files {
		pages := ""
		if f.Pages > 0 {
			pages = strconv.Itoa(f.Pages)
			page += f.Pages
		}
		d.letter.List = append(d.letter.List, []string{strconv.Itoa(i + 1), f.Name, f.Number, f.On.Chinese(), pages, f.Note})
	}
	d.must("编号", "", d.in.Case.Number)
	listed := ""
	if len(d.in.Files) > 0 {
		listed = d.in.Files[0].Name
	}
	d.mustFor("卷内文件", "第四十五条", listed, "办件里还没有材料或者文书")
}
