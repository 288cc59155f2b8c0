package web

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/letter"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/papers"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// drawServices draws the attempts with the form as it was typed; with no way
// chosen, the ways.
func (s *Server) drawServices(c echo.Context, status int, v scope, found *cases.Case, all []cases.Service, t typedService, problems []parts.Problem) error {
	p, err := s.page(c, v, "送达登记 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/cases", len(problems) > 0
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return err
	}
	view := papers.ServicesView{Page: p, Crumb: papers.Crumb{Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID)}, Problems: problems, Key: first1(c.FormValue("key"), s.reference())}
	answer, answered := answeredOn(found)
	waits := waitsForSending(found, stamp)
	choices, titles, err := s.lettersToServe(c, found)
	if err != nil {
		return err
	}
	by, given := cases.GivenBy(ofAnswer(all), stamp.Today)
	switch {
	case answered && given:
		view.Given = "答复视为作出之日：" + withWeekday(answer) + "（" + by.Way.Label() + "，" + by.Way.Counts() + "）。"
	case answered:
		view.Given = "答复日期登记为" + withWeekday(answer) + "，还没有送达的登记来证明；登记送达后以送达的日期为准。"
	case waits && given:
		view.Settle = true
	case !waits && len(choices) == 0:
		view.Closed = "答复还没有签发，也没有发出的其他文书；签发或发出后登记送达。"
	}
	for _, x := range all {
		row := s.serviceRow(x, found, all)
		row.Letter = titles[x.Letter]
		view.Rows = append(view.Rows, row)
	}
	if view.Closed != "" {
		return s.draw(c, status, papers.Services(view))
	}
	if t.way.Code() != "" {
		view.Form = serviceFormView(t, problems, waits)
		if t.place == 0 && len(choices) > 0 {
			if waits || answered {
				choices = append([]parts.Option{{Value: "0", Label: "答复"}}, choices...)
			}
			for i := range choices {
				choices[i].Chosen = choices[i].Value == strconv.Itoa(t.letter)
			}
			view.Form.Fields = append([]handling.Field{{Kind: "select", Input: parts.Input{Name: "letter", Label: "送达哪一份"}, Options: choices}}, view.Form.Fields...)
		}
		return s.draw(c, status, papers.Services(view))
	}
	view.Ways = serviceWays(found, t.again)
	return s.draw(c, status, papers.Services(view))
}

// lettersToServe lists the letters that have left the house beside the answer, and
// the titles of all by their place.
func (s *Server) lettersToServe(c echo.Context, found *cases.Case) (choices []parts.Option, titles map[int]string, err error) {
	list, err := s.db.Letters(c.Request().Context(), found.ID)
	if err != nil {
		return nil, nil, err
	}
	titles = map[int]string{}
	for _, l := range list {
		kind, err := letter.ParseKind(l.Kind)
		if err != nil || kind.Answers() || !kind.Outgoing() {
			continue
		}
		titles[l.Place] = strings.TrimSpace(kind.Title() + " " + l.Number)
		if l.State == store.LetterIssued {
			choices = append(choices, parts.Option{Value: strconv.Itoa(l.Place), Label: titles[l.Place]})
		}
	}
	return choices, titles, nil
}

func answeredOn(found *cases.Case) (calendar.Date, bool) {
	for _, e := range cases.Timeline(found.Events, 0) {
		if _, ok := e.Fact.(cases.Answered); ok {
			return e.On, true
		}
	}
	return calendar.Date{}, false
}

// serviceWays offers the way that the applicant asked for first.
func serviceWays(found *cases.Case, repeats int) []papers.Way {
	again := ""
	if repeats > 0 {
		again = "&again=" + strconv.Itoa(repeats)
	}
	asked, named := found.WayAsked()
	var out, rest []papers.Way
	for _, w := range cases.ServiceWays() {
		way := papers.Way{Href: casePath(found.ID) + "/services?way=" + w.Code() + again, Label: w.Label(), Needs: w.Needs(), Counts: w.Counts(), Asked: w == asked, Named: named, Last: w.LastResort()}
		if way.Asked {
			out = append(out, way)
		} else {
			rest = append(rest, way)
		}
	}
	return append(out, rest...)
}

