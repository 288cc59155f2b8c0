package importer

import (
	"regexp"
	"strings"

	"gongkai/internal/report"
)

var (
	labelNumber = regexp.MustCompile(`^(?:\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+[、.,:]|\d+[、.,:)]?|[①-⑳])+`)
	labelRemark = regexp.MustCompile(`\([^()]*\)?`)
)

// labelCore gives what a label says: no blanks, half-width, without its number,
// its remark in brackets and its quotes. A label of nothing else is "".
func labelCore(s string) string {
	s = labelNumber.ReplaceAllString(fold(s), "")
	s = labelRemark.ReplaceAllString(s, "")
	return bare(s)
}

// leafWord is a word that, inside a group, only this row's label has.
type leafWord struct{ row, word string }

// leafWords is tried in order: the words of a label that offices keep even where
// they shorten it or lose signs.
func leafWords() []leafWord {
	return []leafWord{
		{"withhold.state_secret", "国家秘密"}, {"withhold.law_forbids", "行政法规"},
		{"withhold.security_stability", "安全一稳定"}, {"withhold.security_stability", "三安全"},
		{"withhold.third_party", "第三方"}, {"withhold.internal_affairs", "内部事务"},
		{"withhold.process_info", "过程性"}, {"withhold.enforcement_file", "执法案卷"},
		{"withhold.admin_query", "行政查询"},
		{"unable.not_held", "不掌握"}, {"unable.needs_creation", "另行制作"},
		{"unable.needs_creation", "没有现成"}, {"unable.still_unclear", "补正后"},
		{"unable.still_unclear", "仍不明确"},
		{"not_processed.petition", "信访"}, {"not_processed.repeat", "重复申请"},
		{"not_processed.publication", "出版物"}, {"not_processed.excessive", "大量反复"},
		{"not_processed.confirm_reissue", "重新出具"}, {"not_processed.confirm_reissue", "确认"},
		{"other.no_supplement", "不补正"}, {"other.no_supplement", "未补正"},
		{"other.fee_unpaid", "缴费"}, {"other.fee_unpaid", "缴纳费用"}, {"other.fee_unpaid", "收费通知"},
	}
}

// leafOf finds the row of a group that a label means: by its own word, else by the
// nearest official label, if that is near enough and nearer than any other.
func leafOf(core string, group report.Group) (report.RowKey, bool) {
	for _, w := range leafWords() {
		key, err := report.ParseRow(w.row)
		if err == nil && key.Group() == group && strings.Contains(core, w.word) {
			return key, true
		}
	}
	if group == report.GroupOther {
		key, err := report.ParseRow("other.misc")
		return key, err == nil && (core == "其他" || core == "其它" || core == "其他情形")
	}
	return nearestLeaf(core, group)
}

// leafAnywhere finds the row of whatever group whose own word a label has; the
// words of two groups find none.
func leafAnywhere(core string) (report.RowKey, bool) {
	var found report.RowKey
	for _, w := range leafWords() {
		key, err := report.ParseRow(w.row)
		if err != nil || !strings.Contains(core, w.word) {
			continue
		}
		if !found.IsZero() && found != key {
			return report.RowKey{}, false
		}
		found = key
	}
	return found, !found.IsZero()
}

func nearestLeaf(core string, group report.Group) (report.RowKey, bool) {
	best, second := 1<<30, 1<<30
	var found report.RowKey
	for _, key := range report.Format2021.ResultRows() {
		if key.Group() != group {
			continue
		}
		d := editDistance(core, labelCore(key.Label()))
		if d < best {
			best, second, found = d, best, key
		} else if d < second {
			second = d
		}
	}
	limit := len([]rune(labelCore(found.Label()))) * 2 / 5
	return found, best <= limit && best < second
}

// groupOf reads the heading of a group; one wrong or missing sign is forgiven.
func groupOf(core string) (report.Group, bool) {
	if len([]rune(core)) < 3 || len([]rune(core)) > 6 {
		return report.Group{}, false
	}
	for _, g := range report.Groups() {
		if core == g.Name() || core == g.Name()+"申请" {
			return g, true
		}
	}
	for _, g := range report.Groups() {
		if editDistance(core, g.Name()) == 1 {
			return g, true
		}
	}
	return report.Group{}, false
}

// outerRow reads the labels outside the groups.
func outerRow(core string) (report.RowKey, bool) {
	switch {
	case len([]rune(core)) > 40:
		return report.RowKey{}, false
	case strings.Contains(core, "结转下年"), strings.Contains(core, "结转下一年"), strings.Contains(core, "结转至下"):
		return report.RowCarriedOut, true
	case strings.Contains(core, "上年结转"), strings.Contains(core, "上年度结转"), strings.Contains(core, "上一年结转"), strings.Contains(core, "上一年度结转"):
		return report.RowCarriedIn, true
	case strings.Contains(core, "新收"):
		return report.RowNew, true
	case core == "总计" || core == "合计":
		return report.RowTotal, true
	}
	return report.RowKey{}, false
}

// editDistance counts the signs to insert, drop or change between two short texts.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 80 || len(y) > 80 {
		return 1 << 20
	}
	prev := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, r := range x {
		next := []int{i + 1}
		for j, s := range y {
			d := prev[j]
			if r != s {
				d = 1 + min(d, prev[j+1], next[j])
			}
			next = append(next, d)
		}
		prev = next
	}
	return prev[len(y)]
}
