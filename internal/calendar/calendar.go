// Package calendar says which civil days are working days for a Chinese
// government office: Monday to Friday, less the days off and plus the weekend
// days worked (调休上班) that the State Council's yearly notices name.
//
// It keeps every notice with its date, so that a day can be judged as it was
// known at the time, and it says when a year has no notice yet: then only the
// statutory days are off, and the result is provisional. It reads notices in
// three forms. It will not ask what day it is, guess at a notice to come (it
// bounds what one could bring: EarliestAdd), or know anything of the law's
// terms: that is package deadline.
package calendar

import (
	"fmt"
	"slices"
	"time"
)

// The years that a Calendar's table covers. Outside them every day from Monday
// to Friday is a working day, and nothing is known.
const (
	firstYear = 1990
	lastYear  = 2100
)

var (
	tableStart = Of(firstYear, time.January, 1)
	tableEnd   = Of(lastYear, time.December, 31)
)

// Calendar is what was known of working days at one time. It never changes,
// and counting costs the same however long the period: IsWorkday, Add, Count
// and Roll look up a table and allocate nothing.
type Calendar struct {
	// before[i] is the number of working days in the first i days of the table;
	// nth[k] is the index of the working day number k+1.
	before []int32
	nth    []int32

	noticed    [lastYear - firstYear + 1]bool
	named      map[Date]named
	candidates []candidate // weekend days that a notice to come could make worked
	version    string
	local      []LocalDay
	notices    []Notice
}

type named struct {
	kind   DayKind
	name   string
	notice string
}

// LocalDay is a day that one agency has off or works by a local rule, such as
// the feast days of a minority area (放假办法第四条).
type LocalDay struct {
	Date Date
	Kind DayKind
	Name string
}

// DayInfo is everything that a Calendar knows of a day.
type DayInfo struct {
	Date      Date
	Working   bool
	Kind      DayKind // zero for an ordinary weekday or weekend
	Name      string  // the holiday it belongs to, or ""
	Notice    string  // the number of the notice that names it, or ""
	Published bool    // whether the day's year has a notice
}

// build makes the calendar of these notices, later ones prevailing, and of the
// local days, which prevail over all.
func build(notices []Notice, local []LocalDay) *Calendar {
	c := &Calendar{named: map[Date]named{}, notices: notices, local: local, version: versionOf(notices, local)}
	owner := map[Date]int{}
	for _, n := range notices {
		if !n.Amends {
			c.open(n.Year, owner)
		}
		for _, d := range n.Days {
			c.named[d.Date] = named{d.Kind, d.Name, n.Number}
			owner[d.Date] = n.Year
		}
	}
	c.fillStatutory()
	for _, d := range local {
		c.named[d.Date] = named{d.Kind, d.Name, ""}
	}
	c.count()
	c.findCandidates()
	return c
}

// open marks a year as arranged and forgets what was arranged for it before.
func (c *Calendar) open(year int, owner map[Date]int) {
	for d, y := range owner {
		if y == year {
			delete(c.named, d)
			delete(owner, d)
		}
	}
	if year >= firstYear && year <= lastYear {
		c.noticed[year-firstYear] = true
	}
}

func (c *Calendar) fillStatutory() {
	for year := firstYear; year <= lastYear; year++ {
		if c.noticed[year-firstYear] {
			continue
		}
		for _, s := range statutory(year) {
			if _, ok := c.named[s.date]; !ok {
				c.named[s.date] = named{Off, s.name, ""}
			}
		}
	}
}

func (c *Calendar) count() {
	days := tableEnd.Sub(tableStart) + 1
	c.before = make([]int32, days+1)
	c.nth = make([]int32, 0, days*5/7)
	for i := range days {
		c.before[i] = int32(len(c.nth))
		d := tableStart.AddDays(i)
		working := !weekend(d)
		if n, ok := c.named[d]; ok {
			working = n.kind == Work
		}
		if working {
			c.nth = append(c.nth, int32(i))
		}
	}
	c.before[days] = int32(len(c.nth))
}

func weekend(d Date) bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}

