package testkit

import (
	"time"

	"gongkai/internal/calendar"
)

// Day is a legal day for a test, from yyyy-mm-dd; it panics on another form.
func Day(text string) calendar.Date { return calendar.MustParse(text) }

// Clock gives a clock that stands at noon of a day in China.
func Clock(day string) func() time.Time {
	noon := Day(day).Time().Add(4 * time.Hour) // 12:00 in Shanghai
	return func() time.Time { return noon }
}
