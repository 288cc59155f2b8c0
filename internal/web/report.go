package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// reportQuery is which table is asked for.
type reportQuery struct {
	year   int
	format report.Format
	typed  string // the format as asked for, "" for the one due
	scope  scope
}

// readReport reads year, agency, own and format. The tree is that of the year's
// 31 December, by which the table is counted.
func (s *Server) readReport(c echo.Context) (reportQuery, error) {
	q := reportQuery{typed: c.QueryParam("format")}
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || year < 1990 || year > 2099 {
		return q, errNotFound
	}
	q.year, q.format = year, report.FormatOf(year)
	if f, err := report.ParseFormat(q.typed); err == nil {
		q.format = f
	} else {
		q.typed = ""
	}
	q.scope, err = s.scope(c, calendar.Of(year, 12, 31))
	return q, err
}

// own is the parameter as links carry it.
func (q reportQuery) own() string {
	if q.scope.own {
		return "1"
	}
	return ""
}

// href gives the table's address with one parameter changed.
func (q reportQuery) href(sub string, change ...string) string {
	values := map[string]string{"agency": q.scope.agency.Code, "own": q.own(), "format": q.typed}
	extra := []string{}
	for i := 0; i+1 < len(change); i += 2 {
		if _, known := values[change[i]]; known {
			values[change[i]] = change[i+1]
		} else {
			extra = append(extra, change[i], change[i+1])
		}
	}
	pairs := append([]string{"agency", values["agency"], "own", values["own"], "format", values["format"]}, extra...)
	return with(fmt.Sprintf("/report/%d%s", q.year, sub), pairs...)
}

// casesOf leads from a figure to exactly its cases.
func (q reportQuery) casesOf(ref report.CellRef) string {
	return with("/cases", "agency", q.scope.agency.Code, "cell", ref.String(), "report", strconv.Itoa(q.year),
		"format", q.format.String(), "own", q.own(), "sort", "received")
}

func (q reportQuery) link(ref report.CellRef, cell report.Cell) (href, title string) {
	sentence, _ := report.Define(ref, q.year, q.format)
	return q.casesOf(ref), sentence
}

// chooseReport leads /report to the year that is chosen, or to the present one.
func (s *Server) chooseReport(c echo.Context) error {
	year := c.QueryParam("year")
	if _, err := strconv.Atoi(year); err != nil {
		year = strconv.Itoa(reportYear(s.today()))
	}
	return c.Redirect(http.StatusSeeOther, with("/report/"+year, "agency", c.QueryParam("agency"),
		"own", c.QueryParam("own"), "format", c.QueryParam("format")))
}

// showReport shows the statutory tables of a year.
func (s *Server) showReport(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, q.scope, "年报表", "report")
	if err != nil {
		return err
	}
	p.Keep = []parts.Pair{{Name: "own", Value: q.own()}, {Name: "format", Value: q.typed}}
	view := annual.View{Page: p, Year: strconv.Itoa(q.year), Heading: fmt.Sprintf("%d年年报表", q.year)}
	if !q.scope.found {
		return s.draw(c, http.StatusOK, annual.None(view.Page))
	}
	if err := s.fillReport(c.Request().Context(), &view, q); err != nil {
		return err
	}
	view.Ways = []annual.Link{{Label: "年报全文（文字和表）", Href: q.href("/document")}, {Label: "定稿锁定", Href: q.href("/return")}}
	if q.scope.many() {
		view.Ways = append(view.Ways, annual.Link{Label: "各机关报送情况", Href: q.href("/board")})
	}
	if s.visitor(c).May(q.scope.agency.ID, cases.Editor) {
		view.Enter = q.href("/proactive")
	}
	return s.draw(c, http.StatusOK, annual.Show(view))
}

