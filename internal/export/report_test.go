package export

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/calendar"
	"gongkai/internal/report"
)

func published(t *testing.T, name string) report.Table {
	t.Helper()
	data, err := os.ReadFile("../report/testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	table, err := report.ReadJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func written(t *testing.T, as string, table report.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteReport(&b, as, table, Meta{AsOf: calendar.MustParse("2020-01-15"), Note: "统计口径"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page has the official heads and merged cells, its title, and no other host.
func TestReportHTML(t *testing.T) {
	page := written(t, "html", published(t, "fuzhou-2019"))
	for _, want := range []string{
		"<h1>福州市（全市汇总，市人民政府发布）2019年政府信息公开工作年度报告</h1>",
		`<th scope="colgroup" rowspan="3" colspan="3">（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</th>`,
		`<th scope="colgroup" colspan="5">法人或其他组织</th>`,
		`<th scope="rowgroup" rowspan="20">三、本年度办理结果</th>`,
		`<th scope="rowgroup" rowspan="8">（三）不予公开</th><th scope="row">1.属于国家秘密</th><td>5</td>`,
		`<th scope="row" colspan="2">（六）其他处理</th><td>124</td>`,
		`<th scope="colgroup" colspan="10">行政诉讼</th>`,
		"数据截至：2020年1月15日", "统计口径", "国办公开办函〔2019〕60号",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("missing %s", want)
		}
	}
	for _, bad := range []string{"http:", "https:", "<script", "src="} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if !strings.Contains(written(t, "html", published(t, "pingtan-2021")), `rowspan="22">三、本年度办理结果`) {
		t.Error("the form of 2021 has 22 rows of results")
	}
}

// A name that looks like markup or a formula stays a name.
func TestReportHostileName(t *testing.T) {
	table := published(t, "pingtan-2021")
	table.Agency = `=HYPERLINK("x")<script>`
	if page := written(t, "html", table); strings.Contains(page, "<script") {
		t.Error("markup in the page")
	}
	book, err := excelize.OpenReader(strings.NewReader(written(t, "xlsx", table)))
	if err != nil {
		t.Fatal(err)
	}
	formula, _ := book.GetCellFormula("表三", "A1")
	value, _ := book.GetCellValue("表三", "A1")
	if formula != "" || !strings.HasPrefix(value, "=HYPERLINK") {
		t.Errorf("formula %q, value %q", formula, value)
	}
	if line := strings.Split(written(t, "csv", table), "\n")[1]; !strings.HasPrefix(line, `"'=HYPERLINK`) {
		t.Errorf("CSV: %s", line)
	}
}

// Figures are numbers in the workbook, and the heads are merged as on the form.
func TestReportXLSX(t *testing.T) {
	book, err := excelize.OpenReader(strings.NewReader(written(t, "xlsx", published(t, "fuzhou-2019"))))
	if err != nil {
		t.Fatal(err)
	}
	kind, _ := book.GetCellType("表三", "D6")
	value, _ := book.GetCellValue("表三", "D6")
	if value != "2653" || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("D6 %q of type %v", value, kind)
	}
	merged, err := book.GetMergeCells("表三")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, m := range merged {
		found = found || m[0] == "A8:A27" && m.GetCellValue() == report.ResultsLabel
	}
	if !found {
		t.Errorf("results not merged: %v", merged)
	}
}

// CSV has one line for each row, all of one width, with key and label.
func TestReportCSV(t *testing.T) {
	text := written(t, "csv", published(t, "fuzhou-2019"))
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 1+23+1+3 {
		t.Errorf("%d lines", len(lines))
	}
	if got := strings.Join(lines[1][2:], ","); got != "三,new,一、本年新收政府信息公开申请数量,2653,50,3,10,12,10,2738" {
		t.Errorf("got %s", got)
	}
}

// Text lines up, Han signs counted double.
func TestReportText(t *testing.T) {
	lines := strings.Split(written(t, "text", published(t, "fuzhou-2019")), "\n")
	width := displayWidth(lines[3])
	for _, line := range lines[3:27] {
		if displayWidth(line) != width {
			t.Errorf("width %d, want %d: %s", displayWidth(line), width, line)
		}
	}
	if !strings.HasSuffix(lines[4], " 2738") {
		t.Errorf("got %s", lines[4])
	}
}

// An unknown kind is refused with the kinds that there are.
func TestReportUnknownKind(t *testing.T) {
	err := WriteReport(&bytes.Buffer{}, "pdf", published(t, "fuzhou-2019"), Meta{})
	if err == nil || !strings.Contains(err.Error(), "text、json、csv、xlsx、html") {
		t.Errorf("got %v", err)
	}
}

// Table 二 stands in every form where it was entered.
func TestReportProactive(t *testing.T) {
	table := published(t, "pingtan-2021")
	table.Proactive = report.ReadProactive([]byte(`{"layout":"2021","normative":[4711,2,3],"fees":["98765.40"]}`))
	for _, as := range []string{"text", "csv", "json", "html"} {
		if out := written(t, as, table); !strings.Contains(out, "4711") || !strings.Contains(out, "98765.40") {
			t.Errorf("%s: %s", as, out)
		}
	}
	text := written(t, "csv", table)
	if _, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll(); err != nil {
		t.Error(err)
	}
}
