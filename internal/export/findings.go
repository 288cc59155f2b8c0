package export

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/report"
)

// UnreadFile is a file of a check that could not be read, and why.
type UnreadFile struct{ Name, Why string }

// WriteFindings writes what a check of published reports found as a workbook: the
// findings one a row, the reports one a row, and the files that could not be read.
// Every text is of string type, so that nothing is computed.
func WriteFindings(w io.Writer, verdicts []report.Verdict, unread []UnreadFile) error {
	book := excelize.NewFile()
	defer book.Close()
	found := [][]any{{"机关", "年度", "关系", "性质", "位置", "左边", "右边", "说明", "文件"}}
	reports := [][]any{{"机关", "年度", "格式", "结论", "不符", "提示", "未能核对", "文件"}}
	for _, v := range verdicts {
		year := any("")
		if v.Year > 0 {
			year = v.Year
		}
		add := func(kind string, list []report.Finding) {
			for _, f := range list {
				found = append(found, []any{v.Agency, year, strings.Replace(f.Identity, "text", "文表", 1), kind, f.Where, f.Left.String(), f.Right.String(), f.Message, v.File})
			}
		}
		add("不符", v.Failures)
		add("提示", v.Warnings)
		for _, s := range v.Unseen {
			found = append(found, []any{v.Agency, year, s.Identity, "未能核对", s.Where, "", "", s.Message, v.File})
		}
		end := "一致"
		if !v.Clean() {
			end = "不一致"
		}
		reports = append(reports, []any{v.Agency, year, v.Format.String(), end, len(v.Failures), len(v.Warnings), len(v.Unseen), v.File})
	}
	lost := [][]any{{"文件", "原因"}}
	for _, u := range unread {
		lost = append(lost, []any{u.Name, u.Why})
	}
	if err := book.SetSheetName("Sheet1", "问题清单"); err != nil {
		return fmt.Errorf("name a sheet: %w", err)
	}
	for _, s := range []plainSheet{
		{"问题清单", found, []float64{28, 8, 8, 10, 34, 12, 12, 70, 40}},
		{"各份结论", reports, []float64{28, 8, 8, 10, 8, 8, 10, 40}},
		{"没有读出", lost, []float64{40, 80}},
	} {
		if err := s.write(book); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	return book.Write(w)
}

// plainSheet is a sheet of a head row and lines, with the widths of its columns.
type plainSheet struct {
	name   string
	rows   [][]any
	widths []float64
}

// write makes the sheet: head bold, frozen and filtered, lines wrapped.
func (s plainSheet) write(book *excelize.File) error {
	if i, err := book.GetSheetIndex(s.name); err != nil || i < 0 {
		if _, err := book.NewSheet(s.name); err != nil {
			return err
		}
	}
	head, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EAF1FA"}}})
	if err != nil {
		return err
	}
	body, err := book.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	last, err := excelize.ColumnNumberToName(len(s.widths))
	if err != nil {
		return err
	}
	for i, width := range s.widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := book.SetColWidth(s.name, name, name, width); err != nil {
			return err
		}
	}
	for i, row := range s.rows {
		for k, v := range row {
			at, err := excelize.CoordinatesToCellName(k+1, i+1)
			if err != nil {
				return err
			}
			if text, ok := v.(string); ok {
				err = book.SetCellStr(s.name, at, text)
			} else {
				err = book.SetCellValue(s.name, at, v)
			}
			if err != nil {
				return err
			}
		}
	}
	end := fmt.Sprintf("%s%d", last, max(len(s.rows), 1))
	if err := book.SetCellStyle(s.name, "A1", end, body); err != nil {
		return err
	}
	if err := book.SetCellStyle(s.name, "A1", last+"1", head); err != nil {
		return err
	}
	if err := book.AutoFilter(s.name, "A1:"+end, nil); err != nil {
		return err
	}
	return book.SetPanes(s.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}
