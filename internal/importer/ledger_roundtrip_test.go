package importer

import (
	"archive/zip"
	"bytes"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/export"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// made draws a record as a ledger could have brought it.
func made(t *rapid.T, n int) cases.Record {
	text := rapid.SampledFrom([]string{"", "=1+1", "'=1", "+86 591", "－甲", "@甲", "张\"三\"", "甲,乙；丙", "第一行\n第二行", "_x000D_ 文", "'甲", "0012", "２０１９", "-", "<b>&"})
	day := func(from calendar.Date, name string) calendar.Date {
		if rapid.Bool().Draw(t, name) {
			return calendar.Date{}
		}
		return from.AddDays(rapid.IntRange(0, 60).Draw(t, name+" days"))
	}
	r := cases.Record{Number: fmt.Sprintf("榕公开〔2019〕%d号", n), Agency: "fz", ReceivedOn: calendar.MustParse("2019-05-06").AddDays(n),
		Channel: rapid.SampledFrom([]cases.Channel{deadline.InPerson, deadline.Oral, deadline.LetterRegistered, deadline.LetterOrdinary, deadline.Online, deadline.Fax, deadline.Email}).Draw(t, "channel"),
		Kind:    rapid.SampledFrom(cases.ApplicantKinds()).Draw(t, "kind"), Applicant: text.Draw(t, "name"), IDNumber: text.Draw(t, "id"),
		Phone: text.Draw(t, "phone"), Email: text.Draw(t, "email"), Address: text.Draw(t, "address"), Content: text.Draw(t, "content"),
		Platform: text.Draw(t, "platform")}
	if r.PlatformSubmittedOn = day(r.ReceivedOn, "submitted"); !r.PlatformSubmittedOn.IsZero() {
		r.PlatformNumber = fmt.Sprint("P", n)
	}
	if r.SupplementAskedOn = day(r.ReceivedOn, "asked"); !r.SupplementAskedOn.IsZero() {
		r.SupplementReceivedOn = day(r.SupplementAskedOn, "supplement")
	}
	if r.ConsultSentOn = day(r.ReceivedOn, "sent"); !r.ConsultSentOn.IsZero() {
		r.ConsultServedOn, r.ConsultRepliedOn = day(r.ConsultSentOn, "served"), day(r.ConsultSentOn, "replied")
	}
	if r.ExtendedOn = day(r.ReceivedOn, "extended"); !r.ExtendedOn.IsZero() {
		r.ExtendedDays = rapid.IntRange(1, 40).Draw(t, "days")
	}
	if r.FeeNoticedOn = day(r.ReceivedOn, "noticed"); !r.FeeNoticedOn.IsZero() {
		r.FeePaidOn, r.FeeFen = day(r.FeeNoticedOn, "paid"), int64(rapid.IntRange(0, 2_000_000).Draw(t, "fen"))
	}
	if r.AnsweredOn = day(r.ReceivedOn, "answered"); r.AnsweredOn.IsZero() {
		return r
	}
	if r.Outcome = rapid.SampledFrom(cases.Outcomes()).Draw(t, "outcome"); r.Outcome.Group() == "partial" {
		if rapid.Bool().Draw(t, "grounds") {
			r.Grounds = []cases.Outcome{cases.MustOutcome("withhold.third_party"), cases.MustOutcome("unable.nonexistent")}
		}
	}
	for i := range r.Remedies {
		if rapid.Bool().Draw(t, "remedy") {
			m := &r.Remedies[i]
			m.Result = rapid.SampledFrom(cases.Results()).Draw(t, "result")
			if m.FiledOn = day(r.AnsweredOn, "filed"); m.Result != cases.Pending && !m.FiledOn.IsZero() {
				m.ClosedOn = day(m.FiledOn, "closed")
			}
		}
	}
	return r
}

func each(records []cases.Record) iter.Seq2[cases.Record, error] {
	return func(yield func(cases.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// What export writes, import reads back unchanged, from CSV and from XLSX.
func TestExportComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := []cases.Record{made(t, 1), made(t, 2), made(t, 3)}
		for name, write := range map[string]func(*bytes.Buffer) error{
			"csv":  func(b *bytes.Buffer) error { return export.WriteLedgerCSV(b, each(records)) },
			"xlsx": func(b *bytes.Buffer) error { return export.WriteLedgerXLSX(b, each(records)) },
		} {
			var file bytes.Buffer
			if err := write(&file); err != nil {
				t.Fatal(err)
			}
			l, err := ReadLedger("导出."+name, file.Bytes(), Options{})
			if err != nil || l.ProblemCount != 0 || len(l.Rows) != len(records) {
				t.Fatalf("%s: %v %+v", name, err, l)
			}
			for i, r := range l.Rows {
				if diff := cmp.Diff(show(records[i]), show(r.Record)); diff != "" {
					t.Fatalf("%s: %s", name, diff)
				}
			}
		}
	})
}

// The exported workbook is one that Excel's own library opens: Chinese heads,
// real dates, no formula.
func TestExportedBook(t *testing.T) {
	var file bytes.Buffer
	record := cases.Record{Number: "=1+1", Agency: "fz", ReceivedOn: calendar.MustParse("2019-05-06"), Kind: cases.Natural, FeeFen: 38000, FeeNoticedOn: calendar.MustParse("2021-05-06")}
	if err := export.WriteLedgerXLSX(&file, each([]cases.Record{record})); err != nil {
		t.Fatal(err)
	}
	f, err := OpenWorkbook(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("台账")
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if got := strings.Join(rows[1][:8], "|"); got != "=1+1||||fz|2019-05-06||自然人" || rows[0][5] != "收到日期" {
		t.Errorf("got %s under %v", got, rows[0])
	}
	if formula, _ := f.GetCellFormula("台账", "A2"); formula != "" {
		t.Errorf("a formula: %s", formula)
	}
	panes, err := f.GetPanes("台账")
	if err != nil || !panes.Freeze {
		t.Errorf("head is not frozen: %+v %v", panes, err)
	}
}

// A ledger under the system of dates that begins in 1904 reads the same days.
func TestLedger1904(t *testing.T) {
	yes := true
	data := makeBook(t, map[string][][]any{"台账": {{"编号", "收到日期"}, {"1", 43591 - 1462}}}, func(f *excelize.File) {
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
	})
	l, err := ReadLedger("a.xlsx", data, Options{Agency: "fz"})
	if err != nil {
		t.Fatal(err)
	}
	if got := only(t, l).Record.ReceivedOn.String(); got != "2019-05-06" {
		t.Errorf("got %s", got)
	}
}

// A workbook that says it has a million rows and columns without anything in
// them is read as the few that it has.
func TestLedgerEmptyRows(t *testing.T) {
	data := makeBook(t, map[string][][]any{"台账": {{"编号", "收到日期"}, {"1", "2019-05-06"}}}, func(f *excelize.File) {
		style, _ := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
		_ = f.SetCellStyle("台账", "A1000000", "C1000000", style)
		_ = f.SetCellStyle("台账", "XFD2", "XFD2", style)
	})
	l, err := ReadLedger("a.xlsx", data, Options{Agency: "fz"})
	if err != nil {
		t.Fatal(err)
	}
	only(t, l)
}

// big gives a ledger of n lines as CSV or XLSX.
func big(tb testing.TB, n int, xlsx bool) []byte {
	tb.Helper()
	rows := func(yield func(cases.Record, error) bool) {
		for i := range n {
			on := calendar.MustParse("2019-01-02").AddDays(i % 360)
			r := cases.Record{Number: fmt.Sprintf("榕公开〔2019〕%d号", i+1), Agency: "fz", ReceivedOn: on, Channel: deadline.Online, Kind: cases.Natural,
				Applicant: fmt.Sprintf("张%d", i), IDNumber: fmt.Sprintf("35010019900101%04d", i%10000), Phone: fmt.Sprintf("138%08d", i), Address: "福州市鼓楼区某某路" + fmt.Sprint(i) + "号",
				Content:    fmt.Sprintf("申请公开第%d号地块征收补偿方案、听证笔录、批复文件及附图，以及与之有关的会议纪要。", i),
				AnsweredOn: on.AddDays(20), Outcome: cases.MustOutcome("partial"), Grounds: []cases.Outcome{cases.MustOutcome("withhold.third_party")}}
			if !yield(r, nil) {
				return
			}
		}
	}
	var b bytes.Buffer
	write := export.WriteLedgerCSV
	if xlsx {
		write = export.WriteLedgerXLSX
	}
	if err := write(&b, rows); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// BenchmarkReadLedger reads 100,000 lines; the peak of the heap is reported.
func BenchmarkReadLedger(b *testing.B) {
	for _, xlsx := range []bool{false, true} {
		b.Run(map[bool]string{false: "csv", true: "xlsx"}[xlsx], func(b *testing.B) {
			data := big(b, 100_000, xlsx)
			for b.Loop() {
				stop, peak := make(chan bool), make(chan uint64)
				go watchHeap(stop, peak)
				l, err := ReadLedger("a", data, Options{})
				if err != nil || len(l.Rows) != 100_000 || l.ProblemCount != 0 {
					b.Fatal(err, l.Problems)
				}
				close(stop)
				b.ReportMetric(float64(<-peak>>20), "peak-MiB")
				runtime.KeepAlive(l)
			}
		})
	}
}

func watchHeap(stop chan bool, peak chan uint64) {
	var most uint64
	var m runtime.MemStats
	for {
		select {
		case <-stop:
			peak <- most
			return
		case <-time.After(50 * time.Millisecond):
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
	}
}

// FuzzParseDay: no text crashes, and what is read is a plausible day.
func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2019-05-06", "5月6日", "２０１９．５．６", "20190506 1:2", "2019年5月6日（周一）"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if day, _, ok := parseDay(s, 2019); ok && !plausible(day) {
			t.Errorf("%q: %s", s, day)
		}
	})
}

