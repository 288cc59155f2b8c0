package web

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/export"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// readText reads a report's facts and what was written for it; a page about no
// agency is not found.
func (s *Server) readText(c echo.Context) (q reportQuery, f report.Facts, text store.ReportText, err error) {
	if q, err = s.readReport(c); err != nil {
		return q, f, text, err
	}
	if !q.scope.found {
		return q, f, text, errNotFound
	}
	if f, err = s.db.ReportFacts(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own, q.format); err != nil {
		return q, f, text, err
	}
	text, err = s.db.LastText(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own)
	return q, f, text, err
}

// showDocument shows the whole report as it would be printed now, and to its
// editor the form of its text.
func (s *Server) showDocument(c echo.Context) error {
	q, facts, text, err := s.readText(c)
	if err != nil {
		return err
	}
	if text.Place == 0 {
		// The chapters of last year are a start; nothing of them is saved yet.
		last, err := s.db.LastText(c.Request().Context(), q.scope.agency.ID, q.year-1, q.scope.own)
		if err != nil && !store.Is(err, store.NotFound) {
			return err
		}
		text.Text.Free = last.Text.Free
	}
	return s.drawDocument(c, http.StatusOK, q, facts, text.Text, text.Place, nil)
}

func (s *Server) drawDocument(c echo.Context, status int, q reportQuery, facts report.Facts, text report.Text, seen int, problems []parts.Problem) error {
	p, err := s.page(c, q.scope, "年报全文", "report")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = fmt.Sprintf("/report/%d", q.year), len(problems) > 0
	view := annual.DocumentView{Page: p, Heading: fmt.Sprintf("%s%d年年报全文", q.scope.agency.Name, q.year), Back: q.href(""), Action: q.href("/document"), Return: q.href("/return"),
		Seen: strconv.Itoa(seen), Saved: c.QueryParam("saved") == "1", Problems: problems, Bent: text.Bent, Edits: s.visitor(c).May(q.scope.agency.ID, cases.Editor)}
	for _, kind := range documentKinds {
		view.Downloads = append(view.Downloads, annual.Link{Label: kind.label, Href: q.href("/document/download", "as", kind.code)})
	}
	document := report.Compose(facts, text)
	view.Untrue, view.Missing, view.Notes = append(document.Refused, document.Untrue...), document.Missing, document.Notes
	view.Counting, view.CountingHref, view.FiguresHref = document.Counting, q.href("/counting"), q.href("/figures")
	for _, x := range document.Charts {
		view.Charts = append(view.Charts, chartView(x))
	}
	names := facts.Names(text.Bent)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		view.Names = append(view.Names, parts.Pair{Name: name, Value: names[name]})
	}
	for _, x := range slices.Concat(document.Before, []report.Paragraph{{Text: "二、三、四为统计表，见年报表", Heading: 1}}, document.After) {
		view.Text = append(view.Text, annual.Paragraph{Text: x.Text, Heading: x.Heading, Missing: x.Missing})
	}
	for _, f := range report.CompareText(facts.Table, document.Prose()) {
		view.Untrue = append(view.Untrue, f.Message)
	}
	for _, x := range facts.Sentences(text.Bent) {
		row := annual.Sentence{Code: x.Code, Label: x.Label, Text: x.Text(), Template: x.Template, Untrue: x.Untrue, Note: x.Note, On: text.Says(x)}
		if own := text.Edited[x.Code]; own != "" {
			row.Template = own
			if edited, err := x.Edit(own); err == nil {
				row.Text = edited.Text()
			}
		}
		row.Problem = parts.Message(problems, "edit_"+x.Code)
		view.Sentences = append(view.Sentences, row)
	}
	for _, h := range report.Headings() {
		view.Chapters = append(view.Chapters, annual.Chapter{Code: h.Code, Title: h.Title, Text: text.Free[h.Code], Records: h.Records, Problem: parts.Message(problems, "free_"+h.Code)})
	}
	return s.draw(c, status, annual.Document(view))
}

