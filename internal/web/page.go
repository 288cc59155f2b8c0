package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
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
	reads  []int64
}

// ids lists the agencies whose cases are in view.
func (v scope) ids() []int64 {
	if !v.found {
		return nil
	}
	all := v.tree.Below(v.agency.ID)
	if v.own {
		all = v.tree.Own(v.agency.ID)
	}
	return slices.DeleteFunc(all, func(id int64) bool { return !v.mayRead(id) })
}

// mayRead reports whether the visitor may read the cases of an agency.
func (v scope) mayRead(agency int64) bool {
	_, found := slices.BinarySearch(v.reads, agency)
	return found
}

// many reports whether more than one agency is in view.
func (v scope) many() bool { return len(v.ids()) > 1 }

// scope reads which agency a page is about: ?agency=CODE, else the first that the
// visitor works in. An unknown code and one that is not for the visitor are both
// "not found". Who may not read all that is below the agency sees it alone.
func (s *Server) scope(c echo.Context, day calendar.Date) (scope, error) {
	tree, err := s.db.Tree(c.Request().Context(), day)
	if err != nil {
		return scope{}, err
	}
	who := s.visitor(c)
	v := scope{tree: tree, own: c.QueryParam("own") == "1", reads: readsOn(who, tree)}
	if code := c.QueryParam("agency"); code != "" {
		if v.agency, v.found = tree.ByCode(code); !v.found || !v.mayRead(v.agency.ID) {
			return scope{tree: tree}, errNotFound
		}
	} else {
		v.agency, v.found = firstAgency(who, v)
	}
	if v.found {
		v.own = v.own || slices.ContainsFunc(tree.Below(v.agency.ID), func(id int64) bool { return !v.mayRead(id) })
	}
	return v, nil
}

// frame is scope for pages that are about no agency: theirs only carries the one
// in view along, if there is one that the visitor may see.
func (s *Server) frame(c echo.Context) (scope, error) {
	v, err := s.scope(c, s.today())
	if errors.Is(err, errNotFound) {
		return scope{tree: v.tree}, nil
	}
	return v, err
}

// readsOn adds to what a visitor may read today what he may by the tree of
// another day: the table of a past year is counted by that.
func readsOn(v visitor, tree *cases.Tree) []int64 {
	out := append(reads(v.User, tree), v.Reads...)
	slices.Sort(out)
	return slices.Compact(out)
}

// firstAgency is where a visitor works, the first in the order of the tree.
func firstAgency(who visitor, v scope) (cases.Agency, bool) {
	for _, a := range v.tree.All() {
		if len(who.Roles(a.ID)) > 0 {
			return a, true
		}
	}
	return cases.Agency{}, false
}

// page makes the frame of a page.
func (s *Server) page(c echo.Context, v scope, title, place string) (parts.Page, error) {
	p := s.plainPage(c, title)
	p.Place = place
	if s.visitor(c).In {
		if err := s.bell(c, &p); err != nil {
			return p, err
		}
	}
	if !v.found {
		if place == "home" { // before there is an agency nothing else can be done
			p.Menu = slices.DeleteFunc(p.Menu, func(m parts.Place) bool { return m.Name != "home" && m.Name != "admin" })
		}
		return p, nil
	}
	p.Agency, p.AgencyIs = v.agency.Code, v.agency.Name
	p.Agencies = v.options(v.agency.Code)
	late, err := s.late(c.Request().Context(), v)
	p.Late = late
	p.Menu = s.menu(s.visitor(c), p)
	return p, err
}

// plainPage makes the frame of a page that asks nothing of the database.
func (s *Server) plainPage(c echo.Context, title string) parts.Page {
	today := s.today()
	p := parts.Page{Title: title, Path: c.Request().URL.Path, Year: reportYear(today), AsOf: today.Chinese(), At: s.now().In(s.office).Format("2006-01-02 15:04"),
		Plain: s.plain, Damaged: s.db.Damaged() != nil, Version: s.assets.version, Search: s.db.ShowWords(c.QueryParam("text"))}
	if c.Request().Method != http.MethodGet {
		p.Path = "/"
	}
	if v := s.visitor(c); v.In {
		p.SignedIn, p.Who, p.Roles, p.Works = true, v.Name, roleWords(v), v.Works()
		if v.covers != "" {
			p.For = "代" + v.covers
		}
		p.Menu = s.menu(v, p)
		if v.token != "" {
			p.Token = auth.FormToken(v.token)
		}
	}
	if cookie, err := c.Cookie(largeCookie); err == nil {
		p.Large = cookie.Value == "1"
	}
	return p
}

// roleWords says in few words what a visitor is.
func roleWords(v visitor) string {
	switch {
	case v.Single:
		return "单机版"
	case !v.Admin.IsZero():
		return v.Admin.Label()
	}
	var words []string
	for _, r := range cases.Roles() {
		if v.Has(r) {
			words = append(words, r.Label())
		}
	}
	return strings.Join(words, "、")
}

// reportYear is the year whose table an office works on: the last one until its
// report is due (31 March), then the present one.
func reportYear(today calendar.Date) int {
	if y, m, _ := today.YMD(); m > 3 {
		return y
	}
	return today.Year() - 1
}

// options lists the agencies that the visitor may read for a select, each below
// its parent.
func (v scope) options(chosen string) []parts.Option {
	var out []parts.Option
	var walk func(id int64, depth int)
	walk = func(id int64, depth int) {
		for _, a := range v.tree.Children(id) {
			below := depth
			if v.mayRead(a.ID) {
				out = append(out, parts.Option{Value: a.Code, Label: a.Name, Depth: depth, Chosen: a.Code == chosen})
				below++
			}
			walk(a.ID, below)
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
