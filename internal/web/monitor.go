package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/charts"
	"gongkai/templates/monitor"
	"gongkai/templates/parts"
	"gongkai/templates/supervision"
)

// monitorReaders see figures of agencies, not cases.
func monitorReaders() []cases.Role { return []cases.Role{cases.Reviewer, cases.Signer, cases.Editor} }

// monthSpan is a period of whole months: a year, a quarter or a month.
type monthSpan struct {
	code, label string
	months      store.Months
}

var spanForm = regexp.MustCompile(`^(\d{4})(?:[Qq]([1-4])|-(\d{1,2}))?$`)

// readSpan reads 2026, 2026Q3 or 2026-05.
func readSpan(text string, today calendar.Date) (monthSpan, bool) {
	m := spanForm.FindStringSubmatch(text)
	if m == nil {
		return monthSpan{}, false
	}
	year, _ := strconv.Atoi(m[1]) // four digits
	s := monthSpan{code: m[1], label: fmt.Sprintf("%d年", year), months: store.Months{From: year*100 + 1, To: year*100 + 12}}
	switch {
	case m[2] != "":
		q := int(m[2][0] - '0')
		s = monthSpan{m[1] + "Q" + m[2], fmt.Sprintf("%d年第%s季度", year, [...]string{"", "一", "二", "三", "四"}[q]), store.Months{From: year*100 + q*3 - 2, To: year*100 + q*3}}
	case m[3] != "":
		n, _ := strconv.Atoi(m[3])
		if n < 1 || n > 12 {
			return monthSpan{}, false
		}
		s = monthSpan{fmt.Sprintf("%d-%02d", year, n), fmt.Sprintf("%d年%d月", year, n), store.Months{From: year*100 + n, To: year*100 + n}}
	}
	return s, year >= 2008 && s.months.From <= monthOf(today)
}

func monthOf(d calendar.Date) int {
	y, m, _ := d.YMD()
	return y*100 + int(m)
}

// addMonths moves a month yyyymm.
func addMonths(month, n int) int {
	at := month/100*12 + month%100 - 1 + n
	return at/12*100 + at%12 + 1
}

// trendOf is the twelve months to the end of a span, or to the present month.
func trendOf(s monthSpan, today calendar.Date) store.Months {
	to := min(s.months.To, monthOf(today))
	return store.Months{From: addMonths(to, -11), To: to}
}

// monitorSpan reads the period that was asked for: without one, the present year.
func (s *Server) monitorSpan(c echo.Context) (monthSpan, []parts.Problem) {
	today := s.today()
	text := strings.TrimSpace(c.QueryParam("period"))
	usual, _ := readSpan(strconv.Itoa(today.Year()), today)
	if text == "" {
		return usual, nil
	}
	got, ok := readSpan(text, today)
	if !ok {
		return usual, []parts.Problem{{Field: "period", Message: "期间“" + text + "”读不懂或还没有开始，应为如 2025、2026Q3、2026-05 的年、季或月"}}
	}
	return got, nil
}

// monitored is the figures of the agencies below one.
type monitored struct {
	scope  scope
	span   monthSpan
	groups []group
	total  report.MonitorFigures
	trend  map[int]*report.MonitorFigures
	months store.Months
}

// group is an agency of the table: itself, or with all below it.
type group struct {
	agency cases.Agency
	own    bool // without those below it
	more   bool // there is something below to go down to
	report.MonitorFigures
}

// monitorScope reads which agency, and lets pass who may see its figures.
func (s *Server) monitorScope(c echo.Context) (scope, error) {
	v, err := s.scope(c, s.today())
	if err != nil {
		return v, err
	}
	return v, s.leads(c, v, monitorReaders()...)
}