// saveDocument keeps the text as typed.
func (s *Server) saveDocument(c echo.Context) error {
	q, facts, _, err := s.readText(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, q.scope.agency.ID, cases.Editor); err != nil {
		return err
	}
	params, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	last, err := s.db.LastText(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	text := report.Text{Bent: c.FormValue("bent") == "1", Edited: map[string]string{}, Free: map[string]string{}, Explain: last.Text.Explain}
	var problems []parts.Problem
	for _, x := range facts.Sentences(text.Bent) {
		switch on := slices.Contains(params["on"], x.Code); {
		case x.Optional && on:
			text.On = append(text.On, x.Code)
		case !x.Optional && !on && x.Untrue == "":
			text.Off = append(text.Off, x.Code)
		}
		if own := strings.TrimSpace(c.FormValue("edit_" + x.Code)); own != "" && own != x.Template {
			if _, err := x.Edit(own); err != nil {
				problems = append(problems, parts.Problem{Field: "edit_" + x.Code, Message: err.Error()})
			}
			text.Edited[x.Code] = own
		}
	}
	for _, h := range report.Headings() {
		if free := strings.TrimSpace(strings.ReplaceAll(c.FormValue("free_"+h.Code), "\r\n", "\n")); free != "" {
			text.Free[h.Code] = free
		}
		problems = append(problems, freeProblems(facts, text, h.Code)...)
	}
	seen, _ := strconv.Atoi(c.FormValue("seen")) // a form without it was never shown: as if nothing was seen
	if len(problems) > 0 {
		return s.drawDocument(c, http.StatusUnprocessableEntity, q, facts, text, seen, problems)
	}
	err = s.db.EnterText(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, q.scope.own, seen, text)
	if store.Is(err, store.Conflict) || store.Is(err, store.Invalid) {
		return s.drawDocument(c, http.StatusConflict, q, facts, text, last.Place, []parts.Problem{{Field: "free_lead", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/document", "saved", "1"))
}

// freeProblems refuses free text that the records contradict, with the cases, and
// names in braces that are no figure.
func freeProblems(facts report.Facts, text report.Text, code string) (problems []parts.Problem) {
	alone := report.Compose(facts, report.Text{Bent: text.Bent, Free: map[string]string{code: text.Free[code]}})
	for _, x := range alone.Refused {
		problems = append(problems, parts.Problem{Field: "free_" + code, Message: x})
	}
	return problems
}

// documentKinds are the forms of a whole report.
var documentKinds = []struct{ code, label, mime string }{
	{"docx", "DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"html", "网页", "text/html; charset=utf-8"},
}

// downloadDocument sends the whole report as it stands, or a locked version
// (?version=), which is the same file every time.
func (s *Server) downloadDocument(c echo.Context) error {
	q, facts, text, err := s.readText(c)
	if err != nil {
		return err
	}
	meta, name := export.Meta{AsOf: s.today()}, fmt.Sprintf("%s%d年政府信息公开工作年度报告", q.scope.agency.Name, q.year)
	document := report.Compose(facts, text.Text)
	if version := c.QueryParam("version"); version != "" {
		locked, err := s.lockedVersion(c, q, version)
		if err != nil {
			return err
		}
		document, meta = locked.Frozen.Document(), lockedMeta(locked)
		name += fmt.Sprintf("（定稿第%d版）", locked.Version)
	}
	for _, kind := range append(documentKinds, downloadKinds[:3]...) {
		if kind.code != c.QueryParam("as") {
			continue
		}
		var file bytes.Buffer
		if err := writeDocument(&file, kind.code, document, meta); err != nil {
			return err
		}
		attach(c, name+"."+kind.code)
		return c.Blob(http.StatusOK, kind.mime, file.Bytes())
	}
	return errNotFound
}

// lockedMeta is what a locked version says of itself: the same every time.
func lockedMeta(r store.Return) export.Meta {
	return export.Meta{Note: fmt.Sprintf("定稿第%d版，校验值 %s", r.Version, r.Hash)}
}

// writeDocument writes the whole report, or as open data its tables.
func writeDocument(file *bytes.Buffer, as string, document report.Document, meta export.Meta) error {
	switch as {
	case "docx":
		return export.WriteDocument(file, document, meta)
	case "html":
		return export.WriteDocumentHTML(file, document, meta)
	}
	return export.WriteReport(file, as, document.Table, meta)
}

func (s *Server) lockedVersion(c echo.Context, q reportQuery, version string) (store.Return, error) {
	all, err := s.db.Returns(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return store.Return{}, err
	}
	for _, r := range all {
		if strconv.Itoa(r.Version) == version {
			return r, nil
		}
	}
	return store.Return{}, errNotFound
}
