package web

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/importer"
	"gongkai/internal/report"
	"gongkai/templates/check"
	"gongkai/templates/parts"
)

// mostChecked is how many reports one check takes.
const mostChecked = 20

// askCheck shows the form of the check.
func (s *Server) askCheck(c echo.Context) error { return s.showCheck(c, check.View{}) }

// doCheck judges published reports: files, or pasted text. Nothing is kept.
func (s *Server) doCheck(c echo.Context) error {
	// As much in memory as the route takes at all: nothing spills into the
	// machine's folder of temporary files.
	if err := c.Request().ParseMultipartForm(fileBody); err != nil {
		return badForm(err)
	}
	view := check.View{Text: c.FormValue("text")}
	files := c.Request().MultipartForm.File["file"]
	if len(files) > mostChecked {
		files = files[:mostChecked]
		view.Problems = append(view.Problems, parts.Problem{Field: "file", Message: fmt.Sprintf("一次最多校核%d份，其余的没有读", mostChecked)})
	}
	var tables []report.Table
	var verdicts []report.Verdict
	read := func(name string, data []byte, field string) {
		table, prose, err := importer.ReadPublished(name, data)
		if err != nil {
			view.Problems = append(view.Problems, parts.Problem{Field: field, Message: err.Error()})
			return
		}
		verdict := report.Check(table)
		verdict.File = name
		verdict.Warnings = append(verdict.Warnings, report.CompareText(table, prose)...)
		tables, verdicts = append(tables, table), append(verdicts, verdict)
	}
	for _, f := range files {
		data, err := uploaded(f)
		if err != nil {
			return err
		}
		if f.Size > 0 || f.Filename != "" {
			read(filepath.Base(f.Filename), data, "file")
		}
	}
	if strings.TrimSpace(view.Text) != "" {
		read("粘贴的内容", []byte(view.Text), "text")
	}
	if len(tables) == 0 && len(view.Problems) == 0 {
		view.Problems = []parts.Problem{{Field: "file", Message: "还没有选择文件，也没有粘贴内容：选一份年报文件，或把表格粘贴到文本框"}}
	}
	report.CheckYears(tables, verdicts)
	for i := range tables {
		view.Verdicts = append(view.Verdicts, checkVerdict(tables[i], verdicts[i]))
	}
	return s.showCheck(c, view)
}

func uploaded(f *multipart.FileHeader) ([]byte, error) {
	file, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("open an uploaded file: %w", err)
	}
	defer file.Close()
	return io.ReadAll(file)
}

// badForm tells a body that is too large from one that can't be read.
func badForm(err error) error {
	if strings.Contains(err.Error(), "too large") {
		return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
	}
	return echo.NewHTTPError(http.StatusBadRequest)
}

func (s *Server) showCheck(c echo.Context, view check.View) error {
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	if view.Page, err = s.page(c, v, "勾稽校核", "check"); err != nil {
		return err
	}
	view.Page.Path = "/check"
	status := http.StatusOK
	if len(view.Problems) > 0 {
		view.Page.Wrong, status = true, http.StatusUnprocessableEntity
	}
	return s.draw(c, status, check.Show(view))
}

// checkVerdict words a verdict and draws the table as it was read.
func checkVerdict(t report.Table, v report.Verdict) check.Verdict {
	broken := brokenCells(t, v.Failures)
	out := check.Verdict{File: v.File, Agency: v.Agency, Format: v.Format.String() + "格式", OK: v.Clean(),
		Failures: findings(v.Failures), Warnings: findings(v.Warnings),
		Head: tableHeads(), Lines: tableLines(t, broken, noLinks), Remedy: remedyCells(t, broken, noLinks)}
	if v.Year > 0 {
		out.Year = strconv.Itoa(v.Year) + "年"
	}
	for _, u := range v.Unseen {
		out.Unseen = append(out.Unseen, u.Identity+" "+u.Message)
	}
	out.Sentence = "勾稽关系一致。"
	if !v.Clean() {
		out.Sentence = fmt.Sprintf("勾稽关系不一致，共%d处。", len(v.Failures))
	}
	if len(v.Unseen) > 0 {
		out.Sentence += fmt.Sprintf("有%d条关系因数字未填未能核对。", len(v.Unseen))
	}
	return out
}

func findings(list []report.Finding) []check.Finding {
	var out []check.Finding
	for _, f := range list {
		out = append(out, check.Finding{Identity: strings.Replace(f.Identity, "text", "文表", 1), Where: f.Where, Message: f.Message})
	}
	return out
}
