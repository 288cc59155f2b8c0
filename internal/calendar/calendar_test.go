package calendar

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"
)

func day(s string) Date { return MustParse(s) }

// Every year has the number of working days that its notices give it.
func TestWorkdaysOfYears(t *testing.T) {
	want := map[int]int{2018: 250, 2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
	c := Builtin().Latest()
	for year, n := range want {
		if got := c.Workdays(year); got != n {
			t.Errorf("%d年工作日 %d 天，应为 %d 天", year, got, n)
		}
	}
}

// The verdict on every day from 2007 to 2026 equals that of an independent list.
func TestAgreesWithIndependentList(t *testing.T) {
	listed := map[Date]string{}
	f, err := os.Open("testdata/chinese-days.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if date, kind, ok := strings.Cut(lines.Text(), ","); ok && strings.HasPrefix(date, "20") {
			listed[day(date)] = kind
		}
	}
	c := Builtin().Latest()
	for d := day("2007-01-01"); d.Year() <= 2026; d = d.AddDays(1) {
		want := !weekend(d)
		if kind, ok := listed[d]; ok {
			want = kind == "work"
		}
		if got := c.IsWorkday(d); got != want {
			t.Errorf("%s：工作日=%v，应为 %v", d, got, want)
		}
	}
}

// A day is judged as it was known at the time.
func TestChangedNoticesKeepBothVersions(t *testing.T) {
	for _, tc := range []struct {
		name, day, before, after string
		worked, works            bool
	}{
		{"2019年五一调整：5月2日", "2019-05-02", "2019-03-21", "2019-03-22", true, false},
		{"2019年五一调整：4月28日周日", "2019-04-28", "2019-03-21", "2019-03-22", false, true},
		{"2020年春节延长：1月31日", "2020-01-31", "2020-01-26", "2020-01-27", true, false},
		{"2020年春节延长：2月1日周六", "2020-02-01", "2020-01-26", "2020-01-27", true, false},
		{"2015年抗战胜利纪念日：9月3日", "2015-09-03", "2015-05-12", "2015-05-13", true, false},
		{"2015年抗战胜利纪念日：9月6日周日", "2015-09-06", "2015-05-12", "2015-05-13", false, true},
		{"2026年安排公布：2月14日周六", "2026-02-14", "2025-11-03", "2025-11-04", false, true},
		{"除夕2024年照常上班", "2024-02-09", "2023-10-01", "2024-01-01", true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Builtin().AsOf(day(tc.before)).IsWorkday(day(tc.day)); got != tc.worked {
				t.Errorf("调整前工作日=%v", got)
			}
			if got := Builtin().AsOf(day(tc.after)).IsWorkday(day(tc.day)); got != tc.works {
				t.Errorf("调整后工作日=%v", got)
			}
		})
	}
}

// Adding and counting agree with stepping day by day, inside and outside the
// table, and with each other.
func TestAddAndCountAgreeWithStepping(t *testing.T) {
	c := Builtin().Latest()
	for _, from := range []string{"1989-12-20", "2006-12-25", "2015-08-20", "2020-01-01", "2025-09-30", "2026-12-21", "2100-12-20"} {
		d := day(from)
		at, n := d, 0
		for range 120 {
			at = at.AddDays(1)
			if c.IsWorkday(at) {
				n++
				if got := c.Add(d, n); got != at {
					t.Fatalf("%s 后第 %d 个工作日得 %s，应为 %s", d, n, got, at)
				}
			}
			if got := c.Count(d, at); got != n {
				t.Fatalf("(%s, %s] 得 %d 个工作日，应为 %d", d, at, got, n)
			}
			if got := c.Count(at, d); got != -n {
				t.Fatalf("反向得 %d", got)
			}
		}
	}
}

// A term in calendar days rolls off days off, and not off a make-up Saturday.
func TestRoll(t *testing.T) {
	c := Builtin().Latest()
	for _, tc := range []struct{ name, from, want string }{
		{"调休上班的周六不顺延", "2026-02-28", "2026-02-28"},
		{"国庆假期顺延到节后", "2025-10-01", "2025-10-09"},
		{"普通周六顺延到周一", "2026-03-07", "2026-03-09"},
	} {
		if got := c.Roll(day(tc.from)); got != day(tc.want) {
			t.Errorf("%s：得 %s", tc.name, got)
		}
	}
}

// A year without a notice rests on its statutory days and says so.
func TestYearWithoutNotice(t *testing.T) {
	c := Builtin().Latest()
	if !c.Provisional(day("2027-01-19")) || c.Provisional(day("2026-12-31")) {
		t.Error("2027年应为暂定，2026年不应为暂定")
	}
	if got := c.Add(day("2026-12-21"), 20); got != day("2027-01-19") {
		t.Errorf("2026-12-21 后第20个工作日得 %s", got)
	}
	for _, off := range []string{"2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-05-01", "2027-06-09", "2027-09-15", "2027-10-01"} {
		if c.IsWorkday(day(off)) {
			t.Errorf("%s 是法定节假日", off)
		}
	}
	if got := Builtin().AsOf(day("2025-11-03")).Add(day("2025-12-19"), 40); got != day("2026-02-20") {
		t.Errorf("只按法定节假日得 %s", got)
	}
}

