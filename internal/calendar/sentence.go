package calendar

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	noticeNumber = regexp.MustCompile(`国办?发明电[〔\[【]\d{4}[〕\]】]第?\d+号`)
	noticeTitle  = regexp.MustCompile(`国务院(?:办公厅)?关于[^。：\n]*?(?:安排|假期|放假)的通知`)
	headingYear  = regexp.MustCompile(`关于(?:调整|延长)?(\d{4})年`)
	amending     = regexp.MustCompile(`关于(调整|延长)|纪念日调休放假`)
	signature    = regexp.MustCompile(`国务院(?:办公厅)?(\d{4})年(\d{1,2})月(\d{1,2})日`)
	item         = regexp.MustCompile(`(?:^|[。；])(?:[一二三四五六七八九十]+、)?(“?[一-龥、”]{2,20})：`)
	amendedFeast = regexp.MustCompile(`\d{4}年(元旦|春节|清明节|劳动节|端午节|中秋节|国庆节)`)
	dateWords    = regexp.MustCompile(`(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:（([^）]*)）)?`)
	weekdayWord  = regexp.MustCompile(`周([一二三四五六日天])`)
	dateAlone    = regexp.MustCompile(`^\d{4}年\d{1,2}月\d{1,2}日$`) // under the signature
	dayCount     = regexp.MustCompile(`共(\d+)天`)
	blanks       = regexp.MustCompile(`[ \t\r　]+`)
)

// plain brings the notice's signs to one form: half-width digits, full-width
// brackets and stops, 周 for 星期, 至 for every dash of a range.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, text)
	text = strings.NewReplacer("(", "（", ")", "）", ":", "：", ";", "；", ",", "，", "星期", "周", "礼拜", "周",
		"日—", "日至", "）—", "）至", "日-", "日至", "）-", "）至", "日－", "日至", "日~", "日至", "日～", "日至", "日到", "日至").Replace(text)
	return blanks.ReplaceAllString(text, "")
}

// ParseNoticeText reads the sentences of a notice as they are published:
//
//	元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
//
// The year is the parameter or, if that is 0, that of the heading. Number, title
// and day of publication are taken where the text has them. A weekday in
// brackets, and the number of days, are checked against the dates. Sentences
// without a date are passed over; one with a date that says neither 放假 nor
// 上班 is an error, in Chinese, that quotes it.
func ParseNoticeText(text string, year int) (Notice, error) {
	text = plain(text)
	joined := strings.ReplaceAll(text, "\n", "")
	n := Notice{Year: year, Number: noticeNumber.FindString(joined), Title: noticeTitle.FindString(joined)}
	n.Amends = amending.MatchString(joined)
	if m := headingYear.FindStringSubmatch(joined); m != nil && year == 0 {
		n.Year = atoi(m[1])
	}
	if n.Year == 0 {
		return Notice{}, errors.New("没有写明是哪一年的安排：请保留标题“关于××××年部分节假日安排的通知”，或者另行指明年份")
	}
	if m := signature.FindStringSubmatch(joined); m != nil {
		n.PublishedOn = Of(atoi(m[1]), time.Month(atoi(m[2])), atoi(m[3]))
	}
	p := sentenceParser{year: n.Year, kinds: map[Date]DayKind{}}
	if m := amendedFeast.FindStringSubmatch(joined); m != nil && n.Amends {
		p.name = m[1]
	}
	if err := p.text(text); err != nil {
		return Notice{}, err
	}
	if len(p.days) == 0 {
		return Notice{}, errors.New("没有读出任何放假或上班的日期")
	}
	n.Days = p.days
	return n, n.normalize()
}

// sentenceParser walks the items of one notice.
type sentenceParser struct {
	year  int
	name  string // the holiday that is being read
	days  []NoticeDay
	kinds map[Date]DayKind
	last  Date // the latest date read in this item: what 日 alone refers to
}

func (p *sentenceParser) text(text string) error {
	for _, line := range strings.Split(text, "\n") {
		for {
			m := item.FindStringSubmatchIndex(line)
			if m == nil {
				break
			}
			if err := p.item(line[:m[0]]); err != nil {
				return err
			}
			p.name, p.last = strings.Trim(line[m[2]:m[3]], "“”、"), Date{}
			line = line[m[1]:]
		}
		if err := p.item(line); err != nil {
			return err
		}
	}
	return nil
}

// item reads the sentences of one holiday.
func (p *sentenceParser) item(text string) error {
	if p.name == "" {
		return p.preamble(text)
	}
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return r == '。' || r == '；' }) {
		if strings.Contains(sentence, "鼓励") || strings.Contains(sentence, "国务院") || dateAlone.MatchString(sentence) {
			continue
		}
		if err := p.sentence(sentence); err != nil {
			return err
		}
	}
	return nil
}

// preamble reads what stands before any named holiday: nothing, unless the
// notice arranges one day in running text (纪念日).
func (p *sentenceParser) preamble(text string) error {
	if !strings.Contains(text, "放假，共") && !strings.Contains(text, "上班") {
		return nil
	}
	p.name = "放假"
	if strings.Contains(text, "纪念日") {
		p.name = "纪念日"
	}
	return p.item(text)
}

