package report

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Facts is what the records say for the text of a report: the table and what
// stands beside it, from the same records.
type Facts struct {
	Table      Table
	Before     *Table // of the year before; nil: there is none
	Government bool   // a reporting government: levels and busiest agencies are told
	Channels   []Part // of the new applications
	Levels     []Part // of the new applications
	Busiest    []string
	Answers    int64    // of the year, with a term; endings that are no answers left out
	Late       int64    // of them beyond their term
	Unknown    int64    // of them whose term can't be judged
	LateCases  []string // numbers of some of them
	FeeFen     int64    // 信息处理费 paid in the year
	FeeCases   int64    // cases for which it was paid
	FeeUnits   []FeeUnit
	Since      int   // first year of the register, 0: not told
	Cumulative int64 // received since then
	MoreFacts
}

// Sentence is one that reports usually state, with its figures.
type Sentence struct {
	Code     string
	Label    string            // what it is about
	Template string            // with names in braces where figures stand
	Figures  map[string]string // by name
	Untrue   string            // why it can't be said; "" if it can
	Optional bool              // said only where the editor asks for it
	Chapter  string            // code of the heading under which it stands; "" is requests
	Note     string            // why shares do not add up, or how they were made to
}

// Text puts the figures in.
func (s Sentence) Text() string { return fill(s.Template, s.Figures) }

var braced = regexp.MustCompile(`\{([^{}]*)\}`)

func fill(template string, figures map[string]string) string {
	return braced.ReplaceAllStringFunc(template, func(m string) string {
		if f, known := figures[m[1:len(m)-1]]; known {
			return f
		}
		return m
	})
}

// Edit gives the sentence with other words around the same figures. The error is
// in Chinese: a figure that the sentence does not have, or a number typed by hand
// that no record vouches for.
func (s Sentence) Edit(template string) (Sentence, error) {
	template = strings.TrimSpace(template)
	for _, m := range braced.FindAllStringSubmatch(template, -1) {
		if _, known := s.Figures[m[1]]; !known {
			return s, fmt.Errorf("“%s”中没有{%s}这个数，可用的有：{%s}", s.Label, m[1], strings.Join(slices.Sorted(maps.Keys(s.Figures)), "}{"))
		}
	}
	if loose := regexp.MustCompile(`\d+(?:\.\d+)?(?:件|%|元|万)`).FindString(braced.ReplaceAllString(template, "")); loose != "" {
		return s, fmt.Errorf("“%s”中的“%s”是手写的数，与记录脱节；请用{ }中的名称引用，或写到本章的自由文字里", s.Label, loose)
	}
	s.Template = template
	return s, nil
}

// Sentences gives every sentence that the facts allow, in the order of the text;
// bent says that shares are to add to 100.00 by the largest remainder.
func (f Facts) Sentences(bent bool) []Sentence {
	shares := Shares
	if bent {
		shares = SharesToHundred
	}
	out := []Sentence{f.received(), f.change(), f.whoAsked(), f.handledTotal()}
	if n := f.total(RowNew); n > 0 {
		out = append(out, partSentence("channels", "申请渠道", "从申请渠道看，", shares(n, f.Channels)))
		if f.Government {
			out = append(out, partSentence("levels", "受理机关层级", "从受理机关看，", shares(n, f.Levels)), f.busiest())
		}
	}
	out = append(out, f.cumulative(), f.handled())
	if n := f.total(RowTotal); n > 0 {
		out = append(out, partSentence("outcomes", "办理结果", "办理结果中，", shares(n, f.groups())), f.disclosed())
		if refused := f.Table.GroupTotal(GroupWithhold); refused > 0 {
			out = append(out, partSentence("refusals", "不予公开的理由", "不予公开的理由中，", shares(refused, f.refusals())))
		}
		out = append(out, f.withdrawn(), f.onTime())
	}
	out = append(out, f.openAtEnd(), f.remedies(), f.filed(), f.noneCorrected(), f.fees(), f.feeUnits())
	return slices.DeleteFunc(out, func(s Sentence) bool { return s.Template == "" })
}

func (f Facts) total(k RowKey) int64 { return f.Table.Row(k)[TotalColumn].N }

