package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// largeCookie remembers that somebody wants large text. It says nothing about
// whom or what.
const largeCookie = "large"

// setDisplay switches large text on or off and goes back to where it was asked.
func (s *Server) setDisplay(c echo.Context) error {
	cookie := &http.Cookie{Name: largeCookie, Value: "1", Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
		SameSite: http.SameSiteLaxMode}
	if c.FormValue("large") != "1" {
		cookie.Value, cookie.MaxAge = "", -1
	}
	c.SetCookie(cookie)
	return c.Redirect(http.StatusSeeOther, ownPath(c.FormValue("back")))
}

// ownPath lets a redirect lead nowhere but into this site: browsers read "//x"
// and "/\x" as another host.
func ownPath(back string) string {
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsAny(back, "\\\r\n\t") {
		return "/"
	}
	return back
}
