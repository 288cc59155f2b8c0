package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/store"
	"gongkai/templates/monitor"
	"gongkai/templates/parts"
)

// showAlike shows applications of the same person or the same content at several
// agencies. Only who leads the agency in view may see it, of what is below it: it
// tells of a person what no single agency knows.
func (s *Server) showAlike(c echo.Context) error {
	v, err := s.checkScope(c)
	if err != nil {
		return err
	}
	today := s.today()
	values := map[string]string{"from": first1(strings.TrimSpace(c.QueryParam("from")), today.AddMonths(-6).String()), "to": first1(strings.TrimSpace(c.QueryParam("to")), today.String())}
	var problems []parts.Problem
	days := map[string]calendar.Date{}
	for _, x := range [][2]string{{"from", "起始日期"}, {"to", "截止日期"}} {
		day, ok := readDay(values[x[0]])
		if !ok {
			problems = append(problems, parts.Problem{Field: x[0], Message: x[1] + "“" + values[x[0]] + "”读不懂，应为如 " + today.String() + " 的日期"})
		}
		days[x[0]] = day
	}
	p, err := s.page(c, v, "同类申请预警", "monitor")
	if err != nil {
		return err
	}
	p.Path, p.Wide = "/monitor/alike", true
	view := monitor.AlikeView{Page: p, From: values["from"], To: values["to"], Back: with("/monitor", "agency", v.agency.Code)}
	if len(problems) == 0 {
		if view.Groups, err = s.alikeGroups(c, v, days["from"], days["to"]); store.Is(err, store.Invalid) {
			problems = append(problems, parts.Problem{Field: "from", Message: err.Error()})
		} else if err != nil {
			return err
		}
	}
	view.Problems, view.Page.Wrong = problems, len(problems) > 0
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.draw(c, status, monitor.Alike(view))
}

// mostAlike bounds what a page shows.
const mostAlike = 100

func (s *Server) alikeGroups(c echo.Context, v scope, from, to calendar.Date) ([]monitor.AlikeGroup, error) {
	ctx, today := c.Request().Context(), s.today()
	found, err := s.db.AlikeAcross(ctx, v.ids(), from, to)
	if err != nil {
		return nil, err
	}
	book, err := s.db.Book(ctx)
	if err != nil {
		return nil, err
	}
	var out []monitor.AlikeGroup
	for _, f := range found[:min(len(found), mostAlike)] {
		g := monitor.AlikeGroup{Heading: fmt.Sprintf("相近内容：%d个机关，%d件", f.Agencies, len(f.Rows)), Content: f.Content}
		if f.Person {
			g.Heading = fmt.Sprintf("同一申请人（%s）：%d个机关，%d件", maskedRow(f.Rows[0]), f.Agencies, len(f.Rows))
		}
		groups := map[string]bool{}
		for _, r := range f.Rows {
			line := monitor.AlikeCase{Light: lightOf(r.Row, book.Latest(), today), Number: caseNumber(r.Number, r.ID), Href: casePath(r.ID), Agency: r.AgencyName, Received: r.ReceivedOn.String(), Text: oneLine(r.Subject, 80)}
			if line.Result = r.Outcome.Label(); line.Result == "" {
				line.Result = nextAct(r.Row, book.Latest(), today)
			}
			if r.Outcome.CountsAsAnswer() {
				groups[r.Outcome.Group()] = true
			}
			g.Cases = append(g.Cases, line)
		}
		g.Differ = !f.Person && len(groups) > 1
		out = append(out, g)
	}
	return out, nil
}
