package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// pageRows is how many cases a page of the register shows.
const pageRows = 50

// listCases shows the register, or its print with ?print=1.
func (s *Server) listCases(c echo.Context) error {
	ctx := c.Request().Context()
	q := s.readList(c)
	v, err := s.listScope(c, q)
	if err != nil {
		return err
	}
	if q.filter.Book, err = s.db.Book(ctx); err != nil {
		return err
	}
	q.filter.AgencyIDs, q.agency = v.ids(), v.agency.Code
	if q.typed["hands"] == "me" {
		q.filter.Officer = s.visitor(c).ID
	}
	if c.QueryParam("print") == "1" {
		return s.printCases(c, v, q)
	}
	page, err := s.db.List(ctx, q.filter, q.sort, store.Cursor(c.QueryParam("after")), pageRows)
	if err != nil {
		return err
	}
	view, err := s.listView(c, v, q, page)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(q.problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.draw(c, status, register.List(view))
}

// listScope uses the tree of today, or for the cases of a statutory cell that of
// the year's 31 December, by which the cell was counted.
func (s *Server) listScope(c echo.Context, q listQuery) (scope, error) {
	day := s.today()
	if !q.tableDay.IsZero() {
		day = q.tableDay
	}
	return s.scope(c, day)
}

func (s *Server) listView(c echo.Context, v scope, q listQuery, page store.Page) (register.ListView, error) {
	p, err := s.page(c, v, "台账", "cases")
	if err != nil {
		return register.ListView{}, err
	}
	p.Wide, p.Wrong = true, len(q.problems) > 0
	p.Keep = q.pairs()
	view := register.ListView{Page: p, Heading: "依申请公开台账", Chips: q.chips(), All: with("/cases", "agency", q.agency),
		Filters: q.filters(s.yearOptions(q.typed["year"])), Problems: q.problems, Open: len(q.problems) > 0,
		Heads: heads(q, v.many()), Count: fmt.Sprintf("本页%d件", len(page.Rows)), PrintHref: q.href("print", "1"),
		FileHref: strings.Replace(q.href(), "/cases", "/cases/download", 1)}
	if q.filter.Cell != nil {
		if view.Cell, err = s.cellSentence(c, v, q); err != nil {
			return view, err
		}
		view.CellBack = with("/report/"+q.typed["report"], "agency", q.agency, "own", q.typed["own"], "format", q.typed["format"], "from", q.typed["from"], "to", q.typed["to"])
		view.CellWay = "回到年报表"
	}
	officers, err := s.handlersOf(c, page.Rows)
	if err != nil {
		return view, err
	}
	if q.origins, err = s.origins(c.Request().Context(), page.Rows); err != nil {
		return view, err
	}
	q.sayPeriod(&view)
	for _, r := range page.Rows {
		row := s.listRow(r, q, v.many())
		row.Officer = officers[r.ID]
		view.Rows = append(view.Rows, row)
	}
	if page.Next != "" {
		view.Next = q.href("after", string(page.Next))
	}
	if page.Prev != "" {
		view.Prev = q.href("after", string(page.Prev))
	}
	if view.Views, view.Drop, err = s.savedViews(c, q.agency); err != nil {
		return view, err
	}
	view.Query, view.Filtered = strings.TrimPrefix(q.href(), "/cases?"), len(view.Chips) > 0
	who := s.visitor(c)
	view.CanRegister, view.CanImport = who.Has(cases.FrontDesk, cases.Officer), who.Has(importers()...)
	view.HasCases = len(page.Rows) > 0
	if !view.HasCases && len(view.Chips) > 0 {
		view.HasCases, err = s.hasCases(c, v)
	}
	return view, err
}

// cellSentence says which figure the list opens, what it is and what it counts.
func (s *Server) cellSentence(c echo.Context, v scope, q listQuery) (string, error) {
	f, err := report.ParseFormat(q.typed["format"])
	if err != nil {
		f = report.FormatOf(q.tableDay.Year())
	}
	ref, err := report.ParseCellRef(q.typed["cell"])
	if err != nil || !v.found {
		return q.sentence, nil
	}
	table, err := s.db.SpanTable(c.Request().Context(), store.SpanQuery{AgencyID: v.agency.ID, Own: v.own, Span: q.span, Format: f})
	if err != nil {
		return "", err
	}
	cell, ok := figureOf(table, ref)
	if !ok {
		return q.sentence, nil
	}
	unit := "件"
	if ref.Row.IsZero() {
		unit = "件案件（一件申请可能涉及几件）"
	}
	return fmt.Sprintf("%s%s%s：%s%s。%s", v.agency.Name, q.span, cellName(ref), number(cell.N), unit, q.sentence), nil
}

// hasCases reports whether there is any case in view.
func (s *Server) hasCases(c echo.Context, v scope) (bool, error) {
	page, err := s.db.List(c.Request().Context(), store.Filter{AgencyIDs: v.ids()}, store.SortReceived, "", 1)
	return len(page.Rows) > 0, err
}

// yearOptions offers the last years; any other can stand in the address.
func (s *Server) yearOptions(chosen string) []parts.Option {
	var pairs []string
	this := s.today().Year()
	for y := this; y > this-12; y-- {
		pairs = append(pairs, strconv.Itoa(y), strconv.Itoa(y)+"年")
	}
	return options(chosen, pairs...)
}

// heads are the register's columns; those that the store can sort by are links.
func heads(q listQuery, many bool) []register.Head {
	sortable := func(label, key string) register.Head {
		h := register.Head{Label: label, Href: q.href("sort", key)}
		switch q.sort.String() {
		case key:
			h.Sorted, h.Href = "ascending", q.href("sort", "-"+key)
		case "-" + key:
			h.Sorted = "descending"
		}
		return h
	}
	return []register.Head{{Label: "状态"}, sortable("编号", "number"), {Label: "申请内容"}, {Label: "申请人"}, {Label: "渠道"},
		sortable("收到日期", "received"), sortable("答复期限", "due"), {Label: "答复日期"}, {Label: "承办人"}, {Label: "结果或下一步"}}
}

// handlersOf names who handles each case: the officer, or the section in whose
// pool it waits.
func (s *Server) handlersOf(c echo.Context, rows []store.CaseRow) (map[int64]string, error) {
	var users, sections []int64
	for _, r := range rows {
		switch {
		case r.Officer != 0:
			users = append(users, r.Officer)
		case r.Section != 0:
			sections = append(sections, r.Section)
		}
	}
	names, err := s.db.UserNames(c.Request().Context(), users)
	if err != nil {
		return nil, err
	}
	pools, err := s.db.SectionNames(c.Request().Context(), sections)
	if err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for _, r := range rows {
		switch {
		case r.Officer != 0:
			out[r.ID] = names[r.Officer]
		case r.Section != 0:
			out[r.ID] = pools[r.Section] + "（待认领）"
		case r.AnsweredOn.IsZero():
			out[r.ID] = "待分办"
		}
	}
	return out, nil
}

func (s *Server) listRow(r store.CaseRow, q listQuery, many bool) register.Row {
	today := s.today()
	row := register.Row{Light: lightOf(r.Row, q.filter.Book.Latest(), today), Number: caseNumber(r.Number, r.ID),
		Href: casePath(r.ID), Subject: oneLine(r.Subject, 80), Applicant: maskedRow(r), Kind: r.Kind.Label(),
		Channel: shortChannel(r.Channel), Received: r.ReceivedOn.String(), Answered: r.AnsweredOn.String(),
		Outcome: r.Outcome.Label(), Next: nextAct(r.Row, q.filter.Book.Latest(), today)}
	if r.State == cases.StateVoided {
		row.Answered, row.Next = "", strings.TrimSuffix(voidWord(r.Row, q.origins), "。")
	}
	if r.AnsweredOn.IsZero() {
		row.Provisional = r.Provisional && !r.DueOn.IsZero()
	}
	row.Due = dueText(r.Row, today)
	if many {
		row.Agency = r.AgencyName
	}
	if r.Hidden {
		row.Applicant, row.Subject, row.Kind, row.Href = "***", "（敏感件，仅限指定人员查阅）", "", ""
	}
	if r.Purged {
		row.Subject, row.Applicant, row.Kind = "（已按保管期限销毁）", "", ""
	}
	if row.Subject == "" {
		row.Subject = "（未记载申请内容）"
	}
	return row
}

// dueText is the date that a list shows as due: none while somebody else has to
// act.
func dueText(r cases.Row, today calendar.Date) string {
	if r.AnsweredOn.IsZero() && r.StateOn(today).Waits() && r.State != cases.StateConsulting {
		return ""
	}
	return r.DueOn.String()
}

func caseNumber(number string, id int64) string {
	if number == "" {
		return fmt.Sprintf("（未编号，第%d件）", id)
	}
	return number
}

func casePath(id int64) string { return "/cases/" + strconv.FormatInt(id, 10) }
