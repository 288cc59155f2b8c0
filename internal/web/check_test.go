package web

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/auth"
	"gongkai/internal/export"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// published is a small table whose identities hold.
func published() report.Table {
	t := report.NewTable("示例市", 2025, report.Format2021)
	for _, c := range []report.Column{report.Natural, report.TotalColumn} {
		t.New[c].N, t.CarriedIn[c].N, t.Total[c].N, t.CarriedOut[c].N = 10, 2, 9, 3
		t.Results[0].Cells[c].N = 9
	}
	return t
}

func pageOf(t *testing.T, table report.Table, as string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := export.WriteReport(&b, as, table, export.Meta{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A consistent report is said to be so; a broken one has its failures in words,
// and both ends marked in the table.
func TestPublishedReportIsChecked(t *testing.T) {
	o := newOffice(t)
	for _, as := range []string{"html", "xlsx", "json"} {
		o.check(o.page(o.send("/check", "年报."+as, pageOf(t, published(), as)), 200),
			testkit.In(".notice.good", testkit.HasText("勾稽关系一致")), testkit.NotIn(".broken"), testkit.In(".statutory"))
	}
	broken := published()
	broken.CarriedOut[report.Natural].N = 5
	body := o.page(o.send("/check", "年报.html", pageOf(t, broken, "html")), 200)
	o.check(body, testkit.In(".notice.bad", testkit.HasText("不一致")), testkit.In("body", testkit.HasText("相差2")),
		testkit.In("td.broken .diff", testkit.HasText("K1")))
	marked := brokenCells(broken, report.Check(broken).Failures)
	for _, row := range []report.RowKey{report.RowNew, report.RowCarriedIn, report.RowTotal, report.RowCarriedOut} {
		if marked[report.RowCell(row, report.Natural)] == "" {
			t.Errorf("K1 is not marked at %s", row)
		}
	}
	if got := len(o.all(body, "td.broken")); got != len(marked) {
		t.Errorf("%d cells are marked, want %d", got, len(marked))
	}
}

// Every failure that a check can find is marked somewhere in the table.
func TestEveryFailureHasItsEnds(t *testing.T) {
	table := published()
	table.New[report.Research].N = 1
	table.CarriedOut[report.OtherKind] = report.Cell{Text: "-1"}
	table.Remedies[1][report.Upheld].N = 2
	table.Remedies[2][report.Pending] = report.Cell{Text: "1.5"}
	verdict := report.Check(table)
	if len(verdict.Failures) < 6 {
		t.Fatalf("only %d failures", len(verdict.Failures))
	}
	for _, f := range verdict.Failures {
		if len(ends(table, f)) == 0 {
			t.Errorf("%s %s is marked nowhere", f.Identity, f.Where)
		}
	}
}

// Nothing sent, and a text without tables, say what to do and keep what was
// pasted.
func TestCheckErrorsKeepThePastedText(t *testing.T) {
	o := newOffice(t)
	o.check(o.page(o.send("/check", "", nil), 422), testkit.In(".summary", testkit.HasText("还没有选择文件")))
	o.check(o.page(o.send("/check", "", nil, "text", "随便一段话"), 422), testkit.In(".summary a[href='#field-text']"),
		testkit.In("#field-text", testkit.HasText("随便一段话")))
}

// The table can be taken away in every form, and comes back the same.
func TestReportDownloads(t *testing.T) {
	o := newOffice(t)
	for _, kind := range downloadKinds {
		res := o.get("/report/2026/download?agency=shi&as=" + kind.code)
		o.page(res, 200)
		if d := res.Header.Get("Content-Disposition"); d == "" || d[:10] != "attachment" {
			t.Errorf("%s: %q", kind.code, d)
		}
	}
	o.page(o.get("/report/2026/download?as=exe"), 404)
}

// zipOf makes a ZIP of files, by name and content in turn.
func zipOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(files[i+1]))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A ZIP of reports gives a list by agency that sorts, leads to each verdict, names
// what could not be read, and can be taken away as a workbook; for nobody else.
func TestManyReportsAreListed(t *testing.T) {
	o := newOffice(t)
	good, bad := published(), published()
	good.Agency, bad.Agency = "甲市", "=cmd()乙市"
	bad.CarriedOut[report.Natural].N = 5
	res := o.send("/check", "全市.zip", zipOf(t, "年报/甲.html", string(pageOf(t, good, "html")),
		"年报/乙.html", string(pageOf(t, bad, "html")), "年报/图.png", "PNG", "年报/丙.docx", "文字"))
	o.page(res, 303)
	here := res.Header.Get("Location")
	body := o.page(o.get(here), 200)
	o.check(body, testkit.In(".notice.bad", testkit.HasText("校核2份：1份一致，1份不一致；另有1个文件没有读出")),
		testkit.In(".checks", testkit.HasText("相差2")), testkit.In(".card", testkit.HasText("年报/丙.docx")))
	if rows := o.all(o.page(o.get(here+"?only=bad&sort=failures"), 200), ".checks tbody tr"); len(rows) != 1 {
		t.Errorf("%d rows have findings", len(rows))
	}
	o.check(o.page(o.get(here+"?file=1"), 200), testkit.In(".statutory"), testkit.In("a[href='"+here+"']"))
	o.page(o.get(here+"?file=3"), 404)
	res = o.get(here + "/download")
	file := o.page(res, 200)
	book, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("问题清单")
	if err != nil || len(rows) < 2 || rows[1][0] != "=cmd()乙市" || rows[1][2] != "K1" {
		t.Errorf("%v %v", rows, err)
	}
	if formula, err := book.GetCellFormula("问题清单", "A2"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q, %v", formula, err)
	}
	o.addUser("other", auth.Admin{}, false, "shi:officer")
	o.signIn("other")
	o.page(o.get(here), 404)
	o.page(o.get(here+"/download"), 404)
}

// A ZIP without reports, and a damaged one, say what to do.
func TestArchiveWithoutReports(t *testing.T) {
	o := newOffice(t)
	o.check(o.page(o.send("/check", "图.zip", zipOf(t, "图.png", "PNG")), 422), testkit.In(".summary", testkit.HasText("压缩包里没有年报文件")))
	data := zipOf(t, "a.html", strings.Repeat("<p>字</p>", 500))
	o.check(o.page(o.send("/check", "坏.zip", data[:len(data)/2]), 422), testkit.In(".summary", testkit.HasText("损坏")))
}
