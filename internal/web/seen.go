package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/store"
	"gongkai/templates/admin"
	"gongkai/templates/parts"
)

// askSeen asks the auditor whose data.
func (s *Server) askSeen(c echo.Context) error {
	return s.drawSeen(c, http.StatusOK, admin.SeenView{})
}

func (s *Server) drawSeen(c echo.Context, status int, view admin.SeenView) error {
	view.Page = s.plainPage(c, "谁看过")
	view.Page.Path, view.Page.Place, view.Page.Wrong, view.Page.Wide = "/admin/seen", "admin", len(view.Problems) > 0, true
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return err
	}
	view.Agencies = agencyOptions(tree, view.Agency, 0)[1:]
	return s.draw(c, status, admin.Seen(view))
}

// doSeen answers who saw a person's data between two days. The auditor opens no
// case: he names the person by the number of a case, or by what the person gives
// him, and sees who looked, not what there is.
func (s *Server) doSeen(c echo.Context) error {
	view := admin.SeenView{Agency: c.FormValue("agency"), Who: strings.TrimSpace(c.FormValue("who")), From: strings.TrimSpace(c.FormValue("from")), To: strings.TrimSpace(c.FormValue("to")), Asked: true}
	ctx := c.Request().Context()
	from, okFrom := readDay(view.From)
	to, okTo := readDay(view.To)
	if view.From != "" && !okFrom {
		view.Problems = append(view.Problems, parts.Problem{Field: "from", Message: "起始日“" + view.From + "”读不懂，应为如 " + s.today().String() + " 的日期"})
	}
	if view.To != "" && !okTo {
		view.Problems = append(view.Problems, parts.Problem{Field: "to", Message: "截止日“" + view.To + "”读不懂，应为如 " + s.today().String() + " 的日期"})
	}
	if view.Who == "" {
		view.Problems = append(view.Problems, parts.Problem{Field: "who", Message: "没有填写办件编号、姓名、证件号码或电话"})
	}
	tree, err := s.db.Tree(ctx, s.today())
	if err != nil {
		return err
	}
	agency, found := tree.ByCode(view.Agency)
	if !found {
		view.Problems = append(view.Problems, parts.Problem{Field: "agency", Message: "没有选择机关"})
	}
	if len(view.Problems) > 0 {
		return s.drawSeen(c, http.StatusUnprocessableEntity, view)
	}
	ids, err := s.db.CaseApplicants(ctx, agency.ID, view.Who)
	if store.Is(err, store.NotFound) {
		var lines []store.ApplicantLine
		lines, err = s.db.FindApplicants(ctx, tree.Own(agency.ID), view.Who)
		for _, l := range lines {
			ids = append(ids, l.ID)
		}
	}
	if err != nil {
		return err
	}
	chains, err := s.db.AuditChains(ctx)
	if err != nil {
		return err
	}
	var rows []store.AuditEntry
	seen := map[[2]int64]bool{}
	for _, id := range ids {
		some, err := s.db.WhoSaw(ctx, chains, id, from, to)
		if err != nil {
			return err
		}
		for _, r := range some {
			if !seen[[2]int64{r.Chain, r.Seq}] {
				seen[[2]int64{r.Chain, r.Seq}] = true
				rows = append(rows, r)
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b store.AuditEntry) int { return int(min(max(b.At-a.At, -1), 1)) })
	view.Records = len(ids)
	if view.Entries, err = s.auditEntries(c, rows); err != nil {
		return err
	}
	// That somebody asked is itself on record.
	if err := s.db.Audit(ctx, store.SystemChain, s.stamp(c), store.Entry{Act: "seen_asked", Object: "applicant", ObjectID: firstOf(ids), Detail: map[string]any{"records": len(ids)}}); err != nil {
		return err
	}
	return s.drawSeen(c, http.StatusOK, view)
}

func firstOf(ids []int64) int64 {
	if len(ids) == 0 {
		return 0
	}
	return ids[0]
}
