package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongkai/internal/cases"
)

// headRows is how many rows from the top are searched for the head.
const headRows = 40

// column is one column of a sheet, as its head names it.
type column struct {
	at   int    // from 0
	name string // as written, the rows of the head joined
	key  string // "" if it is left out
}

// head is what the top of a sheet says.
type head struct {
	first, last int // lines of the head
	columns     []column
	year        int // named by the sheet or its title, or 0
	titles      []Skip
}

// findHead looks for the rows that name the columns. A sheet without any is
// found to be no ledger: ok is false.
func findHead(top []line, names mapping) (h head, ok bool) {
	best := 0
	for i := range top {
		if n := knownNames(top[i].cells, names); n > best {
			best, h.first = n, i
		}
	}
	if best < 2 {
		return head{}, false
	}
	from, to := headSpan(top, h.first, names)
	h = head{first: top[from].no, last: top[to-1].no, columns: nameColumns(top[from:to], names)}
	for _, l := range top[:from] {
		h.titles = append(h.titles, Skip{Line: l.no, Why: "标题"})
		h.year = firstYearIn(h.year, l.cells)
	}
	return h, true
}

func firstYearIn(year int, cells []cell) int {
	for _, c := range cells {
		if year == 0 && !c.isNum {
			year = yearIn(c.text)
		}
	}
	return year
}

