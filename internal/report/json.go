package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// MarshalJSON writes the table in the exchange form: the keys agency, year,
// format, columns, applications, remedies and, where entered, proactive, rows in
// the order of the format. An unseen total is null.
func (t Table) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	agency, err := json.Marshal(t.Agency)
	if err != nil {
		return nil, fmt.Errorf("writing the agency's name: %w", err)
	}
	fmt.Fprintf(&b, `{"agency":%s,"year":%d,"format":%q,"columns":[`, agency, t.Year, t.Format)
	for c := range columnNames {
		fmt.Fprintf(&b, "%s%q", comma(c), Column(c).Code())
	}
	fmt.Fprintf(&b, `],"applications":{"new":%s,"carried_in":%s,"results":{`, rowJSON(t.New), rowJSON(t.CarriedIn))
	for _, r := range t.Results {
		fmt.Fprintf(&b, "%q:%s,", r.Key, rowJSON(r.Cells))
	}
	fmt.Fprintf(&b, `"total":%s},"carried_out":%s},"remedies":{`, rowJSON(t.Total), rowJSON(t.CarriedOut))
	for i, block := range t.Remedies {
		fmt.Fprintf(&b, "%s%q:{", comma(i), Block(i).Code())
		for j, cell := range block {
			fmt.Fprintf(&b, "%s%q:%s", comma(j), Result(j).Code(), cellJSON(cell))
		}
		b.WriteByte('}')
	}
	b.WriteByte('}')
	if t.Proactive != nil {
		p, err := t.Proactive.MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("writing table 二: %w", err)
		}
		fmt.Fprintf(&b, `,"proactive":%s`, p)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func comma(i int) string {
	if i > 0 {
		return ","
	}
	return ""
}

func rowJSON(r Row) string {
	var parts []string
	for _, c := range r {
		parts = append(parts, cellJSON(c))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func cellJSON(c Cell) string {
	switch {
	case c.Unseen:
		return "null"
	case c.Text == "":
		return strconv.FormatInt(c.N, 10)
	}
	if _, ok := parseDecimal(c.Text); ok && json.Valid([]byte(c.Text)) {
		return c.Text
	}
	b, _ := json.Marshal(c.Text) // a string never fails
	return string(b)
}

type tableJSON struct {
	Agency       *string
	Year         json.RawMessage
	Format       json.RawMessage
	Columns      []string
	Applications *struct {
		New        json.RawMessage            `json:"new"`
		CarriedIn  json.RawMessage            `json:"carried_in"`
		Results    map[string]json.RawMessage `json:"results"`
		CarriedOut json.RawMessage            `json:"carried_out"`
	}
	Remedies  map[string]json.RawMessage
	Proactive json.RawMessage
}

// UnmarshalJSON reads the exchange form. The format decides which rows are due:
// a missing and an unknown row are errors, in Chinese and naming the row. Keys
// that the form does not know are ignored; null is read as the contract says (0
// under a kind or a result, unseen under a total).
func (t *Table) UnmarshalJSON(data []byte) error {
	var in tableJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("不是报表 JSON：%w", err)
	}
	out := Table{Proactive: readProactive(in.Proactive)}
	if err := out.readHead(in); err != nil {
		return err
	}
	if err := out.readApplications(in); err != nil {
		return err
	}
	if err := out.readRemedies(in.Remedies); err != nil {
		return err
	}
	*t = out
	return nil
}

func (t *Table) readHead(in tableJSON) error {
	if in.Agency == nil {
		return fmt.Errorf("缺少 agency（机关名称）")
	}
	t.Agency = *in.Agency
	year, err := strconv.Atoi(strings.Trim(string(in.Year), `"`))
	if err != nil || year < 1 || year > 9999 {
		return fmt.Errorf("year（年度）应为四位年份，实际是 %s", orNothing(in.Year))
	}
	t.Year = year
	if t.Format, err = ParseFormat(strings.Trim(string(in.Format), `"`)); err != nil {
		return fmt.Errorf("format（格式）应为 \"2019\" 或 \"2021\"，实际是 %s", orNothing(in.Format))
	}
	for i, name := range in.Columns {
		if len(in.Columns) != Columns || name != Column(i).Code() {
			return fmt.Errorf("columns（列）应依次为 natural, commercial, research, public_welfare, legal_service, other, total")
		}
	}
	return nil
}

func orNothing(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "空"
	}
	if len(raw) > 40 {
		raw = raw[:40]
	}
	return strings.ToValidUTF8(string(raw), "")
}

