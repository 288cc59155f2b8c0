package calendar

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The notices' own sentences rebuild the calendars of 2019 to 2026.
func TestSentencesRebuildTheCalendar(t *testing.T) {
	files, err := filepath.Glob("testdata/sentences/*.txt")
	if err != nil || len(files) != 10 {
		t.Fatalf("%d 份通知，%v", len(files), err)
	}
	byNumber := map[string]Notice{}
	for _, n := range Builtin().Notices() {
		byNumber[n.Number] = n
	}
	var read []Notice
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n, err := ParseNoticeText(string(text), 0)
		if err != nil {
			t.Errorf("%s：%v", f, err)
			continue
		}
		own, ok := byNumber[n.Number]
		if !ok || own.Year != n.Year || own.Amends != n.Amends || own.Title != n.Title {
			t.Errorf("%s：读作 %s %d年 调整=%v %s", f, n.Number, n.Year, n.Amends, n.Title)
		}
		if !n.PublishedOn.IsZero() && n.PublishedOn != own.PublishedOn {
			t.Errorf("%s：公布日期读作 %s", f, n.PublishedOn)
		}
		n.PublishedOn = own.PublishedOn
		read = append(read, n)
	}
	for _, asOf := range []string{"2018-12-31", "2019-12-31", "2026-12-31"} {
		got, want := NewBook(read...).AsOf(day(asOf)), Builtin().AsOf(day(asOf))
		for d := day("2018-12-20"); d.Year() <= 2026; d = d.AddDays(1) {
			if d.Year() > 2018 && want.Provisional(d) {
				break
			}
			if got.IsWorkday(d) != want.IsWorkday(d) {
				t.Errorf("截至 %s：%s 工作日=%v", asOf, d, got.IsWorkday(d))
			}
		}
	}
}

// Older wordings, lists across months and years, and what a reader types.
func TestSentenceForms(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		year       int
		want       string
	}{
		{"补休", "清明节：4月5日放假，4月7日（星期一）补休。", 2014, "04-05off 04-07off"},
		{"半角标点", "清明节:4月4日-6日放假调休,共3天;4月7日(星期日)上班", 2013, "04-04off 04-05off 04-06off 04-07work"},
		{"一字线与公休日", "元旦：2007年12月30日—2008年1月1日放假，共3天。其中，1月1日（星期二）为法定节假日，12月30日（星期日）为公休日，12月29日（星期六）公休日调至12月31日（星期一），12月29日（星期六）上班。",
			2008, "12-29work 12-30off 12-31off 01-01off"},
		{"公休日对调", "国庆节：9月29日—10月5日放假，共7天。其中，10月1日、2日、3日为法定节假日，9月27日（星期六）、9月28日（星期日）两个公休日调至9月29日（星期一）、30日（星期二），10月4日（星期六）、5日（星期日）照常公休。",
			2008, "09-27work 09-28work 09-29off 09-30off 10-01off 10-02off 10-03off 10-04off 10-05off"},
		{"元旦不写上一年", "元旦：12月30日至1月1日放假调休，共3天。12月29日（星期六）上班。", 2019, "12-29work 12-30off 12-31off 01-01off"},
		{"全写在一行", "一、清明节：4月4日至6日放假，共3天。二、劳动节：5月1日放假。", 2020, "04-04off 04-05off 04-06off 05-01off"},
		{"纪念日", "国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知\n国发明电〔2015〕1号\n9月3日至5日调休放假，共3天。其中9月3日（星期四）放假，9月4日（星期五）调休，9月6日（星期日）上班。",
			2015, "09-03off 09-04off 09-05off 09-06work"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n, err := ParseNoticeText(tc.text, tc.year)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range n.Days {
				got = append(got, d.Date.String()[5:]+d.Kind.Code())
			}
			if strings.Join(got, " ") != tc.want {
				t.Errorf("得 %s", strings.Join(got, " "))
			}
		})
	}
}

// What does not fit is refused with a sentence that quotes the place.
func TestSentencesRefused(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		year       int
		part       string
	}{
		{"星期不符", "元旦：1月1日（周四）放假。", 2027, "2027年1月1日是周五"},
		{"没有这一天", "清明节：4月31日放假。", 2027, "4月31日"},
		{"没有年份", "元旦：1月1日放假。", 0, "哪一年"},
		{"天数不符", "劳动节：5月1日至5日放假调休，共4天。", 2027, "共4天"},
		{"没有说放假还是上班", "劳动节：5月1日至5日调整。", 2027, "放假还是上班"},
		{"又放假又上班", "劳动节：5月1日至5日放假。5月5日上班。", 2027, "又写放假又写上班"},
		{"没有日期", "各单位自行安排。", 2027, "没有读出"},
		{"没有起日", "春节：延长2020年春节假期至2月2日。", 2020, "从哪一天起"},
		{"不属这一年", "元旦：2025年1月1日放假。", 2027, "不属于"},
		{"没有月份", "元旦：1日放假。", 2027, "没有写月份"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ParseNoticeText(tc.text, tc.year)
			if err == nil || !strings.Contains(err.Error(), tc.part) {
				t.Errorf("得 %v", err)
			}
		})
	}
}

// The JSON that people pass around reads back what we hold.
func TestHolidayCN(t *testing.T) {
	type entry struct {
		Name string `json:"name"`
		Date Date   `json:"date"`
		Off  bool   `json:"isOffDay"`
	}
	for _, own := range Builtin().Notices() {
		var days []entry
		for _, d := range own.Days {
			days = append(days, entry{d.Name, d.Date, d.Kind == Off})
		}
		text, err := json.Marshal(map[string]any{"$schema": "x", "year": own.Year, "days": days})
		if err != nil {
			t.Fatal(err)
		}
		n, err := ParseHolidayCN(text)
		if err != nil || len(n.Days) != len(own.Days) || n.Year != own.Year || n.Days[0] != own.Days[0] {
			t.Errorf("%s：%v", own.Number, err)
		}
	}
	for text, part := range map[string]string{
		`{"days":[]}`:             "year",
		`{"year":2027,"days":[]}`: "没有任何一天",
		`{"year":2027,"days":[{"date":"2027-02-30","isOffDay":true}]}`:                                        "第 1 项",
		`{"year":2027,"days":[{"date":"2027-01-01"}]}`:                                                        "isOffDay",
		`{"year":2027,"days":[{"date":"2027-01-01","isOffDay":true},{"date":"2027-01-01","isOffDay":false}]}`: "两次",
		`{"year":2027,"days":[{"date":"2026-01-01","isOffDay":true}]}`:                                        "不属于",
		`{"year":"2027"}`: "year",
		`{`:               "JSON",
	} {
		if _, err := ParseHolidayCN([]byte(text)); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s：得 %v", text, err)
		}
	}
}

// The CSV form, with its heading or without, names the line that is wrong.
func TestCSV(t *testing.T) {
	n, err := ParseCSV([]byte("\ufeffdate,kind,name\r\n2027-01-01,off,元旦\r\n2026-12-27,work\r\n"), 0)
	if err != nil || n.Year != 2027 || len(n.Days) != 2 || n.Days[0].Kind != Work {
		t.Errorf("得 %+v，%v", n, err)
	}
	for text, part := range map[string]string{
		"date,kind,name\n2027-01-01,free,元旦": "第 2 行",
		"2027-13-01,off,元旦":                  "第 1 行",
		"2027-01-01":                         "第 1 行",
		"":                                   "没有任何一天",
		"2027-01-01,off,\"元旦":                "第 1 行",
	} {
		if _, err := ParseCSV([]byte(text), 0); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q：得 %v", text, err)
		}
	}
}
