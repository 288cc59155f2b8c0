package report

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// Decimal is a figure of table 二 as decimal text ("2091200052.16"); "" is a cell
// that was left empty.
type Decimal string

// ParseDecimal reads a figure with an optional sign and fraction.
func ParseDecimal(text string) (Decimal, error) {
	if _, ok := parseDecimal(text); !ok {
		return "", fmt.Errorf("“%s”不是数字", text)
	}
	return Decimal(text), nil
}

// parseDecimal reads plain decimals only: no fraction bars, no endless exponents.
func parseDecimal(text string) (*big.Rat, bool) {
	if len(text) == 0 || len(text) > 60 || strings.ContainsAny(text, "/_xXpPbBoO") {
		return nil, false
	}
	if i := strings.IndexAny(text, "eE"); i >= 0 && len(text)-i > 4 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

func (d Decimal) value() (*big.Rat, bool) { return parseDecimal(string(d)) }

// ProactiveKey names a row of table 二, by its key in JSON.
type ProactiveKey struct{ key string }

// String gives the key, e.g. "normative".
func (k ProactiveKey) String() string { return k.key }

// ProactiveLine describes a row of table 二 in one of its two layouts.
type ProactiveLine struct {
	Key     ProactiveKey
	Item    string   // 第二十条第（一）项
	Label   string   // 规章
	Columns []string // headings of its figures, in order
	Amount  int      // which figure is an amount of money; -1 for none
}

// ProactiveLines gives the rows of table 二 in the order of the form.
func ProactiveLines(layout Format) []ProactiveLine {
	if layout == Format2019 {
		return proactive2019()
	}
	return proactive2021()
}

func proactive2019() []ProactiveLine {
	made := []string{"本年新制作数量", "本年新公开数量", "对外公开总数量"}
	acts := []string{"上一年项目数量", "本年增/减", "处理决定数量"}
	key := func(s string) ProactiveKey { return ProactiveKey{s} }
	return []ProactiveLine{
		{key("regulations"), "第二十条第（一）项", "规章", made, -1},
		{key("normative"), "第二十条第（一）项", "规范性文件", made, -1},
		{key("licensing"), "第二十条第（五）项", "行政许可", acts, -1},
		{key("other_services"), "第二十条第（五）项", "其他对外管理服务事项", acts, -1},
		{key("penalties"), "第二十条第（六）项", "行政处罚", acts, -1},
		{key("coercion"), "第二十条第（六）项", "行政强制", acts, -1},
		{key("fees"), "第二十条第（八）项", "行政事业性收费", acts[:2], -1},
		{key("procurement"), "第二十条第（九）项", "政府集中采购", []string{"采购项目数量", "采购总金额"}, 1},
	}
}

func proactive2021() []ProactiveLine {
	made := []string{"本年制发件数", "本年废止件数", "现行有效件数"}
	acts := []string{"本年处理决定数量"}
	key := func(s string) ProactiveKey { return ProactiveKey{s} }
	return []ProactiveLine{
		{key("regulations"), "第二十条第（一）项", "规章", made, -1},
		{key("normative"), "第二十条第（一）项", "行政规范性文件", made, -1},
		{key("licensing"), "第二十条第（五）项", "行政许可", acts, -1},
		{key("penalties"), "第二十条第（六）项", "行政处罚", acts, -1},
		{key("coercion"), "第二十条第（六）项", "行政强制", acts, -1},
		{key("fees"), "第二十条第（八）项", "行政事业性收费", []string{"本年收费金额（单位：万元）"}, 0},
	}
}

// Proactive is table 二. Its layout need not be the format of table 三: offices do
// mix them.
type Proactive struct {
	Layout Format
	Rows   map[ProactiveKey][]Decimal
}

// Values gives the figures of a row by its key in JSON; nil where not entered.
func (p *Proactive) Values(key string) []Decimal {
	if p == nil {
		return nil
	}
	return p.Rows[ProactiveKey{key}]
}

func (p *Proactive) clone() *Proactive {
	if p == nil {
		return nil
	}
	rows := map[ProactiveKey][]Decimal{}
	for k, v := range p.Rows {
		rows[k] = append([]Decimal(nil), v...)
	}
	return &Proactive{p.Layout, rows}
}

// MarshalJSON writes layout and rows in the order of the form; counts as numbers,
// amounts of money as decimal strings.
func (p *Proactive) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, `{"layout":%q`, p.Layout)
	for _, line := range ProactiveLines(p.Layout) {
		values, ok := p.Rows[line.Key]
		if !ok {
			continue
		}
		fmt.Fprintf(&b, `,%q:[`, line.Key)
		for i, v := range values {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(decimalJSON(v, i == line.Amount))
		}
		b.WriteByte(']')
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

func decimalJSON(d Decimal, amount bool) string {
	if _, ok := d.value(); !ok {
		return "null"
	}
	if amount || !json.Valid([]byte(d)) {
		return `"` + string(d) + `"`
	}
	return string(d)
}

// readProactive reads the spelling of the contract and ignores every other: a
// layout that is missing, keys that are unknown, rows of another length.
func readProactive(raw json.RawMessage) *Proactive {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	var layout Format
	if json.Unmarshal(fields["layout"], &layout) != nil || layout.IsZero() {
		return nil
	}
	p := &Proactive{layout, map[ProactiveKey][]Decimal{}}
	for _, line := range ProactiveLines(layout) {
		if values, ok := readDecimals(fields[line.Key.key], len(line.Columns)); ok {
			p.Rows[line.Key] = values
		}
	}
	if len(p.Rows) == 0 {
		return nil
	}
	return p
}

func readDecimals(raw json.RawMessage, want int) ([]Decimal, bool) {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil || len(items) != want {
		return nil, false
	}
	var out []Decimal
	for _, item := range items {
		text := strings.Trim(string(item), `"`)
		if text == "null" {
			text = ""
		} else if _, ok := parseDecimal(text); !ok {
			return nil, false
		}
		out = append(out, Decimal(text))
	}
	return out, true
}
