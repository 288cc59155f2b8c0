package web

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/internal/export"
)

// downloadKinds are the forms in which a table leaves the house.
var downloadKinds = []struct{ code, label, mime string }{
	{"xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"csv", "CSV", "text/csv; charset=utf-8"},
	{"json", "JSON", "application/json; charset=utf-8"},
	{"html", "网页", "text/html; charset=utf-8"},
}

// downloadReport sends the tables of a year as a file.
func (s *Server) downloadReport(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	for _, kind := range downloadKinds {
		if kind.code != c.QueryParam("as") {
			continue
		}
		table, err := s.db.Table(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own, q.format)
		if err != nil {
			return err
		}
		var file bytes.Buffer
		if err := export.WriteReport(&file, kind.code, table, export.Meta{AsOf: s.today()}); err != nil {
			return err
		}
		attach(c, fmt.Sprintf("%s%d年年报表.%s", q.scope.agency.Name, q.year, kind.code))
		return c.Blob(http.StatusOK, kind.mime, file.Bytes())
	}
	return errNotFound
}

// attach makes an answer a file to be kept, never one to be shown.
func attach(c echo.Context, name string) {
	c.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}