// judged gives the table of a year, with its verdict and that against the year
// before.
func (s *Server) judged(ctx context.Context, q reportQuery) (report.Table, report.Verdict, error) {
	table, err := s.db.Table(ctx, q.scope.agency.ID, q.year, q.scope.own, q.format)
	if err != nil {
		return report.Table{}, report.Verdict{}, err
	}
	verdicts := []report.Verdict{report.Check(table), {}}
	before, err := s.db.Table(ctx, q.scope.agency.ID, q.year-1, q.scope.own, q.format)
	switch {
	case store.Is(err, store.NotFound):
		return table, verdicts[0], nil // founded this year: there is nothing to compare with
	case err != nil:
		return table, verdicts[0], err
	}
	report.CheckYears([]report.Table{table, before}, verdicts)
	return table, verdicts[0], nil
}

func (s *Server) fillReport(ctx context.Context, view *annual.View, q reportQuery) error {
	table, verdict, err := s.judged(ctx, q)
	if err != nil {
		return err
	}
	broken := brokenCells(table, verdict.Failures)
	view.Heading = fmt.Sprintf("%s%d年年报表", q.scope.agency.Name, q.year)
	view.Basis = reportBasis(q, s.today())
	view.Years = reportYears(s.today(), q.year)
	view.Switches = switches(q)
	view.Downloads = downloads(q)
	view.Head, view.Lines, view.Remedy = tableHeads(), tableLines(table, broken, q.link), remedyCells(table, broken, q.link)
	view.Proactive = proactive(table.Proactive)
	view.Checks, view.Holds = identities(verdict), verdict.Clean()
	view.Verdict = "勾稽关系全部一致。"
	if !verdict.Clean() {
		view.Verdict = fmt.Sprintf("勾稽关系有%d处不一致，表中两端均已标出。", len(verdict.Failures))
	}
	if table.New[report.TotalColumn].N+table.CarriedIn[report.TotalColumn].N == 0 {
		view.Empty = fmt.Sprintf("%d年没有新收或上年结转的申请。没有申请的机关也要填报，各格为0。", q.year)
	}
	view.Figures, view.Rules = figures(table), rules(q)
	view.Bars, err = s.bars(ctx, q, table)
	return err
}

func reportBasis(q reportQuery, today calendar.Date) string {
	who := "含下级机关和所属部门"
	if q.scope.own {
		who = "仅本机关"
	}
	return fmt.Sprintf("%s格式（%s）；%s；按%d年12月31日的机关设置汇总；数据截至%s。点数字看计入的申请件。",
		q.format, q.format.Source(), who, q.year, today.Chinese())
}

func reportYears(today calendar.Date, chosen int) []parts.Option {
	var out []parts.Option
	last := max(today.Year(), chosen)
	for y := last; y > last-12 || y >= chosen; y-- {
		out = append(out, parts.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "年", Chosen: y == chosen})
	}
	return out
}

func switches(q reportQuery) []annual.Switch {
	whole := annual.Switch{Label: "范围", Links: []annual.Link{{Label: "汇总", Href: q.href("", "own", "")}, {Label: "仅本机关", Href: q.href("", "own", "1")}}}
	if q.scope.own {
		whole.Links[1].Href = ""
	} else {
		whole.Links[0].Href = ""
	}
	format := annual.Switch{Label: "格式", Links: []annual.Link{{Label: "2019", Href: q.href("", "format", "2019")}, {Label: "2021", Href: q.href("", "format", "2021")}}}
	for i := range format.Links {
		if format.Links[i].Label == q.format.String() {
			format.Links[i].Href = ""
		}
	}
	return []annual.Switch{whole, format}
}

func downloads(q reportQuery) []annual.Link {
	var out []annual.Link
	for _, as := range downloadKinds {
		out = append(out, annual.Link{Label: as.label, Href: q.href("/download", "as", as.code)})
	}
	return out
}

// proactive draws table 二 block by block.
func proactive(p *report.Proactive) []annual.Proactive {
	if p == nil {
		return nil
	}
	var out []annual.Proactive
	for _, line := range report.ProactiveLines(p.Layout) {
		if len(out) == 0 || out[len(out)-1].Item != line.Item {
			out = append(out, annual.Proactive{Item: line.Item, Heads: append([]string{"信息内容"}, line.Columns...)})
		}
		row := []string{line.Label}
		for _, d := range p.Values(line.Key.String()) {
			row = append(row, string(d))
		}
		out[len(out)-1].Rows = append(out[len(out)-1].Rows, row)
	}
	return out
}

