package web

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/export"
	"gongkai/internal/importer"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/parts"
)

// takeReturn reads the return of an agency off the system from the file that it
// sent, and takes it into the sum if it agrees with itself; or takes it back.
func (s *Server) takeReturn(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	if err := s.mayAct(c, q.scope.agency.ID, cases.Editor); err != nil {
		return err
	}
	wrong := func(field, message string) error {
		return s.drawBoard(c, http.StatusUnprocessableEntity, q, []parts.Problem{{Field: field, Message: message}})
	}
	unit, found := q.scope.tree.ByCode(c.FormValue("unit"))
	if !found || !contains64(q.scope.ids(), unit.ID) {
		return wrong("unit", "没有选择报送的机关")
	}
	last, err := s.db.OutsideReturns(c.Request().Context(), q.year)
	if err != nil {
		return err
	}
	var table *report.Table
	source := "hand"
	if c.FormValue("do") != "back" {
		read, kind, message, err := readReturn(c)
		if err != nil {
			return err
		}
		if message != "" {
			return wrong("file", message)
		}
		table, source = &read, kind
	}
	err = s.db.EnterOutside(c.Request().Context(), s.stamp(c), unit.ID, q.year, last[unit.ID].Place, table, source)
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return wrong("file", unit.Name+"："+err.Error())
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/board", "saved", unit.Name))
}

func contains64(list []int64, x int64) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// readReturn reads the file of a form as a published report.
func readReturn(c echo.Context) (table report.Table, source, message string, err error) {
	if c.Request().MultipartForm == nil || len(c.Request().MultipartForm.File["file"]) == 0 || c.Request().MultipartForm.File["file"][0].Filename == "" {
		return table, "", "没有选择文件：对方填好的表格（XLSX）、数据文件（JSON）、网页或DOCX", nil
	}
	head := c.Request().MultipartForm.File["file"][0]
	data, err := uploaded(head)
	if err != nil {
		return table, "", "", err
	}
	source = map[string]string{".xlsx": "workbook", ".json": "json"}[strings.ToLower(filepath.Ext(head.Filename))]
	if source == "" {
		source = "web"
	}
	if source == "json" {
		table, err = report.ReadJSON(data)
	} else {
		var read importer.Published
		read, err = importer.ReadPublished(head.Filename, data)
		table = read.Table
	}
	if err != nil {
		return table, "", "“" + head.Filename + "”读不出年报表：" + err.Error(), nil
	}
	return table, source, "", nil
}

// blankReturn gives the workbook that an agency off the system fills in and sends
// back.
func (s *Server) blankReturn(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	unit, found := q.scope.tree.ByCode(c.QueryParam("unit"))
	if !found || !contains64(q.scope.ids(), unit.ID) {
		unit = q.scope.agency
	}
	var file bytes.Buffer
	if err := export.WriteBlank(&file, report.NewTable(unit.Name, q.year, report.FormatOf(q.year))); err != nil {
		return err
	}
	attach(c, fmt.Sprintf("%s%d年年报填报表.xlsx", unit.Name, q.year))
	return c.Blob(http.StatusOK, downloadKinds[0].mime, file.Bytes())
}
