package letter

import (
	"regexp"
	"strings"

	"gongkai/internal/calendar"
)

// Letter is a letter as it stands: composed from a case, then edited.
type Letter struct {
	Kind   Kind          `json:"kind"`
	Title  string        `json:"title"`
	To     string        `json:"to,omitempty"` // who is addressed; "" for forms
	Body   []Paragraph   `json:"body,omitempty"`
	Rows   []Row         `json:"rows,omitempty"`  // of a form
	Heads  []string      `json:"heads,omitempty"` // of a list in a form
	List   [][]string    `json:"list,omitempty"`
	Agency string        `json:"agency"` // who signs
	On     calendar.Date `json:"on"`     // 成文日期
	Number string        `json:"number,omitempty"`
}

// Paragraph is a passage of a letter; a line break in it begins a further
// paragraph on paper.
type Paragraph struct {
	Name   string `json:"name"` // what the passage is, in Chinese
	Text   string `json:"text"`
	Locked bool   `json:"locked,omitempty"` // it follows from the case or the law and is not edited
}

// Row is a line of a form. An empty value is filled in with ink.
type Row struct {
	Label  string `json:"label"`
	Value  string `json:"value,omitempty"`
	Locked bool   `json:"locked,omitempty"`
}

// Text gives all that the letter says, a paragraph a line.
func (l Letter) Text() string {
	var b strings.Builder
	line := func(text string) {
		if text != "" {
			b.WriteString(text + "\n")
		}
	}
	line(l.Title)
	line(l.Number)
	if l.To != "" {
		line(l.To + "：")
	}
	for _, p := range l.Body {
		line(p.Text)
	}
	for _, r := range l.Rows {
		line(r.Label + "｜" + r.Value)
	}
	if len(l.List) > 0 {
		line(strings.Join(l.Heads, "｜"))
	}
	for _, cells := range l.List {
		line(strings.Join(cells, "｜"))
	}
	line(l.Agency)
	if !l.On.IsZero() {
		line(l.On.Chinese())
	}
	return b.String()
}

// Must is something that a letter must contain, with the article that says so
// ("" where it is practice). Either Text must stand in it, or the passage or row
// named Passage must not be empty, and match Pattern if there is one.
type Must struct {
	Name, Article string
	Text          string
	Passage       string
	Pattern       *regexp.Regexp
	Why           string // why Text is not known, for the sentence; "" for the usual words
}

// Lack is a must-have that a letter does not contain, with a sentence.
type Lack struct{ Name, Sentence string }

// Missing holds a letter against what it must contain.
func (l Letter) Missing(musts []Must) []Lack {
	var out []Lack
	all := squeeze(l.Text())
	for _, m := range musts {
		switch {
		case m.Passage != "" && l.has(m):
		case m.Passage != "":
			out = append(out, m.lack("文书中没有写明，或写得不完整"))
		case m.Text == "" && m.Why != "":
			out = append(out, m.lack(m.Why))
		case m.Text == "":
			out = append(out, m.lack("办件里没有这一项"))
		case !strings.Contains(all, squeeze(m.Text)):
			out = append(out, m.lack("文书中没有写明“"+short(m.Text)+"”"))
		}
	}
	return out
}

func (m Must) lack(why string) Lack {
	text := "缺少“" + m.Name + "”"
	if m.Article != "" {
		text += "（" + m.Article + "）"
	}
	return Lack{m.Name, text + "：" + why + "。"}
}

// has reports whether the passage that a must-have names is there.
func (l Letter) has(m Must) bool {
	text := ""
	for _, p := range l.Body {
		if p.Name == m.Passage {
			text += p.Text + "\n"
		}
	}
	for _, r := range l.Rows {
		if r.Label == m.Passage {
			text += r.Value + "\n"
		}
	}
	if strings.TrimSpace(text) == "" || len(Placeholders(text, "")) > 0 {
		return false
	}
	return m.Pattern == nil || m.Pattern.MatchString(text)
}

// gap finds what is still to be filled in: our own marks, template fields, crosses
// and lines that stand for a word.
var gap = regexp.MustCompile(`【请填写[^】]*】?|\{\{[^}]*(?:\}\})?|\}\}|[×xX]{2,}(?:年|月|号|日|某|公)|×{2,}|_{2,}|＿{2,}|（待填写）|某某某`)

// Placeholders lists what is still to be filled in in a text. quoted is what the
// applicant wrote: it is quoted as it is.
func Placeholders(text, quoted string) []string {
	if quoted = squeeze(quoted); quoted != "" {
		text = strings.ReplaceAll(squeeze(text), quoted, "")
	}
	return gap.FindAllString(text, -1)
}

// squeeze takes all white space out, so that line breaks of a word processor make
// no difference.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', '\r', '\u3000', '\u00a0', '\u200b', '\ufeff':
			return -1
		}
		return r
	}, text)
}

// short cuts a text for a sentence.
func short(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:38]) + "……"
	}
	return text
}

// lines splits a passage into the paragraphs that it makes on paper.
func lines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r", ""), "\n") {
		if strings.TrimSpace(line) != "" {
			out = append(out, strings.TrimRight(line, " \t"))
		}
	}
	return out
}
