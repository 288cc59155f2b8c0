package report

import (
	"fmt"
	"regexp"
	"slices"
)

// Figures is what an agency enters about a year because no case tells it.
type Figures struct {
	Named   []Named  `json:"named,omitempty"`
	Opening *Opening `json:"opening,omitempty"`
	// Published is 四、结转下年度 of the report published for the year before, by
	// column; nil: it was locked here, or was not told.
	Published []int64 `json:"published,omitempty"`
}

// Named is one figure of the text: {Name} in a sentence or in free text.
type Named struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Unit  string `json:"unit,omitempty"`
}

// Opening is what was received from the start of the system up to the end of a
// year, before the register can tell; cumulative numbers go on from it.
type Opening struct {
	Since       int   `json:"since"`   // first year
	Through     int   `json:"through"` // last year that is in it
	Own         int64 `json:"own"`
	Lower       int64 `json:"lower"`
	Departments int64 `json:"departments"`
}

// Total adds the levels.
func (o Opening) Total() int64 { return o.Own + o.Lower + o.Departments }

// UsualFigures are the names that reports usually need, offered in an empty form.
func UsualFigures() []Named {
	return []Named{{"主动公开数", "", "条"}, {"累计主动公开数", "", "条"}, {"网站访问量", "", "万人次"}, {"政策解读数", "", "篇"}, {"回应关切数", "", "条"},
		{"专职人员", "", "人"}, {"兼职人员", "", "人"}, {"工作经费", "", "万元"}, {"培训次数", "", "次"}, {"培训人次", "", "人次"}}
}

// MostNamed bounds the figures of one year.
const MostNamed = 60

var (
	figureName  = regexp.MustCompile(`^[^{}\s=+@-][^{}]{0,29}$`)
	figureValue = regexp.MustCompile(`^-?\d{1,15}(\.\d{1,4})?$`)
)

// Check refuses what can't be used, naming the first fault in Chinese and where it
// is: the place of the named figure, or -1.
func (f Figures) Check(year int) (at int, err error) {
	if len(f.Named) > MostNamed {
		return -1, fmt.Errorf("填报数据最多%d项", MostNamed)
	}
	for i, n := range f.Named {
		switch {
		case !figureName.MatchString(n.Name):
			return i, fmt.Errorf("第%d项的名称“%s”应为1至30字，不含大括号，不以 = + - @ 开头", i+1, n.Name)
		case !figureValue.MatchString(n.Value):
			return i, fmt.Errorf("“%s”的数值“%s”不是数字，写作 1234 或 54.39", n.Name, n.Value)
		case len([]rune(n.Unit)) > 10:
			return i, fmt.Errorf("“%s”的单位太长，最多10字", n.Name)
		case slices.ContainsFunc(f.Named[:i], func(x Named) bool { return x.Name == n.Name }):
			return i, fmt.Errorf("“%s”填了两次，删去一项", n.Name)
		}
	}
	if o := f.Opening; o != nil {
		switch {
		case o.Since < 1990 || o.Since > o.Through:
			return -1, fmt.Errorf("累计数的起始年%d应为四位年份，且不晚于截止年%d", o.Since, o.Through)
		case o.Through >= year:
			return -1, fmt.Errorf("累计数的截止年%d应早于%d年：当年的由登记的申请计", o.Through, year)
		case o.Own < 0 || o.Lower < 0 || o.Departments < 0:
			return -1, fmt.Errorf("累计数不能小于0")
		}
	}
	if f.Published != nil && len(f.Published) != int(TotalColumn) {
		return -1, fmt.Errorf("上年公布的结转数应填六类申请人各一个")
	}
	return -1, nil
}

// values gives the named figures by name.
func (f Figures) values() map[string]string {
	out := map[string]string{}
	for _, n := range f.Named {
		out[n.Name] = n.Value
	}
	return out
}

// unknownNames lists the names in braces that are no figure.
func unknownNames(text string, figures map[string]string) []string {
	var out []string
	for _, m := range braced.FindAllStringSubmatch(text, -1) {
		if _, known := figures[m[1]]; !known && !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// PublishedTable gives last year's carry-out as published, as a table to compare
// with (K6); false where it was not told.
func (f Figures) PublishedTable(agency string, year int) (Table, bool) {
	if f.Published == nil {
		return Table{}, false
	}
	t := NewTable(agency, year, FormatOf(year))
	for c, n := range f.Published {
		t.CarriedOut[c].N = n
		t.CarriedOut[TotalColumn].N += n
	}
	return t, true
}
