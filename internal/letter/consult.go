package letter

import (
	"strings"

	"gongkai/internal/cases"
)

// consultation finds the consultation that the letter is about.
func (d *draft) consultation(parties ...string) (cases.ConsultSent, cases.Event, bool) {
	for i := len(d.timeline) - 1; i >= 0; i-- {
		e := d.timeline[i]
		f, ok := e.Fact.(cases.ConsultSent)
		if !ok || d.in.Seq != 0 && d.in.Seq != e.Seq {
			continue
		}
		for _, p := range parties {
			if f.Party == p || p == "third_party" && f.Party == "" {
				return f, e, true
			}
		}
	}
	return cases.ConsultSent{}, cases.Event{}, false
}

// firstLine is the name of who is consulted; what follows is how to reach it.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	for _, mark := range []string{"，", "；", ",", ";", "（"} {
		line, _, _ = strings.Cut(line, mark)
	}
	return strings.TrimSpace(line)
}

// consultThird: 征求意见书 to a third party (Art 32). It names nobody who asked.
func consultThird(d *draft) {
	_, e, ok := d.consultation("third_party")
	if !ok {
		d.missingEvent("征求第三方意见")
		return
	}
	article := d.article("第二十三条", "第三十二条")
	d.letter.To = firstLine(d.note(e, "party"))
	d.locked("来由", "本机关收到一件政府信息公开申请（编号："+d.in.Case.Number+"），所申请公开的政府信息涉及贵方，公开后可能损害贵方合法权益。")
	d.open("申请公开的内容", "申请公开的内容："+d.asked())
	d.locked("征求意见", "依照"+d.rule("第二十三条", "第三十二条")+"的规定，现书面征求贵方意见。请贵方自收到本征求意见书之日起15个工作日内书面提出意见；不同意公开的，请说明理由。"+
		d.under("逾期没有提出意见的，由本机关依照条例的规定决定是否公开。", "逾期未提出意见的，由本机关依照条例的规定决定是否公开；贵方不同意公开且有合理理由的，本机关不予公开；本机关认为不公开可能对公共利益造成重大影响的，可以决定予以公开，并将决定公开的政府信息内容和理由书面告知贵方。"))
	d.locked("意见回执", "意见回执（填写后送回本机关）\n□ 同意公开　　□ 不同意公开\n理由：\n第三方（签名或者盖章）：　　　　　　　　　　日期：")
	d.contact()
	d.mustFor("第三方", article, d.letter.To, "征求意见时没有写明被征求意见方")
	d.must("编号", "", d.in.Case.Number)
	d.passage("申请公开的内容", article)
	d.must("答复意见的期限（15个工作日）", article, "自收到本征求意见书之日起15个工作日内")
	d.must("意见回执", article, "□ 同意公开　　□ 不同意公开")
	d.must("逾期的后果", article, "由本机关依照条例的规定决定是否公开")
	d.must("依据条款", article, article)
}