func versionOf(notices []Notice, local []LocalDay) string {
	if len(notices) == 0 && len(local) == 0 {
		return "无放假通知"
	}
	v := "无放假通知"
	if len(notices) > 0 {
		v = fmt.Sprintf("%s#%d", notices[len(notices)-1].Number, len(notices))
	}
	if len(local) > 0 {
		v += fmt.Sprintf("+本地%d日", len(local))
	}
	return v
}

// WithLocal gives the calendar of an agency that has days of its own. It builds
// a whole table: keep the result, don't make one for each case.
func (c *Calendar) WithLocal(days []LocalDay) *Calendar {
	if len(days) == 0 {
		return c
	}
	return build(c.notices, append(slices.Clone(c.local), days...))
}

// Version names the set of notices that c is made of. Equal versions of one
// Book mean equal calendars.
func (c *Calendar) Version() string { return c.version }

// index gives d's place in the table; ok is false outside it.
func (c *Calendar) index(d Date) (int, bool) {
	i := d.Sub(tableStart)
	return i, i >= 0 && i < len(c.before)-1
}

// IsWorkday reports whether d is a working day.
func (c *Calendar) IsWorkday(d Date) bool {
	if i, ok := c.index(d); ok {
		return c.before[i+1] > c.before[i]
	}
	return !weekend(d)
}

// Add gives the n-th working day after d: d itself never counts (民法典第二百零一条).
// With n <= 0 it gives d.
func (c *Calendar) Add(d Date, n int) Date {
	if n <= 0 {
		return d
	}
	if i, ok := c.index(d); ok {
		if k := int(c.before[i+1]) + n - 1; k < len(c.nth) {
			return tableStart.AddDays(int(c.nth[k]))
		}
	}
	return c.addSlowly(d, n)
}

// addSlowly steps day by day, for the years that the table does not cover.
func (c *Calendar) addSlowly(d Date, n int) Date {
	for n > 0 {
		d = d.AddDays(1)
		if c.IsWorkday(d) {
			n--
		}
	}
	return d
}

// Count gives the number of working days after a up to and including b; it is
// negative when b lies before a, and Count(a, b) = -Count(b, a).
func (c *Calendar) Count(a, b Date) int {
	if b.Before(a) {
		return -c.Count(b, a)
	}
	i, ok1 := c.index(a)
	j, ok2 := c.index(b)
	if ok1 && ok2 {
		return int(c.before[j+1] - c.before[i+1])
	}
	n := 0
	for d := a.AddDays(1); !d.After(b); d = d.AddDays(1) {
		if c.IsWorkday(d) {
			n++
		}
	}
	return n
}

// Roll gives the first working day on or after d: the end of a term in calendar
// days that would fall on a day off (民法典第二百零三条). A weekend day that is
// worked does not roll.
func (c *Calendar) Roll(d Date) Date {
	if c.IsWorkday(d) {
		return d
	}
	return c.Add(d, 1)
}

// Provisional reports whether d's year has no notice, so that what falls in it
// rests on the statutory days alone.
func (c *Calendar) Provisional(d Date) bool {
	y := d.Year()
	return y < firstYear || y > lastYear || !c.noticed[y-firstYear]
}

// ProvisionalBetween reports whether any year from a's to b's has no notice.
func (c *Calendar) ProvisionalBetween(a, b Date) bool {
	from, to := a.Year(), b.Year()
	if from < firstYear || to > lastYear {
		return true
	}
	for y := from; y <= to; y++ {
		if !c.noticed[y-firstYear] {
			return true
		}
	}
	return false
}

// Day gives what is known of d.
func (c *Calendar) Day(d Date) DayInfo {
	n := c.named[d]
	return DayInfo{Date: d, Working: c.IsWorkday(d), Kind: n.kind, Name: n.name, Notice: n.notice, Published: !c.Provisional(d)}
}

// Workdays gives the number of working days of a year.
func (c *Calendar) Workdays(year int) int {
	return c.Count(Of(year-1, time.December, 31), Of(year, time.December, 31))
}
