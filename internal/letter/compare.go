package letter

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/beevik/etree"
)

// Change is a locked passage that came back otherwise than it was composed.
type Change struct{ Name, Sentence string }

// Paragraphs reads what a .docx says: the document's paragraphs in their order, a
// line break a further one, headers and footers after it. What is hidden is not
// said. The error is a sentence: the file is hostile, or has revisions or comments
// that are not settled.
func Paragraphs(docx []byte) ([]string, error) {
	if err := CheckDOCX(docx); err != nil {
		return nil, err
	}
	parts, err := unpack(docx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, pass := range []bool{true, false} { // the document before its margins
		for _, p := range parts {
			if _, textual := textPart(p.name); !textual || (p.name == "word/document.xml") != pass {
				continue
			}
			doc, err := parse(p)
			if err != nil {
				return nil, err
			}
			if unsettled(doc.Root()) {
				return nil, errors.New("文件里还有修订或批注；请在 WPS 或 Word 中接受全部修订、删去批注后再上传")
			}
			dropUnseen(doc.Root())
			for _, paragraph := range paragraphs(doc.Root()) {
				out = append(out, lines(strings.ReplaceAll(textOf(paragraph).text, "\t", " "))...)
			}
		}
	}
	return out, nil
}

// unsettled reports whether a document carries revisions or comments.
func unsettled(root *etree.Element) bool {
	for _, tag := range []string{"ins", "del", "moveFrom", "moveTo", "commentReference", "rPrChange", "pPrChange"} {
		if root.FindElement(".//w:"+tag) != nil {
			return true
		}
	}
	return false
}

// dropUnseen takes out hidden runs, and the second telling of text boxes.
func dropUnseen(root *etree.Element) {
	for _, e := range root.FindElements(".//mc:Fallback") {
		e.Parent().RemoveChild(e)
	}
	for _, v := range root.FindElements(".//w:rPr/w:vanish") {
		if val := v.SelectAttrValue("w:val", "true"); val == "false" || val == "0" || val == "off" {
			continue
		}
		if run := v.Parent().Parent(); run != nil && run.Tag == "r" && run.Parent() != nil {
			run.Parent().RemoveChild(run)
		}
	}
}

// Compare holds what came back from a word processor against the letter as it was
// composed, and names each locked passage that differs.
func Compare(l Letter, paragraphs []string) []Change {
	all := squeeze(strings.Join(paragraphs, "\n"))
	var out []Change
	for _, p := range lockedOf(l) {
		if strings.Contains(all, squeeze(p.Text)) {
			continue
		}
		got := nearest(paragraphs, p.Text)
		if got == "" {
			out = append(out, Change{p.Name, fmt.Sprintf("“%s”不见了，应为：%s", p.Name, p.Text)})
			continue
		}
		was, is := difference(squeeze(p.Text), squeeze(got))
		out = append(out, Change{p.Name, fmt.Sprintf("“%s”被改动：“%s”改成了“%s”。应为：%s", p.Name, was, is, p.Text)})
	}
	return out
}

// Added names what was written where nothing is to be written: before, between and
// after the locked passages, where no open one stands. baseline is what the file said
// when it went out. Forms have no such places.
func Added(l Letter, paragraphs, baseline []string) []Change {
	if l.Kind.Form() {
		return nil
	}
	got, was := squeeze(strings.Join(paragraphs, "\n")), squeeze(strings.Join(baseline, "\n"))
	var out []Change
	open, last := false, "开头"
	step := func(name, text string) {
		a, restGot := cutAt(got, squeeze(text))
		b, restWas := cutAt(was, squeeze(text))
		if !open && a != b {
			from, to := difference(b, a)
			out = append(out, Change{last, fmt.Sprintf("“%s”之后不能改的地方有改动：“%s”变成了“%s”；要写的话请写在可改的段落里", last, from, to)})
		}
		got, was, open, last = restGot, restWas, false, name
	}
	for _, p := range l.Body {
		if p.Locked {
			step(p.Name, p.Text)
		} else {
			open = true
		}
	}
	step("", "")
	return out
}

// cutAt gives what stands before a text and what after it; all before, if it is not
// there or empty.
func cutAt(all, text string) (before, after string) {
	if text == "" {
		return all, ""
	}
	before, after, found := strings.Cut(all, text)
	if !found {
		return "", all // a change of the passage itself, which is named elsewhere
	}
	return before, after
}

// lockedOf lists what must come back as it was: the locked passages, title, address
// and signature, a line each where they are several.
func lockedOf(l Letter) []Paragraph {
	out := []Paragraph{{Name: "标题", Text: l.Title}}
	if l.Number != "" {
		out = append(out, Paragraph{Name: "文号", Text: l.Number})
	} else if l.Kind.Numbered() {
		out = append(out, Paragraph{Name: "文号", Text: numberField})
	}
	if l.To != "" {
		out = append(out, Paragraph{Name: "主送", Text: l.To})
	}
	for _, p := range l.Body {
		if p.Locked {
			for _, line := range lines(p.Text) {
				out = append(out, Paragraph{Name: p.Name, Text: line})
			}
		}
	}
	for _, r := range l.Rows {
		if r.Locked {
			for _, line := range lines(r.Value) {
				out = append(out, Paragraph{Name: r.Label, Text: line})
			}
		}
	}
	if !l.Kind.Form() {
		out = append(out, Paragraph{Name: "署名", Text: l.Agency}, Paragraph{Name: "成文日期", Text: l.On.Chinese()})
	}
	return out
}

// nearest finds the paragraph that a passage has become: the one that shares most
// pairs of signs with it, if that is at least a third.
func nearest(paragraphs []string, want string) string {
	best, most := "", 1.0/3
	pairs := pairsOf(squeeze(want))
	if len(pairs) == 0 {
		return ""
	}
	for _, p := range paragraphs {
		shared, other := 0, pairsOf(squeeze(p))
		for pair, n := range pairs {
			shared += min(n, other[pair])
		}
		if share := float64(2*shared) / float64(count(pairs)+count(other)); share > most {
			best, most = p, share
		}
	}
	return best
}

func pairsOf(text string) map[string]int {
	out := map[string]int{}
	runes := []rune(text)
	for i := 0; i+1 < len(runes); i++ {
		out[string(runes[i:i+2])]++
	}
	return out
}

func count(pairs map[string]int) (n int) {
	for _, k := range pairs {
		n += k
	}
	return n
}

// difference gives the stretch in which two texts differ, with a few signs before
// and after.
func difference(want, got string) (was, is string) {
	a, b := []rune(want), []rune(got)
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	const around = 3
	from := max(0, head-around)
	return short(string(a[from:min(len(a), len(a)-tail+around)])), short(string(b[from:min(len(b), len(b)-tail+around)]))
}

// TakeBack reads the open passages out of what came back from a word processor: what
// stands between two locked ones is the passage between them. The locked ones have
// been compared.
func TakeBack(l Letter, paragraphs []string) Letter {
	body := append([]Paragraph(nil), l.Body...)
	at := 0
	if len(body) > 0 && !body[0].Locked {
		at = after(paragraphs, 0, l.To)
	}
	for i := range body {
		if body[i].Locked {
			at = after(paragraphs, at, body[i].Text)
			continue
		}
		end := before(paragraphs, at, nextLocked(l, i))
		body[i].Text = strings.Join(paragraphs[at:max(at, end)], "\n")
		at = max(at, end)
	}
	l.Body = body
	rows := append([]Row(nil), l.Rows...)
	for i := range rows {
		if !rows[i].Locked {
			rows[i].Value = rowValue(paragraphs, rows, i)
		}
	}
	l.Rows = rows
	return l
}

func nextLocked(l Letter, i int) string {
	for _, p := range l.Body[i+1:] {
		if p.Locked {
			return lines(p.Text)[0]
		}
	}
	return l.Agency
}

// before finds where a text begins again, from a place on; the end if nowhere.
func before(paragraphs []string, from int, text string) int {
	want := squeeze(text)
	for i := from; i < len(paragraphs); i++ {
		if want != "" && strings.Contains(squeeze(paragraphs[i]), want) {
			return i
		}
	}
	return len(paragraphs)
}

// after finds the place behind a passage of one or more lines.
func after(paragraphs []string, from int, text string) int {
	for _, line := range lines(text) {
		if i := before(paragraphs, from, line); i < len(paragraphs) {
			from = i + 1
		}
	}
	return from
}

// rowValue reads what stands between the label of a row and that of the next.
func rowValue(paragraphs []string, rows []Row, i int) string {
	from := after(paragraphs, 0, rows[i].Label)
	end := len(paragraphs)
	if i+1 < len(rows) {
		end = before(paragraphs, from, rows[i+1].Label)
	}
	if end < from || end == len(paragraphs) && i+1 < len(rows) {
		return rows[i].Value
	}
	return strings.Join(paragraphs[from:end], "\n")
}

// Final judges the file in which a letter is to leave the house: every locked
// passage as composed, every must-have in it, and nothing left to fill in.
func Final(l Letter, musts []Must, docx []byte, quoted string) (wrong []string, err error) {
	paragraphs, err := Paragraphs(docx)
	if err != nil {
		return nil, err
	}
	for _, c := range Compare(l, paragraphs) {
		wrong = append(wrong, c.Sentence)
	}
	back := TakeBack(l, paragraphs)
	for _, lack := range back.Missing(musts) {
		wrong = append(wrong, lack.Sentence)
	}
	for _, mark := range Placeholders(strings.Join(paragraphs, "\n"), quoted) {
		if mark == numberField && l.Number == "" {
			continue // it is filled when the letter gets its number
		}
		wrong = append(wrong, "还有没填写的地方：“"+short(mark)+"”。")
	}
	return wrong, nil
}

var manyBlanks = regexp.MustCompile(`\n{2,}`)

// Tidy brings what was typed into a passage into the form that is kept.
func Tidy(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return strings.TrimSpace(manyBlanks.ReplaceAllString(clean(text), "\n"))
}

// Numbered puts the number into a file that was edited before there was one; any
// other sign in it stays as it is.
func Numbered(docx []byte, number string) ([]byte, error) {
	return merge(docx, Fields{Text: map[string]string{"文号": number}}, true)
}
