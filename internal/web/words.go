package web

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// grouped writes a figure as tables do: numbers of more than four digits in
// groups of three, parted by a thin blank.
func grouped(text string) string {
	digits, sign := text, ""
	if strings.HasPrefix(text, "-") {
		digits, sign = text[1:], "-"
	}
	if len(digits) <= 4 || strings.Trim(digits, "0123456789") != "" {
		return text
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteRune('\u2009')
		}
		b.WriteRune(d)
	}
	return b.String()
}

func number(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// itoa64 writes a figure as forms and addresses carry it.
func itoa64(n int64) string { return strconv.FormatInt(n, 10) }

// masked shows of a natural person's name the family name alone; organisations
// stand in full.
func masked(name string, kind cases.ApplicantKind) string {
	if name == "" {
		return "（未记载）"
	}
	if kind != cases.Natural {
		return name
	}
	signs := []rune(name)
	first := 1
	if len(signs) >= 4 && isDoubleSurname(string(signs[:2])) {
		first = 2
	}
	return string(signs[:first]) + "**"
}

// maskedRow is masked for the applicants of a listed case: the first, and how many
// they are. A case that is not counted has no kind of its own; that of its applicant
// says whether a person stands there, and who is not known to be none is masked.
func maskedRow(r store.CaseRow) string {
	kind := r.Kind
	if kind.IsZero() {
		kind = r.Who
	}
	if kind.IsZero() {
		kind = cases.Natural
	}
	name := masked(r.Applicant, kind)
	switch {
	case r.Joint == 0:
		return name
	case kind == cases.Natural:
		return fmt.Sprintf("%s等%d人", name, r.Joint+1)
	}
	return fmt.Sprintf("%s等%d名申请人", name, r.Joint+1)
}

// isDoubleSurname knows the usual family names of two signs.
func isDoubleSurname(two string) bool {
	return strings.Contains("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 端木 夏侯 南宫 长孙 轩辕", two)
}

// withWeekday writes a day as sentences do, with its weekday.
func withWeekday(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Chinese() + " " + d.WeekdayChinese()
}

// shortChannel is the word of a channel for a narrow column.
func shortChannel(c cases.Channel) string {
	switch c.Code() {
	case "letter_registered":
		return "EMS/挂号"
	}
	return c.Label()
}

// oneLine cuts a long text for a list.
func oneLine(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	signs := []rune(text)
	if len(signs) <= most {
		return text
	}
	return string(signs[:most]) + "…"
}

func orDash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}
