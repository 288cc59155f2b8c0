package report

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxProse is how much prose is looked at, in bytes: ten times the longest report.
const maxProse = 512 << 10

// CompareText compares the figures that the prose of a report states with its
// tables: received, answered, carried, kinds of applicants, results and their
// reasons with shares, channels and levels that have to add up, reviews and suits,
// fees. Where a page holds further tables (a district's under its office's), prose
// that fits any of them is right. Findings have the identity "text" and are
// remarks, never failures. A missed slip costs less than a false alarm: what speaks
// of a part (本级, 累计, another year) is not judged.
func CompareText(t Table, prose string, further ...Table) []Finding {
	out := compareProse(t, prose)
	for _, f := range further {
		if len(out) == 0 {
			break
		}
		other := compareProse(f, prose)
		out = slices.DeleteFunc(out, func(x Finding) bool {
			return !slices.ContainsFunc(other, func(y Finding) bool { return x.Where == y.Where && x.Left == y.Left })
		})
	}
	return out
}

func compareProse(t Table, prose string) []Finding {
	var out []Finding
	seen := map[string]bool{}
	add := func(list []Finding) {
		for _, f := range list {
			if !seen[f.Message] {
				seen[f.Message] = true
				out = append(out, f)
			}
		}
	}
	rules := quotesOnce()
	for _, paragraph := range paragraphs(prose) {
		paragraph = t.sayYears(paragraph)
		for _, sentence := range sentenceEnd.Split(paragraph, -1) {
			for _, q := range rules {
				add(q.judge(t, sentence))
			}
			add(t.judgeRemedyResults(sentence))
			add(t.judgeNone(sentence))
		}
		add(t.judgeShares(paragraph))
		add(t.judgeSums(paragraph))
	}
	add(judgeFees(prose))
	return out
}

var (
	paragraphEnd = regexp.MustCompile(`[。!\n\r]+`)
	sentenceEnd  = regexp.MustCompile(`[;；]+`)
	topicWords   = regexp.MustCompile(`信息公开|依申请|公开申请`)
	partWords    = regexp.MustCompile(`累计|以来|本级|下级|部门|街道|乡镇|区县|县区|各区|各县|同期|去年|同比|比上年|较上年|平均|网站|热线|留言|建议|提案`)
	disputeWords = regexp.MustCompile(`复议|诉讼|起诉|第三方`)
	anyYear      = regexp.MustCompile(`(\d{4})年`)
)

// paragraphs gives what stands between full stops, without blanks, in half-width
// signs, to the length that is looked at.
func paragraphs(prose string) []string {
	if len(prose) > maxProse {
		prose = strings.ToValidUTF8(prose[:maxProse], "")
	}
	out := paragraphEnd.Split(halfWidth(prose), -1)
	for i := range out {
		out[i] = squeeze(out[i])
	}
	return out
}

// sayYears turns "2018年结转" and "结转2020年" into last and next year, so that one
// pattern reads both.
func (t Table) sayYears(s string) string {
	if t.Year == 0 {
		return s
	}
	s = strings.ReplaceAll(s, fmt.Sprintf("%d年结转", t.Year-1), "上年结转")
	s = strings.ReplaceAll(s, fmt.Sprintf("%d年度结转", t.Year-1), "上年结转")
	for _, to := range []string{"", "至", "到"} {
		for _, word := range []string{"年度", "年"} {
			s = strings.ReplaceAll(s, fmt.Sprintf("结转%s%d%s", to, t.Year+1, word), "结转下年")
		}
	}
	return s
}

// quote is a figure that prose states, and the sums of cells that it may be.
type quote struct {
	what    string
	pattern *regexp.Regexp
	topic   bool // the sentence must name applications or disclosure
	want    func(Table) [][]Cell
}

func (q quote) judge(t Table, sentence string) []Finding {
	if q.topic && !topicWords.MatchString(sentence) {
		return nil
	}
	var out []Finding
	for _, m := range q.pattern.FindAllStringSubmatchIndex(sentence, -1) {
		n, ok := readCount(sentence[m[2]:m[3]])
		if !ok || t.speaksOfPart(sentence[:m[0]]) || q.ofCases() && disputeWords.MatchString(sentence[max(0, m[0]-maxBefore):m[0]]) {
			continue
		}
		if f, differs := q.compare(t, n); differs {
			out = append(out, f)
		}
	}
	return out
}

// ofCases reports whether the figure is one of applications that, in a sentence
// about reviews and suits, would be one of these.
func (q quote) ofCases() bool { return strings.HasSuffix(q.what, "申请") }

func readCount(digits string) (int64, bool) {
	n, err := strconv.ParseInt(strings.ReplaceAll(digits, ",", ""), 10, 64)
	return n, err == nil
}

// maxBefore is how much of a sentence, in bytes, is looked at before a figure; text
// without a full stop must not take time by its square.
const maxBefore = 600

// speaksOfPart reports whether the words before a figure narrow it to a part of
// the agencies, to several years or to another year.
func (t Table) speaksOfPart(before string) bool {
	before = before[max(0, len(before)-maxBefore):]
	if partWords.MatchString(before) {
		return true
	}
	for _, m := range anyYear.FindAllStringSubmatch(before, -1) {
		if m[1] != strconv.Itoa(t.Year) {
			return true
		}
	}
	return false
}

// compare finds a figure that is none of the sums it may be; what can't be seen is
// not judged.
func (q quote) compare(t Table, n int64) (Finding, bool) {
	wanted := q.want(t)
	var first int64
	for i, cells := range wanted {
		sum, ok := plainSum(cells)
		if !ok || sum == n {
			return Finding{}, false
		}
		if i == 0 {
			first = sum
		}
	}
	words := fmt.Sprintf("正文说%s%d件，表中为%d件，相差%d", q.what, n, first, max(n-first, first-n))
	if q.what == "本年新收申请" && n == first+t.CarriedIn[TotalColumn].N {
		words += "（正文的数与一、二两项之和相同，应写明含上年结转）"
	}
	return Finding{"text", "正文“" + q.what + "”", Num(n), Num(first), words}, true
}

// plainSum adds cells; false where one is unseen or no whole number.
func plainSum(cells []Cell) (int64, bool) {
	var sum int64
	for _, c := range cells {
		if c.Unseen || c.Text != "" {
			return 0, false
		}
		sum += c.N
	}
	return sum, true
}

// halfWidth turns full-width letters, digits and signs into half-width ones.
func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xff01 && r <= 0xff5e && r != '；' {
			return r - 0xfee0
		}
		return r
	}, s)
}