// rules words what each row of table 三 and each part of table 四 counts.
func rules(q reportQuery) []annual.Rule {
	var out []annual.Rule
	add := func(label string, ref report.CellRef) {
		sentence, _ := report.Define(ref, q.year, q.format)
		out = append(out, annual.Rule{Label: label, Sentence: sentence, Href: q.href("/cell", "cell", ref.String())})
	}
	for _, row := range q.format.Rows() {
		add(row.Path(), report.RowCell(row, report.TotalColumn))
	}
	for b := range report.Blocks {
		add("四、"+report.Block(b).Label(), report.RemedyCell(report.Block(b), report.TotalResult))
	}
	return out
}

// figures are the sentences that the text of a report quotes.
func figures(t report.Table) []string {
	total := func(k report.RowKey) int64 { return t.Row(k)[report.TotalColumn].N }
	out := []string{fmt.Sprintf("%d年新收政府信息公开申请%s件，上年结转%s件；办结%s件，结转下年度继续办理%s件。", t.Year,
		number(total(report.RowNew)), number(total(report.RowCarriedIn)), number(total(report.RowTotal)), number(total(report.RowCarriedOut)))}
	if set := t.GroupShares(); set.Base > 0 {
		text := "办理结果："
		for i, s := range set.Shares {
			if i > 0 {
				text += "，"
			}
			text += fmt.Sprintf("%s%s件，占%s%%", s.Label, number(s.N), s.Percent)
		}
		out = append(out, text+"。")
		if note := set.Note(); note != "" {
			out = append(out, note+"。")
		}
	}
	return out
}

// bars are the figures under the tables: groups, channels, levels.
func (s *Server) bars(ctx context.Context, q reportQuery, t report.Table) ([]annual.Bars, error) {
	channels, err := s.channelParts(ctx, q)
	if err != nil {
		return nil, err
	}
	out := []annual.Bars{barsOf("办理结果", t.GroupShares(), nil),
		barsOf("申请渠道（新收）", t.SharesOfNew(channels), func(i int) string {
			return with("/cases", "agency", q.scope.agency.Code, "own", q.own(), "year", strconv.Itoa(q.year), "channel", channelGroups[i].codes)
		})}
	if q.scope.own {
		return out, nil
	}
	levels, err := s.db.Levels(ctx, q.scope.agency.ID, q.year)
	if err != nil {
		return nil, err
	}
	var split []report.Part
	for _, l := range levels {
		split = append(split, report.Part{Label: levelWord(l.Level, q.scope.agency), N: l.Received})
	}
	return append(out, barsOf("受理机关层级（新收）", t.SharesOfNew(split), nil)), nil
}

func levelWord(l cases.Level, agency cases.Agency) string {
	if l == cases.LevelOwn && agency.Kind != cases.Government {
		return "本机关"
	}
	return l.Label()
}

func (s *Server) channelParts(ctx context.Context, q reportQuery) ([]report.Part, error) {
	_, ids, err := s.db.TableAgencies(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	tallies, err := s.db.Channels(ctx, ids, q.year)
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, t := range tallies {
		counts[channelGroup(t.Channel)] += t.Count
	}
	var out []report.Part
	for _, g := range channelGroups {
		out = append(out, report.Part{Label: g.label, N: counts[g.codes]})
	}
	if counts[""] > 0 {
		out = append(out, report.Part{Label: "未记载", N: counts[""]})
	}
	return out, nil
}

func barsOf(title string, set report.ShareSet, href func(i int) string) annual.Bars {
	var most int64 = 1
	for _, s := range set.Shares {
		most = max(most, s.N)
	}
	out := annual.Bars{Title: title, Note: set.Note()}
	for i, s := range set.Shares {
		bar := annual.Bar{Label: s.Label, Value: number(s.N), Share: s.Percent.String() + "%", Width: int(s.N * 1000 / most)}
		if href != nil && i < len(channelGroups) {
			bar.Href = href(i)
		}
		out.Rows = append(out.Rows, bar)
	}
	return out
}
