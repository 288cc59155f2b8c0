package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/callers"
)

// askCaller shows the empty look-up.
func (s *Server) askCaller(c echo.Context) error { return s.drawCallers(c, "", nil) }

// findCaller answers somebody who calls. What he says is sent in the body: an
// address with a name in it would stand in histories and logs.
func (s *Server) findCaller(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if err := s.mayAct(c, v.agency.ID, cases.FrontDesk, cases.Officer, cases.Reviewer, cases.Signer); err != nil {
		return err
	}
	text := strings.TrimSpace(c.FormValue("text"))
	hits, err := s.db.FindCaller(c.Request().Context(), v.ids(), text)
	if err != nil {
		return err
	}
	return s.drawCallers(c, text, hits)
}

func (s *Server) drawCallers(c echo.Context, text string, hits []store.CallerHit) error {
	ctx, today := c.Request().Context(), s.today()
	v, err := s.scope(c, today)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "来电查询", "callers")
	if err != nil {
		return err
	}
	p.Path = "/callers"
	book, err := s.db.Book(ctx)
	if err != nil {
		return err
	}
	var officers, ids []int64
	var rows []store.CaseRow
	for _, h := range hits {
		officers, ids, rows = append(officers, h.Officer), append(ids, h.ID), append(rows, h.CaseRow)
	}
	came, err := s.db.CameOf(ctx, ids)
	if err != nil {
		return err
	}
	origins, err := s.origins(ctx, rows)
	if err != nil {
		return err
	}
	names, err := s.db.UserNames(ctx, officers)
	if err != nil {
		return err
	}
	view := callers.View{Page: p, Text: text, Asked: c.Request().Method == http.MethodPost}
	for _, h := range hits {
		hit := callers.Hit{Light: lightOf(h.Row, book.Latest(), today), Number: caseNumber(h.Number, h.ID), Href: casePath(h.ID),
			Applicant: maskedRow(h.CaseRow), Sentence: standing(h.CaseRow, names[h.Officer], today), By: foundBy(h.By), Note: casePath(h.ID) + "/act/contacted",
			Related: s.related(h.ID, h.Row, came, origins, book.Latest())}
		view.Hits = append(view.Hits, hit)
	}
	return s.draw(c, http.StatusOK, callers.Show(view))
}

// standing says where a case stands, who has it and by when it is answered.
func standing(r store.CaseRow, officer string, today calendar.Date) string {
	who := "尚未分办"
	if officer != "" {
		who = "由" + officer + "承办"
	}
	switch {
	case r.State == cases.StateVoided:
		return "重复登记，已于" + r.AnsweredOn.Chinese() + "作废。"
	case r.ReceivedOn.IsZero():
		return "待与申请人确认收到，期限未起算；" + who + "。"
	case !r.AnsweredOn.IsZero():
		return r.ReceivedOn.Chinese() + "收到，" + r.AnsweredOn.Chinese() + "已答复（" + r.Outcome.Label() + "）。"
	case r.StateOn(today).Waits():
		return r.ReceivedOn.Chinese() + "收到，" + r.StateOn(today).Label() + "；" + who + "。"
	}
	state := r.StateOn(today)
	if state == cases.StateProposed || state == cases.StateApproved {
		state = cases.StateRunning // the office's inner steps are not for callers
	}
	return r.ReceivedOn.Chinese() + "收到，" + state.Label() + "，" + who + "，应在" + r.DueOn.Chinese() + "以前答复" + tentative(r.Provisional) + "。"
}

// foundBy says how a case was found.
func foundBy(by string) string {
	return map[string]string{"number": "按编号", "name": "按姓名", "phone": "按电话", "tail": "按电话末四位"}[by]
}
