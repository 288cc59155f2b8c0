package importer_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/internal/calendar"
	"gongkai/internal/export"
	"gongkai/internal/importer"
	"gongkai/internal/report"
)

// readTable gives the first table of a report.
func readTable(name string, data []byte) (report.Table, error) {
	read, err := importer.ReadPublished(name, data)
	return read.Table, err
}

func published(t testing.TB, name string) report.Table {
	t.Helper()
	data, err := os.ReadFile("../report/testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	table, err := readTable(name+".json", data)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func exported(t testing.TB, as string, table report.Table) []byte {
	t.Helper()
	var b bytes.Buffer
	meta := export.Meta{AsOf: calendar.MustParse("2026-01-15"), Note: "传真、电子邮件计入网络。"}
	if err := export.WriteReport(&b, as, table, meta); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withProactive adds a table 二 in the layout given.
func withProactive(table report.Table, layout report.Format) report.Table {
	p := &report.Proactive{Layout: layout, Rows: map[report.ProactiveKey][]report.Decimal{}}
	for i, line := range report.ProactiveLines(layout) {
		for j := range line.Columns {
			p.Rows[line.Key] = append(p.Rows[line.Key], report.Decimal(fmt.Sprintf("%d", 100*i+j-1)))
		}
		if line.Amount >= 0 {
			p.Rows[line.Key][line.Amount] = "2091200052.16"
		}
	}
	table.Proactive = p
	return table
}

var names = []string{"fuzhou-2019", "hongze-2023", "pingtan-2020", "pingtan-2021"}

// What we write as JSON, HTML and XLSX is read back as the same table, in both
// formats and both layouts of table 二.
func TestRoundTrip(t *testing.T) {
	for _, name := range names {
		for _, layout := range []report.Format{{}, report.Format2019, report.Format2021} {
			want := published(t, name)
			if !layout.IsZero() {
				want = withProactive(want, layout)
			}
			want.Row(want.Format.ResultRows()[3])[report.TotalColumn] = report.Cell{Unseen: true}
			want.Remedies[0][1] = report.Cell{Text: "2.5"}
			want.New[2] = report.Cell{N: -7}
			for _, as := range []string{"json", "html", "xlsx"} {
				read, err := importer.ReadPublished("x."+as, exported(t, as, want))
				got, prose := read.Table, read.Prose
				if err != nil {
					t.Fatalf("%s as %s: %v", name, as, err)
				}
				if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
					t.Errorf("%s as %s, layout %s:\n%s", name, as, layout, diff)
				}
				if warnings := report.CompareText(got, prose); len(warnings) > 0 {
					t.Errorf("%s as %s: %v", name, as, warnings)
				}
			}
		}
	}
}

// plain is a table as cmp can see it.
func plain(t report.Table) string {
	b, err := t.MarshalJSON()
	if err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(string(b), "],", "],\n")
}

// An error planted in any published table is found in each kind of file, exactly
// as in the JSON, and none is invented.
func TestPlantedErrors(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	for range 12 {
		table := published(t, names[r.Intn(len(names))])
		rows := table.Format.Rows()
		switch r.Intn(3) {
		case 0:
			table.Row(rows[r.Intn(len(rows))])[r.Intn(report.Columns)].N += int64(r.Intn(9) - 4)
		case 1:
			table.Remedies[r.Intn(3)][r.Intn(5)].N += int64(r.Intn(9) - 4)
		case 2:
			k := r.Intn(report.Columns)
			table.New[k], table.Total[k] = table.Total[k], table.New[k]
		}
		want := report.Check(table)
		for _, as := range []string{"html", "xlsx"} {
			got, err := readTable("x."+as, exported(t, as, table))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.Lines(), report.Check(got).Lines()); diff != "" {
				t.Errorf("%s: %s", as, diff)
			}
		}
	}
}

