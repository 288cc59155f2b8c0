package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/signin"
)

// listUsers shows the accounts to the administrators who keep them.
func (s *Server) listUsers(c echo.Context) error {
	saved := map[string]string{"state": "已保存。", "proposed": "已提出，等待安全管理员确认。", "decided": "已办理。"}[c.QueryParam("saved")]
	return s.drawUsers(c, http.StatusOK, signin.PeopleView{Saved: saved})
}

func (s *Server) drawUsers(c echo.Context, status int, view signin.PeopleView) error {
	ctx, v := c.Request().Context(), s.visitor(c)
	view.Page = s.plainPage(c, "人员")
	view.Page.Path, view.Page.Place, view.Page.Wrong, view.Page.Wide = "/admin/users", "admin", len(view.Problems) > 0, true
	if err := s.bell(c, &view.Page); err != nil {
		return err
	}
	view.Changes, view.Decides = v.Admin == auth.SystemAdmin, v.Admin == auth.SecurityAdmin
	tree, err := s.db.Tree(ctx, s.today())
	if err != nil {
		return err
	}
	users, err := s.db.Users(ctx, s.today())
	if err != nil {
		return err
	}
	names := map[int64]string{}
	for _, u := range users {
		names[u.ID] = u.Name
		view.Users = append(view.Users, personOf(u, tree))
		if u.Admin.IsZero() && !u.Disabled {
			view.Persons = append(view.Persons, parts.Option{Value: strconv.FormatInt(u.ID, 10), Label: u.Login + " " + u.Name})
		}
	}
	for _, a := range tree.All() {
		view.Choices = append(view.Choices, parts.Option{Value: a.Code, Label: a.Name})
	}
	for _, r := range cases.Roles() {
		view.RoleChoices = append(view.RoleChoices, parts.Option{Value: r.Code(), Label: r.Label()})
	}
	if view.Proposals, err = s.proposals(c, tree, names); err != nil {
		return err
	}
	return s.draw(c, status, signin.People(view))
}

func personOf(u auth.User, tree *cases.Tree) signin.Person {
	p := signin.Person{Login: u.Login, Name: u.Name, Path: "/admin/users/" + strconv.FormatInt(u.ID, 10), Disabled: u.Disabled, State: "在用"}
	if u.Disabled {
		p.State = "已停用"
	}
	if !u.Admin.IsZero() {
		p.Roles = []string{u.Admin.Label()}
	}
	for _, id := range u.Agencies() {
		agency, _ := tree.Agency(id)
		p.Roles = append(p.Roles, agency.Name+"："+rolesIn(u, id))
	}
	return p
}

func (s *Server) proposals(c echo.Context, tree *cases.Tree, names map[int64]string) ([]signin.Proposal, error) {
	open, err := s.db.Proposals(c.Request().Context())
	if err != nil {
		return nil, err
	}
	var out []signin.Proposal
	for _, p := range open {
		agency, _ := tree.Agency(p.AgencyID)
		role, err := cases.ParseRole(p.Role)
		if err != nil {
			return nil, err
		}
		by, err := s.db.NamesOf(c.Request().Context(), []string{p.By})
		if err != nil {
			return nil, err
		}
		x := signin.Proposal{Who: names[p.UserID], Agency: agency.Name, Role: role.Label(), What: "授予", By: by[p.By],
			Path: "/admin/proposals/" + strconv.FormatInt(p.ID, 10)}
		if p.Revoke == 1 {
			x.What = "收回"
		}
		out = append(out, x)
	}
	return out, nil
}

// addUser makes an account; its password is shown this once.
func (s *Server) addUser(c echo.Context) error {
	view := signin.PeopleView{Login: strings.ToLower(strings.TrimSpace(c.FormValue("login"))), Name: strings.TrimSpace(c.FormValue("name"))}
	password := auth.RandomPassword()
	_, err := s.db.CreateUser(c.Request().Context(), s.stamp(c), store.NewUser{Login: view.Login, Name: view.Name,
		Password: auth.Hash(password, s.cost), MustChange: true})
	var known *store.Error
	if errors.As(err, &known) && (known.Kind == store.Invalid || known.Kind == store.Conflict) {
		field := "login"
		if view.Name == "" {
			field = "name"
		}
		view.Problems = []parts.Problem{{Field: field, Message: known.Message}}
		return s.drawUsers(c, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	return s.drawUsers(c, http.StatusOK, signin.PeopleView{Saved: "已增加账号" + view.Login + "（" + view.Name + "）。角色请另行提出。", Password: password})
}

// userParam reads the account of the address. Another administrator's is out of
// reach: who could take it over would be two of three persons.
func (s *Server) userParam(c echo.Context) (auth.User, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return auth.User{}, errNotFound
	}
	u, err := s.db.User(c.Request().Context(), id, s.today())
	if err == nil && !u.Admin.IsZero() && u.ID != s.visitor(c).ID {
		return u, store.Fail(store.Invalid, "三类管理员相互独立，不能互相停用或重置口令；请在服务器上用 gongkai user 命令办理。")
	}
	return u, err
}

// setUserState closes or opens an account. Nobody closes his own.
func (s *Server) setUserState(c echo.Context) error {
	u, err := s.userParam(c)
	if err != nil {
		return err
	}
	do := s.db.Disable
	if c.FormValue("on") == "1" {
		do = s.db.Enable
	} else if u.ID == s.visitor(c).ID {
		return store.Fail(store.Invalid, "不能停用自己的账号；请由另一位系统管理员办理。")
	}
	if err := do(c.Request().Context(), s.stamp(c), u.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/admin/users?saved=state")
}

// resetUser gives an account a random password, shown this once.
func (s *Server) resetUser(c echo.Context) error {
	u, err := s.userParam(c)
	if err != nil {
		return err
	}
	password := auth.RandomPassword()
	if err := s.db.SetPassword(c.Request().Context(), s.stamp(c), u.ID, auth.Hash(password, s.cost), true, 0); err != nil {
		return err
	}
	return s.drawUsers(c, http.StatusOK, signin.PeopleView{Saved: "已重置账号" + u.Login + "（" + u.Name + "）的口令。", Password: password})
}

// proposeRole asks the security administrator to grant or revoke a role.
func (s *Server) proposeRole(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := strconv.ParseInt(c.FormValue("user"), 10, 64)
	if err != nil {
		return s.drawUsers(c, http.StatusUnprocessableEntity, signin.PeopleView{Problems: []parts.Problem{{Field: "user", Message: "还没有选择账号：先增加账号"}}})
	}
	tree, err := s.db.Tree(ctx, s.today())
	if err != nil {
		return err
	}
	agency, ok := tree.ByCode(c.FormValue("agency"))
	role, errRole := cases.ParseRole(c.FormValue("role"))
	if !ok || errRole != nil {
		return errNotFound
	}
	if err := s.db.ProposeRole(ctx, s.stamp(c), id, auth.Grant{Agency: agency.ID, Role: role}, c.FormValue("revoke") == "1"); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/admin/users?saved=proposed")
}

// decideRole is the second person's word.
func (s *Server) decideRole(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	if err := s.db.DecideRole(c.Request().Context(), s.stamp(c), id, c.FormValue("grant") == "1"); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/admin/users?saved=decided")
}
