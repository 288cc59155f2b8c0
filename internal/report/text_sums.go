package report

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sharePattern reads a figure with its share, behind one of the words whose shares
// reports state.
var sharePattern = regexp.MustCompile(`(予以公开|部分公开|不予公开|无法提供|不予处理|其他处理|当面|网络|网上|信函|邮寄|传真|电子邮件|自然人|其他组织|` +
	`国家秘密|禁止公开|三安全一稳定|第三方合法权益|内部事务(?:性)?信息|过程性信息|执法案卷(?:信息)?|行政查询事项)["”]?(?:申请|方式|的|共|为|:)*(\d[\d,]*)(?:件|条|宗|份)[,(]?占(?:比|[^%\d,;]{0,30})?(\d+(?:\.\d+)?)%`)

var anyCount = regexp.MustCompile(count)

// judgeShares finds a share that is none of any base it may have: the answered,
// the new, all to be handled, a group of results, or a figure told before in the
// same paragraph. A difference of one in the last printed place is rounding.
func (t Table) judgeShares(paragraph string) []Finding {
	var out []Finding
	for _, m := range sharePattern.FindAllStringSubmatchIndex(paragraph, -1) {
		n, ok := readCount(paragraph[m[4]:m[5]])
		text := paragraph[m[6]:m[7]]
		share, err := strconv.ParseFloat(text, 64)
		if !ok || err != nil {
			continue
		}
		right, fits := t.fitsShare(n, share, text, paragraph[:m[0]])
		if fits {
			continue
		}
		what := paragraph[m[2]:m[3]]
		out = append(out, Finding{"text", "正文“" + what + "”占比", Figure{text}, Figure{right},
			fmt.Sprintf("正文说%s%d件，占%s%%；按办结总数计应为%s%%，按文中和表中其他总数计也不是%s%%", what, n, text, right, text)})
	}
	return out
}

// fitsShare gives the share of the answered as printed, and whether any base fits.
func (t Table) fitsShare(n int64, share float64, text, before string) (string, bool) {
	_, decimals, _ := strings.Cut(text, ".")
	unit := math.Pow10(-len(decimals))
	bases := []int64{t.Total[TotalColumn].N, t.New[TotalColumn].N, t.New[TotalColumn].N + t.CarriedIn[TotalColumn].N}
	for _, g := range Groups() {
		bases = append(bases, t.GroupTotal(g))
	}
	before = before[max(0, len(before)-maxBefore):]
	for _, m := range anyCount.FindAllStringSubmatch(before, -1) {
		if b, ok := readCount(m[1]); ok {
			bases = append(bases, b)
		}
	}
	for _, b := range bases {
		if b > 0 && math.Abs(float64(n)*100/float64(b)-share) < unit*1.0001 {
			return "", true
		}
	}
	return percent(n, bases[0]).String(), false
}

// parted is a whole that prose splits into parts which have to add up to it.
type parted struct {
	what    string
	least   int // so many different parts make the split whole
	pattern *regexp.Regexp
}

var partedWholes = []parted{
	{"各渠道", 3, regexp.MustCompile(`(当面|现场|网络|网上|在线|信函|邮寄|传真|电子邮件)(?:申请|提交|提出|方式|渠道|的|收到|共|为|:)*` + count)},
	{"各层级", 3, regexp.MustCompile(`(本级政府|下级政府|政府工作部门)(?:收到|受理|申请|的|共|为|:)*` + count)},
}

// judgeSums finds channels and levels that do not add up to what was received.
func (t Table) judgeSums(paragraph string) []Finding {
	var out []Finding
	if !strings.Contains(paragraph, "申请") {
		return nil
	}
	paragraph = ofTheYear(paragraph)
	for _, p := range partedWholes {
		parts := map[string]int64{}
		var sum int64
		for _, m := range p.pattern.FindAllStringSubmatchIndex(paragraph, -1) {
			n, ok := readCount(paragraph[m[4]:m[5]])
			word := paragraph[m[2]:m[3]]
			if _, twice := parts[word]; twice || !ok {
				parts = nil // two splits in one paragraph: which is which can't be told
				break
			}
			parts[word] = n
			sum += n
		}
		if len(parts) < p.least {
			continue
		}
		fresh, okNew := plainSum(total(t.New))
		handled, okAll := plainSum(total(t.New, t.CarriedIn))
		if !okNew || !okAll || sum == fresh || sum == handled {
			continue
		}
		out = append(out, Finding{"text", "正文“" + p.what + "”之和", Num(sum), Num(fresh),
			fmt.Sprintf("正文中%s申请之和为%d件，表中本年新收为%d件，相差%d", p.what, sum, fresh, max(sum-fresh, fresh-sum))})
	}
	return out
}

// ofTheYear leaves out the sentences on what has come in since earlier years: no
// table of the year says that.
func ofTheYear(paragraph string) string {
	return strings.Join(slices.DeleteFunc(strings.SplitAfter(paragraph, "。"), func(s string) bool {
		return strings.Contains(s, "累计") || strings.Contains(s, "以来")
	}), "")
}

var resultPatterns = [Pending + 1]*regexp.Regexp{
	regexp.MustCompile(`维持(?:结果|原行政行为)?(?:的)?(?:共|为|:)?` + count),
	regexp.MustCompile(`纠正(?:的)?(?:共|为|:)?` + count),
	regexp.MustCompile(`其他结果(?:的)?(?:共|为|:)?` + count),
	regexp.MustCompile(`(?:尚未|未)审结(?:的)?(?:共|为|:)?` + count),
}

