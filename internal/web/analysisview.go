package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/analysis"
	"gongkai/templates/charts"
)

// fillAnalysis words what was counted.
func fillAnalysis(view *analysis.View, q analysisQuery, a analysed) {
	view.Heading = q.scope.agency.Name + "统计分析"
	who := "含下级机关和所属部门"
	if q.scope.own {
		who = "仅本机关"
	}
	view.Basis = fmt.Sprintf("%s至%s；%s；与年报表三同一口径（%s格式）；按%s的机关设置汇总。", q.from.Chinese(), q.to.Chinese(), who, report.FormatOf(q.to.Year()), q.to.Chinese())
	if a.before.there {
		view.Basis += fmt.Sprintf("上年同期为%s至%s。", a.before.From.Chinese(), a.before.To.Chinese())
	} else {
		view.Notes = append(view.Notes, "上年同期还没有这个机关，不作比较。")
	}
	view.Keys = stageKeys(a)
	if a.now.Stand() == (report.Stand{}) && a.before.Stand() == (report.Stand{}) {
		view.Notes = append(view.Notes, "这一时段和上年同期都没有申请件。")
		return
	}
	for _, s := range statSections(q, a) {
		view.Sections = append(view.Sections, s.draw())
	}
	for _, as := range []struct{ code, label string }{{"xlsx", "导出 XLSX"}, {"csv", "导出 CSV"}} {
		view.Exports = append(view.Exports, analysis.Link{Label: as.label, Href: strings.Replace(q.at(q.from, q.to), "/analysis", "/analysis/download", 1) + "&as=" + as.code})
	}
}

func stageKeys(a analysed) []analysis.Key {
	var out []analysis.Key
	for _, stage := range report.Stages() {
		n, before := a.now.Stand().Of(stage), a.before.Stand().Of(stage)
		k := analysis.Key{Label: stage.Label(), Figure: number(n), Href: a.now.of(stage), Title: stage.Define(a.now.From, a.now.To)}
		if a.before.there {
			k.Before, k.BeforeHref, k.Change = number(before), a.before.of(stage), changeWords(n, before)
		}
		out = append(out, k)
	}
	return out
}

// changeWords says how a figure stands to that of the year before.
func changeWords(now, before int64) string {
	switch {
	case now == before:
		return "持平"
	case before == 0:
		return fmt.Sprintf("增加%s件", number(now))
	case now > before:
		return "增长" + rate(now, before) + "%"
	}
	return "下降" + strings.TrimPrefix(rate(now, before), "-") + "%"
}

// rate is the change in percent with two decimals, of a figure that was not 0.
func rate(now, before int64) string {
	sign := int64(1)
	if now < before {
		sign = -1
	}
	return report.Hundredths(sign * int64(report.Shares(before, []report.Part{{N: sign * (now - before)}}).Shares[0].Percent)).String()
}

// statSection is one way of parting the figures, for page and files.
type statSection struct {
	id, name string
	heads    []string
	rows     []statRow
	told     []charts.Chart // lines of the same figures
	bars     []charts.Chart // bars of the same figures
	lines    []charts.Chart // lines of other years
	note     string
	way      analysis.Link // to where more is done
	idle     bool          // rows without any case are left out on the page
}

// statRow is a line: its label and figures.
type statRow struct {
	label string
	depth int
	sum   bool
	cells []statCell
}

// statCell is a figure as it is read, as a number where it is one, with the way to
// its cases.
type statCell struct {
	text   string
	n      int64
	number bool
	href   string
}

func figure(n int64, href string) statCell { return statCell{number(n), n, true, href} }

func word(text string) statCell { return statCell{text: text} }

func (s statSection) draw() analysis.Section {
	out := analysis.Section{ID: s.id, Heading: s.name, Told: s.told, Lines: s.lines, Bars: s.bars, Heads: s.heads, Note: s.note, Way: s.way}
	left := 0
	for _, r := range s.rows {
		if s.idle && !r.sum && !slices.ContainsFunc(r.cells, func(c statCell) bool { return c.n != 0 }) {
			left++
			continue
		}
		row := analysis.Row{Label: r.label, Depth: r.depth, Sum: r.sum}
		for _, c := range r.cells {
			row.Cells = append(row.Cells, analysis.Cell{Text: c.text, Href: c.href})
		}
		out.Rows = append(out.Rows, row)
	}
	if left > 0 {
		out.Note = fmt.Sprintf("另有%d个机关这一时段和上年同期都没有申请件，未列出；导出的表中列全。", left)
	}
	return out
}

func statSections(q analysisQuery, a analysed) []statSection {
	out := []statSection{monthSection(a), channelSection(a), kindSection(a), outcomeSection(a)}
	if len(a.topics) > 0 || len(a.now.NewByTopic) > 1 {
		out = append(out, topicSection(a))
	}
	if q.scope.many() {
		out = append(out, agencySection(a))
	}
	return out
}

