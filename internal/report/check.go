package report

import (
	"math/big"
	"strings"
)

// Check judges one table: K1 to K5 of the 勾稽 rules. An identity with an unseen
// figure is skipped and listed.
//
//	K1  一 + 二 = 三（七） + 四, in each column
//	K2  三（七） = sum of the result rows, in each column
//	K3  总计 = sum of the six kinds, in each row
//	K4  every figure a whole number, not negative
//	K5  总计 = 维持 + 纠正 + 其他 + 尚未审结, in each part of table 四
func Check(t Table) Verdict {
	v := Verdict{Agency: t.Agency, Year: t.Year, Format: t.Format, Consistent: true,
		Failures: []Finding{}, Warnings: []Finding{}, Unseen: []Skipped{}}
	for c := Natural; c <= TotalColumn; c++ {
		checkColumn(&v, t, c)
	}
	for _, k := range t.Format.Rows() {
		checkRow(&v, k, *t.Row(k))
	}
	for b := range t.Remedies {
		checkBlock(&v, Block(b), t.Remedies[b])
	}
	return v
}

func checkColumn(v *Verdict, t Table, c Column) {
	where := "表三“" + c.Label() + "”列"
	v.equal("K1", where,
		term{"一、本年新收＋二、上年结转", []Cell{t.New[c], t.CarriedIn[c]}},
		term{"三（七）总计＋四、结转下年度", []Cell{t.Total[c], t.CarriedOut[c]}})
	var parts []Cell
	for _, r := range t.Results {
		parts = append(parts, r.Cells[c])
	}
	v.equal("K2", where, term{"三（七）总计", []Cell{t.Total[c]}}, term{"各项办理结果之和", parts})
}

func checkRow(v *Verdict, k RowKey, row Row) {
	where := "表三“" + k.Path() + "”行"
	v.equal("K3", where, term{"总计", row[TotalColumn:]}, term{"六类申请人之和", row[:TotalColumn]})
	for c := range row {
		checkWhole(v, where+"“"+Column(c).Label()+"”列", row[c])
	}
}

func checkBlock(v *Verdict, b Block, cells [RemedyColumns]Cell) {
	where := "表四“" + b.Label() + "”"
	v.equal("K5", where, term{"总计", cells[TotalResult:]}, term{"维持、纠正、其他、尚未审结之和", cells[:TotalResult]})
	for r := range cells {
		checkWhole(v, where+"“"+Result(r).Label()+"”", cells[r])
	}
}

// checkWhole is K4.
func checkWhole(v *Verdict, where string, c Cell) {
	if c.Unseen {
		return
	}
	n, ok := c.value()
	if ok && n.IsInt() && n.Sign() >= 0 {
		return
	}
	v.fail(Finding{"K4", where, Figure{c.String()}, Num(0), where + "：应为不小于0的整数，实际是“" + c.String() + "”"})
}

// CheckYears adds to the verdicts of several tables what can be judged only
// between tables of one agency in following years; verdicts[i] belongs to
// tables[i]. K6 (二 of a year = 四 of the year before, in each column) is a failure
// under the later year; K7 (规章 and 规范性文件 in force) and K8 (items of the year
// before) are warnings. Agencies are the same if their names are, blanks and a last 人民政府 aside;
// a table without agency or year is left alone.
func CheckYears(tables []Table, verdicts []Verdict) {
	for _, pair := range Following(tables) {
		later, earlier := pair[0], pair[1]
		checkCarried(&verdicts[later], tables[later], tables[earlier])
		checkInForce(&verdicts[later], tables[later], tables[earlier])
		checkItems(&verdicts[later], tables[later], tables[earlier])
	}
}

