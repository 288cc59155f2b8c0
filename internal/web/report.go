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
	period
}

// period is the part of the year that is asked for, as known on which day.
type period struct {
	span     report.Span
	asOf     calendar.Date // zero: today
	from, to string        // as typed, "" for the whole year
	known    string
	compare  bool // with the year before, in each cell
	problems []parts.Problem
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
	q.period = s.readPeriod(c, year)
	q.scope, err = s.scope(c, calendar.Of(year, 12, 31))
	return q, err
}

// readPeriod reads from, to and asof; what can't be read is named, and the whole
// year stands for it.
func (s *Server) readPeriod(c echo.Context, year int) period {
	p := period{span: report.YearSpan(year), from: strings.TrimSpace(c.QueryParam("from")), to: strings.TrimSpace(c.QueryParam("to")),
		known: strings.TrimSpace(c.QueryParam("asof")), compare: c.QueryParam("compare") == "1"}
	read := func(field, text, label string, to *calendar.Date) {
		if text == "" {
			return
		}
		day, ok := readDay(text)
		switch {
		case !ok:
			p.problems = append(p.problems, parts.Problem{Field: field, Message: label + "“" + text + "”读不懂，写作 " + report.YearSpan(year).From.String()})
		case field != "asof" && day.Year() != year:
			p.problems = append(p.problems, parts.Problem{Field: field, Message: fmt.Sprintf("%s应在%d年之内", label, year)})
		case field == "asof" && day.After(s.today()):
			p.problems = append(p.problems, parts.Problem{Field: field, Message: label + "不能在今天之后"})
		default:
			*to = day
		}
	}
	read("from", p.from, "起始日期", &p.span.From)
	read("to", p.to, "截止日期", &p.span.To)
	read("asof", p.known, "登记截至", &p.asOf)
	if p.asOf == s.today() {
		p.asOf = calendar.Date{}
	}
	if p.span.To.Before(p.span.From) {
		p.problems = append(p.problems, parts.Problem{Field: "to", Message: "截止日期早于起始日期"})
	}
	if len(p.problems) > 0 {
		p.span, p.asOf = report.YearSpan(year), calendar.Date{}
	}
	return p
}

// plain reports whether the table is that of the whole year as known now.
func (p period) plain() bool { return p.span.WholeYear() && p.asOf.IsZero() }

// spanQuery asks the store for the table in view.
func (q reportQuery) spanQuery() store.SpanQuery {
	out := store.SpanQuery{AgencyID: q.scope.agency.ID, Own: q.scope.own, Span: q.span, Format: q.format}
	if !q.asOf.IsZero() {
		out.AsOf = store.EndOfDay(q.asOf)
	}
	return out
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
	if sub == "" || sub == "/cell" || sub == "/download" {
		values["from"], values["to"], values["asof"] = q.from, q.to, q.known
		if q.compare {
			values["compare"] = "1"
		}
	}
	extra := []string{}
	for i := 0; i+1 < len(change); i += 2 {
		if _, known := values[change[i]]; known {
			values[change[i]] = change[i+1]
		} else {
			extra = append(extra, change[i], change[i+1])
		}
	}
	pairs := []string{}
	for _, k := range []string{"agency", "own", "format", "from", "to", "asof", "compare"} {
		pairs = append(pairs, k, values[k])
	}
	pairs = append(pairs, extra...)
	return with(fmt.Sprintf("/report/%d%s", q.year, sub), pairs...)
}

// casesOf leads from a figure to exactly its cases.
func (q reportQuery) casesOf(ref report.CellRef) string {
	from, to := "", ""
	if !q.span.WholeYear() {
		from, to = q.span.From.String(), q.span.To.String()
	}
	return with("/cases", "agency", q.scope.agency.Code, "cell", ref.String(), "report", strconv.Itoa(q.year),
		"from", from, "to", to, "format", q.format.String(), "own", q.own(), "sort", "received")
}

