package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// CheckSum is K9: every cell of a government's table is the sum of its own table
// and those of the agencies below it. Tables of different formats are compared in
// the form of 2019. An agency whose table is missing has to be left out by the
// caller, who knows it.
func CheckSum(parent Table, parts ...Table) []Finding {
	sum, parts := parent.Clone(), slices.Clone(parts)
	for _, p := range parts {
		if p.Format != parent.Format {
			parent, sum = parent.To2019(), sum.To2019()
		}
	}
	for i := range parts {
		if parts[i].Format != parent.Format {
			parts[i] = parts[i].To2019()
		}
	}
	eachCell(&sum, func(where string, get func(*Table) *Cell) {
		total := Cell{}
		for i := range parts {
			total = addCells(total, *get(&parts[i]))
		}
		*get(&sum) = total
	})
	return compare("K9", "本表", "本机关与下级各表之和", parent, sum)
}

// CheckRegister is K10: a table (published, or sealed) against the table that the
// register of cases gives.
func CheckRegister(published, counted Table) []Finding {
	if published.Format != counted.Format {
		published, counted = published.To2019(), counted.To2019()
	}
	return compare("K10", "报表", "台账", published, counted)
}

// compare names every cell in which two tables of one format differ; unseen cells
// are left alone.
func compare(identity, left, right string, a, b Table) []Finding {
	var out []Finding
	eachCell(&a, func(where string, get func(*Table) *Cell) {
		l, okLeft := get(&a).value()
		r, okRight := get(&b).value()
		if okLeft && okRight && l.Cmp(r) != 0 {
			out = append(out, Finding{identity, where, ratFigure(l), ratFigure(r), difference(where, left, right, l, r)})
		}
	})
	return out
}

// eachCell walks tables 三 and 四 of a format, handing out each cell's place in
// words and the way to it in any table of that format.
func eachCell(t *Table, visit func(where string, get func(*Table) *Cell)) {
	for _, key := range t.Format.Rows() {
		for c := Natural; c <= TotalColumn; c++ {
			visit("表三“"+key.Path()+"”行“"+c.Label()+"”列",
				func(t *Table) *Cell { return &t.Row(key)[c] })
		}
	}
	for b := range blockNames {
		for r := range remedyNames {
			visit("表四“"+Block(b).Label()+"”“"+Result(r).Label()+"”",
				func(t *Table) *Cell { return &t.Remedies[b][r] })
		}
	}
}

// DirectSuit is a suit filed without review, with the decision it is about.
type DirectSuit struct {
	Case     string // number of the case, for the sentence
	Outcome  string // outcome code of the decision
	Answered calendar.Date
}

// CheckDirectSuits is K11: from 2024-01-01 a refusal under Arts 14 to 16 has to go
// to review before court (行政复议法第二十三条); a direct suit about one is a warning.
func CheckDirectSuits(suits []DirectSuit) []Finding {
	var out []Finding
	for _, s := range suits {
		o, err := cases.ParseOutcome(s.Outcome)
		if err != nil || !o.ReviewFirst(s.Answered) {
			continue
		}
		where := "表四“" + LitigationDirect.Label() + "”"
		out = append(out, Finding{"K11", where, Num(1), Num(0), fmt.Sprintf(
			"%s：%s于%s决定不予公开（%s），应先申请行政复议（行政复议法第二十三条），却登记为直接起诉",
			where, s.Case, s.Answered, o.Label())})
	}
	return out
}

// PublicationDue gives the last day on which the report of a year may be published
// (Art 49): 31 January of the next year for a department, 31 March for a government.
func PublicationDue(year int, government bool) calendar.Date {
	if government {
		return calendar.Of(year+1, time.March, 31)
	}
	return calendar.Of(year+1, time.January, 31)
}

// CheckPublication is K12: a report published after its day is a warning. Left and
// right are the days as numbers, yyyymmdd.
func CheckPublication(year int, government bool, published calendar.Date) []Finding {
	due := PublicationDue(year, government)
	if published.IsZero() || !due.Before(published) {
		return nil
	}
	return []Finding{{"K12", "公布日期", dayFigure(published), dayFigure(due), fmt.Sprintf(
		"%d年年度报告于%s公布，晚于%s（条例第四十九条）", year, published, due)}}
}

func dayFigure(d calendar.Date) Figure {
	return Figure{strings.ReplaceAll(d.String(), "-", "")}
}

// squeeze takes all blanks out of a name.
func squeeze(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u3000", " ")), "")
}