// split is a figure with that of the year before, and the ways to both.
type split struct {
	label       string
	depth       int
	now, before int64
	href, was   string
}

// compared draws the usual table of parts: this period, share, the year before,
// share, change.
func compared(a analysed, head string, parts []split, base, baseBefore int64, sumHref, sumWas string) ([]string, []statRow) {
	heads := []string{head, "本期", "占比%", "上年同期", "占比%", "增减", "增减%"}
	var rows []statRow
	for _, p := range append(parts, split{"合计", 0, base, baseBefore, sumHref, sumWas}) {
		row := statRow{label: p.label, depth: p.depth, cells: []statCell{figure(p.now, p.href), word(shareOf(p.now, base))}}
		if a.before.there {
			row.cells = append(row.cells, figure(p.before, p.was), word(shareOf(p.before, baseBefore)), signed(p.now-p.before), changeRate(p.now, p.before))
		} else {
			row.cells = append(row.cells, word("—"), word("—"), word("—"), word("—"))
		}
		rows = append(rows, row)
	}
	rows[len(rows)-1].sum = true
	return heads, rows
}

func shareOf(n, base int64) string {
	if base == 0 {
		return "—"
	}
	return report.Shares(base, []report.Part{{N: n}}).Shares[0].Percent.String()
}

func signed(n int64) statCell {
	text := number(n)
	if n > 0 {
		text = "+" + text
	}
	return statCell{text: text, n: n, number: true}
}

func changeRate(now, before int64) statCell {
	if before == 0 {
		return word("—")
	}
	text := rate(now, before)
	if now > before {
		text = "+" + text
	}
	return word(text)
}

// barsOfParts draws the outer parts of a split as lying bars.
func barsOfParts(id, title, head string, parts []split, most int) charts.Chart {
	c := charts.Chart{ID: id, Title: title, Head: head, Unit: "件", Series: []charts.Series{{Name: "本期"}}}
	for _, p := range parts {
		if p.depth > 0 || len(c.Categories) >= most {
			continue
		}
		c.Categories = append(c.Categories, p.label)
		c.Series[0].Values = append(c.Series[0].Values, charts.Value{N: float64(p.now), Text: number(p.now), Href: p.href})
	}
	return c
}

// leading says which part is the greatest, with its share and how that has moved.
func leading(a analysed, parts []split, base, baseBefore int64, suffix string) string {
	best := -1
	for i, p := range parts {
		if p.depth == 0 && (best < 0 || p.now > parts[best].now) {
			best = i
		}
	}
	if best < 0 || base == 0 || parts[best].now == 0 {
		return "本期没有"
	}
	p := parts[best]
	text := fmt.Sprintf("%s%s占%s%%", p.label, suffix, shareOf(p.now, base))
	if !a.before.there || baseBefore == 0 {
		return text
	}
	now := report.Shares(base, []report.Part{{N: p.now}}).Shares[0].Percent
	then := report.Shares(baseBefore, []report.Part{{N: p.before}}).Shares[0].Percent
	switch {
	case now > then:
		return text + fmt.Sprintf("，比上年同期上升%s个百分点", now-then)
	case now < then:
		return text + fmt.Sprintf("，比上年同期下降%s个百分点", then-now)
	}
	return text + "，与上年同期相同"
}

// monthSection sets the months of the period beside those of the year before.
func monthSection(a analysed) statSection {
	s := statSection{id: "months", name: "逐月", heads: []string{"月份", "新收", "上年同期", "增减", "办结", "上年同期", "增减"}}
	line := func(name string) charts.Series { return charts.Series{Name: name} }
	series := []charts.Series{line("新收"), line("上年同期新收"), line("办结")}
	chart := charts.Chart{ID: "by-month", Head: "月份", Unit: "件"}
	var most, mostMonth int64
	for first := a.now.From; !first.After(a.now.To); first = nextMonth(first) {
		year, month, _ := first.YMD()
		last := calendar.Earlier(nextMonth(first).AddDays(-1), a.now.To)
		key := year*100 + int(month)
		fresh, done := a.now.NewByMonth[key], a.now.DoneByMonth[key]
		then, doneThen := a.before.NewByMonth[key-100], a.before.DoneByMonth[key-100]
		if fresh > most {
			most, mostMonth = fresh, int64(key)
		}
		from, to := report.YearBefore(first, last)
		row := statRow{label: fmt.Sprintf("%d年%d月", year, int(month)), cells: []statCell{figure(fresh, a.now.cases(report.StageNew, first, last)), word("—"), word("—"),
			figure(done, a.now.cases(report.StageDone, first, last)), word("—"), word("—")}}
		if a.before.there {
			row.cells[1], row.cells[2] = figure(then, a.before.cases(report.StageNew, from, to)), signed(fresh-then)
			row.cells[4], row.cells[5] = figure(doneThen, a.before.cases(report.StageDone, from, to)), signed(done-doneThen)
		}
		s.rows = append(s.rows, row)
		chart.Categories = append(chart.Categories, fmt.Sprintf("%d月", int(month)))
		gap := charts.Gap("")
		if a.before.there {
			gap = charts.Of(float64(then), number(then))
		}
		for i, v := range []charts.Value{charts.Of(float64(fresh), number(fresh)), gap, charts.Of(float64(done), number(done))} {
			series[i].Values = append(series[i].Values, v)
		}
	}
	chart.Series, chart.Title = series, fmt.Sprintf("新收%s件", number(a.now.Stand().New))
	if a.before.there {
		chart.Title += "，与上年同期相比" + changeWords(a.now.Stand().New, a.before.Stand().New)
	}
	if most > 0 && len(s.rows) > 1 {
		chart.Title += fmt.Sprintf("；%d月最多，%s件", mostMonth%100, number(most))
	}
	if len(s.rows) > 1 && len(s.rows) <= 24 {
		s.told = []charts.Chart{chart}
	}
	return s
}

