package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/house"
	"gongkai/templates/parts"
)

// settingKeepers are the roles that change what an agency decides for itself.
func settingKeepers() []cases.Role { return []cases.Role{cases.Reviewer, cases.Signer} }

// askSettings shows the settings of an agency, since when each holds, what is to
// hold from a later day, and what waits for the second person.
func (s *Server) askSettings(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	saved := map[string]string{"set": "已保存。", "proposed": "已提出，等待第二人确认。", "decided": "已办理。"}[c.QueryParam("saved")]
	return s.drawSettings(c, v, house.SettingsView{Saved: saved}, http.StatusOK)
}

func (s *Server) drawSettings(c echo.Context, v scope, view house.SettingsView, status int) error {
	p, err := s.page(c, v, "机关设置", "settings")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/settings", len(view.Problems) > 0
	view.Page, view.Agency, view.Today = p, v.agency.Name, s.today().String()
	view.Changes = s.visitor(c).May(v.agency.ID, settingKeepers()...)
	view.Sections = with("/sections", "agency", v.agency.Code)
	values, err := s.db.Settings(c.Request().Context(), v.agency.ID)
	if err != nil {
		return err
	}
	for _, x := range cases.AgencySettings() {
		if len(view.Groups) == 0 || view.Groups[len(view.Groups)-1].Name != x.Group {
			view.Groups = append(view.Groups, house.SettingGroup{Name: x.Group})
		}
		g := &view.Groups[len(view.Groups)-1]
		one, err := s.inherited(c, v, x, s.settingView(c, x, values, view.Problems))
		if err != nil {
			return err
		}
		g.Settings = append(g.Settings, one)
	}
	if view.Waiting, err = s.waitingSettings(c, v); err != nil {
		return err
	}
	return s.draw(c, status, house.Settings(view))
}

// inherited words what an agency that has set nothing takes from the one above it.
func (s *Server) inherited(c echo.Context, v scope, x cases.Setting, view house.Setting) (house.Setting, error) {
	if !x.Inherited || strings.HasPrefix(view.Since, "自") || strings.HasPrefix(view.Since, "一直") {
		return view, nil
	}
	value, from, err := s.db.SettingFrom(c.Request().Context(), v.agency.ID, x.Key, s.today())
	if err != nil || from == 0 || from == v.agency.ID {
		return view, err
	}
	above, _ := v.tree.Agency(from)
	view.Value, view.Since = orDash(x.Show(value)), "（沿用"+above.Name+"）"
	return view, nil
}

// settingView words one setting: the value of today, where it comes from, and
// what is set for later.
func (s *Server) settingView(c echo.Context, x cases.Setting, values []store.SettingValue, problems []parts.Problem) house.Setting {
	out := house.Setting{Key: x.Key, Label: x.Label, Hint: x.Hint, Kind: x.Kind, Two: x.Two, Value: first1(x.Usual(), "未设置")}
	current := ""
	for _, value := range values {
		if value.Key != x.Key {
			continue
		}
		shown := orDash(x.Show(value.Value))
		switch {
		case value.From.After(s.today()):
			out.Later = append(out.Later, "自"+value.From.String()+"起："+shown)
		case out.Since == "":
			current, out.Value, out.Since = value.Value, shown, "自"+value.From.String()+"起"
			if value.From.IsZero() {
				out.Since = "一直"
			}
			if value.Agency == 0 {
				out.Since += "（全系统）"
			}
		default:
			out.Before = append(out.Before, "自"+orDash(value.From.String())+"起："+shown)
		}
	}
	out.Typed = first1(x.Show(current), x.Usual())
	if x.Kind == "yes" {
		out.Typed = current
	}
	if c.FormValue("key") == x.Key && len(problems) > 0 {
		out.Typed, out.From, out.Reason, out.Open, out.Problems = c.FormValue("value"), c.FormValue("from"), c.FormValue("reason"), true, problems
	}
	if x.Usual() != "" && out.Since == "" {
		out.Since = "（惯例，未另行设置）"
	}
	if out.From == "" {
		out.From = s.today().String()
	}
	return out
}

func (s *Server) waitingSettings(c echo.Context, v scope) ([]house.WaitingSetting, error) {
	open, err := s.db.SettingProposals(c.Request().Context(), v.agency.ID)
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
	var out []house.WaitingSetting
	for _, p := range open {
		x, _ := cases.FindSetting(p.Key)
		out = append(out, house.WaitingSetting{Label: x.Label, Value: orDash(x.Show(p.Value)), From: p.From.String(), Reason: p.Reason, By: names[p.By],
			Path: "/settings/proposals/" + strconv.FormatInt(p.ID, 10), Own: cases.SameHand(p.By, s.stamp(c).By) && !s.visitor(c).Single})
	}
	return out, nil
}

// changeSetting sets a setting from a day on, or asks the second person where it
// changes law or money.
func (s *Server) changeSetting(c echo.Context) error {
	v, err := s.deskOf(c, settingKeepers()...)
	if err != nil {
		return err
	}
	x, known := cases.FindSetting(c.FormValue("key"))
	if !known {
		return s.drawSettings(c, v, house.SettingsView{Problems: []parts.Problem{{Field: "value", Message: "没有这项设置，从本页上更改"}}}, http.StatusUnprocessableEntity)
	}
	var problems []parts.Problem
	wrong := func(field, message string) {
		problems = append(problems, parts.Problem{Field: field, Message: message})
	}
	value, err := x.Read(c.FormValue("value"))
	if err != nil {
		wrong("value", err.Error())
	}
	from, ok := readNearDay(c.FormValue("from"), s.today())
	switch {
	case !ok:
		wrong("from", "生效日期“"+c.FormValue("from")+"”读不懂，应为如 "+s.today().String()+" 的日期")
	case from.Before(s.today()):
		wrong("from", "生效日期不能早于今天：已经发生的按当时的设置办理")
	}
	reason := strings.TrimSpace(c.FormValue("reason"))
	if x.Two && reason == "" {
		wrong("reason", "没有写明理由：第二人据此确认")
	}
	if len(problems) == 0 {
		saved, err := s.storeSetting(c, v.agency.ID, x, value, from, reason)
		if err == nil {
			return c.Redirect(http.StatusSeeOther, with("/settings", "agency", v.agency.Code, "saved", saved))
		}
		if !store.Is(err, store.Invalid) {
			return err
		}
		wrong("value", err.Error())
	}
	return s.drawSettings(c, v, house.SettingsView{Problems: problems}, http.StatusUnprocessableEntity)
}

// storeSetting sets what one person may set, and in single-user mode all of it.
func (s *Server) storeSetting(c echo.Context, agency int64, x cases.Setting, value string, from calendar.Date, reason string) (string, error) {
	ctx, stamp := c.Request().Context(), s.stamp(c)
	if x.Two && !s.visitor(c).Single {
		return "proposed", s.db.ProposeSetting(ctx, stamp, agency, x.Key, value, from, reason)
	}
	return "set", s.db.Set(ctx, stamp, agency, x.Key, value, from)
}

// decideSetting is the second person's word.
func (s *Server) decideSetting(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	p, err := s.db.SettingProposal(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, p.AgencyID, settingKeepers()...); err != nil {
		return err
	}
	stamp := s.stamp(c)
	stamp.Alone = s.visitor(c).Single
	if err := s.db.DecideSetting(c.Request().Context(), stamp, id, c.FormValue("agree") == "1"); err != nil {
		return err
	}
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	agency, _ := v.tree.Agency(p.AgencyID)
	return c.Redirect(http.StatusSeeOther, with("/settings", "agency", agency.Code, "saved", "decided"))
}
