package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/admin"
	"gongkai/templates/parts"
)

// listAgencies shows the tree of agencies of today, to be changed.
func (s *Server) listAgencies(c echo.Context) error {
	return s.drawAgencies(c, http.StatusOK, admin.AgenciesView{Form: admin.AgencyForm{From: s.today().String(), Kind: "department"}})
}

func (s *Server) drawAgencies(c echo.Context, status int, view admin.AgenciesView) error {
	view.Page = s.plainPage(c, "机关")
	view.Page.Path, view.Page.Place, view.Page.Wrong = "/admin/agencies", "admin", len(view.Form.Problems) > 0
	if err := s.bell(c, &view.Page); err != nil {
		return err
	}
	view.Saved = map[string]string{"added": "已增设。", "changed": "已登记变动。", "closed": "已登记撤销。"}[c.QueryParam("saved")]
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return err
	}
	spans, err := s.db.Agencies(c.Request().Context())
	if err != nil {
		return err
	}
	view.Agencies = agencyRows(tree, 0, 0)
	for _, a := range spans {
		if !a.To.IsZero() && a.To.After(s.today()) || a.From.After(s.today()) {
			view.Coming = append(view.Coming, a.From.String()+"起："+a.Name+map[bool]string{true: "（至" + a.To.String() + "）", false: ""}[!a.To.IsZero()])
		}
		if _, alive := tree.Agency(a.ID); !alive && !a.To.IsZero() && !a.To.After(s.today()) && isLast(spans, a) {
			row := admin.AgencyRow{Code: a.Code, Name: a.Name, Kind: a.Kind.Label(), Note: a.To.String() + "撤销"}
			if heir, found := tree.Agency(a.Successor); found {
				row.Note += "，由" + heir.Name + "承接"
			}
			view.Closed = append(view.Closed, row)
		}
	}
	view.Form.Kinds, view.Form.Parents = agencyKindOptions(view.Form.Kind), agencyOptions(tree, view.Form.Parent, 0)
	return s.draw(c, status, admin.Agencies(view))
}

func isLast(spans []cases.Agency, a cases.Agency) bool {
	return !slices.ContainsFunc(spans, func(b cases.Agency) bool { return b.ID == a.ID && b.From.After(a.From) })
}

// agencyRows walks the tree, each agency with its depth.
func agencyRows(tree *cases.Tree, parent int64, depth int) []admin.AgencyRow {
	var out []admin.AgencyRow
	for _, a := range tree.Children(parent) {
		out = append(out, admin.AgencyRow{Code: a.Code, Name: a.Name, ShortName: a.ShortName, Kind: a.Kind.Label(), Depth: depth,
			Href: "/admin/agencies/" + strconv.FormatInt(a.ID, 10)})
		out = append(out, agencyRows(tree, a.ID, depth+1)...)
	}
	return out
}

func agencyKindOptions(chosen string) []parts.Option {
	var out []parts.Option
	for _, k := range cases.AgencyKinds() {
		out = append(out, parts.Option{Value: k.Code(), Label: k.Label(), Chosen: k.Code() == chosen})
	}
	return out
}

// agencyOptions offers the agencies of a tree but one; the first stands for none.
func agencyOptions(tree *cases.Tree, chosen string, without int64) []parts.Option {
	out := []parts.Option{{Label: "（无）"}}
	for _, r := range agencyRows(tree, 0, 0) {
		if r.Href != "/admin/agencies/"+strconv.FormatInt(without, 10) {
			out = append(out, parts.Option{Value: r.Code, Label: r.Name, Depth: r.Depth, Chosen: r.Code == chosen})
		}
	}
	return out
}

// readAgency reads the form of an agency; the store judges it.
func (s *Server) readAgency(c echo.Context) (a cases.Agency, form admin.AgencyForm, err error) {
	form = admin.AgencyForm{Code: strings.TrimSpace(c.FormValue("code")), Name: strings.TrimSpace(c.FormValue("name")), ShortName: strings.TrimSpace(c.FormValue("short_name")),
		Kind: c.FormValue("kind"), Parent: c.FormValue("parent"), From: c.FormValue("from"), Successor: c.FormValue("successor")}
	day, ok := readNearDay(form.From, s.today())
	if !ok {
		form.Problems = append(form.Problems, parts.Problem{Field: "from", Message: "日期“" + form.From + "”读不懂，应为如 " + s.today().String() + " 的日期"})
	}
	a = cases.Agency{Code: form.Code, Name: form.Name, ShortName: form.ShortName, From: day}
	if a.Kind, err = cases.ParseAgencyKind(form.Kind); err != nil && c.FormValue("do") != "close" {
		form.Problems = append(form.Problems, parts.Problem{Field: "kind", Message: "没有选择机关类别"})
	}
	a.ParentID, err = s.agencyID(c, form.Parent, day)
	if err == nil {
		a.Successor, err = s.agencyID(c, form.Successor, day)
	}
	return a, form, err
}

