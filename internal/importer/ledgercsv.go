package importer

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// openText lays a text file open as the one sheet that it is. The delimiter is
// the one under which the head names most known columns.
func openText(text string) (sheet, error) {
	text, given := separatorLine(text)
	comma := given
	if comma == 0 {
		comma = sniffComma(text)
	}
	lazy, err := checkQuotes(text, comma)
	if err != nil {
		return sheet{}, err
	}
	skipped := 0
	if given != 0 {
		skipped = 1
	}
	return sheet{each: func(yield func(line) error) error {
		return csvRows(text, comma, lazy, skipped, yield)
	}}, nil
}

// separatorLine takes off the line "sep=;" that some programs write for Excel.
func separatorLine(text string) (rest string, comma rune) {
	head, rest, found := strings.Cut(text, "\n")
	head = strings.TrimSpace(strings.Trim(strings.TrimRight(head, "\r"), `"`))
	if found && len(head) == 5 && strings.EqualFold(head[:4], "sep=") {
		return rest, rune(head[4])
	}
	if found && strings.EqualFold(head, "sep=") {
		return rest, '\t'
	}
	return text, 0
}

func newReader(text string, comma rune, lazy bool) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, lazy
	return r
}

// sniffComma tries comma, semicolon and tab on the first lines.
func sniffComma(text string) rune {
	best, score := ',', -1
	for _, comma := range []rune{',', ';', '\t', '，', '；'} {
		r := newReader(text, comma, true)
		for range headRows {
			record, err := r.Read()
			if err != nil {
				break
			}
			known := 0
			for _, name := range record {
				if _, ok := columnNamed(name); ok {
					known++
				}
			}
			if known > score {
				best, score = comma, known
			}
		}
	}
	return best
}

// checkQuotes reads the whole text once. A quote inside an unquoted cell is
// usual in hand-made files and read as it is; one that is never closed would
// swallow the lines after it and is refused.
func checkQuotes(text string, comma rune) (lazy bool, err error) {
	r := newReader(text, comma, false)
	r.ReuseRecord = true
	for {
		_, err := r.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF:
			return false, nil
		case errors.As(err, &bad) && errors.Is(bad.Err, csv.ErrBareQuote):
			return true, nil
		case errors.As(err, &bad):
			return false, fmt.Errorf("第%d行的引号没有成对；单元格内的引号应写成两个（\"\"），整格再用引号括起", bad.StartLine)
		case err != nil:
			return false, errNotText
		}
	}
}

func csvRows(text string, comma rune, lazy bool, skipped int, yield func(line) error) error {
	r := newReader(text, comma, lazy)
	r.ReuseRecord = true
	var cur line
	for {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errNotText
		}
		if cur.cells = cur.cells[:0]; len(record) > MaxColumns {
			no, _ := r.FieldPos(0)
			return fmt.Errorf("第%d行有超过 %d 列；请检查分隔符和引号", no+skipped, MaxColumns)
		}
		filled := false
		for _, field := range record {
			c := cell{text: unguard(tidy(field))}
			filled = filled || c.text != ""
			cur.cells = append(cur.cells, c)
		}
		if cur.no, _ = r.FieldPos(0); !filled {
			continue
		}
		cur.no += skipped
		if err := yield(cur); err != nil {
			if errors.Is(err, errStop) {
				return nil
			}
			return err
		}
	}
}

// unguard takes off the ' by which our own CSV keeps a spreadsheet from
// computing a cell (package export puts it on).
func unguard(s string) string {
	if strings.HasPrefix(s, "'") && dangerous(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

// dangerous reports whether a spreadsheet would compute a cell that begins so.
func dangerous(s string) bool {
	for _, r := range s {
		return strings.ContainsRune("=+-@\t\r\n＝＋－＠", r)
	}
	return false
}
