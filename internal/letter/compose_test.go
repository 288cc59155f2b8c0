package letter

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/testkit"
)

// Every act and every outcome has its letter for the law of its day, word for word
// as it was reviewed; what lacks under that law is named.
func TestLettersByLaw(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			var b strings.Builder
			names, all := samples(e.year)
			for i, in := range all {
				c := Compose(in)
				fmt.Fprintf(&b, "======== %s\n", names[i])
				for _, p := range c.Letter.Body {
					if !p.Locked {
						fmt.Fprintf(&b, "（可改：%s）", p.Name)
					}
				}
				b.WriteString("\n" + c.Letter.Text())
				var musts []string
				for _, m := range c.Musts {
					musts = append(musts, m.Name)
				}
				fmt.Fprintf(&b, "必备：%s\n", strings.Join(musts, "、"))
				for _, l := range c.Letter.Missing(c.Musts) {
					b.WriteString("不能发出——" + l.Sentence + "\n")
				}
				b.WriteString("\n")
			}
			testkit.Golden(t, e.year+".txt", []byte(b.String()))
		})
	}
}

// A letter of which one must-have was taken out is refused, and the must-have
// named.
func TestEveryMustHaveIsMissed(t *testing.T) {
	for _, e := range eras() {
		names, all := samples(e.year)
		for i, in := range all {
			c := Compose(in)
			if len(c.Letter.Missing(c.Musts)) > 0 {
				continue // under that law it can't be issued at all: the golden text says why
			}
			for _, m := range c.Musts {
				t.Run(e.year+" "+names[i]+" "+m.Name, func(t *testing.T) {
					cut := without(c.Letter, m)
					for _, l := range cut.Missing(c.Musts) {
						if l.Name == m.Name && strings.Contains(l.Sentence, "缺少“"+m.Name+"”") {
							return
						}
					}
					t.Errorf("taken out and not missed")
				})
			}
		}
	}
}

// without takes a must-have out of a letter.
func without(l Letter, m Must) Letter {
	cut := func(text string) string { return strings.ReplaceAll(text, m.Text, "") }
	if m.Passage != "" {
		cut = func(text string) string { return text }
	}
	l.To, l.Agency, l.Number = cut(l.To), cut(l.Agency), cut(l.Number)
	if l.On.Chinese() == m.Text {
		l.On = testkit.Day("2001-01-01")
	}
	body := append([]Paragraph(nil), l.Body...)
	for i := range body {
		body[i].Text = cut(body[i].Text)
		if body[i].Name == m.Passage {
			body[i].Text = map[bool]string{true: "  ", false: "另有说明"}[m.Pattern == nil]
		}
	}
	rows := append([]Row(nil), l.Rows...)
	for i := range rows {
		rows[i].Value = cut(rows[i].Value)
		if rows[i].Label == m.Passage {
			rows[i].Value = ""
		}
	}
	list := make([][]string, len(l.List))
	for i := range l.List {
		for _, cell := range l.List[i] {
			list[i] = append(list[i], cut(cell))
		}
	}
	l.Body, l.Rows, l.List = body, rows, list
	return l
}

// Whatever a case lacks makes its letters incomplete, and no letter panics over it.
func TestEmptyCase(t *testing.T) {
	for _, k := range Kinds() {
		in := sample("2026", "receipt")
		in.Kind, in.Case, in.Agency, in.Order, in.Served, in.Files, in.Officer = k, cases.Load(cases.Case{}), Agency{}, Order{}, Related{}, nil, ""
		c := Compose(in)
		if len(c.Letter.Missing(c.Musts)) == 0 {
			t.Errorf("%s: nothing is missing from an empty case", k.Title())
		}
	}
}

