package web

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"gongkai/internal/calendar"
)

var typedDay = regexp.MustCompile(`^(\d{4})\s*(?:[-/.年])\s*(\d{1,2})\s*(?:[-/.月])\s*(\d{1,2})\s*日?$|^(\d{4})(\d{2})(\d{2})$`)

// readDay reads a day as people type it: 2026-05-29, 2026/5/29, 2026.5.29,
// 20260529, 2026年5月29日, full-width or half-width.
func readDay(text string) (calendar.Date, bool) {
	m := typedDay.FindStringSubmatch(strings.TrimSpace(width.Narrow.String(text)))
	if m == nil {
		return calendar.Date{}, false
	}
	if m[1] == "" {
		m = append(m[:1], m[4:]...)
	}
	y, _ := strconv.Atoi(m[1]) // the pattern let only digits through
	mo, _ := strconv.Atoi(m[2])
	d, _ := strconv.Atoi(m[3])
	if mo < 1 || mo > 12 {
		return calendar.Date{}, false
	}
	day, err := calendar.Parse(fmt.Sprintf("%04d-%02d-%02d", y, time.Month(mo), d))
	return day, err == nil
}
