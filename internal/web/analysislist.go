package web

import (
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/register"
)

// readSpan reads ?stat=new&from=2026-01-01&to=2026-06-30, with row= for a row of
// table 三 and topic=: the cases behind a figure of 统计分析, by the tree of the
// period's last day.
func (q *listQuery) readSpan() {
	q.filter.Topic = q.typed["topic"]
	if q.typed["stat"] == "" {
		return
	}
	stage, known := report.ParseStage(q.typed["stat"])
	from, okFrom := readDay(q.typed["from"])
	to, okTo := readDay(q.typed["to"])
	if !known || !okFrom || !okTo || to.Before(from) {
		q.wrong("text", "统计分析的这个数认不出来，从统计分析页点进来")
		return
	}
	s := report.StageSpan{Stage: stage, From: from, To: to}
	if row := q.typed["row"]; row != "" {
		key, err := report.ParseRow(row)
		if err != nil {
			q.wrong("text", "办理结果的这一行认不出来，从统计分析页点进来")
			return
		}
		s.Outcomes = report.OutcomesOf(key, q.spanFormat(to))
	}
	q.filter.Span, q.tableDay = &s, to
}

// spanFormat is the form whose rows are meant.
func (q *listQuery) spanFormat(to calendar.Date) report.Format {
	if f, err := report.ParseFormat(q.typed["format"]); err == nil {
		return f
	}
	return report.FormatOf(to.Year())
}

// periodWord words a filter that comes from 统计分析.
func periodWord(key, value string, q listQuery) string {
	switch key {
	case "topic":
		if value == store.NoneGiven {
			return "未归类主题"
		}
		return "主题：" + value
	case "row":
		if row, err := report.ParseRow(value); err == nil {
			return row.Path()
		}
		return value
	}
	stage, _ := report.ParseStage(value)
	return fmt.Sprintf("%s至%s%s", q.typed["from"], q.typed["to"], stage.Label())
}

// sayPeriod tells over the list what its cases have in common, and the way back.
func (q *listQuery) sayPeriod(view *register.ListView) {
	s := q.filter.Span
	if s == nil {
		return
	}
	view.Cell = s.Stage.Define(s.From, s.To) + "。"
	view.CellBack, view.CellWay = with("/analysis", "agency", q.agency, "own", q.typed["own"], "from", s.From.String(), "to", s.To.String()), "看这一时段的统计分析"
}
