package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/applicants"
)

// findApplicants answers a search for a name or a number. It is posted, so that
// what identifies a person stands in no address and no log.
func (s *Server) findApplicants(c echo.Context) error {
	v, err := s.deskOf(c, fileHandlers()...)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "申请人", "applicants")
	if err != nil {
		return err
	}
	p.Path = "/applicants"
	view := applicants.ListView{Page: p, Name: strings.TrimSpace(c.FormValue("who")), Found: true}
	lines, err := s.db.FindApplicants(c.Request().Context(), v.ids(), view.Name)
	if err != nil {
		return err
	}
	for _, l := range lines {
		view.Rows = append(view.Rows, s.applicantRow(v, l))
	}
	if view.Waiting, err = s.waitingMerges(c, v); err != nil {
		return err
	}
	return s.draw(c, http.StatusOK, applicants.List(view))
}

func (s *Server) applicantRow(v scope, l store.ApplicantLine) applicants.Row {
	agency, _ := v.tree.Agency(l.AgencyID)
	return applicants.Row{Name: masked(l.Name, l.Kind), Kind: l.Kind.Label(), Agency: agency.Name, Href: with("/applicants/"+strconv.FormatInt(l.ID, 10), "agency", v.agency.Code),
		Cases: strconv.Itoa(l.Cases), Open: strconv.Itoa(l.Open), First: orDash(l.First.String()), Last: orDash(l.Last.String())}
}

// waitingMerges words the merges that wait for the second person.
func (s *Server) waitingMerges(c echo.Context, v scope) ([]applicants.Merge, error) {
	open, err := s.db.MergeProposals(c.Request().Context(), v.ids())
	if err != nil {
		return nil, err
	}
	var actors []string
	for _, p := range open {
		actors = append(actors, p.By)
	}
	names, err := s.db.NamesOf(c.Request().Context(), actors)
	if err != nil {
		return nil, err
	}
	var out []applicants.Merge
	for _, p := range open {
		if !s.visitor(c).May(p.AgencyID, fileHandlers()...) {
			continue
		}
		// Two people judge whether they are one: they see the names whole.
		out = append(out, applicants.Merge{From: orDash(p.FromName), To: orDash(p.ToName), Reason: p.Reason, By: names[p.By],
			FromHref: with("/applicants/"+strconv.FormatInt(p.From, 10), "agency", v.agency.Code), ToHref: with("/applicants/"+strconv.FormatInt(p.To, 10), "agency", v.agency.Code),
			Path: "/applicants/merges/" + strconv.FormatInt(p.ID, 10), Own: cases.SameHand(p.By, s.stamp(c).By) && !s.visitor(c).Single})
	}
	return out, nil
}

// proposeMerge asks for the record of the address to go up in another one.
func (s *Server) proposeMerge(c echo.Context) error {
	page, v, view, err := s.loadApplicant(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, page.AgencyID, fileHandlers()...); err != nil {
		return err
	}
	to, err := strconv.ParseInt(c.FormValue("to"), 10, 64)
	if err != nil {
		return s.drawApplicant(c, http.StatusUnprocessableEntity, page, v, view, "没有选择合并到哪一条记录")
	}
	other, err := s.db.Applicant(c.Request().Context(), v.ids(), to)
	if err != nil || other.AgencyID != page.AgencyID {
		return errNotFound
	}
	ctx, stamp := c.Request().Context(), s.stamp(c)
	err = s.db.ProposeMerge(ctx, stamp, page.AgencyID, page.ID, to, strings.TrimSpace(c.FormValue("reason")))
	if err == nil && s.visitor(c).Single {
		err = s.decideAlone(c, stamp, page.ID)
	}
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawApplicant(c, http.StatusUnprocessableEntity, page, v, view, err.Error())
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/applicants", "agency", v.agency.Code, "saved", "proposed"))
}

// decideAlone carries out what the single user has asked for.
func (s *Server) decideAlone(c echo.Context, stamp cases.Stamp, from int64) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	open, err := s.db.MergeProposals(c.Request().Context(), v.ids())
	if err != nil {
		return err
	}
	stamp.Alone = true
	for _, p := range open {
		if p.From == from {
			return s.db.DecideMerge(c.Request().Context(), stamp, p.ID, true)
		}
	}
	return nil
}

// decideMerge is the second person's word.
func (s *Server) decideMerge(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	agency, err := s.db.MergeAgency(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, agency, fileHandlers()...); err != nil {
		return err
	}
	stamp := s.stamp(c)
	stamp.Alone = s.visitor(c).Single
	if err := s.db.DecideMerge(c.Request().Context(), stamp, id, c.FormValue("agree") == "1"); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/applicants", "agency", c.FormValue("agency"), "saved", "decided"))
}

// mergeChoices offers the records of the same agency that are called like this
// one or share its first sign, but those that are taken together already.
func (s *Server) mergeChoices(c echo.Context, page store.ApplicantPage) ([]applicants.Choice, error) {
	signs := []rune(page.Name)
	if len(signs) == 0 {
		return nil, nil
	}
	lines, err := s.db.FindApplicants(c.Request().Context(), []int64{page.AgencyID}, string(signs[:1]))
	if err != nil {
		return nil, err
	}
	var out []applicants.Choice
	for _, l := range lines {
		if l.ID != page.ID && l.Kind == page.Kind && alike(l.Name, page.Name) {
			out = append(out, applicants.Choice{Value: strconv.FormatInt(l.ID, 10), Label: l.Name, Note: strconv.Itoa(l.Cases) + "件，最近收到" + orDash(l.Last.String()),
				Href: "/applicants/" + strconv.FormatInt(l.ID, 10)})
		}
	}
	return out, nil
}

// alike reports whether two names could be one, wrongly written: equal, one the
// beginning of the other, or of the same length with one sign different.
func alike(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
		return true
	}
	if len(x) != len(y) {
		return false
	}
	wrong := 0
	for i := range x {
		if x[i] != y[i] {
			wrong++
		}
	}
	return wrong == 1
}
