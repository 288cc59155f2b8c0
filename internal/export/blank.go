package export

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/report"
)

// WriteBlank writes the workbook that an agency off the system fills in and sends
// back: the tables of the year with 0 in every cell, totals and checks as formulas,
// everything but the cells to be filled locked (without a password, so that a
// mistake of ours can be mended there). importer.ReadPublished reads it back.
func WriteBlank(w io.Writer, t report.Table) error {
	if t.Proactive == nil {
		t.Proactive = zeroProactive(t.Format)
	}
	book := excelize.NewFile()
	defer book.Close()
	styles, err := newFormStyles(book)
	if err != nil {
		return err
	}
	open, err := openStyle(book)
	if err != nil {
		return err
	}
	for i, f := range forms(t) {
		if i == 0 {
			err = book.SetSheetName("Sheet1", f.sheet)
		} else {
			_, err = book.NewSheet(f.sheet)
		}
		if err != nil {
			return err
		}
		s := &formSheet{book: book, name: f.sheet, styles: styles}
		s.draw(f, t.Title(), []string{"白色格填数，没有的填0；灰色格由公式计算，不必填写。填好后原样发回，不要改动格式。"})
		s.fillable(f, t.Format, open)
		if s.err != nil {
			return fmt.Errorf("sheet %s: %w", f.sheet, s.err)
		}
	}
	full := true
	if err := book.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &full}); err != nil {
		return err
	}
	return book.Write(w)
}

func zeroProactive(f report.Format) *report.Proactive {
	p := report.NewProactive(f)
	for _, line := range report.ProactiveLines(f) {
		values := make([]report.Decimal, len(line.Columns))
		for i := range values {
			values[i] = "0"
		}
		p.Rows[line.Key] = values
	}
	return p
}

// openStyle is of a cell that is filled in: whole numbers, not locked.
func openStyle(book *excelize.File) (int, error) {
	var border []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "000000", Style: 1})
	}
	return book.NewStyle(&excelize.Style{Border: border, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}, Protection: &excelize.Protection{Locked: false}})
}

// fillable puts the formulas in, opens the cells that are to be filled, and locks
// the rest.
func (s *formSheet) fillable(f form, format report.Format, open int) {
	first := 3 + f.heads // the row of the first figures, from 1
	switch f.sheet {
	case "表三":
		s.fillApplications(format, first, open)
	case "表四":
		for b := range report.Blocks {
			left := b*report.RemedyColumns + 1
			s.open(first, left, left+report.RemedyColumns-2, open)
			s.sum(first, left+report.RemedyColumns-1, s.at(first, left)+":"+s.at(first, left+report.RemedyColumns-2))
		}
		s.whole(s.at(first, 1) + ":" + s.at(first, f.width))
	default:
		for i, cells := range f.rows {
			if cells[0].head == "row" {
				s.open(3+i, 2, f.width, open)
			}
		}
	}
	s.try(s.book.ProtectSheet(s.name, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true}))
}

func (s *formSheet) fillApplications(format report.Format, first, open int) {
	const left = report.LabelColumns + 1
	last := left + report.Columns - 1
	rows := map[report.RowKey]int{}
	var leaves []int
	for i, line := range report.Layout(format) {
		rows[line.Row] = first + i
		switch line.Row {
		case report.RowNew, report.RowCarriedIn, report.RowTotal, report.RowCarriedOut:
		default:
			leaves = append(leaves, first+i)
		}
	}
	bottom := first
	for key, row := range rows {
		bottom = max(bottom, row)
		if key != report.RowTotal {
			s.open(row, left, last-1, open)
		}
		s.sum(row, last, s.at(row, left)+":"+s.at(row, last-1))
	}
	for col := left; col < last; col++ {
		s.sum(rows[report.RowTotal], col, s.at(leaves[0], col)+":"+s.at(leaves[len(leaves)-1], col))
	}
	// The check stands two rows below, where no reader takes it for a figure.
	s.try(s.book.SetCellStr(s.name, s.at(bottom+3, 1), "核对（一＋二＝三（七）＋四）"))
	for col := left; col <= last; col++ {
		a, b, c, d := s.at(rows[report.RowNew], col), s.at(rows[report.RowCarriedIn], col), s.at(rows[report.RowTotal], col), s.at(rows[report.RowCarriedOut], col)
		s.try(s.book.SetCellFormula(s.name, s.at(bottom+3, col), fmt.Sprintf(`IF(%s+%s=%s+%s,"一致","相差"&ABS(%s+%s-%s-%s))`, a, b, c, d, a, b, c, d)))
	}
	s.whole(s.at(first, left) + ":" + s.at(bottom, last))
}

// at names a cell.
func (s *formSheet) at(row, col int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	s.try(err)
	return name
}

func (s *formSheet) open(row, from, to, style int) {
	s.try(s.book.SetCellStyle(s.name, s.at(row, from), s.at(row, to), style))
}

// sum puts a formula where a total stands; 0 is its value until a program counts
// anew.
func (s *formSheet) sum(row, col int, over string) {
	s.try(s.book.SetCellFormula(s.name, s.at(row, col), "SUM("+over+")"))
}

// whole takes nothing but whole numbers from 0 on.
func (s *formSheet) whole(cells string) {
	v := excelize.NewDataValidation(true)
	v.Sqref = cells
	s.try(v.SetRange(0, 99999999, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
	v.SetError(excelize.DataValidationErrorStyleStop, "应为不小于0的整数", "没有的填0，不要留空，不要写“/”。")
	s.try(s.book.AddDataValidation(s.name, v))
}

// WriteDocumentHTML writes a whole annual report as one web page by itself, in the
// structure in which government sites publish it.
func WriteDocumentHTML(w io.Writer, d report.Document, meta Meta) error {
	var page strings.Builder
	if err := writeReportPage(&page, d.Table, meta, &d); err != nil {
		return fmt.Errorf("writing the report of %d as a page: %w", d.Table.Year, err)
	}
	_, err := io.WriteString(w, page.String())
	return err
}
