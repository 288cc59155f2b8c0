package planted

import (
	"fmt"
	"strings"
)

// Kinds are what is planted.
func Kinds() []string { return []string{"identity", "mobile", "landline", "bank_card"} }

// planted gives a phrase that holds a number of a kind, in one of the ways in which
// people write it. whole: as it must stand where it can't be cut.
func (d dice) planted(kind string) string {
	switch kind {
	case "identity":
		n := d.citizen(false)
		n = d.pick(n, n, n, broken(n, " ", 6, 8), broken(n, "-", 6, 8), broken(n, " ", 6, 4, 4), fullWidth(n), broken(n, "\n", 9+d.IntN(6)))
		return d.pick("身份证号："+n, "公民身份号码"+n, "（身份证"+n+"）", "陈某某，男，"+n+"，", "证件类型居民身份证，号码 "+n, "户主 王某某 "+n+" 三口人", n)
	case "mobile":
		n := d.mobile()
		n = d.pick(n, n, n, broken(n, " ", 3, 4), broken(n, "-", 3, 4), "+86 "+n, "86"+n, "+86-"+n, fullWidth(n), broken(n, " ", 3, 4))
		return d.pick("联系电话："+n, "手机"+n, "（"+n+"）", "请与林某某联系，"+n, "户主：张某某 "+n, "电话（微信同号）："+n, "Tel: "+n, n+"（陈某某）", "经办人李某某"+n)
	case "landline":
		area, local := d.pick("0591", "0595", "0755", "010", "021", "0351"), d.pick("2", "3", "6", "8")+d.digits(7)
		if area == "0351" {
			local = local[:7]
		}
		n := d.pick(area+"-"+local, area+"－"+local, "("+area+")"+local, "（"+area+"）"+local, area+" "+local, area+"-"+broken(local, " ", 4), "+86-"+strings.TrimPrefix(area, "0")+"-"+local, area+"-"+local+"-8012", area+"—"+local+"转806")
		return d.pick("电话："+n, "家中电话"+n, "住宅电话 "+n, "联系方式："+n, "（宅）"+n, "固话："+n, "座机电话为"+n)
	}
	n := d.card(false)
	grouped := broken(n, " ", 4, 4, 4, 4)
	n = d.pick(n, n, n, grouped, broken(n, "-", 4, 4, 4, 4), fullWidth(n), broken(n, " ", 6))
	if strings.Contains(n, " ") && !strings.Contains(grouped, n) {
		return d.pick("银行卡号：", "收款账号：", "开户行中国工商银行，卡号") + n
	}
	return d.pick("银行卡号："+n, "收款人陈某某，账号"+n, "开户行：中国农业银行福州分行，"+n, "请将补偿款打入"+n, "卡号 "+n, n)
}

// lookalike gives a phrase with a number that is none of a person: wrong check
// signs, and the numbers of papers, cases and things in the shape of telephones and
// cards.
func (d dice) lookalike() string {
	switch d.IntN(14) {
	case 0, 1:
		return d.pick("地块编码", "项目代码", "不动产单元", "宗地", "该批次指标") + d.citizen(true)
	case 2:
		return d.citizen(true)
	case 3:
		return d.pick("文书编号：", "档案号", "受理编号", "合同编号 ", "凭证号：", "No.") + d.mobile()
	case 4:
		return "闽国土资" + d.pick("函", "批", "综") + "〔" + fmt.Sprint(2010+d.IntN(15)) + "〕第" + d.mobile() + "号"
	case 5:
		return d.pick("FZ", "GTJ", "ZB-", "A") + d.mobile() + d.pick("", "-01", "B")
	case 6:
		return d.pick("案卷号", "案号：", "卷宗编号 ", "流水号") + d.card(d.IntN(2) == 0)
	case 7:
		return fmt.Sprintf("（%d）闽01行初%s号", 2015+d.IntN(10), d.card(true))
	case 8:
		return d.card(true)
	case 9:
		return d.pick("图号", "档号", "编号") + d.pick("0591", "0351", "010") + "-" + fmt.Sprint(2010+d.IntN(15)) + "-" + d.digits(4)
	case 10:
		return fmt.Sprintf("总投资%s.%s万元，用地%s平方米", "1"+d.digits(7), d.digits(2), "3"+d.digits(6))
	case 11:
		return fmt.Sprintf("坐标 X=%s.%s，Y=%s.%s", "28"+d.digits(5), d.digits(3), "40"+d.digits(6), d.digits(3))
	case 12:
		return "统一社会信用代码 91350100M000" + d.digits(4) + "9Y"
	}
	return fmt.Sprintf("%d年%d月至%d-%02d-%02d，12345热线，邮编350001", 2000+d.IntN(25), 1+d.IntN(12), 2000+d.IntN(25), 1+d.IntN(12), 1+d.IntN(28))
}

// filler gives a sentence of an official paper.
func (d dice) filler() string {
	return d.pick("经研究，同意该项目用地预审意见。", "现将征收土地补偿安置方案予以公告。", "本批复自印发之日起施行，有效期两年。", "请你局依法做好后续监管工作。",
		"根据《中华人民共和国土地管理法》第四十六条的规定，", "该地块四至范围详见附图。", "涉及农用地转用的，按程序报批。", "各项补偿费用应当及时足额支付。",
		"房屋征收部门应当对被征收人予以公平补偿。", "会议由分管领导主持，有关部门参加。", "抄送：市财政局、市审计局。", "联系人：综合科。")
}

// paragraphs makes the text of a document around a phrase; lookalikes stand in some
// of the others.
func (d dice) paragraphs(phrase string) (out []string, at int) {
	n := 3 + d.IntN(8)
	at = d.IntN(n)
	for i := range n {
		text := ""
		for range 1 + d.IntN(4) {
			text += d.filler()
		}
		if i == at && phrase != "" {
			text += phrase + d.pick("。", "；", "", "，特此说明。")
		} else if phrase == "" && d.IntN(2) == 0 {
			text += d.lookalike() + d.pick("。", "，", "")
		}
		out = append(out, text)
	}
	return out, at
}
