package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/signin"
)

// fillCovers lists leave cover that lasts or is to come, and who can be asked.
func (s *Server) fillCovers(c echo.Context, view *signin.MeView, tree *cases.Tree) error {
	ctx, v := c.Request().Context(), s.visitor(c)
	if v.Single || !v.Works() {
		return nil
	}
	users, err := s.db.Users(ctx, s.today())
	if err != nil {
		return err
	}
	names := map[int64]string{}
	for _, u := range users {
		names[u.ID] = u.Name
		for _, g := range v.Grants {
			if own := g.ForID == 0; own && u.ID != v.ID && !u.Disabled && !u.Single && u.May(g.Agency, cases.Roles()...) {
				agency, _ := tree.Agency(g.Agency)
				view.Colleagues = appendOption(view.Colleagues, coverValue(g.Agency, u), agency.Name+"："+u.Name)
			}
		}
	}
	covers, err := s.db.Covers(ctx, v.ID, s.today())
	if err != nil {
		return err
	}
	for _, x := range covers {
		agency, _ := tree.Agency(x.AgencyID)
		row := signin.Cover{Agency: agency.Name, Absent: names[x.AbsentID], By: names[x.CoverID], From: x.From.String(), To: x.To.String()}
		if x.AbsentID == v.ID {
			row.End = "/me/covers/" + strconv.FormatInt(x.ID, 10) + "/end"
		}
		view.Covers = append(view.Covers, row)
	}
	return nil
}

func coverValue(agency int64, u auth.User) string {
	return strconv.FormatInt(agency, 10) + "/" + strconv.FormatInt(u.ID, 10)
}

// appendOption adds a choice that is not there yet.
func appendOption(options []parts.Option, value, label string) []parts.Option {
	for _, o := range options {
		if o.Value == value {
			return options
		}
	}
	return append(options, parts.Option{Value: value, Label: label})
}

// addCover has a colleague of the same agency do one's work for some days.
func (s *Server) addCover(c echo.Context) error {
	ctx, v := c.Request().Context(), s.visitor(c)
	refuse := func(field, message string) error {
		return s.drawMe(c, http.StatusUnprocessableEntity, "", []parts.Problem{{Field: field, Message: message}})
	}
	var x store.Cover
	users, err := s.db.Users(ctx, s.today())
	if err != nil {
		return err
	}
	for _, u := range users {
		for _, g := range v.Grants {
			if g.ForID == 0 && c.FormValue("colleague") == coverValue(g.Agency, u) {
				x = store.Cover{AbsentID: v.ID, CoverID: u.ID, AgencyID: g.Agency}
			}
		}
	}
	if x.CoverID == 0 {
		return refuse("colleague", "还没有选择代办的同事：请选择本机关的一位同事")
	}
	var fromOK, toOK bool
	if x.From, fromOK = readDay(c.FormValue("from")); !fromOK {
		return refuse("from", "开始日期读不懂：应填如 2026-11-25")
	}
	if x.To, toOK = readDay(c.FormValue("to")); !toOK {
		return refuse("to", "结束日期读不懂：应填如 2026-11-27")
	}
	err = s.db.AddCover(ctx, s.stamp(c), x)
	var known *store.Error
	if errors.As(err, &known) && known.Kind == store.Invalid {
		return refuse("to", known.Message)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/me?saved=cover")
}

// endCover ends leave cover early: one is back.
func (s *Server) endCover(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	if err := s.db.EndCover(c.Request().Context(), s.stamp(c), s.visitor(c).ID, id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/me?saved=cover")
}
