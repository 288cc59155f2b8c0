package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/letter"
	"gongkai/internal/store"
	"gongkai/templates/letters"
	"gongkai/templates/parts"
)

// listTemplates shows the templates of an agency.
func (s *Server) listTemplates(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	saved := map[string]string{"added": "已启用。以后起草和尚未发出的文书用这份模板。", "restored": "已换回。"}[c.QueryParam("saved")]
	return s.drawTemplates(c, v, http.StatusOK, saved, nil)
}

func (s *Server) drawTemplates(c echo.Context, v scope, status int, saved string, problems []parts.Problem) error {
	p, err := s.page(c, v, "文书模板", "templates")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/templates", len(problems) > 0
	list, err := s.db.Templates(c.Request().Context(), v.agency.ID)
	if err != nil {
		return err
	}
	actors := make([]string, 0, len(list))
	for _, x := range list {
		actors = append(actors, x.By)
	}
	names, err := s.db.NamesOf(c.Request().Context(), actors)
	if err != nil {
		return err
	}
	view := letters.TemplatesView{Page: p, AgencyName: v.agency.Name, Register: with("/letters", "agency", v.agency.Code), Saved: saved, Problems: problems, Changes: s.visitor(c).May(v.agency.ID, settingKeepers()...)}
	for _, k := range letter.Kinds() {
		view.Choices = append(view.Choices, parts.Option{Value: k.Code(), Label: k.Title(), Chosen: k.Code() == c.FormValue("kind")})
		view.Kinds = append(view.Kinds, s.templateKind(v, k, list, names))
	}
	for _, f := range letter.FieldTable() {
		view.Fields = append(view.Fields, letters.FieldLine{Name: f.Name, Hint: f.Hint, List: first1(f.List, "任何位置")})
	}
	return s.draw(c, status, letters.Templates(view))
}

// templateKind words the templates of one kind of letter; list has the latest first.
func (s *Server) templateKind(v scope, k letter.Kind, list []store.LetterTemplate, names map[string]string) letters.TemplateKind {
	path := func(id int64) string {
		return with("/templates/file", "agency", v.agency.Code, "kind", k.Code(), "id", strconv.FormatInt(id, 10))
	}
	out := letters.TemplateKind{Code: k.Code(), Title: k.Title(), Now: "系统模板", Download: path(0)}
	first := true
	for _, x := range list {
		if x.Kind != k.Code() {
			continue
		}
		one := letters.TemplateVersion{Label: "第" + strconv.Itoa(x.Version) + "版 " + x.Name + " " + names[x.By] + " " + s.clock(x.At)}
		if x.BuiltIn() {
			one.Label = "第" + strconv.Itoa(x.Version) + "版 换回系统模板 " + names[x.By] + " " + s.clock(x.At)
		} else {
			one.Download = path(x.ID)
			if !first {
				one.Restore = strconv.FormatInt(x.ID, 10)
			}
		}
		if first && !x.BuiltIn() {
			out.Own, out.Now, out.Download = true, x.Name+"（第"+strconv.Itoa(x.Version)+"版）", path(x.ID)
		}
		first = false
		out.Versions = append(out.Versions, one)
	}
	return out
}

// keptAgency is the agency of the form, for who keeps its settings.
func (s *Server) keptAgency(c echo.Context) (scope, error) {
	v, err := s.scope(c, s.today())
	if err != nil {
		return v, err
	}
	if code := c.FormValue("agency"); code != "" {
		if v.agency, v.found = v.tree.ByCode(code); !v.found || !v.mayRead(v.agency.ID) {
			return v, errNotFound
		}
	}
	if !v.found {
		return v, errNotFound
	}
	return v, s.mayAct(c, v.agency.ID, settingKeepers()...)
}

