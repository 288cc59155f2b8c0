package web

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/importer"
)

// downloadMarked gives a waiting file back as a workbook with a red column 问题,
// for the office to mend it there.
func (s *Server) downloadMarked(c echo.Context) error {
	token := c.Param("token")
	p, err := s.parcelOf(c, token)
	if err != nil {
		return err
	}
	data, err := s.shelf.data(token)
	if err != nil {
		return err
	}
	book, err := s.readLedger(c, p, data)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := importer.WriteProblems(&file, data, book); err != nil {
		return err
	}
	attach(c, strings.TrimSuffix(p.Name, filepath.Ext(p.Name))+"-问题.xlsx")
	return c.Blob(http.StatusOK, downloadKinds[0].mime, file.Bytes())
}
