package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/internal/report"
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
	table, err := s.db.Table(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own, q.format)
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
	sentence, _ := report.Define(ref, q.year, q.format)
	return s.draw(c, http.StatusOK, annual.Define(annual.CellView{Page: p, Heading: cellName(ref),
		Figure: number(figure.N) + "件", Sentence: sentence, Cases: q.casesOf(ref), Back: q.href("")}))
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
