package web

import (
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/templates/monitor"
	"gongkai/templates/supervision"
)

// monitorHeads are the columns; some order the table.
func monitorHeads(q monitorQuery) []monitor.Head {
	var out []monitor.Head
	for _, x := range []struct{ label, sort, title string }{{"名次", "", "按期答复率从高到低的名次；作出答复太少的不排"}, {"机关", "", ""}, {"收到", "received", "本期收到"}, {"办结", "", "本期办结，含不属于答复的"},
		{"在办", "open", ""}, {"逾期", "late", "今日逾期在办"}, {"临期", "", "今日和3个工作日内到期"}, {"无人承办", "", ""}, {"按期率", "rate", "本期按期答复占作出答复的比例"}, {"答复", "", "本期作出答复"}, {"逾期答复", "lateanswers", ""},
		{"中位", "", "用时中位数，工作日"}, {"九成", "p90", "九成答复的用时，工作日"}, {"补正", "", "办结件中经补正的"}, {"征求意见", "", ""}, {"延期", "", ""}, {"被纠正", "", "本期审结的复议、诉讼中答复被纠正的"}, {"年报未报", "", "没有定稿或报送上年度年报的机关数"}} {
		h := monitor.Head{Label: x.label, Title: x.title, Sorted: x.sort != "" && x.sort == q.sort}
		if x.sort != "" && !h.Sorted {
			h.Href = q.href("/monitor", "sort", x.sort)
		}
		out = append(out, h)
	}
	return out
}

// rows words the table, each agency a way down or to its cases.
func (m monitored) rows(view *monitor.View, q monitorQuery) {
	places := rank(m.groups)
	calmMissing := int64(0)
	for _, g := range m.sorted(q.sort) {
		if !g.own && g.Received+g.Closed+g.Open+g.Answers() == 0 {
			view.Calm = append(view.Calm, supervision.Tab{Label: g.agency.Name, Href: with("/monitor", "agency", g.agency.Code, "period", q.period)})
			calmMissing += g.Missing
			continue
		}
		row := monitor.Row{Name: g.agency.Name, Cells: monitorCells(g.MonitorFigures, g.agency.Code, g.own, q)}
		switch {
		case g.own && len(m.groups) > 1:
			row.Name += "（本级）"
		case !g.own:
			row.Href = with("/monitor", "agency", g.agency.Code, "period", q.period)
		}
		if p := places[g.agency.ID]; p > 0 && len(m.groups) > 1 {
			row.Rank = strconv.Itoa(p)
		}
		view.Rows = append(view.Rows, row)
	}
	if len(view.Calm) > 0 {
		view.CalmNote = fmt.Sprintf("另有%d个机关本期没有收到、办结的申请，也没有在办件（其中年报未报的机关%d个）", len(view.Calm), calmMissing)
	}
	if len(m.groups) > 1 {
		view.Sum = monitor.Row{Name: "合计", Cells: monitorCells(m.total, q.agency, false, q)}
	}
}

// monitorCells are the figures of one line in the order of monitorHeads.
func monitorCells(f report.MonitorFigures, code string, own bool, q monitorQuery) []supervision.Count {
	alone := map[bool]string{true: "1"}[own]
	review := func(pairs ...string) string {
		return q.review(append([]string{"agency", code, "own", alone}, pairs...)...)
	}
	cell := func(label string, n int64, kind, href string) supervision.Count {
		c := supervision.Count{Label: label, N: number(n), Kind: kind, Some: n > 0}
		if n > 0 {
			c.Href = href
		}
		return c
	}
	word := func(label, text string) supervision.Count { return supervision.Count{Label: label, N: text} }
	return []supervision.Count{cell("收到", f.Received, "", ""), cell("办结", f.Closed, "", ""), cell("在办", f.Open, "", review()), cell("逾期", f.Late, "late", review("light", "late")),
		cell("临期", f.Today+f.Soon, "soon", review("light", "near")), cell("无人承办", f.Unassigned, "soon", review("light", "nobody")), word("按期率", rateWord(f)), cell("答复", f.Answers(), "", ""),
		cell("逾期答复", f.LateAnswers, "late", ""), word("中位", daysWord(f, 50)), word("九成", daysWord(f, 90)), cell("补正", f.Supplements, "", ""), cell("征求意见", f.Consultations, "", ""),
		cell("延期", f.Extensions, "", ""), cell("被纠正", f.Corrected, "late", with("/remedies", "agency", code)), cell("年报未报", f.Missing, "", "")}
}

// monitorWays lead on from the monitor.
func (s *Server) monitorWays(c echo.Context, v scope, q monitorQuery) []supervision.Tab {
	out := []supervision.Tab{{Label: "考核数据 XLSX", Href: q.href("/monitor/download", "as", "xlsx")}, {Label: "通报 DOCX", Href: q.href("/monitor/download", "as", "docx")}}
	if s.visitor(c).May(v.agency.ID, leaders()...) {
		out = append(out, supervision.Tab{Label: "答复抽查", Href: with("/monitor/checks", "agency", v.agency.Code)})
	}
	if v.many() && s.visitor(c).May(v.agency.ID, leaders()...) && v.agency.Kind == cases.Government {
		out = append(out, supervision.Tab{Label: "同类申请预警", Href: with("/monitor/alike", "agency", v.agency.Code)})
	}
	return append(out, supervision.Tab{Label: "大屏", Href: with("/monitor/wall", "agency", v.agency.Code)})
}
