package importer

import (
	"math"
	"strings"
	"time"

	"gongkai/internal/calendar"
)

// The years in which a ledger's dates lie; others are slips of the pen.
const (
	firstYear = 1990
	lastYear  = 2100
)

// serialDay gives the day of an Excel date (days since 1899-12-30; the time of
// day is dropped).
func serialDay(v float64) (calendar.Date, bool) {
	day := calendar.Of(1899, time.December, 30).AddDays(int(math.Floor(math.Max(0, math.Min(v, 200000)))))
	return day, plausible(day)
}

func plausible(d calendar.Date) bool { return d.Year() >= firstYear && d.Year() <= lastYear }

// readDay reads a date cell in any of the forms that ledgers use. yearless is
// set for "5月6日", which takes the given year.
func readDay(c cell, year int) (day calendar.Date, yearless, ok bool) {
	if c.isNum {
		if c.isDate || c.number >= 32874 && c.number < 73415 { // 1990 to 2100
			day, ok = serialDay(c.number)
			return day, false, ok
		}
	}
	return parseDay(c.text, year)
}

// parseDay reads a written date: year, month and day with - / . or 年月日
// between them, or eight digits; a time of day after it is dropped.
func parseDay(text string, year int) (day calendar.Date, yearless, ok bool) {
	if d, err := calendar.Parse(text); err == nil {
		return d, false, plausible(d)
	}
	var n [3]int
	count, rest := 0, strings.TrimSpace(strings.Map(half, text))
	sep, unit := byte(0), ""
	for count < 3 {
		digits := leadingDigits(rest)
		if digits == 0 || digits > 4 && !(count == 0 && digits == 8) {
			return day, false, false
		}
		if digits == 8 {
			return eightDigits(rest)
		}
		for i := range digits {
			n[count] = n[count]*10 + int(rest[i]-'0')
		}
		if count == 0 && digits != 4 && digits > 2 || count > 0 && digits > 2 {
			return day, false, false
		}
		long := digits == 4
		rest = strings.TrimLeft(rest[digits:], " ")
		count++
		if sep, unit, rest, ok = separator(rest, count, sep, long); !ok {
			return day, false, false
		}
		if count == 1 && unit == "月" { // 5月6日: no year was written
			n[1], count, yearless = n[0], 2, true
		}
		rest = strings.TrimLeft(rest, " ")
	}
	if yearless {
		n[0] = year
	}
	day, ok = makeDay(n)
	return day, yearless, ok && timeOfDay(rest)
}

func leadingDigits(s string) int {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// separator reads what follows the count-th number of a date.
func separator(s string, count int, sep byte, long bool) (newSep byte, unit, rest string, ok bool) {
	units := []string{"", "年", "月", "日"}
	switch {
	case count == 1 && !long:
		rest, ok = strings.CutPrefix(s, "月")
		return 'u', "月", rest, ok
	case strings.HasPrefix(s, units[count]) && (sep == 0 || sep == 'u'):
		return 'u', units[count], s[len(units[count]):], true
	case count == 3 && sep == 'u':
		rest, _ = strings.CutPrefix(s, "号")
		return sep, "", rest, true
	case count == 3:
		return sep, "", s, true
	case s != "" && strings.IndexByte("-/.", s[0]) >= 0 && (sep == 0 || sep == s[0]):
		return s[0], "", s[1:], true
	}
	return 0, "", "", false
}

func eightDigits(s string) (calendar.Date, bool, bool) {
	var n [3]int
	for i := range 8 {
		part := [...]int{0, 0, 0, 0, 1, 1, 2, 2}[i]
		n[part] = n[part]*10 + int(s[i]-'0')
	}
	day, ok := makeDay(n)
	return day, false, ok && timeOfDay(strings.TrimSpace(s[8:]))
}

// makeDay refuses days that no calendar has.
func makeDay(n [3]int) (calendar.Date, bool) {
	if n[0] < firstYear || n[0] > lastYear || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 {
		return calendar.Date{}, false
	}
	day := calendar.Of(n[0], time.Month(n[1]), n[2])
	_, _, got := day.YMD()
	return day, got == n[2]
}

// timeOfDay accepts what may follow a date: nothing, a time, a weekday.
func timeOfDay(s string) bool {
	s = strings.TrimPrefix(strings.TrimSpace(s), "T")
	for _, word := range []string{"上午", "下午", "星期", "周"} {
		if strings.HasPrefix(strings.TrimLeft(s, "("), word) {
			return len(s) <= 40
		}
	}
	if s == "" {
		return true
	}
	return s[0] >= '0' && s[0] <= '9' && len(s) <= 40 && timeSigns(s)
}

// timeSigns reports whether a text is a time of day: 14:30, 0:00:00.000+08:00,
// 9时5分, 2:30 PM.
func timeSigns(s string) bool {
	if !strings.ContainsAny(s, ":时点") {
		return false
	}
	return strings.Trim(s, "0123456789:.+-Z时点分秒 AaPpMm") == ""
}
