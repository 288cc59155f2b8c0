package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/monitor"
	"gongkai/templates/parts"
	"gongkai/templates/supervision"
)

// checkScope is the agency in whose name answers are checked: only who leads it.
func (s *Server) checkScope(c echo.Context) (scope, error) {
	v, err := s.deskScopeOf(c, c.FormValue("agency"))
	if err != nil {
		return v, err
	}
	if !v.found {
		return v, errNotFound
	}
	return v, s.mayAct(c, v.agency.ID, leaders()...)
}

// listChecks shows the checks of an agency and asks for a new one.
func (s *Server) listChecks(c echo.Context) error {
	v, err := s.checkScope(c)
	if err != nil {
		return err
	}
	today := s.today()
	y, m, _ := today.YMD()
	from := calendar.Of(y, m, 1).AddMonths(-3)
	return s.drawChecks(c, v, map[string]string{"from": from.String(), "to": calendar.Of(y, m, 1).AddDays(-1).String(), "n": "10", "seed": strings.ReplaceAll(today.String(), "-", "")}, nil, http.StatusOK)
}

func (s *Server) drawChecks(c echo.Context, v scope, values map[string]string, problems []parts.Problem, status int) error {
	ctx := c.Request().Context()
	p, err := s.page(c, v, "答复抽查", "monitor")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/monitor/checks", len(problems) > 0
	view := monitor.ChecksView{Page: p, Problems: problems, Key: first1(c.FormValue("key"), s.reference()), Action: "/monitor/checks", Back: with("/monitor", "agency", v.agency.Code)}
	for _, f := range [][3]string{{"from", "答复日期自", ""}, {"to", "至", ""}, {"n", "件数", fmt.Sprintf("1至%d", cases.MostSpotChecked)}, {"seed", "抽取号", "任写一串数字，如开奖号、当日日期"}} {
		view.Fields = append(view.Fields, handling.Field{Input: parts.Input{Name: f[0], Label: f[1], Hint: f[2], Short: true, Value: values[f[0]], Problems: problems}})
	}
	checks, err := s.db.SpotChecks(ctx, v.agency.ID)
	if err != nil {
		return err
	}
	for _, x := range checks {
		_, drawn, err := s.db.SpotCheck(ctx, x.ID)
		if err != nil {
			return err
		}
		scored, share := spotShare(drawn)
		view.Checks = append(view.Checks, monitor.CheckLine{Name: checkName(x, s), Href: checkPath(x.ID), Period: x.From.String() + "至" + x.To.String(), Seed: x.Seed,
			Drawn: fmt.Sprintf("%d／%d", len(drawn), x.Pool), Scored: number(int64(scored)), Share: share})
	}
	return s.draw(c, status, monitor.Checks(view))
}

func checkPath(id int64) string { return "/monitor/checks/" + itoa64(id) }

func checkName(x store.SpotCheck, s *Server) string {
	return time.UnixMicro(x.DrawnAt).In(s.office).Format("2006年1月2日") + "抽查"
}

// spotShare is how many of a check are scored, and the mean of their shares.
func spotShare(drawn []store.SpotCase) (scored int, share string) {
	sum := 0
	for _, x := range drawn {
		if n, ok := x.Scores.Share(); ok {
			scored, sum = scored+1, sum+n
		}
	}
	if scored == 0 {
		return 0, "—"
	}
	return scored, hundredths(sum / scored)
}

func hundredths(n int) string { return fmt.Sprintf("%d.%02d%%", n/100, n%100) }

// doCheckDraw draws the answers.
func (s *Server) doCheckDraw(c echo.Context) error {
	v, err := s.checkScope(c)
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, name := range []string{"from", "to", "n", "seed"} {
		values[name] = strings.TrimSpace(c.FormValue(name))
	}
	var problems []parts.Problem
	x := store.SpotCheck{AgencyID: v.agency.ID, Seed: values["seed"]}
	for _, d := range []struct {
		name, label string
		into        *calendar.Date
	}{{"from", "起始日期", &x.From}, {"to", "截止日期", &x.To}} {
		var ok bool
		if *d.into, ok = readDay(values[d.name]); !ok {
			problems = append(problems, parts.Problem{Field: d.name, Message: d.label + "“" + values[d.name] + "”读不懂，应为如 " + s.today().String() + " 的日期"})
		}
	}
	if x.N, err = strconv.Atoi(values["n"]); err != nil {
		problems = append(problems, parts.Problem{Field: "n", Message: "件数“" + values["n"] + "”应为整数"})
	}
	if len(problems) == 0 {
		sub := store.Submission{Key: c.FormValue("key"), Content: []string{"check", itoa64(x.AgencyID), x.From.String(), x.To.String(), values["n"], x.Seed}}
		id, err := s.db.DrawSpotCheck(c.Request().Context(), s.stamp(c), sub, x, v.ids())
		if err == nil {
			return c.Redirect(http.StatusSeeOther, checkPath(id))
		}
		if !store.Is(err, store.Invalid) && !store.Is(err, store.Conflict) {
			return err
		}
		field := "from"
		if strings.HasPrefix(err.Error(), "抽查件数") {
			field = "n"
		} else if strings.HasPrefix(err.Error(), "抽取号") {
			field = "seed"
		}
		problems = append(problems, parts.Problem{Field: field, Message: err.Error()})
	}
	return s.drawChecks(c, v, values, problems, http.StatusUnprocessableEntity)
}