// addTemplate checks an agency's own template and takes it into use.
func (s *Server) addTemplate(c echo.Context) error {
	name, content, err := oneFile(c)
	if err != nil {
		return err
	}
	v, err := s.keptAgency(c)
	if err != nil {
		return err
	}
	wrong := func(sentences ...string) error {
		var problems []parts.Problem
		for _, text := range sentences {
			problems = append(problems, parts.Problem{Field: "file", Message: text})
		}
		return s.drawTemplates(c, v, http.StatusUnprocessableEntity, "", problems)
	}
	kind, err := letter.ParseKind(c.FormValue("kind"))
	switch {
	case err != nil:
		return wrong("没有选择这是哪一种文书的模板。")
	case len(content) == 0:
		return wrong("还没有选择模板文件：选一份 .docx 文件。")
	case len(content) > store.LargestTemplate:
		return wrong("模板超过" + strconv.Itoa(store.LargestTemplate>>20) + "兆；请压缩其中的图片。")
	}
	if found := letter.CheckTemplate(content, kind); len(found) > 0 {
		var sentences []string
		for _, f := range found {
			sentences = append(sentences, f.Sentence)
		}
		return wrong(sentences[:min(len(sentences), 20)]...)
	}
	if _, err := s.db.AddTemplate(c.Request().Context(), s.stamp(c), v.agency.ID, kind.Code(), name, content); err != nil {
		if store.Is(err, store.Conflict) || store.Is(err, store.Invalid) {
			return wrong(err.Error())
		}
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/templates", "agency", v.agency.Code, "saved", "added"))
}

func noKind() []parts.Problem {
	return []parts.Problem{{Field: "kind", Message: "没有选择是哪一种文书。"}}
}

// restoreTemplate takes an earlier version, or the built-in template, into use again.
func (s *Server) restoreTemplate(c echo.Context) error {
	v, err := s.keptAgency(c)
	if err != nil {
		return err
	}
	kind, err := letter.ParseKind(c.FormValue("kind"))
	if err != nil {
		return s.drawTemplates(c, v, http.StatusUnprocessableEntity, "", noKind())
	}
	id, _ := strconv.ParseInt(c.FormValue("id"), 10, 64) // 0: the built-in one
	var old store.LetterTemplate
	if id != 0 {
		if old, err = s.db.Template(c.Request().Context(), v.agency.ID, id); err != nil {
			return err
		}
		if old.Kind != kind.Code() {
			return errNotFound
		}
	}
	if _, err := s.db.AddTemplate(c.Request().Context(), s.stamp(c), v.agency.ID, kind.Code(), old.Name, old.Content); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/templates", "agency", v.agency.Code, "saved", "restored"))
}

// sendTemplate sends a template: a version of the agency's own, or the built-in one.
func (s *Server) sendTemplate(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	kind, err := letter.ParseKind(c.QueryParam("kind"))
	if err != nil {
		return s.drawTemplates(c, v, http.StatusUnprocessableEntity, "", noKind())
	}
	content, name := letter.BuiltIn(kind), kind.Title()+"（系统模板）.docx"
	if id, _ := strconv.ParseInt(c.QueryParam("id"), 10, 64); id != 0 {
		x, err := s.db.Template(c.Request().Context(), v.agency.ID, id)
		if err != nil {
			return err
		}
		content, name = x.Content, first1(x.Name, name)
	}
	attach(c, name)
	return c.Blob(http.StatusOK, docxMIME, content)
}

// previewTemplate fills the template that holds with a real case.
func (s *Server) previewTemplate(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	if err := s.mayAct(c, v.agency.ID, fileHandlers()...); err != nil {
		return err
	}
	wrong := func(text string) error {
		return s.drawTemplates(c, v, http.StatusUnprocessableEntity, "", []parts.Problem{{Field: "file", Message: text}})
	}
	kind, err := letter.ParseKind(c.QueryParam("kind"))
	if err != nil {
		return s.drawTemplates(c, v, http.StatusUnprocessableEntity, "", noKind())
	}
	if !kind.OfCase() {
		return wrong(kind.Title() + "不属于某一件申请，不能用办件预览。")
	}
	found, err := s.db.CaseByNumber(c.Request().Context(), v.agency.ID, c.QueryParam("number"))
	if store.Is(err, store.NotFound) {
		return wrong("本机关没有编号为“" + c.QueryParam("number") + "”的办件；请填写用来预览的办件编号。")
	}
	if err != nil {
		return err
	}
	content, err := s.filledTemplate(c, found, kind)
	if err != nil {
		return wrong("模板填不了：" + err.Error())
	}
	attach(c, kind.Title()+"（预览）.docx")
	return c.Blob(http.StatusOK, docxMIME, content)
}

func (s *Server) filledTemplate(c echo.Context, found *cases.Case, kind letter.Kind) ([]byte, error) {
	composed, template, in, err := s.compose(c, found, kind, 0, s.today(), "")
	if err != nil {
		return nil, err
	}
	return letterFile(openLetter{in: in, template: template}, composed.Letter, nil)
}
