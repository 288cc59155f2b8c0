package importer_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/importer"
	"gongkai/internal/report"
)

// goodReports are the published reports that agree with themselves, with a table 二.
func goodReports(t testing.TB) []report.Table {
	return []report.Table{
		noZeros(withProactive(published(t, "fuzhou-2019"), report.Format2019)),
		noZeros(withProactive(published(t, "pingtan-2021"), report.Format2021)),
	}
}

// noZeros takes the zeros out of table 二, where an empty cell is no figure.
func noZeros(t report.Table) report.Table {
	for _, row := range t.Proactive.Rows {
		for i := range row {
			if row[i] == "0" {
				row[i] = "7"
			}
		}
	}
	return t
}

// read reads a printed report and judges it for itself.
func read(t *testing.T, p printer, of paper) (importer.Published, report.Verdict) {
	t.Helper()
	got, err := importer.ReadPublished(p.name, p.make(t, of))
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return got, got.Verdict(p.name)
}

// Whatever an office publishes with, the tables read are those printed, with the
// agency and the year of the title; text that agrees raises no alarm.
func TestEveryKindOfFileIsReadAlike(t *testing.T) {
	for _, want := range append(goodReports(t), published(t, "pingtan-2020"), published(t, "hongze-2023")) {
		for _, p := range printers() {
			got, verdict := read(t, p, paperOf(want, append(proseOf(want), innocent...)))
			if diff := cmp.Diff(plain(want), plain(got.Table)); diff != "" {
				t.Errorf("%s %s:\n%s", want.Agency, p.name, diff)
			}
			if diff := cmp.Diff(report.Check(want).Failures, verdict.Failures, cmp.AllowUnexported(report.Figure{})); diff != "" {
				t.Errorf("%s %s:\n%s", want.Agency, p.name, diff)
			}
			if len(verdict.Warnings) > 0 || len(got.Further) > 0 {
				t.Errorf("%s %s: false alarms %v, further tables %d", want.Agency, p.name, verdict.Warnings, len(got.Further))
			}
		}
	}
}

// plantings break every identity in turn: K1 and K2 in each column, K3 in each row,
// K4 by each wrong kind of figure, K5 in each part.
func plantings(t report.Table) []func(*report.Table) {
	var out []func(*report.Table)
	for c := report.Natural; c <= report.TotalColumn; c++ {
		out = append(out, func(t *report.Table) { t.CarriedIn[c].N += 3 }, func(t *report.Table) { t.Total[c].N += 2; t.CarriedOut[c].N += 2; t.New[c].N += 4 })
	}
	for _, key := range t.Format.Rows() {
		out = append(out, func(t *report.Table) { t.Row(key)[report.TotalColumn].N++ })
	}
	for i, bad := range []report.Cell{{N: -2}, {Text: "1.5"}, {Text: "0.25"}} {
		out = append(out, func(t *report.Table) { t.Row(t.Format.ResultRows()[3*i])[i] = bad }, func(t *report.Table) { t.Remedies[i][i] = bad })
	}
	for b := range report.Blocks {
		out = append(out, func(t *report.Table) { t.Remedies[b][report.TotalResult].N++ }, func(t *report.Table) { t.Remedies[b][report.OtherResult].N += 5 })
	}
	return out
}

// An error planted anywhere in the tables is found in every kind of file, exactly
// as in the figures themselves, and none is invented.
func TestPlantedInTheTables(t *testing.T) {
	for _, good := range goodReports(t) {
		for i, plant := range plantings(good) {
			broken := good.Clone()
			plant(&broken)
			want := report.Check(broken)
			if want.Consistent {
				t.Fatalf("planting %d breaks nothing", i)
			}
			for _, p := range printers() {
				_, got := read(t, p, paperOf(broken, nil))
				if diff := cmp.Diff(want.Failures, got.Failures, cmp.AllowUnexported(report.Figure{})); diff != "" || got.Consistent {
					t.Errorf("%s %s, planting %d:\n%s", good.Agency, p.name, i, diff)
				}
			}
		}
	}
}

var number = regexp.MustCompile(`\d+(?:\.\d\d)?%?`)