// FuzzReadLedger: no file crashes; a row has its day of receipt, or there is a
// problem.
func FuzzReadLedger(f *testing.F) {
	f.Add([]byte("编号,收到日期,办理结果,依据,答复日期\n1,2019-05-06,不予公开,36(5),5月7日\n"))
	f.Add(big(f, 2, true))
	f.Add(big(f, 2, false))
	f.Add([]byte("\"\n;\t,收到日期;编号"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := ReadLedger("2019.csv", data, Options{Agency: "fz"})
		if err != nil {
			return
		}
		for _, r := range l.Rows {
			if r.Record.ReceivedOn.IsZero() && l.ProblemCount == 0 {
				t.Errorf("line %d has no day", r.Line)
			}
		}
	})
}

// A workbook that unpacks to more than any ledger is refused with a sentence,
// whether it says so or lies, and never held.
func TestLedgerBomb(t *testing.T) {
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	plain := makeBook(t, map[string][][]any{"台账": {{"编号", "收到日期"}, {"1", "2019-05-06"}}})
	old, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range old.File {
		if f.Name != "xl/sharedStrings.xml" {
			if err := z.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	part, err := z.Create("xl/sharedStrings.xml")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, "<sst>")
	chunk := []byte(strings.Repeat("<si><t>"+strings.Repeat("甲", 1000)+"</t></si>", 1000))
	for range 100 { // 300 MB of strings
		if _, err := part.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprint(part, "</sst>")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = ReadLedger("a.xlsx", file.Bytes(), Options{Agency: "fz"})
	if err == nil || !strings.Contains(err.Error(), "解压后超过") {
		t.Errorf("%d bytes: got %v", file.Len(), err)
	}
}
