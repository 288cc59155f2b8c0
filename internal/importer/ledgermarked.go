package importer

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// WriteProblems writes the file that was read as a workbook with a red column
// 问题 beside its last one, for the office to mend it there: the same workbook,
// or a new one with the cells of a text file. data is the file, l what ReadLedger
// made of it.
func WriteProblems(w io.Writer, data []byte, l *Ledger) error {
	f, err := problemBook(data)
	if err != nil {
		return err
	}
	defer f.Close()
	style, err := f.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Color: "C00000", Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFE5E5"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
	})
	if err != nil {
		return fmt.Errorf("style the problems: %w", err)
	}
	for _, s := range l.Sheets {
		if err := markSheet(f, s, l.Problems, style); err != nil {
			return fmt.Errorf("mark the problems: %w", err)
		}
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write the problems: %w", err)
	}
	return nil
}

// textSheet is the sheet into which a text file is laid.
const textSheet = "台账"

func problemBook(data []byte) (*excelize.File, error) {
	if Sniff(data) == FormatXLSX {
		return OpenWorkbook(data)
	}
	sheets, err := openSheets(data)
	if err != nil {
		return nil, err
	}
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", textSheet); err != nil {
		return nil, fmt.Errorf("name the sheet: %w", err)
	}
	err = sheets[0].each(func(l line) error {
		for i, c := range l.cells {
			at, err := excelize.CoordinatesToCellName(i+1, l.no)
			if err != nil {
				return fmt.Errorf("name a cell: %w", err)
			}
			if err := f.SetCellStr(textSheet, at, c.text); err != nil {
				return fmt.Errorf("copy a cell: %w", err)
			}
		}
		return nil
	})
	return f, err
}

// markSheet writes the column of one sheet.
func markSheet(f *excelize.File, s SheetRead, problems []Problem, style int) error {
	name := s.Name
	if name == "" {
		name = textSheet
	}
	column, err := excelize.ColumnNumberToName(s.Width + 1)
	if err != nil {
		return err
	}
	texts := map[int][]string{s.HeadLine: {"问题"}}
	for _, p := range problems {
		if p.Sheet != s.Name {
			continue
		}
		text := "“" + p.Column + "”：" + p.short()
		texts[p.Line] = append(texts[p.Line], text)
	}
	for line, lines := range texts {
		at := fmt.Sprint(column, line)
		if err := f.SetCellStr(name, at, strings.Join(lines, "\n")); err != nil {
			return err
		}
		if err := f.SetCellStyle(name, at, at, style); err != nil {
			return err
		}
	}
	return f.SetColWidth(name, column, column, 50)
}