// messy turns our page into what word processors and web editors leave behind.
func messy(page string) string {
	page = strings.NewReplacer(
		"<td>0</td>", `<td style="x"><p class="MsoNormal"><span>&nbsp;</span></p></td>`,
		"<td>1</td>", `<td><p><span lang="EN-US"><o:p>１</o:p></span></p></td>`,
		"<td>2738</td>", "<td><p><b>2,7</b><span>38</span>\n </p></td>",
		"1.属于国家秘密", "<p><span>１．属于</span><br><span>国家 秘密</span></p>",
		"2.其他法律行政法规禁止公开", "2．其他法律行政止公开",
		"3.要求提供公开出版物", "３、要求提供公开出<br/>版物",
		"商业企业", "<p>商业</p><p>企业</p>", "社会公益组织", "社会<br>公益<br>组织",
		"结果维持", "<p>结果</p><p>维持</p>", "尚未审结", "尚未\n审结",
		"（三）不予公开", "<div>(三)不予</div><div>公开</div>",
		"1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "1.申请人逾期不补正",
		"2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "2.逾期不缴费",
		"区分处理的，只计这一情形，不计其他情形", "区分处理的,只计这一情形,不计其他情形",
	).Replace(page)
	return strings.Replace(strings.Replace(page, "<main>", "<table><tr><td>导航</td><td><div>", 1), "</main>", "</div></td></tr></table>", 1)
}

// Pages as they are really published give the same table: an empty cell is 0
// under a kind, unseen under a total.
func TestMessyPages(t *testing.T) {
	for _, name := range names {
		want := published(t, name)
		for _, key := range want.Format.Rows() {
			if c := &want.Row(key)[report.TotalColumn]; c.N == 0 {
				c.Unseen = true
			}
		}
		for b := range want.Remedies {
			if c := &want.Remedies[b][report.TotalResult]; c.N == 0 {
				c.Unseen = true
			}
		}
		page := messy(string(exported(t, "html", published(t, name))))
		gb, err := simplifiedchinese.GB18030.NewEncoder().String(strings.ReplaceAll(page, "utf-8", "gb2312"))
		if err != nil {
			t.Fatal(err)
		}
		for kind, text := range map[string]string{"UTF-8": page, "GB18030": gb} {
			got, err := readTable("x.html", []byte(text))
			if err != nil {
				t.Fatalf("%s %s: %v", name, kind, err)
			}
			if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
				t.Errorf("%s %s:\n%s", name, kind, diff)
			}
		}
	}
}

// Strokes and dashes are 0 everywhere, under a total too.
func TestSignsForNothing(t *testing.T) {
	want := published(t, "pingtan-2021")
	for _, sign := range []string{"/", "-", "—", "——", "－", "／", "–", "0", "０", "无"} {
		page := strings.ReplaceAll(string(exported(t, "html", want)), "<td>0</td>", "<td>"+sign+"</td>")
		got, err := readTable("x.html", []byte(page))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
			t.Errorf("%q:\n%s", sign, diff)
		}
	}
}

// A table that breaks over two pages, the second without a head, is one table.
func TestSplitTable(t *testing.T) {
	want := published(t, "pingtan-2021")
	page := string(exported(t, "html", want))
	at := strings.Index(page, `<tr><th scope="rowgroup" rowspan="3">（四）无法提供`)
	if at < 0 {
		t.Fatal("no place to cut")
	}
	rest := strings.Replace(page[at:], `<tr>`, `<tr><th rowspan="12"></th>`, 1)
	got, err := readTable("x.html", []byte(page[:at]+"</tbody></table><p>续表</p><table><tbody>"+rest))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
		t.Error(diff)
	}
}

