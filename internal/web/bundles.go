package web

import (
	"bytes"
	"errors"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/bundle"
	"gongkai/internal/store"
	"gongkai/templates/papers"
	"gongkai/templates/parts"
)

// The most that a check of a bundle takes, as it comes and unpacked, in bytes.
const (
	bundleBody   = 96 << 20
	mostUnpacked = 1 << 30
)

// askBundle asks for whom the evidence bundle is.
func (s *Server) askBundle(c echo.Context) error { return s.drawBundle(c, http.StatusOK, nil) }

func (s *Server) drawBundle(c echo.Context, status int, problems []parts.Problem) error {
	found, v, err := s.loadFiles(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "举证材料 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/cases", len(problems) > 0
	view := papers.BundleView{Page: p, Crumb: papers.Crumb{Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID)}, Problems: problems, Fingerprint: s.db.Key().Fingerprint()}
	for _, x := range store.BundlePurposes() {
		view.Purposes = append(view.Purposes, parts.Option{Value: x[0], Label: x[1], Chosen: x[0] == c.FormValue("purpose")})
	}
	return s.draw(c, status, papers.Bundle(view))
}

// makeBundle sends the evidence bundle of a case. Who took it is in the audit chain
// before it leaves.
func (s *Server) makeBundle(c echo.Context) error {
	found, _, err := s.loadFiles(c)
	if err != nil {
		return err
	}
	dossier, err := bundle.Of(c.Request().Context(), s.db, s.stamp(c), found.ID, c.FormValue("purpose"))
	if store.Is(err, store.Invalid) {
		return s.drawBundle(c, http.StatusUnprocessableEntity, []parts.Problem{{Field: "purpose", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	entries, err := dossier.Entries()
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := bundle.Pack(&file, s.db.Key(), dossier.Head, entries); err != nil {
		return err
	}
	attach(c, "举证材料 "+dossier.Number+".zip")
	return c.Blob(http.StatusOK, "application/zip", file.Bytes())
}

// askBundleCheck shows the form of the check.
func (s *Server) askBundleCheck(c echo.Context) error {
	return s.drawBundleCheck(c, papers.CheckView{})
}

// doBundleCheck judges a bundle. Nothing is kept.
func (s *Server) doBundleCheck(c echo.Context) error {
	// As much in memory as the route takes at all: nothing spills into the machine's
	// folder of temporary files.
	if err := c.Request().ParseMultipartForm(bundleBody); err != nil {
		return badForm(err)
	}
	view := papers.CheckView{Wanted: strings.TrimSpace(c.FormValue("key"))}
	files := c.Request().MultipartForm.File["file"]
	if len(files) == 0 || files[0].Filename == "" {
		view.Problems = []parts.Problem{{Field: "file", Message: "还没有选择压缩包"}}
		return s.drawBundleCheck(c, view)
	}
	file, err := files[0].Open()
	if err != nil {
		return err
	}
	defer file.Close()
	view.Name = filepath.Base(files[0].Filename)
	verdict, err := bundle.Check(file, files[0].Size, mostUnpacked, view.Wanted)
	if errors.Is(err, bundle.ErrNoZIP) {
		view.Problems = []parts.Problem{{Field: "file", Message: err.Error()}}
		return s.drawBundleCheck(c, view)
	}
	if err != nil {
		return err
	}
	view.Asked, view.Whole, view.Lines = true, verdict.Whole, verdict.Lines()
	return s.drawBundleCheck(c, view)
}

func (s *Server) drawBundleCheck(c echo.Context, view papers.CheckView) error {
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	if view.Page, err = s.page(c, v, "核对举证材料", "check"); err != nil {
		return err
	}
	view.Page.Path = "/bundle"
	status := http.StatusOK
	if len(view.Problems) > 0 {
		view.Page.Wrong, status = true, http.StatusUnprocessableEntity
	}
	return s.draw(c, status, papers.Check(view))
}
