package report

import (
	"fmt"
	"slices"
	"strings"
)

// Text is what the editor of a report has written: sentences left out or worded
// otherwise, and the free text of the chapters.
type Text struct {
	Off     []string          `json:"off,omitempty"`     // codes of sentences that are not said
	On      []string          `json:"on,omitempty"`      // codes of optional ones that are
	Edited  map[string]string `json:"edited,omitempty"`  // templates by code
	Free    map[string]string `json:"free,omitempty"`    // by code of Headings
	Bent    bool              `json:"bent,omitempty"`    // shares add to 100.00 by the largest remainder
	Explain map[string]string `json:"explain,omitempty"` // K6, K7, K8, K11: why the check does not hold
}

// Heading is a chapter or a heading of chapter 一, which editors fill.
type Heading struct {
	Code, Title string
	Records     bool // the sentences from the records stand here
}

// Headings lists what is written by hand, in the order of the report: the five
// headings of chapter 一 (国办公开办函〔2021〕30号), then chapters 五 and 六.
func Headings() []Heading {
	return []Heading{{"lead", "一、总体情况", false}, {"proactive", "（一）主动公开", false}, {"requests", "（二）依申请公开", true}, {"management", "（三）政府信息管理", false},
		{"platform", "（四）政府信息公开平台建设", false}, {"supervision", "（五）监督保障", false}, {"problems", "五、存在的主要问题及改进情况", false}, {"other", "六、其他需要报告的事项", true}}
}

// Paragraph is a paragraph of a document. One that nobody has written yet says so.
type Paragraph struct {
	Text    string
	Heading int  // 1 a chapter, 2 a heading in it, 0 text
	Missing bool // to be filled in
}

// Document is a whole annual report: the six chapters; the tables stand in two to
// four.
type Document struct {
	Table    Table
	Before   []Paragraph // chapter 一
	After    []Paragraph // chapters 五 and 六
	Missing  []string    // headings without any text
	Untrue   []string    // sentences asked for that the records contradict: they are left out
	Refused  []string    // free text that they contradict, or that quotes no figure: to be mended
	Notes    []string    // shares that do not add up, or were made to
	Counting []string    // 统计口径, printed after the text
	Charts   []Chart
}

// Says reports whether a sentence is in the text.
func (t Text) Says(s Sentence) bool {
	if s.Optional {
		return slices.Contains(t.On, s.Code) && s.Untrue == ""
	}
	return !slices.Contains(t.Off, s.Code) && s.Untrue == ""
}

// Compose makes the document of facts and text. A sentence that would be untrue
// is left out and named; free text that is, and a name in braces that is no
// figure, are named.
func Compose(f Facts, text Text) Document {
	d := Document{Table: f.Table, Counting: f.Counting.Sentences(), Charts: f.Charts(text.Bent)}
	said := text.said(f, &d)
	names := f.Names(text.Bent)
	for _, h := range Headings() {
		level := 2
		if !strings.HasPrefix(h.Title, "（") {
			level = 1
		}
		paragraphs := []Paragraph{{Text: h.Title, Heading: level}}
		if said[h.Code] != "" {
			paragraphs = append(paragraphs, Paragraph{Text: said[h.Code]})
		}
		for line := range strings.Lines(text.Free[h.Code]) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			for _, name := range unknownNames(line, names) {
				d.Refused = append(d.Refused, fmt.Sprintf("“%s”中的{%s}没有这个数", h.Title, name))
			}
			line = fill(line, names)
			d.Refused = append(d.Refused, f.Contradictions(line)...)
			paragraphs = append(paragraphs, Paragraph{Text: line, Missing: len(unknownNames(line, nil)) > 0})
		}
		if len(paragraphs) == 1 && h.Code != "lead" {
			d.Missing = append(d.Missing, h.Title)
			paragraphs = append(paragraphs, Paragraph{Text: "（待填写）", Missing: true})
		}
		if h.Code == "problems" || h.Code == "other" {
			d.After = append(d.After, paragraphs...)
		} else {
			d.Before = append(d.Before, paragraphs...)
		}
	}
	return d
}

// said joins the sentences that are on and true, by chapter, and notes in the
// document what can't be said.
func (t Text) said(f Facts, d *Document) map[string]string {
	out := map[string]string{}
	for _, s := range f.Sentences(t.Bent) {
		asked := s.Optional && slices.Contains(t.On, s.Code) || !s.Optional && !slices.Contains(t.Off, s.Code)
		if !asked {
			continue
		}
		if s.Untrue != "" {
			d.Untrue = append(d.Untrue, s.Untrue)
			continue
		}
		if own := t.Edited[s.Code]; own != "" {
			// Words that quote a figure which the records no longer give are dropped.
			edited, err := s.Edit(own)
			if err != nil {
				d.Untrue = append(d.Untrue, err.Error()+"；已改用原句")
			}
			s = edited
		}
		chapter := s.Chapter
		if chapter == "" {
			chapter = "requests"
		}
		if s.Note != "" {
			d.Notes = append(d.Notes, s.Label+"："+s.Note)
		}
		out[chapter] += s.Text()
	}
	return out
}

// Prose gives the text of a document, to be held against its tables.
func (d Document) Prose() string {
	var b strings.Builder
	for _, p := range append(append([]Paragraph(nil), d.Before...), d.After...) {
		if !p.Missing {
			b.WriteString(p.Text + "\n")
		}
	}
	return b.String()
}

// Title is the one under which annual reports are published.
func (t Table) Title() string {
	if t.Year == 0 {
		return t.Agency + "政府信息公开工作年度报告"
	}
	return fmt.Sprintf("%s%d年政府信息公开工作年度报告", t.Agency, t.Year)
}