// What a local rule sets prevails for its agency and for no other.
func TestLocalDays(t *testing.T) {
	c := Builtin().Latest()
	own := c.WithLocal([]LocalDay{{day("2026-06-22"), Off, "地方节日"}, {day("2026-06-27"), Work, "地方调休"}})
	if own.IsWorkday(day("2026-06-22")) || !own.IsWorkday(day("2026-06-27")) || !c.IsWorkday(day("2026-06-22")) {
		t.Error("地方放假只应改变本机关的日历")
	}
	if own.Version() == c.Version() {
		t.Error("两个日历的版本号相同")
	}
}

// A book with a new notice judges by it from the day of adoption; imported
// history by the day of publication.
func TestAdoptionAndPublication(t *testing.T) {
	n := Notice{Number: "测试1号", Year: 2027, PublishedOn: day("2026-11-05"), AdoptedOn: day("2026-11-24"),
		Days: []NoticeDay{{day("2027-01-04"), Off, "元旦"}}}
	b := Builtin().With(n)
	if !b.AsOf(day("2026-11-23")).IsWorkday(day("2027-01-04")) || b.AsOf(day("2026-11-24")).IsWorkday(day("2027-01-04")) {
		t.Error("应自采用之日起生效")
	}
	if b.PublishedBy(day("2026-11-05")).IsWorkday(day("2027-01-04")) {
		t.Error("历史数据应按公布之日")
	}
	if Builtin().Latest().IsWorkday(day("2027-01-04")) != true {
		t.Error("原有日历不应改变")
	}
}

// The bounds that EarliestAdd rests on hold for every notice there has been.
func TestMakeUpDaysKeepWithinBounds(t *testing.T) {
	used := map[[2]int]int{}
	for _, n := range Builtin().Notices() {
		if n.Amends && n.Year == 2015 {
			continue // a single anniversary, not a statutory day
		}
		for _, d := range n.Days {
			if d.Kind != Work {
				continue
			}
			slot, near := slotOf(d), 999
			for _, s := range statutory(n.Year) {
				if dist := s.date.Sub(d.Date); s.slot == slot {
					near = min(near, max(dist, -dist))
				}
			}
			if near > reach {
				t.Errorf("%s（%s）离法定节假日 %d 天", d.Date, d.Name, near)
			}
			used[[2]int{n.Year, slot}]++
		}
	}
	var most [slots]int
	for k, n := range used {
		most[k[1]] = max(most[k[1]], n)
	}
	if most != mostWorked {
		t.Errorf("历年最多调休上班天数 %v，表中为 %v", most, mostWorked)
	}
}

func slotOf(d NoticeDay) int {
	for slot, word := range []string{"元旦", "春节", "清明", "劳动", "端午"} {
		if strings.Contains(d.Name, word) {
			return slot
		}
	}
	return slotAutumn
}

// Whatever the next year's notice brought, no deadline came before the earliest
// date given without it.
func TestEarliestAddIsNeverAfterTheRealDate(t *testing.T) {
	b, all := Builtin(), Builtin().Latest()
	for _, n := range b.Notices() {
		if n.Amends {
			continue
		}
		unknown := b.AsOf(n.PublishedOn.AddDays(-1))
		for d := Of(n.Year-1, time.July, 1); d.Year() < n.Year; d = d.AddDays(1) {
			for _, days := range []int{7, 20, 40} {
				early, plain, got := unknown.EarliestAdd(d, days), unknown.Add(d, days), all.Add(d, days)
				if early.After(got) || early.After(plain) {
					t.Fatalf("%s 加 %d 个工作日：最早 %s，暂定 %s，实际 %s", d, days, early, plain, got)
				}
			}
		}
	}
}

// The bound is of use: it stays near the statutory date.
func TestEarliestAddIsNear(t *testing.T) {
	unknown := Builtin().AsOf(day("2025-11-03"))
	if got := unknown.EarliestAdd(day("2025-12-19"), 40); got.After(day("2026-02-14")) || got.Before(day("2026-02-10")) {
		t.Errorf("2025-12-19 加 40 个工作日最早 %s", got)
	}
	if got := Builtin().Latest().EarliestAdd(day("2025-12-19"), 40); got != day("2026-02-14") {
		t.Errorf("通知已公布时应等于实际日期，得 %s", got)
	}
}

func BenchmarkAdd20Days(b *testing.B)  { benchmarkAdd(b, 20) }
func BenchmarkAdd20Years(b *testing.B) { benchmarkAdd(b, 20*250) }

func benchmarkAdd(b *testing.B, n int) {
	c, d := Builtin().Latest(), day("2019-05-15")
	b.ReportAllocs()
	for b.Loop() {
		c.Add(d, n)
	}
}

// A view is built once for a set of notices; this is what one costs.
func BenchmarkBuild(b *testing.B) {
	all := Builtin().Notices()
	for b.Loop() {
		build(all, nil)
	}
}

func BenchmarkAsOf(b *testing.B) {
	book, d := Builtin(), day("2024-06-01")
	book.AsOf(d)
	b.ReportAllocs()
	for b.Loop() {
		book.AsOf(d)
	}
}
