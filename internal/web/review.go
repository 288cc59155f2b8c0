package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/supervision"
)

// leaders are the roles that watch over an agency's cases.
func leaders() []cases.Role { return []cases.Role{cases.Reviewer, cases.Signer} }

// supervisor finds the agency in which the visitor is one of the roles and which
// is the agency itself or a government above it: the nearest.
func supervisor(who visitor, tree *cases.Tree, agency int64, roles ...cases.Role) (cases.Agency, bool) {
	for id := agency; id != 0; {
		a, ok := tree.Agency(id)
		if !ok {
			break
		}
		if (id == agency || a.Kind == cases.Government) && who.May(id, roles...) {
			return a, true
		}
		id = a.ParentID
	}
	return cases.Agency{}, false
}

// leads lets pass who watches over the agency in view.
func (s *Server) leads(c echo.Context, v scope, roles ...cases.Role) error {
	if !v.found {
		return errNotFound
	}
	if _, ok := supervisor(s.visitor(c), v.tree, v.agency.ID, roles...); !ok {
		return errLacking{roles}
	}
	return nil
}

// reviewKeys are the parameters of the review, in the order of its addresses.
func reviewKeys() []string {
	return []string{"day", "by", "light", "of", "section", "officer", "late", "outcome", "cause", "fault", "own"}
}

// reviewQuery is what the review was asked for.
type reviewQuery struct {
	path, agency string
	typed        map[string]string
	day          calendar.Date
	page         int
	problems     []parts.Problem
}

func readReview(c echo.Context, v scope, today calendar.Date) reviewQuery {
	q := reviewQuery{path: "/supervision", agency: v.agency.Code, typed: map[string]string{}, day: today, page: 1}
	for _, k := range reviewKeys() {
		q.typed[k] = strings.TrimSpace(c.QueryParam(k))
	}
	if text := q.typed["day"]; text != "" {
		day, ok := readDay(text)
		switch {
		case !ok:
			q.problems = append(q.problems, parts.Problem{Field: "day", Message: "日期“" + text + "”读不懂，应为如 " + today.String() + " 的日期"})
		case day.After(today):
			q.problems = append(q.problems, parts.Problem{Field: "day", Message: day.Chinese() + "在今天之后，只能看今天或以前某一天的情况"})
		default:
			q.day = day
		}
	}
	if n, err := strconv.Atoi(c.QueryParam("page")); err == nil && n > 1 {
		q.page = n
	}
	return q
}

// href gives the review's address with parameters changed; page begins anew
// unless it is named.
func (q reviewQuery) href(change ...string) string {
	pairs := []string{"agency", q.agency}
	for _, k := range append(reviewKeys(), "page") {
		value := q.typed[k]
		for i := 0; i+1 < len(change); i += 2 {
			if change[i] == k {
				value = change[i+1]
			}
		}
		pairs = append(pairs, k, value)
	}
	return with(q.path, pairs...)
}

// narrow is the address of the list under one filter alone, by the same day and
// grouping.
func (q reviewQuery) narrow(pairs ...string) string {
	change := []string{"light", "", "of", "", "section", "", "officer", "", "late", "", "outcome", "", "cause", "", "fault", ""}
	for i := 0; i+1 < len(pairs); i += 2 {
		change[slices.Index(change, pairs[i])+1] = pairs[i+1]
	}
	return q.href(change...) + "#list"
}

// showReview shows what is late, soon, waiting or in nobody's hands, as of any day,
// and what was answered late since the year began.
func (s *Server) showReview(c echo.Context) error {
	ctx, today := c.Request().Context(), s.today()
	v, err := s.scope(c, today)
	if err != nil {
		return err
	}
	if err := s.leads(c, v, leaders()...); err != nil {
		return err
	}
	q := readReview(c, v, today)
	open, err := s.db.OpenOn(ctx, v.ids(), q.day, today)
	if err != nil {
		return err
	}
	late, err := s.db.LateAnswers(ctx, v.ids(), calendar.Of(q.day.Year(), 1, 1), q.day)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "督办管理", "supervision")
	if err != nil {
		return err
	}
	p.Path, p.Wide, p.Wrong = "/supervision", true, len(q.problems) > 0
	if q.typed["day"] != "" {
		p.Keep = []parts.Pair{{Name: "day", Value: q.typed["day"]}}
	}
	names, err := s.reviewNames(ctx, v, officersOf(open, late))
	if err != nil {
		return err
	}
	view := supervision.View{Page: p, Problems: q.problems, Day: first1(q.typed["day"], q.day.String()), DayWord: withWeekday(q.day), Past: q.day != today,
		Lights: reviewLights(q, open), Tabs: reviewTabs(q, v), By: reviewTable(q, v, names, open), All: q.narrow(), Chips: q.chips(v, names),
		Ways:   []supervision.Tab{{Label: "工作量", Href: with("/supervision/workload", "agency", q.agency)}, {Label: "全部督办文书", Href: with("/supervision/orders", "agency", q.agency)}},
		Hidden: []parts.Pair{{Name: "agency", Value: q.agency}, {Name: "by", Value: q.typed["by"]}}}
	lateTables(&view, q, v, late)
	if err := s.reviewList(c, &view, q, v, names, open, late); err != nil {
		return err
	}
	if err := s.reviewOrders(c, &view, v); err != nil {
		return err
	}
	status := http.StatusOK
	if len(q.problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.draw(c, status, supervision.Review(view))
}

