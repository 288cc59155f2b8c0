package letter

import (
	"regexp"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// Composed is a letter as it follows from the case, with what it must contain.
type Composed struct {
	Letter Letter
	Musts  []Must
}

// Compose drafts a letter. What the case does not tell is marked in the text and
// missing by name (Letter.Missing).
func Compose(in Input) Composed {
	d := newDraft(in)
	in.Kind.get().compose(d)
	if in.Kind.Outgoing() {
		d.must("发文机关署名", "", d.letter.Agency)
		d.must("成文日期", "", d.letter.On.Chinese())
	}
	return Composed{d.letter, d.musts}
}

// draft is a letter being composed.
type draft struct {
	in       Input
	told     string // kind of the event that the letter tells of
	timeline []cases.Event
	law      deadline.Law
	received cases.Event
	receipt  cases.Received
	letter   Letter
	musts    []Must
}

func newDraft(in Input) *draft {
	k := in.Kind.get()
	d := &draft{in: in, told: k.act, letter: Letter{Kind: in.Kind, Title: k.title, Agency: in.Agency.Name, On: in.On}}
	if k.numbered {
		d.letter.Number = in.Number
	}
	if in.Agency.Letterhead != "" {
		d.letter.Agency = in.Agency.Letterhead
	}
	if in.Case == nil {
		return d
	}
	d.timeline = cases.Timeline(in.Case.Events, 0)
	for _, e := range d.timeline {
		if r, ok := e.Fact.(cases.Received); ok {
			d.received, d.receipt = e, r
		}
	}
	d.law = deadline.LawAt(d.received.On)
	return d
}

// locked writes a passage that follows from the case or the law.
func (d *draft) locked(name, text string) {
	d.letter.Body = append(d.letter.Body, Paragraph{Name: name, Text: text, Locked: true})
}

// open writes a passage that is the officer's; what the case does not tell is
// marked.
func (d *draft) open(name, text string) {
	if text = strings.TrimSpace(text); text == "" {
		text = "【请填写：" + name + "】"
	} else if last := []rune(text); !strings.ContainsRune("。！？；：”）》.!?", last[len(last)-1]) {
		text += "。"
	}
	d.letter.Body = append(d.letter.Body, Paragraph{Name: name, Text: text})
}

// row writes a line of a form that follows from the case; an empty one is left
// for ink.
func (d *draft) row(label, value string) {
	d.letter.Rows = append(d.letter.Rows, Row{Label: label, Value: value, Locked: value != ""})
}

// must says that a text has to stand in the letter.
func (d *draft) must(name, article, text string) {
	d.musts = append(d.musts, Must{Name: name, Article: article, Text: text})
}

// mustFor is must with the reason for which the text may be unknown.
func (d *draft) mustFor(name, article, text, why string) {
	d.musts = append(d.musts, Must{Name: name, Article: article, Text: text, Why: why})
}

// passage says that a passage or row has to be filled in.
func (d *draft) passage(name, article string) {
	d.musts = append(d.musts, Must{Name: name, Article: article, Passage: name})
}

// naming is passage where the text has to name one of some things.
func (d *draft) naming(name, article, passage, pattern string) {
	d.musts = append(d.musts, Must{Name: name, Article: article, Passage: passage, Pattern: regexp.MustCompile(pattern)})
}

// under gives the first text for an application under Order 492, else the second.
func (d *draft) under(order492, order711 string) string {
	if d.law == deadline.Order492 {
		return order492
	}
	return order711
}

// rule names the Regulation with one of its articles, for the law of the receipt.
func (d *draft) rule(order492, order711 string) string {
	return d.under("《中华人民共和国政府信息公开条例》（国务院令第492号）"+order492, "《中华人民共和国政府信息公开条例》"+order711)
}

// article is the article of a must-have by the law of the receipt.
func (d *draft) article(order492, order711 string) string { return d.under(order492, order711) }

// you addresses the applicant.
func (d *draft) you() string {
	all := d.in.Case.Applicants()
	switch {
	case len(all) > 1 && all[0].Kind == cases.Natural:
		return "你们"
	case d.in.Case.Applicant().Kind == cases.Natural:
		return "您"
	}
	return "贵单位"
}

// toApplicant addresses the letter to the applicant, several of them by name and
// number, and quotes the application.
func (d *draft) toApplicant() {
	d.letter.To = d.applicants()
	d.locked("申请情况", d.you()+d.submitted()+"的政府信息公开申请（编号："+d.in.Case.Number+"），本机关已于"+day(d.received.On)+"收到。"+
		d.you()+"申请公开：“"+d.asked()+"”。")
	d.mustFor("申请人", d.article("第二十条", "第二十九条"), d.letter.To, "办件里没有申请人的姓名或者名称")
	d.must("编号", "", d.in.Case.Number)
	d.mustFor("收到申请之日", d.article("第二十四条", "第三十一条"), d.received.On.Chinese(), "尚未与申请人确认收到申请")
	d.mustFor("申请内容", d.article("第二十条", "第二十九条"), d.asked(), "办件里没有申请内容")
}

// submitted says how the application came, for a sentence.
func (d *draft) submitted() string {
	switch d.receipt.Channel.Code() {
	case "in_person":
		return "当面提交"
	case "oral":
		return "口头提出"
	case "letter_registered", "letter_ordinary":
		return "以邮寄方式提交"
	case "":
		return "提交"
	}
	return "通过" + d.receipt.Channel.Label() + "提交"
}

// applicants names who applies as a letter does; allApplicants names each of them.
func (d *draft) applicants() string { return cases.NamesOf(d.in.Case.Applicants()) }

func (d *draft) allApplicants() string {
	var names []string
	for _, a := range d.in.Case.Applicants() {
		names = append(names, a.Name)
	}
	return strings.Join(nonEmpty(names...), "、")
}

// asked is what the applicant wants, on one line.
func (d *draft) asked() string { return oneLine(d.in.Case.Content) }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// contact says how the office is reached.
func (d *draft) contact() {
	a := d.in.Agency
	var parts []string
	for _, x := range [][2]string{{"联系地址", a.Address}, {"联系电话", a.Phone}, {"办公时间", a.Hours}} {
		if x[1] != "" {
			parts = append(parts, x[0]+"："+oneLine(x[1]))
		}
	}
	if len(parts) > 0 {
		d.locked("联系方式", strings.Join(parts, "\n"))
	}
	d.mustFor("联系方式", "", oneLine(a.Phone), "机关设置里没有填写联系电话")
}

// note gives the text of a kind that belongs to an event.
func (d *draft) note(e cases.Event, kind string) string {
	for _, n := range d.in.Case.NotesOf(e.Seq) {
		if n.Kind == kind {
			return strings.TrimSpace(n.Text)
		}
	}
	return ""
}

// by names who recorded an event.
func (d *draft) by(e cases.Event) string { return d.in.Names[e.By] }

// missingEvent is the must-have that fails where the case has no such fact.
func (d *draft) missingEvent(what string) {
	d.mustFor(what, d.in.Kind.Article(), "", "办件里没有登记，请先办理登记再起草")
}

// day writes a day of a sentence; an unknown one is marked.
func day(on interface {
	IsZero() bool
	Chinese() string
}) string {
	if on.IsZero() {
		return "【请填写：日期】"
	}
	return on.Chinese()
}