func (t *Table) readApplications(in tableJSON) error {
	a := in.Applications
	if a == nil {
		return fmt.Errorf("缺少 applications（表三）")
	}
	rows := map[string]json.RawMessage{}
	for key, raw := range a.Results {
		if !t.due(key) {
			return fmt.Errorf("applications.results 中的“%s”不是%s年格式的行", key, t.Format)
		}
		rows[key] = raw
	}
	rows["new"], rows["carried_in"], rows["carried_out"] = a.New, a.CarriedIn, a.CarriedOut
	*t = withProactive(NewTable(t.Agency, t.Year, t.Format), t.Proactive)
	for _, key := range t.Format.Rows() {
		cells, err := readRow(rows[key.key])
		if err != nil {
			return fmt.Errorf("applications 中“%s”（%s）%w", key, key.Path(), err)
		}
		*t.Row(key) = cells
	}
	return nil
}

func withProactive(t Table, p *Proactive) Table {
	t.Proactive = p
	return t
}

// due reports whether the key stands under results in the table's format.
func (t *Table) due(key string) bool {
	for _, k := range t.Format.ResultRows() {
		if k.key == key {
			return true
		}
	}
	return key == RowTotal.key
}

func readRow(raw json.RawMessage) (Row, error) {
	var row Row
	if len(raw) == 0 || string(raw) == "null" {
		return row, fmt.Errorf("缺少这一行")
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil || len(items) != Columns {
		return row, fmt.Errorf("应为 %d 个数字，实际是 %s", Columns, orNothing(raw))
	}
	for i, item := range items {
		cell, err := readCell(item, Column(i) == TotalColumn)
		if err != nil {
			return row, err
		}
		row[i] = cell
	}
	return row, nil
}

// readCell reads a number or null. A text is kept as found and judged by K4.
func readCell(raw json.RawMessage, total bool) (Cell, error) {
	text := string(raw)
	switch {
	case text == "null" || text == "":
		return Cell{Unseen: total}, nil
	case text[0] == '{' || text[0] == '[' || text == "true" || text == "false":
		return Cell{}, fmt.Errorf("应为数字，实际是 %s", orNothing(raw))
	case text[0] == '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return Cell{}, fmt.Errorf("应为数字，实际是 %s", orNothing(raw))
		}
		if s == "" {
			return Cell{Unseen: total}, nil
		}
		return Cell{Text: s}, nil
	}
	return NumberCell(text), nil
}

// NumberCell reads a figure as printed in plain digits; what is no whole number
// is kept as text for K4 to name.
func NumberCell(text string) Cell {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Cell{N: n}
	}
	if r, ok := parseDecimal(text); ok && r.IsInt() && r.Num().IsInt64() {
		return Cell{N: r.Num().Int64()}
	}
	return Cell{Text: text}
}

func (t *Table) readRemedies(blocks map[string]json.RawMessage) error {
	for b := range t.Remedies {
		var cells map[string]json.RawMessage
		name := Block(b).Code()
		if err := json.Unmarshal(blocks[name], &cells); err != nil || cells == nil {
			return fmt.Errorf("remedies 中缺少“%s”（%s）", name, Block(b).Label())
		}
		for r := range t.Remedies[b] {
			raw, ok := cells[Result(r).Code()]
			if !ok {
				return fmt.Errorf("remedies.%s 中缺少“%s”（%s）", name, Result(r).Code(), Result(r).Label())
			}
			cell, err := readCell(raw, Result(r) == TotalResult)
			if err != nil {
				return fmt.Errorf("remedies.%s.%s %w", name, Result(r).Code(), err)
			}
			t.Remedies[b][r] = cell
		}
	}
	return nil
}

// ReadJSON reads one table in the exchange form from a file's content, with or
// without a byte order mark. Its errors are Chinese sentences for the user.
func ReadJSON(data []byte) (Table, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !json.Valid(data) {
		return Table{}, fmt.Errorf("不是有效的 JSON（应为报表 JSON，形如 {\"agency\":…,\"year\":…,\"format\":…}）")
	}
	var t Table
	err := t.UnmarshalJSON(data)
	return t, err
}
