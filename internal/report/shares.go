package report

import (
	"fmt"
	"math/big"
	"sort"
	"strings"
)

// Part is a figure with its name, before its share is taken.
type Part struct {
	Label string
	N     int64
}

// Hundredths is a percentage in hundredths of a percent: 2908 is 29.08 %.
type Hundredths int64

// String gives two decimals without the sign: "29.08".
func (h Hundredths) String() string {
	sign := ""
	if h < 0 {
		sign, h = "-", -h
	}
	return fmt.Sprintf("%s%d.%02d", sign, h/100, h%100)
}

// Share is a part with its share of the base.
type Share struct {
	Part
	Percent Hundredths
}

// ShareSet is the shares of one base.
type ShareSet struct {
	Base     int64
	Shares   []Share
	Adjusted bool // by largest remainder, so that they add to 100.00
}

// Shares rounds each part's exact share of the base to the nearest hundredth, a
// half up. Of a base of 0 every share is 0.
func Shares(base int64, parts []Part) ShareSet {
	set := ShareSet{Base: base}
	for _, p := range parts {
		set.Shares = append(set.Shares, Share{p, percent(p.N, base)})
	}
	return set
}

func percent(n, base int64) Hundredths {
	if base <= 0 {
		return 0
	}
	twice := new(big.Int).Mul(big.NewInt(n), big.NewInt(20000))
	twice.Add(twice, big.NewInt(base))
	return Hundredths(twice.Div(twice, big.NewInt(2*base)).Int64())
}

// SharesToHundred gives shares that add to exactly 100.00 by the method of the
// largest remainder: each is cut to hundredths, and what is missing goes to the
// largest remainders, the earlier part first. Where the parts do not add to the
// base it is the same as Shares.
func SharesToHundred(base int64, parts []Part) ShareSet {
	var sum int64
	for _, p := range parts {
		sum += p.N
	}
	if base <= 0 || sum != base {
		return Shares(base, parts)
	}
	set := ShareSet{Base: base, Adjusted: true}
	remainders := make([]*big.Int, len(parts))
	left := int64(10000)
	for i, p := range parts {
		cut, rest := new(big.Int).DivMod(new(big.Int).Mul(big.NewInt(p.N), big.NewInt(10000)), big.NewInt(base), new(big.Int))
		set.Shares = append(set.Shares, Share{p, Hundredths(cut.Int64())})
		remainders[i] = rest
		left -= cut.Int64()
	}
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return remainders[order[a]].Cmp(remainders[order[b]]) > 0 })
	for _, i := range order[:left] {
		set.Shares[i].Percent++
	}
	return set
}

// Sum adds the printed shares.
func (s ShareSet) Sum() Hundredths {
	var sum Hundredths
	for _, x := range s.Shares {
		sum += x.Percent
	}
	return sum
}

// Note says in a sentence when the shares of a whole do not add to 100.00, or when
// one was bent to make them; "" when there is nothing to say.
func (s ShareSet) Note() string {
	var parts int64
	for _, x := range s.Shares {
		parts += x.N
	}
	switch {
	case s.Base == 0 || len(s.Shares) == 0:
		return ""
	case parts != s.Base:
		return fmt.Sprintf("各项之和%d与合计%d不等，占比之和为%s%%", parts, s.Base, s.Sum())
	case s.Sum() != 10000:
		return fmt.Sprintf("占比四舍五入，合计%s%%，不等于100.00%%", s.Sum())
	case s.Adjusted && len(s.bent()) > 0:
		return "占比按最大余数法取舍，合计100.00%：" + strings.Join(s.bent(), "；")
	}
	return ""
}

// bent names the shares that differ from plain rounding.
func (s ShareSet) bent() []string {
	var out []string
	for _, x := range s.Shares {
		if near := percent(x.N, s.Base); near != x.Percent {
			out = append(out, fmt.Sprintf("%s四舍五入应为%s%%，列为%s%%", x.Label, near, x.Percent))
		}
	}
	return out
}

// ShareDifference is a printed share that is not the rounded one.
type ShareDifference struct {
	Label             string
	Printed, Computed Hundredths
}

// String says the difference in words and numbers.
func (d ShareDifference) String() string {
	return fmt.Sprintf("%s：所列占比%s%%，按件数计算为%s%%", d.Label, d.Printed, d.Computed)
}

// Differences compares printed shares, by label, with those of the set.
func (s ShareSet) Differences(printed map[string]Hundredths) []ShareDifference {
	var out []ShareDifference
	for _, x := range s.Shares {
		if p, ok := printed[x.Label]; ok && p != x.Percent {
			out = append(out, ShareDifference{x.Label, p, x.Percent})
		}
	}
	return out
}

// GroupParts gives the six groups of results with their totals; the base of their
// shares is the answered cases, t.Total.
func (t Table) GroupParts() []Part {
	var out []Part
	for _, g := range Groups() {
		out = append(out, Part{g.Name(), t.GroupTotal(g)})
	}
	return out
}

// GroupShares gives each group's share of the answered cases.
func (t Table) GroupShares() ShareSet {
	return Shares(t.Total[TotalColumn].N, t.GroupParts())
}

// WithholdParts gives the eight reasons for 不予公开, label without its number.
func (t Table) WithholdParts() []Part {
	var out []Part
	for _, r := range t.Results {
		if r.Key.Group() == GroupWithhold {
			_, label, _ := strings.Cut(r.Key.Label(), ".")
			out = append(out, Part{label, r.Cells[TotalColumn].N})
		}
	}
	return out
}

// WithholdShares gives each reason's share of all refusals.
func (t Table) WithholdShares() ShareSet {
	return Shares(t.GroupTotal(GroupWithhold), t.WithholdParts())
}

// SharesOfNew gives shares of the applications received in the year: by channel,
// or by level of agency, as the caller has counted and joined them.
func (t Table) SharesOfNew(parts []Part) ShareSet {
	return Shares(t.New[TotalColumn].N, parts)
}

// Cumulate adds the figures of following years to an opening balance, part by
// part and in the order of the opening; a label that only a year has comes last.
func Cumulate(opening []Part, years ...[]Part) []Part {
	out := append([]Part(nil), opening...)
	for _, year := range years {
		for _, p := range year {
			i := 0
			for i < len(out) && out[i].Label != p.Label {
				i++
			}
			if i == len(out) {
				out = append(out, Part{Label: p.Label})
			}
			out[i].N += p.N
		}
	}
	return out
}