// Following pairs the tables of one agency in following years: the later's place,
// then the earlier's, in the order of the later ones.
func Following(tables []Table) [][2]int {
	type year struct {
		agency string
		year   int
	}
	places := map[year][]int{}
	for i, t := range tables {
		places[year{sameAgency(t.Agency), t.Year}] = append(places[year{sameAgency(t.Agency), t.Year}], i)
	}
	var out [][2]int
	for i, t := range tables {
		name := sameAgency(t.Agency)
		if name == "" || t.Year <= 1 {
			continue
		}
		for _, j := range places[year{name, t.Year - 1}] {
			out = append(out, [2]int{i, j})
		}
	}
	return out
}

// sameAgency makes two spellings of an agency's name equal: blanks, the width of
// brackets, and 人民政府 at the end, which titles have in one year and lack in another.
func sameAgency(name string) string {
	return strings.TrimSuffix(squeeze(halfWidth(name)), "人民政府")
}

// checkCarried is K6.
func checkCarried(v *Verdict, later, earlier Table) {
	for c := Natural; c <= TotalColumn; c++ {
		v.equal("K6", "表三“"+c.Label()+"”列",
			term{yearWords(later) + "二、上年结转", []Cell{later.CarriedIn[c]}},
			term{yearWords(earlier) + "四、结转下年度", []Cell{earlier.CarriedOut[c]}})
	}
}

func yearWords(t Table) string { return Num(int64(t.Year)).String() + "年" }

// checkInForce is K7: in force now = in force before + issued − repealed.
func checkInForce(v *Verdict, later, earlier Table) {
	if !bothLayouts(later, earlier, Format2021) {
		return
	}
	for _, key := range []string{"regulations", "normative"} {
		now, before := later.Proactive.Values(key), earlier.Proactive.Values(key)
		if now == nil || before == nil {
			continue
		}
		warnDecimals(v, "K7", "表二“"+proactiveLabel(later, key)+"”行", yearWords(later)+"现行有效件数",
			"上年现行有效＋本年制发－本年废止", []Decimal{now[2]}, []Decimal{before[2], now[0]}, now[1])
	}
}

// checkItems is K8: items of last year as printed now = items printed then + change.
func checkItems(v *Verdict, later, earlier Table) {
	if !bothLayouts(later, earlier, Format2019) {
		return
	}
	for _, key := range []string{"licensing", "other_services", "penalties", "coercion", "fees"} {
		now, before := later.Proactive.Values(key), earlier.Proactive.Values(key)
		if now == nil || before == nil {
			continue
		}
		warnDecimals(v, "K8", "表二“"+proactiveLabel(later, key)+"”行", yearWords(later)+"所填上一年项目数量",
			yearWords(earlier)+"所填上一年项目数量＋增减", now[:1], before[:2], "0")
	}
}

func bothLayouts(a, b Table, f Format) bool {
	return a.Proactive != nil && b.Proactive != nil && a.Proactive.Layout == f && b.Proactive.Layout == f
}

func proactiveLabel(t Table, key string) string {
	for _, line := range ProactiveLines(t.Proactive.Layout) {
		if line.Key.key == key {
			return line.Label
		}
	}
	return key
}

// warnDecimals warns where sum(left) differs from sum(right) − minus; figures that
// were left empty make it unseen.
func warnDecimals(v *Verdict, identity, where, leftWords, rightWords string, left, right []Decimal, minus Decimal) {
	l, okLeft := sumDecimals(left)
	r, okRight := sumDecimals(right)
	m, okMinus := minus.value()
	if !okLeft || !okRight || !okMinus {
		v.Unseen = append(v.Unseen, Skipped{identity, where, where + "：有数字未填，未核对" + leftWords})
		return
	}
	if r.Sub(r, m); l.Cmp(r) != 0 {
		v.Warnings = append(v.Warnings, Finding{identity, where, ratFigure(l), ratFigure(r),
			difference(where, leftWords, rightWords, l, r)})
	}
}

func sumDecimals(parts []Decimal) (*big.Rat, bool) {
	sum := new(big.Rat)
	for _, p := range parts {
		n, ok := p.value()
		if !ok {
			return nil, false
		}
		sum.Add(sum, n)
	}
	return sum, true
}
