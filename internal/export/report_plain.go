package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"gongkai/internal/report"
)

// writeReportCSV writes one line for each row of table 三 and each part of table
// 四, with the keys of the JSON form and the official labels; UTF-8 with BOM, as
// Excel in China needs it.
func writeReportCSV(w io.Writer, t report.Table, _ Meta) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	lines := append(csvProactive(t), csvHead("表三", applicationHeads()))
	for _, key := range t.Format.Rows() {
		line := []string{t.Agency, yearText(t), "三", key.String(), key.Path()}
		for _, c := range t.Row(key) {
			line = append(line, c.String())
		}
		lines = append(lines, line)
	}
	lines = append(lines, csvHead("表四", remedyHeads()))
	for b := report.Review; b < report.Blocks; b++ {
		line := []string{t.Agency, yearText(t), "四", b.Code(), b.Label()}
		for _, c := range t.Remedies[b] {
			line = append(line, c.String())
		}
		lines = append(lines, append(line, "", "")) // as wide as table 三
	}
	out := csv.NewWriter(w)
	for _, line := range lines {
		for i := range line[:5] {
			line[i] = csvSafe(line[i])
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// csvProactive gives a head and a line for each row of table 二, as its columns
// are of their own.
func csvProactive(t report.Table) (lines [][]string) {
	if t.Proactive == nil {
		return nil
	}
	for _, row := range report.ProactiveLines(t.Proactive.Layout) {
		line := []string{t.Agency, yearText(t), "二", row.Key.String(), row.Item + "/" + row.Label}
		for _, d := range t.Proactive.Values(row.Key.String()) {
			line = append(line, string(d))
		}
		for len(line) < 5+report.Columns {
			line = append(line, "")
		}
		lines = append(lines, csvHead("表二", row.Columns), line)
	}
	return lines
}

// textProactive draws table 二, each figure with its own heading.
func textProactive(b *strings.Builder, p *report.Proactive) {
	if p == nil {
		return
	}
	b.WriteString("二、主动公开政府信息情况\n")
	for _, row := range report.ProactiveLines(p.Layout) {
		fmt.Fprintf(b, "%s %s：", row.Item, row.Label)
		values := p.Values(row.Key.String())
		for i, name := range row.Columns {
			figure := "未填"
			if i < len(values) && values[i] != "" {
				figure = string(values[i])
			}
			b.WriteString(strings.Repeat("，", min(i, 1)) + name + " " + figure)
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
}

func csvHead(table string, heads []string) []string {
	line := append([]string{"机关", "年度", "表", "行代码", table}, heads...)
	for len(line) < 5+report.Columns {
		line = append(line, "")
	}
	return line
}

func applicationHeads() []string {
	var out []string
	for c := report.Natural; c <= report.TotalColumn; c++ {
		out = append(out, c.Label())
	}
	return out
}

func remedyHeads() []string {
	var out []string
	for r := report.Upheld; r <= report.TotalResult; r++ {
		out = append(out, r.Label())
	}
	return out
}

func yearText(t report.Table) string { return fmt.Sprint(t.Year) }

// csvSafe puts a ' before a text that a spreadsheet would take for a formula.
func csvSafe(s string) string {
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return "'" + s
		}
	}
	return s
}

// writeReportText draws the tables for a terminal; a Han sign is two columns wide.
func writeReportText(w io.Writer, t report.Table, meta Meta) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", t.Title())
	textProactive(&b, t.Proactive)
	b.WriteString("三、收到和处理政府信息公开申请情况\n")
	label := 0
	for _, key := range t.Format.Rows() {
		label = max(label, displayWidth(key.Path()))
	}
	textLine(&b, label, "", applicationHeads())
	for _, key := range t.Format.Rows() {
		textLine(&b, label, key.Path(), cellTexts(t.Row(key)[:]))
	}
	b.WriteString("\n四、政府信息公开行政复议、行政诉讼情况\n")
	textLine(&b, label, "", remedyHeads())
	for r := report.Review; r < report.Blocks; r++ {
		textLine(&b, label, r.Label(), cellTexts(t.Remedies[r][:]))
	}
	b.WriteByte('\n')
	for _, line := range meta.remarks(t) {
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func cellTexts(cells []report.Cell) []string {
	var out []string
	for _, c := range cells {
		out = append(out, c.String())
	}
	return out
}

func textLine(b *strings.Builder, labelWidth int, label string, figures []string) {
	b.WriteString(label + strings.Repeat(" ", labelWidth-displayWidth(label)))
	for _, f := range figures {
		b.WriteString(strings.Repeat(" ", max(1, 14-displayWidth(f))) + f)
	}
	b.WriteByte('\n')
}

// displayWidth counts terminal columns: signs beyond Latin take two.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}