func (f Facts) received() Sentence {
	s := Sentence{Code: "received", Label: "新收申请", Template: "{年}年，{机关}新收政府信息公开申请{新收}件。", Figures: map[string]string{
		"年": strconv.Itoa(f.Table.Year), "机关": f.Table.Agency, "新收": strconv.FormatInt(f.total(RowNew), 10)}}
	if f.total(RowNew) == 0 {
		s.Template = "{年}年，{机关}没有收到政府信息公开申请。"
	}
	return s
}

// change compares with the year before on the same base: the new applications.
func (f Facts) change() Sentence {
	if f.Before == nil || f.total(RowNew) == 0 {
		return Sentence{}
	}
	was, now := f.Before.Row(RowNew)[TotalColumn].N, f.total(RowNew)
	if was == 0 {
		return Sentence{}
	}
	gap, word := now-was, "增加"
	if gap < 0 {
		gap, word = -gap, "减少"
	}
	s := Sentence{Code: "change", Label: "与上年比较", Template: "比上年" + word + "{差}件，" + word + "{比例}%。",
		Figures: map[string]string{"差": strconv.FormatInt(gap, 10), "比例": percent(gap, was).String(), "上年新收": strconv.FormatInt(was, 10)}}
	if gap == 0 {
		s.Template = "与上年持平。"
	}
	return s
}

func (f Facts) whoAsked() Sentence {
	n := f.total(RowNew)
	if n == 0 {
		return Sentence{}
	}
	natural := f.Table.New[0].N
	return Sentence{Code: "who", Label: "申请人", Template: "其中，自然人申请{自然人}件，法人或其他组织申请{组织}件。",
		Figures: map[string]string{"自然人": strconv.FormatInt(natural, 10), "组织": strconv.FormatInt(n-natural, 10)}}
}

func partSentence(code, label, lead string, set ShareSet) Sentence {
	s := Sentence{Code: code, Label: label, Template: lead, Figures: map[string]string{}, Note: set.Note()}
	var parts []string
	for _, x := range set.Shares {
		if x.N == 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s{%s}件，占{%s占比}%%", x.Label, x.Label, x.Label))
		s.Figures[x.Label], s.Figures[x.Label+"占比"] = strconv.FormatInt(x.N, 10), x.Percent.String()
	}
	if len(parts) == 0 {
		return Sentence{}
	}
	s.Template += strings.Join(parts, "；") + "。"
	return s
}

func (f Facts) busiest() Sentence {
	if len(f.Busiest) < 2 {
		return Sentence{}
	}
	return Sentence{Code: "busiest", Label: "申请较多的机关", Template: "收到申请较多的有{机关名单}。", Figures: map[string]string{"机关名单": strings.Join(f.Busiest, "、")}}
}

func (f Facts) handled() Sentence {
	s := Sentence{Code: "handled", Label: "办结和结转", Figures: map[string]string{"办结": strconv.FormatInt(f.total(RowTotal), 10),
		"上年结转": strconv.FormatInt(f.total(RowCarriedIn), 10), "结转": strconv.FormatInt(f.total(RowCarriedOut), 10)}}
	switch {
	case f.total(RowTotal)+f.total(RowCarriedOut) == 0:
		return Sentence{}
	case f.total(RowCarriedIn) == 0 && f.total(RowCarriedOut) == 0:
		s.Template = "本年度办结{办结}件，没有结转下年度的。"
	case f.total(RowCarriedIn) == 0:
		s.Template = "本年度办结{办结}件，结转下年度继续办理{结转}件。"
	default:
		s.Template = "上年结转{上年结转}件；本年度办结{办结}件，结转下年度继续办理{结转}件。"
		if f.Known {
			s.Template = "本年度办结{办结}件（其中上年结转的{办结上年}件），结转下年度继续办理{结转}件。"
			s.Figures["办结上年"] = strconv.FormatInt(f.AnsweredCarried, 10)
		}
	}
	return s
}

func (f Facts) groups() []Part {
	var out []Part
	for _, g := range Groups() {
		out = append(out, Part{Label: g.Name(), N: f.Table.GroupTotal(g)})
	}
	return out
}

