package calendar

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every year from 2019 to 2026, entered in each way there is (the notices' own
// sentences, JSON, CSV, days clicked), gives the built-in calendar for every day.
func TestEveryWayOfEnteringGivesTheBuiltinYear(t *testing.T) {
	for year := 2019; year <= 2026; year++ {
		want := Builtin().Latest()
		ways := map[string][]Notice{}
		for _, own := range Builtin().Notices() {
			if own.Year != year {
				continue
			}
			var lines strings.Builder
			var days []map[string]any
			for _, d := range own.Days {
				fmt.Fprintf(&lines, "%s,%s,%s\n", d.Date, d.Kind.Code(), d.Name)
				days = append(days, map[string]any{"name": d.Name, "date": d.Date.String(), "isOffDay": d.Kind == Off})
			}
			text, err := json.Marshal(map[string]any{"year": year, "days": days})
			if err != nil {
				t.Fatal(err)
			}
			for way, entered := range map[string]string{"JSON": string(text), "CSV": "\ufeffdate,kind,name\n" + lines.String()} {
				n, err := ParseNotice([]byte(entered), 0)
				if err != nil {
					t.Fatalf("%d %s：%v", year, way, err)
				}
				n.PublishedOn, n.Amends = own.PublishedOn, own.Amends
				ways[way] = append(ways[way], n)
			}
		}
		ways["粘贴原文"] = pasted(t, year)
		ways["逐日勾选"] = []Notice{clicked(t, year, want)}
		for way, notices := range ways {
			before := slices.DeleteFunc(Builtin().Notices(), func(n Notice) bool { return n.Year == year })
			got := NewBook(append(before, notices...)...).Latest()
			for d := Of(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
				if got.IsWorkday(d) != want.IsWorkday(d) {
					t.Errorf("%s：%s 工作日=%v", way, d, got.IsWorkday(d))
				}
				if is, should := got.Day(d), want.Day(d); is.Kind != should.Kind && !weekend(d) {
					t.Errorf("%s：%s 读作“%s”，应为“%s”", way, d, is.Kind.Label(), should.Kind.Label())
				}
			}
		}
	}
}

// pasted reads the sentences of a year's notices, in the order of publication.
func pasted(t *testing.T, year int) (out []Notice) {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("testdata/sentences/%d*.txt", year))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d 年没有原文：%v", year, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n, err := ParseNotice(text, year)
		if err != nil {
			t.Fatalf("%s：%v", f, err)
		}
		for _, own := range Builtin().Notices() {
			if own.Number == n.Number {
				n.PublishedOn = own.PublishedOn
			}
		}
		out = append(out, n)
	}
	return out
}

// clicked makes the year of a calendar that knows nothing of it yet.
func clicked(t *testing.T, year int, want *Calendar) Notice {
	t.Helper()
	blank := NewBook(slices.DeleteFunc(Builtin().Notices(), func(n Notice) bool { return n.Year >= year })...).Latest()
	var off, work []Date
	for d := Of(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
		switch {
		case weekend(d) && want.IsWorkday(d):
			work = append(work, d)
		case !weekend(d) && !want.IsWorkday(d):
			off = append(off, d)
		}
	}
	n, err := blank.Working(year, off, work)
	if err != nil || n.Amends {
		t.Fatalf("%d：%v，调整=%v", year, err, n.Amends)
	}
	n.PublishedOn = Of(year-1, 12, 20)
	return n
}

// Clicked days of a year that has its notice give an amendment of what changed
// alone, and nothing changed is refused.
func TestClickedDaysAmend(t *testing.T) {
	c := NewBook(slices.DeleteFunc(Builtin().Notices(), func(n Notice) bool { return n.Year == 2020 && n.Amends })...).Latest()
	off := func(extra ...string) (days []Date) {
		for d := Of(2020, 1, 1); d.Year() == 2020; d = d.AddDays(1) {
			if !weekend(d) && !c.IsWorkday(d) && d != day("2020-06-26") {
				days = append(days, d)
			}
		}
		for _, e := range extra {
			days = append(days, day(e))
		}
		return days
	}
	var work []Date
	for d := Of(2020, 1, 1); d.Year() == 2020; d = d.AddDays(1) {
		if weekend(d) && c.IsWorkday(d) && d != day("2020-02-01") {
			work = append(work, d)
		}
	}
	n, err := c.Working(2020, off("2020-01-31"), work)
	var got []string
	for _, d := range n.Days {
		got = append(got, d.Date.String()+d.Kind.Code()+d.Name)
	}
	want := "2020-01-31off春节 2020-02-01off春节 2020-06-26work端午节"
	if err != nil || !n.Amends || strings.Join(got, " ") != want {
		t.Errorf("得 %v（%v），应为 %s", got, err, want)
	}
	if _, err := c.Working(2020, off("2020-06-26"), append(work, day("2020-02-01"))); err == nil {
		t.Error("没有改动也成了一份安排")
	}
}

// An arrangement copied in part says which holiday it lacks; an amendment and a
// holiday that falls on a weekend lack nothing.
func TestNoticeLacks(t *testing.T) {
	n, err := ParseNotice([]byte("关于2027年部分节假日安排的通知\n元旦：1月1日（周五）放假。春节：2月5日至11日放假调休，共7天。"), 0)
	if got := strings.Join(n.Lacks(), " "); err != nil || got != "清明节 端午节 中秋节 国庆节" {
		t.Errorf("得 %q，%v", got, err)
	}
	for _, own := range Builtin().Notices() {
		if lacks := own.Lacks(); len(lacks) > 0 && own.Year >= 2008 {
			t.Errorf("%s 缺 %v", own.Number, lacks)
		}
	}
	for text, part := range map[string]string{" \n": "没有内容", "{": "JSON", "2027-01-01,free": "第 1 行", "元旦：1月1日放假。": "哪一年"} {
		if _, err := ParseNotice([]byte(text), 0); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q：得 %v", text, err)
		}
	}
}
