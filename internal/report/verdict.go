package report

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// Figure is a number in a finding: exact, or the text that stood where a number
// was due. As JSON it is a number, a string for such a text, null for nothing.
type Figure struct{ text string }

// Num gives the figure of a whole number.
func Num(n int64) Figure { return Figure{fmt.Sprint(n)} }

// ratFigure prints a sum of decimals exactly.
func ratFigure(r *big.Rat) Figure {
	if r.IsInt() {
		return Figure{r.Num().String()}
	}
	n, exact := r.FloatPrec()
	if !exact {
		n = 12 // sums of decimals always end; a guard, not a case
	}
	return Figure{r.FloatString(n)}
}

// String gives the figure as printed.
func (f Figure) String() string { return f.text }

// MarshalJSON writes a number where the figure is one.
func (f Figure) MarshalJSON() ([]byte, error) {
	if f.text == "" {
		return []byte("null"), nil
	}
	if _, ok := parseDecimal(f.text); ok && json.Valid([]byte(f.text)) {
		return []byte(f.text), nil
	}
	return json.Marshal(f.text)
}

// Finding is one identity that fails, or one remark: which, where, the two sides,
// and the same as a sentence in Chinese.
type Finding struct {
	Identity string `json:"identity"` // K1 to K12, or "text"
	Where    string `json:"where"`    // table, row or column, in Chinese
	Left     Figure `json:"left"`
	Right    Figure `json:"right"`
	Message  string `json:"message"`
}

// Skipped is an identity that could not be judged because a figure was not seen.
type Skipped struct {
	Identity string `json:"identity"`
	Where    string `json:"where"`
	Message  string `json:"message"`
}

// Verdict is the judgement of one published table. Consistent means that K1 to K5
// hold: the table agrees with itself. A failure against another year's table (K6)
// stands in Failures without changing it; warnings and unseen figures never do.
// As JSON the lists are never null.
type Verdict struct {
	File       string    `json:"file"`
	Agency     string    `json:"agency"`
	Year       int       `json:"year"`
	Format     Format    `json:"format"`
	Consistent bool      `json:"consistent"`
	Failures   []Finding `json:"failures"`
	Warnings   []Finding `json:"warnings"`
	Unseen     []Skipped `json:"unseen"`
}

// Clean reports whether nothing was found that has to be mended.
func (v Verdict) Clean() bool { return len(v.Failures) == 0 }

// AddFurther takes over what was found in a further table under the same title;
// n counts from 2. What fails there makes the report as a whole inconsistent.
func (v *Verdict) AddFurther(n int, o Verdict) {
	place := fmt.Sprintf("第%d组表", n)
	for _, f := range o.Failures {
		f.Where, f.Message = place+f.Where, place+f.Message
		v.fail(f)
	}
	for _, s := range o.Unseen {
		s.Where, s.Message = place+s.Where, place+s.Message
		v.Unseen = append(v.Unseen, s)
	}
}

// fail adds a failure and keeps Consistent in step.
func (v *Verdict) fail(f Finding) {
	v.Failures = append(v.Failures, f)
	if f.Identity != "K6" {
		v.Consistent = false
	}
}

// term is one side of an identity: its words and its figures.
type term struct {
	words string
	cells []Cell
}

func (t term) sum() (*big.Rat, bool) {
	sum := new(big.Rat)
	for _, c := range t.cells {
		v, ok := c.value()
		if !ok {
			return nil, false
		}
		sum.Add(sum, v)
	}
	return sum, true
}

// equal judges left = right and records a failure or what could not be seen.
func (v *Verdict) equal(identity, where string, left, right term) {
	l, okLeft := left.sum()
	r, okRight := right.sum()
	if !okLeft || !okRight {
		v.Unseen = append(v.Unseen, Skipped{identity, where,
			fmt.Sprintf("%s：有数字未填，未核对“%s＝%s”", where, left.words, right.words)})
		return
	}
	if l.Cmp(r) == 0 {
		return
	}
	v.fail(Finding{identity, where, ratFigure(l), ratFigure(r), difference(where, left.words, right.words, l, r)})
}

// difference says both sides and by how much they differ.
func difference(where, leftWords, rightWords string, l, r *big.Rat) string {
	gap := new(big.Rat).Sub(l, r)
	return fmt.Sprintf("%s：%s为%s，%s为%s，相差%s", where, leftWords, ratFigure(l), rightWords,
		ratFigure(r), ratFigure(gap.Abs(gap)))
}

// Lines gives the verdict in words and numbers, one finding a line.
func (v Verdict) Lines() []string {
	head := "勾稽关系一致"
	if !v.Clean() {
		head = fmt.Sprintf("勾稽关系不一致，%d处", len(v.Failures))
	}
	lines := []string{fmt.Sprintf("%s：%s（%s格式）%s", v.File, v.title(), v.Format, head)}
	for _, f := range v.Failures {
		lines = append(lines, fmt.Sprintf("  ✗ %s %s", f.Identity, f.Message))
	}
	for _, f := range v.Warnings {
		lines = append(lines, fmt.Sprintf("  ! %s %s", strings.Replace(f.Identity, "text", "文表", 1), f.Message))
	}
	for _, s := range v.Unseen {
		lines = append(lines, fmt.Sprintf("  ? %s %s", s.Identity, s.Message))
	}
	return lines
}

func (v Verdict) title() string {
	agency := v.Agency
	if agency == "" {
		agency = "（未识别机关）"
	}
	if v.Year == 0 {
		return agency + "（未识别年度）"
	}
	return fmt.Sprintf("%s%d年", agency, v.Year)
}
