package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/report"
	"gongkai/templates/analysis"
	"gongkai/templates/parts"
)

// analysisQuery is which period of which agency is asked for.
type analysisQuery struct {
	from, to calendar.Date
	typed    map[string]string
	scope    scope
	problems []parts.Problem
	notes    []string
}

// readAnalysis reads from, to, agency and own. Without days it is the year so far;
// a period ends today at the latest. The tree is that of its last day, so that a
// calendar year is the year of its table.
func (s *Server) readAnalysis(c echo.Context) (analysisQuery, error) {
	today := s.today()
	q := analysisQuery{typed: map[string]string{}, from: calendar.Of(today.Year(), 1, 1), to: today}
	for _, d := range []struct {
		name, label string
		into        *calendar.Date
	}{{"from", "开始日期", &q.from}, {"to", "结束日期", &q.to}} {
		text := strings.TrimSpace(c.QueryParam(d.name))
		q.typed[d.name] = text
		if text == "" {
			continue
		}
		day, ok := readDay(text)
		if !ok || day.Year() < 1990 || day.Year() > 2099 {
			q.problems = append(q.problems, parts.Problem{Field: d.name, Message: d.label + "“" + text + "”读不懂，写作 2026-05-29、2026.5.29 或 2026年5月29日"})
			continue
		}
		*d.into = day
	}
	if q.to.After(today) {
		q.to = today
		q.notes = append(q.notes, "结束日期晚于今天，统计到今天。")
	}
	if q.to.Before(q.from) {
		q.problems = append(q.problems, parts.Problem{Field: "to", Message: fmt.Sprintf("结束日期%s早于开始日期%s，请改成以后的日期", q.to, q.from)})
		q.to = q.from
	}
	var err error
	q.scope, err = s.scope(c, q.to)
	return q, err
}

func (q analysisQuery) own() string {
	if q.scope.own {
		return "1"
	}
	return ""
}

// at gives the address of the analysis of another period.
func (q analysisQuery) at(from, to calendar.Date) string {
	return with("/analysis", "agency", q.scope.agency.Code, "own", q.own(), "from", from.String(), "to", to.String())
}

// tallied is a period as it was counted, with the addresses of its cases.
type tallied struct {
	report.Period
	tree  scope // by the tree of its last day
	there bool  // the agency was there
}

// cases leads from a figure to exactly its cases.
func (p tallied) cases(stage report.Stage, from, to calendar.Date, more ...string) string {
	own := ""
	if p.tree.own {
		own = "1"
	}
	pairs := []string{"agency", p.tree.agency.Code, "own", own, "stat", stage.String(), "from", from.String(), "to", to.String()}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i] == "agency" || more[i] == "own" {
			pairs[map[string]int{"agency": 1, "own": 3}[more[i]]] = more[i+1]
			continue
		}
		pairs = append(pairs, more[i], more[i+1])
	}
	return with("/cases", append(pairs, "sort", "received")...)
}

// of is cases for the whole period.
func (p tallied) of(stage report.Stage, more ...string) string {
	return p.cases(stage, p.From, p.To, more...)
}

// scopeOn is the scope of a query by the tree of another day: the same agency, what
// belonged to it then, as far as the visitor may read it.
func (s *Server) scopeOn(c echo.Context, q analysisQuery, day calendar.Date) (scope, bool, error) {
	tree, err := s.db.Tree(c.Request().Context(), day)
	if err != nil {
		return scope{}, false, err
	}
	v := scope{tree: tree, own: q.scope.own, reads: readsOn(s.visitor(c), tree)}
	v.agency, v.found = tree.Agency(q.scope.agency.ID)
	return v, v.found && v.mayRead(v.agency.ID), nil
}

// count counts a period by the tree of its last day.
func (s *Server) count(c echo.Context, q analysisQuery, from, to calendar.Date) (tallied, error) {
	v, there, err := s.scopeOn(c, q, to)
	if err != nil || !there {
		return tallied{Period: report.NewPeriod(from, to), tree: v}, err
	}
	p, err := s.db.Period(c.Request().Context(), v.ids(), from, to)
	return tallied{p, v, true}, err
}