// monitored counts the figures of the agency in view and of those directly below
// it, each with all that is below.
func (s *Server) monitored(ctx context.Context, v scope, sp monthSpan) (monitored, error) {
	m := monitored{scope: v, span: sp, months: trendOf(sp, s.today())}
	m.groups = []group{{agency: v.agency, own: true}}
	ids := [][]int64{v.tree.Own(v.agency.ID)}
	if !v.own {
		for _, a := range v.tree.Children(v.agency.ID) {
			if a.Kind == cases.Vertical || !v.mayRead(a.ID) {
				continue
			}
			m.groups = append(m.groups, group{agency: a, more: len(v.tree.Children(a.ID)) > 0})
			ids = append(ids, v.tree.Below(a.ID))
		}
	}
	got, err := s.db.Monitor(ctx, ids, sp.months, m.months, s.today())
	if err != nil {
		return m, err
	}
	returned, err := s.db.HasReturns(ctx, v.ids(), reportYear(s.today()))
	if err != nil {
		return m, err
	}
	m.trend = got.Trend
	for i := range m.groups {
		f := got.Groups[i]
		for _, id := range ids[i] {
			if _, alive := v.tree.Agency(id); alive {
				f.Members++
				if !returned[id] {
					f.Missing++
				}
			}
		}
		m.groups[i].MonitorFigures = f
		m.total.Add(f)
	}
	return m, nil
}

// showMonitor shows the figures of an agency and of all below it, level by level.
func (s *Server) showMonitor(c echo.Context) error {
	v, err := s.monitorScope(c)
	if err != nil {
		return err
	}
	sp, problems := s.monitorSpan(c)
	m, err := s.monitored(c.Request().Context(), v, sp)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "电子监察", "monitor")
	if err != nil {
		return err
	}
	p.Path, p.Wide, p.Wrong = "/monitor", true, len(problems) > 0
	p.Keep = []parts.Pair{{Name: "period", Value: c.QueryParam("period")}}
	q := monitorQuery{agency: v.agency.Code, period: sp.code, sort: c.QueryParam("sort"), leads: s.visitor(c).Has(leaders()...)}
	view := monitor.View{Page: p, Heading: v.agency.Name + sp.label + "电子监察", Up: upTabs(v, q), Periods: s.periodTabs(q), Problems: problems,
		Period: first1(c.QueryParam("period"), sp.code), Counts: monitorTiles(m, q), Heads: monitorHeads(q), Notes: monitorNotes(m), Charts: m.charts(),
		Hidden: []parts.Pair{{Name: "agency", Value: v.agency.Code}}}
	m.rows(&view, q)
	view.Ways = s.monitorWays(c, v, q)
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.draw(c, status, monitor.Show(view))
}

// monitorQuery is what an address of the monitor carries along.
type monitorQuery struct {
	agency, period, sort string
	leads                bool // may open the review of what is late
}

// review is the address of the cases behind a figure, "" for who may not open them.
func (q monitorQuery) review(pairs ...string) string {
	if !q.leads {
		return ""
	}
	return with("/supervision", pairs...) + "#list"
}

func (q monitorQuery) href(path string, pairs ...string) string {
	return with(path, append([]string{"agency", q.agency, "period", q.period}, pairs...)...)
}

// upTabs lead from the topmost agency that the visitor reads down to the present.
func upTabs(v scope, q monitorQuery) []supervision.Tab {
	var out []supervision.Tab
	for id := v.agency.ID; id != 0; {
		a, ok := v.tree.Agency(id)
		if !ok || !v.mayRead(id) {
			break
		}
		out = slices.Insert(out, 0, supervision.Tab{Label: a.Name, Href: with("/monitor", "agency", a.Code, "period", q.period), Chosen: id == v.agency.ID})
		id = a.ParentID
	}
	return out
}