// link leads to the cases of a figure; those of an earlier day can't be listed.
func (q reportQuery) link(ref report.CellRef, cell report.Cell) (href, title string) {
	sentence, _ := report.DefineSpan(ref, q.span, q.format)
	if !q.asOf.IsZero() {
		return "", sentence
	}
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
	status := http.StatusOK
	if view.Problems = q.problems; len(q.problems) > 0 {
		status, view.Wrong = http.StatusUnprocessableEntity, true
	}
	err = s.fillReport(c.Request().Context(), &view, q)
	if store.Is(err, store.Invalid) { // too much to be told as of that day
		q.problems = []parts.Problem{{Field: "asof", Message: err.Error()}}
		q.span, q.asOf = report.YearSpan(q.year), calendar.Date{}
		status, view.Problems, view.Wrong = http.StatusUnprocessableEntity, q.problems, true
		err = s.fillReport(c.Request().Context(), &view, q)
	}
	if err != nil {
		return err
	}
	view.Ways = []annual.Link{{Label: "年报全文（文字和表）", Href: q.href("/document")}, {Label: "填报数据", Href: q.href("/figures")},
		{Label: "统计口径", Href: q.href("/counting")}, {Label: "定稿锁定", Href: q.href("/return")}}
	if q.scope.many() {
		view.Ways = append(view.Ways, annual.Link{Label: "各机关报送情况", Href: q.href("/board")})
	}
	if s.visitor(c).May(q.scope.agency.ID, cases.Editor) {
		view.Enter = q.href("/proactive")
	}
	return s.draw(c, status, annual.Show(view))
}

// judgement is a table with everything that is known against it.
type judgement struct {
	table   report.Table
	before  *report.Table // of the same period a year earlier
	verdict report.Verdict
	more    []report.Finding // K10, K11, K12
}

// judged gives the table in view, with its verdict, that against the year before,
// against what was locked, and what is known of its publication.
func (s *Server) judged(ctx context.Context, q reportQuery) (j judgement, err error) {
	if j.table, err = s.db.SpanTable(ctx, q.spanQuery()); err != nil {
		return j, err
	}
	verdicts := []report.Verdict{report.Check(j.table), {}}
	if q.compare {
		before, found, err := s.yearBefore(ctx, q)
		if err != nil {
			return j, err
		}
		if found {
			j.before = &before
		}
	}
	if !q.plain() {
		j.verdict = verdicts[0]
		return j, nil
	}
	published, err := s.lastYear(ctx, q)
	if err == nil {
		report.CheckYears([]report.Table{j.table, published}, verdicts)
	} else if !store.Is(err, store.NotFound) {
		return j, err
	}
	j.verdict = verdicts[0]
	j.more, err = s.moreFindings(ctx, q, j.table)
	return j, err
}

// yearBefore gives the table of the same period a year earlier; false where there
// is none: the agency was founded since, or the register begins with what was
// carried over from that year.
func (s *Server) yearBefore(ctx context.Context, q reportQuery) (before report.Table, found bool, err error) {
	_, ids, err := s.db.TableAgencies(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return before, false, err
	}
	sum, err := s.db.Cumulative(ctx, ids, q.year)
	if err != nil || sum.Since > q.year-2 {
		return before, false, err
	}
	earlier := q.spanQuery()
	earlier.Span, earlier.AsOf = q.span.YearBefore(), 0
	before, err = s.db.SpanTable(ctx, earlier)
	if store.Is(err, store.NotFound) {
		return before, false, nil
	}
	return before, err == nil, err
}

