package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/export"
	"gongkai/internal/store"
)

// downloadList sends the register under its filters as a workbook, in the columns
// of the ledger. Contact data stays in the house; names are masked where the
// visitor does not handle the agency's cases. That it left is in the audit chain
// before it does.
func (s *Server) downloadList(c echo.Context) error {
	ctx := c.Request().Context()
	q := s.readList(c)
	v, err := s.listScope(c, q)
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	if len(q.problems) > 0 {
		return store.Fail(store.Invalid, "%s。", q.problems[0].Message)
	}
	if q.filter.Book, err = s.db.Book(ctx); err != nil {
		return err
	}
	q.filter.AgencyIDs, q.agency = v.ids(), v.agency.Code
	if q.typed["hands"] == "me" {
		q.filter.Officer = s.visitor(c).ID
	}
	rows, cut, err := s.rowsToPrint(c, q)
	if err != nil {
		return err
	}
	if cut != "" {
		return store.Fail(store.Invalid, "符合条件的办件超过%d件，一张表放不下；请加上年度、机关等条件再导出，或用 gongkai export cases 导出全部。", mostPrinted)
	}
	var file bytes.Buffer
	if err := export.WriteLedgerXLSX(&file, s.records(ctx, v, s.visitor(c), rows)); err != nil {
		return err
	}
	if err := s.db.Audit(ctx, v.agency.ID, s.stamp(c), store.Entry{Act: "list_exported", Object: "agency", ObjectID: v.agency.ID,
		Detail: map[string]any{"cases": len(rows)}}); err != nil {
		return err
	}
	attach(c, fmt.Sprintf("%s依申请公开台账%s.xlsx", v.agency.Name, s.today()))
	return c.Blob(http.StatusOK, downloadKinds[0].mime, file.Bytes())
}

// records reads the listed cases one after the other as ledger lines.
func (s *Server) records(ctx context.Context, v scope, who visitor, rows []store.CaseRow) func(func(cases.Record, error) bool) {
	return func(yield func(cases.Record, error) bool) {
		for _, line := range rows {
			if line.Hidden || line.Flags.Any(cases.Uncounted) { // the ledger has no column for what does not count
				continue
			}
			found, err := s.db.Case(ctx, line.ID)
			if err != nil {
				yield(cases.Record{}, err)
				return
			}
			r := cases.RecordOf(found)
			agency, _ := v.tree.Agency(found.AgencyID)
			r.Agency, r.IDNumber, r.Phone, r.Email, r.Address = agency.Code, "", "", "", ""
			if !who.May(found.AgencyID, cases.FrontDesk, cases.Officer, cases.Reviewer, cases.Signer) {
				r.Applicant = masked(r.Applicant, r.Kind)
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}