// consultAgency: 征求意见函, to who made the information too (Art 34: silence is
// consent) or to another agency (Art 33(3)).
func consultAgency(d *draft) {
	f, e, ok := d.consultation("co_producer", "other_agency")
	if !ok {
		d.missingEvent("征求机关意见")
		return
	}
	d.letter.To = firstLine(d.note(e, "party"))
	rule, article := d.rule("第七条", "第三十三条第三款"), d.article("第七条", "第三十三条第三款")
	what, silence := "所申请公开的政府信息涉及贵机关。", ""
	if f.Party == "co_producer" {
		what = "所申请公开的政府信息由本机关牵头、与贵机关共同制作。"
		rule, article = d.rule("第七条", "第三十四条"), d.article("第七条", "第三十四条")
		silence = d.under("", "逾期未提出意见的，视为同意公开。")
	}
	d.locked("来由", "本机关收到一件政府信息公开申请（编号："+d.in.Case.Number+"），"+what)
	d.open("申请公开的内容", "申请公开的内容："+d.asked())
	d.locked("征求意见", "依照"+rule+"的规定，现征求贵机关意见，请自收到本函之日起15个工作日内书面答复是否同意公开；不同意公开的，请写明依据和理由。"+silence)
	d.locked("意见回执", "意见回执（填写后送回本机关）\n□ 同意公开　　□ 不同意公开\n依据和理由：\n机关（盖章）：　　　　　　　　　　日期：")
	d.contact()
	d.mustFor("被征求意见的机关", article, d.letter.To, "征求意见时没有写明被征求意见方")
	d.must("编号", "", d.in.Case.Number)
	d.passage("申请公开的内容", article)
	d.must("答复意见的期限（15个工作日）", article, "自收到本函之日起15个工作日内")
	d.must("意见回执", article, "□ 同意公开　　□ 不同意公开")
	if silence != "" {
		d.must("逾期的后果（视为同意公开）", article, "视为同意公开")
	}
	d.must("依据条款", article, article)
}

// consultNotice tells the applicant that a consultation runs and its time is not
// counted (Art 33(3)).
func consultNotice(d *draft) {
	d.toApplicant()
	f, e, ok := d.consultation("third_party", "co_producer", "other_agency")
	if !ok {
		d.missingEvent("征求意见")
		return
	}
	article := d.article("第二十四条第三款", "第三十三条第三款")
	who := map[string]string{"co_producer": "共同制作机关", "other_agency": "其他机关"}[f.Party]
	if who == "" {
		who = "第三方"
	}
	d.locked("征求意见", d.you()+"申请公开的政府信息涉及"+who+"，本机关已于"+e.On.Chinese()+"书面征求"+who+"的意见。")
	d.locked("期限", "依照"+d.rule("第二十四条第三款", "第三十三条第三款")+"的规定，征求"+who+"意见所需时间不计算在答复期限内。")
	d.contact()
	d.must("征求意见的日期", article, e.On.Chinese())
	d.must("所需时间不计算在期限内", article, "意见所需时间不计算在答复期限内")
	d.must("依据条款", article, article)
}

// releaseNotice tells a third party of what is released against its will, and why
// (Art 32).
func releaseNotice(d *draft) {
	f, e, ok := event[cases.ReleaseDecided](d)
	if !ok {
		d.missingEvent("决定予以公开")
		return
	}
	article := d.article("第二十三条", "第三十二条")
	sent, replied := "", ""
	for _, x := range d.timeline {
		switch c := x.Fact.(type) {
		case cases.ConsultSent:
			if c.Ref == f.Ref {
				sent = x.On.Chinese()
				d.letter.To = firstLine(d.note(x, "party"))
			}
		case cases.ConsultReplied:
			if c.Ref == f.Ref {
				replied = x.On.Chinese()
			}
		}
	}
	d.locked("来由", "就编号为"+d.in.Case.Number+"的政府信息公开申请，本机关于"+sent+"书面征求贵方意见，贵方于"+replied+"表示不同意公开。")
	d.locked("决定", "本机关认为不公开可能对公共利益造成重大影响，依照"+d.rule("第二十三条", "第三十二条")+"的规定，决定予以公开。现将决定公开的政府信息内容和理由告知贵方：")
	d.open("决定公开的内容和理由", d.note(e, "reasons"))
	remedy := "如对本决定不服，可以自收到本告知书之日起六十日内向" + organ(d.in.Agency) + "申请行政复议，或者自收到本告知书之日起六个月内向" + court(d.in.Agency) + "提起行政诉讼。"
	d.locked("救济告知", remedy)
	d.contact()
	d.mustFor("第三方", article, d.letter.To, "征求意见时没有写明被征求意见方")
	d.must("征求意见和第三方的意见", article, sent)
	d.passage("决定公开的内容和理由", article)
	d.must("依据条款", article, article)
	d.remedyMusts([]string{remedy})
}
