package web

import (
	"errors"
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

// askCheck shows the form of the check.
func (s *Server) askCheck(c echo.Context) error { return s.showCheck(c, check.View{}) }

// doCheck judges published reports: files, a folder of them, a ZIP, or pasted text.
// One is answered on the page; the verdicts of several wait a while under an
// address of their own. The reports themselves are not kept.
func (s *Server) doCheck(c echo.Context) error {
	// As much in memory as the route takes at all: nothing spills into the
	// machine's folder of temporary files.
	if err := c.Request().ParseMultipartForm(fileBody); err != nil {
		return badForm(err)
	}
	view := check.View{Text: c.FormValue("text")}
	batch, wrong, err := s.gather(c.Request().MultipartForm)
	if err != nil {
		return err
	}
	if strings.TrimSpace(view.Text) != "" {
		batch.Add(pastedName, []byte(view.Text))
	}
	judged, unread := batch.Judge()
	if len(judged)+len(unread) > 1 {
		token := s.checks.put(checkResult{owner: s.visitor(c).ID, at: s.now(), judged: judged, unread: append(unread, wrong...)})
		return c.Redirect(http.StatusSeeOther, "/check/"+token)
	}
	for _, u := range append(unread, wrong...) {
		field := "file"
		if u.Name == pastedName {
			field = "text"
		}
		view.Problems = append(view.Problems, parts.Problem{Field: field, Message: u.Err.Error()})
	}
	if batch.Len() == 0 && len(view.Problems) == 0 {
		view.Problems = []parts.Problem{{Field: "file", Message: "还没有选择文件，也没有粘贴内容：选一份年报文件，或把表格粘贴到文本框"}}
	}
	for _, j := range judged {
		view.Verdicts = append(view.Verdicts, checkVerdict(j.Table, j.Verdict))
	}
	return s.showCheck(c, view)
}

// pastedName stands for what was pasted where a file's name stands.
const pastedName = "粘贴的内容"

// gather reads the files of a form; wrong are those (a damaged ZIP) that gave none.
func (s *Server) gather(form *multipart.Form) (batch *importer.Batch, wrong []importer.Unread, err error) {
	batch = importer.NewBatch()
	for _, field := range []string{"file", "folder"} {
		for _, f := range form.File[field] {
			name := filepath.Base(f.Filename)
			if f.Size == 0 && f.Filename == "" || field == "folder" && !importer.MayBeReport(name) {
				continue // nothing chosen, or a picture in the folder
			}
			data, err := uploaded(f)
			if err != nil {
				return batch, nil, err
			}
			if !importer.IsArchive(data) {
				batch.Add(name, data)
				continue
			}
			before := batch.Len()
			err = batch.AddArchive(name, data)
			if err == nil && batch.Len() == before {
				err = errors.New(name + "：压缩包里没有年报文件（.html、.xlsx、.docx、.json、.txt、.csv）")
			}
			if err != nil {
				wrong = append(wrong, importer.Unread{Name: name, Err: err})
			}
		}
	}
	return batch, wrong, nil
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
	var err error
	if view.Page, err = s.checkPage(c); err != nil {
		return err
	}
	status := http.StatusOK
	if len(view.Problems) > 0 {
		view.Page.Wrong, status = true, http.StatusUnprocessableEntity
	}
	return s.draw(c, status, check.Show(view))
}

func (s *Server) checkPage(c echo.Context) (parts.Page, error) {
	v, err := s.frame(c)
	if err != nil {
		return parts.Page{}, err
	}
	p, err := s.page(c, v, "勾稽校核", "check")
	p.Path = "/check"
	return p, err
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
