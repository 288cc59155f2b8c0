package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// quote is a figure that prose of an annual report states, and what it has to
// equal. A sentence that speaks of a part (本级, 累计, another year) is not judged:
// a missed slip costs less than a false alarm.
type quote struct {
	what    string
	pattern *regexp.Regexp
	topic   bool // the sentence must name applications or disclosure
	want    func(Table) []Cell
}

const (
	apply = `(?:(?:各类|有效)?(?:政府)?(?:信息公开|依申请公开)?(?:政府信息)?(?:公开)?(?:的)?申请(?:数量|数)?)?(?:共计|总计|合计|共|为|:)?`
	count = `(\d[\d,]*)[件条宗]`
)

func total(cells ...Row) []Cell {
	var out []Cell
	for _, c := range cells {
		out = append(out, c[TotalColumn])
	}
	return out
}

// quotes is the table of what prose says. Patterns run over text without blanks
// and in half-width signs.
func quotes() []quote {
	q := []quote{
		{"本年新收申请", regexp.MustCompile(`(?:新收|新收到|收到|新增)` + apply + count), true, func(t Table) []Cell { return total(t.New) }},
		{"本年办结申请", regexp.MustCompile(`(?:办结|答复|办理答复|予以答复|作出答复)` + apply + count), true, func(t Table) []Cell { return total(t.Total) }},
		{"上年结转申请", regexp.MustCompile(`(?:上年度?|上一年度?)结转(?:的)?` + apply + count), false, func(t Table) []Cell { return total(t.CarriedIn) }},
		{"结转下年申请", regexp.MustCompile(`结转(?:至|到)?(?:下年度?|下一年度?|次年)(?:继续)?(?:办理|答复)?(?:的)?` + apply + count), false, func(t Table) []Cell { return total(t.CarriedOut) }},
		{"结转下年申请", regexp.MustCompile(count + `(?:申请)?(?:将)?结转(?:至|到)?(?:下年|下一年|次年)`), false, func(t Table) []Cell { return total(t.CarriedOut) }},
		{"行政复议", regexp.MustCompile(`行政复议(?:案件|申请|案)?(?:共计|共|总计|为)?` + count), true, func(t Table) []Cell { return t.remedyTotals(Review) }},
		{"行政诉讼", regexp.MustCompile(`行政诉讼(?:案件|案)?(?:共计|共|总计|为)?` + count), true, func(t Table) []Cell { return t.remedyTotals(LitigationDirect, LitigationAfterReview) }},
	}
	for _, g := range Groups() {
		q = append(q, quote{g.Name(), regexp.MustCompile(`(?:^|[^、和及与]|[件条%)]、)"?` + g.Name() + `"?(?:的)?(?:申请)?(?:共计|共|为|:)?` + count), false,
			func(t Table) []Cell { return t.groupCells(g) }})
	}
	return q
}

func (t Table) remedyTotals(blocks ...Block) []Cell {
	var out []Cell
	for _, b := range blocks {
		out = append(out, t.Remedies[b][TotalResult])
	}
	return out
}

func (t Table) groupCells(g Group) []Cell {
	var out []Cell
	for _, r := range t.Results {
		if r.Key.Group() == g {
			out = append(out, r.Cells[TotalColumn])
		}
	}
	return out
}

var (
	sentenceEnd = regexp.MustCompile(`[。;;!\n\r]+`)
	topicWords  = regexp.MustCompile(`信息公开|依申请|公开申请`)
	partWords   = regexp.MustCompile(`累计|以来|本级|下级|部门|街道|乡镇|区县|县区|各区|各县|同期|去年|同比|比上年|较上年|平均|网站|热线|留言|建议|提案`)
	anyYear     = regexp.MustCompile(`(\d{4})年`)
)

// maxProse is how much prose is looked at, in bytes: ten times the longest report.
const maxProse = 512 << 10

// CompareText compares the figures that the prose of a report states with its
// tables: received, answered, carried, groups of results, reviews and suits.
// Findings have the identity "text" and are remarks, never failures.
func CompareText(t Table, prose string) []Finding {
	var out []Finding
	seen := map[string]bool{}
	if len(prose) > maxProse {
		prose = strings.ToValidUTF8(prose[:maxProse], "")
	}
	rules := quotes()
	for _, sentence := range sentenceEnd.Split(halfWidth(prose), -1) {
		sentence = t.sayYears(squeeze(sentence))
		for _, q := range rules {
			for _, f := range q.judge(t, sentence) {
				if !seen[f.Message] {
					seen[f.Message] = true
					out = append(out, f)
				}
			}
		}
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
	return regexp.MustCompile(fmt.Sprintf(`结转(?:至|到)?%d年度?`, t.Year+1)).ReplaceAllString(s, "结转下年")
}

func (q quote) judge(t Table, sentence string) []Finding {
	if q.topic && !topicWords.MatchString(sentence) {
		return nil
	}
	var out []Finding
	for _, m := range q.pattern.FindAllStringSubmatchIndex(sentence, -1) {
		digits := strings.ReplaceAll(sentence[m[2]:m[3]], ",", "")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || t.speaksOfPart(sentence[:m[0]]) {
			continue
		}
		if f, differs := q.compare(t, n); differs {
			out = append(out, f)
		}
	}
	return out
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

// compare accepts the sum of the cells and, where there are several totals (suits
// of both kinds), each of them.
func (q quote) compare(t Table, n int64) (Finding, bool) {
	var sum int64
	cells := q.want(t)
	for _, c := range cells {
		if c.Unseen || c.Text != "" || (q.what == "行政诉讼" && c.N == n) {
			return Finding{}, false
		}
		sum += c.N
	}
	if sum == n {
		return Finding{}, false
	}
	words := fmt.Sprintf("正文说%s%d件，表中为%d件，相差%d", q.what, n, sum, max(n-sum, sum-n))
	if q.what == "本年新收申请" && n == sum+t.CarriedIn[TotalColumn].N {
		words += "（正文的数与一、二两项之和相同，应写明含上年结转）"
	}
	return Finding{"text", "正文“" + q.what + "”", Num(n), Num(sum), words}, true
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
