package calendar

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ParseHolidayCN reads the JSON form in which a year's arrangement is passed
// around: {"year":2027,"days":[{"name","date","isOffDay"}]}. The form carries no
// notice number and no day of publication: the caller fills them in. Errors are
// sentences in Chinese that name the place.
func ParseHolidayCN(text []byte) (Notice, error) {
	var file struct {
		Year   int      `json:"year"`
		Papers []string `json:"papers"`
		Days   []struct {
			Name string `json:"name"`
			Date string `json:"date"`
			Off  *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return Notice{}, jsonError(err)
	}
	if file.Year == 0 {
		return Notice{}, errors.New("JSON 里没有 year（年份）")
	}
	n := Notice{Year: file.Year, Source: strings.Join(file.Papers, " ")}
	for i, d := range file.Days {
		date, err := Parse(d.Date)
		if err != nil {
			return Notice{}, fmt.Errorf("days 第 %d 项：%w", i+1, err)
		}
		if d.Off == nil {
			return Notice{}, fmt.Errorf("days 第 %d 项（%s）没有 isOffDay", i+1, date)
		}
		kind := Work
		if *d.Off {
			kind = Off
		}
		n.Days = append(n.Days, NoticeDay{date, kind, d.Name})
	}
	return n, n.normalize()
}

func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("不是完整的 JSON：第 %d 个字节处读不下去", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("JSON 的 %s 应为 %s，读到的是 %s", kind.Field, kind.Type, kind.Value)
	}
	return errors.New("读不出 JSON")
}

// ParseCSV reads lines of date,kind(off|work),name, with or without that
// heading. The year is the parameter or, if that is 0, the year of the latest
// day. Errors are sentences in Chinese that name the line.
func ParseCSV(text []byte, year int) (Notice, error) {
	n := Notice{Year: year}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Notice{}, csvError(err)
		}
		line, _ := r.FieldPos(0)
		if line == 1 && strings.EqualFold(strings.TrimSpace(cells[0]), "date") {
			continue
		}
		d, err := csvDay(cells)
		if err != nil {
			return Notice{}, fmt.Errorf("第 %d 行：%w", line, err)
		}
		n.Days = append(n.Days, d)
		if year == 0 {
			n.Year = max(n.Year, d.Date.Year())
		}
	}
	if len(n.Days) == 0 {
		return Notice{}, errors.New("文件里没有任何一天")
	}
	return n, n.normalize()
}

func csvError(err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return fmt.Errorf("第 %d 行不是完整的 CSV（引号不成对）", bad.Line)
	}
	return errors.New("读不出 CSV")
}

func csvDay(cells []string) (NoticeDay, error) {
	if len(cells) < 2 || len(cells) > 3 {
		return NoticeDay{}, fmt.Errorf("应为 日期,off 或 work,名称，读到 %d 栏", len(cells))
	}
	date, err := Parse(strings.TrimSpace(cells[0]))
	if err != nil {
		return NoticeDay{}, err
	}
	kind, err := ParseDayKind(strings.TrimSpace(cells[1]))
	if err != nil {
		return NoticeDay{}, err
	}
	d := NoticeDay{Date: date, Kind: kind}
	if len(cells) == 3 {
		d.Name = strings.TrimSpace(cells[2])
	}
	return d, nil
}

// parseNoticeFile reads a file of our own: lines "key: value", an empty line,
// then what ParseCSV reads.
func parseNoticeFile(text string) (Notice, error) {
	head, days, ok := strings.Cut(text, "\n\n")
	if !ok {
		return Notice{}, errors.New("没有空行分开文号与日期")
	}
	facts := map[string]string{}
	for _, line := range strings.Split(head, "\n") {
		key, value, _ := strings.Cut(line, ": ")
		facts[key] = value
	}
	year, err := strconv.Atoi(facts["year"])
	if err != nil {
		return Notice{}, fmt.Errorf("年份“%s”不是数字", facts["year"])
	}
	n, err := ParseCSV([]byte(days), year)
	if err != nil {
		return Notice{}, err
	}
	n.Number, n.Title, n.Amends = facts["number"], facts["title"], facts["amends"] == "yes"
	n.PublishedOn, err = Parse(facts["published"])
	return n, err
}