// periodTabs offer the usual periods.
func (s *Server) periodTabs(q monitorQuery) []supervision.Tab {
	today := s.today()
	y, m, _ := today.YMD()
	quarter := (int(m)-1)/3 + 1
	last := fmt.Sprintf("%dQ%d", y, quarter-1)
	if quarter == 1 {
		last = fmt.Sprintf("%dQ4", y-1)
	}
	var out []supervision.Tab
	for _, x := range [][2]string{{strconv.Itoa(y), "本年"}, {fmt.Sprintf("%dQ%d", y, quarter), "本季"}, {fmt.Sprintf("%d-%02d", y, int(m)), "本月"}, {last, "上季"}, {strconv.Itoa(y - 1), "上年"}} {
		out = append(out, supervision.Tab{Label: x[1], Href: with("/monitor", "agency", q.agency, "period", x[0]), Chosen: x[0] == q.period})
	}
	return out
}

// rateWord writes the on-time rate, or why there is none.
func rateWord(f report.MonitorFigures) string {
	if rate, ok := f.OnTimeRate(); ok {
		return report.Percent(rate)
	}
	return "—"
}

func daysWord(f report.MonitorFigures, percent int64) string {
	switch d, ok := f.Percentile(percent); {
	case !ok:
		return "—"
	case d >= report.MostDays:
		return "60+"
	default:
		return strconv.Itoa(d)
	}
}

// monitorTiles are the great figures over the table.
func monitorTiles(m monitored, q monitorQuery) []supervision.Count {
	f := m.total
	review := func(light string) string {
		return q.review("agency", q.agency, "light", light)
	}
	return []supervision.Count{
		{Label: "逾期在办", N: number(f.Late), Kind: "late", Some: f.Late > 0, Href: review("late")},
		{Label: "今日和3日内到期", N: number(f.Today + f.Soon), Kind: "soon", Some: f.Today+f.Soon > 0, Href: review("near")},
		{Label: "等待他方", N: number(f.Waiting), Kind: "waiting", Href: review("waiting")},
		{Label: "在办", N: number(f.Open), Kind: "open", Href: q.review("agency", q.agency)},
		{Label: "本期收到", N: number(f.Received)}, {Label: "按期答复率", N: rateWord(f)},
		{Label: "用时中位数（工作日）", N: daysWord(f, 50)},
	}
}

// monitorNotes say what the figures are, and how small offices are treated.
func monitorNotes(m monitored) []string {
	notes := []string{"在办、逾期、临期、无人承办为今日数；收到按收到申请之日，办结、答复按作出之日计入本期。临期为今日和3个工作日内到期。",
		"按期答复率、用时不含申请人撤回、逾期不补正、逾期不缴费、无法联系等不属于答复的办结方式。用时为收到至答复的工作日，含补正、征求意见的时间。",
		fmt.Sprintf("作出答复不足%d件的机关不计算率和用时（记“—”），不参加排名：一件就会左右比率。同率同名次，名次旁列件数。", report.LeastForRate)}
	if m.total.Unjudged > 0 {
		notes = append(notes, fmt.Sprintf("有%d件导入的答复没有据以判断是否逾期的日期，不计入按期率。", m.total.Unjudged))
	}
	return notes
}

// charts are the trends of the last twelve months. A month without answers, or
// with too few to say a rate, is a gap.
func (m monitored) charts() []monitor.Trend {
	flow := charts.Chart{ID: "flow", Head: "月份", Unit: "件", Series: []charts.Series{{Name: "收到"}, {Name: "答复"}}}
	rate := charts.Chart{ID: "rate", Head: "月份", Unit: "%", Top: 100, Series: []charts.Series{{Name: "按期率"}}}
	days := charts.Chart{ID: "days", Head: "月份", Unit: "工作日", Series: []charts.Series{{Name: "九成用时"}, {Name: "中位数"}}}
	few := fmt.Sprintf("不足%d件", report.LeastForRate)
	for month := m.months.From; month <= m.months.To; month = addMonths(month, 1) {
		f := report.MonitorFigures{}
		if m.trend[month] != nil {
			f = *m.trend[month]
		}
		name := fmt.Sprintf("%d月", month%100)
		if month%100 == 1 || month == m.months.From {
			name = fmt.Sprintf("%d.%d", month/100%100, month%100)
		}
		for _, c := range []*charts.Chart{&flow, &rate, &days} {
			c.Categories = append(c.Categories, name)
		}
		put := func(s *charts.Series, v charts.Value) { s.Values = append(s.Values, v) }
		put(&flow.Series[0], charts.Of(float64(f.Received), number(f.Received)))
		put(&flow.Series[1], charts.Of(float64(f.Answers()), number(f.Answers())))
		if r, ok := f.OnTimeRate(); ok {
			put(&rate.Series[0], charts.Of(float64(r)/100, report.Percent(r)))
		} else {
			put(&rate.Series[0], charts.Gap(few))
		}
		for i, p := range []int64{90, 50} {
			if d, ok := f.Percentile(p); ok {
				put(&days.Series[i], charts.Of(float64(d), daysWord(f, p)))
			} else {
				put(&days.Series[i], charts.Gap(few))
			}
		}
	}
	flow.Title, rate.Title, days.Title = flowTitle(m), rateTitle(rate), daysTitle(days)
	return []monitor.Trend{{Chart: flow}, {Chart: rate, Lines: true}, {Chart: days, Lines: true}}
}

