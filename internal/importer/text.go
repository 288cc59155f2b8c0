package importer

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"
)

// The limits of what is read. They stand far above any real ledger and below
// what would exhaust a small machine.
const (
	MaxFileBytes  = 200 << 20 // of a file as it comes
	MaxUnzipBytes = 512 << 20 // of all the parts of a workbook, unpacked
	MaxRows       = 500_000   // with anything in them, in one file
	MaxColumns    = 500
	MaxCellRunes  = 32_767 // what a cell of Excel can hold
)

// Format is what a file is by its first bytes, whatever its name says.
type Format uint8

// The formats that are told apart.
const (
	FormatText Format = iota
	FormatXLSX        // a ZIP archive: a workbook, if it is one
	FormatXLS         // the binary workbook of Excel 97 to 2003, or a workbook under a password
)

// Sniff tells the format of a file by its first bytes.
func Sniff(data []byte) Format {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return FormatXLSX
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return FormatXLS
	}
	return FormatText
}

// The refusals of files that can't be read at all.
var (
	errXLS      = errors.New("这是旧版 .xls（或加了打开密码的）工作簿，无法读取；请在 Excel 或 WPS 中去掉密码、另存为 .xlsx 或 CSV 后再导入")
	errTooBig   = fmt.Errorf("文件超过 %d MB；请按年度或月份拆成几个文件", MaxFileBytes>>20)
	errEmpty    = errors.New("文件是空的")
	errNotText  = errors.New("文件不是表格也不是文本；请另存为 .xlsx，或 UTF-8、GB18030 编码的 CSV")
	errNotBook  = errors.New("文件是压缩包但不是 .xlsx 工作簿，或已损坏；请在 Excel 或 WPS 中重新另存为 .xlsx")
	errUnzipped = fmt.Errorf("工作簿解压后超过 %d MB；请删去空行、图片和多余工作表，或另存为 CSV", MaxUnzipBytes>>20)
)

// DecodeText reads the text of a file: UTF-8 with or without BOM, UTF-16 with
// BOM, or GB18030 as Excel writes it in China. Bytes that are none of these are
// an error.
func DecodeText(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", errNotText
		}
		return string(out), nil
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", errNotText
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", errNotText
	}
	return string(out), nil
}

// OpenWorkbook opens a workbook whole, for what must see it whole (merged
// cells, styles), within the limits and without temporary files. Big ledgers
// are streamed instead, see openBook.
func OpenWorkbook(data []byte) (*excelize.File, error) {
	if err := checkBook(data); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data),
		excelize.Options{UnzipSizeLimit: MaxUnzipBytes, UnzipXMLSizeLimit: MaxUnzipBytes})
	if err != nil {
		return nil, errNotBook
	}
	return f, nil
}

// checkBook refuses what no workbook reader should be given.
func checkBook(data []byte) error {
	switch {
	case len(data) == 0:
		return errEmpty
	case len(data) > MaxFileBytes:
		return errTooBig
	case Sniff(data) == FormatXLS:
		return errXLS
	case Sniff(data) != FormatXLSX:
		return errors.New("文件不是 .xlsx 工作簿；请在 Excel 或 WPS 中另存为 .xlsx")
	}
	_, err := openZip(data)
	return err
}

// half gives the half-width form of a full-width sign, and a blank for every
// kind of blank.
func half(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0x3000 || unicode.IsSpace(r):
		return ' '
	}
	return r
}

// invisible reports signs that are not seen and must not matter.
func invisible(r rune) bool {
	return r == 0xFEFF || r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFFFC
}

// fold makes two spellings of a word equal: half-width, lower case, no blanks.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r = half(r); r == ' ' || invisible(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// bare is fold without any punctuation: only letters, digits and Han signs.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if r = half(r); unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Nl, r) || r == '〇' {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// tidy cleans a cell's text: no blanks around, no control signs but line breaks
// and tabs, one kind of line break.
func tidy(s string) string {
	if plain(s) {
		return s
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || r == 0xFEFF || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	return strings.TrimFunc(s, func(r rune) bool { return half(r) == ' ' })
}

// plain reports whether tidy would change nothing, for the usual short cell.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x21 || s[i] > 0x7E {
			return false
		}
	}
	return true
}
