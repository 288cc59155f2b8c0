package app

import (
	"fmt"
	"io"
	"strings"

	"gongkai/internal/calendar"
)

// CalendarList prints every notice of the book in the order in which they came
// to count: year, number, day of publication and of adoption, title.
func CalendarList(w io.Writer, book *calendar.Book) error {
	var b strings.Builder
	for _, n := range book.Notices() {
		kind := "安排"
		if n.Amends {
			kind = "调整"
		}
		adopted := ""
		if !n.AdoptedOn.IsZero() && n.AdoptedOn != n.PublishedOn {
			adopted = "　本系统采用于 " + n.AdoptedOn.String()
		}
		fmt.Fprintf(&b, "%d  %s  %s  %s  %s%s\n", n.Year, kind, n.PublishedOn, n.Number, n.Title, adopted)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// CalendarShow prints one year as the book's latest view has it: the number of
// working days, the notices, the days off and the weekend days worked. A year
// outside the calendar is an error in Chinese.
func CalendarShow(w io.Writer, book *calendar.Book, year int) error {
	if year < 1990 || year > 2100 {
		return fmt.Errorf("年份 %d 不在 1990 年至 2100 年之间", year)
	}
	c := book.Latest()
	var b strings.Builder
	fmt.Fprintf(&b, "%d 年　%d 个工作日\n", year, c.Workdays(year))
	if c.Provisional(calendar.Of(year, 1, 1)) {
		b.WriteString("尚无放假通知：只计法定节假日，结果暂定，以正式放假通知为准\n")
	}
	for _, n := range book.Notices() {
		if n.Year == year {
			fmt.Fprintf(&b, "依据　%s（%s 公布）%s\n", n.Number, n.PublishedOn, n.Title)
		}
	}
	b.WriteString("\n")
	writeNamedDays(&b, c, year)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeNamedDays joins days off that follow each other under one name.
func writeNamedDays(b *strings.Builder, c *calendar.Calendar, year int) {
	last := calendar.Of(year, 12, 31)
	for d := calendar.Of(year, 1, 1); !d.After(last); d = d.AddDays(1) {
		day := c.Day(d)
		if day.Kind.IsZero() {
			continue
		}
		end := spanEnd(c, day, last)
		if end == d {
			fmt.Fprintf(b, "%s  %s%s\n", day.Name, isoDay(d), day.Kind.Label())
		} else {
			fmt.Fprintf(b, "%s  %s至 %s%s\n", day.Name, isoDay(d), isoDay(end), day.Kind.Label())
		}
		d = end
	}
}

func isoDay(d calendar.Date) string { return d.String() + "（" + d.WeekdayChinese() + "）" }

// spanEnd gives the last day off that follows a day without a break under the
// same name; a day that is worked stands alone.
func spanEnd(c *calendar.Calendar, day calendar.DayInfo, last calendar.Date) calendar.Date {
	end := day.Date
	for day.Kind == calendar.Off && end.Before(last) {
		next := c.Day(end.AddDays(1))
		if next.Kind != day.Kind || next.Name != day.Name {
			break
		}
		end = next.Date
	}
	return end
}