// flowTitle says what the last twelve months came to.
func flowTitle(m monitored) string {
	in, out := int64(0), int64(0)
	for _, f := range m.trend {
		in, out = in+f.Received, out+f.Answers()
	}
	return fmt.Sprintf("十二个月收到%s件，答复%s件", number(in), number(out))
}

// rateTitle names the worst month.
func rateTitle(c charts.Chart) string {
	worst := -1
	for i, v := range c.Series[0].Values {
		if !v.Gap && (worst < 0 || v.N < c.Series[0].Values[worst].N) {
			worst = i
		}
	}
	switch {
	case worst < 0:
		return "各月答复都少，不成比率"
	case c.Series[0].Values[worst].N == 100:
		return "各月答复全部按期"
	}
	return fmt.Sprintf("按期率%s最低，为%s", c.Categories[worst], c.Series[0].Values[worst].Text)
}

// daysTitle tells the last month that has enough answers.
func daysTitle(c charts.Chart) string {
	for i := len(c.Categories) - 1; i >= 0; i-- {
		if v := c.Series[1].Values[i]; !v.Gap {
			return fmt.Sprintf("%s一半的答复在%s个工作日内，九成在%s个以内", c.Categories[i], v.Text, c.Series[0].Values[i].Text)
		}
	}
	return "各月答复都少，不计用时"
}

// rank gives the places by on-time rate; those without a rate have none.
func rank(groups []group) map[int64]int {
	rates := map[int64]int64{}
	for _, g := range groups {
		if r, ok := g.OnTimeRate(); ok {
			rates[g.agency.ID] = r
		}
	}
	out := map[int64]int{}
	for id, r := range rates {
		out[id] = 1
		for _, other := range rates {
			if other > r {
				out[id]++
			}
		}
	}
	return out
}

// sorted puts the groups into the order asked for; the agency itself stays first
// in the order of the tree.
func (m monitored) sorted(by string) []group {
	out := slices.Clone(m.groups)
	key := map[string]func(report.MonitorFigures) int64{
		"received": func(f report.MonitorFigures) int64 { return f.Received }, "open": func(f report.MonitorFigures) int64 { return f.Open },
		"late": func(f report.MonitorFigures) int64 { return f.Late }, "lateanswers": func(f report.MonitorFigures) int64 { return f.LateAnswers },
		"rate": func(f report.MonitorFigures) int64 {
			if r, ok := f.OnTimeRate(); ok {
				return 10001 - r // the worst first, those without a rate last
			}
			return -1
		},
		"p90": func(f report.MonitorFigures) int64 {
			if d, ok := f.Percentile(90); ok {
				return int64(d)
			}
			return -1
		},
	}[by]
	if key != nil {
		slices.SortStableFunc(out, func(a, b group) int {
			return cmp.Or(cmp.Compare(key(b.MonitorFigures), key(a.MonitorFigures)), cmp.Compare(b.Answers(), a.Answers()))
		})
	}
	return out
}
