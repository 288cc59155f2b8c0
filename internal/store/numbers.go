package store

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
)

// The setting that says how an agency writes its case numbers, and what it is
// where nothing was set. {short} is the agency's 机关代字 (its code if it has
// none), {code} its code, {yyyy} the year of receipt, {n} the place in the series.
const (
	NumberSetting  = "case_number"
	DefaultPattern = "{short}申〔{yyyy}〕{n}号"
	caseSeries     = "case"
)

// numbering writes and reads the case numbers of one agency.
type numbering struct {
	short   string // how the agency is called in numbers
	pattern string // with {short} and {code} filled in
	yearly  bool   // the series begins anew each year
	read    *regexp.Regexp
}

func newNumbering(pattern, short, code string) numbering {
	p := strings.NewReplacer("{short}", short, "{代字}", short, "{code}", code).Replace(pattern)
	expr := strings.NewReplacer(regexp.QuoteMeta("{yyyy}"), `(?P<y>\d{4})`, regexp.QuoteMeta("{n}"), `(?P<n>[1-9]\d{0,8})`).
		Replace(regexp.QuoteMeta(p))
	return numbering{short: short, pattern: p, yearly: strings.Contains(p, "{yyyy}"), read: regexp.MustCompile("^" + expr + "$")}
}

// CheckPattern tells whether a text can serve as the setting NumberSetting.
func CheckPattern(pattern string) error {
	if strings.Count(pattern, "{n}") != 1 || strings.Count(pattern, "{yyyy}") > 1 {
		return Fail(Invalid, "编号样式“%s”须含一个 {n}，至多一个 {yyyy}，如 %s。", pattern, DefaultPattern)
	}
	return nil
}

// series gives the year under which the counter of a year of receipt runs.
func (f numbering) series(year int) int {
	if f.yearly {
		return year
	}
	return 0
}

func (f numbering) write(year int, n int64) string {
	return strings.NewReplacer("{yyyy}", strconv.Itoa(year), "{n}", strconv.FormatInt(n, 10)).Replace(f.pattern)
}

// parse reads a number back; false for one from outside the series.
func (f numbering) parse(text string) (year int, n int64, ok bool) {
	m := f.read.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	if i := f.read.SubexpIndex("y"); i > 0 {
		year, _ = strconv.Atoi(m[i]) // four digits
	}
	n, _ = strconv.ParseInt(m[f.read.SubexpIndex("n")], 10, 64) // at most nine digits
	return year, n, true
}

// numberingOf reads how an agency numbers on a day.
func (t *tx) numberingOf(agency int64, on calendar.Date) (numbering, error) {
	return t.numberingBy(agency, on, NumberSetting, DefaultPattern)
}

// letterNumbering reads how an agency numbers its letters on a day.
func (t *tx) letterNumbering(agency int64, on calendar.Date) (numbering, error) {
	return t.numberingBy(agency, on, LetterNumberSetting, DefaultLetterPattern)
}

func (t *tx) numberingBy(agency int64, on calendar.Date, setting, usual string) (numbering, error) {
	var a struct {
		Code  string `db:"code"`
		Short string `db:"short_name"`
	}
	err := t.Get(&a, `SELECT a.code, v.short_name FROM agencies a JOIN agency_versions v ON v.agency_id = a.id
		WHERE a.id = ? ORDER BY CASE WHEN v.from_on <= ? THEN 0 ELSE 1 END, v.from_on DESC LIMIT 1`, agency, on)
	if err != nil {
		return numbering{}, missing(err, "这个机关")
	}
	if a.Short == "" {
		a.Short = a.Code
	}
	pattern, err := t.setting(agency, setting, on)
	if err != nil {
		return numbering{}, err
	}
	if pattern == "" || CheckPattern(pattern) != nil {
		pattern = usual
	}
	return newNumbering(pattern, a.Short, a.Code), nil
}

// numbered is a number given, with its place in the series.
type numbered struct {
	text string
	year int
	seq  int64
}

// giveNumber takes the next number of an agency's year of receipt. Numbers that
// are taken already (they came in while another pattern was in force) are passed
// over: none of ours is missing for it.
func (t *tx) giveNumber(agency int64, received calendar.Date) (numbered, error) {
	f, err := t.numberingOf(agency, received)
	if err != nil {
		return numbered{}, err
	}
	for {
		n, err := t.count(agency, caseSeries, f.series(received.Year()), 1)
		if err != nil {
			return numbered{}, err
		}
		text := f.write(received.Year(), n)
		var taken int
		if err := t.Get(&taken, "SELECT COUNT(*) FROM cases WHERE agency_id = ? AND number <> '' AND number = ?", agency, text); err != nil {
			return numbered{}, err
		}
		if taken == 0 {
			return numbered{text, f.series(received.Year()), n}, nil
		}
	}
}

// count raises a counter by n and gives its new value. The counter stays locked
// until the transaction ends, so a rolled-back number is given again.
func (t *tx) count(agency int64, series string, year int, n int64) (last int64, err error) {
	err = t.Get(&last, `INSERT INTO counters (agency_id, series, year, last) VALUES (?, ?, ?, ?)
		ON CONFLICT (agency_id, series, year) DO UPDATE SET last = counters.last + excluded.last RETURNING last`,
		agency, series, year, n)
	if err != nil {
		return 0, fmt.Errorf("count in series %s of agency %d: %w", series, agency, err)
	}
	return last, nil
}

// raise lifts a counter to at least a value.
func (t *tx) raise(agency int64, series string, year int, least int64) error {
	_, err := t.Exec(`INSERT INTO counters (agency_id, series, year, last) VALUES (?, ?, ?, ?)
		ON CONFLICT (agency_id, series, year) DO UPDATE SET last =
		CASE WHEN counters.last < excluded.last THEN excluded.last ELSE counters.last END`, agency, series, year, least)
	return err
}
