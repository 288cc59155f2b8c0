package cases

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
)

// RetentionClass is what decides how long a closed case is kept (保管期限). The
// zero value is none.
type RetentionClass struct{ code string }

// The classes: a dispute decides before the outcome does.
var (
	KeptDispute      = RetentionClass{"dispute"}
	KeptPartial      = RetentionClass{"partial"}
	KeptWithheld     = RetentionClass{"withhold"}
	KeptDisclosed    = RetentionClass{"disclose"}
	KeptUnable       = RetentionClass{"unable"}
	KeptNotProcessed = RetentionClass{"not_processed"}
	KeptOther        = RetentionClass{"other"}
)

// forEver stands for 永久 among terms in years.
const forEver = 0

// retentionTable gives the classes with the terms that hold where nothing is set:
// 永久、30年、10年 are the terms of the archives (机关文件材料归档范围和文书档案保管
// 期限规定, 国家档案局令第8号).
func retentionTable() []struct {
	class RetentionClass
	label string
	years int
} {
	return []struct {
		class RetentionClass
		label string
		years int
	}{
		{KeptDispute, "发生复议诉讼", forEver}, {KeptWithheld, "不予公开", 30}, {KeptPartial, "部分公开", 30}, {KeptDisclosed, "予以公开", 10},
		{KeptUnable, "无法提供", 10}, {KeptNotProcessed, "不予处理", 10}, {KeptOther, "其他处理", 10},
	}
}

// RetentionClasses lists them in the order of the setting.
func RetentionClasses() []RetentionClass {
	var out []RetentionClass
	for _, r := range retentionTable() {
		out = append(out, r.class)
	}
	return out
}

// Code gives the stable code.
func (c RetentionClass) Code() string { return c.code }

// Label gives the office's word.
func (c RetentionClass) Label() string {
	for _, r := range retentionTable() {
		if r.class == c {
			return r.label
		}
	}
	return ""
}

// ParseRetentionClass reads a code or the office's word.
func ParseRetentionClass(text string) (RetentionClass, error) {
	for _, r := range retentionTable() {
		if r.class.code == text || r.label == text {
			return r.class, nil
		}
	}
	return RetentionClass{}, fmt.Errorf("“%s”不是保管期限的类别", text)
}

// RetentionTerms says for how many years each class is kept; forEver: for ever.
type RetentionTerms map[RetentionClass]int

// Years gives the term of a class; ever: it is kept for ever.
func (r RetentionTerms) Years(c RetentionClass) (years int, ever bool) {
	years, known := r[c]
	return years, !known || years == forEver
}

// Shortest gives the shortest term that ends; false: none does.
func (r RetentionTerms) Shortest() (years int, ends bool) {
	for _, n := range r {
		if n != forEver && (!ends || n < years) {
			years, ends = n, true
		}
	}
	return years, ends
}

// String writes the terms as the setting keeps them: a class and its years on each
// line.
func (r RetentionTerms) String() string {
	var lines []string
	for _, x := range retentionTable() {
		years, ever := r.Years(x.class)
		lines = append(lines, x.label+" "+termWord(years, ever))
	}
	return strings.Join(lines, "\n")
}

func termWord(years int, ever bool) string {
	if ever {
		return "永久"
	}
	return strconv.Itoa(years) + "年"
}

// shortestTerm is the least that may be set: longer than any term of a remedy.
const shortestTerm = 6

// ParseRetention reads terms as they are typed, a class and its term on each line;
// classes that are left out have their usual one, "" is the usual ones of all. The
// error is a sentence in Chinese.
func ParseRetention(text string) (RetentionTerms, error) {
	out := RetentionTerms{}
	for _, x := range retentionTable() {
		out[x.class] = x.years
	}
	var seen []RetentionClass
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) != 2 {
			return nil, fmt.Errorf("“%s”应先写类别、空一格再写期限，如：予以公开 10年", strings.TrimSpace(line))
		}
		class, err := ParseRetentionClass(words[0])
		if err != nil {
			return nil, err
		}
		if slices.Contains(seen, class) {
			return nil, fmt.Errorf("%s写了两次", class.Label())
		}
		seen = append(seen, class)
		years, err := strconv.Atoi(strings.TrimSuffix(words[1], "年"))
		switch {
		case words[1] == "永久":
			years = forEver
		case err != nil || years < shortestTerm || years > 100:
			return nil, fmt.Errorf("%s的期限“%s”应为“永久”，或%d至100年，如：10年", class.Label(), words[1], shortestTerm)
		}
		out[class] = years
	}
	return out, nil
}

// KeptReason says why a case is not destroyed: a code, "" for nothing that speaks
// against it.
type KeptReason string

// The reasons, in the order in which they are looked for.
const (
	KeptOpen    KeptReason = "open"    // not closed, or opened again
	KeptPending KeptReason = "pending" // a review or a suit is not decided
	KeptHeld    KeptReason = "held"    // somebody holds it, with a reason
	KeptTerm    KeptReason = "term"    // its term has not run out
)

// Label gives the reason in Chinese.
func (r KeptReason) Label() string {
	return map[KeptReason]string{KeptOpen: "仍在办理", KeptPending: "复议诉讼未结", KeptHeld: "另有保留", KeptTerm: "期限未满"}[r]
}

// Retention is how long a closed case is kept.
type Retention struct {
	Class    RetentionClass
	ClosedOn calendar.Date // the answer or, later, the last decision on it: the term runs from the end of that year
	Years    int
	Ever     bool
	Pending  bool // a review or a suit is not decided: the term does not run yet
}

// RetentionOf says how long a case is kept; false: it is open.
func RetentionOf(row Row, disputes []Dispute, terms RetentionTerms) (Retention, bool) {
	if row.AnsweredOn.IsZero() {
		return Retention{}, false
	}
	r := Retention{Class: RetentionClass{row.Outcome.Group()}, ClosedOn: row.AnsweredOn}
	if row.Flags.Has(IsVoided) {
		r.Class = KeptOther
	}
	for _, d := range disputes {
		r.Class = KeptDispute
		r.ClosedOn = calendar.Later(r.ClosedOn, d.ClosedOn)
		r.Pending = r.Pending || d.ClosedOn.IsZero()
	}
	r.Years, r.Ever = terms.Years(r.Class)
	return r, true
}

// Until gives the last day of keeping; none where it is for ever.
func (r Retention) Until() calendar.Date {
	if r.Ever {
		return calendar.Date{}
	}
	return calendar.Of(r.ClosedOn.Year()+r.Years, 12, 31)
}

// Over reports whether the term has run out when a year begins.
func (r Retention) Over(year int) bool {
	return !r.Ever && !r.Pending && r.ClosedOn.Year()+r.Years < year
}

// Word writes the term: 10年, 永久.
func (r Retention) Word() string { return termWord(r.Years, r.Ever) }
