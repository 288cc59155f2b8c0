package calendar

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a civil day in the office's own time zone. It has no time of day and
// no location. The zero Date is "no day": IsZero reports it, its text is empty,
// and it orders before every real day. Dates compare with == and work as map
// keys. Supported years: 1 to 9999.
type Date struct {
	days int32 // days since 0001-01-01, plus one
}

// Weekday names follow the ISO order that Chinese offices use, Monday first.
var weekdayZh = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Of gives the day of a year, month and day. Months and days outside their
// range roll over as in time.Date.
func Of(year int, month time.Month, day int) Date {
	return FromTime(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// FromTime gives the civil day that t shows in its own location.
func FromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400) + unixOffset}
}

// unixOffset is the value of Date.days for 1970-01-01.
const unixOffset = 719163

// Parse reads yyyy-mm-dd and nothing else; a day that does not exist
// (2025-02-30) is an error.
func Parse(text string) (Date, error) {
	if len(text) == 10 && text[4] == '-' && text[7] == '-' {
		y, ok1 := digits(text[0:4])
		m, ok2 := digits(text[5:7])
		d, ok3 := digits(text[8:10])
		if ok1 && ok2 && ok3 && m >= 1 && m <= 12 && d >= 1 && y >= 1 {
			day := Of(y, time.Month(m), d)
			if _, _, got := day.YMD(); got == d {
				return day, nil
			}
		}
	}
	return Date{}, fmt.Errorf("日期“%s”不是 yyyy-mm-dd 形式的有效日期", text)
}

// MustParse is Parse for constants and tests; it panics on a bad day.
func MustParse(text string) Date {
	d, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

func digits(s string) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// IsZero reports whether d is no day at all.
func (d Date) IsZero() bool { return d.days == 0 }

// Time gives midnight UTC of the day; only for formatting and weekday sums.
func (d Date) Time() time.Time { return time.Unix(int64(d.days-unixOffset)*86400, 0).UTC() }

// YMD gives year, month and day.
func (d Date) YMD() (int, time.Month, int) { return d.Time().Date() }

// Year gives the year of d.
func (d Date) Year() int { return d.Time().Year() }

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Weekday((int(d.days)) % 7) // 0001-01-01 was a Monday
}

// AddDays gives the day n civil days later (earlier if n is negative).
func (d Date) AddDays(n int) Date { return Date{d.days + int32(n)} }

// AddMonths gives the same day number n months later, or the last day of that
// month where it is shorter (民法典第二百零二条).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.YMD()
	first := Of(y, m+time.Month(n), 1)
	last := Of(y, m+time.Month(n)+1, 0)
	if got := first.AddDays(day - 1); !got.After(last) {
		return got
	}
	return last
}

// Sub gives the number of civil days from e to d.
func (d Date) Sub(e Date) int { return int(d.days - e.days) }

// Before reports whether d lies before e.
func (d Date) Before(e Date) bool { return d.days < e.days }

// After reports whether d lies after e.
func (d Date) After(e Date) bool { return d.days > e.days }

// Compare orders days: -1, 0 or +1.
func (d Date) Compare(e Date) int {
	switch {
	case d.days < e.days:
		return -1
	case d.days > e.days:
		return 1
	}
	return 0
}

// Later gives the later of two days.
func Later(a, b Date) Date {
	if a.Before(b) {
		return b
	}
	return a
}

// Earlier gives the earlier of two days.
func Earlier(a, b Date) Date {
	if b.Before(a) {
		return b
	}
	return a
}

// String gives yyyy-mm-dd, or "" for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	var buf [10]byte
	return string(d.append(buf[:0]))
}

func (d Date) append(b []byte) []byte {
	y, m, day := d.YMD()
	return append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+int(m)/10), byte('0'+int(m)%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// Chinese gives 2026年5月29日, as sentences and letters write it.
func (d Date) Chinese() string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.YMD()
	return fmt.Sprintf("%d年%d月%d日", y, int(m), day)
}

// WeekdayChinese gives 周一 to 周日.
func (d Date) WeekdayChinese() string { return weekdayZh[d.Weekday()] }

// MarshalText writes yyyy-mm-dd, or nothing for no day.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.append(make([]byte, 0, 10)), nil
}

// UnmarshalText reads yyyy-mm-dd; empty text is no day.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	got, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = got
	return nil
}

// MarshalJSON writes "yyyy-mm-dd", or null for no day.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	b := make([]byte, 0, 12)
	b = append(b, '"')
	b = d.append(b)
	return append(b, '"'), nil
}

// UnmarshalJSON reads "yyyy-mm-dd", "" or null.
func (d *Date) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*d = Date{}
		return nil
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return fmt.Errorf("日期 %s 应写作 \"yyyy-mm-dd\"", b)
	}
	return d.UnmarshalText(b[1 : len(b)-1])
}

// Value stores the day as TEXT yyyy-mm-dd; no day is the empty text, never NULL.
func (d Date) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads what Value wrote; NULL is no day.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("cannot read a day from %T", src)
}