// remediesOf tells whether a sentence speaks of reviews or of suits; nothing where
// it speaks of both or of neither.
func remediesOf(sentence string) (what string, blocks []Block) {
	review, suit := strings.Contains(sentence, "行政复议"), strings.Contains(sentence, "诉讼") || strings.Contains(sentence, "起诉")
	switch {
	case strings.Contains(sentence, "复议后起诉") && !strings.Contains(sentence, "未经复议"):
		return "复议后起诉", []Block{LitigationAfterReview}
	case strings.Contains(sentence, "未经复议") && !strings.Contains(sentence, "复议后"):
		return "未经复议直接起诉", []Block{LitigationDirect}
	case review && !suit:
		return "行政复议", []Block{Review}
	case suit && !review:
		return "行政诉讼", []Block{LitigationDirect, LitigationAfterReview}
	}
	return "", nil
}

// judgeRemedyResults compares the results of reviews or suits that a sentence tells.
func (t Table) judgeRemedyResults(sentence string) []Finding {
	what, blocks := remediesOf(sentence)
	if blocks == nil {
		return nil
	}
	var out []Finding
	for r, pattern := range resultPatterns {
		q := quote{what + Result(r).Label(), pattern, false, func(t Table) [][]Cell {
			var all []Cell
			var each [][]Cell
			for _, b := range blocks {
				all = append(all, t.Remedies[b][r])
				each = append(each, t.Remedies[b][r:r+1])
			}
			return append([][]Cell{all}, each...)
		}}
		out = append(out, q.judge(t, sentence)...)
	}
	return out
}

var (
	noApplications = regexp.MustCompile(`(?:未|没有|无)(?:收到|接到|受理)(?:过)?(?:公民、?法人(?:和|或|及|、)其他组织)?(?:提出|提交)?(?:的)?(?:任何)?(?:政府)?(?:信息公开|依申请公开)(?:的)?(?:政府信息)?(?:公开)?(?:申请|事项|件)`)
	noRemedies     = regexp.MustCompile(`(?:未|没有|无)(?:发生|产生|出现|收到)?(?:过)?(?:因)?(?:任何)?(?:涉及)?(?:政府)?(?:信息公开)?(?:工作)?(?:引发|引起)?(?:的)?(行政复议|行政诉讼)(?:案件|申请)?(?:、|和|及|或|与)?(?:被?提起)?(行政诉讼|行政复议)?`)
)

// endsBadly says that what was not there were not reviews, but lost ones.
var endsBadly = regexp.MustCompile(`^(?:案件|结果)?(?:被)?(?:纠正|纠错|败诉|撤销|变更|确认违法|责令|改变)`)

// judgeNone compares "none" with the tables: no applications, no reviews, no suits.
func (t Table) judgeNone(sentence string) []Finding {
	var out []Finding
	none := func(what string, cells []Cell) {
		if sum, ok := plainSum(cells); ok && sum > 0 {
			out = append(out, Finding{"text", "正文“" + what + "”", Num(0), Num(sum),
				fmt.Sprintf("正文说没有%s，表中为%d件", what, sum)})
		}
	}
	if at := noApplications.FindStringIndex(sentence); at != nil && !t.speaksOfPart(sentence[:at[0]]) {
		none("收到申请", total(t.New))
	}
	m := noRemedies.FindStringSubmatchIndex(sentence)
	if m == nil || endsBadly.MatchString(sentence[m[1]:]) || !topicWords.MatchString(sentence) || t.speaksOfPart(sentence[:m[0]]) {
		return out
	}
	said := sentence[m[0]:m[1]]
	if strings.Contains(said, "行政复议") {
		none("行政复议", t.remedyTotals(Review))
	}
	if strings.Contains(said, "行政诉讼") {
		none("行政诉讼", t.remedyTotals(LitigationDirect, LitigationAfterReview))
	}
	return out
}

var (
	noFee   = regexp.MustCompile(`(?:未|没有)(?:向[^,。;]{0,16})?(?:收取|产生|发生)(?:过)?(?:任何)?(?:政府信息公开)?(?:信息处理)?(?:费|费用|信息处理费)`)
	someFee = regexp.MustCompile(`(?:收取|收到|实收)[^,。;\d元]{0,20}(?:信息处理费|费用|收费)[^,。;\d元]{0,12}(\d[\d,]*(?:\.\d+)?)(?:万)?元|信息处理费[^,。;\d元]{0,8}(\d[\d,]*(?:\.\d+)?)(?:万)?元`)
)

// judgeFees finds a report that says both that no fee was taken and how much.
func judgeFees(prose string) []Finding {
	none, amount := false, ""
	for _, p := range paragraphs(prose) {
		none = none || noFee.MatchString(p)
		for _, m := range someFee.FindAllStringSubmatch(p, -1) {
			text := strings.ReplaceAll(m[1]+m[2], ",", "")
			if f, err := strconv.ParseFloat(text, 64); err == nil && f > 0 {
				amount = text
			}
		}
	}
	if !none || amount == "" {
		return nil
	}
	return []Finding{{"text", "正文“信息处理费”", Figure{amount}, Num(0), "正文一处说没有收取信息处理费，另一处说收取" + amount + "元，应一致"}}
}
