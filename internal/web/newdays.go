package web

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"gongkai/internal/calendar"
)

var (
	monthDay = regexp.MustCompile(`^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$|^(\d{2})(\d{2})$`)
	dayAlone = regexp.MustCompile(`^(\d{1,2})\s*[日号]?$`)
	clockEnd = regexp.MustCompile(`[\sT]+\d{1,2}[:：]\d{2}([:：]\d{2})?(\.\d+)?$`)
)

// readNearDay reads a day as readDay does, and the short forms of a clerk with a
// letter in hand: 5.29, 0529, 29, 今天, 昨天. What names no year or month is the
// last such day up to today. A time of day behind it is left out.
func readNearDay(text string, today calendar.Date) (calendar.Date, bool) {
	text = strings.TrimSpace(width.Narrow.String(text))
	text = clockEnd.ReplaceAllString(text, "")
	if day, ok := readDay(text); ok {
		return day, true
	}
	switch text {
	case "今天", "今日":
		return today, true
	case "昨天", "昨日":
		return today.AddDays(-1), true
	}
	year, month, _ := today.YMD()
	if m := monthDay.FindStringSubmatch(text); m != nil {
		if m[1] == "" {
			m = append(m[:1], m[3:]...)
		}
		return lastSuch(today, []string{dayText(year, m[1], m[2]), dayText(year-1, m[1], m[2])})
	}
	if m := dayAlone.FindStringSubmatch(text); m != nil {
		before, last := year, int(month)-1
		if last == 0 {
			before, last = year-1, 12
		}
		return lastSuch(today, []string{dayText(year, fmt.Sprint(int(month)), m[1]), dayText(before, fmt.Sprint(last), m[1])})
	}
	return calendar.Date{}, false
}

// readComingDay reads a day as readDay does, or 12.3 for the next such day from
// today on: for what lies ahead.
func readComingDay(text string, today calendar.Date) (calendar.Date, bool) {
	text = strings.TrimSpace(width.Narrow.String(text))
	if day, ok := readDay(text); ok {
		return day, true
	}
	m := monthDay.FindStringSubmatch(text)
	if m == nil {
		return calendar.Date{}, false
	}
	if m[1] == "" {
		m = append(m[:1], m[3:]...)
	}
	for year := today.Year(); year <= today.Year()+1; year++ {
		if d, err := calendar.Parse(dayText(year, m[1], m[2])); err == nil && !d.Before(today) {
			return d, true
		}
	}
	return calendar.Date{}, false
}

func dayText(year int, month, day string) string {
	return fmt.Sprintf("%04d-%s-%s", year, twoDigits(month), twoDigits(day))
}

func twoDigits(text string) string {
	if len(text) == 1 {
		return "0" + text
	}
	return text
}

// lastSuch gives the first of the days that there is and that is not to come.
func lastSuch(today calendar.Date, texts []string) (calendar.Date, bool) {
	for _, text := range texts {
		if d, err := calendar.Parse(text); err == nil && !d.After(today) {
			return d, true
		}
	}
	return calendar.Date{}, false
}
