package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
)

// policy says who may use a route. The zero value is none: a route without
// policy keeps the server from starting.
type policy struct{ name string }

var (
	public   = policy{"public"}   // everybody who reaches the port
	loopback = policy{"loopback"} // whoever sits at the machine
)

// The most that a request may bring, in bytes.
const (
	smallBody = 64 << 10
	fileBody  = 48 << 20
)

// route is one line of the list of everything that can be asked.
type route struct {
	method, path string
	policy       policy
	body         int64 // most bytes of a request's body
	handler      echo.HandlerFunc
}

// routes is the list. A test walks it.
func (s *Server) routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/healthz", public, smallBody, s.healthz},
		{get, "/static/:name", public, smallBody, s.staticFile},
		{get, "/", loopback, smallBody, s.home},
		{get, "/help", loopback, smallBody, s.help},
		{post, "/display", loopback, smallBody, s.setDisplay},
		{get, "/cases", loopback, smallBody, s.listCases},
		{get, "/cases/:id", loopback, smallBody, s.showCase},
		{post, "/cases/:id/people", loopback, smallBody, s.openPeople},
		{get, "/report", loopback, smallBody, s.chooseReport},
		{get, "/report/:year", loopback, smallBody, s.showReport},
		{get, "/report/:year/cell", loopback, smallBody, s.defineCell},
		{get, "/report/:year/download", loopback, smallBody, s.downloadReport},
		{get, "/check", loopback, smallBody, s.askCheck},
		{post, "/check", loopback, fileBody, s.doCheck},
		{get, "/calculator", loopback, smallBody, s.calculate},
		{get, "/import", loopback, smallBody, s.askImport},
		{post, "/import", loopback, fileBody, s.uploadLedger},
		{get, "/import/:token", loopback, smallBody, s.previewLedger},
		{post, "/import/:token/map", loopback, smallBody, s.mapColumns},
		{get, "/import/:token/marked", loopback, smallBody, s.downloadMarked},
		{post, "/import/:token/adopt", loopback, smallBody, s.adoptLedger},
		{get, "/import/:token/done", loopback, smallBody, s.showAdopted},
		{post, "/import/:token/cancel", loopback, smallBody, s.cancelImport},
	}
}

func (s *Server) addRoutes() error {
	for _, r := range s.routes() {
		if r.policy == (policy{}) {
			return fmt.Errorf("route %s %s has no policy", r.method, r.path)
		}
		s.echo.Add(r.method, r.path, r.handler, s.allow(r), limitBody(r.body))
	}
	return nil
}

// limitBody keeps a request from bringing more than a route takes.
func limitBody(most int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > most {
				return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
			return next(c)
		}
	}
}
