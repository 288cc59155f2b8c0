package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/secret"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/signin"
)

// FirstStart gives the one-time path at which a database without accounts is set
// up, "" if it has some. It works on the machine itself, until this process ends.
func (s *Server) FirstStart(ctx context.Context) (string, error) {
	any, err := s.db.AnyUser(ctx)
	if err != nil || any {
		return "", err
	}
	return "/setup?code=" + s.setupCode, nil
}

// mayStart lets pass who sits at the machine and knows the one-time code, while
// there is no account. For everybody else there is no such page.
func (s *Server) mayStart(c echo.Context) error {
	any, err := s.db.AnyUser(c.Request().Context())
	if err != nil {
		return err
	}
	if any || !s.fromHere(c) || !auth.SameToken(c.FormValue("code"), s.setupCode) {
		return errNotFound
	}
	return nil
}

// askSetup shows the choice between one user and many.
func (s *Server) askSetup(c echo.Context) error {
	if err := s.mayStart(c); err != nil {
		return err
	}
	return s.draw(c, http.StatusOK, signin.FirstStart(s.setupView(c, nil)))
}

func (s *Server) setupView(c echo.Context, problems []parts.Problem) signin.SetupView {
	p := s.plainPage(c, "首次使用")
	p.Path, p.Wrong = "/setup", len(problems) > 0
	return signin.SetupView{Page: p, Code: s.setupCode, Mode: c.FormValue("mode"), Name: c.FormValue("name"), Problems: problems}
}

// doSetup makes the first accounts and shows once what is to be kept.
func (s *Server) doSetup(c echo.Context) error {
	if err := s.mayStart(c); err != nil {
		return err
	}
	if problems := setupProblems(c); len(problems) > 0 {
		return s.draw(c, http.StatusUnprocessableEntity, signin.FirstStart(s.setupView(c, problems)))
	}
	sheet, err := s.db.Key().Sheet(c.FormValue("passphrase"), s.today().Chinese())
	if err != nil {
		return err
	}
	view := signin.DoneView{Page: s.plainPage(c, "已建立"), Heading: "已建立单机版", Sheet: sheet}
	users := []store.NewUser{{Login: "danji", Name: strings.TrimSpace(c.FormValue("name")), Single: true, Password: auth.Hash(c.FormValue("password"), s.cost)}}
	if c.FormValue("mode") == "many" {
		view.Heading = "已建立三个管理员账号"
		users, view.Accounts = s.newAdmins()
	}
	if err := s.db.FirstUsers(c.Request().Context(), s.stamp(c), users); err != nil {
		return err
	}
	if len(view.Accounts) == 0 {
		view.Heading += "，登录名是 danji"
	}
	return s.draw(c, http.StatusOK, signin.SetupDone(view))
}

// newAdmins makes the three administrators with random passwords.
func (s *Server) newAdmins() ([]store.NewUser, []signin.Secret) {
	var users []store.NewUser
	var secrets []signin.Secret
	for i, login := range []string{"admin", "anquan", "shenji"} {
		kind, password := auth.Admins()[i], auth.RandomPassword()
		users = append(users, store.NewUser{Login: login, Name: kind.Label(), Admin: kind, Password: auth.Hash(password, s.cost), MustChange: true})
		secrets = append(secrets, signin.Secret{Login: login, Roles: kind.Label(), Password: password})
	}
	return users, secrets
}

func setupProblems(c echo.Context) []parts.Problem {
	var out []parts.Problem
	if c.FormValue("mode") != "many" {
		if strings.TrimSpace(c.FormValue("name")) == "" {
			out = append(out, parts.Problem{Field: "name", Message: "没有填写姓名：请填写使用人的真实姓名"})
		}
		if wrong := auth.Presets()[0].Wrong(c.FormValue("password"), "danji"); wrong != "" {
			out = append(out, parts.Problem{Field: "password", Message: wrong})
		} else if c.FormValue("password") != c.FormValue("again") {
			out = append(out, parts.Problem{Field: "again", Message: "两遍口令不一致：请重新输入"})
		}
	}
	if len([]rune(c.FormValue("passphrase"))) < secret.MinPassphrase {
		out = append(out, parts.Problem{Field: "passphrase", Message: "密钥恢复页的口令太短：至少10个字符"})
	}
	return out
}
