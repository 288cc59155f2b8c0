package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/width"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// askFigures shows what an agency has entered of a year because no case tells it.
func (s *Server) askFigures(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	f, mark, err := s.db.Figures(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	view := annual.FiguresView{Seen: strconv.Itoa(mark.Place), Saved: c.QueryParam("saved") == "1"}
	if mark.Place == 0 { // the names of last year are a start, then the usual ones
		before, last, err := s.db.Figures(c.Request().Context(), q.scope.agency.ID, q.year-1, q.scope.own)
		if err != nil && !store.Is(err, store.NotFound) {
			return err
		}
		f.Named = report.UsualFigures()
		if last.Place > 0 {
			f.Named = nil
			for _, n := range before.Named {
				f.Named = append(f.Named, report.Named{Name: n.Name, Unit: n.Unit})
			}
		}
	} else {
		names, err := s.db.NamesOf(c.Request().Context(), []string{mark.By})
		if err != nil {
			return err
		}
		view.Last = s.clock(mark.At) + "　" + names[mark.By]
	}
	return s.drawFigures(c, http.StatusOK, q, view, typedNamed(f))
}

// typedForm is the form as it was typed.
type typedForm struct {
	names, values, units [report.MostNamed]string
	opening              map[string]string // since, through, own, lower, departments
	published            [6]string
}

func typedNamed(f report.Figures) typedForm {
	t := typedForm{opening: map[string]string{}}
	for i, n := range f.Named {
		t.names[i], t.values[i], t.units[i] = n.Name, n.Value, n.Unit
	}
	if o := f.Opening; o != nil {
		t.opening = map[string]string{"since": strconv.Itoa(o.Since), "through": strconv.Itoa(o.Through), "own": itoa64(o.Own), "lower": itoa64(o.Lower), "departments": itoa64(o.Departments)}
	}
	for i, n := range f.Published {
		t.published[i] = itoa64(n)
	}
	return t
}

func readTyped(c echo.Context) typedForm {
	t := typedForm{opening: map[string]string{}}
	read := func(name string) string { return strings.TrimSpace(width.Narrow.String(c.FormValue(name))) }
	for i := range t.names {
		n := strconv.Itoa(i)
		t.names[i], t.values[i], t.units[i] = strings.TrimSpace(c.FormValue("name_"+n)), strings.ReplaceAll(read("value_"+n), ",", ""), strings.TrimSpace(c.FormValue("unit_"+n))
	}
	for _, k := range []string{"since", "through", "own", "lower", "departments"} {
		t.opening[k] = read("opening_" + k)
	}
	for i := range t.published {
		t.published[i] = read("published_" + strconv.Itoa(i))
	}
	return t
}

// figures reads the form; at names the field of each line of Named.
func (t typedForm) figures() (f report.Figures, at []string, problems []parts.Problem) {
	for i, name := range t.names {
		if name == "" && t.values[i] == "" || t.values[i] == "" && name != "" {
			continue // a name without a figure is one that was offered
		}
		f.Named, at = append(f.Named, report.Named{Name: name, Value: t.values[i], Unit: t.units[i]}), append(at, strconv.Itoa(i))
	}
	number := func(field, label, text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if text != "" && (err != nil || n < 0) {
			problems = append(problems, parts.Problem{Field: field, Message: label + "“" + text + "”应为不小于0的整数"})
		}
		return n
	}
	if strings.Join([]string{t.opening["since"], t.opening["through"], t.opening["own"], t.opening["lower"], t.opening["departments"]}, "") != "" {
		f.Opening = &report.Opening{Since: int(number("opening_since", "起始年", t.opening["since"])), Through: int(number("opening_through", "截止年", t.opening["through"])),
			Own: number("opening_own", "本级政府", t.opening["own"]), Lower: number("opening_lower", "下级政府", t.opening["lower"]), Departments: number("opening_departments", "工作部门", t.opening["departments"])}
	}
	if strings.Join(t.published[:], "") != "" {
		f.Published = make([]int64, len(t.published))
		for i, text := range t.published {
			f.Published[i] = number("published_"+strconv.Itoa(i), report.Column(i).Label(), text)
		}
	}
	return f, at, problems
}

// doFigures enters the form as typed.
func (s *Server) doFigures(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	if err := s.mayAct(c, q.scope.agency.ID, cases.Editor); err != nil {
		return err
	}
	typed := readTyped(c)
	f, at, problems := typed.figures()
	if len(problems) == 0 {
		if i, err := f.Check(q.year); err != nil {
			field := "opening_since"
			if i >= 0 {
				field = "value_" + at[i]
			}
			problems = []parts.Problem{{Field: field, Message: err.Error()}}
		}
	}
	view := annual.FiguresView{Seen: c.FormValue("seen"), Problems: problems}
	if len(problems) > 0 {
		return s.drawFigures(c, http.StatusUnprocessableEntity, q, view, typed)
	}
	seen, _ := strconv.Atoi(view.Seen) // a form without it was never shown: as if nothing was seen
	err = s.db.EnterFigures(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, q.scope.own, seen, f)
	if store.Is(err, store.Conflict) {
		view.Problems = []parts.Problem{{Field: "value_0", Message: err.Error()}}
		return s.drawFigures(c, http.StatusConflict, q, view, typed)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/figures", "saved", "1"))
}

// extraLines are offered empty below what is filled.
const extraLines = 3

func (s *Server) drawFigures(c echo.Context, status int, q reportQuery, view annual.FiguresView, typed typedForm) error {
	p, err := s.page(c, q.scope, "填报数据", "report")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = fmt.Sprintf("/report/%d", q.year), len(view.Problems) > 0
	view.Page, view.Back, view.Action, view.Document = p, q.href(""), q.href("/figures"), q.href("/document")
	view.Heading = fmt.Sprintf("%s%d年填报数据", q.scope.agency.Name, q.year)
	view.Edits = s.visitor(c).May(q.scope.agency.ID, cases.Editor)
	before, err := s.figuresBefore(c.Request().Context(), q)
	if err != nil {
		return err
	}
	last := 0
	for i := range typed.names {
		if typed.names[i]+typed.values[i] != "" {
			last = i + 1
		}
	}
	for i := range min(last+extraLines, report.MostNamed) {
		n := strconv.Itoa(i)
		view.Rows = append(view.Rows, annual.FigureRow{Place: n, Name: typed.names[i], Value: typed.values[i], Unit: typed.units[i], Before: before[typed.names[i]],
			Problem: parts.Message(view.Problems, "value_"+n)})
	}
	for _, x := range [][3]string{{"since", "起始年", "如 2008"}, {"through", "截止年末", "本年以前，如 " + strconv.Itoa(q.year-1)}, {"own", "本级政府（本机关）累计件数", ""}, {"lower", "下级政府累计件数", "没有下级的填0"}, {"departments", "各级政府工作部门累计件数", ""}} {
		view.Opening = append(view.Opening, parts.Input{Name: "opening_" + x[0], Label: x[1], Hint: x[2], Value: typed.opening[x[0]], Short: true, Optional: true, Problems: view.Problems})
	}
	for i := range typed.published {
		view.Published = append(view.Published, parts.Input{Name: "published_" + strconv.Itoa(i), Label: report.Column(i).Label(), Value: typed.published[i], Short: true, Optional: true, Problems: view.Problems})
	}
	return s.draw(c, status, annual.Figures(view))
}

// figuresBefore gives last year's figures by name.
func (s *Server) figuresBefore(ctx context.Context, q reportQuery) (map[string]string, error) {
	f, _, err := s.db.Figures(ctx, q.scope.agency.ID, q.year-1, q.scope.own)
	if err != nil && !store.Is(err, store.NotFound) {
		return nil, err
	}
	out := map[string]string{}
	for _, n := range f.Named {
		out[n.Name] = n.Value
	}
	return out, nil
}