// analyse counts the period, the same a year before, and the channels of up to
// three years more.
func (s *Server) analyse(c echo.Context, q analysisQuery) (analysed, error) {
	var a analysed
	var err error
	if a.now, err = s.count(c, q, q.from, q.to); err != nil {
		return a, err
	}
	from, to := report.YearBefore(q.from, q.to)
	if a.before, err = s.count(c, q, from, to); err != nil {
		return a, err
	}
	a.years = []yearChannels{channelYear(a.now.Period), channelYear(a.before.Period)}
	for range 3 {
		from, to = report.YearBefore(from, to)
		v, there, err := s.scopeOn(c, q, to)
		if err != nil {
			return a, err
		}
		y := yearChannels{year: to.Year()}
		if there {
			if y.byChannel, err = s.db.PeriodChannels(c.Request().Context(), v.ids(), from, to); err != nil {
				return a, err
			}
		}
		a.years = append(a.years, y)
	}
	slices.Reverse(a.years)
	a.topics, err = s.topicsListed(c.Request().Context(), q)
	return a, err
}

func (s *Server) topicsListed(ctx context.Context, q analysisQuery) ([]string, error) {
	if !q.scope.found {
		return nil, nil
	}
	return s.db.Topics(ctx, q.scope.agency.ID, q.to)
}

// analysed is everything that the page and its files say.
type analysed struct {
	now, before tallied
	years       []yearChannels // the same period of five years, the earliest first
	topics      []string       // in the order of the agency's list
}

// showAnalysis shows 统计分析.
func (s *Server) showAnalysis(c echo.Context) error {
	q, err := s.readAnalysis(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, q.scope, "统计分析", "analysis")
	if err != nil {
		return err
	}
	p.Wide, p.Wrong = true, len(q.problems) > 0
	p.Keep = []parts.Pair{{Name: "from", Value: q.typed["from"]}, {Name: "to", Value: q.typed["to"]}, {Name: "own", Value: q.own()}}
	view := analysis.View{Page: p, Heading: "统计分析", From: q.from.String(), To: q.to.String(), Own: q.scope.own, Problems: q.problems, Notes: q.notes}
	for _, field := range []struct {
		name string
		into *string
	}{{"from", &view.From}, {"to", &view.To}} {
		if q.typed[field.name] != "" && parts.Message(q.problems, field.name) != "" {
			*field.into = q.typed[field.name]
		}
	}
	if !q.scope.found {
		view.Notes = append(view.Notes, "还没有机关：先导入机关目录。")
		return s.draw(c, http.StatusOK, analysis.Show(view))
	}
	view.Quick, view.Switches = quickPeriods(q, s.today()), analysisSwitches(q)
	if len(q.problems) > 0 {
		return s.draw(c, http.StatusUnprocessableEntity, analysis.Show(view))
	}
	a, err := s.analyse(c, q)
	if err != nil {
		return err
	}
	fillAnalysis(&view, q, a)
	return s.draw(c, http.StatusOK, analysis.Show(view))
}

// quickPeriods are the usual periods; the one in force has no address.
func quickPeriods(q analysisQuery, today calendar.Date) []analysis.Link {
	year, month, _ := today.YMD()
	first := calendar.Of(year, month, 1)
	quarter := calendar.Of(year, (month-1)/3*3+1, 1)
	january := calendar.Of(year, 1, 1)
	var out []analysis.Link
	for _, p := range []struct {
		label    string
		from, to calendar.Date
	}{
		{"本年", january, today}, {"上年", january.AddMonths(-12), january.AddDays(-1)},
		{"本季度", quarter, today}, {"上季度", quarter.AddMonths(-3), quarter.AddDays(-1)},
		{"本月", first, today}, {"上月", first.AddMonths(-1), first.AddDays(-1)},
		{"近十二个月", today.AddDays(1).AddMonths(-12), today},
	} {
		href := q.at(p.from, p.to)
		if p.from == q.from && p.to == q.to {
			href = ""
		}
		out = append(out, analysis.Link{Label: p.label, Href: href})
	}
	return out
}

func analysisSwitches(q analysisQuery) []analysis.Link {
	whole, own := q, q
	whole.scope.own, own.scope.own = false, true
	if len(whole.scope.ids()) < 2 {
		return nil
	}
	out := []analysis.Link{{Label: "汇总", Href: whole.at(q.from, q.to)}, {Label: "仅本机关", Href: own.at(q.from, q.to)}}
	if q.scope.own {
		out[1].Href = ""
	} else {
		out[0].Href = ""
	}
	return out
}
