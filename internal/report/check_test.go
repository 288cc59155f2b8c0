package report

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
)

func load(t *testing.T, name string) Table {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	table, err := ReadJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func identities(findings []Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Identity+" "+f.Where)
	}
	return strings.Join(out, "; ")
}

// The published tables fail exactly where they are known to.
func TestCheckPublished(t *testing.T) {
	for name, want := range map[string]string{
		"fuzhou-2019":  "",
		"pingtan-2021": "",
		"pingtan-2020": "K2 表三“自然人”列; K2 表三“总计”列",
		"hongze-2023":  "K5 表四“行政复议”; K5 表四“复议后起诉”",
	} {
		v := Check(load(t, name))
		if got := identities(v.Failures); got != want || v.Consistent != (want == "") {
			t.Errorf("%s: %q (consistent %v), want %q", name, got, v.Consistent, want)
		}
		if len(v.Warnings)+len(v.Unseen) > 0 {
			t.Errorf("%s: remarks %v %v", name, v.Warnings, v.Unseen)
		}
	}
}

// A finding names both sides and the difference.
func TestCheckWords(t *testing.T) {
	f := Check(load(t, "pingtan-2020")).Failures[1]
	if f.Left != Num(21) || f.Right != Num(27) || !strings.Contains(f.Message, "相差6") {
		t.Errorf("got %+v", f)
	}
}

