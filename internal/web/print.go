package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// mostPrinted bounds a print: some fifty sheets.
const mostPrinted = 2000

// printColumn is a column that the register can be printed with.
type printColumn struct {
	key, label string
	usual      bool
	value      func(r store.CaseRow, cal *calendar.Calendar, today calendar.Date) string
}

// printColumns lists them all; origins are the cases in whose favour listed ones are
// void.
func printColumns(origins map[int64]store.CaseRow) []printColumn {
	type row = store.CaseRow
	plain := func(f func(row) string) func(row, *calendar.Calendar, calendar.Date) string {
		return func(r row, _ *calendar.Calendar, _ calendar.Date) string { return f(r) }
	}
	return []printColumn{
		{"number", "编号", true, plain(func(r row) string { return caseNumber(r.Number, r.ID) })},
		{"agency", "机关", false, plain(func(r row) string { return r.AgencyName })},
		{"subject", "申请内容", true, plain(func(r row) string { return oneLine(r.Subject, 60) })},
		{"applicant", "申请人", true, plain(maskedRow)},
		{"kind", "申请人类型", false, plain(func(r row) string { return r.Kind.Label() })},
		{"channel", "渠道", false, plain(func(r row) string { return shortChannel(r.Channel) })},
		{"received", "收到日期", true, plain(func(r row) string { return r.ReceivedOn.String() })},
		{"due", "答复期限", true, func(r row, _ *calendar.Calendar, today calendar.Date) string {
			text := dueText(r.Row, today)
			if text != "" && r.Provisional && r.AnsweredOn.IsZero() {
				text += "（暂定）"
			}
			return text
		}},
		{"answered", "答复日期", true, plain(func(r row) string {
			if r.State == cases.StateVoided {
				return ""
			}
			return r.AnsweredOn.String()
		})},
		{"outcome", "办理结果", true, plain(func(r row) string {
			if r.State == cases.StateVoided {
				return strings.TrimSuffix("作废，"+voidWord(r.Row, origins), "。")
			}
			return r.Outcome.Label()
		})},
		{"light", "状态", true, func(r row, cal *calendar.Calendar, today calendar.Date) string {
			l := lightOf(r.Row, cal, today)
			return l.Sign() + " " + l.Word
		}},
	}
}

// printCases shows the register for paper: chosen columns, repeated heads.
func (s *Server) printCases(c echo.Context, v scope, q listQuery) error {
	rows, cut, err := s.rowsToPrint(c, q)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "打印台账", "cases")
	if err != nil {
		return err
	}
	view := register.PrintView{Page: p, Heading: "依申请公开台账", Paper: paper(c.QueryParam("paper")), Back: q.href(),
		Hidden: append([]parts.Pair{{Name: "agency", Value: q.agency}}, q.pairs()...), Cut: cut}
	view.Page.Paper, view.Page.Wide = view.Paper, true
	view.Basis = printBasis(v, q, s.today())
	chosen := printChoice(c.Request().URL.Query()["cols"])
	for _, col := range printColumns(nil) {
		view.Columns = append(view.Columns, parts.Option{Value: col.key, Label: col.label, Chosen: chosen[col.key]})
		if chosen[col.key] {
			view.Heads = append(view.Heads, col.label)
		}
	}
	origins, err := s.origins(c.Request().Context(), rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		var cells []string
		for _, col := range printColumns(origins) {
			if chosen[col.key] {
				cells = append(cells, col.value(r, q.filter.Book.Latest(), s.today()))
			}
		}
		view.Rows = append(view.Rows, cells)
	}
	return s.draw(c, http.StatusOK, register.Print(view))
}

func (s *Server) rowsToPrint(c echo.Context, q listQuery) (rows []store.CaseRow, cut string, err error) {
	var after store.Cursor
	for {
		page, err := s.db.List(c.Request().Context(), q.filter, q.sort, after, store.MostRows)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, page.Rows...)
		if page.Next == "" {
			return rows, "", nil
		}
		if len(rows) >= mostPrinted {
			return rows, fmt.Sprintf("只印出前%d件。请用筛选条件分批打印，或用 gongkai export cases 导出全部。", len(rows)), nil
		}
		after = page.Next
	}
}

func printBasis(v scope, q listQuery, today calendar.Date) string {
	words := []string{v.agency.Name}
	for _, chip := range q.chips() {
		words = append(words, chip.Label)
	}
	return strings.Join(words, "；") + "。数据截至" + today.Chinese() + "。"
}

// printChoice reads which columns are wanted; none means the usual ones.
func printChoice(asked []string) map[string]bool {
	chosen := map[string]bool{}
	for _, list := range asked {
		for _, key := range strings.Split(list, ",") {
			chosen[key] = true
		}
	}
	any := false
	for _, col := range printColumns(nil) {
		any = any || chosen[col.key]
	}
	for _, col := range printColumns(nil) {
		if !any && col.usual {
			chosen[col.key] = true
		}
	}
	return chosen
}

func paper(text string) string {
	if text == "a3" {
		return "a3"
	}
	return "a4"
}
