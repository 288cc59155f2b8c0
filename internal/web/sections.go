package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/house"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// askSections shows the sections of an agency and who works in them.
func (s *Server) askSections(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	return s.drawSections(c, v, nil, http.StatusOK)
}

func (s *Server) drawSections(c echo.Context, v scope, problems []parts.Problem, status int) error {
	p, err := s.page(c, v, "科室", "settings")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/sections", len(problems) > 0
	view := house.SectionsView{Page: p, Problems: problems, Changes: s.visitor(c).May(v.agency.ID, settingKeepers()...), Typed: c.FormValue("name"),
		Back: with("/settings", "agency", v.agency.Code)}
	list, err := s.db.Sections(c.Request().Context(), v.agency.ID)
	if err != nil {
		return err
	}
	people, err := s.peopleOf(c, v.agency.ID)
	if err != nil {
		return err
	}
	view.People = peopleOptions(people, nil)
	for _, x := range list {
		row := house.Section{ID: strconv.FormatInt(x.ID, 10), Name: x.Name, People: peopleOptions(people, x.People)}
		for _, o := range row.People {
			if o.Chosen {
				row.Who = append(row.Who, o.Label)
			}
		}
		view.Sections = append(view.Sections, row)
	}
	return s.draw(c, status, house.Sections(view))
}

// peopleOf lists the accounts that hold any role in an agency.
func (s *Server) peopleOf(c echo.Context, agency int64) ([]auth.User, error) {
	all, err := s.db.Users(c.Request().Context(), s.today())
	return slices.DeleteFunc(all, func(u auth.User) bool {
		return u.Disabled || !u.Admin.IsZero() || !u.Single && len(u.Roles(agency)) == 0
	}), err
}

func peopleOptions(people []auth.User, chosen []int64) []parts.Option {
	var out []parts.Option
	for _, u := range people {
		out = append(out, parts.Option{Value: strconv.FormatInt(u.ID, 10), Label: u.Name, Chosen: slices.Contains(chosen, u.ID)})
	}
	return out
}

// doSection makes a section, changes one, or closes it.
func (s *Server) doSection(c echo.Context) error {
	v, err := s.deskOf(c, settingKeepers()...)
	if err != nil {
		return err
	}
	params, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	x := store.Section{AgencyID: v.agency.ID, Name: strings.TrimSpace(c.FormValue("name")), People: idsOf(params["people"])}
	if text := c.FormValue("id"); text != "" {
		if x.ID, err = strconv.ParseInt(text, 10, 64); err != nil || x.ID <= 0 {
			return errNotFound
		}
	}
	if c.FormValue("do") == "close" {
		err = s.db.CloseSection(c.Request().Context(), s.stamp(c), v.agency.ID, x.ID)
	} else {
		err = s.db.SaveSection(c.Request().Context(), s.stamp(c), x)
	}
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawSections(c, v, []parts.Problem{{Field: "name", Message: err.Error()}}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/sections", "agency", v.agency.Code))
}

// idsOf reads a list of ids; what is none is left out.
func idsOf(texts []string) []int64 {
	var out []int64
	for _, text := range texts {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && id > 0 {
			out = append(out, id)
		}
	}
	return out
}

// sectionOptions offers the sections of an agency after its officers: "s" before
// the id.
func (s *Server) sectionOptions(c echo.Context, agency int64) ([]parts.Option, error) {
	list, err := s.db.Sections(c.Request().Context(), agency)
	if err != nil {
		return nil, err
	}
	var out []parts.Option
	for _, x := range list {
		out = append(out, parts.Option{Value: "s" + strconv.FormatInt(x.ID, 10), Label: x.Name + "（科室认领）"})
	}
	return out, nil
}

// handsOf reads to whom a case goes: an officer, or ("s" before the id) a section.
func handsOf(text string) cases.Assigned {
	a := cases.Assigned{Reason: "assign"}
	if id, section := strings.CutPrefix(text, "s"); section {
		a.Section, _ = strconv.ParseInt(id, 10, 64) // only what was offered comes here
	} else {
		a.Officer, _ = strconv.ParseInt(text, 10, 64)
	}
	return a
}

// addReaders says who may open a sensitive case, and offers whom one could name.
func (s *Server) addReaders(c echo.Context, view *register.CaseView, found *cases.Case) error {
	users, err := s.db.Readers(c.Request().Context(), found.ID)
	if err != nil {
		return err
	}
	view.Limited = len(users) > 0
	may := s.visitor(c).May(found.AgencyID, settingKeepers()...) && !s.visitor(c).Single
	if may {
		view.ReadersPath = casePath(found.ID) + "/readers"
	}
	if !may && !view.Limited {
		return nil
	}
	people, err := s.peopleOf(c, found.AgencyID)
	view.Readers = peopleOptions(people, users)
	return err
}

// setReaders makes a case sensitive, or (with nobody named) lifts that.
func (s *Server) setReaders(c echo.Context) error {
	found, _, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, settingKeepers()...); err != nil {
		return err
	}
	params, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	people, err := s.peopleOf(c, found.AgencyID)
	if err != nil {
		return err
	}
	var users []int64
	for _, id := range idsOf(params["people"]) {
		if slices.ContainsFunc(people, func(u auth.User) bool { return u.ID == id }) {
			users = append(users, id)
		}
	}
	if c.FormValue("do") == "lift" {
		users = nil
	} else {
		users = append(users, s.visitor(c).ID) // who sets the limit does not shut himself out
	}
	if err := s.db.SetReaders(c.Request().Context(), s.stamp(c), found.ID, users); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, casePath(found.ID))
}
