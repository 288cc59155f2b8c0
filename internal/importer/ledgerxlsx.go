package importer

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
)

// cell is one cell as read: its text, and its value if it is a number.
type cell struct {
	text   string
	number float64 // as a day: days since 1899-12-30
	isNum  bool
	isDate bool // a number shown as a date
}

// line is one row with something in it.
type line struct {
	no    int // as the user counts, from 1
	cells []cell
}

// sheet is one table to read, row by row, from top to bottom. The cells given
// to yield are overwritten by the next row.
type sheet struct {
	name   string
	hidden bool
	each   func(yield func(line) error) error
}

// book is a workbook opened for one reading from top to bottom. Nothing but the
// shared strings is held: excelize holds whole sheets, or leaves them in
// temporary files, which applicants' data must not be.
type book struct {
	zip      *zip.Reader
	strings  []string
	dates    []bool // by style: shown as a date
	date1904 bool
}

// openZip opens the archive and adds up what it says it will unpack to. What a
// part really unpacks to is limited again when it is read.
func openZip(data []byte) (*zip.Reader, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errNotBook
	}
	var sum uint64
	for _, f := range z.File {
		if sum += f.UncompressedSize64; sum > MaxUnzipBytes || f.UncompressedSize64 > MaxUnzipBytes {
			return nil, errUnzipped
		}
	}
	return z, nil
}

// openBook opens a workbook for streaming and lists its sheets.
func openBook(data []byte) ([]sheet, error) {
	z, err := openZip(data)
	if err != nil {
		return nil, err
	}
	b := &book{zip: z}
	names, err := b.readParts()
	if err != nil {
		return nil, err
	}
	var out []sheet
	for _, s := range names {
		out = append(out, sheet{name: s.name, hidden: s.hidden,
			each: func(yield func(line) error) error { return b.rows(s.part, yield) }})
	}
	return out, nil
}

type part struct {
	name, part string
	hidden     bool
}

// readParts reads the workbook's small parts and its shared strings.
func (b *book) readParts() ([]part, error) {
	var wb struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			RID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			RID2  string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	at := b.workbookPart()
	if found, err := b.unmarshal(at, &wb); err != nil || !found {
		return nil, errNotBook
	}
	b.date1904 = wb.Pr.Date1904 == "1" || wb.Pr.Date1904 == "true"
	targets, err := b.relations(at)
	if err != nil {
		return nil, err
	}
	if err := b.readStyles(targets["styles"]); err != nil {
		return nil, err
	}
	if err := b.readStrings(targets["sharedStrings"]); err != nil {
		return nil, err
	}
	var out []part
	for _, s := range wb.Sheets {
		if p := targets["id:"+s.RID+s.RID2]; p != "" {
			out = append(out, part{s.Name, p, s.State == "hidden" || s.State == "veryHidden"})
		}
	}
	if len(out) == 0 {
		return nil, errNotBook
	}
	return out, nil
}

// workbookPart finds the main part by the package's own relations.
func (b *book) workbookPart() string {
	targets, err := b.relations("")
	if err == nil && targets["officeDocument"] != "" {
		return targets["officeDocument"]
	}
	return "xl/workbook.xml"
}

// relations maps "id:rId1", and the last word of each type, to a part's name.
func (b *book) relations(of string) (map[string]string, error) {
	var rels struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	dir, base := path.Split(of)
	if _, err := b.unmarshal(dir+"_rels/"+base+".rels", &rels); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range rels.All {
		target := strings.TrimPrefix(r.Target, "/")
		if target == r.Target {
			target = path.Join(dir, target)
		}
		out["id:"+r.ID] = target
		if _, known := out[path.Base(r.Type)]; !known {
			out[path.Base(r.Type)] = target
		}
	}
	return out, nil
}

// open opens a part, limited; nil if there is none.
func (b *book) open(name string) (io.ReadCloser, error) {
	for _, f := range b.zip.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, "\\", "/"), name) {
			rc, err := f.Open()
			if err != nil {
				return nil, errNotBook
			}
			return struct {
				io.Reader
				io.Closer
			}{io.LimitReader(rc, MaxUnzipBytes), rc}, nil
		}
	}
	return nil, nil //nolint:nilnil // a part that isn't there is usual
}

func (b *book) unmarshal(name string, into any) (found bool, err error) {
	rc, err := b.open(name)
	if err != nil || rc == nil {
		return false, err
	}
	defer rc.Close()
	if err := xml.NewDecoder(rc).Decode(into); err != nil {
		return true, errNotBook
	}
	return true, nil
}

// readStyles notes which cell styles show a number as a date.
func (b *book) readStyles(name string) error {
	var st struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if _, err := b.unmarshal(name, &st); err != nil {
		return err
	}
	custom := map[int]string{}
	for _, f := range st.Formats {
		custom[f.ID] = f.Code
	}
	for _, c := range st.Cells {
		code, own := custom[c.ID]
		b.dates = append(b.dates, own && isDateFormat(code) || !own && isDateFormatID(c.ID))
	}
	return nil
}

