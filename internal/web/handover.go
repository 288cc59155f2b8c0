package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/supervision"
)

// workTable counts by officer or section what is open and what was finished.
func workTable(caption, head string, name func(int64) string, v scope, open []store.OpenCase, done []store.Workload, of func(store.OpenCase) int64, ofDone func(store.Workload) int64, filter string) supervision.Table {
	type line struct{ open, late, soon, waiting, done, doneLate, days int64 }
	lines, order := map[int64]*line{}, []int64{}
	at := func(id int64) *line {
		if lines[id] == nil {
			lines[id] = &line{}
			order = append(order, id)
		}
		return lines[id]
	}
	for _, x := range open {
		l := at(of(x))
		l.open++
		switch x.Standing {
		case cases.StandsLate:
			l.late++
		case cases.StandsToday, cases.StandsSoon:
			l.soon++
		case cases.StandsWaiting:
			l.waiting++
		}
	}
	for _, d := range done {
		l := at(ofDone(d))
		l.done, l.doneLate, l.days = l.done+d.Done, l.doneLate+d.Late, l.days+d.DaysTaken
	}
	slices.SortFunc(order, func(a, b int64) int {
		return cmp.Or(cmp.Compare(lines[b].open, lines[a].open), cmp.Compare(lines[b].done, lines[a].done), cmp.Compare(a, b))
	})
	t := supervision.Table{Caption: caption, Heads: []string{head, "在办", "逾期", "3日内到期", "等待他方", "本年办结", "其中逾期", "平均用时（工作日）"}, Note: "平均用时为收到至答复的工作日，含补正、征求意见的时间。"}
	for _, id := range order {
		l := lines[id]
		mean := "—"
		if l.done > 0 {
			mean = strconv.FormatFloat(float64(l.days)/float64(l.done), 'f', 1, 64)
		}
		cell := func(label string, n int64, kind, light string) supervision.Count {
			x := supervision.Count{Label: label, N: number(n), Kind: kind, Some: n > 0}
			if light != "-" && n > 0 {
				x.Href = with("/supervision", "agency", v.agency.Code, "own", "1", filter, itoa64(id), "light", light) + "#list"
			}
			return x
		}
		t.Rows = append(t.Rows, supervision.TableRow{Name: name(id), Cells: []supervision.Count{cell("在办", l.open, "", ""), cell("逾期", l.late, "late", "late"), cell("3日内到期", l.soon, "soon", "soon"),
			cell("等待他方", l.waiting, "waiting", "waiting"), cell("办结", l.done, "", "-"), cell("逾期办结", l.doneLate, "late", "-"), {Label: "平均用时", N: mean}}})
	}
	return t
}

// askHandOver lists the open cases of somebody who leaves.
func (s *Server) askHandOver(c echo.Context) error {
	return s.drawHandOver(c, map[string]string{"from": c.QueryParam("from")}, nil, nil, http.StatusOK)
}

func (s *Server) drawHandOver(c echo.Context, values map[string]string, left []int64, problems []parts.Problem, status int) error {
	ctx := c.Request().Context()
	v, err := s.deskScopeOf(c, c.FormValue("agency"))
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	if err := s.mayAct(c, v.agency.ID, leaders()...); err != nil {
		return err
	}
	p, err := s.page(c, v, "移交在办件", "supervision")
	if err != nil {
		return err
	}
	p.Path, p.Wide, p.Wrong = "/supervision/handover", true, len(problems) > 0
	view := supervision.HandOverView{Page: p, Problems: problems, Action: "/supervision/handover", Back: with("/supervision/workload", "agency", v.agency.Code), Chosen: values["from"]}
	if done := c.QueryParam("done"); done != "" {
		view.Done = fmt.Sprintf("已移交%s件。", done)
		if kept := c.QueryParam("kept"); kept != "" && kept != "0" {
			view.Done += fmt.Sprintf("敏感件%s件没有移交，请逐件确定查阅人后再分办。", kept)
		}
	}
	open, err := s.db.OpenOn(ctx, []int64{v.agency.ID}, s.today(), s.today())
	if err != nil {
		return err
	}
	if err := s.fillHandOver(c, &view, v, open, values, left); err != nil {
		return err
	}
	if view.Fields, err = s.handOverFields(c, v.agency.ID, values, problems); err != nil {
		return err
	}
	return s.draw(c, status, supervision.HandOver(view))
}

