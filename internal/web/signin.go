package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/plain"
	"gongkai/templates/signin"
)

// leadToSignIn answers who must sign in first: a page leads there and back; a
// form is kept, so that nothing typed is lost.
func (s *Server) leadToSignIn(c echo.Context, r route) error {
	if c.Request().Method != http.MethodPost {
		next := ownPath(c.Request().URL.RequestURI())
		if next == "/" {
			next = ""
		}
		return c.Redirect(http.StatusSeeOther, with("/signin", "next", next))
	}
	if path, err := s.FirstStart(c.Request().Context()); err != nil || path != "" {
		if err != nil {
			return err
		}
		return s.tellFirstStart(c)
	}
	sealed, err := s.keep(c, r)
	if err != nil {
		return err
	}
	view := s.signInView(c)
	view.Kept, view.Sentence = sealed, "登录已过期，请重新登录。"
	if sealed != "" {
		view.Sentence = "登录已过期。您刚才填写的内容还在：重新登录后核对一遍即可继续提交。"
	}
	return s.draw(c, http.StatusUnauthorized, signin.Show(view))
}

// tellFirstStart answers while there is no account: the way in stands on the
// terminal of the program.
func (s *Server) tellFirstStart(c echo.Context) error {
	return s.draw(c, http.StatusOK, plain.Error(plain.ErrorView{Page: s.plainPage(c, "尚未启用"), Heading: "尚未启用",
		Sentences: []string{"本系统还没有账号。请在运行 gongkai serve 的机器上，用浏览器打开它启动时显示的首次使用地址（含一次性代码）。"}}))
}

// askSignIn shows the page of signing in.
func (s *Server) askSignIn(c echo.Context) error {
	if path, err := s.FirstStart(c.Request().Context()); err != nil || path != "" {
		if err != nil {
			return err
		}
		return s.tellFirstStart(c)
	}
	next := ownPath(c.QueryParam("next"))
	if s.visitor(c).token != "" {
		return c.Redirect(http.StatusSeeOther, next)
	}
	view := s.signInView(c)
	view.Next = next
	return s.draw(c, http.StatusOK, signin.Show(view))
}

func (s *Server) signInView(c echo.Context) signin.View {
	p := s.plainPage(c, "登录")
	p.Path = "/signin"
	view := signin.View{Page: p, Next: "/"}
	if s.fromHere(c) {
		view.Demo, view.Password = s.demo.Accounts, s.demo.Password
	}
	return view
}

// signIn checks a password and starts a session. What is unknown, disabled or
// wrong looks and lasts the same.
func (s *Server) signIn(c echo.Context) error {
	if c.FormValue("half") != "" {
		return s.finishSignIn(c)
	}
	ctx, login := c.Request().Context(), strings.ToLower(strings.TrimSpace(c.FormValue("login")))
	attempts := auth.Attempts(login, c.RealIP(), s.knownDevice(c, login))
	if refused, err := s.throttled(c, login, attempts); refused || err != nil {
		return err
	}
	u, hash, err := s.db.PasswordOf(ctx, login)
	if err != nil {
		return err
	}
	if hash == "" {
		hash = s.decoy
	}
	right := auth.Matches(hash, c.FormValue("password")) && u.ID != 0
	if !right || onlyHere(u) && !s.fromHere(c) {
		if err := s.db.Failed(ctx, attempts, s.now().UnixMicro()); err != nil {
			return err
		}
		if err := s.noteFailure(c, u); err != nil {
			return err
		}
		return s.refuseSignIn(c, login, "登录名或口令不对：请检查大小写和输入法后再试")
	}
	if err := s.db.Forgive(ctx, attempts[:1]); err != nil {
		return err
	}
	if err := s.expirePassword(c, u); err != nil {
		return err
	}
	if u.HasTOTP {
		return s.askCode(c, half{User: u.ID, At: s.now().UnixMicro()}, nil)
	}
	return s.startSession(c, u)
}

// preset gives the rules for passwords that the installation has set.
func (s *Server) preset(c echo.Context) (auth.Preset, error) {
	code, err := s.db.Setting(c.Request().Context(), 0, "password_preset", s.today())
	return auth.ParsePreset(code), err
}

// expirePassword has a password that is too old changed at this sign-in.
func (s *Server) expirePassword(c echo.Context, u auth.User) error {
	rules, err := s.preset(c)
	if err != nil || u.Demo || s.db.Damaged() != nil || u.MustChange || rules.Age == 0 || s.now().UnixMicro()-u.PasswordAt < rules.Age.Microseconds() {
		return err
	}
	return s.db.RequireChange(c.Request().Context(), s.stamp(c), u.ID)
}

