package export_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/export"
	"gongkai/internal/importer"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// published reads one of the published reports that the tests keep.
func published(t *testing.T, name string) report.Table {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "report", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	table, err := report.ReadJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// The whole report as a word-processor file and as a web page carries the
// published tables, cell by cell, as another reader sees them, and is the same
// file each time.
func TestDocumentReadBack(t *testing.T) {
	table := published(t, "fuzhou-2019.json")
	document := report.Compose(report.Facts{Table: table}, report.Text{Free: map[string]string{"problems": "一是<公开>不够主动 & 及时；\n二是=cmd()。", "other": "无。"}})
	for name, write := range map[string]func(*bytes.Buffer) error{
		"report.docx": func(b *bytes.Buffer) error { return export.WriteDocument(b, document, export.Meta{}) },
		"report.html": func(b *bytes.Buffer) error { return export.WriteDocumentHTML(b, document, export.Meta{}) },
	} {
		var file, again bytes.Buffer
		if err := write(&file); err != nil {
			t.Fatal(err)
		}
		if err := write(&again); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
			t.Errorf("%s is another file the second time: %v", name, err)
		}
		read, err := importer.ReadPublished(name, file.Bytes())
		back, prose := read.Table, read.Prose
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(table)
		if got, _ := json.Marshal(back); tables(t, got) != tables(t, want) {
			t.Errorf("%s: read back as\n%s\nwant\n%s", name, got, want)
		}
		if !strings.Contains(prose, "一是<公开>不够主动 & 及时") || !strings.Contains(prose, "新收政府信息公开申请2738件") {
			t.Errorf("%s: the text is lost: %s", name, prose)
		}
		if wrong := report.CompareText(back, prose); len(wrong) > 0 {
			t.Errorf("%s: the text disagrees with its tables: %v", name, wrong)
		}
	}
}

// tables leaves the parts of the exchange form that tables carry: pages do not all
// tell the agency's name alike.
func tables(t *testing.T, data []byte) string {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return string(all["applications"]) + string(all["remedies"])
}

// LibreOffice, where there is one, opens the document without complaint.
func TestDocumentOpens(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		testkit.Skip(t, "no LibreOffice: the DOCX was read back by our own reader alone")
	}
	document := report.Compose(report.Facts{Table: published(t, "fuzhou-2019.json")}, report.Text{})
	dir := t.TempDir()
	var file bytes.Buffer
	if err := export.WriteDocument(&file, document, export.Meta{}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.docx"), file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(office, "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "a.docx")).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "a.pdf")); err != nil {
		t.Error("no PDF came out")
	}
}

// The workbook that others fill in has its totals and checks as formulas, is
// locked but for what is to be filled, and is read back.
func TestBlankWorkbook(t *testing.T) {
	for _, f := range []report.Format{report.Format2019, report.Format2021} {
		year := map[report.Format]int{report.Format2019: 2020, report.Format2021: 2025}[f]
		var file bytes.Buffer
		if err := export.WriteBlank(&file, report.NewTable("示例县信访局", year, f)); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(file.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		cells := map[string]string{}
		rows, err := book.GetRows("表三")
		if err != nil {
			t.Fatal(err)
		}
		at := func(label string, col int) string {
			for i, row := range rows {
				for _, text := range row {
					if strings.Contains(text, label) {
						name, _ := excelize.CoordinatesToCellName(col, i+1)
						return name
					}
				}
			}
			t.Fatalf("no row %s", label)
			return ""
		}
		for label, n := range map[string]int{"本年新收": 7, "予以公开": 5, "结转下年度": 2} {
			cells[at(label, 4)] = label
			if err := book.SetCellInt("表三", at(label, 4), int64(n)); err != nil {
				t.Fatal(err)
			}
		}
		// What a spreadsheet program does when it opens the file: it counts.
		for _, sheet := range []string{"表三", "表四"} {
			rows, _ := book.GetRows(sheet)
			for i := range rows {
				for col := 1; col <= 15; col++ {
					name, _ := excelize.CoordinatesToCellName(col, i+1)
					formula, err := book.GetCellFormula(sheet, name)
					if err != nil || formula == "" {
						continue
					}
					value, err := book.CalcCellValue(sheet, name)
					if err != nil {
						t.Fatalf("%s %s: %v", sheet, formula, err)
					}
					if strings.HasPrefix(formula, "IF(") {
						if value != "一致" {
							t.Errorf("the check says %s", value)
						}
						continue
					}
					var n int64
					if json.Unmarshal([]byte(value), &n) != nil {
						t.Fatalf("%s %s = %q", sheet, formula, value)
					}
					if err := book.SetCellFormula(sheet, name, ""); err != nil {
						t.Fatal(err)
					}
					if err := book.SetCellInt(sheet, name, n); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		var filled bytes.Buffer
		if err := book.Write(&filled); err != nil {
			t.Fatal(err)
		}
		read, err := importer.ReadPublished("回表.xlsx", filled.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		table := read.Table
		if v := report.Check(table); !v.Consistent || len(v.Unseen) > 0 || table.New[6].N != 7 || table.Total[6].N != 5 || table.Year != year || table.Format != f {
			t.Errorf("%s: read back as %+v, %v", f, table, v.Failures)
		}
		if style, err := book.GetCellStyle("表三", at("本年新收", 4)); err != nil {
			t.Error(err)
		} else if s, err := book.GetStyle(style); err != nil || s.Protection == nil || s.Protection.Locked {
			t.Errorf("the cell to be filled is locked: %v %v", s, err)
		}
	}
}