// loadCheck reads the check of the address for who leads the agency that made it.
func (s *Server) loadCheck(c echo.Context) (store.SpotCheck, []store.SpotCase, scope, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return store.SpotCheck{}, nil, scope{}, errNotFound
	}
	v, err := s.scope(c, s.today())
	if err != nil {
		return store.SpotCheck{}, nil, v, err
	}
	x, drawn, err := s.db.SpotCheck(c.Request().Context(), id)
	if err != nil {
		return x, nil, v, err
	}
	if err := s.mayAct(c, x.AgencyID, leaders()...); err != nil {
		return x, nil, v, err
	}
	v.agency, v.found = v.tree.Agency(x.AgencyID)
	return x, drawn, v, nil
}

// showSpotCheck shows what was drawn, with the points given.
func (s *Server) showSpotCheck(c echo.Context) error {
	ctx := c.Request().Context()
	x, drawn, v, err := s.loadCheck(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "答复抽查", "monitor")
	if err != nil {
		return err
	}
	p.Path, p.Wide = "/monitor/checks", true
	scored, share := spotShare(drawn)
	view := monitor.CheckView{Page: p, Heading: checkName(x, s), Back: with("/monitor/checks", "agency", v.agency.Code), Facts: []supervision.Fact{
		{Label: "答复期间", Value: x.From.Chinese() + "至" + x.To.Chinese()}, {Label: "抽取号", Value: x.Seed}, {Label: "抽出", Value: fmt.Sprintf("%d件（可抽%d件）", len(drawn), x.Pool)},
		{Label: "已评", Value: fmt.Sprintf("%d件，平均得分率%s", scored, share)},
		{Label: "抽取办法", Value: "按“抽取号:办件内部号”的 SHA-256 从小到大取前若干件；抽取号相同，结果相同。"}}}
	ids := make([]int64, len(drawn))
	for i, d := range drawn {
		ids[i] = d.CaseID
	}
	briefs, err := s.db.Briefs(ctx, ids)
	if err != nil {
		return err
	}
	orders, err := s.db.OrdersOnCases(ctx, ids)
	if err != nil {
		return err
	}
	for _, d := range drawn {
		view.Rows = append(view.Rows, s.checkRow(x, d, briefs[d.CaseID], orders))
	}
	view.Items = itemTable(drawn)
	return s.draw(c, http.StatusOK, monitor.Check(view))
}

// checkRow words one answer that was drawn.
func (s *Server) checkRow(x store.SpotCheck, d store.SpotCase, b store.CaseRow, orders []cases.Order) monitor.CheckCase {
	row := monitor.CheckCase{Place: strconv.Itoa(d.Place), Number: caseNumber(b.Number, d.CaseID), Agency: b.AgencyName, Answered: b.AnsweredOn.String(), Outcome: b.Outcome.Label(), Share: "未评"}
	if n, ok := d.Scores.Share(); ok {
		row.Share, row.Scored = hundredths(n), true
	}
	if b.Hidden {
		row.Number += "（敏感件）"
		return row
	}
	row.Href = casePath(d.CaseID) + "?back=" + checkPath(x.ID)
	row.Score = checkPath(x.ID) + "/" + row.Place
	for _, o := range orders {
		if o.CaseID == d.CaseID && o.Kind == cases.Rectifying {
			word, _ := o.Standing(s.today())
			row.Order, row.OrderHref = o.Number+" "+word, orderPath(o.ID)
		}
	}
	return row
}

// itemTable counts by item how often it was met: what to teach next.
func itemTable(drawn []store.SpotCase) supervision.Table {
	t := supervision.Table{Caption: "各项目评分", Heads: []string{"项目", "符合", "部分符合", "不符合"}}
	for _, item := range cases.SpotItems() {
		var n [3]int64
		for _, d := range drawn {
			if p, ok := d.Scores[item.Code]; ok && p >= 0 && p <= 2 {
				n[p]++
			}
		}
		if n[0]+n[1]+n[2] > 0 {
			t.Rows = append(t.Rows, supervision.TableRow{Name: item.Label, Cells: []supervision.Count{{Label: "符合", N: number(n[2])}, {Label: "部分符合", N: number(n[1]), Kind: "soon", Some: n[1] > 0}, {Label: "不符合", N: number(n[0]), Kind: "late", Some: n[0] > 0}}})
		}
	}
	return t
}