// fillHandOver offers who has open cases, and lists those of the one chosen.
func (s *Server) fillHandOver(c echo.Context, view *supervision.HandOverView, v scope, open []store.OpenCase, values map[string]string, left []int64) error {
	names, err := s.reviewNames(c.Request().Context(), v, officersOf(open, nil))
	if err != nil {
		return err
	}
	count, order := map[int64]int{}, []int64{}
	var mine []int64
	row := map[int64]store.OpenCase{}
	for _, x := range open {
		if x.Officer == 0 {
			continue
		}
		if count[x.Officer]++; count[x.Officer] == 1 {
			order = append(order, x.Officer)
		}
		if itoa64(x.Officer) == values["from"] {
			mine = append(mine, x.ID)
			row[x.ID] = x
			view.FromName = names.officer(x.Officer)
		}
	}
	slices.Sort(order)
	view.From = []parts.Option{{Label: "请选择"}}
	for _, id := range order {
		view.From = append(view.From, parts.Option{Value: itoa64(id), Label: fmt.Sprintf("%s（在办%d件）", names.officer(id), count[id]), Chosen: itoa64(id) == values["from"]})
	}
	cal, err := s.reviewCalendar(c, s.today())
	if err != nil {
		return err
	}
	hidden := 0
	for part := range slices.Chunk(mine, store.MostRows) {
		briefs, err := s.db.Briefs(c.Request().Context(), part)
		if err != nil {
			return err
		}
		for _, id := range part {
			b := briefs[id]
			if b.Hidden {
				hidden++
				continue
			}
			x := batchRow(b, 0)
			x.Value, x.Chosen, x.Light, x.Result = itoa64(id), !slices.Contains(left, id), lightOf(row[id].Row, cal, s.today()), nextAct(row[id].Row, cal, s.today())
			view.Rows = append(view.Rows, x)
		}
	}
	if hidden > 0 {
		view.Stayed = fmt.Sprintf("另有敏感件%d件不在此列，移交时保留，请逐件办理。", hidden)
	}
	return nil
}

// doHandOver hands the chosen cases over: all of them or none.
func (s *Server) doHandOver(c echo.Context) error {
	v, err := s.deskScopeOf(c, c.FormValue("agency"))
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	if err := s.mayAct(c, v.agency.ID, leaders()...); err != nil {
		return err
	}
	params, err := c.FormParams()
	if err != nil {
		return err
	}
	values := map[string]string{"from": c.FormValue("from"), "to": c.FormValue("to"), "reason": c.FormValue("reason")}
	from, err := strconv.ParseInt(values["from"], 10, 64)
	if err != nil {
		problem := parts.Problem{Field: "from", Message: "没有选择移交人"}
		return s.drawHandOver(c, values, nil, []parts.Problem{problem}, http.StatusUnprocessableEntity)
	}
	left, err := s.leftBehind(c, v, from, params["pick"])
	if err != nil {
		return err
	}
	var problems []parts.Problem
	fields, err := s.assignFields(c, v.agency.ID)
	if err != nil {
		return err
	}
	if !offered(fields[0].options, values["to"]) {
		problems = append(problems, parts.Problem{Field: "to", Message: "没有选择接手的承办人或科室"})
	}
	if !slices.ContainsFunc(cases.HandOverReasons(), func(r [2]string) bool { return r[0] == values["reason"] }) {
		problems = append(problems, parts.Problem{Field: "reason", Message: "没有选择移交原因"})
	}
	if len(params["pick"]) == 0 {
		problems = append(problems, parts.Problem{Field: "pick", Message: "没有勾选办件，勾选要移交的再提交"})
	}
	if len(problems) > 0 {
		return s.drawHandOver(c, values, left, problems, http.StatusUnprocessableEntity)
	}
	stamp, err := s.actStamp(c, v.agency.ID)
	if err != nil {
		return err
	}
	to := handsOf(values["to"])
	to.Reason = values["reason"]
	done, kept, err := s.db.HandOver(c.Request().Context(), stamp, store.HandOver{AgencyID: v.agency.ID, From: from, To: to, Except: left})
	if isRefused(err) || store.Is(err, store.Invalid) {
		return s.drawHandOver(c, values, left, []parts.Problem{{Field: "to", Message: err.Error()}}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/supervision/handover", "agency", v.agency.Code, "done", strconv.Itoa(len(done)), "kept", strconv.Itoa(kept)))
}

// leftBehind are the open cases of somebody that were not chosen. What was opened
// since the form was drawn stays too: nobody chose it.
func (s *Server) leftBehind(c echo.Context, v scope, from int64, picked []string) ([]int64, error) {
	open, err := s.db.OpenOn(c.Request().Context(), []int64{v.agency.ID}, s.today(), s.today())
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, x := range open {
		if x.Officer == from && !slices.Contains(picked, itoa64(x.ID)) {
			out = append(out, x.ID)
		}
	}
	return out, nil
}
