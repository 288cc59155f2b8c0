package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/templates/plain"
)

// help shows how to do the usual things, and all keys.
func (s *Server) help(c echo.Context) error {
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "帮助", "help")
	if err != nil {
		return err
	}
	return s.draw(c, http.StatusOK, plain.Help(p, s.visitor(c).Has(importers()...)))
}