// sheetOf finds the answer of the address among those drawn; a sensitive case that
// the visitor may not read is not found.
func (s *Server) sheetOf(c echo.Context) (store.SpotCheck, store.SpotCase, *cases.Case, scope, error) {
	x, drawn, v, err := s.loadCheck(c)
	if err != nil {
		return x, store.SpotCase{}, nil, v, err
	}
	place, err := strconv.Atoi(c.Param("place"))
	if err != nil || place < 1 || place > len(drawn) {
		return x, store.SpotCase{}, nil, v, errNotFound
	}
	found, err := s.db.Case(c.Request().Context(), drawn[place-1].CaseID)
	return x, drawn[place-1], found, v, err
}

// askScore shows the score sheet of one answer.
func (s *Server) askScore(c echo.Context) error {
	x, d, found, v, err := s.sheetOf(c)
	if err != nil {
		return err
	}
	return s.drawScore(c, x, d, found, v, monitor.SheetView{}, http.StatusOK)
}

func (s *Server) drawScore(c echo.Context, x store.SpotCheck, d store.SpotCase, found *cases.Case, v scope, view monitor.SheetView, status int) error {
	p, err := s.page(c, v, "抽查评分", "monitor")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/monitor/checks", len(view.Problems) > 0
	view.Page, view.Heading = p, "抽查评分 第"+strconv.Itoa(d.Place)+"件"
	view.Back, view.Action, view.Version = checkPath(x.ID), checkPath(x.ID)+"/"+strconv.Itoa(d.Place), itoa64(d.Version)
	view.Facts = []supervision.Fact{{Label: "办件", Value: caseNumber(found.Number, found.ID), Href: casePath(found.ID) + "?back=" + view.Action}, {Label: "申请内容", Value: oneLine(found.Content, 120)}}
	for _, e := range cases.Timeline(found.Events, 0) {
		if f, ok := e.Fact.(cases.Answered); ok {
			view.Facts = append(view.Facts, supervision.Fact{Label: "答复", Value: e.On.Chinese() + " " + f.Outcome.Label() + " " + f.Document})
		}
	}
	for _, item := range cases.SpotItems() {
		line := monitor.SheetItem{Code: item.Code, Label: item.Label, Hint: item.Hint}
		got, scored := d.Scores[item.Code]
		for _, o := range []struct{ value, label string }{{"2", "符合"}, {"1", "部分符合"}, {"0", "不符合"}, {"", "不适用"}} {
			line.Options = append(line.Options, parts.Option{Value: o.value, Label: o.label, Chosen: scored && strconv.Itoa(got) == o.value || !scored && o.value == ""})
		}
		view.Items = append(view.Items, line)
	}
	view.Remark = handling.Field{Kind: "text", Input: parts.Input{Name: "remark", Label: "评语", Optional: true, Value: d.Remark, Problems: view.Problems}}
	if n, ok := d.Scores.Share(); ok {
		view.Facts = append(view.Facts, supervision.Fact{Label: "得分率", Value: hundredths(n)})
		view.Rectify = with("/supervision/orders/new", "case", itoa64(found.ID), "kind", cases.Rectifying.Code(), "content", "抽查发现"+caseNumber(found.Number, found.ID)+"的答复存在问题。"+d.Remark+"请整改并书面报告。")
	}
	return s.draw(c, status, monitor.Sheet(view))
}

// doScore writes the points down.
func (s *Server) doScore(c echo.Context) error {
	x, d, found, v, err := s.sheetOf(c)
	if err != nil {
		return err
	}
	scores := cases.Scores{}
	for _, item := range cases.SpotItems() {
		if n, err := strconv.Atoi(c.FormValue("score_" + item.Code)); err == nil {
			scores[item.Code] = n
		}
	}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		version = d.Version
	}
	remark := strings.TrimSpace(c.FormValue("remark"))
	err = s.db.ScoreSpotCase(c.Request().Context(), s.stamp(c), x.ID, d.Place, version, scores, remark)
	var no *cases.Refused
	view, typed := monitor.SheetView{}, d
	typed.Scores, typed.Remark = scores, remark
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, checkPath(x.ID))
	case errors.As(err, &no):
		view.Problems = []parts.Problem{{Field: "scores", Message: no.Reason}}
		return s.drawScore(c, x, typed, found, v, view, http.StatusUnprocessableEntity)
	case store.Is(err, store.Invalid):
		view.Problems = []parts.Problem{{Field: "remark", Message: err.Error()}}
		return s.drawScore(c, x, typed, found, v, view, http.StatusUnprocessableEntity)
	case store.Is(err, store.Conflict):
		share := "未评"
		if n, ok := d.Scores.Share(); ok {
			share = hundredths(n)
		}
		view.Meanwhile = "您填写时，别人已经评过这一件（得分率" + share + "，评语：" + first1(d.Remark, "无") + "）。您填写的还在下面；仍要保存就再提交一次。"
		return s.drawScore(c, x, typed, found, v, view, http.StatusConflict)
	}
	return err
}
