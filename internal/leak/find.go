package leak

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Kind is what a number is. The zero value is none.
type Kind struct{ code string }

// The kinds.
var (
	Identity = Kind{"identity"}
	Mobile   = Kind{"mobile"}
	Landline = Kind{"landline"}
	BankCard = Kind{"bank_card"}
)

// Code is the stable word.
func (k Kind) Code() string { return k.code }

// Label is what people call it.
func (k Kind) Label() string {
	return map[Kind]string{Identity: "身份证号码", Mobile: "手机号码", Landline: "电话号码", BankCard: "银行卡号"}[k]
}

// Finding is a number that may be personal.
type Finding struct {
	Kind   Kind
	Place  string // where it stands, in words
	Masked string // the number with its middle hidden
	Around string // the words before it
}

// InText finds the numbers of a text, in their order. Digits may be full-width,
// Chinese, in groups, or broken over a line. Place is left empty.
func InText(text string) []Finding { return find(plainSigns(text)) }

// inPage is InText for a page on which lines end wherever they are full.
func inPage(text string) []Finding {
	s := plainSigns(text)
	s.soft = true
	return find(s)
}

func find(s signs) []Finding {
	var out []Finding
	for _, r := range runsOf(s.all) {
		out = append(out, r.findings(s)...)
	}
	return out
}

// signs is a text as it is searched.
type signs struct {
	all  []rune
	soft bool // a line's end says nothing
}

// before gives up to n signs before a place, on its line.
func (s signs) before(at, n int) string {
	var out []rune
	for i := at - 1; i >= 0 && len(out) < n; i-- {
		if r := s.all[i]; r == '\n' || r == '\r' {
			if !s.soft && i < at-2 {
				break
			}
		} else {
			out = append(out, r)
		}
	}
	slices.Reverse(out)
	return string(out)
}

// after gives up to n signs from a place on.
func (s signs) after(at, n int) string {
	var out []rune
	for ; at < len(s.all) && len(out) < n; at++ {
		if r := s.all[at]; r == '\n' || r == '\r' {
			if !s.soft {
				break
			}
		} else {
			out = append(out, r)
		}
	}
	return string(out)
}

// plainSigns writes every digit as an ASCII one and drops what can't be seen.
func plainSigns(text string) signs {
	out := make([]rune, 0, len(text))
	for _, r := range text {
		switch {
		case r >= '０' && r <= '９':
			r = '0' + r - '０'
		case r >= 0x1d7ce && r <= 0x1d7ff:
			r = '0' + (r-0x1d7ce)%10
		case r == 'Ｘ' || r == 'ｘ' || r == '×' || r == 'х' || r == 'Х':
			r = 'X'
		case r == '＋':
			r = '+'
		case r >= 0x2e80 && r <= 0x2fdf: // radicals, as PDF printers write signs
			for _, whole := range norm.NFKC.String(string(r)) {
				r = whole
			}
		case unicode.Is(unicode.Cf, r) || r == 0xfe0f:
			continue
		}
		out = append(out, r)
	}
	return signs{all: chineseDigits(out)}
}

// chineseDigits turns long rows of Chinese digits into figures; short ones are
// years and amounts.
func chineseDigits(signs []rune) []rune {
	const digits = "〇一二三四五六七八九"
	value := func(r rune) int {
		switch r {
		case '零', '○':
			return 0
		case '幺':
			return 1
		}
		return slices.Index([]rune(digits), r)
	}
	for i := 0; i < len(signs); i++ {
		j := i
		for j < len(signs) && (value(signs[j]) >= 0 || j > i && signs[j] == 'X') {
			j++
		}
		if j-i >= 11 {
			for ; i < j; i++ {
				if v := value(signs[i]); v >= 0 {
					signs[i] = '0' + rune(v)
				}
			}
		}
		i = max(i, j)
	}
	return signs
}

// group is digits without a gap.
type group struct {
	from, to int // in the signs
	text     string
}

// run is a row of groups with one separator, or two around a line's end, between
// them.
type run []group

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// separates reports whether people write the sign between groups of one number.
func separates(r rune) bool {
	switch r {
	case ' ', '\u00a0', '\u3000', '\t', '\n', '\r', '-', '‐', '‑', '–', '—', '－', '−', '.', '·', '•', '_', '/', '(', ')', '（', '）':
		return true
	}
	return r >= '\u2000' && r <= '\u200a' || r == '\u202f'
}

func runsOf(signs []rune) []run {
	var out []run
	var now run
	last := -1 // end of the last group
	for i := 0; i < len(signs); i++ {
		if !isDigit(signs[i]) {
			continue
		}
		j := i
		for j < len(signs) && isDigit(signs[j]) {
			j++
		}
		g := group{i, j, string(signs[i:j])}
		if x := checkSign(signs, j); x > 0 && j-i != 11 {
			g.to, g.text = x, g.text+"X"
		}
		if now != nil && !near(signs[last:i]) {
			out, now = append(out, now), nil
		}
		now, last, i = append(now, g), g.to, g.to-1
	}
	if now != nil {
		out = append(out, now)
	}
	return out
}

// checkSign gives where an X after digits ends, 0 for none; a line may end before it.
func checkSign(signs []rune, at int) int {
	if at+1 < len(signs) && (signs[at] == '\n' || signs[at] == ' ' && at > 1 && !isDigit(signs[at-2])) {
		at++
	}
	if at < len(signs) && (signs[at] == 'X' || signs[at] == 'x') && (at+1 == len(signs) || !isWordSign(signs[at+1])) {
		return at + 1
	}
	return 0
}

func near(between []rune) bool {
	if len(between) > 3 {
		return false
	}
	for _, r := range between {
		if !separates(r) {
			return false
		}
	}
	return true
}

func isWordSign(r rune) bool {
	return isDigit(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// mostGroups bounds in how many groups one number is written; digits set apart one
// by one are the longest.
const mostGroups = 19

// findings tries every row of whole groups, the longest first: a number is never a
// part of a longer row of digits.
func (r run) findings(s signs) []Finding {
	var out []Finding
	for i := 0; i < len(r); {
		used := 0
		for n := min(mostGroups, len(r)-i); n > 0 && used == 0; n-- {
			if kind := kindOf(r[i:i+n], s); kind != (Kind{}) {
				out = append(out, Finding{Kind: kind, Masked: mask(r[i : i+n].text()), Around: around(s, r[i].from)})
				used = n
			}
		}
		i += max(used, 1)
	}
	return out
}

func (r run) text() string {
	var b strings.Builder
	for _, g := range r {
		b.WriteString(g.text)
	}
	return b.String()
}

// shapes gives the lengths of the groups, as they stand and, if a line ends within
// the number, as they would stand without it.
func (r run) shapes(s signs) [][]int {
	var as, joined []int
	for i, g := range r {
		as = append(as, len(g.text))
		if i > 0 && strings.Trim(string(s.all[r[i-1].to:g.from]), "\r\n") == "" {
			joined[len(joined)-1] += len(g.text)
		} else {
			joined = append(joined, len(g.text))
		}
	}
	if len(joined) == len(as) {
		return [][]int{as}
	}
	return [][]int{joined, as}
}

// mask hides the middle of a number.
func mask(number string) string {
	first, last := 3, 4
	if len(number) < 9 {
		first, last = 2, 2
	}
	return number[:first] + strings.Repeat("*", len(number)-first-last) + number[len(number)-last:]
}

// around gives the words before a number, on its line, without other digits.
func around(s signs, at int) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isDigit(r) {
			return '*'
		}
		return r
	}, s.before(at, 16)))
}
