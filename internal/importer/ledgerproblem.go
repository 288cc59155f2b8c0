package importer

import (
	"fmt"
	"strings"
)

// MaxProblems is how many problems are listed; all are counted.
const MaxProblems = 200

// Problem is one thing in a file for which the whole file is refused.
type Problem struct {
	Sheet    string `json:"sheet,omitempty"`
	Line     int    `json:"line"`
	Column   string `json:"column"` // as the file's head names it
	Value    string `json:"value"`
	Message  string `json:"message"`  // what is wrong, e.g. 不是有效日期
	Expected string `json:"expected"` // what should stand there
}

// String is the problem as one sentence: 第12行“答复日期”：“2019-02-30”不是有效日期，应为…
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.place())
	if p.Column != "" {
		fmt.Fprintf(&b, "“%s”", p.Column)
	}
	b.WriteString("：")
	b.WriteString(p.short())
	return b.String()
}

// place says where, as a user looks for it.
func (p Problem) place() string {
	if p.Sheet != "" {
		return fmt.Sprintf("工作表“%s”第%d行", p.Sheet, p.Line)
	}
	return fmt.Sprintf("第%d行", p.Line)
}

// short is the problem without its place.
func (p Problem) short() string {
	text := p.Message
	if p.Value != "" {
		text = "“" + p.Value + "”" + text
	}
	if p.Expected != "" {
		text += "，" + p.Expected
	}
	return text
}

func (r *reader) problem(line int, column, value, message, expected string) {
	r.out.ProblemCount++
	if len(r.out.Problems) >= MaxProblems {
		return
	}
	if runes := []rune(value); len(runes) > 60 {
		value = string(runes[:60]) + "…"
	}
	r.out.Problems = append(r.out.Problems, Problem{Sheet: r.sheet, Line: line, Column: column,
		Value: value, Message: message, Expected: expected})
}
