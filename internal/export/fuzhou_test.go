package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/internal/export"
	"gongkai/internal/report"
)

// publishedRows reads Fuzhou's report of 2019 as it was published, with none of our
// own types: each row's figures by its label, and table 二.
func publishedRows(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "report", "testdata", "fuzhou-2019.json"))
	if err != nil {
		t.Fatal(err)
	}
	var raw struct {
		Applications struct {
			New        []int            `json:"new"`
			CarriedIn  []int            `json:"carried_in"`
			Results    map[string][]int `json:"results"`
			CarriedOut []int            `json:"carried_out"`
		} `json:"applications"`
		Remedies  map[string]map[string]int  `json:"remedies"`
		Proactive map[string]json.RawMessage `json:"proactive"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	words := func(n []int) (out []string) {
		for _, x := range n {
			out = append(out, fmt.Sprint(x))
		}
		return out
	}
	rows := map[string][]string{"一、本年新收政府信息公开申请数量": words(raw.Applications.New), "二、上年结转政府信息公开申请数量": words(raw.Applications.CarriedIn), "四、结转下年度继续办理": words(raw.Applications.CarriedOut)}
	labels := map[string]string{"disclose": "（一）予以公开", "partial": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "withhold.state_secret": "1.属于国家秘密", "withhold.law_forbids": "2.其他法律行政法规禁止公开",
		"withhold.security_stability": "3.危及“三安全一稳定”", "withhold.third_party": "4.保护第三方合法权益", "withhold.internal_affairs": "5.属于三类内部事务信息", "withhold.process_info": "6.属于四类过程性信息",
		"withhold.enforcement_file": "7.属于行政执法案卷", "withhold.admin_query": "8.属于行政查询事项", "unable.not_held": "1.本机关不掌握相关政府信息", "unable.needs_creation": "2.没有现成信息需要另行制作",
		"unable.still_unclear": "3.补正后申请内容仍不明确", "not_processed.petition": "1.信访举报投诉类申请", "not_processed.repeat": "2.重复申请", "not_processed.publication": "3.要求提供公开出版物",
		"not_processed.excessive": "4.无正当理由大量反复申请", "not_processed.confirm_reissue": "5.要求行政机关确认或重新出具已获取信息", "other": "（六）其他处理", "total": "（七）总计"}
	for key, label := range labels {
		rows[label] = words(raw.Applications.Results[key])
	}
	var fifteen []string
	for _, block := range []string{"review", "litigation_direct", "litigation_after_review"} {
		for _, column := range []string{"upheld", "corrected", "other", "pending", "total"} {
			fifteen = append(fifteen, fmt.Sprint(raw.Remedies[block][column]))
		}
	}
	rows["四"] = fifteen
	for key, text := range raw.Proactive {
		for item, label := range map[string]string{"regulations": "规章", "normative": "规范性文件", "licensing": "行政许可", "other services": "其他对外管理服务事项", "penalties": "行政处罚", "coercion": "行政强制", "fees": "行政事业性收费", "procurement": "政府集中采购"} {
			var figures []json.Number
			if strings.Contains(key, item) && json.Unmarshal(text, &figures) == nil {
				for _, f := range figures {
					rows[label] = append(rows[label], f.String())
				}
			}
		}
	}
	return rows
}

// textRows are the rows of all tables of a file, each cell's own text; cells that
// only continue one from above are left out.
type textRows [][]string

// docxRows reads the tables of a word-processor file from its XML.
func docxRows(t *testing.T, file []byte) (rows textRows) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	var row []string
	var text string
	down := false
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "tr":
				row = nil
			case "tc":
				text, down = "", false
			case "vMerge":
				down = len(x.Attr) == 0
			}
		case xml.CharData:
			text += string(x)
		case xml.EndElement:
			switch x.Name.Local {
			case "tc":
				if !down {
					row = append(row, text)
				}
			case "tr":
				rows = append(rows, row)
			}
		}
	}
}

// htmlRows reads the tables of a page.
func htmlRows(t *testing.T, file []byte) (rows textRows) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "tr" {
			continue
		}
		var row []string
		for cell := range n.ChildNodes() {
			if cell.Data != "td" && cell.Data != "th" {
				continue
			}
			text := ""
			for x := range cell.Descendants() {
				if x.Type == html.TextNode {
					text += x.Data
				}
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	return rows
}

// xlsxRows reads the sheets of a workbook from their XML.
func xlsxRows(t *testing.T, file []byte) (rows textRows) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string, to any) {
		f, err := z.Open(name)
		if err == nil {
			err = xml.NewDecoder(f).Decode(to)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	var words struct {
		Items []struct {
			Text string `xml:"t"`
			Runs []struct {
				Text string `xml:"t"`
			} `xml:"r"`
		} `xml:"si"`
	}
	read("xl/sharedStrings.xml", &words)
	for i := 1; i <= 3; i++ {
		var sheet struct {
			Rows []struct {
				Cells []struct {
					Type  string `xml:"t,attr"`
					Value string `xml:"v"`
				} `xml:"c"`
			} `xml:"sheetData>row"`
		}
		read(fmt.Sprintf("xl/worksheets/sheet%d.xml", i), &sheet)
		for _, r := range sheet.Rows {
			var row []string
			for _, c := range r.Cells {
				if c.Type == "s" {
					var at int
					fmt.Sscan(c.Value, &at)
					c.Value = words.Items[at].Text
				}
				if c.Value != "" {
					row = append(row, c.Value)
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// find gives the figures behind a label: the last cells of its row.
func (rows textRows) find(label string, n int) []string {
	for _, row := range rows {
		if at := slices.Index(row, label); at >= 0 && len(row) == at+1+n {
			return row[at+1:]
		}
	}
	return nil
}

// fuzhou is the published report with table 二 in it.
func fuzhou(t *testing.T) report.Table {
	t.Helper()
	table := published(t, "fuzhou-2019.json")
	p := report.NewProactive(report.Format2019)
	rows := publishedRows(t)
	for _, line := range report.ProactiveLines(report.Format2019) {
		for _, figure := range rows[line.Label] {
			p.Rows[line.Key] = append(p.Rows[line.Key], report.Decimal(figure))
		}
	}
	table.Proactive = p
	return table
}

// Fuzhou 2019 as DOCX, XLSX and HTML carries the published tables cell by cell, as
// readers see them that know nothing of how they were written.
func TestFuzhouCellByCell(t *testing.T) {
	table, want := fuzhou(t), publishedRows(t)
	if len(want) != 32 {
		t.Fatalf("%d rows were published", len(want))
	}
	facts := report.Facts{Table: table, Channels: []report.Part{{Label: "当面申请", N: 484}, {Label: "网络申请", N: 1272}, {Label: "信函申请", N: 982}}}
	document := report.Compose(facts, report.Text{})
	files := map[string]func(*bytes.Buffer) error{
		"docx": func(b *bytes.Buffer) error { return export.WriteDocument(b, document, export.Meta{}) },
		"html": func(b *bytes.Buffer) error { return export.WriteDocumentHTML(b, document, export.Meta{}) },
		"xlsx": func(b *bytes.Buffer) error { return export.WriteReport(b, "xlsx", table, export.Meta{}) },
	}
	readers := map[string]func(*testing.T, []byte) textRows{"docx": docxRows, "html": htmlRows, "xlsx": xlsxRows}
	for name, write := range files {
		var file bytes.Buffer
		if err := write(&file); err != nil {
			t.Fatal(err)
		}
		rows := readers[name](t, file.Bytes())
		for label, figures := range want {
			got := rows.find(label, len(figures))
			if label == "四" {
				for _, row := range rows {
					if len(row) == 15 && regexp.MustCompile(`^\d+$`).MatchString(row[0]) {
						got = row
					}
				}
			}
			if !slices.Equal(got, figures) {
				t.Errorf("%s, %s: %v, published %v", name, label, got, figures)
			}
		}
	}
}
