package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/internal/importer"
	"gongkai/internal/store"
	"gongkai/templates/ledger"
)

// importJob makes the store's job of a sound ledger.
func (s *Server) importJob(c echo.Context, p parcel, book *importer.Ledger) (store.ImportJob, error) {
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return store.ImportJob{}, err
	}
	agency, ok := tree.ByCode(p.Agency)
	if !ok {
		return store.ImportJob{}, errNotFound
	}
	job := store.ImportJob{Agency: agency.ID, FileName: p.Name}
	for _, r := range book.Rows {
		job.Rows = append(job.Rows, store.ImportRow{Sheet: r.Sheet, Line: r.Line, Record: r.Record})
	}
	return job, nil
}

// adoptLedger takes a waiting file into the register, once: a second press finds
// it done and says so.
func (s *Server) adoptLedger(c echo.Context) error {
	s.import1.Lock()
	defer s.import1.Unlock()
	token := c.Param("token")
	p, err := s.parcelOf(c, token)
	if err != nil {
		return err
	}
	if p.Done != nil {
		return c.Redirect(http.StatusSeeOther, donePath(token, p, true))
	}
	data, err := s.shelf.data(token)
	if err != nil {
		return err
	}
	book, err := s.readLedger(c, p, data)
	if err != nil {
		return err
	}
	if book.ProblemCount > 0 {
		return c.Redirect(http.StatusSeeOther, with("/import/"+token, "agency", p.Agency))
	}
	job, err := s.importJob(c, p, book)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	job.FileHash, job.AcceptChanges = hex.EncodeToString(sum[:]), c.FormValue("accept_changes") == "1"
	result, err := s.db.Import(c.Request().Context(), s.stamp(c), job)
	if err != nil {
		return err
	}
	if err := s.shelf.finish(token, p, adoptedOf(result)); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, donePath(token, p, false))
}

// showAdopted says what was taken.
func (s *Server) showAdopted(c echo.Context) error {
	p, err := s.parcelOf(c, c.Param("token"))
	if err != nil {
		return err
	}
	if p.Done == nil {
		return errNotFound
	}
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	page, err := s.page(c, v, "台账已采纳", "import")
	if err != nil {
		return err
	}
	page.Path = "/import"
	counts := importCounts(*p.Done)
	counts[3].Note = "与记录不同，没有采纳"
	return s.draw(c, http.StatusOK, ledger.Done(ledger.DoneView{Page: page, File: "“" + p.Name + "”",
		Again: c.QueryParam("again") == "1", Counts: counts, Links: []ledger.Link{
			{Label: "查看台账", Href: with("/cases", "agency", p.Agency)},
			{Label: "查看逾期", Href: with("/cases", "agency", p.Agency, "light", "late")},
			{Label: "查看年报表", Href: with(fmt.Sprintf("/report/%d", reportYear(s.today())), "agency", p.Agency)},
			{Label: "再导入一份", Href: with("/import", "agency", p.Agency)}}}))
}

// cancelImport gives a waiting file up and removes it.
func (s *Server) cancelImport(c echo.Context) error {
	token := c.Param("token")
	p, err := s.parcelOf(c, token)
	if err != nil {
		return err
	}
	if err := s.shelf.drop(token); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/import", "agency", p.Agency))
}
