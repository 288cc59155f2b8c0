package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/export"
	"gongkai/internal/store"
)

// downloadAnalysis sends the figures of a period as a workbook, a sheet for each
// way of parting them, or as one CSV or JSON. That they left is in the audit chain before
// they do.
func (s *Server) downloadAnalysis(c echo.Context) error {
	q, err := s.readAnalysis(c)
	if err != nil {
		return err
	}
	as := c.QueryParam("as")
	if !q.scope.found || as != "xlsx" && as != "csv" && as != "json" {
		return errNotFound
	}
	if len(q.problems) > 0 {
		return store.Fail(store.Invalid, "%s。", q.problems[0].Message)
	}
	a, err := s.analyse(c, q)
	if err != nil {
		return err
	}
	var sheets []export.Figures
	for _, x := range statSections(q, a) {
		sheets = append(sheets, x.figures())
	}
	var file bytes.Buffer
	kind := downloadKinds[0]
	title := fmt.Sprintf("%s统计分析 %s至%s", q.scope.agency.Name, q.from, q.to)
	switch as {
	case "csv":
		kind = downloadKinds[1]
		err = export.WriteFiguresCSV(&file, title, sheets)
	case "json":
		kind = downloadKinds[2]
		err = json.NewEncoder(&file).Encode(sheets)
	default:
		err = export.WriteFiguresXLSX(&file, title, sheets)
	}
	if err != nil {
		return err
	}
	if err := s.db.Audit(c.Request().Context(), q.scope.agency.ID, s.stamp(c), store.Entry{Act: "analysis_exported", Object: "agency", ObjectID: q.scope.agency.ID,
		Detail: map[string]any{"from": q.from, "to": q.to, "as": as}}); err != nil {
		return err
	}
	attach(c, fmt.Sprintf("%s.%s", title, as))
	return c.Blob(http.StatusOK, kind.mime, file.Bytes())
}

// figures is the section without its addresses.
func (s statSection) figures() export.Figures {
	out := export.Figures{Name: s.name, Heads: s.heads}
	for _, r := range s.rows {
		line := []any{r.label}
		for _, x := range r.cells {
			if x.number {
				line = append(line, x.n)
				continue
			}
			if f, err := strconv.ParseFloat(x.text, 64); err == nil { // a share, a rate
				line = append(line, f)
				continue
			}
			line = append(line, x.text)
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}
