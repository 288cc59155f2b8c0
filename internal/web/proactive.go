package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// readProactive reads whose table 二 of which year the form is about.
func (s *Server) readProactive(c echo.Context) (reportQuery, []store.ProactiveEntry, error) {
	q, err := s.readReport(c)
	if err != nil {
		return q, nil, err
	}
	if !q.scope.found {
		return q, nil, errNotFound
	}
	if err := s.mayAct(c, q.scope.agency.ID, cases.Editor); err != nil {
		return q, nil, err
	}
	entries, err := s.db.Proactive(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own)
	return q, entries, err
}

// proactiveField names the field of a figure.
func proactiveField(line report.ProactiveLine, i int) string {
	return fmt.Sprintf("%s_%d", line.Key, i)
}

// askProactive shows the form of table 二 with what was entered last.
func (s *Server) askProactive(c echo.Context) error {
	q, entries, err := s.readProactive(c)
	if err != nil {
		return err
	}
	now := map[string]string{}
	if len(entries) > 0 {
		now = typedFigures(entries[len(entries)-1].Figures)
	}
	view := annual.EnterView{Seen: strconv.Itoa(len(entries)), Saved: c.QueryParam("saved") == "1"}
	return s.drawProactive(c, http.StatusOK, q, entries, view, now)
}

func typedFigures(p *report.Proactive) map[string]string {
	out := map[string]string{}
	if p == nil {
		return out
	}
	for _, line := range report.ProactiveLines(p.Layout) {
		for i, d := range p.Values(line.Key.String()) {
			out[proactiveField(line, i)] = string(d)
		}
	}
	return out
}

// doProactive enters table 二 as typed.
func (s *Server) doProactive(c echo.Context) error {
	q, entries, err := s.readProactive(c)
	if err != nil {
		return err
	}
	p, typed, problems := typedProactive(c, report.FormatOf(q.year))
	view := annual.EnterView{Seen: c.FormValue("seen"), Problems: problems}
	if len(problems) > 0 {
		return s.drawProactive(c, http.StatusUnprocessableEntity, q, entries, view, typed)
	}
	seen, _ := strconv.Atoi(view.Seen) // a form without it was never shown: as if nothing was seen
	err = s.db.EnterProactive(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, q.scope.own, seen, p)
	var known *store.Error
	if errors.As(err, &known) && known.Kind == store.Conflict {
		first := report.ProactiveLines(report.FormatOf(q.year))[0]
		view.Problems = []parts.Problem{{Field: proactiveField(first, 0), Message: known.Message}}
		return s.drawProactive(c, http.StatusConflict, q, entries, view, typed)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/proactive", "saved", "1"))
}

// typedProactive reads the form; nil figures where every field was left empty.
func typedProactive(c echo.Context, layout report.Format) (p *report.Proactive, typed map[string]string, problems []parts.Problem) {
	p, typed = report.NewProactive(layout), map[string]string{}
	for _, line := range report.ProactiveLines(layout) {
		values, filled := make([]report.Decimal, len(line.Columns)), false
		for i := range line.Columns {
			field := proactiveField(line, i)
			typed[field] = c.FormValue(field)
			d, err := line.Enter(i, typed[field])
			if err != nil {
				problems = append(problems, parts.Problem{Field: field, Message: err.Error()})
			}
			values[i], filled = d, filled || d != ""
		}
		if filled {
			p.Rows[line.Key] = values
		}
	}
	if len(p.Rows) == 0 {
		p = nil
	}
	return p, typed, problems
}

func (s *Server) drawProactive(c echo.Context, status int, q reportQuery, entries []store.ProactiveEntry, view annual.EnterView, typed map[string]string) error {
	page, err := s.page(c, q.scope, "填报表二", "report")
	if err != nil {
		return err
	}
	page.Path, page.Wrong = fmt.Sprintf("/report/%d", q.year), len(view.Problems) > 0
	view.Page, view.Back, view.Action = page, q.href(""), q.href("/proactive")
	view.Heading = fmt.Sprintf("%s%d年主动公开政府信息情况", q.scope.agency.Name, q.year)
	view.Basis = "填本机关自己的数；上级汇总时各机关的数相加。空着的格表示未填，没有的填 0。"
	if !q.scope.own && q.scope.many() {
		view.Basis = "填本机关及全部下级的合计；填了合计就以合计为准，全部清空保存则仍由各机关填报的数相加。"
	}
	before, err := s.lastYears(c, q)
	if err != nil {
		return err
	}
	for _, line := range report.ProactiveLines(report.FormatOf(q.year)) {
		view.Rows = append(view.Rows, enterRow(line, typed, before, view.Problems))
	}
	view.History, err = s.proactiveHistory(c, entries)
	if err != nil {
		return err
	}
	return s.draw(c, status, annual.Enter(view))
}

// lastYears gives the figures of the year before, where its layout is the same.
func (s *Server) lastYears(c echo.Context, q reportQuery) (map[string]string, error) {
	table, err := s.db.Table(c.Request().Context(), q.scope.agency.ID, q.year-1, q.scope.own, report.Format{})
	if store.Is(err, store.NotFound) || err == nil && (table.Proactive == nil || table.Proactive.Layout != report.FormatOf(q.year)) {
		return nil, nil
	}
	return typedFigures(table.Proactive), err
}

func enterRow(line report.ProactiveLine, typed, before map[string]string, problems []parts.Problem) annual.EnterRow {
	row := annual.EnterRow{Label: line.Item + " " + line.Label}
	for i, name := range line.Columns {
		field := proactiveField(line, i)
		in := parts.Input{Name: field, Label: name, Value: typed[field], Problems: problems, Short: true}
		if before[field] != "" {
			in.Hint = "上年：" + before[field]
		}
		row.Inputs = append(row.Inputs, in)
	}
	return row
}

// proactiveHistory says who entered when, the latest first.
func (s *Server) proactiveHistory(c echo.Context, entries []store.ProactiveEntry) ([]string, error) {
	var by []string
	for _, e := range entries {
		by = append(by, e.By)
	}
	names, err := s.db.NamesOf(c.Request().Context(), by)
	if err != nil {
		return nil, err
	}
	var out []string
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		what := "填报"
		if e.Figures == nil {
			what = "清空"
		}
		when := time.UnixMicro(e.At).In(s.office).Format("2006-01-02 15:04")
		out = append(out, fmt.Sprintf("%s　%s　%s", when, names[e.By], what))
	}
	return out, nil
}
