package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"
)

// contentPolicy lets a page use its own files and nothing else: no inline script
// or style, no other host, no frame.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
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

// allow applies a route's policy. Loopback asks for the caller's address and for
// the name it used: a page of the internet that had its own name point at this
// machine would come with that name.
func (s *Server) allow(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if r.policy == public {
				return next(c)
			}
			if !isLoopback(c.RealIP()) || !isLoopback(hostOnly(c.Request().Host)) {
				return echo.NewHTTPError(http.StatusForbidden)
			}
			return next(c)
		}
	}
}

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
