package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/templates/register"
)

// openPeople shows a case with the personal fields of its parties opened. Who
// opened them is in the audit chain before the page leaves: if that can't be
// written, nothing is shown.
func (s *Server) openPeople(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	// Who reads from above counts and supervises; whom to call is for those who
	// handle the case.
	if err := s.mayAct(c, found.AgencyID, cases.FrontDesk, cases.Officer, cases.Reviewer, cases.Signer); err != nil {
		return err
	}
	opened, err := s.db.People(c.Request().Context(), found.ID, s.stamp(c), "handling")
	if err != nil {
		return err
	}
	view, err := s.caseView(c, v, found)
	if err != nil {
		return err
	}
	view.Opened, view.People = true, openedPeople(opened)
	return s.draw(c, http.StatusOK, register.Case(view))
}

func openedPeople(parties []cases.Party) []register.Person {
	out := people(parties)
	for i, p := range parties {
		a := p.Applicant
		out[i].Name = orDash(a.Name)
		for _, f := range []register.Fact{{Label: "证件号码", Value: a.IDNumber}, {Label: "联系电话", Value: a.Phone},
			{Label: "电子邮箱", Value: a.Email}, {Label: "地址", Value: a.Address}} {
			f.Value = orDash(f.Value)
			out[i].Lines = append(out[i].Lines, f)
		}
	}
	return out
}
