package report

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MoreFacts are those that only some reports state.
type MoreFacts struct {
	Known           bool  // the four figures below were counted
	AnsweredCarried int64 // of the answered: carried in from the year before
	Withdrawn       int64 // of the answered: withdrawn by the applicant
	OpenOver        int64 // of the carried out: beyond their term on 31 December
	Filed           [Blocks]int64
	OutsideAnswers  int64 // answered by agencies off the system: how long they took nobody knows here
	OpenCases       []string
	CorrectedCases  []string
	Levels3         [3]int64 // received since Opening.Since: itself, lower governments, departments
	Entered         Figures
	EnteredBefore   Figures
	Counting        Counting
	Months          []int64 // new, by month
	Years           []YearFigures
}

// FeeUnit is what one agency took in fees.
type FeeUnit struct {
	Name  string
	Cases int64
	Fen   int64
}

// YearFigures is a year of the chart over several.
type YearFigures struct {
	Year          int
	New, Answered int64
}

// handledTotal names the sum that reports often call "received" by mistake.
func (f Facts) handledTotal() Sentence {
	n := f.total(RowNew) + f.total(RowCarriedIn)
	if f.total(RowCarriedIn) == 0 || n == 0 {
		return Sentence{}
	}
	return Sentence{Code: "handled_total", Label: "办理总数", Optional: true, Template: "全年共办理{办理}件，其中本年新收{新收}件、上年结转{上年结转}件。",
		Figures: map[string]string{"办理": whole(n), "新收": whole(f.total(RowNew)), "上年结转": whole(f.total(RowCarriedIn))}}
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

// cumulative goes on from the opening balance where one was entered.
func (f Facts) cumulative() Sentence {
	s := Sentence{Code: "cumulative", Label: "累计", Template: "{起始年}年以来累计收到政府信息公开申请{累计}件。", Figures: map[string]string{"起始年": strconv.Itoa(f.Since), "累计": whole(f.Cumulative)}}
	switch o := f.Entered.Opening; {
	case o == nil && f.Since == 0:
		return Sentence{}
	case o == nil:
		s.Optional = true // the register may not reach back to the beginning
	case f.Government:
		s.Template = "{起始年}年以来累计收到政府信息公开申请{累计}件，其中本级政府{累计本级政府}件，下级政府{累计下级政府}件，各级政府工作部门{累计部门}件。"
		s.Figures["累计本级政府"], s.Figures["累计下级政府"], s.Figures["累计部门"] = whole(f.Levels3[0]), whole(f.Levels3[1]), whole(f.Levels3[2])
	}
	return s
}

// disclosed is the rate that some reports quote, with what it is of.
func (f Facts) disclosed() Sentence {
	groups := f.groups()
	n := groups[0].N + groups[1].N
	return Sentence{Code: "disclosed", Label: "公开率", Optional: true, Template: "予以公开和部分公开合计{公开}件，占办结总数的{公开率}%。",
		Figures: map[string]string{"公开": whole(n), "公开率": percent(n, f.total(RowTotal)).String()}}
}

// withdrawn names what the statutory table has no row for.
func (f Facts) withdrawn() Sentence {
	if f.Withdrawn == 0 {
		return Sentence{}
	}
	return Sentence{Code: "withdrawn", Label: "申请人撤回", Template: "其他处理中，申请人主动撤回{撤回}件。", Figures: map[string]string{"撤回": whole(f.Withdrawn)}}
}

// openAtEnd may say that what is carried over is within its term only if it is.
func (f Facts) openAtEnd() Sentence {
	n := f.total(RowCarriedOut)
	if n == 0 || !f.Known {
		return Sentence{}
	}
	s := Sentence{Code: "open_within", Label: "年末在办", Optional: true, Template: "结转下年度的{结转}件均在办理期限内。", Figures: map[string]string{"结转": whole(n)}}
	switch {
	case f.OutsideAnswers > 0:
		s.Untrue = "报送的年报不说明结转件的期限，不能写“均在办理期限内”"
	case f.OpenOver > 0:
		s.Untrue = fmt.Sprintf("年末有%d件已超过期限，不能写“均在办理期限内”", f.OpenOver) + named(f.OpenCases, f.OpenOver)
	}
	return s
}

// named lists some cases after a colon.
func named(cases []string, all int64) string {
	if len(cases) == 0 {
		return ""
	}
	text := "：" + strings.Join(cases, "、")
	if int64(len(cases)) < all {
		text += "等"
	}
	return text
}

// filed tells what was filed in the year, and that the table holds more.
func (f Facts) filed() Sentence {
	n := f.Filed[Review] + f.Filed[LitigationDirect] + f.Filed[LitigationAfterReview]
	if n == 0 {
		return Sentence{}
	}
	return Sentence{Code: "filed", Label: "本年新提起的复议诉讼", Optional: true, Template: "其中，本年新提起的行政复议{新复议}件、行政诉讼{新诉讼}件（表四另含以前年度提起、本年审结或尚未审结的）。",
		Figures: map[string]string{"新复议": whole(f.Filed[Review]), "新诉讼": whole(f.Filed[LitigationDirect] + f.Filed[LitigationAfterReview])}}
}

// feeUnits tells the fees by agency.
func (f Facts) feeUnits() Sentence {
	if len(f.FeeUnits) < 2 {
		return Sentence{}
	}
	s := Sentence{Code: "fee_units", Label: "各机关收费", Chapter: "other", Optional: true, Figures: map[string]string{}}
	var words []string
	for i, u := range f.FeeUnits {
		n := strconv.Itoa(i + 1)
		words = append(words, u.Name+"{收费件数"+n+"}件{收费"+n+"}元")
		s.Figures["收费件数"+n], s.Figures["收费"+n] = whole(u.Cases), yuan(u.Fen)
	}
	s.Template = "其中，" + strings.Join(words, "，") + "。"
	return s
}

// Names gives every figure that text may quote in braces: those of the sentences,
// those entered, and of the latter those of the year before with 上年 behind the
// name. What the records tell comes before what was entered.
func (f Facts) Names(bent bool) map[string]string {
	out := f.Entered.values()
	for name, value := range f.EnteredBefore.values() {
		if _, there := out[name+"上年"]; !there {
			out[name+"上年"] = value
		}
	}
	for _, s := range f.Sentences(bent) {
		maps.Copy(out, s.Figures)
	}
	return out
}

var (
	allInTime   = regexp.MustCompile(`(?:全部|均|都|百分之百|100%)[^。；;]{0,14}(?:按时|按期|及时|法定期限|规定期限|法定时限|规定时限|期限内|时限内)|(?:按时|按期)(?:答复|办结|办理)率[^。；;\d]{0,6}100`)
	aboutCases  = regexp.MustCompile(`申请|答复|办结`)
	noneLost    = regexp.MustCompile(`(?:没有|无|未)(?:一件)?[^。；;，,]{0,8}(?:被?纠正|败诉)`)
	noneAsked   = regexp.MustCompile(`(?:没有|未)(?:新)?收到[^。；;，,]{0,10}申请`)
	proseSplits = regexp.MustCompile(`[。；;!！\n\r]+`)
)

// Contradictions names the statements of a free text that the records contradict,
// each with cases where there are some: "all in time" beside a late answer, "none
// corrected" beside a correction, "none received" beside cases.
func (f Facts) Contradictions(prose string) []string {
	var out []string
	onTime := f.onTime()
	for _, sentence := range proseSplits.Split(prose, -1) {
		sentence = strings.TrimSpace(sentence)
		quote := "“" + shortened(sentence) + "”"
		if onTime.Untrue != "" && allInTime.MatchString(sentence) && aboutCases.MatchString(sentence) {
			out = append(out, quote+"与记录不符："+onTime.Untrue)
		}
		if untrue := f.noneCorrected().Untrue; untrue != "" && noneLost.MatchString(sentence) {
			out = append(out, quote+"与记录不符："+untrue+named(f.CorrectedCases, int64(len(f.CorrectedCases))))
		}
		if n := f.total(RowNew); n > 0 && noneAsked.MatchString(sentence) && strings.Contains(sentence, "公开申请") {
			out = append(out, fmt.Sprintf("%s与记录不符：本年新收%d件", quote, n))
		}
	}
	return out
}

func shortened(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "……"
	}
	return s
}

