package web

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/export"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/monitor"
	"gongkai/templates/supervision"
)

// wallLines is how many agencies the wall has room for.
const wallLines = 8

// wallRefresh is in seconds: long enough not to be noticed, short enough for a
// figure on a wall.
const wallRefresh = "120"

// showWall shows the figures of the year on a screen that hangs on the wall.
func (s *Server) showWall(c echo.Context) error {
	v, err := s.monitorScope(c)
	if err != nil {
		return err
	}
	sp, _ := s.monitorSpan(c) // of a period that can't be read, the present year
	m, err := s.monitored(c.Request().Context(), v, sp)
	if err != nil {
		return err
	}
	p := s.plainPage(c, "电子监察大屏")
	f := m.total
	view := monitor.WallView{Page: p, Heading: v.agency.Name + " 政府信息公开电子监察", Period: sp.label, AsOf: "数据截至" + s.now().In(s.office).Format("2006-01-02 15:04"),
		Leave: with("/monitor", "agency", v.agency.Code), Counts: []supervision.Count{
			{Label: "逾期", N: number(f.Late), Kind: "late", Some: f.Late > 0}, {Label: "3日内到期", N: number(f.Today + f.Soon), Kind: "soon", Some: f.Today+f.Soon > 0},
			{Label: "等待他方", N: number(f.Waiting), Kind: "waiting"}, {Label: "在办", N: number(f.Open), Kind: "open"},
			{Label: "收到", N: number(f.Received)}, {Label: "按期率", N: rateWord(f)}, {Label: "中位用时（日）", N: daysWord(f, 50)}}}
	view.Late, view.LateNone = wallTable(m.groups)
	trends := m.charts()
	view.Trend, view.Rate = trends[0], trends[1]
	c.Response().Header().Set("Refresh", wallRefresh)
	return s.draw(c, http.StatusOK, monitor.Wall(view))
}

// wallTable lists who has most that is late, then most that is soon.
func wallTable(groups []group) (lines []monitor.WallLine, none string) {
	pressing := slices.DeleteFunc(slices.Clone(groups), func(g group) bool { return g.Late+g.Today+g.Soon == 0 })
	if len(pressing) == 0 {
		return nil, "各机关没有逾期和三日内到期的办件"
	}
	slices.SortStableFunc(pressing, func(a, b group) int {
		return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(b.Today+b.Soon, a.Today+a.Soon), cmp.Compare(b.Open, a.Open))
	})
	for _, g := range pressing[:min(len(pressing), wallLines)] {
		name := g.agency.Name
		if g.own && len(groups) > 1 {
			name += "（本级）"
		}
		lines = append(lines, monitor.WallLine{Name: oneLine(name, 16), Late: number(g.Late), Soon: number(g.Today + g.Soon), Open: number(g.Open), Rate: rateWord(g.MonitorFigures)})
	}
	return lines, ""
}

// downloadMonitor sends the figures of a period for 考核 (xlsx), or the 通报 about
// them (docx). Both are worded from the same figures as the page.
func (s *Server) downloadMonitor(c echo.Context) error {
	ctx := c.Request().Context()
	v, err := s.monitorScope(c)
	if err != nil {
		return err
	}
	sp, problems := s.monitorSpan(c)
	if len(problems) > 0 {
		return store.Fail(store.Invalid, "%s。", problems[0].Message)
	}
	m, err := s.monitored(ctx, v, sp)
	if err != nil {
		return err
	}
	from, to := spanDays(sp)
	orders, err := s.db.OrdersOf(ctx, v.ids(), from, to)
	if err != nil {
		return err
	}
	late := 0
	for _, n := range store.CountOrders(orders, s.today()) {
		late += n.Late
	}
	var rows []report.MonitorRow
	for _, g := range m.groups {
		name := g.agency.Name
		if g.own && len(m.groups) > 1 {
			name += "（本级）"
		}
		rows = append(rows, report.MonitorRow{Name: name, MonitorFigures: g.MonitorFigures})
	}
	circular := report.CircularOf(v.agency.Name, sp.label, m.total, rows, len(orders), late)
	var file bytes.Buffer
	write, kind, ending := export.WriteCircularXLSX, downloadKinds[0].mime, "xlsx"
	if c.QueryParam("as") == "docx" {
		write, kind, ending = export.WriteCircular, documentKinds[0].mime, "docx"
	}
	if err := write(&file, circular); err != nil {
		return err
	}
	attach(c, fmt.Sprintf("%s%s电子监察数据.%s", v.agency.Name, sp.label, ending))
	return c.Blob(http.StatusOK, kind, file.Bytes())
}

// spanDays are the first and the last day of a period.
func spanDays(sp monthSpan) (from, to calendar.Date) {
	from = calendar.MustParse(firstOfMonth(sp.months.From))
	return from, calendar.MustParse(firstOfMonth(addMonths(sp.months.To, 1))).AddDays(-1)
}

func firstOfMonth(month int) string {
	return strconv.Itoa(month/100) + "-" + fmt.Sprintf("%02d", month%100) + "-01"
}
