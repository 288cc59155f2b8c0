package app

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/importer"
	"gongkai/internal/store"
)

// mostMarks is how many marked lines an import prints; JSON holds all.
const mostMarks = 200

// report says what became of the rows.
func (c *importCall) report(w io.Writer, l *importer.Ledger, r store.ImportResult) error {
	if c.asJSON {
		return writeJSON(w, importJSON(c, l, r))
	}
	var b strings.Builder
	head := "已导入"
	if c.dry {
		head = "试导入（没有写入）"
	}
	fmt.Fprintf(&b, "%s %d 行：新增 %d，更新 %d，不变 %d，冲突 %d\n", head, len(l.Rows), r.New, r.Updated, r.Unchanged, r.Conflicts)
	for _, ch := range r.Changes {
		writeChange(&b, ch)
	}
	if r.Conflicts > 0 {
		b.WriteString("变更没有采用；核对后加 --accept-changes 再导入，即作为更正记入。\n")
	}
	for _, v := range r.Vanished {
		fmt.Fprintf(&b, "台账中已没有：编号 %s（登记保留，不删除）\n", v.Number)
	}
	for _, s := range l.Skipped {
		if s.Line == 0 {
			fmt.Fprintf(&b, "%s%s\n", sheetWord(s.Sheet), s.Why)
		}
	}
	writeMarks(&b, l)
	_, err := io.WriteString(w, b.String())
	return err
}

func writeChange(b *strings.Builder, ch store.RowChange) {
	for _, c := range ch.Taken {
		word := "更正"
		if c.Grown {
			word = "补入"
		}
		fmt.Fprintf(b, "%s第%d行 编号 %s %s：%s %s\n", sheetWord(ch.Sheet), ch.Line, ch.Number, word, c.Label, fromTo(c))
	}
	for _, c := range ch.Changed {
		fmt.Fprintf(b, "%s第%d行 编号 %s 变更：%s %s\n", sheetWord(ch.Sheet), ch.Line, ch.Number, c.Label, fromTo(c))
	}
}

func fromTo(c cases.Change) string {
	if c.Old == "" {
		return "“" + c.New + "”"
	}
	return "“" + c.Old + "”→“" + c.New + "”"
}

func sheetWord(name string) string {
	if name == "" {
		return ""
	}
	return "工作表“" + name + "”"
}

func writeMarks(b *strings.Builder, l *importer.Ledger) {
	marked := 0
	for _, r := range l.Rows {
		if len(r.Marks) == 0 {
			continue
		}
		if marked++; marked <= mostMarks {
			fmt.Fprintf(b, "%s第%d行 留意：%s\n", sheetWord(r.Sheet), r.Line, strings.Join(r.Marks, "；"))
		}
	}
	if marked > mostMarks {
		fmt.Fprintf(b, "另有 %d 行需留意，全部见 --json\n", marked-mostMarks)
	}
}

// importAnswer is the JSON of an import.
type importAnswer struct {
	File         string             `json:"file"`
	DryRun       bool               `json:"dry_run"`
	Rows         int                `json:"rows"`
	New          int                `json:"new"`
	Updated      int                `json:"updated"`
	Unchanged    int                `json:"unchanged"`
	Conflicts    int                `json:"conflicts"`
	Changes      []changedRow       `json:"changes"`
	Vanished     []string           `json:"vanished"`
	Marks        []markedRow        `json:"marks"`
	Skipped      []importer.Skip    `json:"skipped"`
	Problems     []importer.Problem `json:"problems"`
	ProblemCount int                `json:"problem_count"`
}

type changedRow struct {
	Sheet   string       `json:"sheet,omitempty"`
	Line    int          `json:"line"`
	Number  string       `json:"number"`
	Taken   []changedKey `json:"taken"`
	Changed []changedKey `json:"changed"`
}

type changedKey struct {
	Key string `json:"key"`
	Old string `json:"old"`
	New string `json:"new"`
}

type markedRow struct {
	Sheet string   `json:"sheet,omitempty"`
	Line  int      `json:"line"`
	Marks []string `json:"marks"`
}

func importJSON(c *importCall, l *importer.Ledger, r store.ImportResult) importAnswer {
	a := importAnswer{File: c.file, DryRun: c.dry, Rows: len(l.Rows), New: r.New, Updated: r.Updated, Unchanged: r.Unchanged,
		Conflicts: r.Conflicts, Changes: []changedRow{}, Vanished: []string{}, Marks: []markedRow{}, Skipped: l.Skipped,
		Problems: l.Problems, ProblemCount: l.ProblemCount}
	for _, ch := range r.Changes {
		a.Changes = append(a.Changes, changedRow{ch.Sheet, ch.Line, ch.Number, changedKeys(ch.Taken), changedKeys(ch.Changed)})
	}
	for _, v := range r.Vanished {
		a.Vanished = append(a.Vanished, v.Number)
	}
	for _, row := range l.Rows {
		if len(row.Marks) > 0 {
			a.Marks = append(a.Marks, markedRow{row.Sheet, row.Line, row.Marks})
		}
	}
	if a.Skipped == nil {
		a.Skipped = []importer.Skip{}
	}
	if a.Problems == nil {
		a.Problems = []importer.Problem{}
	}
	return a
}

func changedKeys(changes []cases.Change) []changedKey {
	out := []changedKey{}
	for _, c := range changes {
		out = append(out, changedKey{c.Key, c.Old, c.New})
	}
	return out
}

// writeJSON writes a value as indented JSON with its Chinese unescaped.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
