package calendar

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// ParseNotice reads an arrangement in any of its forms: the JSON and the CSV in
// which it is passed around, or the notice's own sentences. The year is that of
// the text or, where it names none, the parameter (0: not known). Errors are
// sentences in Chinese.
func ParseNotice(text []byte, year int) (Notice, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	start := strings.TrimSpace(string(text))
	first, _, _ := strings.Cut(start, "\n")
	switch {
	case start == "":
		return Notice{}, errors.New("没有内容")
	case strings.HasPrefix(start, "{"):
		return ParseHolidayCN([]byte(start))
	case strings.Contains(first, ",") && (strings.HasPrefix(strings.ToLower(first), "date") || first[0] >= '0' && first[0] <= '9'):
		return ParseCSV([]byte(start), year)
	}
	n, err := ParseNoticeText(start, 0)
	if err != nil && year != 0 && !headingYear.MatchString(plain(start)) {
		return ParseNoticeText(start, year)
	}
	return n, err
}

// Working makes the notice that has exactly these weekdays of a year off and
// these weekend days worked, beside what c knows: a whole arrangement where the
// year has none yet, else the days that change. A weekend day between days off
// belongs to them. A day takes its name from c or from the holiday nearest to it.
// Nothing changed is an error, in Chinese.
func (c *Calendar) Working(year int, off, work []Date) (Notice, error) {
	n := Notice{Year: year, Amends: !c.Provisional(Of(year, 1, 1))}
	kinds := map[Date]DayKind{}
	for _, d := range off {
		kinds[d] = Off
	}
	for _, d := range work {
		kinds[d] = Work
	}
	for d := Of(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
		kind := kinds[d]
		working := kind == Work || kind.IsZero() && !weekend(d)
		switch {
		case n.Amends && working != c.IsWorkday(d):
			n.Days = append(n.Days, NoticeDay{d, map[bool]DayKind{true: Work, false: Off}[working], c.nameOf(d)})
		case n.Amends:
		case !kind.IsZero():
			n.Days = append(n.Days, NoticeDay{d, kind, c.nameOf(d)})
		case weekend(d) && touches(d, kinds):
			n.Days = append(n.Days, NoticeDay{d, Off, c.nameOf(d)})
		}
	}
	if len(n.Days) == 0 {
		return n, errors.New("没有勾选任何日子，或与现有安排没有不同")
	}
	return n, n.normalize()
}

// touches reports whether a weekend day lies beside a weekday off.
func touches(d Date, kinds map[Date]DayKind) bool {
	return slices.ContainsFunc([]int{-2, -1, 1, 2}, func(i int) bool { return kinds[d.AddDays(i)] == Off && !weekend(d.AddDays(i)) })
}

// nameOf gives the holiday that a day belongs to or lies nearest to.
func (c *Calendar) nameOf(d Date) string {
	if name := c.named[d].name; name != "" {
		return name
	}
	for i := 1; i <= reach; i++ {
		for _, near := range []Date{d.AddDays(-i), d.AddDays(i)} {
			if x := c.named[near]; x.kind == Off && x.name != "" {
				return x.name
			}
		}
	}
	return "调整"
}

// Lacks names the statutory holidays of a whole arrangement's year that have a
// weekday which is not off in it: it may have been copied in part. Nothing of an
// amendment.
func (n Notice) Lacks() []string {
	if n.Amends || n.Year < firstYear || n.Year > lastYear {
		return nil
	}
	off := map[Date]bool{}
	for _, d := range n.Days {
		off[d.Date] = d.Kind == Off
	}
	var out []string
	for _, s := range statutory(n.Year) {
		if !weekend(s.date) && !off[s.date] && !slices.Contains(out, s.name) {
			out = append(out, s.name)
		}
	}
	return out
}