// Charts gives the figures of the document.
func (f Facts) Charts(bent bool) []Chart {
	shares := Shares
	if bent {
		shares = SharesToHundred
	}
	var out []Chart
	add := func(c Chart, set ShareSet) {
		var most Share
		for _, x := range set.Shares {
			c.Bars = append(c.Bars, x.Part)
			if x.N > most.N {
				most = x
			}
		}
		if set.Base > 0 && most.N > 0 {
			c.Title += fmt.Sprintf("：%s最多，占%s%%", most.Label, most.Percent)
			c.Note = set.Note()
			out = append(out, c)
		}
	}
	add(Chart{Title: "办理结果", Unit: "件"}, shares(f.total(RowTotal), f.groups()))
	add(Chart{Title: "申请渠道", Unit: "件"}, shares(f.total(RowNew), f.Channels))
	if len(f.Months) == 12 && f.total(RowNew) > 0 {
		c := Chart{Title: "各月新收", Unit: "件"}
		top := slices.Index(f.Months, slices.Max(f.Months))
		for i, n := range f.Months {
			c.Bars = append(c.Bars, Part{fmt.Sprintf("%d月", i+1), n})
		}
		c.Title += fmt.Sprintf("：%d月最多，%d件", top+1, f.Months[top])
		out = append(out, c)
	}
	if len(f.Years) > 1 {
		c := Chart{Title: fmt.Sprintf("%d—%d年新收", f.Years[0].Year, f.Years[len(f.Years)-1].Year), Unit: "件"}
		for _, y := range f.Years {
			c.Bars = append(c.Bars, Part{fmt.Sprintf("%d年", y.Year), y.New})
		}
		out = append(out, c)
	}
	return out
}
