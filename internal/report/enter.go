package report

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// ReadProactive reads table 二 in the exchange form; nil where it is none.
func ReadProactive(data []byte) *Proactive { return readProactive(json.RawMessage(data)) }

// NewProactive makes an empty table 二.
func NewProactive(layout Format) *Proactive {
	return &Proactive{layout, map[ProactiveKey][]Decimal{}}
}

// SumProactive adds up the tables of one layout; those of another are left out,
// and nil is what came of none. A cell that nobody filled stays empty.
func SumProactive(layout Format, tables []*Proactive) *Proactive {
	var out *Proactive
	for _, t := range tables {
		if t == nil || t.Layout != layout {
			continue
		}
		if out == nil {
			out = NewProactive(layout)
		}
		for _, line := range ProactiveLines(layout) {
			if values, ok := t.Rows[line.Key]; ok {
				out.Rows[line.Key] = addDecimals(out.Rows[line.Key], values)
			}
		}
	}
	return out
}

func addDecimals(a, b []Decimal) []Decimal {
	out := make([]Decimal, len(b))
	for i, d := range b {
		out[i] = d
		if i >= len(a) || a[i] == "" {
			continue
		}
		l, _ := a[i].value()
		if r, ok := d.value(); ok && l != nil {
			out[i] = Decimal(ratFigure(new(big.Rat).Add(l, r)).text)
		} else {
			out[i] = a[i]
		}
	}
	return out
}

var (
	wholeFigure  = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})$`)
	signedFigure = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})$`)
	amountFigure = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$`)
)

// Enter reads what was typed into figure i of the row: a whole number, in 增/减
// with its sign, or an amount of money; "" leaves the cell empty.
func (l ProactiveLine) Enter(i int, typed string) (Decimal, error) {
	text := strings.ReplaceAll(strings.Join(strings.Fields(halfWidth(typed)), ""), ",", "")
	text = strings.TrimPrefix(strings.ReplaceAll(text, "−", "-"), "+")
	pattern, want := wholeFigure, "不小于 0 的整数"
	switch {
	case i == l.Amount:
		pattern, want = amountFigure, "不小于 0 的金额，小数不超过 6 位"
	case strings.Contains(l.Columns[i], "增/减"):
		pattern, want = signedFigure, "整数，减少时前面写 -"
	}
	if text == "" || pattern.MatchString(text) {
		return Decimal(text), nil
	}
	return "", fmt.Errorf("“%s”的%s应为%s，填的是“%s”。", l.Label, l.Columns[i], want, strings.TrimSpace(typed))
}
