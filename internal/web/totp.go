package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/templates/parts"
	"gongkai/templates/signin"
)

// half is a sign-in whose password was right and whose code is still to come.
type half struct{ User, At int64 }

const halfTime = 5 * time.Minute

// askCode asks for the second factor.
func (s *Server) askCode(c echo.Context, h half, problems []parts.Problem) error {
	view := s.signInView(c)
	view.Page.Wrong, view.Problems, view.Demo = len(problems) > 0, problems, nil
	view.Next, view.Kept = ownPath(c.FormValue("next")), c.FormValue("kept")
	view.Code, view.Half = true, s.seal("half", h)
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.draw(c, status, signin.Show(view))
}

// finishSignIn checks the code of a sign-in whose password was right.
func (s *Server) finishSignIn(c echo.Context) error {
	ctx, at := c.Request().Context(), s.now().UnixMicro()
	var h half
	if !s.unseal("half", c.FormValue("half"), &h) || at-h.At > halfTime.Microseconds() {
		return s.refuseSignIn(c, "", "登录已超过5分钟：请重新输入登录名和口令")
	}
	attempts := []auth.Attempt{{Key: "code " + strconv.FormatInt(h.User, 10), Most: 5}}
	if refused, err := s.throttled(c, "", attempts); refused || err != nil {
		return err
	}
	good, err := s.db.UseTOTP(ctx, h.User, codeTyped(c), at)
	if err != nil {
		return err
	}
	if !good {
		if err := s.db.Failed(ctx, attempts, at); err != nil {
			return err
		}
		return s.askCode(c, h, []parts.Problem{{Field: "code", Message: "动态口令不对或已用过：请输入验证器上新的6位数字"}})
	}
	if err := s.db.Forgive(ctx, attempts); err != nil {
		return err
	}
	u, err := s.db.User(ctx, h.User, s.today())
	if err != nil {
		return err
	}
	return s.startSession(c, u)
}

func codeTyped(c echo.Context) string { return strings.ReplaceAll(c.FormValue("code"), " ", "") }

// askTOTP offers a second factor with a new secret.
func (s *Server) askTOTP(c echo.Context) error {
	return s.drawTOTP(c, http.StatusOK, auth.NewTOTPSecret(), nil)
}

func (s *Server) drawTOTP(c echo.Context, status int, plain []byte, problems []parts.Problem) error {
	v, p := s.visitor(c), s.plainPage(c, "动态口令")
	p.Path, p.Wrong = "/me/totp", len(problems) > 0
	return s.draw(c, status, signin.TOTP(signin.TOTPView{Page: p, Set: v.HasTOTP, Problems: problems,
		Key: auth.TOTPKey(plain), Link: auth.TOTPLink(plain, v.Login), Sealed: s.seal("totp "+v.By(), plain)}))
}

// setTOTP turns the second factor on, once a code shows that the app has the
// secret, or off, with a code of the present one.
func (s *Server) setTOTP(c echo.Context) error {
	ctx, v, at := c.Request().Context(), s.visitor(c), s.now().UnixMicro()
	wrong := []parts.Problem{{Field: "code", Message: "动态口令不对：请核对手机时间，输入验证器上新的6位数字"}}
	if v.HasTOTP {
		good, err := s.db.UseTOTP(ctx, v.ID, codeTyped(c), at)
		if err != nil {
			return err
		}
		if !good {
			return s.drawTOTP(c, http.StatusUnprocessableEntity, auth.NewTOTPSecret(), wrong)
		}
		if err := s.db.SetTOTP(ctx, s.stamp(c), v.ID, nil); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/me?saved=code")
	}
	var plain []byte
	if !s.unseal("totp "+v.By(), c.FormValue("sealed"), &plain) {
		return c.Redirect(http.StatusSeeOther, "/me/totp")
	}
	if _, ok := auth.CheckTOTP(plain, codeTyped(c), at/1e6, 0); !ok {
		return s.drawTOTP(c, http.StatusUnprocessableEntity, plain, wrong)
	}
	if err := s.db.SetTOTP(ctx, s.stamp(c), v.ID, plain); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/me?saved=code")
}
