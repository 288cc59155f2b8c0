package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/store"
)

// contentPolicy lets a page use its own files and nothing else: no inline script
// or style, no other host, no frame.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers sets on every answer what browsers need to know.
func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store") // pages carry personal data
		return next(c)
	}
}

// errPanic wraps what a handler panicked with, and where.
type errPanic struct {
	reason any
	stack  []byte
}

func (e *errPanic) Error() string { return fmt.Sprintf("panic: %v\n%s", e.reason, e.stack) }

// recovers turns a panic into a fault, so that one request can't end the server.
func (s *Server) recovers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			if abort, ok := reason.(error); ok && errors.Is(abort, http.ErrAbortHandler) {
				panic(reason)
			}
			err = &errPanic{reason, debug.Stack()}
		}()
		return next(c)
	}
}

// sameOrigin refuses requests that change something and come from another site.
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := guard.Check(c.Request()); err != nil {
			return echo.NewHTTPError(http.StatusForbidden)
		}
		return next(c)
	}
}

// allow applies a route's policy: who is not signed in is led to /signin, who is
// and may not is told so. A form must carry the token of its session.
func (s *Server) allow(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			v, err := s.recognise(c)
			if err != nil {
				if r.policy.name != "public" {
					return err
				}
				// What is for everybody is there even when the database is not.
				s.log.Error("visitor not recognised", "route", c.Path(), "err", err)
			}
			c.Set(visitorKey, v)
			if v.In && !v.Single {
				c.SetRequest(c.Request().WithContext(store.ReadBy(c.Request().Context(), v.ID)))
			}
			if !r.policy.admits(v, s.fromHere(c)) {
				if !v.In {
					return s.leadToSignIn(c, r)
				}
				return errLacking{r.policy.roles}
			}
			if c.Request().Method == http.MethodPost && v.token != "" {
				if err := checkToken(c, r, v); err != nil {
					return err
				}
			}
			if v.In && v.MustChange && r.policy.name != "public" && !strings.HasPrefix(r.path, "/me") {
				return c.Redirect(http.StatusSeeOther, "/me")
			}
			return next(c)
		}
	}
}

// checkToken refuses a form that this session's pages did not make. All of a
// form is read in memory: an upload must not leave personal data in the machine's
// folder of temporary files.
func checkToken(c echo.Context, r route, v visitor) error {
	request := c.Request()
	if strings.HasPrefix(request.Header.Get("Content-Type"), "multipart/") {
		if err := request.ParseMultipartForm(r.body); err != nil {
			return badForm(err)
		}
	} else if err := request.ParseForm(); err != nil {
		return badForm(err)
	}
	if !auth.SameToken(request.PostFormValue(tokenField), auth.FormToken(v.token)) {
		return echo.NewHTTPError(http.StatusForbidden)
	}
	return nil
}

// tokenField is the hidden field of every form (parts.Token).
const tokenField = "_token"

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	if len(hostport) > 1 && hostport[0] == '[' {
		return hostport[1 : len(hostport)-1]
	}
	return hostport
}