// reviewNames are how the review calls people, sections and agencies.
type reviewNames struct {
	officers, sections map[int64]string
	tree               *cases.Tree
}

func (s *Server) reviewNames(ctx context.Context, v scope, officers []int64) (reviewNames, error) {
	n := reviewNames{sections: map[int64]string{}, tree: v.tree}
	var err error
	slices.Sort(officers)
	if n.officers, err = s.db.UserNames(ctx, slices.Compact(officers)); err != nil {
		return n, err
	}
	sections, err := s.db.Sections(ctx, v.agency.ID)
	for _, x := range sections {
		n.sections[x.ID] = x.Name
	}
	return n, err
}

func (n reviewNames) officer(id int64) string {
	if id == 0 {
		return "没有承办人"
	}
	return first1(n.officers[id], "账号"+strconv.FormatInt(id, 10))
}

func (n reviewNames) section(id int64) string {
	if id == 0 {
		return "未分到科室"
	}
	return first1(n.sections[id], "其他科室")
}

func (n reviewNames) agency(id int64) string {
	a, ok := n.tree.Agency(id)
	if !ok {
		return fmt.Sprintf("机关%d", id)
	}
	return a.Name
}

// reviewLights are the tiles: what is open, by how it stands.
func reviewLights(q reviewQuery, open []store.OpenCase) []supervision.Count {
	n := map[string]int{"": len(open)}
	for _, x := range open {
		n[x.Standing.Code()]++
		if x.Officer == 0 {
			n["nobody"]++
		}
	}
	var out []supervision.Count
	for _, x := range []struct{ code, label, kind string }{{"late", "逾期", "late"}, {"today", "今日到期", "soon"}, {"soon", "3个工作日内到期", "soon"}, {"week", "7个工作日内到期", "soon"},
		{"waiting", "等待他方", "waiting"}, {"nobody", "没有承办人", "soon"}, {"", "在办合计", "open"}} {
		c := supervision.Count{Label: x.label, Kind: x.kind, N: number(int64(n[x.code])), Some: n[x.code] > 0 && x.code != "", Href: q.narrow("light", x.code),
			Chosen: x.code == q.typed["light"] && q.typed["late"] == ""}
		if x.code == "today" && q.day.String() != q.typed["day"] && q.typed["day"] != "" {
			c.Label = "当日到期"
		}
		out = append(out, c)
	}
	return out
}

// reviewTabs choose by what the open cases are grouped.
func reviewTabs(q reviewQuery, v scope) []supervision.Tab {
	var out []supervision.Tab
	for _, x := range [][2]string{{"agency", "按机关"}, {"section", "按科室"}, {"officer", "按承办人"}} {
		if x[0] == "agency" && !v.many() || x[0] == "section" && v.many() {
			continue
		}
		out = append(out, supervision.Tab{Label: x[1], Href: q.href("by", x[0]), Chosen: x[0] == q.by(v)})
	}
	return out
}

// by is the grouping in force: agencies where there are several, else officers.
func (q reviewQuery) by(v scope) string {
	switch by := q.typed["by"]; {
	case by == "officer", by == "section" && !v.many(), by == "agency" && v.many():
		return by
	case v.many():
		return "agency"
	}
	return "officer"
}

// officersOf gathers whom the lists name.
func officersOf(open []store.OpenCase, late []store.LateAnswer) []int64 {
	var out []int64
	for _, x := range open {
		out = append(out, x.Officer)
	}
	for _, x := range late {
		out = append(out, x.Officer)
	}
	return out
}