// Each figure of the text, changed for itself, is found; the others stay silent.
func TestPlantedInTheText(t *testing.T) {
	for _, good := range goodReports(t) {
		prose := proseOf(good)
		for i, sentence := range prose {
			for k, at := range number.FindAllStringIndex(sentence, -1) {
				wrong := slices.Clone(prose)
				wrong[i] = sentence[:at[0]] + changed(sentence[at[0]:at[1]]) + sentence[at[1]:]
				p := printers()[(i+k)%len(printers())]
				_, got := read(t, p, paperOf(good, append(wrong, innocent...)))
				if len(got.Warnings) == 0 {
					t.Errorf("%s %s: nothing found in %s", good.Agency, p.name, wrong[i])
				}
				for _, w := range got.Warnings {
					if w.Identity != "text" {
						t.Errorf("%s: %v", p.name, w)
					}
				}
				if !got.Consistent || len(got.Failures) > 0 {
					t.Errorf("%s: text made the table inconsistent", p.name)
				}
			}
		}
	}
}

// changed makes another number of a count or a share.
func changed(s string) string {
	if share, ok := strings.CutSuffix(s, "%"); ok {
		f, _ := strconv.ParseFloat(share, 64)
		return fmt.Sprintf("%.2f%%", f+1.07)
	}
	n, _ := strconv.Atoi(s)
	return strconv.Itoa(n + 13)
}

// What reports say in words against their tables is found too.
func TestPlantedWords(t *testing.T) {
	good := goodReports(t)[0]
	for _, c := range []struct{ text, want string }{
		{"2019年共收到政府信息公开申请2761件。", "应写明含上年结转"},
		{"全年未收到政府信息公开申请。", "正文说没有收到申请，表中为2738件"},
		{"本年度未发生因政府信息公开引起的行政复议、行政诉讼案件。", "正文说没有行政诉讼，表中为50件"},
		{"本年度没有因政府信息公开被提起行政诉讼，未收取信息处理费。另收取信息处理费380元。", "另一处说收取380元"},
		{"予以公开和部分公开申请共1040件，均为依申请公开。", "正文说予以公开、部分公开1040件，表中为1041件，相差1"},
		{"不予公开193件，占10.00%。", "按办结总数计应为7.14%"},
	} {
		_, got := read(t, printers()[1], paperOf(good, []string{c.text}))
		found := false
		for _, w := range got.Warnings {
			found = found || strings.Contains(w.Message, c.want)
		}
		if !found {
			t.Errorf("%s: %v", c.text, got.Warnings)
		}
	}
}

// nextYear makes the following year of a report: what was carried out is carried
// in, and table 二 goes on as it has to.
func nextYear(t report.Table) report.Table {
	out := t.Clone()
	out.Year++
	for _, key := range t.Format.ResultRows() { // twice as many answers
		for c := range out.Row(key) {
			out.Row(key)[c].N *= 2
		}
	}
	for c := range out.New {
		out.CarriedIn[c] = t.CarriedOut[c]
		out.Total[c].N *= 2
		out.New[c].N = out.Total[c].N
	}
	for key, row := range out.Proactive.Rows {
		now, before := row, t.Proactive.Rows[key]
		switch {
		case t.Proactive.Layout == report.Format2021 && len(row) == 3:
			now[2] = sum(before[2], now[0], "-"+now[1])
		case t.Proactive.Layout == report.Format2019 && len(row) > 1 && key.String() != "procurement" && key.String() != "regulations" && key.String() != "normative":
			now[0] = sum(before[0], before[1])
		}
	}
	return out
}

func sum(parts ...report.Decimal) report.Decimal {
	n := 0
	for _, p := range parts {
		v, _ := strconv.Atoi(strings.TrimPrefix(string(p), "--"))
		n += v
	}
	return report.Decimal(strconv.Itoa(n))
}

