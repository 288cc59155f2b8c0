package bundle

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// MostArchived is how many cases one transfer package takes.
const MostArchived = 500

// Filed is a case as the archive lists it.
type Filed struct {
	Folder    string
	Number    string
	Applicant string
	Kind      string
	Received  calendar.Date
	Answered  calendar.Date
	Outcome   string
	Document  string
	Pieces    int
	Pages     int // of the papers whose pages are known
}

// Archive reads closed cases for a transfer package (归档): each in a folder of its
// own with its file list, and above them the list of all and its data as CSV. Each
// case taken is in the audit chain.
func Archive(ctx context.Context, db *store.DB, s cases.Stamp, agency cases.Agency, title string, ids []int64) (Head, []Entry, error) {
	head := Head{Kind: "archive", Agency: agency.Name, AgencyCode: agency.Code, Number: title, MadeAt: instant(s.At), Purpose: "归档"}
	var list []Filed
	var all []Entry
	for i, id := range ids {
		d, err := Of(ctx, db, s, id, "archive")
		if err != nil {
			return head, nil, err
		}
		entries, err := d.Entries()
		if err != nil {
			return head, nil, err
		}
		f := d.filed(fmt.Sprintf("%04d", i+1), len(entries))
		for _, e := range entries {
			all = append(all, Entry{f.Folder + "/" + e.Name, d.Number + " " + e.Title, e.Content})
		}
		list = append(list, f)
	}
	index, err := draw("archive", archivePage{head, s.Today.Chinese(), list})
	if err != nil {
		return head, nil, err
	}
	data, err := metadata(agency, list)
	if err != nil {
		return head, nil, err
	}
	return head, append([]Entry{Fixed("index.html", "归档文件目录", index), Fixed("metadata.csv", "目录数据", data)}, all...), nil
}

type archivePage struct {
	Head
	Day  string
	List []Filed
}

func (d Dossier) filed(folder string, pieces int) Filed {
	f := Filed{Folder: folder, Number: d.Number, Applicant: d.Case.Applicant().Name, Kind: d.Case.Applicant().Kind.Label(), Pieces: pieces - 1} // without its list
	for _, e := range cases.Timeline(d.Case.Events, 0) {
		switch x := e.Fact.(type) {
		case cases.Received:
			f.Received = e.On
		case cases.Answered:
			f.Answered, f.Outcome, f.Document = e.On, x.Outcome.Label(), x.Document
		}
	}
	for _, p := range append(d.Papers, d.Letters...) {
		f.Pages += p.Pages
	}
	return f
}

// metadata is the list as the archive's own system takes it in. 档号 and 保管期限 are
// the archive's to give.
func metadata(agency cases.Agency, list []Filed) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := [][]string{{"序号", "档号", "题名", "责任者", "登记编号", "申请人", "申请人类型", "收到日期", "形成日期", "办理结果", "文号", "件数", "页数", "保管期限", "文件夹"}}
	for i, f := range list {
		rows = append(rows, []string{strconv.Itoa(i + 1), "", "政府信息公开申请办理卷 " + f.Number, agency.Name, f.Number, f.Applicant, f.Kind, f.Received.String(), f.Answered.String(),
			f.Outcome, f.Document, strconv.Itoa(f.Pieces), strconv.Itoa(f.Pages), "", f.Folder})
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = harmless(cell)
		}
		if err := w.Write(row); err != nil {
			return nil, fmt.Errorf("write the archive's data: %w", err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