func nextMonth(d calendar.Date) calendar.Date {
	year, month, _ := d.YMD()
	return calendar.Of(year, month, 1).AddMonths(1)
}

func kindSection(a analysed) statSection {
	s := statSection{id: "kinds", name: "申请人类型（新收）"}
	var parts []split
	for i, k := range cases.ApplicantKinds() {
		parts = append(parts, split{k.Label(), 0, a.now.New[i], a.before.New[i],
			a.now.of(report.StageNew, "kind", k.Code()), a.before.of(report.StageNew, "kind", k.Code())})
	}
	base, baseBefore := a.now.Stand().New, a.before.Stand().New
	s.heads, s.rows = compared(a, "申请人", parts, base, baseBefore, a.now.of(report.StageNew), a.before.of(report.StageNew))
	s.bars = []charts.Chart{barsOfParts("by-kind", leading(a, parts, base, baseBefore, "申请"), "申请人", parts, 8)}
	return s
}

// outcomeSection counts the groups of results and the rows in them, by the form of
// the period's last year.
func outcomeSection(a analysed) statSection {
	s := statSection{id: "outcomes", name: "办理结果（办结）"}
	f := report.FormatOf(a.now.To.Year())
	now, before := a.now.Table(f), a.before.Table(f)
	var parts []split
	for _, g := range report.Groups() {
		parts = append(parts, split{g.Name(), 0, now.GroupTotal(g), before.GroupTotal(g),
			a.now.of(report.StageDone, "outcome", g.String()), a.before.of(report.StageDone, "outcome", g.String())})
		for _, key := range f.ResultRows() {
			if key.Group() != g || key.String() == g.String() {
				continue
			}
			parts = append(parts, split{key.Label(), 1, now.Row(key)[report.TotalColumn].N, before.Row(key)[report.TotalColumn].N,
				a.now.of(report.StageDone, "row", key.String(), "format", f.String()), a.before.of(report.StageDone, "row", key.String(), "format", f.String())})
		}
	}
	base, baseBefore := a.now.Stand().Done, a.before.Stand().Done
	s.heads, s.rows = compared(a, "办理结果", parts, base, baseBefore, a.now.of(report.StageDone), a.before.of(report.StageDone))
	s.bars = []charts.Chart{barsOfParts("by-outcome", leading(a, parts, base, baseBefore, ""), "办理结果", parts, 8)}
	return s
}

func topicSection(a analysed) statSection {
	s := statSection{id: "topics", name: "申请主题（新收）"}
	listed := slices.Clone(a.topics)
	for _, p := range []report.Period{a.now.Period, a.before.Period} {
		for topic := range p.NewByTopic {
			if topic != "" && !slices.Contains(listed, topic) {
				listed = append(listed, topic) // not in the list any more
			}
		}
	}
	var parts []split
	for _, topic := range append(listed, "") {
		n, was := a.now.NewByTopic[topic], a.before.NewByTopic[topic]
		asked := cmp.Or(topic, store.NoneGiven)
		parts = append(parts, split{cmp.Or(topic, "未归类"), 0, n, was, a.now.of(report.StageNew, "topic", asked), a.before.of(report.StageNew, "topic", asked)})
	}
	last := len(parts) - 1
	slices.SortStableFunc(parts[:last], func(x, y split) int { return cmp.Compare(y.now, x.now) })
	base, baseBefore := a.now.Stand().New, a.before.Stand().New
	s.heads, s.rows = compared(a, "主题", parts, base, baseBefore, a.now.of(report.StageNew), a.before.of(report.StageNew))
	title := leading(a, parts[:last], base, baseBefore, "")
	s.bars = []charts.Chart{barsOfParts("by-topic", title, "主题", parts[:last], 12)}
	s.way = analysis.Link{Label: "归类主题", Href: with("/topics", "agency", a.now.tree.agency.Code)}
	return s
}