// Every identity broken alone is found, and nothing else is.
func TestPlantedErrors(t *testing.T) {
	cases := []struct {
		name, want string
		change     func(*Table)
	}{
		{"四的总计与自然人各多1", "K1 表三“自然人”列; K1 表三“总计”列", func(t *Table) { t.CarriedOut[0].N++; t.CarriedOut[6].N++ }},
		{"一行结果多1", "K2 表三“商业企业”列; K2 表三“总计”列", func(t *Table) { r := t.Row(RowKey{"partial"}); r[1].N++; r[6].N++ }},
		{"新收两类互换", "K1 表三“自然人”列; K1 表三“科研机构”列", func(t *Table) { t.New[0].N--; t.New[2].N++ }},
		{"新收总计与四总计各多1", "K3 表三“一、本年新收政府信息公开申请数量”行; K3 表三“四、结转下年度继续办理”行", func(t *Table) { t.New[6].N++; t.CarriedOut[6].N++ }},
		{"负数", "K4 表三“三（三）3.危及“三安全一稳定””行“自然人”列", func(t *Table) {
			r := t.Row(RowKey{"withhold.security_stability"})
			r[0].N--
			r[6].N--
			d := t.Row(RowKey{"disclose"})
			d[0].N++
			d[6].N++
			r[6].N++
			d[6].N--
			r[2].N++
			d[2].N--
		}},
		{"复议总计多1", "K5 表四“行政复议”", func(t *Table) { t.Remedies[0][4].N++ }},
		{"直接起诉未审结少1", "K5 表四“未经复议直接起诉”", func(t *Table) { t.Remedies[1][3].N-- }},
	}
	for _, c := range cases {
		table := load(t, "fuzhou-2019")
		c.change(&table)
		if got := identities(Check(table).Failures); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Any single figure changed by one breaks at least one identity, for each cell of
// both formats.
func TestEveryCellIsGuarded(t *testing.T) {
	for _, name := range []string{"fuzhou-2019", "pingtan-2021"} {
		clean := load(t, name)
		eachCell(&clean, func(where string, get func(*Table) *Cell) {
			broken := clean.Clone()
			get(&broken).N++
			if Check(broken).Consistent {
				t.Errorf("%s %s: not noticed", name, where)
			}
		})
	}
}

// A figure that is no whole number is K4, and the sums it spoils are named too.
func TestNotWhole(t *testing.T) {
	table := load(t, "fuzhou-2019")
	table.Remedies[0][0] = NumberCell("25.5")
	if got, want := identities(Check(table).Failures), "K5 表四“行政复议”; K4 表四“行政复议”“结果维持”"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	table.Remedies[0][0] = Cell{Text: "若干"}
	v := Check(table)
	if identities(v.Failures) != "K4 表四“行政复议”“结果维持”" || len(v.Unseen) != 1 {
		t.Errorf("got %+v", v)
	}
	table.Remedies[0][0] = NumberCell("99999999999999999999")
	if v := Check(table); len(v.Failures) != 1 || v.Failures[0].Identity != "K5" {
		t.Errorf("a huge number: %+v", v.Failures)
	}
}

// A total that was left empty is unseen: what needs it is skipped and listed; an
// empty figure under a kind is 0.
func TestUnseen(t *testing.T) {
	data, _ := os.ReadFile("testdata/pingtan-2021.json")
	text := strings.Replace(string(data), `"partial": [5, 0, 0, 0, 0, 0, 5]`, `"partial": [5, null, 0, 0, 0, 0, null]`, 1)
	table, err := ReadJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v := Check(table)
	if !v.Consistent || len(v.Unseen) != 2 || v.Unseen[0].Identity != "K2" || v.Unseen[1].Identity != "K3" {
		t.Errorf("got %+v", v)
	}
}

// K6 is a failure under the later year; another agency is left alone.
func TestCheckYears(t *testing.T) {
	a, b := load(t, "pingtan-2020"), load(t, "pingtan-2021")
	judge := func(tables ...Table) []Verdict {
		var vs []Verdict
		for _, x := range tables {
			vs = append(vs, Check(x))
		}
		CheckYears(tables, vs)
		return vs
	}
	if vs := judge(b, a, load(t, "fuzhou-2019")); !vs[0].Consistent {
		t.Errorf("clean years: %+v", vs[0].Failures)
	}
	b.CarriedIn[0].N, b.CarriedIn[6].N = 1, 1
	b.CarriedOut[0].N, b.CarriedOut[6].N = 2, 2
	vs := judge(a, b)
	if got := identities(vs[1].Failures); got != "K6 表三“自然人”列; K6 表三“总计”列" {
		t.Errorf("got %s", got)
	}
	if got := identities(vs[0].Failures); strings.Contains(got, "K6") {
		t.Errorf("K6 under the earlier year: %s", got)
	}
	if vs[1].Clean() || !vs[1].Consistent {
		t.Error("K6 is a failure, and K1 to K5 alone make a table consistent")
	}
}

// K7 and K8 are warnings and leave the verdict alone.
func TestCheckProactive(t *testing.T) {
	table := func(year int, layout Format, rows map[string][]Decimal) Table {
		x := NewTable("某市", year, layout)
		x.Proactive = &Proactive{layout, map[ProactiveKey][]Decimal{}}
		for k, v := range rows {
			x.Proactive.Rows[ProactiveKey{k}] = v
		}
		return x
	}
	for _, c := range []struct {
		name   string
		tables []Table
		want   string
	}{
		{"现行有效相符", []Table{table(2021, Format2021, map[string][]Decimal{"normative": {"9", "1", "20"}}), table(2022, Format2021, map[string][]Decimal{"normative": {"5", "3", "22"}})}, ""},
		{"现行有效不符", []Table{table(2021, Format2021, map[string][]Decimal{"normative": {"9", "1", "20"}}), table(2022, Format2021, map[string][]Decimal{"normative": {"5", "3", "23"}})}, "K7 表二“行政规范性文件”行"},
		{"项目数量不符", []Table{table(2019, Format2019, map[string][]Decimal{"fees": {"238", "-3"}}), table(2020, Format2019, map[string][]Decimal{"fees": {"238", "0"}})}, "K8 表二“行政事业性收费”行"},
	} {
		vs := []Verdict{Check(c.tables[0]), Check(c.tables[1])}
		CheckYears(c.tables, vs)
		if got := identities(vs[1].Warnings); got != c.want || !vs[1].Consistent {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// K9 and K10 name the cell that differs.
func TestCheckSumAndRegister(t *testing.T) {
	a, b := load(t, "pingtan-2021"), load(t, "fuzhou-2019")
	sum := b.Clone()
	eachCell(&sum, func(_ string, get func(*Table) *Cell) {
		if x := get(&sum); true {
			converted := a.To2019()
			x.N += get(&converted).N
		}
	})
	if got := CheckSum(sum, a, b); len(got) > 0 {
		t.Errorf("clean sum: %v", got)
	}
	sum.New[6].N++
	if got := identities(CheckSum(sum, a, b)); got != "K9 表三“一、本年新收政府信息公开申请数量”行“总计”列" {
		t.Errorf("got %s", got)
	}
	if got := identities(CheckRegister(b, b.Clone())); got != "" {
		t.Errorf("same tables: %s", got)
	}
	c := b.Clone()
	c.Remedies[2][0].N++
	if got := identities(CheckRegister(b, c)); got != "K10 表四“复议后起诉”“结果维持”" {
		t.Errorf("got %s", got)
	}
}

// K11 and K12 go by their dates.
func TestCheckDates(t *testing.T) {
	day := calendar.MustParse
	suits := []DirectSuit{
		{"A", "withhold.internal_affairs", day("2023-12-31")},
		{"B", "withhold.internal_affairs", day("2024-01-01")},
		{"C", "unable.nonexistent", day("2024-05-01")},
	}
	if got := CheckDirectSuits(suits); len(got) != 1 || !strings.Contains(got[0].Message, "B于2024-01-01") {
		t.Errorf("got %v", got)
	}
	if CheckPublication(2023, false, day("2024-01-31")) != nil || CheckPublication(2023, false, day("2024-02-01")) == nil ||
		CheckPublication(2023, true, day("2024-03-31")) != nil || CheckPublication(2023, true, day("2024-04-01")) == nil {
		t.Error("publication days")
	}
}

// The verdict's JSON has the keys of the contract, lists never null.
func TestVerdictJSON(t *testing.T) {
	v := Check(load(t, "fuzhou-2019"))
	v.File = "a.json"
	got, _ := json.Marshal(v)
	want := `{"file":"a.json","agency":"福州市（全市汇总，市人民政府发布）","year":2019,"format":"2019","consistent":true,"failures":[],"warnings":[],"unseen":[]}`
	if string(got) != want {
		t.Error(cmp.Diff(want, string(got)))
	}
	got, _ = json.Marshal(Check(load(t, "hongze-2023")).Failures[0])
	if !strings.Contains(string(got), `"identity":"K5","where":"表四“行政复议”","left":0,"right":11,"message":`) {
		t.Errorf("got %s", got)
	}
}
