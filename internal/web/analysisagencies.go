package web

import (
	"cmp"
	"slices"

	"gongkai/internal/report"
	"gongkai/templates/charts"
)

// agencySection counts each agency with those it took over.
func agencySection(a analysed) statSection {
	s := statSection{id: "agencies", name: "各机关", idle: true, heads: []string{"机关", "新收", "上年同期", "增减", "期初结转", "办结", "期末未办结"}}
	now, before := byAgency(a.now), byAgency(a.before)
	var parts []split
	for _, id := range a.now.tree.ids() {
		agency, alive := a.now.tree.tree.Agency(id)
		if !alive {
			continue
		}
		n, was := now[id], before[id]
		at := func(stage report.Stage, n int64) statCell {
			return figure(n, a.now.of(stage, "agency", agency.Code, "own", "1"))
		}
		row := statRow{label: agency.Name, cells: []statCell{at(report.StageNew, n.New), word("—"), word("—"),
			at(report.StageIn, n.In), at(report.StageDone, n.Done), at(report.StageOut, n.Out)}}
		if then, there := a.before.tree.agencyOn(id); a.before.there && there {
			row.cells[1] = figure(was.New, a.before.of(report.StageNew, "agency", then, "own", "1"))
			row.cells[2] = signed(n.New - was.New)
		}
		s.rows = append(s.rows, row)
		parts = append(parts, split{agency.Name, 0, n.New, was.New, row.cells[0].href, ""})
	}
	slices.SortStableFunc(s.rows, func(x, y statRow) int {
		return cmp.Or(cmp.Compare(y.cells[0].n, x.cells[0].n), cmp.Compare(y.cells[4].n, x.cells[4].n))
	})
	slices.SortStableFunc(parts, func(x, y split) int { return cmp.Compare(y.now, x.now) })
	total := a.now.Stand()
	s.rows = append(s.rows, statRow{label: "合计", sum: true, cells: []statCell{figure(total.New, a.now.of(report.StageNew)), word("—"), word("—"),
		figure(total.In, a.now.of(report.StageIn)), figure(total.Done, a.now.of(report.StageDone)), figure(total.Out, a.now.of(report.StageOut))}})
	if last := &s.rows[len(s.rows)-1]; a.before.there {
		last.cells[1], last.cells[2] = figure(a.before.Stand().New, a.before.of(report.StageNew)), signed(total.New-a.before.Stand().New)
	}
	s.bars = []charts.Chart{barsOfParts("by-agency", leading(a, parts, total.New, 0, "新收"), "机关", parts, 10)}
	return s
}

// byAgency adds the stands of those that an agency took over to its own.
func byAgency(p tallied) map[int64]report.Stand {
	out := map[int64]report.Stand{}
	if !p.there {
		return out
	}
	for _, id := range p.tree.ids() {
		if _, alive := p.tree.tree.Agency(id); !alive {
			continue
		}
		var sum report.Stand
		for _, own := range p.tree.tree.Own(id) {
			if s := p.ByAgency[own]; s != nil {
				sum = report.Stand{New: sum.New + s.New, In: sum.In + s.In, Done: sum.Done + s.Done, Out: sum.Out + s.Out}
			}
		}
		out[id] = sum
	}
	return out
}

// agencyOn gives an agency's code by the tree of the scope.
func (v scope) agencyOn(id int64) (code string, there bool) {
	if v.tree == nil {
		return "", false
	}
	a, there := v.tree.Agency(id)
	return a.Code, there
}
