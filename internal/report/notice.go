package report

import (
	"fmt"
	"strconv"
	"strings"
)

// MonitorRow is the figures of one agency, or of a government with all below it.
type MonitorRow struct {
	Name string
	MonitorFigures
}

// Circular is a 通报 on the handling of applications in a period: its text and the
// table by agency that it rests on. The same figures serve 考核.
type Circular struct {
	Title string
	Text  []Paragraph
	Heads []string
	Rows  [][]string // as Heads; the last is the total
	Notes []string
}

// CircularOf words the figures of a period. orders and unanswered are the 督办单 of
// the period and those whose reply was late.
func CircularOf(government, period string, total MonitorFigures, rows []MonitorRow, orders, unanswered int) Circular {
	c := Circular{Title: fmt.Sprintf("关于%s%s政府信息公开申请办理情况的通报", government, period)}
	add := func(heading int, text string) { c.Text = append(c.Text, Paragraph{Text: text, Heading: heading}) }
	add(1, "一、总体情况")
	add(0, fmt.Sprintf("%s，各机关新收政府信息公开申请%d件，办结%d件。%s期末在办%d件，其中逾期%d件、等待他方%d件、没有承办人的%d件。",
		period, total.Received, total.Closed, speed(total), total.Open, total.Late, total.Waiting, total.Unassigned))
	add(1, "二、按期办理情况")
	add(0, onTimeSentence(total))
	if text := lateSentence(rows); text != "" {
		add(0, text)
	}
	add(1, "三、办理环节和救济情况")
	add(0, fmt.Sprintf("办结的申请中，经补正的%d件，征求意见的%d件，延长答复期限的%d件。审结行政复议、行政诉讼案件%d件，其中答复被纠正的%d件。",
		total.Supplements, total.Consultations, total.Extensions, total.Ruled, total.Corrected))
	if orders > 0 {
		add(0, fmt.Sprintf("发出督办单%d份，逾期未回复或逾期回复的%d份。", orders, unanswered))
	}
	add(1, "四、下一步要求")
	c.Text = append(c.Text, Paragraph{Text: "（待填写）", Missing: true})
	c.table(total, rows)
	return c
}

// speed says how long answers took, if there are enough to say it.
func speed(f MonitorFigures) string {
	half, ok := f.Percentile(50)
	most, _ := f.Percentile(90)
	if !ok {
		return ""
	}
	return fmt.Sprintf("作出答复用时的中位数为%s个工作日，九成在%s个工作日以内。", daysWord(half), daysWord(most))
}

func daysWord(days int) string {
	if days >= MostDays {
		return "60以上"
	}
	return strconv.Itoa(days)
}

func onTimeSentence(f MonitorFigures) string {
	rate, ok := f.OnTimeRate()
	switch {
	case f.Answers() == 0:
		return "本期没有作出答复的申请。"
	case !ok:
		return fmt.Sprintf("作出答复%d件，按期%d件，逾期%d件。件数不足%d件，不计算按期答复率。", f.Answers(), f.OnTime, f.LateAnswers, LeastForRate)
	}
	return fmt.Sprintf("作出答复%d件，按期%d件，逾期%d件，按期答复率%s。", f.Answers(), f.OnTime, f.LateAnswers, Percent(rate))
}

// Percent writes hundredths of a percent.
func Percent(hundredths int64) string {
	return fmt.Sprintf("%d.%02d%%", hundredths/100, hundredths%100)
}

// lateSentence names who answered late, or has late cases open.
func lateSentence(rows []MonitorRow) string {
	var late, open []string
	for _, r := range rows {
		if r.LateAnswers > 0 {
			late = append(late, fmt.Sprintf("%s（%d件）", r.Name, r.LateAnswers))
		}
		if r.Late > 0 {
			open = append(open, fmt.Sprintf("%s（%d件）", r.Name, r.Late))
		}
	}
	text := ""
	if len(late) > 0 {
		text = "逾期答复的机关：" + strings.Join(late, "、") + "。"
	}
	if len(open) > 0 {
		text += "期末仍有逾期在办件的机关：" + strings.Join(open, "、") + "。"
	}
	return text
}

// table lays the figures out by agency, the sum last. A rate of fewer cases than
// LeastForRate is not said.
func (c *Circular) table(total MonitorFigures, rows []MonitorRow) {
	c.Heads = []string{"机关", "新收", "办结", "在办", "逾期在办", "作出答复", "按期", "逾期答复", "按期答复率", "用时中位数", "九成用时", "补正", "征求意见", "延期", "复议诉讼纠正"}
	for _, r := range append(rows, MonitorRow{"合计", total}) {
		c.Rows = append(c.Rows, r.line())
	}
	c.Notes = []string{"新收按收到申请之日计，办结、答复按作出之日计，在办为期末（未到期末的为当日）数。",
		"按期答复率不含申请人撤回、逾期不补正、逾期不缴费、无法联系等不属于答复的办结方式。",
		fmt.Sprintf("作出答复不足%d件的机关不计算率和用时，只列件数；用时为收到至答复的工作日，含补正、征求意见的时间。", LeastForRate)}
}

func (r MonitorRow) line() []string {
	n := func(x int64) string { return strconv.FormatInt(x, 10) }
	rate, half, most := "—", "—", "—"
	if x, ok := r.OnTimeRate(); ok {
		rate = Percent(x)
	}
	if x, ok := r.Percentile(50); ok {
		half = daysWord(x)
	}
	if x, ok := r.Percentile(90); ok {
		most = daysWord(x)
	}
	return []string{r.Name, n(r.Received), n(r.Closed), n(r.Open), n(r.Late), n(r.Answers()), n(r.OnTime), n(r.LateAnswers), rate, half, most,
		n(r.Supplements), n(r.Consultations), n(r.Extensions), n(r.Corrected)}
}
