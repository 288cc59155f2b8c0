package report

import (
	"encoding/json"
	"math/rand"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/cases"
)

// A published file is written again with the same keys, order and figures.
func TestJSONRoundTrip(t *testing.T) {
	for _, name := range []string{"fuzhou-2019", "hongze-2023", "pingtan-2020", "pingtan-2021"} {
		table := load(t, name)
		got, err := json.Marshal(table)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile("testdata/" + name + ".json")
		want := regexp.MustCompile(`\s`).ReplaceAllString(string(data), "")
		want = want[:strings.Index(want, `,"narrative"`)] + "}"
		if string(got) != want {
			t.Errorf("%s: %s", name, cmp.Diff(want, string(got)))
		}
	}
}

// Table 二 in the contract's spelling survives; other spellings are ignored.
func TestProactiveJSON(t *testing.T) {
	const p = `{"layout":"2019","regulations":[10,13,13],"fees":[238,-3],"procurement":[6632,"2091200052.16"]}`
	data, _ := json.Marshal(NewTable("某市", 2019, Format2019))
	text := strings.TrimSuffix(string(data), "}") + `,"proactive":` + p + "}"
	table, err := ReadJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(table); string(got) != text {
		t.Error(cmp.Diff(text, string(got)))
	}
	if load(t, "fuzhou-2019").Proactive != nil {
		t.Error("another spelling of table 二 was read")
	}
}