func (p *sentenceParser) sentence(text string) error {
	var span int // days of the range just read, to check 共N天
	for _, clause := range splitClauses(text) {
		if m := dayCount.FindStringSubmatch(clause); m != nil && !dateWords.MatchString(clause) {
			if span > 1 && span != atoi(m[1]) && !strings.Contains(text, "连休") {
				return fmt.Errorf("%s：“%s”写的是%s天，起止日期之间有%d天", p.name, text, m[1], span)
			}
			continue
		}
		n, err := p.clause(clause)
		if err != nil {
			return err
		}
		span = max(span, n)
	}
	return nil
}

// splitClauses cuts a sentence at its commas, except those within brackets.
func splitClauses(text string) []string {
	var out []string
	depth, from := 0, 0
	for i, r := range text {
		switch {
		case r == '（':
			depth++
		case r == '）':
			depth--
		case r == '，' && depth == 0:
			out = append(out, text[from:i])
			from = i + len("，")
		}
	}
	return append(out, text[from:])
}

// clause reads one clause and gives the number of days that it names.
func (p *sentenceParser) clause(text string) (int, error) {
	if !dateWords.MatchString(text) {
		return 0, nil
	}
	head, moved, isMove := strings.Cut(text, "调至")
	switch {
	case isMove: // 9月27日、28日两个公休日调至9月29日、30日
		if _, err := p.take(head, Work, false); err != nil {
			return 0, err
		}
		return p.take(moved, Off, true)
	case strings.HasSuffix(text, "上班"):
		return p.take(text, Work, true)
	case strings.Contains(text, "假期至"):
		return 0, fmt.Errorf("%s：“%s”没有写明从哪一天起放假，请写成“×月×日至×月×日放假”", p.name, text)
	case strings.Contains(text, "放假"), strings.HasSuffix(text, "补休"), strings.HasSuffix(text, "调休"):
		return p.take(text, Off, true)
	case strings.Contains(text, "公休"), strings.Contains(text, "法定"), strings.Contains(text, "休息"):
		return 0, nil
	}
	return 0, fmt.Errorf("%s：“%s”有日期，却没有说放假还是上班", p.name, text)
}

// take records the dates of a text. Where a date was recorded before, the new
// word must agree, unless firm is false: then the earlier word stands.
func (p *sentenceParser) take(text string, kind DayKind, firm bool) (int, error) {
	dates, err := p.dates(text)
	if err != nil {
		return 0, err
	}
	for _, d := range dates {
		had, known := p.kinds[d]
		if known && had != kind && firm {
			return 0, fmt.Errorf("%s：%s 又写放假又写上班", p.name, d.Chinese())
		}
		if !known {
			p.kinds[d] = kind
			p.days = append(p.days, NoticeDay{d, kind, p.name})
		}
	}
	return len(dates), nil
}

// dates lists the days of a text: single ones, lists with 、 and ranges with 至.
func (p *sentenceParser) dates(text string) ([]Date, error) {
	var out []Date
	end := 0
	for _, m := range dateWords.FindAllStringSubmatchIndex(text, -1) {
		d, err := p.date(text, m)
		if err != nil {
			return nil, err
		}
		if from := p.last; end > 0 && text[end:m[0]] == "至" {
			if !d.After(from) || d.Sub(from) > 31 {
				return nil, fmt.Errorf("%s：“%s”的起止日期不成一段", p.name, text)
			}
			for x := from.AddDays(1); x.Before(d); x = x.AddDays(1) {
				out = append(out, x)
			}
		}
		out = append(out, d)
		p.last, end = d, m[1]
	}
	return out, nil
}

// date reads one date. Without a month it is in the month of the date before;
// without a year, in the notice's, but a December day of New Year's, or one
// that continues a list, in the year before.
func (p *sentenceParser) date(text string, m []int) (Date, error) {
	part := func(i int) int {
		if m[2*i] < 0 {
			return 0
		}
		return atoi(text[m[2*i]:m[2*i+1]])
	}
	year, month, day := part(1), part(2), part(3)
	words := text[m[0]:m[1]]
	switch {
	case month == 0 && p.last.IsZero():
		return Date{}, fmt.Errorf("%s：“%s”没有写月份", p.name, words)
	case month == 0:
		y, mo, _ := p.last.YMD()
		year, month = y, int(mo)
	case year == 0 && month == 12 && p.name == "元旦":
		year = p.year - 1
	case year == 0:
		year = p.year
	}
	d, err := Parse(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
	if err != nil {
		return Date{}, fmt.Errorf("%s：没有“%s”（%d年）这一天", p.name, words, year)
	}
	if m[8] >= 0 {
		return d, p.checkWeekday(d, words, text[m[8]:m[9]])
	}
	return d, nil
}

func (p *sentenceParser) checkWeekday(d Date, words, bracket string) error {
	w := weekdayWord.FindStringSubmatch(bracket)
	if w == nil {
		return nil
	}
	if said := "周" + strings.Replace(w[1], "天", "日", 1); said != d.WeekdayChinese() {
		return fmt.Errorf("%s：“%s”与日历不符，%s是%s", p.name, words, d.Chinese(), d.WeekdayChinese())
	}
	return nil
}

// atoi reads digits that a pattern has matched.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
