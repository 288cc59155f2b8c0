package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// mapColumns takes what the user said of unknown columns and shows the preview
// again.
func (s *Server) mapColumns(c echo.Context) error {
	token := c.Param("token")
	p, err := s.parcelOf(c, token)
	if err != nil {
		return err
	}
	data, err := s.shelf.data(token)
	if err != nil {
		return err
	}
	book, err := s.readLedger(c, p, data)
	if err != nil {
		return err
	}
	if p.Map == nil {
		p.Map = map[string]string{}
	}
	for _, u := range unknownColumns(book) {
		if key := c.FormValue(u.Field); key != "" {
			p.Map[u.Name] = key
		}
	}
	if err := s.shelf.note(token, p); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/import/"+token, "agency", p.Agency))
}