// isDateFormatID knows the built-in date formats, those of Chinese Excel too.
func isDateFormatID(id int) bool {
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
}

// isDateFormat reports whether a format code shows a year or a day.
func isDateFormat(code string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case c == 'y' || c == 'Y' || c == 'd' || c == 'D':
			return true
		}
	}
	return false
}

// unescape resolves _xHHHH_, by which workbooks write control signs.
func unescape(s string) string {
	for from := 0; ; {
		i := strings.Index(s[from:], "_x")
		if i < 0 {
			return s
		}
		i += from
		if len(s) >= i+7 && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 32); err == nil {
				s = s[:i] + string(rune(n)) + s[i+7:]
			}
		}
		from = i + 1
	}
}

// rowScan reads the cells of one sheet.
type rowScan struct {
	book     *book
	yield    func(line) error
	cur      line
	filled   bool
	col      int
	kind     string // t of the cell
	style    int
	value    []byte
	inValue  bool
	phonetic int
}

// rows streams the rows of a sheet that have anything in them.
func (b *book) rows(name string, yield func(line) error) error {
	rc, err := b.open(name)
	if err != nil {
		return err
	}
	if rc == nil {
		return errNotBook
	}
	defer rc.Close()
	d := xml.NewDecoder(rc)
	s := &rowScan{book: b, yield: yield}
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errNotBook
		}
		switch t := tok.(type) {
		case xml.StartElement:
			err = s.start(t)
		case xml.EndElement:
			err = s.end(t.Name.Local)
		case xml.CharData:
			if s.inValue {
				s.value = append(s.value, t...)
			}
		}
		if err != nil {
			if errors.Is(err, errStop) {
				return nil
			}
			return err
		}
	}
}

// errStop ends a reading before its end.
var errStop = errors.New("stop")

func (s *rowScan) start(t xml.StartElement) error {
	switch t.Name.Local {
	case "row":
		s.startRow(t)
	case "c":
		return s.startCell(t)
	case "v", "t":
		s.inValue = s.phonetic == 0
	case "rPh":
		s.phonetic++
	}
	return nil
}

func (s *rowScan) startRow(t xml.StartElement) {
	s.cur.no++
	for _, a := range t.Attr {
		if a.Name.Local == "r" {
			if n, err := strconv.Atoi(a.Value); err == nil {
				s.cur.no = n
			}
		}
	}
	s.cur.cells, s.col, s.filled = s.cur.cells[:0], 0, false
}

func (s *rowScan) startCell(t xml.StartElement) error {
	s.col++
	s.kind, s.style, s.value = "", 0, s.value[:0]
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "r":
			if n := columnOf(a.Value); n > 0 {
				s.col = n
			}
		case "t":
			s.kind = a.Value
		case "s":
			s.style, _ = strconv.Atoi(a.Value) // a bad style is the plain one
		}
	}
	return nil
}

// columnOf reads the column of a cell's name, "AB12" → 28, or 0.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n
}

func (s *rowScan) end(name string) error {
	switch name {
	case "v", "t":
		s.inValue = false
	case "rPh":
		s.phonetic--
	case "c":
		return s.endCell()
	case "row":
		if s.filled {
			return s.yield(s.cur)
		}
	}
	return nil
}

func (s *rowScan) endCell() error {
	if len(s.value) == 0 {
		return nil
	}
	if s.col > MaxColumns {
		return fmt.Errorf("第%d行有超过 %d 列；请删去表格右侧多余的内容", s.cur.no, MaxColumns)
	}
	c := s.content()
	if c.text == "" {
		return nil
	}
	for len(s.cur.cells) < s.col {
		s.cur.cells = append(s.cur.cells, cell{})
	}
	s.cur.cells[s.col-1] = c
	s.filled = true
	return nil
}

// content makes the cell of what was read; error values (#N/A) are text.
func (s *rowScan) content() cell {
	text := string(s.value)
	switch s.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || i < 0 || i >= len(s.book.strings) {
			return cell{}
		}
		return cell{text: tidy(s.book.strings[i])}
	case "inlineStr", "str", "e", "d":
		return cell{text: tidy(unescape(text))}
	case "b":
		return cell{text: map[bool]string{true: "是", false: "否"}[text == "1"]}
	}
	return s.number(strings.TrimSpace(text))
}

func (s *rowScan) number(text string) cell {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return cell{text: tidy(text)}
	}
	c := cell{number: v, isNum: true, text: strconv.FormatFloat(v, 'f', -1, 64)}
	if s.book.date1904 {
		c.number += daysBetweenSystems
	}
	if s.style >= 0 && s.style < len(s.book.dates) && s.book.dates[s.style] {
		if day, ok := serialDay(c.number); ok {
			c.isDate, c.text = true, day.String()
		}
	}
	return c
}

// daysBetweenSystems lies between the first days of Excel's two date systems.
const daysBetweenSystems = 1462