func serviceFormView(t typedService, problems []parts.Problem, waits bool) *papers.ServiceForm {
	f := &papers.ServiceForm{Heading: t.way.Label(), Needs: t.way.Needs(), Counts: t.way.Counts(), Button: "登记送达"}
	if t.place != 0 {
		f.Heading, f.Button = "第"+strconv.Itoa(t.place)+"次送达："+f.Heading, "保存"
	}
	if waits {
		f.Answers = "答复已签发。登记后按“" + t.way.Counts() + "”登记答复，本件办结；是否逾期也按这一天判断。"
	}
	for _, h := range [][2]string{{"way", t.way.Code()}, {"place", strconv.Itoa(t.place)}, {"again", strconv.Itoa(t.again)}, {"version", strconv.FormatInt(t.version, 10)}} {
		f.Hidden = append(f.Hidden, parts.Pair{Name: h[0], Value: h[1]})
	}
	f.Fields = serviceFields(t.way)
	for i := range f.Fields {
		field := &f.Fields[i]
		field.Value, field.Problems = t.values[field.Name], problems
		for j := range field.Options {
			field.Options[j].Chosen = field.Options[j].Value == field.Value
		}
		if field.Name == "failure" {
			field.Options = []parts.Option{{Label: "送到了，或还不知道"}}
			for _, x := range cases.Failures() {
				field.Options = append(field.Options, parts.Option{Value: x.Code(), Label: x.Label(), Chosen: x.Code() == field.Value})
			}
		}
	}
	return f
}

// serviceRow words one attempt.
func (s *Server) serviceRow(x cases.Service, found *cases.Case, all []cases.Service) papers.ServiceRow {
	path := casePath(found.ID) + "/services?"
	row := papers.ServiceRow{Place: strconv.Itoa(x.Place), Way: "第" + strconv.Itoa(x.Place) + "次：" + x.Way.Label(), Number: x.Number, Change: path + "place=" + strconv.Itoa(x.Place)}
	for _, l := range []struct {
		name string
		on   calendar.Date
	}{{"交邮", x.Posted}, {"发出", x.Sent}, {"查阅", x.Opened}, {map[bool]string{true: "留置", false: "签收"}[x.Way == cases.Left], x.Signed}, {"公告", x.Published}, {"退回或得知未送达", x.Failed}} {
		if !l.on.IsZero() {
			row.Lines = append(row.Lines, parts.Pair{Name: l.name, Value: withWeekday(l.on)})
		}
	}
	if x.By != "" {
		row.Lines = append(row.Lines, parts.Pair{Name: "签收人、见证人或载体", Value: x.By})
	}
	if x.Again != 0 {
		row.Lines = append(row.Lines, parts.Pair{Name: "再次送达", Value: "第" + strconv.Itoa(x.Again) + "次没有成功"})
	}
	switch {
	case x.Failure.Code() != "":
		row.State, row.Class = "没有送达："+x.Failure.Label(), "late"
		repeated := false
		for _, y := range all {
			repeated = repeated || y.Again == x.Place
		}
		if !repeated {
			row.Again = path + "again=" + strconv.Itoa(x.Place)
		}
	case !x.Proved().IsZero() && !x.Proved().After(s.today()):
		row.State, row.Class = "已送达", "open"
	case !x.Proved().IsZero():
		row.State, row.Class = "公告至"+x.Proved().Chinese()+"期满", "waiting"
	default:
		row.State, row.Class = "已送出，等待签收", "waiting"
	}
	return row
}

// paperSheets leads from a case to its service, its release, its bundle and its
// file list.
func (s *Server) paperSheets(c echo.Context, found *cases.Case) []register.Act {
	var out []register.Act
	if s.visitor(c).May(found.AgencyID, servers()...) {
		out = append(out, register.Act{Label: "送达登记", Href: casePath(found.ID) + "/services"})
	}
	if s.visitor(c).May(found.AgencyID, fileHandlers()...) {
		out = append(out, register.Act{Label: "公开前核对", Href: casePath(found.ID) + "/release"}, register.Act{Label: "举证材料", Href: casePath(found.ID) + "/bundle"})
	}
	return out
}