// Labels in one column, groups as rows of their own, no merged cells, a title in
// the sheet, pasted as text: the same table.
func TestOneColumnOfLabels(t *testing.T) {
	for _, name := range names {
		want := published(t, name)
		text := fmt.Sprintf("%s\n%d年政府信息公开工作年度报告\n", want.Agency, want.Year)
		text += "\t自然人\t法人或其他组织\n\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n"
		var group report.Group
		for _, line := range report.Layout(want.Format) {
			g := line.Row.Group()
			if g != group && g.Label() != "" && !strings.HasPrefix(line.Row.Label(), g.Label()) {
				text += g.Label() + strings.Repeat("\t", report.Columns) + "\n"
			}
			group = g
			text += line.Row.Label()
			for _, c := range want.Row(line.Row) {
				text += "\t" + c.String()
			}
			text += "\n"
		}
		heads, figures := "", ""
		for b := range want.Remedies {
			for r, c := range want.Remedies[b] {
				heads += "\t" + report.Result(r).Label()
				figures += "\t" + c.String()
			}
		}
		got, err := readTable("a.txt", []byte(text+heads+"\n"+figures+"\n"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// Prose around the tables is handed out without them, for comparing.
func TestProse(t *testing.T) {
	page := strings.Replace(string(exported(t, "html", published(t, "fuzhou-2019"))), "<section>",
		"<table><tr><td><p>2019年共收到政府信息公开<span>申请</span>2739件，办结政府信息公开申请2703件。</p></td></tr></table><section>", 1)
	read, err := importer.ReadPublished("a.html", []byte(page))
	table, prose := read.Table, read.Prose
	if err != nil {
		t.Fatal(err)
	}
	got := report.CompareText(table, prose)
	if len(got) != 1 || got[0].Left != report.Num(2739) {
		t.Errorf("got %v from %q", got, prose)
	}
	if strings.Contains(prose, "自然人") {
		t.Error("the tables stand in the prose")
	}
}

// Agency and year come from the title, in the shapes in use.
func TestTitles(t *testing.T) {
	body := string(exported(t, "html", published(t, "pingtan-2021")))
	body = body[strings.Index(body, "<section>"):]
	for _, c := range []struct {
		head, agency string
		year         int
	}{
		{"<h1>福州市2019年政府信息公开工作年度报告</h1>", "福州市", 2019},
		{"<h1>2020年福州市政府信息公开工作年度报告</h1>", "福州市", 2020},
		{"<title>某区民政局2022年度政府信息公开年报-某区人民政府</title>", "某区民政局", 2022},
		{"<title>首页_年报_某区2023年政府信息公开工作年度报告</title><p>索引号：1</p>", "某区", 2023},
		{"<p>某县自然资源局</p><p>二〇二一年政府信息公开工作年度报告</p>", "某县自然资源局", 2021},
		{"<p>没有标题</p>", "", 0},
	} {
		got, err := readTable("x.html", []byte(c.head+body))
		if err != nil || got.Agency != c.agency || got.Year != c.year {
			t.Errorf("%s: %q %d %v", c.head, got.Agency, got.Year, err)
		}
	}
}

// A document of a word processor, with merged cells, is read like the page.
func TestDocument(t *testing.T) {
	want := published(t, "hongze-2023")
	got, err := readTable("x.docx", document(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
		t.Error(diff)
	}
}

// document writes tables 三 and 四 with gridSpan and vMerge.
func document(t *testing.T, table report.Table) []byte {
	t.Helper()
	var b strings.Builder
	cell := func(text string, cols int, merge string) {
		fmt.Fprintf(&b, `<w:tc><w:tcPr><w:gridSpan w:val="%d"/>%s</w:tcPr><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>`, cols, merge, text)
	}
	fmt.Fprintf(&b, `<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>%s%d年政府信息公开工作年度报告</w:t></w:r></w:p><w:tbl>`, table.Agency, table.Year)
	heads := []string{"", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"}
	b.WriteString("<w:tr>")
	for i, h := range heads {
		cell(h, map[bool]int{true: 3, false: 1}[i == 0], "")
	}
	b.WriteString("</w:tr>")
	hanging := map[int]int{}
	for _, line := range report.Layout(table.Format) {
		b.WriteString("<w:tr>")
		col := 0
		for _, h := range line.Heads {
			for ; hanging[col] > 0; col++ {
				hanging[col]--
				cell("", 1, `<w:vMerge/>`)
			}
			merge := ""
			if h.Rows > 1 {
				merge, hanging[col] = `<w:vMerge w:val="restart"/>`, h.Rows-1
			}
			cell(h.Text, h.Cols, merge)
			col += h.Cols
		}
		for _, c := range table.Row(line.Row) {
			cell(c.String(), 1, "")
		}
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl><w:tbl>")
	for row := range 2 {
		b.WriteString("<w:tr>")
		for block := range table.Remedies {
			for r, c := range table.Remedies[block] {
				cell([]string{report.Result(r).Label(), c.String()}[row], 1, "")
			}
		}
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl></w:body></w:document>")
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	f, _ := z.Create("word/document.xml")
	f.Write([]byte(b.String()))
	z.Close()
	return out.Bytes()
}

// What is no report is refused with a sentence that names the file.
func TestRefused(t *testing.T) {
	var empty bytes.Buffer
	zip.NewWriter(&empty).Close()
	for _, c := range []struct {
		name, data, want string
	}{
		{"a.xlsx", "只是文字", "内容却不是 .xlsx"},
		{"a.xlsx", "PK\x03\x04坏", "已损坏"},
		{"a.xlsx", empty.String(), "压缩包里"},
		{"a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版"},
		{"a.pdf", "%PDF-1.7", "PDF"},
		{"a.html", "", "空的"},
		{"a.html", "<html><p>没有表</p></html>", "没有找到表三"},
		{"a.html", strings.Replace(string(exported(t, "html", published(t, "pingtan-2021"))), "2.重复申请", "2.某某", 1), "缺少1行：“三（五）2.重复申请”；不认识的行名：“2.某某”"},
		{"a.json", "{", "不是有效的 JSON"},
		{"a.json", "[]", "报表 JSON"},
		{"a.bin", "\x00\x01\x02", "不是网页"},
	} {
		_, err := importer.ReadPublished(c.name, []byte(c.data))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), c.name) {
			t.Errorf("%s %.20q: %v", c.name, c.data, err)
		}
	}
}

// Files made to take all memory or time are answered soon: spans without end,
// nesting without end, prose without a full stop. Some seconds, a minute under the
// race detector; without the bounds in the reader it never ends.
func TestHostilePages(t *testing.T) {
	start := time.Now()
	for _, page := range []string{
		strings.Repeat(`<table><tr><td colspan=99999 rowspan=99999>商业企业<td>结果维持`+strings.Repeat("<tr><td>1", 600)+`</table>`, 20),
		strings.Repeat("<div>", 20000),
		strings.Repeat("<table><tr><td>", 400) + "商业企业",
		"<p>" + strings.Repeat("收到政府信息公开申请5件", 20000),
	} {
		if _, err := importer.ReadPublished("a.html", []byte(page)); err == nil {
			t.Errorf("%.40s: read", page)
		}
		report.CompareText(report.NewTable("某市", 2020, report.Format2019), page)
	}
	if took := time.Since(start); took > 5*time.Minute {
		t.Errorf("took %s", took)
	}
}

// Whatever the bytes: no crash, and a table that was read is whole.
func FuzzReadPublished(f *testing.F) {
	table := published(f, "pingtan-2021")
	f.Add("a.html", exported(f, "html", table))
	f.Add("a.html", []byte(`<table><tr><td colspan=99999 rowspan=99999>商业企业<td>结果维持<table></table></table>`))
	f.Add("a.json", exported(f, "json", table))
	f.Add("a.txt", []byte("自然人\t商业企业\n"))
	f.Add("a.xlsx", exported(f, "xlsx", table))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		read, err := importer.ReadPublished(name, data)
		if err != nil {
			return
		}
		got, prose := read.Table, read.Prose
		report.CompareText(got, prose)
		if v := report.Check(got); v.Failures == nil || len(got.Results) != len(got.Format.ResultRows()) {
			t.Errorf("half a table: %+v", got)
		}
	})
}

// Rows whose group has lost its heading are told by their own words.
func TestMissingGroupHeadings(t *testing.T) {
	want := published(t, "pingtan-2021")
	page := string(exported(t, "html", want))
	for _, head := range []string{"（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理"} {
		page = strings.ReplaceAll(page, head, "")
	}
	got, err := readTable("x.html", []byte(page))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
		t.Error(diff)
	}
}
