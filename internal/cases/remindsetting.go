package cases

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gongkai/internal/calendar"
)

// The keys of the settings about reminders; they have a page of their own.
const (
	ReminderPlanKey  = "reminder_plan"
	ReminderHoursKey = "reminder_hours"
	AnnualTermsKey   = "annual_terms"
)

// ReminderSettings lists them. Each holds for all below who have set none.
func ReminderSettings() []Setting {
	return []Setting{
		{ReminderPlanKey, "提醒", "提醒计划", "每种提醒在剩余几个工作日时发出。", "reminders", false, true},
		{ReminderHoursKey, "提醒", "发送时段", "短信、邮件只在工作日的这段时间里发出，如 08:30-17:30。", "hours", false, true},
		{AnnualTermsKey, "年报", "预审和公布日期", "每行一类机关：类别 预审日期 公布日期，如“部门 01-15 01-31”；不预审的写“-”。不能晚于法定日期。", "terms", false, true},
	}
}

// readReminder reads the value of one of the settings about reminders.
func (x Setting) readReminder(text string) (string, error) {
	switch x.Kind {
	case "reminders":
		p, err := ParseReminderPlan(text)
		return p.String(), err
	case "hours":
		h, err := ParseHours(text)
		return h.String(), err
	}
	t, err := ParseAnnualTerms(text)
	return t.String(), err
}

// Hours are those in which messages leave the house, in minutes from midnight.
type Hours struct{ From, To int }

// UsualHours are those of an office.
func UsualHours() Hours { return Hours{8*60 + 30, 17*60 + 30} }

// String writes 08:30-17:30.
func (h Hours) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}

// ParseHours reads what String writes; "" are the usual ones.
func ParseHours(text string) (Hours, error) {
	text = strings.NewReplacer("：", ":", "—", "-", "－", "-", "~", "-", " ", "").Replace(text)
	if text == "" {
		return UsualHours(), nil
	}
	from, to, ok := strings.Cut(text, "-")
	a, err1 := time.Parse("15:04", from)
	b, err2 := time.Parse("15:04", to)
	h := Hours{a.Hour()*60 + a.Minute(), b.Hour()*60 + b.Minute()}
	if !ok || err1 != nil || err2 != nil || h.From >= h.To {
		return UsualHours(), fmt.Errorf("发送时段“%s”应为如 08:30-17:30 的起止时间", text)
	}
	return h, nil
}

// Next gives when a message made at a moment of the office's clock may leave: now,
// or at the beginning of the next hours on a working day.
func (h Hours) Next(now time.Time, cal *calendar.Calendar) time.Time {
	day, minute := calendar.FromTime(now), now.Hour()*60+now.Minute()
	switch {
	case cal.IsWorkday(day) && minute >= h.From && minute < h.To:
		return now
	case !cal.IsWorkday(day) || minute >= h.To:
		day = cal.Add(day, 1)
	}
	y, m, d := day.YMD()
	return time.Date(y, m, d, h.From/60, h.From%60, 0, 0, now.Location())
}

// MonthDay is a day of any year; the zero one is none.
type MonthDay struct {
	Month time.Month
	Day   int
}

// In gives the day in a year.
func (m MonthDay) In(year int) calendar.Date {
	if m.Month == 0 {
		return calendar.Date{}
	}
	return calendar.Of(year, m.Month, m.Day)
}

// String writes 01-31, or "-".
func (m MonthDay) String() string {
	if m.Month == 0 {
		return "-"
	}
	return fmt.Sprintf("%02d-%02d", int(m.Month), m.Day)
}

// AnnualTerm is by when the report of a past year is to be checked and published.
type AnnualTerm struct{ Precheck, Publish MonthDay }

// AnnualTerms are those of each kind of agency.
type AnnualTerms map[AgencyKind]AnnualTerm

// LegalAnnualTerm is what the law sets (Arts 49, 50): departments by 31 January,
// governments by 31 March.
func LegalAnnualTerm(kind AgencyKind) AnnualTerm {
	if kind == Government {
		return AnnualTerm{Publish: MonthDay{time.March, 31}}
	}
	return AnnualTerm{Publish: MonthDay{time.January, 31}}
}

// Of gives the term of a kind of agency: as set, else the law's.
func (t AnnualTerms) Of(kind AgencyKind) AnnualTerm {
	if x, set := t[kind]; set {
		return x
	}
	return LegalAnnualTerm(kind)
}

// String writes the terms that are set, a kind on each line.
func (t AnnualTerms) String() string {
	var lines []string
	for _, k := range AgencyKinds() {
		if x, set := t[k]; set {
			lines = append(lines, k.Label()+" "+x.Precheck.String()+" "+x.Publish.String())
		}
	}
	return strings.Join(lines, "\n")
}

// ParseAnnualTerms reads a kind of agency, its day of 预审 (or -) and its day of
// publishing on each line. A day later than the law's is refused.
func ParseAnnualTerms(text string) (AnnualTerms, error) {
	out := AnnualTerms{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		shown := strings.TrimSpace(line)
		if len(words) != 3 {
			return nil, fmt.Errorf("“%s”应为：类别 预审日期 公布日期，如“部门 01-15 01-31”", shown)
		}
		kind, err := parseTier(words[0])
		if err != nil {
			return nil, err
		}
		precheck, err := parseMonthDay(words[1])
		if err != nil {
			return nil, err
		}
		publish, err := parseMonthDay(words[2])
		legal := LegalAnnualTerm(kind).Publish
		switch {
		case err != nil:
			return nil, err
		case publish.Month == 0 || publish.In(2025).After(legal.In(2025)):
			return nil, fmt.Errorf("%s的公布日期不能晚于法定的%d月%d日（条例第四十九条、第五十条）", kind.Label(), int(legal.Month), legal.Day)
		case precheck.Month != 0 && precheck.In(2025).After(publish.In(2025)):
			return nil, fmt.Errorf("%s的预审日期晚于公布日期", kind.Label())
		}
		out[kind] = AnnualTerm{precheck, publish}
	}
	return out, nil
}

// parseTier reads a kind of agency by its code, its word or the short word.
func parseTier(text string) (AgencyKind, error) {
	if text == "部门" {
		return Department, nil
	}
	return ParseAgencyKind(text)
}

func parseMonthDay(text string) (MonthDay, error) {
	if text == "-" || text == "—" {
		return MonthDay{}, nil
	}
	month, day, ok := strings.Cut(text, "-")
	m, err1 := strconv.Atoi(month)
	d, err2 := strconv.Atoi(day)
	if !ok || err1 != nil || err2 != nil || m < 1 || m > 12 || d < 1 || d > 31 || int(calendar.Of(2025, time.Month(m), d).Time().Month()) != m {
		return MonthDay{}, fmt.Errorf("日期“%s”应为如 01-31 的月和日", text)
	}
	return MonthDay{time.Month(m), d}, nil
}
