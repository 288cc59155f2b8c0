package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/desk"
	"gongkai/templates/parts"
)

// Fields of a form that are no draft: what the frame needs, and the buttons.
func notDraft() []string {
	return []string{tokenField, "_action", "auto", "do", "look", "check", "save", "edit", "recognise", "version"}
}

// saveDraft keeps what stands in a form: by its button, or (auto) by the page
// itself while somebody types.
func (s *Server) saveDraft(c echo.Context) error {
	params, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	path, key := ownPath(c.FormValue("_action")), c.FormValue("key")
	if key == "" || len(key) > 64 || !isDraftPath(path) {
		return errNotFound
	}
	fields := url.Values{}
	for name, values := range params {
		if !contains(notDraft(), name) {
			fields[name] = values
		}
	}
	err = s.db.SaveDraft(c.Request().Context(), s.stamp(c), s.visitor(c).ID, store.Draft{Key: key, Path: path, Fields: fields})
	if c.FormValue("auto") == "1" && (err == nil || store.Is(err, store.Invalid)) {
		return c.NoContent(http.StatusNoContent) // a page that saves by itself shows nothing
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/drafts?saved=1")
}

// isDraftPath knows the forms that can be put aside.
func isDraftPath(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	return path == "/cases/new" || strings.HasPrefix(path, "/cases/") && (strings.Contains(path, "/act/") || strings.HasSuffix(path, "/decide"))
}

// listDrafts shows what the visitor has put aside.
func (s *Server) listDrafts(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "草稿", "home")
	if err != nil {
		return err
	}
	p.Path = "/drafts"
	view := desk.DraftsView{Page: p, Saved: c.QueryParam("saved") == "1"}
	list, err := s.db.Drafts(c.Request().Context(), s.visitor(c).ID)
	if err != nil {
		return err
	}
	for _, d := range list {
		row := desk.Draft{Href: "/drafts/" + strconv.FormatInt(d.ID, 10), What: s.draftName(c, d), SavedAt: time.UnixMicro(d.SavedAt).In(s.office).Format("1月2日 15:04")}
		for _, name := range []string{"content", "answer", "reasons", "items", "finding", "search", "opinion"} {
			if text := d.Fields.Get(name); text != "" && row.Text == "" {
				row.Text = oneLine(text, 60)
			}
		}
		if name := d.Fields.Get("name"); name != "" {
			kind, _ := cases.ParseApplicantKind(d.Fields.Get("kind"))
			row.Text = masked(name, kind) + "　" + row.Text
		}
		view.Drafts = append(view.Drafts, row)
	}
	return s.draw(c, http.StatusOK, desk.Drafts(view))
}

// draftName says which form a draft is of.
func (s *Server) draftName(c echo.Context, d store.Draft) string {
	path, _, _ := strings.Cut(d.Path, "?")
	if path == "/cases/new" {
		return "申请登记"
	}
	words := strings.Split(strings.TrimPrefix(path, "/cases/"), "/")
	what := "处理决定"
	if len(words) == 3 {
		act, _ := cases.FindAct(words[2])
		what = act.Label
	}
	id, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return what
	}
	found, err := s.db.Case(c.Request().Context(), id)
	if err != nil {
		return what // it is his no more; the page of the case will say so
	}
	return what + " " + caseNumber(found.Number, found.ID)
}

// resumeDraft leads back to the form, with what was typed.
func (s *Server) resumeDraft(c echo.Context) error {
	d, err := s.draftOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	path, _, _ := strings.Cut(d.Path, "?")
	return c.Redirect(http.StatusSeeOther, with(path, "agency", d.Fields.Get("agency"), "outcome", d.Fields.Get("outcome"), "items", d.Fields.Get("items"), "draft", c.Param("id")))
}

func (s *Server) draftOf(c echo.Context, text string) (store.Draft, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return store.Draft{}, errNotFound
	}
	return s.db.Draft(c.Request().Context(), s.visitor(c).ID, id)
}

// draftIn gives the fields of the draft that the address asks for (?draft=), if it
// is of this form.
func (s *Server) draftIn(c echo.Context, action string) (fields url.Values, key string, err error) {
	text := c.QueryParam("draft")
	if text == "" {
		return nil, "", nil
	}
	d, err := s.draftOf(c, text)
	if err != nil {
		return nil, "", err
	}
	if path, _, _ := strings.Cut(d.Path, "?"); path != action {
		return nil, "", errNotFound
	}
	return d.Fields, d.Key, nil
}

// draftAct puts a draft into an act's form.
func draftAct(in *actInput, fields url.Values) {
	for name, values := range fields {
		in.values[name] = values
	}
	if text := fields.Get("on"); text != "" {
		in.typedOn = text
		in.on, _ = readDay(text)
	}
}

// dropDraft removes the draft of the form that was sent and recorded. That it
// could not be removed is no reason to fail what is done.
func (s *Server) dropDraft(c echo.Context) {
	if key := c.FormValue("key"); key != "" {
		if err := s.db.DropDraft(c.Request().Context(), s.visitor(c).ID, 0, key); err != nil {
			s.log.Warn("draft not dropped", "err", err)
		}
	}
}

// doDropDraft removes a draft that is not wanted any more.
func (s *Server) doDropDraft(c echo.Context) error {
	d, err := s.draftOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.db.DropDraft(c.Request().Context(), s.visitor(c).ID, d.ID, ""); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/drafts")
}

// saveView keeps the list of the address under a name.
func (s *Server) saveView(c echo.Context) error {
	query, err := url.ParseQuery(c.FormValue("query"))
	if err != nil {
		return errNotFound
	}
	kept := url.Values{}
	for _, k := range listKeys {
		if v := query.Get(k); v != "" {
			kept.Set(k, v)
		}
	}
	err = s.db.SaveView(c.Request().Context(), s.stamp(c), s.visitor(c).ID, strings.TrimSpace(c.FormValue("name")), kept.Encode())
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/cases?"+s.hiddenQuery(kept.Encode()))
}

// dropView removes a kept list.
func (s *Server) dropView(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	if err := s.db.DropView(c.Request().Context(), s.visitor(c).ID, id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/cases")
}

// hiddenQuery is the address of a kept list; those of before searched openly.
func (s *Server) hiddenQuery(kept string) string {
	query, err := url.ParseQuery(kept)
	if err != nil {
		return kept
	}
	if text := query.Get("text"); text != "" {
		query.Set("text", s.db.HideWords(s.db.ShowWords(text)))
	}
	return query.Encode()
}

// savedViews words the lists that the visitor keeps.
func (s *Server) savedViews(c echo.Context, agency string) ([]parts.Pair, map[string]string, error) {
	list, err := s.db.Views(c.Request().Context(), s.visitor(c).ID)
	if err != nil {
		return nil, nil, err
	}
	var out []parts.Pair
	drop := map[string]string{}
	for _, x := range list {
		href := "/cases?" + s.hiddenQuery(x.Query)
		if agency != "" {
			href += "&agency=" + url.QueryEscape(agency)
		}
		out = append(out, parts.Pair{Name: x.Name, Value: href})
		drop[x.Name] = "/views/" + strconv.FormatInt(x.ID, 10) + "/drop"
	}
	return out, drop, nil
}
