package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// itemField is the name of the field with the outcome of an item, from 1.
func itemField(n int) string { return "item_" + strconv.Itoa(n) }

// askItems shows the form of a decision item by item; an application that has not
// been divided is divided first.
func (s *Server) askItems(c echo.Context, view handling.DecideView, found *cases.Case) error {
	in := firstDecision(cases.Proposed{}, s.today())
	typed, key, err := s.draftIn(c, view.Action)
	if err != nil {
		return err
	}
	draftAct(&in, typed)
	view.Key = first1(key, view.Key)
	if len(found.Items) == 0 || c.QueryParam("divide") == "1" {
		in.values["parts"] = []string{first1(strings.Join(found.Items, "\n"), found.Content)}
		return s.drawDivision(c, http.StatusOK, view, in)
	}
	return s.drawItems(c, http.StatusOK, view, found, in)
}

// drawDivision asks for the items, one on each line.
func (s *Server) drawDivision(c echo.Context, status int, view handling.DecideView, in actInput) error {
	view.Division = true
	view.Fields = []handling.Field{{Kind: "text", Input: parts.Input{Name: "parts", Label: "所申请的各项信息", Hint: "每行一项，照申请表的顺序。各项分别作出结果，整件在年报表三只计一行。",
		Value: in.one("parts"), Problems: in.problems}}}
	view.Others = []handling.Other{{Value: "divide", Label: "按此分项"}}
	view.Problems, view.Wrong = in.problems, len(in.problems) > 0
	return s.draw(c, status, handling.Decide(view))
}

// itemOutcomes offers what one item can end with: all but 部分公开, which says that
// the item is itself two.
func itemOutcomes() []parts.Option {
	out := []parts.Option{{Label: "请选择"}}
	for _, o := range cases.Outcomes() {
		if o.Group() != "partial" {
			out = append(out, parts.Option{Value: o.Code(), Label: o.Label()})
		}
	}
	return out
}

// drawItems draws the form: an outcome for each item, then what the answer says.
func (s *Server) drawItems(c echo.Context, status int, view handling.DecideView, found *cases.Case, in actInput) error {
	fields, err := s.itemFields(c, found)
	if err != nil {
		return err
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return err
	}
	fields = append(append(fields, wayField(found, stamp, cases.MustOutcome("partial"))...), lateFields(found, stamp, cases.MustOutcome("partial"))...)
	if in, err = s.withNumber(c, found, in); err != nil {
		return err
	}
	view.Fields = drawDecided(fields, in)
	view.Parted = &handling.Parted{Divide: view.Action + "?items=1&divide=1"}
	if answer, err := itemsOf(found, in); err == nil {
		organ, court, err := s.remedyOrgans(c, found.AgencyID)
		if err != nil {
			return err
		}
		view.Parted.Outcome, view.Parted.Row = answer.Outcome.Label(), rowWord(answer.Outcome, in.on.Year())
		view.Parted.Remedies = answer.RemedyLine(in.on, organ, court)
	}
	view.Others = append(decisionButtons(found, stamp, cases.MustOutcome("partial")), handling.Other{Value: "look", Label: "看看计入哪一行"})
	view.Problems, view.Wrong = in.problems, len(in.problems) > 0
	return s.draw(c, status, handling.Decide(view))
}

func (s *Server) itemFields(c echo.Context, found *cases.Case) ([]actField, error) {
	var fields []actField
	for i, text := range found.Items {
		fields = append(fields, actField{name: itemField(i + 1), label: fmt.Sprintf("第%d项：%s", i+1, oneLine(text, 80)), kind: "select", options: itemOutcomes()})
	}
	main := itemOutcomes()
	main[0].Label = "各项理由相同，或有提供的，不用选"
	fields = append(fields, actField{name: "main", label: "本件的主要结果", kind: "select", optional: true, hint: "各项都没有提供而理由不同时，年报表三只计主要的一项。", options: main},
		actField{name: "answer", label: "答复内容", kind: "text", hint: "逐项写明结果和理由。"},
		actField{name: "document", label: "文号", kind: "line", optional: true, hint: "如 榕政公开〔2026〕12号；尚未编号可不填。"})
	return fields, nil
}

// itemsOf reads the outcomes of the items and makes the answer that follows.
func itemsOf(found *cases.Case, in actInput) (cases.Answered, error) {
	var items []cases.ItemOutcome
	for i := range found.Items {
		o, err := cases.ParseOutcome(in.one(itemField(i + 1)))
		if err != nil || o.IsZero() {
			return cases.Answered{}, errNotFound
		}
		items = append(items, cases.ItemOutcome{Item: i + 1, Outcome: o})
	}
	var main cases.Outcome // none, where it follows from the items
	if code := in.one("main"); code != "" {
		var err error
		if main, err = cases.ParseOutcome(code); err != nil {
			return cases.Answered{}, errNotFound
		}
	}
	return cases.Divide(items, main)
}

// doItems divides an application, or proposes or gives the answer to its items.
func (s *Server) doItems(c echo.Context, v scope, found *cases.Case) error {
	view, err := s.decideView(c, v, found)
	if err != nil {
		return err
	}
	if c.FormValue("do") == "divide" {
		return s.divide(c, view, found)
	}
	fields, err := s.itemFields(c, found)
	if err != nil {
		return err
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return err
	}
	fields = append(fields, wayField(found, stamp, cases.MustOutcome("partial"))...)
	sent := hasField(c, "way")
	in, err := readAct(c, fields, s.today())
	if err != nil {
		return err
	}
	readWay(fields, sent, &in)
	if in.one("do") == "look" || in.one("do") == "" {
		in.problems = nil
		return s.drawItems(c, http.StatusOK, view, found, in)
	}
	var cause error
	if len(in.problems) == 0 {
		answer, err := itemsOf(found, in)
		if cause = err; err == nil {
			cause = s.record(c, found, in, nil, stamp, func(c *cases.Case) error { return decide(c, stamp, answer, 0, in) })
		}
		if cause == nil {
			s.dropDraft(c)
			return c.Redirect(http.StatusSeeOther, casePath(found.ID))
		}
	}
	status, err := s.judgeAct(c, found, &in, cause)
	if err != nil {
		return err
	}
	if status == http.StatusConflict {
		view.Meanwhile = meanwhile(found, in.one("version"))
	}
	return s.drawItems(c, status, view, found, in)
}

// divide writes the items, none of which is blank.
func (s *Server) divide(c echo.Context, view handling.DecideView, found *cases.Case) error {
	in := actInput{values: map[string][]string{"parts": {c.FormValue("parts")}, "version": {c.FormValue("version")}}}
	var items []string
	for line := range strings.Lines(c.FormValue("parts")) {
		if line = strings.TrimSpace(line); line != "" {
			items = append(items, line)
		}
	}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		version = found.Version
	}
	err = s.db.UpdateAt(c.Request().Context(), found.ID, version, s.stamp(c), func(one *cases.Case) error { return one.SetItems(items) })
	if isRefused(err) {
		in.problems = []parts.Problem{{Field: "parts", Message: err.Error()}}
		return s.drawDivision(c, http.StatusUnprocessableEntity, view, in)
	}
	if err != nil {
		return err
	}
	s.dropDraft(c)
	if len(items) == 0 {
		return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"/decide")
	}
	return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"/decide?items=1")
}
