package report

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	growth     = regexp.MustCompile(`(?:同比|比去年|较去年|比上年|较上年|比上一年|较上一年|比上年度|较上年度|比上年同期|较上年同期|与上年相比|与去年相比)(?:同期)?(?:,)?(增长|增加|上升|提高|下降|减少|降低|回落)(?:了)?(\d+(?:\.\d+)?)(%|件)`)
	lastCount  = regexp.MustCompile(`(收到|受理|新收|办结|答复)` + soup + count)
	fallsWords = "下降减少降低回落"
)

// CompareGrowth compares what the prose of a report says about its change on the
// year before with both years' tables: in percent or in cases, of the new, of all
// to be handled, or of the answered. Only a change told right behind one of these
// figures is judged. Findings have the identity "text".
func CompareGrowth(later, earlier Table, prose string) []Finding {
	var out []Finding
	for _, sentence := range paragraphs(prose) {
		if !topicWords.MatchString(sentence) {
			continue
		}
		sentence = strings.ReplaceAll(sentence, fmt.Sprintf("比%d年", earlier.Year), "比上年")
		sentence = strings.ReplaceAll(sentence, fmt.Sprintf("较%d年", earlier.Year), "较上年")
		for _, m := range growth.FindAllStringSubmatchIndex(sentence, -1) {
			before := sentence[max(0, m[0]-maxBefore):m[0]]
			said := lastCount.FindAllStringSubmatchIndex(before, -1)
			if said == nil || later.speaksOfPart(before) {
				continue
			}
			end := said[len(said)-1]
			if len(before)-end[1] > 12 { // other words between: of what, is not sure
				continue
			}
			n, ok := readCount(before[end[4]:end[5]])
			if !ok {
				continue
			}
			if f, differs := judgeGrowth(later, earlier, n, sentence[m[2]:m[3]], sentence[m[4]:m[5]], sentence[m[6]:m[7]]); differs {
				out = append(out, f)
			}
		}
	}
	return out
}

// judgeGrowth holds a change against those of the bases whose figure of this year
// is n.
func judgeGrowth(later, earlier Table, n int64, word, digits, unit string) (Finding, bool) {
	stated, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return Finding{}, false
	}
	if strings.Contains(fallsWords, word) {
		stated = -stated
	}
	_, decimals, _ := strings.Cut(digits, ".")
	right, known := "", false
	for _, base := range [][2][]Cell{
		{total(later.New), total(earlier.New)},
		{total(later.New, later.CarriedIn), total(earlier.New, earlier.CarriedIn)},
		{total(later.Total), total(earlier.Total)},
	} {
		now, ok1 := plainSum(base[0])
		then, ok2 := plainSum(base[1])
		if !ok1 || !ok2 || now != n || unit == "%" && then == 0 {
			continue
		}
		change := float64(now - then)
		if unit == "%" {
			change = change * 100 / float64(then)
		}
		if math.Abs(change-stated) < 1.0001*math.Pow10(-len(decimals)) && (unit == "%" || change == stated) {
			return Finding{}, false
		}
		if !known {
			right, known = strconv.FormatFloat(change, 'f', len(decimals), 64), true
		}
	}
	if !known {
		return Finding{}, false
	}
	left := strings.TrimPrefix(word+digits+unit, "-")
	return Finding{"text", "正文“比上年”", Figure{strconv.FormatFloat(stated, 'f', len(decimals), 64)}, Figure{right},
		fmt.Sprintf("正文说%d件比上年%s，按%d年和%d年两份报表计应为%s%s", n, left, earlier.Year, later.Year, right, unit)}, true
}
