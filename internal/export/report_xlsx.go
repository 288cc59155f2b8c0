package export

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"gongkai/internal/report"
)

// writeReportXLSX draws each table on a sheet of its own. Texts go in as text, so
// that a name which begins like a formula stays a name.
func writeReportXLSX(w io.Writer, t report.Table, meta Meta) error {
	book := excelize.NewFile()
	defer book.Close()
	styles, err := newFormStyles(book)
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
		s.draw(f, t.Title(), meta.remarks(t))
		if s.err != nil {
			return fmt.Errorf("sheet %s: %w", f.sheet, s.err)
		}
	}
	return book.Write(w)
}

type formStyles struct{ title, head, label, figure int }

func newFormStyles(book *excelize.File) (formStyles, error) {
	var border []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "000000", Style: 1})
	}
	style := func(s excelize.Style) (int, error) { return book.NewStyle(&s) }
	var out formStyles
	for _, x := range []struct {
		into  *int
		style excelize.Style
	}{
		{&out.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}}},
		{&out.head, excelize.Style{Border: border, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}}},
		{&out.label, excelize.Style{Border: border, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}},
		{&out.figure, excelize.Style{Border: border, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}}},
	} {
		id, err := style(x.style)
		if err != nil {
			return out, err
		}
		*x.into = id
	}
	return out, nil
}

// formSheet draws on one sheet and keeps the first error.
type formSheet struct {
	book   *excelize.File
	name   string
	styles formStyles
	taken  map[[2]int]bool
	err    error
}

func (s *formSheet) try(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *formSheet) draw(f form, title string, remarks []string) {
	s.taken = map[[2]int]bool{}
	s.put(1, 1, formCell{title, 1, f.width, "title"})
	s.put(2, 1, formCell{f.section, 1, f.width, "title"})
	row := 3
	for _, cells := range f.rows {
		col := 1
		for _, c := range cells {
			for s.taken[[2]int{row, col}] {
				col++
			}
			s.put(row, col, c)
			col += c.cols
		}
		row++
	}
	for _, line := range remarks {
		s.put(row, 1, formCell{line, 1, f.width, "note"})
		row++
	}
	s.paper(f)
}

// put writes a cell and merges what it covers.
func (s *formSheet) put(row, col int, c formCell) {
	from, err := excelize.CoordinatesToCellName(col, row)
	s.try(err)
	to, err := excelize.CoordinatesToCellName(col+c.cols-1, row+c.rows-1)
	s.try(err)
	for r := row; r < row+c.rows; r++ {
		for k := col; k < col+c.cols; k++ {
			s.taken[[2]int{r, k}] = true
		}
	}
	if from != to {
		s.try(s.book.MergeCell(s.name, from, to))
	}
	if n, err := strconv.ParseInt(c.text, 10, 64); err == nil && c.head == "" && n < 1<<53 && n > -1<<53 {
		s.try(s.book.SetCellInt(s.name, from, n))
	} else if c.text != "" {
		s.try(s.book.SetCellStr(s.name, from, c.text))
	}
	if style := s.styleOf(c); style > 0 {
		s.try(s.book.SetCellStyle(s.name, from, to, style))
	}
}

func (s *formSheet) styleOf(c formCell) int {
	switch c.head {
	case "title":
		return s.styles.title
	case "note":
		return 0
	case "":
		return s.styles.figure
	case "row":
		return s.styles.label
	}
	return s.styles.head
}

// paper sets widths and prints the sheet on one page across.
func (s *formSheet) paper(f form) {
	for col := 1; col <= f.width; col++ {
		name, err := excelize.ColumnNumberToName(col)
		s.try(err)
		width := 11.0
		switch {
		case col == f.labels && f.labels > 1:
			width = 44
		case col <= f.labels:
			width = 16
		}
		s.try(s.book.SetColWidth(s.name, name, name, width))
	}
	fit, landscape, one, free := true, "landscape", 1, 0
	s.try(s.book.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	s.try(s.book.SetPageLayout(s.name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &one, FitToHeight: &free}))
}