// agencyID reads a chosen agency; none is 0.
func (s *Server) agencyID(c echo.Context, code string, day calendar.Date) (int64, error) {
	if code == "" {
		return 0, nil
	}
	if day.IsZero() {
		day = s.today()
	}
	tree, err := s.db.Tree(c.Request().Context(), day)
	if err != nil {
		return 0, err
	}
	a, found := tree.ByCode(code)
	if !found {
		return -1, nil // the store says that there is none on that day
	}
	return a.ID, nil
}

// addAgency founds an agency.
func (s *Server) addAgency(c echo.Context) error {
	a, form, err := s.readAgency(c)
	if err != nil {
		return err
	}
	if len(form.Problems) == 0 {
		err = s.db.AddAgency(c.Request().Context(), s.stamp(c), a)
		if err == nil {
			return c.Redirect(http.StatusSeeOther, "/admin/agencies?saved=added")
		}
		if !store.Is(err, store.Invalid) && !store.Is(err, store.Conflict) {
			return err
		}
		form.Problems = []parts.Problem{{Field: "code", Message: err.Error()}}
	}
	return s.drawAgencies(c, http.StatusUnprocessableEntity, admin.AgenciesView{Form: form})
}

// askAgency shows one agency, to be renamed, moved or closed.
func (s *Server) askAgency(c echo.Context) error {
	a, tree, err := s.agencyParam(c)
	if err != nil {
		return err
	}
	parent, _ := tree.Agency(a.ParentID)
	return s.drawAgency(c, http.StatusOK, a, tree, admin.AgencyForm{Name: a.Name, ShortName: a.ShortName, Kind: a.Kind.Code(), Parent: parent.Code, From: s.today().String()})
}

func (s *Server) agencyParam(c echo.Context) (cases.Agency, *cases.Tree, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return cases.Agency{}, nil, errNotFound
	}
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return cases.Agency{}, nil, err
	}
	a, found := tree.Agency(id)
	if !found {
		return a, tree, errNotFound
	}
	return a, tree, nil
}

func (s *Server) drawAgency(c echo.Context, status int, a cases.Agency, tree *cases.Tree, form admin.AgencyForm) error {
	view := admin.AgencyView{Page: s.plainPage(c, a.Name), Code: a.Code, Name: a.Name, Path: "/admin/agencies/" + strconv.FormatInt(a.ID, 10), Form: form}
	view.Page.Path, view.Page.Place, view.Page.Wrong = "/admin/agencies", "admin", len(form.Problems) > 0
	if err := s.bell(c, &view.Page); err != nil {
		return err
	}
	view.Form.Kinds, view.Form.Parents, view.Successors = agencyKindOptions(form.Kind), agencyOptions(tree, form.Parent, a.ID), agencyOptions(tree, form.Successor, a.ID)
	spans, err := s.db.Agencies(c.Request().Context())
	if err != nil {
		return err
	}
	for _, x := range spans {
		if x.ID == a.ID {
			up, _ := tree.Agency(x.ParentID)
			view.Spans = append(view.Spans, admin.AgencyRow{Name: x.Name, ShortName: x.ShortName, Kind: x.Kind.Label(), Note: spanWord(x), Above: orDash(up.Name)})
		}
	}
	return s.draw(c, status, admin.Agency(view))
}

func spanWord(a cases.Agency) string {
	from, to := "建库时", "今后"
	if !a.From.IsZero() {
		from = a.From.String()
	}
	if !a.To.IsZero() {
		to = a.To.String() + "（不含）"
	}
	return from + " 至 " + to
}

// changeAgency renames, moves or closes an agency from a day on.
func (s *Server) changeAgency(c echo.Context) error {
	old, tree, err := s.agencyParam(c)
	if err != nil {
		return err
	}
	a, form, err := s.readAgency(c)
	if err != nil {
		return err
	}
	a.ID = old.ID
	if len(form.Problems) == 0 {
		saved := "changed"
		if c.FormValue("do") == "close" {
			saved = "closed"
			err = s.db.CloseAgency(c.Request().Context(), s.stamp(c), a.ID, a.Successor, a.From)
		} else {
			err = s.db.ChangeAgency(c.Request().Context(), s.stamp(c), a)
		}
		if err == nil {
			return c.Redirect(http.StatusSeeOther, "/admin/agencies?saved="+saved)
		}
		if !store.Is(err, store.Invalid) {
			return err
		}
		form.Problems = []parts.Problem{{Field: "from", Message: err.Error()}}
	}
	if c.FormValue("do") == "close" {
		parent, _ := tree.Agency(old.ParentID)
		form.Name, form.ShortName, form.Kind, form.Parent = old.Name, old.ShortName, old.Kind.Code(), parent.Code
	}
	return s.drawAgency(c, http.StatusUnprocessableEntity, old, tree, form)
}
