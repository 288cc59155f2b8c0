package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// askRemake asks from which day the answer has to be given anew.
func (s *Server) askRemake(c echo.Context) error {
	found, v, err := s.loadRemake(c)
	if err != nil {
		return err
	}
	return s.drawRemake(c, v, found, s.today().String(), nil, http.StatusOK)
}

func (s *Server) loadRemake(c echo.Context) (*cases.Case, scope, error) {
	found, v, err := s.loadCase(c)
	if err != nil {
		return nil, v, err
	}
	return found, v, s.mayAct(c, found.AgencyID, cases.Officer)
}

func (s *Server) drawRemake(c echo.Context, v scope, found *cases.Case, on string, problems []parts.Problem, status int) error {
	p, err := s.page(c, v, "重新办理 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/cases", len(problems) > 0
	view := handling.ActView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID), Heading: "重新办理（责令重作）", Problems: problems,
		Article: "行政复议决定、判决", Needs: "收到决定书、判决书之日", Version: strconv.FormatInt(found.Version, 10), Key: first1(c.FormValue("key"), s.reference()),
		Action: casePath(found.ID) + "/remake", Button: "立件重新办理",
		Note: "另立一件，有自己的编号和期限，与本件关联；年度报告表三不重复计数。决定书、判决书另定期限的，以其为准。"}
	view.Fields = drawFields("收到决定书、判决书之日", nil, actInput{typedOn: on, problems: problems})
	return s.draw(c, status, handling.Act(view))
}

// doRemake opens the new case and marks the old one, in one transaction.
func (s *Server) doRemake(c echo.Context) error {
	found, v, err := s.loadRemake(c)
	if err != nil {
		return err
	}
	on, ok := readDay(c.FormValue("on"))
	if !ok {
		return s.drawRemake(c, v, found, c.FormValue("on"), []parts.Problem{{Field: "on", Message: "日期“" + c.FormValue("on") + "”读不懂，应为如 " + s.today().String() + " 的日期"}}, http.StatusUnprocessableEntity)
	}
	stamp := s.stamp(c)
	sub := store.Submission{Key: c.FormValue("key"), Content: []string{casePath(found.ID), on.String()}}
	var anew *cases.Case
	id, err := s.db.Remake(c.Request().Context(), stamp, sub, store.Edit{ID: found.ID}, func(old *cases.Case) error {
		if anew, err = old.Remake(stamp, on); err != nil {
			return err
		}
		return old.StepRemedy(stamp, on, cases.RemedyStep{Ref: old.Quashed(), Step: "remade"})
	}, func(*cases.Case) (*cases.Case, error) { return anew, nil })
	switch {
	case isRefused(err):
		return s.drawRemake(c, v, found, c.FormValue("on"), []parts.Problem{{Field: "on", Message: err.Error()}}, http.StatusUnprocessableEntity)
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, casePath(id))
}
