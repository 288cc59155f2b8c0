package report

import (
	"fmt"
	"strings"
)

// Text is what the editor of a report has written: sentences left out or worded
// otherwise, and the free text of the chapters.
type Text struct {
	Off     []string          `json:"off,omitempty"`     // codes of sentences that are not said
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
		{"platform", "（四）政府信息公开平台建设", false}, {"supervision", "（五）监督保障", false}, {"problems", "五、存在的主要问题及改进情况", false}, {"other", "六、其他需要报告的事项", false}}
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
	Table   Table
	Before  []Paragraph // chapter 一
	After   []Paragraph // chapters 五 and 六
	Missing []string    // headings without any text
	Untrue  []string    // sentences asked for that the records contradict
}

// Compose makes the document of facts and text. A sentence that would be untrue
// is left out and named.
func Compose(f Facts, text Text) (Document, error) {
	d := Document{Table: f.Table}
	said, untrue, err := text.said(f)
	if err != nil {
		return d, err
	}
	d.Untrue = untrue
	for _, h := range Headings() {
		level := 2
		if !strings.HasPrefix(h.Title, "（") {
			level = 1
		}
		paragraphs := []Paragraph{{Text: h.Title, Heading: level}}
		if h.Records && said != "" {
			paragraphs = append(paragraphs, Paragraph{Text: said})
		}
		for line := range strings.Lines(text.Free[h.Code]) {
			if line = strings.TrimSpace(line); line != "" {
				paragraphs = append(paragraphs, Paragraph{Text: line})
			}
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
	return d, nil
}

// said joins the sentences that are on and true.
func (t Text) said(f Facts) (text string, untrue []string, err error) {
	off := map[string]bool{}
	for _, code := range t.Off {
		off[code] = true
	}
	var b strings.Builder
	for _, s := range f.Sentences(t.Bent) {
		if off[s.Code] {
			continue
		}
		if s.Untrue != "" {
			untrue = append(untrue, s.Untrue)
			continue
		}
		if own := t.Edited[s.Code]; own != "" {
			if s, err = s.Edit(own); err != nil {
				return "", nil, err
			}
		}
		b.WriteString(s.Text())
	}
	return b.String(), untrue, nil
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