// throttled refuses a try after too many wrong ones.
func (s *Server) throttled(c echo.Context, login string, attempts []auth.Attempt) (bool, error) {
	at := s.now().UnixMicro()
	until, err := s.db.Throttled(c.Request().Context(), attempts, at)
	if err != nil || until == 0 {
		return false, err
	}
	minutes := (until-at)/time.Minute.Microseconds() + 1
	return true, s.refuseSignIn(c, login, fmt.Sprintf("口令输错次数过多：请%d分钟后再试，或在您平时登录的电脑上登录", minutes))
}

// noteFailure puts a wrong password for an account that there is into the audit
// chain. What was typed for one that there isn't may be a password: it is not
// kept anywhere.
func (s *Server) noteFailure(c echo.Context, u auth.User) error {
	if u.ID == 0 || s.db.Damaged() != nil {
		return nil
	}
	return s.db.Audit(c.Request().Context(), store.SystemChain, s.stamp(c), store.Entry{Act: "sign_in_failed", Object: "user", ObjectID: u.ID})
}

// device is what a browser keeps of the accounts that have signed in on it.
type device struct {
	ID     string
	Logins []string
}

const deviceCookie = "device"

// knownDevice names the browser if that account has signed in on it before.
func (s *Server) knownDevice(c echo.Context, login string) string {
	var d device
	cookie, err := c.Cookie(deviceCookie)
	if err != nil || !s.unseal("device", cookie.Value, &d) || !slices.Contains(d.Logins, login) {
		return ""
	}
	return d.ID
}

// rememberDevice marks the browser as one on which that account has signed in.
func (s *Server) rememberDevice(c echo.Context, login string) {
	var d device
	if cookie, err := c.Cookie(deviceCookie); err != nil || !s.unseal("device", cookie.Value, &d) {
		d = device{ID: auth.NewToken()}
	}
	if !slices.Contains(d.Logins, login) {
		d.Logins = append(d.Logins[max(0, len(d.Logins)-9):], login)
	}
	c.SetCookie(&http.Cookie{Name: deviceCookie, Value: s.seal("device", d), Path: "/signin", MaxAge: 365 * 24 * 3600, HttpOnly: true,
		Secure: s.secure(c.Request()), SameSite: http.SameSiteLaxMode})
}

func (s *Server) refuseSignIn(c echo.Context, login, message string) error {
	view := s.signInView(c)
	view.Page.Wrong = true
	view.Login, view.Next, view.Kept = login, ownPath(c.FormValue("next")), c.FormValue("kept")
	view.Problems = []parts.Problem{{Field: "password", Message: message}}
	return s.draw(c, http.StatusUnprocessableEntity, signin.Show(view))
}

// startSession signs a user in and leads on. The browser's old session ends: a
// token that somebody else may have planted is worth nothing.
func (s *Server) startSession(c echo.Context, u auth.User) error {
	ctx, token := c.Request().Context(), auth.NewToken()
	stamp := s.stamp(c)
	stamp.By = u.By()
	if old := s.visitor(c); old.session.ID != 0 {
		if err := s.db.EndSession(ctx, s.stamp(c), old.ID, old.session.ID); err != nil {
			return err
		}
	}
	if err := s.db.StartSession(ctx, stamp, u.ID, auth.TokenHash(token), c.RealIP(), browserWord(c.Request().UserAgent())); err != nil {
		return err
	}
	if s.db.Damaged() != nil { // no chain tells of it
		s.log.Warn("signed in while nothing can be written", "user", u.ID)
	}
	s.setSession(c, token)
	s.rememberDevice(c, u.Login)
	u, err := s.db.User(ctx, u.ID, s.today())
	if err != nil {
		return err
	}
	v, err := s.visitorOf(c, visitor{User: u, In: true, token: token})
	if err != nil {
		return err
	}
	c.Set(visitorKey, v)
	var k kept
	if s.unseal("kept", c.FormValue("kept"), &k) && (k.User == 0 || k.User == u.ID) {
		return s.goOn(c, k)
	}
	return c.Redirect(http.StatusSeeOther, ownPath(c.FormValue("next")))
}

// signOut ends the session.
func (s *Server) signOut(c echo.Context) error {
	if v := s.visitor(c); v.session.ID != 0 {
		if err := s.db.EndSession(c.Request().Context(), s.stamp(c), v.ID, v.session.ID); err != nil {
			return err
		}
	}
	s.setSession(c, "")
	return c.Redirect(http.StatusSeeOther, "/signin")
}

// browserWord names a browser well enough to know one's own sessions apart.
func browserWord(agent string) string {
	system, browser := "", "浏览器"
	for _, w := range []struct{ sign, word string }{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, w.sign) {
			system = w.word + " "
			break
		}
	}
	for _, w := range []struct{ sign, word string }{{"QAX", "奇安信浏览器"}, {"360", "360浏览器"}, {"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, w.sign) {
			browser = w.word
			break
		}
	}
	return system + browser
}
