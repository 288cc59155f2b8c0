package web

import (
	"encoding/json"
	"maps"
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
	if err := s.rememberColumns(c, p); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/import/"+token, "agency", p.Agency))
}

// columnsSetting is the setting by which an agency's ledgers keep what their
// unknown columns are.
const columnsSetting = "ledger_columns"

// rememberColumns keeps the mapping for the agency's next ledger.
func (s *Server) rememberColumns(c echo.Context, p parcel) error {
	id, known, err := s.columnsOf(c, p.Agency)
	if err != nil || id == 0 {
		return err
	}
	maps.Copy(known, p.Map)
	text, err := json.Marshal(known)
	if err != nil {
		return err
	}
	return s.db.Set(c.Request().Context(), s.stamp(c), id, columnsSetting, string(text), s.today())
}

// columnsOf reads what an agency's unknown columns were said to be.
func (s *Server) columnsOf(c echo.Context, code string) (id int64, known map[string]string, err error) {
	known = map[string]string{}
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return 0, known, err
	}
	a, found := tree.ByCode(code)
	if !found {
		return 0, known, nil
	}
	text, err := s.db.Setting(c.Request().Context(), a.ID, columnsSetting, s.today())
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &known)
	}
	return a.ID, known, err
}