// The remedy follows the outcome and the day of the answer: review first for what
// is withheld from 2024, both ways for a partial answer, either before; none for
// 结案单. Organ and court are named or the letter stays.
func TestRemedyByDay(t *testing.T) {
	both := "或者自收到之日起六个月内向示例市某区人民法院提起行政诉讼"
	first := "应当自收到之日起六十日内先向示例市人民政府申请行政复议"
	for _, x := range []struct {
		name, outcome, on string
		want, not         []string
	}{
		{"2023年最后一天不予公开", "withhold.process_info", "2023-12-29", []string{both}, []string{first}},
		{"2024年第一天不予公开", "withhold.process_info", "2024-01-01", []string{first}, []string{both}},
		{"2024年部分公开", "partial", "2024-01-02", []string{"对不予公开的部分：如对本答复不服，" + first, "对其余部分：如对本答复不服，可以", both}, nil},
		{"2023年部分公开", "partial", "2023-12-29", []string{both}, []string{first, "对不予公开的部分"}},
		{"2024年行政查询", "withhold.admin_query", "2024-03-01", []string{both}, []string{first}},
		{"2024年信息不存在", "unable.nonexistent", "2024-03-01", []string{both}, []string{first}},
	} {
		t.Run(x.name, func(t *testing.T) {
			in := answerSample(x.on[:4], x.outcome)
			in.On = testkit.Day(x.on)
			last := &in.Case.Events[len(in.Case.Events)-1]
			last.On = in.On
			text := Compose(in).Letter.Text()
			for _, w := range x.want {
				if !strings.Contains(text, w) {
					t.Errorf("without %s:\n%s", w, text)
				}
			}
			for _, w := range x.not {
				if strings.Contains(text, w) {
					t.Errorf("with %s", w)
				}
			}
			in.Agency.ReviewOrgan, in.Agency.Court = "", ""
			c := Compose(in)
			var names []string
			for _, l := range c.Letter.Missing(c.Musts) {
				names = append(names, l.Name)
			}
			if got := strings.Join(names, "、"); got != "行政复议机关、管辖法院" {
				t.Errorf("without settings: %s", got)
			}
		})
	}
	in := answerSample("2026", "other.withdrawn")
	if text := Compose(in).Letter.Text(); strings.Contains(text, "复议") {
		t.Errorf("a remedy in 结案单:\n%s", text)
	}
	// Dated before the turn, given after it: the day of the answer counts.
	in = answerSample("2023", "withhold.process_info")
	in.On = testkit.Day("2023-12-29")
	in.Case.Events[len(in.Case.Events)-1].On = testkit.Day("2024-01-02")
	if text := Compose(in).Letter.Text(); !strings.Contains(text, first) {
		t.Errorf("given in 2024:\n%s", text)
	}
}

// No placeholder leaves the house, and what an applicant wrote is quoted all the
// same.
func TestPlaceholders(t *testing.T) {
	for text, want := range map[string]int{"一切写明。": 0, "【请填写：理由】": 1, "{{date}}": 1, "20××年": 1, "××××年": 1, "____": 1, "（待填写）": 1, "某路3号X栋": 0, "XX年": 1, "{{#body}": 1} {
		if got := len(Placeholders(text, "")); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	if got := Placeholders("您申请公开：“关于××项目的批复”。", "关于××项目的批复"); len(got) != 0 {
		t.Errorf("quoted: %v", got)
	}
}

// The table of letters holds together: one code each, a kind of file for each, a
// letter for every outcome.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if seen[k.Code()] || k.Title() == "" || k.Article() == "" || k.File().Label() == "" {
			t.Errorf("%s", k.Code())
		}
		seen[k.Code()] = true
		if k.Act() != "" {
			if _, ok := cases.FindAct(k.Act()); !ok {
				t.Errorf("%s: no act %s", k.Code(), k.Act())
			}
		}
		if back, err := ParseKind(k.Code()); err != nil || back.Code() != k.Code() {
			t.Errorf("%s: %v", k.Code(), err)
		}
	}
	for _, o := range cases.Outcomes() {
		if _, err := AnswerKind(o); err != nil {
			t.Error(err)
		}
		if grounds()[o.Code()].decision == "" {
			t.Errorf("%s has no wording", o.Code())
		}
	}
	if deadline.LawAt(testkit.Day("2019-05-14")) != deadline.Order492 {
		t.Error("the law of the samples")
	}
}
