package letter

import (
	"fmt"
	"strconv"
)

// order: 督办单, from the supervising office to the agency that handles a case.
func order(d *draft) {
	o := d.in.Order
	d.letter.To = o.To
	clock := d.in.Case.Clock(d.in.Book, d.in.On)
	due := clock.Due.Chinese()
	d.locked("办件", "编号为"+d.in.Case.Number+"的政府信息公开申请，于"+day(d.received.On)+"收到，答复期限至"+due+"。申请内容：“"+d.asked()+"”。")
	d.open("督办事由", o.Reason)
	d.locked("依据", "依照《中华人民共和国政府信息公开条例》第四十七条的规定，现予督办。")
	d.open("办理要求", o.Wants)
	d.locked("反馈期限", "请于"+day(o.Due)+"以前书面反馈办理情况。")
	d.contact()
	d.mustFor("被督办机关", "第四十七条", o.To, "没有写明督办哪个机关")
	d.must("编号", "", d.in.Case.Number)
	d.must("答复期限", "", due)
	d.passage("督办事由", "第四十七条")
	d.passage("办理要求", "第四十七条")
	d.mustFor("反馈期限", "第四十七条", o.Due.Chinese(), "没有写明反馈期限")
	d.must("依据条款", "", "第四十七条")
}

// chaser: 催办单, inside the house, to who handles a case.
func chaser(d *draft) {
	o := d.in.Order
	d.letter.To = firstOf(o.To, d.in.Officer)
	clock := d.in.Case.Clock(d.in.Book, d.in.On)
	due := clock.Due.Chinese()
	d.locked("办件", "编号为"+d.in.Case.Number+"的政府信息公开申请，于"+day(d.received.On)+"收到，答复期限至"+due+"。")
	d.open("催办事由", firstOf(o.Reason, "本件临近答复期限，尚未办结。"))
	d.locked("依据", "依照《中华人民共和国政府信息公开条例》第四十五条和本机关的申请办理制度，现予催办。")
	d.open("办理要求", firstOf(o.Wants, "请抓紧办理，在期限届满以前送审并答复申请人。"))
	d.mustFor("催办对象", "", d.letter.To, "本件还没有承办人，没有写明催办谁")
	d.must("编号", "", d.in.Case.Number)
	d.must("答复期限", "", due)
	d.passage("催办事由", "")
	d.passage("办理要求", "")
}

// returnChaser: 催报通知, to an agency that has not handed in its annual report.
func returnChaser(d *draft) {
	o := d.in.Order
	d.letter.To = o.To
	year := strconv.Itoa(o.Year)
	d.locked("来由", "截至"+day(d.in.On)+"，尚未收到贵单位"+year+"年政府信息公开工作年度报告。")
	d.locked("依据", "依照《中华人民共和国政府信息公开条例》第四十九条的规定，县级以上人民政府部门应当在每年1月31日前向本级政府信息公开工作主管部门提交本行政机关上一年度政府信息公开工作年度报告并向社会公布，县级以上地方人民政府的政府信息公开工作主管部门应当在每年3月31日前向社会公布本级政府上一年度政府信息公开工作年度报告。")
	d.open("报送要求", firstOf(o.Wants, fmt.Sprintf("请于%s以前报送，报送前先行校核表内、表间关系。", day(o.Due))))
	d.contact()
	d.mustFor("被催报单位", "第四十九条", o.To, "没有写明催报哪个单位")
	yearWord := ""
	if o.Year > 0 {
		yearWord = year + "年政府信息公开工作年度报告"
	}
	d.mustFor("报告年度", "第四十九条", yearWord, "没有写明哪一年的报告")
	d.naming("报送期限", "第四十九条", "报送要求", `\d+年\d+月\d+日`)
	d.must("依据条款", "", "第四十九条")
}