// yearNamed finds a year in a title: 2019年, 2019年度, 2019.
var yearNamed = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)`)

func yearIn(text string) int {
	m := yearNamed.FindStringSubmatch(strings.Map(half, text))
	if m == nil {
		return 0
	}
	year, _ := strconv.Atoi(m[1]) // four digits by the pattern
	return year
}

func knownNames(cells []cell, names mapping) int {
	n := 0
	for _, c := range cells {
		if c.isNum || c.text == "" {
			continue
		}
		if _, ok := names.find(c.text); ok || passedOver(c.text) {
			n++
		}
	}
	return n
}

// headSpan widens the best row of a head by the rows of the same head above and
// below it: [from, to).
func headSpan(top []line, at int, names mapping) (from, to int) {
	from, to = at, at+1
	for from > 0 && at-from < 2 && isGroupRow(top[from-1]) {
		from--
	}
	for to < len(top) && to-from < 4 && isSubRow(top[from:to], top[to], names) {
		to++
	}
	return from, to
}

// isGroupRow reports whether a row above the head names groups of columns: two
// or more short words, none of them a title.
func isGroupRow(l line) bool {
	words := 0
	for _, c := range l.cells {
		if c.text == "" {
			continue
		}
		if c.isNum || len([]rune(c.text)) > 12 || strings.ContainsAny(c.text, "：:") || yearIn(c.text) != 0 {
			return false
		}
		words++
	}
	return words >= 2
}

// isSubRow reports whether a row below a head still names columns: no cell looks
// like data, and some name is known only together with its group, or stands
// below an empty cell.
func isSubRow(above []line, l line, names mapping) bool {
	found := false
	for i, c := range l.cells {
		if c.text == "" {
			continue
		}
		if c.isNum || strings.ContainsAny(strings.Map(half, c.text), "0123456789") || len([]rune(c.text)) > 16 {
			return false
		}
		if _, _, ok := resolvePath(append(pathAt(above, i), c.text), names); !ok {
			continue
		}
		if own := textAt(above[len(above)-1], i); own == "" || isGroup(own) {
			found = true
		}
	}
	return found
}

func textAt(l line, i int) string {
	if i < len(l.cells) {
		return l.cells[i].text
	}
	return ""
}

// groupWords begin the names of head groups whose columns mean something only
// within them.
var groupWords = []string{"补正", "征求", "征询", "第三方", "延期", "延长", "收费", "缴费", "复议", "诉讼", "直接", "起诉", "信息处理费"}

func isGroup(name string) bool {
	if inGroup(name) {
		return true
	}
	s := spelling(name)
	return strings.HasSuffix(s, "情况") || strings.HasSuffix(s, "信息") || s == "申请人" || s == "答复" || s == "办理" || s == "申请" || s == "救济"
}

// pathAt gives the names above a cell from the top down. A group's name stands
// over its first column only and is carried to the right over empty cells.
func pathAt(rows []line, col int) []string {
	var path []string
	for r, l := range rows {
		text := textAt(l, col)
		for i := col - 1; text == "" && i >= 0 && !stopsCarry(rows[:r], i, col); i-- {
			text = textAt(l, i)
		}
		path = append(path, text)
	}
	return path
}

// stopsCarry: a name is not carried across the border of a group above it.
func stopsCarry(above []line, i, col int) bool {
	for _, l := range above {
		for k := i + 1; k <= col; k++ {
			if textAt(l, k) != "" {
				return true
			}
		}
	}
	return false
}

// resolvePath finds the column that a path of names means: the longest joined
// name that is known; the last name alone only outside the groups whose names
// change its meaning.
func resolvePath(path []string, names mapping) (name, key string, ok bool) {
	path = slices.DeleteFunc(slices.Clone(path), func(s string) bool { return s == "" })
	path = slices.Compact(path)
	if len(path) == 0 {
		return "", "", false
	}
	name = strings.Join(path, "")
	strict := false
	for i, part := range path {
		last := i == len(path)-1
		if last && strict && !inGroup(part) {
			break
		}
		rest := strings.Join(path[i+1:], "")
		if key, ok = names.find(part + rest); ok {
			return name, key, true
		}
		if key, ok = names.find(groupCore(part) + rest); ok && rest != "" {
			return name, key, true
		}
		strict = strict || inGroup(part)
	}
	return name, "", false
}

// inGroup reports whether a name begins with a word that changes the meaning of
// the names below it.
func inGroup(name string) bool {
	s := spelling(name)
	return slices.ContainsFunc(groupWords, func(g string) bool { return strings.HasPrefix(s, g) })
}

// groupCore is a group's name without the words that only say "group":
// 申请人信息 → 申请人.
func groupCore(name string) string {
	s := spelling(name)
	for _, end := range []string{"基本信息", "基本情况", "信息", "情况", "环节", "办理"} {
		if short := strings.TrimSuffix(s, end); short != s && short != "" {
			return short
		}
	}
	return s
}

// nameColumns gives each column its name and key. A column without any name is
// listed as 第N列.
func nameColumns(rows []line, names mapping) []column {
	width := 0
	for _, l := range rows {
		width = max(width, len(l.cells))
	}
	out := make([]column, 0, width)
	for i := range width {
		out = append(out, nameColumn(rows, i, names))
	}
	return out
}

func nameColumn(rows []line, i int, names mapping) column {
	last, deepest := "", -1
	for r, l := range rows {
		if t := textAt(l, i); t != "" {
			last, deepest = t, r
		}
	}
	if last == "" {
		return column{at: i}
	}
	path := append(pathAt(rows[:deepest], i), last)
	name, key, _ := resolvePath(path, names)
	return column{at: i, name: strings.Join(strings.Fields(name), ""), key: key}
}

// dropKey is what a mapping says for a column that is to be left out.
const dropKey = "-"

// mapping finds columns by name: first as the user mapped them, then by what is
// generally known.
type mapping map[string]string

// newMapping reads the user's mapping of names to keys (or Chinese labels).
func newMapping(given map[string]string) (mapping, error) {
	m := mapping{}
	for name, target := range given {
		key := ""
		switch t := strings.TrimSpace(target); t {
		case "-", "忽略", "":
			key = dropKey
		default:
			for _, c := range cases.Columns() {
				if c.Key == t || c.Label == t {
					key = c.Key
				}
			}
		}
		if key == "" {
			return nil, fmt.Errorf("--map “%s=%s”：没有“%s”这一列；可用列名或键，如 received_on、收到日期；不需要的列写作 %s=-", name, target, target, name)
		}
		m[fold(name)] = key
	}
	return m, nil
}

func (m mapping) find(name string) (string, bool) {
	if key, ok := m[fold(name)]; ok {
		return key, true
	}
	return columnNamed(name)
}
