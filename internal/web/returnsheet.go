package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/export"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// showSheet draws the sheet that is signed before a report leaves (签发单), or the
// page that is sealed with it (盖章页): of the last locked version, or of the draft.
func (s *Server) showSheet(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	kind := c.QueryParam("kind")
	if kind == "" {
		kind = store.SignSheet
	}
	if !q.scope.found || kind != store.SignSheet && kind != store.SealedPage {
		return errNotFound
	}
	ctx := c.Request().Context()
	p, err := s.page(c, q.scope, map[string]string{store.SignSheet: "年报签发单", store.SealedPage: "年报盖章页"}[kind], "report")
	if err != nil {
		return err
	}
	p.Path = fmt.Sprintf("/report/%d", q.year)
	view := annual.SheetView{Page: p, Seals: kind == store.SealedPage, Agency: q.scope.agency.Name, Back: q.href("/return"), Printed: s.today().Chinese(), Version: "草稿（未锁定）"}
	table, err := s.db.Table(ctx, q.scope.agency.ID, q.year, q.scope.own, report.FormatOf(q.year))
	if err != nil {
		return err
	}
	versions, err := s.db.Returns(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	if len(versions) > 0 {
		last := versions[0]
		names, err := s.db.NamesOf(ctx, []string{last.LockedBy})
		if err != nil {
			return err
		}
		table, view.Version, view.Hash, view.Reason = last.Frozen.Table, fmt.Sprintf("定稿第%d版", last.Version), last.Hash, last.Reason
		view.Locked = s.clock(last.LockedAt) + " " + names[last.LockedBy]
	}
	view.Heading = table.Title()
	for _, row := range []report.RowKey{report.RowNew, report.RowCarriedIn, report.RowTotal, report.RowCarriedOut} {
		view.Figures = append(view.Figures, parts.Pair{Name: row.Path(), Value: table.Row(row)[report.TotalColumn].String()})
	}
	for b := range report.Blocks {
		view.Figures = append(view.Figures, parts.Pair{Name: "四、" + report.Block(b).Label(), Value: table.Remedies[b][report.TotalResult].String()})
	}
	return s.draw(c, http.StatusOK, annual.Sheet(view))
}

// addScan keeps the scan of a signed sheet or sealed page with its version.
func (s *Server) addScan(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	if err := s.mayAct(c, q.scope.agency.ID, scanKeepers()...); err != nil {
		return err
	}
	wrong := func(message string) error {
		return s.drawReturn(c, http.StatusUnprocessableEntity, q, []parts.Problem{{Field: "file", Message: message}})
	}
	form := c.Request().MultipartForm
	if form == nil || len(form.File["file"]) == 0 || form.File["file"][0].Filename == "" {
		return wrong("没有选择扫描件")
	}
	content, err := uploaded(form.File["file"][0])
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(c.FormValue("version")) // the store knows no version 0
	err = s.db.AttachToReturn(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, q.scope.own, version, c.FormValue("kind"), form.File["file"][0].Filename, content)
	if isRefused(err) || store.Is(err, store.Invalid) {
		return wrong(err.Error())
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/return")+"#scans")
}

// sendScan sends a scan to be kept, never to be shown by the browser.
func (s *Server) sendScan(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	if err := s.mayAct(c, q.scope.agency.ID, scanKeepers()...); err != nil {
		return err
	}
	place, errPlace := strconv.Atoi(c.Param("id"))
	version, errVersion := strconv.Atoi(c.QueryParam("version"))
	if errPlace != nil || errVersion != nil {
		return errNotFound
	}
	f, content, err := s.db.OpenReturnFile(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, q.scope.own, version, place)
	if err != nil {
		return err
	}
	attach(c, f.Name)
	c.Response().Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	return c.Blob(http.StatusOK, f.MIME, content)
}

// chartView draws a figure of the document.
func chartView(x report.Chart) annual.Chart {
	out := annual.Chart{Title: x.Title, Note: x.Note, SVG: export.ChartSVG(x)}
	for _, b := range x.Bars {
		out.Rows = append(out.Rows, parts.Pair{Name: b.Label, Value: strconv.FormatInt(b.N, 10) + x.Unit})
	}
	return out
}
