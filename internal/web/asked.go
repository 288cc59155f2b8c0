package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/store"
	"gongkai/templates/asked"
	"gongkai/templates/parts"
)

// fromSeveral is the number of applicants from which on what they ask for is
// to be considered for publication.
const fromSeveral = 3

// showAsked shows what several people asked the agencies in scope for in a year:
// what Art 44 has them consider for publication.
func (s *Server) showAsked(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	view := asked.View{Year: strings.TrimSpace(c.QueryParam("year"))}
	if view.Page, err = s.page(c, v, "多人申请", "asked"); err != nil {
		return err
	}
	if view.Year == "" {
		view.Year = strconv.Itoa(s.today().Year())
	}
	groups, err := s.askedIn(c, v, view.Year)
	var known *store.Error
	if errors.As(err, &known) && known.Kind == store.Invalid {
		view.Page.Wrong = true
		view.Problems = []parts.Problem{{Field: "year", Message: known.Error()}}
		return s.draw(c, http.StatusUnprocessableEntity, asked.Show(view))
	}
	if err != nil {
		return err
	}
	view.Groups = groups
	return s.draw(c, http.StatusOK, asked.Show(view))
}

func (s *Server) askedIn(c echo.Context, v scope, typed string) ([]asked.Group, error) {
	year, err := strconv.Atoi(typed)
	if err != nil || year < 2008 || year > s.today().Year() {
		return nil, store.Fail(store.Invalid, "年度无法识别；请写2008年以来的四位年度，如2025。")
	}
	ctx, today := c.Request().Context(), s.today()
	found, err := s.db.AskedBySeveral(ctx, v.ids(), calendar.Of(year, time.January, 1), calendar.Of(year, time.December, 31), fromSeveral)
	if err != nil {
		return nil, err
	}
	book, err := s.db.Book(ctx)
	if err != nil {
		return nil, err
	}
	var out []asked.Group
	for _, f := range found {
		g := asked.Group{Content: f.Content, Applicants: f.Applicants}
		for _, r := range f.Rows {
			g.Cases = append(g.Cases, asked.Case{Light: lightOf(r.Row, book.Latest(), today), Number: caseNumber(r.Number, r.ID),
				Href: casePath(r.ID), Received: r.ReceivedOn.Chinese(), Standing: askedStanding(r, today)})
		}
		out = append(out, g)
	}
	return out, nil
}

// askedStanding says what became of a case of the group.
func askedStanding(r store.CaseRow, today calendar.Date) string {
	if !r.AnsweredOn.IsZero() {
		return r.Outcome.Label()
	}
	if r.StateOn(today).Waits() {
		return "" // the light says it
	}
	return r.StateOn(today).Label()
}
