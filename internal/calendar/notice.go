package calendar

import (
	"fmt"
	"slices"
	"strings"
)

// DayKind is what a notice says of a day. The zero value says nothing.
type DayKind struct{ code string }

// The kinds of day that a notice names.
var (
	Off  = DayKind{"off"}  // 放假
	Work = DayKind{"work"} // 调休上班
)

var dayKinds = [...]struct {
	kind  DayKind
	label string
}{{Off, "放假"}, {Work, "上班"}}

// ParseDayKind reads off or work; anything else is an error in Chinese.
func ParseDayKind(code string) (DayKind, error) {
	for _, k := range dayKinds {
		if k.kind.code == code {
			return k.kind, nil
		}
	}
	return DayKind{}, fmt.Errorf("“%s”应为 off（放假）或 work（上班）", code)
}

// Code gives off or work, as files and the database write it.
func (k DayKind) Code() string { return k.code }

// Label gives 放假 or 上班.
func (k DayKind) Label() string {
	for _, row := range dayKinds {
		if row.kind == k {
			return row.label
		}
	}
	return ""
}

// IsZero reports whether k says nothing.
func (k DayKind) IsZero() bool { return k.code == "" }

// NoticeDay is one day that a notice names, with the holiday it belongs to.
type NoticeDay struct {
	Date Date
	Kind DayKind
	Name string
}

// Notice is one arrangement of holidays by the State Council. An opening notice
// arranges its whole Year and takes the place of every earlier one for that
// year; an amending notice overrides the days that it names and nothing else.
// Either may name days of December before its Year.
type Notice struct {
	Number      string // 国办发明电〔2025〕7号
	Title       string
	PublishedOn Date
	AdoptedOn   Date // when this installation took it over; zero: when it was published
	Year        int
	Amends      bool
	Days        []NoticeDay // ordered by date, no date twice
	Source      string      // where it was read from, for people
}

// CountsFrom gives the day from which the installation judged by the notice.
func (n Notice) CountsFrom() Date {
	if n.AdoptedOn.IsZero() {
		return n.PublishedOn
	}
	return n.AdoptedOn
}

// normalize orders the days and refuses what no calendar can be built from: no
// year, no days, a date twice, or a date outside the year and the December
// before it. Errors are sentences in Chinese that name the day.
func (n *Notice) normalize() error {
	if n.Year < firstYear || n.Year > lastYear {
		return fmt.Errorf("年份 %d 不在 %d—%d 之内", n.Year, firstYear, lastYear)
	}
	if len(n.Days) == 0 {
		return fmt.Errorf("%d 年的安排里没有任何一天", n.Year)
	}
	slices.SortStableFunc(n.Days, func(a, b NoticeDay) int { return a.Date.Compare(b.Date) })
	for i, d := range n.Days {
		if i > 0 && n.Days[i-1].Date == d.Date {
			return fmt.Errorf("%s（%s）出现两次", d.Date, d.Name)
		}
		if y, m, _ := d.Date.YMD(); y != n.Year && !(y == n.Year-1 && m == 12) {
			return fmt.Errorf("%s（%s）不属于 %d 年的安排", d.Date, d.Name, n.Year)
		}
	}
	return nil
}

// clone keeps a Book safe from callers that change their slice later.
func (n Notice) clone() Notice {
	n.Days = slices.Clone(n.Days)
	n.Number = strings.TrimSpace(n.Number)
	return n
}
