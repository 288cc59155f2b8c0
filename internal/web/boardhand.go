package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/width"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// askHand shows the form by which the return of an agency off the system is typed
// in: the tables with a field in every cell but the totals, which are summed.
func (s *Server) askHand(c echo.Context) error {
	q, unit, err := s.handUnit(c)
	if err != nil {
		return err
	}
	table := report.NewTable(unit.Name, q.year, report.FormatOf(q.year))
	last, err := s.db.OutsideReturns(c.Request().Context(), q.year)
	if err != nil {
		return err
	}
	if x := last[unit.ID].Table; x != nil {
		table = *x
	}
	return s.drawHand(c, http.StatusOK, q, unit, table, nil)
}

// handUnit reads which agency the form is about; the first that has handed in
// nothing where none is named.
func (s *Server) handUnit(c echo.Context) (q reportQuery, unit cases.Agency, err error) {
	if q, err = s.editsBoard(c); err != nil {
		return q, unit, err
	}
	unit, found := s.boardUnit(c, q, first1(c.FormValue("unit"), q.scope.agency.Code))
	if !found {
		return q, unit, errNotFound
	}
	return q, unit, nil
}

// doHand reads the form, sums the totals and takes the return in.
func (s *Server) doHand(c echo.Context) error {
	q, unit, err := s.handUnit(c)
	if err != nil {
		return err
	}
	table, problems := typedTable(c, unit.Name, q.year)
	if len(problems) > 0 {
		return s.drawHand(c, http.StatusUnprocessableEntity, q, unit, table, problems)
	}
	entry := store.OutsideEntry{Agency: unit.ID, Year: q.year, Source: "hand", Whole: c.FormValue("whole") == "1", Table: &table}
	return s.enterReturn(c, q, unit, entry, func(message string) error {
		return s.drawHand(c, http.StatusUnprocessableEntity, q, unit, table, []parts.Problem{{Field: handField(report.RowCell(report.RowNew, report.Natural)), Message: message}})
	})
}

// handField names the field of a cell.
func handField(ref report.CellRef) string { return strings.ReplaceAll(ref.String(), "/", "_") }

// typedTable reads the cells and sums the totals.
func typedTable(c echo.Context, agency string, year int) (table report.Table, problems []parts.Problem) {
	table = report.NewTable(agency, year, report.FormatOf(year))
	read := func(ref report.CellRef) report.Cell {
		text := strings.TrimSpace(width.Narrow.String(c.FormValue(handField(ref))))
		if text == "" {
			return report.Cell{}
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 || n > 99999999 {
			problems = append(problems, parts.Problem{Field: handField(ref), Message: cellName(ref) + "“" + text + "”应为不小于0的整数"})
			return report.Cell{Text: text}
		}
		return report.Cell{N: n}
	}
	for _, key := range table.Format.Rows() {
		if key == report.RowTotal {
			continue
		}
		row := table.Row(key)
		for col := report.Natural; col < report.TotalColumn; col++ {
			row[col] = read(report.RowCell(key, col))
			row[report.TotalColumn].N += row[col].N
			if !key.Group().IsZero() {
				table.Total[col].N += row[col].N
				table.Total[report.TotalColumn].N += row[col].N
			}
		}
	}
	for b := range report.Blocks {
		for r := report.Upheld; r < report.TotalResult; r++ {
			cell := read(report.RemedyCell(report.Block(b), r))
			table.Remedies[b][r] = cell
			table.Remedies[b][report.TotalResult].N += cell.N
		}
	}
	return table, problems
}

func (s *Server) drawHand(c echo.Context, status int, q reportQuery, unit cases.Agency, table report.Table, problems []parts.Problem) error {
	p, err := s.page(c, q.scope, "手工填报", "report")
	if err != nil {
		return err
	}
	p.Path, p.Wrong, p.Wide = fmt.Sprintf("/report/%d", q.year), len(problems) > 0, true
	view := annual.HandView{Page: p, Heading: fmt.Sprintf("%s%d年年报：手工填报", unit.Name, q.year), Back: q.href("/board"), Action: q.href("/board/edit"), Unit: unit.Code, Problems: problems,
		Head: tableHeads(), Whole: c.FormValue("whole") == "1", HasBelow: len(q.scope.tree.Children(unit.ID)) > 0}
	field := func(ref report.CellRef, cell report.Cell, sum bool) annual.Field {
		f := annual.Field{Name: handField(ref), Value: cell.String(), Label: cellName(ref), Sum: sum, Wrong: parts.Message(problems, handField(ref)) != ""}
		if cell.N == 0 && cell.Text == "" {
			f.Value = ""
		}
		return f
	}
	for _, l := range report.Layout(table.Format) {
		line := annual.HandLine{Heads: pageHeads(l.Heads)}
		for col := report.Natural; col <= report.TotalColumn; col++ {
			line.Fields = append(line.Fields, field(report.RowCell(l.Row, col), table.Row(l.Row)[col], col == report.TotalColumn || l.Row == report.RowTotal))
		}
		view.Lines = append(view.Lines, line)
	}
	for b := range report.Blocks {
		block := annual.HandBlock{Title: report.Block(b).Label()}
		for r := report.Upheld; r <= report.TotalResult; r++ {
			block.Heads = append(block.Heads, r.Label())
			block.Fields = append(block.Fields, field(report.RemedyCell(report.Block(b), r), table.Remedies[b][r], r == report.TotalResult))
		}
		view.Blocks = append(view.Blocks, block)
	}
	return s.draw(c, status, annual.Hand(view))
}
