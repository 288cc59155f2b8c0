package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
)

// defineCell says what one figure counts, by which rule, and leads to its cases.
func (s *Server) defineCell(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	ref, err := report.ParseCellRef(c.QueryParam("cell"))
	if err != nil || !q.scope.found {
		return errNotFound
	}
	ctx := c.Request().Context()
	table, err := s.db.SpanTable(ctx, q.spanQuery())
	if err != nil {
		return err
	}
	figure, ok := figureOf(table, ref)
	if !ok {
		return errNotFound // a row that this format lacks
	}
	p, err := s.page(c, q.scope, "计数规则", "report")
	if err != nil {
		return err
	}
	p.Path = "/report/" + c.Param("year")
	sentence, _ := report.DefineSpan(ref, q.span, q.format)
	view := annual.CellView{Page: p, Heading: cellName(ref), Figure: number(figure.N) + "件", Sentence: sentence, Cases: q.casesOf(ref), Back: q.href("")}
	if !q.asOf.IsZero() {
		view.Cases = ""
	}
	if view.Change, err = s.cellChange(ctx, q, ref, figure); err != nil {
		return err
	}
	if q.plain() && q.scope.many() {
		if view.Units, err = s.cellUnits(ctx, q, ref); err != nil {
			return err
		}
	}
	return s.draw(c, http.StatusOK, annual.Define(view))
}

// cellChange words a figure against that of the year before.
func (s *Server) cellChange(ctx context.Context, q reportQuery, ref report.CellRef, now report.Cell) (string, error) {
	before, found, err := s.yearBefore(ctx, q)
	if err != nil || !found {
		return "", err
	}
	was, ok := figureOf(before, ref)
	if !ok || was.Unseen || now.Unseen {
		return "", nil
	}
	word := "与上年同期持平"
	if d := now.N - was.N; d > 0 {
		word = "增加" + number(d) + "件"
	} else if d < 0 {
		word = "减少" + number(-d) + "件"
	}
	return "上年同期" + number(was.N) + "件，" + word + "。", nil
}

// cellUnits lists which agencies make a figure of a sum, the greatest first.
func (s *Server) cellUnits(ctx context.Context, q reportQuery, ref report.CellRef) (out []annual.UnitShare, err error) {
	units, err := s.db.UnitTables(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	of := func(u store.UnitTable) int64 {
		t := u.Table
		if q.format == report.Format2019 {
			t = t.To2019()
		}
		cell, _ := figureOf(t, ref)
		return cell.N
	}
	slices.SortStableFunc(units, func(a, b store.UnitTable) int { return cmp.Compare(of(b), of(a)) })
	for _, u := range units {
		n := of(u)
		if n == 0 {
			continue
		}
		a, _ := q.scope.tree.Agency(u.AgencyID)
		one := annual.UnitShare{Name: u.Name, Figure: number(n), Note: "本系统办件", Href: with("/cases", "agency", a.Code, "own", "1", "cell", ref.String(), "report", strconv.Itoa(q.year), "format", q.format.String(), "sort", "received")}
		if u.Outside {
			one.Note, one.Href = "外报年报", with(fmt.Sprintf("/report/%d", q.year), "agency", a.Code, "own", "1")
		}
		out = append(out, one)
	}
	return out, nil
}

func figureOf(t report.Table, ref report.CellRef) (report.Cell, bool) {
	if ref.Row.IsZero() {
		return t.Remedies[ref.Block][ref.Result], true
	}
	row := t.Row(ref.Row)
	if row == nil {
		return report.Cell{}, false
	}
	return row[ref.Column], true
}
