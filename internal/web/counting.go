package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// askCounting shows how is counted what the rules leave open (统计口径), and who has
// settled it.
func (s *Server) askCounting(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	return s.drawCounting(c, http.StatusOK, q, nil, nil)
}

// doCounting settles it for the agency and all below it, from this year on.
func (s *Server) doCounting(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	if err := s.mayAct(c, q.scope.agency.ID, settingKeepers()...); err != nil {
		return err
	}
	typed := report.Counting{Answers: map[string]string{}, Note: strings.TrimSpace(strings.ReplaceAll(c.FormValue("note"), "\r\n", "\n"))}
	for _, x := range report.Questions() {
		if answer := c.FormValue("q_" + x.Code); answer != "" {
			typed.Answers[x.Code] = answer
		}
	}
	seen, _ := strconv.Atoi(c.FormValue("seen")) // a form without it was never shown: as if nothing was seen
	err = s.db.SetCounting(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, seen, typed)
	status := map[bool]int{true: http.StatusConflict, false: http.StatusUnprocessableEntity}[store.Is(err, store.Conflict)]
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawCounting(c, status, q, &typed, []parts.Problem{{Field: "note", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/counting", "saved", "1"))
}

func (s *Server) drawCounting(c echo.Context, status int, q reportQuery, typed *report.Counting, problems []parts.Problem) error {
	ctx := c.Request().Context()
	p, err := s.page(c, q.scope, "统计口径", "report")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = fmt.Sprintf("/report/%d", q.year), len(problems) > 0
	now, by, err := s.db.Counting(ctx, q.scope.agency.ID, q.year)
	if err != nil {
		return err
	}
	view := annual.CountingView{Page: p, Heading: fmt.Sprintf("%s%d年统计口径", q.scope.agency.Name, q.year), Back: q.href(""), Action: q.href("/counting"), Problems: problems,
		Saved: c.QueryParam("saved") == "1", Note: now.Note, Seen: "0"}
	own := by.Place == 0 || by.AgencyID == q.scope.agency.ID
	view.Changes = own && s.visitor(c).May(q.scope.agency.ID, settingKeepers()...)
	if by.Place > 0 {
		names, err := s.db.NamesOf(ctx, []string{by.By})
		if err != nil {
			return err
		}
		a, _ := q.scope.tree.Agency(by.AgencyID)
		view.By = fmt.Sprintf("由%s自%d年起确定（%s %s登记）", a.Name, by.Year, s.clock(by.At), names[by.By])
		if own && by.Year == q.year {
			view.Seen = strconv.Itoa(by.Place)
		}
	}
	if typed != nil {
		now, view.Note, view.Seen = *typed, typed.Note, c.FormValue("seen")
	}
	for _, x := range report.Questions() {
		row := annual.Question{Code: x.Code, Title: x.Title, Hint: x.Hint, Computed: x.Computed, Sentence: now.Choice(x.Code).Sentence}
		for _, o := range x.Choices {
			row.Options = append(row.Options, parts.Option{Value: o.Code, Label: o.Label, Chosen: o == now.Choice(x.Code)})
		}
		view.Questions = append(view.Questions, row)
	}
	return s.draw(c, status, annual.Counting(view))
}
