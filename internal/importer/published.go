package importer

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gongkai/internal/report"
)

// The limits of a published report: far above any real one.
const (
	MaxPublishedBytes = 32 << 20 // of the file as it comes
	maxPublishedUnzip = 256 << 20
	maxGridCells      = 400_000
	maxGridColumns    = 200
	maxGridRows       = 5_000
)

// page is a published report taken apart: its tables as grids, what may hold its
// title, and the text outside the statutory tables.
type page struct {
	grids  []grid
	titles []string
	prose  string
	cells  int // laid out so far, over all grids
}

// Published is what was read of a published report.
type Published struct {
	Table   report.Table
	Further []report.Table // others under the same title: a district under its office
	Prose   string         // the text outside the tables, "" for JSON
}

// ReadPublished reads the statutory tables out of a published report by their
// official labels: our JSON, a web page, a workbook, a document of a word
// processor (.docx), or text pasted or taken out of these. name only serves
// messages. Errors are sentences in Chinese for the user; nothing is guessed: a
// row that is due and not found is an error that names it.
func ReadPublished(name string, data []byte) (Published, error) {
	p, table, err := openPublished(name, data)
	out := Published{Table: table}
	if err == nil && p != nil {
		out, err = p.tables()
	}
	if err != nil {
		return Published{}, fmt.Errorf("%s：%w", filepath.Base(name), err)
	}
	return out, nil
}

// Verdict judges the report for itself: its tables, and its text against them.
// What fails in a further table is named as standing in it. name becomes File.
func (p Published) Verdict(name string) report.Verdict {
	v := report.Check(p.Table)
	v.File = name
	for i, t := range p.Further {
		v.AddFurther(i+2, report.Check(t))
	}
	v.Warnings = append(v.Warnings, report.CompareText(p.Table, p.Prose, p.Further...)...)
	return v
}

// Judge judges published reports: each for itself, and those of one agency in
// following years against each other, tables and text. names[i] belongs to
// read[i].
func Judge(names []string, read []Published) []report.Verdict {
	verdicts := make([]report.Verdict, len(read))
	tables := make([]report.Table, len(read))
	for i, p := range read {
		verdicts[i], tables[i] = p.Verdict(names[i]), p.Table
	}
	report.CheckYears(tables, verdicts)
	for _, pair := range report.Following(tables) {
		later := pair[0]
		verdicts[later].Warnings = append(verdicts[later].Warnings,
			report.CompareGrowth(tables[later], tables[pair[1]], read[later].Prose)...)
	}
	return verdicts
}

// openPublished tells the kind of file by its content, not by its name. JSON is
// complete at once; all else becomes a page.
func openPublished(name string, data []byte) (*page, report.Table, error) {
	none := report.Table{}
	ext := strings.ToLower(filepath.Ext(name))
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, none, errEmpty
	case len(data) > MaxPublishedBytes:
		return nil, none, fmt.Errorf("文件超过%dMB，不像一份年度报告", MaxPublishedBytes>>20)
	case Sniff(data) == FormatXLS:
		return nil, none, errors.New("这是旧版 .xls 或 .doc 文件，请另存为 .xlsx、.docx 或网页后再校核")
	case bytes.HasPrefix(data, []byte("%PDF")):
		return nil, none, errors.New("PDF 无法校核，请使用网页、.xlsx、.docx 或报表 JSON")
	case Sniff(data) == FormatXLSX:
		p, err := openZipped(data)
		return p, none, err
	case ext == ".xlsx" || ext == ".docx":
		return nil, none, fmt.Errorf("扩展名是 %s，内容却不是 %s 文件；请重新另存后再校核", ext, ext)
	}
	text, err := DecodeText(data)
	if err != nil {
		return nil, none, errors.New("文件不是网页、工作簿，也不是报表 JSON")
	}
	if ext == ".json" || strings.HasPrefix(strings.TrimSpace(text), "{") {
		table, err := report.ReadJSON([]byte(text))
		return nil, table, err
	}
	switch {
	case ext == ".csv":
		return csvPage(text), none, nil
	case !strings.Contains(text, "<"):
		return textPage(text), none, nil
	}
	p, err := htmlPage(text)
	return p, none, err
}

// tables puts the report together from what the grids hold.
func (p *page) tables() (Published, error) {
	r := newTableReader()
	for _, g := range p.grids {
		r.read(g)
	}
	t, further, err := r.tables()
	if err != nil {
		return Published{}, err
	}
	t.Agency, t.Year = titleOf(append(p.titles, strings.Split(p.prose, "\n")...))
	for i := range further {
		further[i].Agency, further[i].Year = t.Agency, t.Year
	}
	return Published{Table: t, Further: further, Prose: p.prose}, nil
}

var (
	titlePattern = regexp.MustCompile(`^(.*?)((?:19|20)\d\d)年度?(.*?)(?:政府)?信息公开(?:工作)?(?:年度)?(?:报告|年报)`)
	hanYear      = regexp.MustCompile(`[二一][〇○零Ｏ九][〇○零一二三四五六七八九]{2}年`)
)

// titleOf finds agency and year in the first line that reads like the title of a
// report; agency "" and year 0 where none does.
func titleOf(lines []string) (agency string, year int) {
	before := ""
	for _, l := range lines {
		l = strings.Join(strings.Fields(strings.ReplaceAll(l, "\u3000", " ")), "")
		if l == "" {
			continue
		}
		m := titlePattern.FindStringSubmatch(arabicYear(l))
		if m == nil || len([]rune(l)) > 120 {
			before = l
			continue
		}
		agency = firstFilled(m[1], m[3])
		if agency == "" && len([]rune(before)) <= 30 {
			agency = before
		}
		year, _ = strconv.Atoi(m[2]) // four digits by the pattern
		return strings.Trim(strings.TrimPrefix(agency, "关于"), "《》"), year
	}
	return "", 0
}

func firstFilled(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// arabicYear turns 二〇一九年 into 2019年 and full-width digits into half-width ones.
func arabicYear(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return half(r)
		}
		return r
	}, s)
	digits := strings.NewReplacer("〇", "0", "○", "0", "零", "0", "Ｏ", "0", "一", "1", "二", "2", "三", "3",
		"四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")
	return hanYear.ReplaceAllStringFunc(s, digits.Replace)
}
