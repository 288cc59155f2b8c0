package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/store"
	"gongkai/templates/letters"
	"gongkai/templates/parts"
)

// lettersOnPage is how many numbers one page of the register lists.
const lettersOnPage = 200

// listNumbers shows 发文登记: the numbers of an agency's letters in a year, void ones
// too.
func (s *Server) listNumbers(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	if err := s.mayAct(c, v.agency.ID, fileHandlers()...); err != nil {
		return err
	}
	year, err := strconv.Atoi(c.QueryParam("year"))
	if err != nil || year < 2008 || year > s.today().Year()+1 {
		year = s.today().Year()
	}
	after, _ := strconv.ParseInt(c.QueryParam("after"), 10, 64) // 0: from the beginning
	own, outside, err := s.db.LetterRegister(c.Request().Context(), v.agency.ID, year, max(after, 0), lettersOnPage)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "发文登记 "+strconv.Itoa(year)+"年", "templates")
	if err != nil {
		return err
	}
	p.Path, p.Keep = "/letters", []parts.Pair{{Name: "year", Value: strconv.Itoa(year)}}
	view := letters.NumbersView{Page: p, AgencyName: v.agency.Name, Year: strconv.Itoa(year), More: after > 0}
	for y := s.today().Year(); y > s.today().Year()-6; y-- {
		view.Years = append(view.Years, letters.YearLink{Label: strconv.Itoa(y) + "年", Href: with("/letters", "agency", v.agency.Code, "year", strconv.Itoa(y)), Here: y == year})
	}
	for _, l := range own {
		view.Own = append(view.Own, numberLine(l))
	}
	for _, l := range outside {
		view.Outside = append(view.Outside, numberLine(l))
	}
	if len(own) == lettersOnPage {
		view.Next = with("/letters", "agency", v.agency.Code, "year", strconv.Itoa(year), "after", strconv.FormatInt(own[len(own)-1].N, 10))
	}
	return s.draw(c, http.StatusOK, letters.Numbers(view))
}

// numberLine words one number; of a sensitive case that is not for the reader, the
// number alone.
func numberLine(l store.LetterLine) letters.NumberLine {
	out := letters.NumberLine{Number: l.Number, State: letterState(l.Letter), Class: l.State}
	if l.Hidden {
		out.Title, out.Case = "（敏感件）", "—"
		return out
	}
	out.Title, out.On, out.Case, out.Href = letterTitle(l.Kind), l.On.String(), caseNumber(l.Case, l.CaseID), letterPath(l.CaseID, l.Place)
	if l.State == store.LetterVoided {
		out.Note = l.Reason
	}
	return out
}
