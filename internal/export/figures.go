package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Figures is a table of an analysis: heads, and rows of texts and whole numbers.
type Figures struct {
	Name  string   `json:"name"`
	Heads []string `json:"heads"`
	Rows  [][]any  `json:"rows"` // string, int64 or float64 of two decimals
}

// WriteFiguresXLSX writes the tables as a workbook, a sheet each, under a title.
func WriteFiguresXLSX(w io.Writer, title string, tables []Figures) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetDocProps(&excelize.DocProperties{Title: title}); err != nil {
		return fmt.Errorf("name the workbook: %w", err)
	}
	for i, t := range tables {
		if i == 0 {
			if err := book.SetSheetName("Sheet1", t.Name); err != nil {
				return fmt.Errorf("name a sheet: %w", err)
			}
		}
		rows := [][]any{make([]any, len(t.Heads))}
		widths := make([]float64, len(t.Heads))
		for k, h := range t.Heads {
			rows[0][k], widths[k] = h, 12
		}
		widths[0] = 40
		if err := (plainSheet{t.Name, append(rows, t.Rows...), widths}).write(book); err != nil {
			return fmt.Errorf("sheet %s: %w", t.Name, err)
		}
	}
	return book.Write(w)
}

// WriteFiguresCSV writes the tables one under the other, each row with the name of
// its table, with a byte order mark for Excel.
func WriteFiguresCSV(w io.Writer, title string, tables []Figures) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	_ = out.Write([]string{csvSafe(title)}) // the first error stays for Error
	for _, t := range tables {
		line := []string{"统计"}
		line = append(line, t.Heads...)
		_ = out.Write(line)
		for _, r := range t.Rows {
			line = []string{csvSafe(t.Name)}
			for _, v := range r {
				if text, ok := v.(string); ok {
					line = append(line, csvSafe(text))
					continue
				}
				if f, ok := v.(float64); ok {
					line = append(line, strconv.FormatFloat(f, 'f', 2, 64))
					continue
				}
				line = append(line, fmt.Sprint(v))
			}
			_ = out.Write(line)
		}
	}
	out.Flush()
	return out.Error()
}
