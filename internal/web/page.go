package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/templates/parts"
)

// draw renders a page whole before the first byte leaves, so that a fault in the
// middle can still become an error page.
func (s *Server) draw(c echo.Context, status int, page templ.Component) error {
	var body strings.Builder
	if err := page.Render(c.Request().Context(), &body); err != nil {
		return err
	}
	return c.HTML(status, body.String())
}

// scope is the agency in view, on a day.
type scope struct {
	tree   *cases.Tree
	agency cases.Agency
	found  bool // false: there is no agency yet
	own    bool // itself alone
}

// ids lists the agencies whose cases are in view.
func (v scope) ids() []int64 {
	if !v.found {
		return nil
	}
	if v.own {
		return v.tree.Own(v.agency.ID)
	}
	return v.tree.Below(v.agency.ID)
}

// many reports whether more than one agency is in view.
func (v scope) many() bool { return len(v.ids()) > 1 }

// scope reads which agency a page is about: ?agency=CODE, else the first root.
// An unknown code is "not found".
func (s *Server) scope(c echo.Context, day calendar.Date) (scope, error) {
	tree, err := s.db.Tree(c.Request().Context(), day)
	if err != nil {
		return scope{}, err
	}
	v := scope{tree: tree, own: c.QueryParam("own") == "1"}
	if code := c.QueryParam("agency"); code != "" {
		if v.agency, v.found = tree.ByCode(code); !v.found {
			return v, errNotFound
		}
		return v, nil
	}
	if roots := tree.Children(0); len(roots) > 0 {
		v.agency, v.found = roots[0], true
	}
	return v, nil
}

// page makes the frame of a page.
func (s *Server) page(c echo.Context, v scope, title, place string) (parts.Page, error) {
	p := s.plainPage(c, title)
	p.Place = place
	if !v.found {
		return p, nil
	}
	p.Agency, p.AgencyIs = v.agency.Code, v.agency.Name
	p.Agencies = agencyOptions(v.tree, v.agency.Code)
	late, err := s.late(c.Request().Context(), v)
	p.Late = late
	return p, err
}

// plainPage makes the frame of a page that asks nothing of the database.
func (s *Server) plainPage(c echo.Context, title string) parts.Page {
	today := s.today()
	p := parts.Page{Title: title, Path: c.Request().URL.Path, Year: reportYear(today), AsOf: today.Chinese(),
		Version: s.assets.version, Search: c.QueryParam("text")}
	if c.Request().Method != http.MethodGet {
		p.Path = "/"
	}
	if cookie, err := c.Cookie(largeCookie); err == nil {
		p.Large = cookie.Value == "1"
	}
	return p
}

// reportYear is the year whose table an office works on: the last one until its
// report is due (31 March), then the present one.
func reportYear(today calendar.Date) int {
	if y, m, _ := today.YMD(); m > 3 {
		return y
	}
	return today.Year() - 1
}

// agencyOptions lists the tree for a select, each below its parent.
func agencyOptions(tree *cases.Tree, chosen string) []parts.Option {
	var out []parts.Option
	var walk func(id int64, depth int)
	walk = func(id int64, depth int) {
		for _, a := range tree.Children(id) {
			out = append(out, parts.Option{Value: a.Code, Label: a.Name, Depth: depth, Chosen: a.Code == chosen})
			walk(a.ID, depth+1)
		}
	}
	walk(0, 0)
	return out
}

// late counts the late cases in view, for the menu.
func (s *Server) late(ctx context.Context, v scope) (int, error) {
	book, err := s.db.Book(ctx)
	if err != nil {
		return 0, err
	}
	lights, err := s.db.Lights(ctx, v.ids(), s.today(), book)
	return lights.Late, err
}

// with gives an address with parameters; empty ones are left out.
func with(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