// Between two years of one agency: nothing where they follow from each other, and
// what was planted where not.
func TestPlantedBetweenYears(t *testing.T) {
	for i, good := range goodReports(t) {
		grown := func(now int64) string {
			return fmt.Sprintf("全年收到政府信息公开申请%d件，比上年增长%.2f%%。", now, float64(now-good.New[6].N)*100/float64(good.New[6].N))
		}
		following := nextYear(good)
		for _, c := range []struct {
			name, want string
			failure    bool
			plant      func(*report.Table, *[]string)
		}{
			{"无误", "", false, func(*report.Table, *[]string) {}},
			{"自然人列结转", "K6", true, func(t *report.Table, _ *[]string) { t.CarriedIn[0].N++; t.New[0].N-- }},
			{"总计列结转", "K6", true, func(t *report.Table, _ *[]string) { t.CarriedIn[6].N += 2 }},
			{"表二", []string{"K8", "K7"}[i], false, func(t *report.Table, _ *[]string) {
				for key, row := range t.Proactive.Rows {
					if key.String() == []string{"licensing", "normative"}[i] {
						row[[]int{0, 2}[i]] += "1"
					}
				}
			}},
			{"增幅", "text", false, func(_ *report.Table, prose *[]string) {
				(*prose)[0] = strings.Replace((*prose)[0], "比上年增长", "比上年下降", 1)
			}},
			{"增幅数", "text", false, func(_ *report.Table, prose *[]string) { (*prose)[0] = strings.Replace((*prose)[0], "长", "长3", 1) }},
		} {
			later, prose := following.Clone(), []string{grown(following.New[6].N)}
			c.plant(&later, &prose)
			p, q := printers()[2*i], printers()[4+i]
			a, _ := read(t, p, paperOf(later, prose))
			b, _ := read(t, q, paperOf(good, nil))
			verdicts := importer.Judge([]string{"后.html", "前.html"}, []importer.Published{a, b})
			var found []string
			for _, f := range append(slices.Clone(verdicts[0].Failures), verdicts[0].Warnings...) {
				found = append(found, f.Identity)
			}
			if c.want == "" && len(found) > 0 || c.want != "" && !slices.Contains(found, c.want) {
				t.Errorf("%s %s: %v %v", good.Agency, c.name, verdicts[0].Failures, verdicts[0].Warnings)
			}
			if len(verdicts[1].Failures)+len(verdicts[1].Warnings) > 0 || c.failure == (len(verdicts[0].Failures) == 0) {
				t.Errorf("%s %s: under the wrong year: %v", good.Agency, c.name, verdicts)
			}
		}
	}
}

// The errors that the published reports really have are found whatever they are
// printed with.
func TestRealErrorsAreFound(t *testing.T) {
	for name, want := range map[string][]string{
		"pingtan-2020": {"K2 表三“自然人”列", "K2 表三“总计”列"},
		"hongze-2023":  {"K5 表四“行政复议”", "K5 表四“复议后起诉”"},
		"fuzhou-2019":  nil, "pingtan-2021": nil,
	} {
		for _, p := range printers() {
			_, verdict := read(t, p, paperOf(published(t, name), nil))
			var got []string
			for _, f := range verdict.Failures {
				got = append(got, f.Identity+" "+f.Where)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s %s: %v", name, p.name, got)
			}
		}
	}
}

// An office and its district on one page: both are judged, and text that speaks of
// either is right.
func TestSeveralTablesOnAPage(t *testing.T) {
	office, district := published(t, "pingtan-2021"), published(t, "hongze-2023")
	one := paperOf(office, []string{"全年收到政府信息公开申请21件。", "本单位收到政府信息公开申请70件。"})
	for _, p := range []printer{printers()[0], printers()[1], printers()[6]} {
		two := one
		two.after = []string{"以下为全区汇总。", "未收费。"}
		data := p.make(t, two)
		second := p.make(t, paperOf(district, nil))
		if p.name == "文档.docx" {
			continue
		}
		got, err := importer.ReadPublished(p.name, append(data, second...))
		if err != nil {
			t.Fatal(err)
		}
		v := got.Verdict(p.name)
		if len(got.Further) != 1 || len(v.Warnings) != 0 || len(v.Failures) != 2 || !strings.HasPrefix(v.Failures[0].Message, "第2组表") || v.Consistent {
			t.Errorf("%s: %d further, %v %v", p.name, len(got.Further), v.Failures, v.Warnings)
		}
		twin, err := importer.ReadPublished(p.name, append(data, data...))
		if err != nil || len(twin.Further) != 0 {
			t.Errorf("%s: a page for screens and phones has %d further tables, %v", p.name, len(twin.Further), err)
		}
	}
}