func (f Facts) refusals() []Part {
	var out []Part
	for _, r := range f.Table.Results {
		if r.Key.Group() == GroupWithhold {
			out = append(out, Part{Label: strings.TrimLeft(r.Key.Label(), "0123456789."), N: r.Cells[TotalColumn].N})
		}
	}
	return out
}

// onTime may be said only if every answer of the year was in time.
func (f Facts) onTime() Sentence {
	s := Sentence{Code: "on_time", Label: "按期答复", Template: "均在法定期限内答复。", Figures: map[string]string{"按期": strconv.FormatInt(f.Answers-f.Late-f.Unknown, 10), "逾期": strconv.FormatInt(f.Late, 10)}}
	switch {
	case f.Late > 0:
		s.Untrue = fmt.Sprintf("有%d件逾期答复，不能写“均在法定期限内答复”", f.Late)
		if len(f.LateCases) > 0 {
			s.Untrue += "：" + strings.Join(f.LateCases, "、")
			if int64(len(f.LateCases)) < f.Late {
				s.Untrue += "等"
			}
		}
	case f.OutsideAnswers > 0:
		s.Untrue = fmt.Sprintf("有%d件由报送的年报计入，期限无从核对，不能写“均在法定期限内答复”", f.OutsideAnswers)
	case f.Unknown > 0:
		s.Untrue = fmt.Sprintf("有%d件的期限无法判断，不能写“均在法定期限内答复”", f.Unknown)
	case f.Answers == 0:
		return Sentence{}
	}
	return s
}

func (f Facts) remedies() Sentence {
	cell := func(b Block, r Result) int64 { return f.Table.Remedies[b][r].N }
	suits := func(r Result) int64 { return cell(LitigationDirect, r) + cell(LitigationAfterReview, r) }
	s := Sentence{Code: "remedies", Label: "复议诉讼", Figures: map[string]string{}}
	var said []string
	for _, x := range []struct {
		name string
		n    func(Result) int64
	}{{"行政复议", func(r Result) int64 { return cell(Review, r) }}, {"行政诉讼", suits}} {
		if x.n(TotalResult) == 0 {
			said = append(said, "没有因政府信息公开引起的"+x.name)
			continue
		}
		text := "因政府信息公开引起的" + x.name + "{" + x.name + "}件"
		s.Figures[x.name] = strconv.FormatInt(x.n(TotalResult), 10)
		var results []string
		for r := Upheld; r < TotalResult; r++ {
			if x.n(r) > 0 {
				results = append(results, r.Label()+"{"+x.name+r.Label()+"}件")
				s.Figures[x.name+r.Label()] = strconv.FormatInt(x.n(r), 10)
			}
		}
		said = append(said, text+"，其中"+strings.Join(results, "、"))
	}
	s.Template = strings.Join(said, "；") + "。"
	return s
}

// noneCorrected may be said only if nothing was corrected.
func (f Facts) noneCorrected() Sentence {
	var all, corrected int64
	for b := range f.Table.Remedies {
		all += f.Table.Remedies[b][TotalResult].N
		corrected += f.Table.Remedies[b][Corrected].N
	}
	if all == 0 {
		return Sentence{}
	}
	s := Sentence{Code: "none_corrected", Label: "没有被纠正", Template: "没有被纠正的。", Figures: map[string]string{"纠正": strconv.FormatInt(corrected, 10)}}
	if corrected > 0 {
		s.Untrue = fmt.Sprintf("有%d件结果纠正，不能写“没有被纠正的”", corrected)
	}
	return s
}

func (f Facts) fees() Sentence {
	s := Sentence{Code: "fees", Label: "信息处理费", Chapter: "other", Template: "本年度没有收取信息处理费。", Figures: map[string]string{"收费": yuan(f.FeeFen), "收费件数": strconv.FormatInt(f.FeeCases, 10)}}
	switch {
	case f.FeeFen > 0 && f.FeeCases > 0:
		s.Template = "本年度收取信息处理费{收费件数}件，共{收费}元。"
	case f.FeeFen > 0:
		s.Template = "本年度收取信息处理费{收费}元。"
	}
	return s
}

// yuan prints money in fen without cents that are none.
func yuan(fen int64) string {
	if fen%100 == 0 {
		return strconv.FormatInt(fen/100, 10)
	}
	return fmt.Sprintf("%d.%02d", fen/100, fen%100)
}