// Bad input is refused with a sentence that says where.
func TestReadJSONErrors(t *testing.T) {
	data, _ := os.ReadFile("testdata/pingtan-2021.json")
	good := string(data)
	for _, c := range []struct{ name, old, new, want string }{
		{"缺一行", `"partial"`, `"parrtial"`, "parrtial"},
		{"2019格式却有2021的行", `"format": "2021"`, `"format": "2019"`, "不是2019年格式的行"},
		{"格式不明", `"format": "2021"`, `"format": "2020"`, "format"},
		{"少一个数", `[1, 0, 0, 0, 0, 0, 1]`, `[1, 0, 0, 0, 0, 1]`, "应为 7 个数字"},
		{"不是数字", `[1, 0, 0, 0, 0, 0, 1]`, `[true, 0, 0, 0, 0, 0, 1]`, "应为数字"},
		{"不是JSON", `"year"`, `year`, "不是有效的 JSON"},
		{"缺表四一栏", `"pending": 0,`, ``, "pending"},
		{"缺行", `"carried_in": [0, 0, 0, 0, 0, 0, 0],`, ``, "carried_in"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if _, err := ReadJSON([]byte(text)); text == good || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The forms have 19 and 21 result rows, and the merged heads fill the grid.
func TestLayout(t *testing.T) {
	for f, want := range map[Format]int{Format2019: 19, Format2021: 21} {
		if got := len(f.ResultRows()); got != want {
			t.Errorf("%s: %d rows", f, got)
		}
		area := 0
		for _, line := range Layout(f) {
			for _, h := range line.Heads {
				area += h.Rows * h.Cols
			}
		}
		if area != LabelColumns*len(f.Rows()) {
			t.Errorf("%s: heads cover %d cells of %d", f, area, LabelColumns*len(f.Rows()))
		}
	}
}

// Every outcome has a row in both formats, and every result row an outcome.
func TestOutcomeRows(t *testing.T) {
	for _, f := range []Format{Format2019, Format2021} {
		for _, o := range cases.Outcomes() {
			if key, ok := RowOf(o.Code(), f); !ok || key.Group().String() != o.Info().Group {
				t.Errorf("%s in %s: %v", o.Code(), f, key)
			}
		}
		for _, key := range f.ResultRows() {
			if len(OutcomesOf(key, f)) == 0 {
				t.Errorf("row %s in %s has no outcome", key, f)
			}
		}
	}
}

// randomRegister gives tallies of one case each over several years.
func randomRegister(r *rand.Rand) ([]Tally, []RemedyTally) {
	outcomes := cases.Outcomes()
	var tallies []Tally
	for range r.Intn(60) {
		y := Tally{Kind: r.Intn(6), ReceivedYear: 2018 + r.Intn(6), Count: 1}
		if r.Intn(4) > 0 {
			y.AnsweredYear = y.ReceivedYear + r.Intn(3)
			y.Outcome = outcomes[r.Intn(len(outcomes))].Code()
		}
		tallies = append(tallies, y)
	}
	var remedies []RemedyTally
	for range r.Intn(20) {
		x := RemedyTally{Block: Block(r.Intn(3)), FiledYear: 2018 + r.Intn(6), Count: 1}
		if r.Intn(3) > 0 {
			x.ClosedYear, x.Result = x.FiledYear+r.Intn(3), Result(r.Intn(3))
		} else {
			x.Undated = r.Intn(2) == 0
		}
		remedies = append(remedies, x)
	}
	return tallies, remedies
}

// On any register the tables balance, years join (K6), and each cell is the number
// of cases that its definition selects.
func TestCountAgreesWithDefine(t *testing.T) {
	for seed := range int64(60) {
		tallies, remedies := randomRegister(rand.New(rand.NewSource(seed)))
		var before *Table
		for year := 2018; year <= 2025; year++ {
			f := []Format{Format2019, Format2021}[seed%2]
			table := Count(year, f, tallies, remedies)
			if v := Check(table); !v.Consistent {
				t.Fatalf("seed %d: %v", seed, v.Failures)
			}
			if before != nil && before.CarriedOut != table.CarriedIn {
				t.Fatalf("seed %d: years %d do not join", seed, year)
			}
			before = &table
			checkSelections(t, table, tallies, remedies)
		}
	}
}

func checkSelections(t *testing.T, table Table, tallies []Tally, remedies []RemedyTally) {
	t.Helper()
	judge := func(ref CellRef, cell Cell) {
		sentence, s := Define(ref, table.Year, table.Format)
		var n int64
		for _, x := range tallies {
			if s.Matches(x) {
				n++
			}
		}
		for _, x := range remedies {
			if s.MatchesRemedy(x) {
				n++
			}
		}
		if n != cell.N || sentence == "" {
			t.Fatalf("%s of %d: counted %d, selected %d", ref, table.Year, cell.N, n)
		}
		if back, err := ParseCellRef(ref.String()); err != nil || back != ref {
			t.Fatalf("%s reads back as %v: %v", ref, back, err)
		}
	}
	for _, key := range table.Format.Rows() {
		for c := Natural; c <= TotalColumn; c++ {
			judge(RowCell(key, c), table.Row(key)[c])
		}
	}
	for b := range table.Remedies {
		for r := range table.Remedies[b] {
			judge(RemedyCell(Block(b), Result(r)), table.Remedies[b][r])
		}
	}
}

// The shares that Fuzhou printed for 2019 come out, but for the two it bent or cut.
func TestFuzhouShares(t *testing.T) {
	table := load(t, "fuzhou-2019")
	channels := table.SharesOfNew([]Part{{"当面", 484}, {"网络", 1272}, {"信函", 982}})
	diffs := channels.Differences(map[string]Hundredths{"当面": 1768, "网络": 4646, "信函": 3586})
	if len(diffs) != 1 || diffs[0].String() != "信函：所列占比35.86%，按件数计算为35.87%" {
		t.Errorf("channels: %v", diffs)
	}
	if channels.Note() != "占比四舍五入，合计100.01%，不等于100.00%" {
		t.Errorf("note %q", channels.Note())
	}
	diffs = table.GroupShares().Differences(map[string]Hundredths{"予以公开": 2908, "部分公开": 943,
		"不予公开": 714, "无法提供": 4247, "不予处理": 728, "其他处理": 459})
	if len(diffs) != 1 || diffs[0] != (ShareDifference{"不予处理", 728, 729}) {
		t.Errorf("groups: %v", diffs)
	}
	want := []Hundredths{311, 1451, 0, 1295, 3368, 1917, 259, 1399}
	for i, s := range table.WithholdShares().Shares {
		if s.Percent != want[i] {
			t.Errorf("%s: %s, want %s", s.Label, s.Percent, want[i])
		}
	}
	total := Cumulate([]Part{{"合计", 14207}}, []Part{{"合计", table.New[TotalColumn].N}})
	if total[0].N != 16945 {
		t.Errorf("cumulated %d", total[0].N)
	}
}

// Shares by largest remainder add to 100.00 and say which were bent.
func TestSharesToHundred(t *testing.T) {
	s := SharesToHundred(2738, []Part{{"当面", 484}, {"网络", 1272}, {"信函", 982}})
	if s.Sum() != 10000 || !strings.Contains(s.Note(), "四舍五入应为") {
		t.Errorf("%v %q", s.Shares, s.Note())
	}
	if s := Shares(8, []Part{{"甲", 1}}); s.Shares[0].Percent.String() != "12.50" {
		t.Errorf("got %v", s.Shares)
	}
	if s := Shares(0, []Part{{"甲", 0}}); s.Shares[0].Percent != 0 || s.Note() != "" {
		t.Errorf("of nothing: %v", s)
	}
}