// moreFindings are K10 (the register has moved since the lock), K11 (suits without
// review) and K12 (published late, or not yet).
func (s *Server) moreFindings(ctx context.Context, q reportQuery, t report.Table) ([]report.Finding, error) {
	locked, err := s.db.Returns(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	var out []report.Finding
	if len(locked) > 0 {
		out = report.CheckRegister(locked[0].Frozen.Table, t)
	}
	suits, err := s.suitsWithoutReview(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(suits) > 0 {
		out = append(out, directSuits(suits))
	}
	return append(out, s.publication(q, locked)...), nil
}

// publication is K12. Of a year before last nobody noted here when it was
// published, unless it was.
func (s *Server) publication(q reportQuery, locked []store.Return) []report.Finding {
	government := q.scope.agency.Kind == cases.Government
	for i := len(locked) - 1; i >= 0; i-- { // the first that was published
		if on := locked[i].PublishedOn; !on.IsZero() {
			return report.CheckPublication(q.year, government, on)
		}
	}
	due := report.PublicationDue(q.year, government)
	if q.year < s.today().Year()-1 && len(locked) == 0 || !s.today().After(due) {
		return nil
	}
	return []report.Finding{{Identity: "K12", Where: "公布日期", Message: fmt.Sprintf("%d年年度报告应于%s以前公布（条例第四十九条），还没有登记公布", q.year, due.Chinese())}}
}

func (s *Server) fillReport(ctx context.Context, view *annual.View, q reportQuery) error {
	j, err := s.judged(ctx, q)
	if err != nil {
		return err
	}
	table, verdict := j.table, j.verdict
	broken := brokenCells(table, append(slices.Clone(verdict.Failures), j.more...))
	view.Heading = fmt.Sprintf("%s%s年报表", q.scope.agency.Name, q.span)
	view.Basis = reportBasis(q, s.today())
	view.Years = reportYears(s.today(), q.year)
	view.Switches = switches(q)
	view.Downloads = downloads(q)
	view.Period = annual.Period{From: q.from, To: q.to, AsOf: q.known, Compare: q.compare, Open: len(view.Problems) > 0 || !q.plain() || q.compare}
	view.Head, view.Lines, view.Remedy = tableHeads(), tableLines(table, broken, q.link), remedyCells(table, broken, q.link)
	if j.before != nil {
		addDeltas(view, table, *j.before)
	} else if q.compare {
		view.Period.Note = "上年同期的申请没有完整登记，不能比较。"
	}
	view.Proactive = proactive(table.Proactive, verdict.Warnings)
	view.Checks, view.Holds = tableChecks(q, j), verdict.Clean()
	view.Verdict = "勾稽关系全部一致。"
	if !verdict.Clean() {
		view.Verdict = fmt.Sprintf("勾稽关系有%d处不一致，表中两端均已标出。", len(verdict.Failures))
	}
	if table.New[report.TotalColumn].N+table.CarriedIn[report.TotalColumn].N == 0 {
		view.Empty = fmt.Sprintf("%s没有新收或结转的申请。没有申请的机关也要填报，各格为0。", q.span)
	}
	view.Figures, view.Rules = figures(table, q.span), rules(q)
	if q.plain() {
		view.Bars, err = s.bars(ctx, q, table)
	}
	return err
}

func reportBasis(q reportQuery, today calendar.Date) string {
	who := "含下级机关和所属部门"
	if q.scope.own {
		who = "仅本机关"
	}
	known := "数据截至" + today.Chinese() + "。点数字看计入的申请件。"
	if !q.asOf.IsZero() {
		known = "按" + q.asOf.Chinese() + "终了时已登记的内容计数，当时的办件不能逐件打开。"
	}
	when := ""
	if !q.span.WholeYear() {
		when = "期间" + q.span.String() + "，“上年结转”为期初在办，“结转下年度”为期末在办，外报年报和表二不计；"
	}
	return fmt.Sprintf("%s格式（%s）；%s；%s按%d年12月31日的机关设置汇总；%s",
		q.format, q.format.Source(), who, when, q.year, known)
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
func proactive(p *report.Proactive, warnings []report.Finding) []annual.Proactive {
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
		last := &out[len(out)-1]
		last.Rows = append(last.Rows, row)
		for _, w := range warnings {
			if w.Where == "表二“"+line.Label+"”行" {
				last.Notes = append(last.Notes, w.Identity+" "+w.Message)
			}
		}
	}
	return out
}

// rules words what each row of table 三 and each part of table 四 counts.
func rules(q reportQuery) []annual.Rule {
	var out []annual.Rule
	add := func(label string, ref report.CellRef) {
		sentence, _ := report.DefineSpan(ref, q.span, q.format)
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
func figures(t report.Table, span report.Span) []string {
	total := func(k report.RowKey) int64 { return t.Row(k)[report.TotalColumn].N }
	out := []string{fmt.Sprintf("%s新收政府信息公开申请%s件，上年结转%s件；办结%s件，结转下年度继续办理%s件。", span,
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
