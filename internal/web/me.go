package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/templates/parts"
	"gongkai/templates/signin"
)

// showMe shows one's own account.
func (s *Server) showMe(c echo.Context) error {
	saved := map[string]string{"password": "口令已更改，其他地方的登录已结束。", "session": "已结束那里的登录。", "code": "动态口令的设置已保存。", "cover": "代办的登记已保存。",
		"contact": "联系方式已保存。", "feed": "期限日历已停用，原来的地址不能再用。"}[c.QueryParam("saved")]
	return s.drawMe(c, http.StatusOK, saved, nil)
}

func (s *Server) drawMe(c echo.Context, status int, saved string, problems []parts.Problem) error {
	v := s.visitor(c)
	p := s.plainPage(c, "我的账号")
	p.Path, p.Wrong = "/me", len(problems) > 0
	if err := s.bell(c, &p); err != nil {
		return err
	}
	rules, err := s.preset(c)
	if err != nil {
		return err
	}
	view := signin.MeView{Page: p, Login: v.Login, Saved: saved, MustChange: v.MustChange, From: c.FormValue("from"), To: c.FormValue("to"), Single: v.Single, Problems: problems, Hint: passwordHint(rules)}
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return err
	}
	if !v.Admin.IsZero() {
		view.Grants = []parts.Pair{{Name: "管理员", Value: v.Admin.Label()}}
	}
	for _, id := range v.Agencies() {
		agency, _ := tree.Agency(id)
		view.Grants = append(view.Grants, parts.Pair{Name: agency.Name, Value: rolesIn(v.User, id)})
	}
	if v.Single {
		view.Choices = scope{tree: tree, reads: v.Reads}.options("")
	}
	if err := s.fillCovers(c, &view, tree); err != nil {
		return err
	}
	if err := s.fillContact(c, &view); err != nil {
		return err
	}
	sessions, err := s.db.Sessions(c.Request().Context(), v.ID, s.now().UnixMicro())
	if err != nil {
		return err
	}
	for _, x := range sessions {
		view.Sessions = append(view.Sessions, signin.Session{Browser: x.Browser, Address: x.Address, Started: s.clock(x.StartedAt), Seen: s.clock(x.SeenAt),
			End: "/me/sessions/" + strconv.FormatInt(x.ID, 10) + "/end", This: x.ID == v.session.ID})
	}
	return s.draw(c, status, signin.Me(view))
}

// rolesIn words what a user is in an agency; a role held for an absent colleague
// says so.
func rolesIn(u auth.User, agency int64) string {
	var words []string
	for _, r := range u.Roles(agency) {
		word := r.Label()
		if u.CoveredFor(agency, r) != 0 {
			word += "（代办）"
		}
		words = append(words, word)
	}
	return strings.Join(words, "、")
}

// clock words an instant as the office's clock showed it.
func (s *Server) clock(at int64) string {
	return time.UnixMicro(at).In(s.office).Format("2006-01-02 15:04")
}

func passwordHint(p auth.Preset) string {
	hint := fmt.Sprintf("至少%d个字符", p.Least)
	if p.Classes > 1 {
		hint += fmt.Sprintf("，大写字母、小写字母、数字、符号中至少%d类", p.Classes)
	}
	if p.History > 0 {
		hint += fmt.Sprintf("，不能用最近%d次用过的", p.History)
	}
	return hint
}

// changePassword gives oneself a new password and ends one's other sessions.
func (s *Server) changePassword(c echo.Context) error {
	v, ctx := s.visitor(c), c.Request().Context()
	problems, err := s.passwordProblems(c, v)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.drawMe(c, http.StatusUnprocessableEntity, "", problems)
	}
	if err := s.db.SetPassword(ctx, s.stamp(c), v.ID, auth.Hash(c.FormValue("password"), s.cost), false, v.session.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/me?saved=password")
}

func (s *Server) passwordProblems(c echo.Context, v visitor) ([]parts.Problem, error) {
	rules, err := s.preset(c)
	if err != nil {
		return nil, err
	}
	former, err := s.db.FormerPasswords(c.Request().Context(), v.ID, max(rules.History, 1))
	if err != nil {
		return nil, err
	}
	password := c.FormValue("password")
	wrong := func(field, message string) ([]parts.Problem, error) {
		return []parts.Problem{{Field: field, Message: message}}, nil
	}
	if len(former) == 0 || !auth.Matches(former[0], c.FormValue("old")) {
		return wrong("old", "现在的口令不对：请重新输入")
	}
	if lacks := rules.Wrong(password, v.Login); lacks != "" {
		return wrong("password", lacks)
	}
	for _, hash := range former {
		if auth.Matches(hash, password) {
			return wrong("password", "这个口令最近用过：请换一个")
		}
	}
	if password != c.FormValue("again") {
		return wrong("again", "两遍口令不一致：请重新输入")
	}
	return nil, nil
}

// endSession ends one of one's own sessions.
func (s *Server) endSession(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	if err := s.db.EndSession(c.Request().Context(), s.stamp(c), s.visitor(c).ID, id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/me?saved=session")
}

// becomeMany turns 单机版 into an installation of many; all data stays.
func (s *Server) becomeMany(c echo.Context) error {
	v, ctx := s.visitor(c), c.Request().Context()
	if !v.Single {
		return errLacking{}
	}
	tree, err := s.db.Tree(ctx, s.today())
	if err != nil {
		return err
	}
	agency, ok := tree.ByCode(c.FormValue("agency"))
	if !ok {
		return s.drawMe(c, http.StatusUnprocessableEntity, "", []parts.Problem{{Field: "agency", Message: "请选择您所在的机关；还没有机关时先导入机关"}})
	}
	var grants []auth.Grant
	for _, r := range cases.Roles() {
		grants = append(grants, auth.Grant{Agency: agency.ID, Role: r})
	}
	users, secrets := s.newAdmins()
	if err := s.db.EndSingle(ctx, s.stamp(c), v.ID, grants, users); err != nil {
		return err
	}
	s.setSession(c, "")
	c.Set(visitorKey, visitor{})
	return s.draw(c, http.StatusOK, signin.SetupDone(signin.DoneView{Page: s.plainPage(c, "已改为多人使用"), Heading: "已改为多人使用", Accounts: secrets}))
}
