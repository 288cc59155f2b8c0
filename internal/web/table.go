package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/internal/report"
	"gongkai/templates/annual"
)

// tableHeads gives the merged head rows of table 三.
func tableHeads() [][]annual.Head {
	var out [][]annual.Head
	for _, row := range report.HeadLines() {
		out = append(out, pageHeads(row))
	}
	return out
}

func pageHeads(heads []report.Head) []annual.Head {
	var out []annual.Head
	for _, h := range heads {
		out = append(out, annual.Head{Text: h.Text, Rows: h.Rows, Cols: h.Cols})
	}
	return out
}

// linker says where a figure leads, and what is written beside it; "" for none.
type linker func(ref report.CellRef, cell report.Cell) (href, title string)

func noLinks(report.CellRef, report.Cell) (string, string) { return "", "" }

// tableLines draws table 三: figures, links, and what does not add up.
func tableLines(t report.Table, broken map[report.CellRef]string, link linker) []annual.Line {
	var out []annual.Line
	for _, l := range report.Layout(t.Format) {
		line := annual.Line{Heads: pageHeads(l.Heads), Sum: l.Row == report.RowTotal}
		row := t.Row(l.Row)
		for c := report.Natural; c <= report.TotalColumn; c++ {
			ref := report.RowCell(l.Row, c)
			line.Cells = append(line.Cells, tableCell(ref, row[c], broken, link))
		}
		out = append(out, line)
	}
	return out
}

func remedyCells(t report.Table, broken map[report.CellRef]string, link linker) annual.Remedy {
	var out annual.Remedy
	for b := range t.Remedies {
		for r, cell := range t.Remedies[b] {
			ref := report.RemedyCell(report.Block(b), report.Result(r))
			out.Cells = append(out.Cells, tableCell(ref, cell, broken, link))
		}
	}
	return out
}

func tableCell(ref report.CellRef, cell report.Cell, broken map[report.CellRef]string, link linker) annual.Cell {
	note, bad := broken[ref]
	href, title := link(ref, cell)
	return annual.Cell{Text: grouped(cell.String()), Href: href, Title: title, Zero: cell.N == 0 && cell.Text == "",
		Unseen: cell.Unseen, Broken: bad, Note: note}
}

// brokenCells finds for every failure of a verdict the two ends at which it is to
// be marked, with the difference. Findings name their place in the form's words,
// so the same words are made here for every place and compared.
func brokenCells(t report.Table, failures []report.Finding) map[report.CellRef]string {
	out := map[report.CellRef]string{}
	for _, f := range failures {
		for _, ref := range ends(t, f) {
			note := f.Identity + " 差" + gap(f)
			if f.Identity == "K4" {
				note = "K4"
			}
			if old := out[ref]; old != "" && !strings.Contains(old, note) {
				note = old + "；" + note
			}
			out[ref] = note
		}
	}
	return out
}

func gap(f report.Finding) string {
	l, errLeft := strconv.ParseInt(f.Left.String(), 10, 64)
	r, errRight := strconv.ParseInt(f.Right.String(), 10, 64)
	if errLeft != nil || errRight != nil {
		return f.Left.String() + "／" + f.Right.String()
	}
	return strconv.FormatInt(l-r, 10)
}

// ends lists the cells at which a failure shows.
func ends(t report.Table, f report.Finding) []report.CellRef {
	var out []report.CellRef
	for c := report.Natural; c <= report.TotalColumn; c++ {
		column := "表三“" + c.Label() + "”列"
		switch {
		case f.Where != column:
		case f.Identity == "K1":
			for _, row := range []report.RowKey{report.RowNew, report.RowCarriedIn, report.RowTotal, report.RowCarriedOut} {
				out = append(out, report.RowCell(row, c))
			}
		case f.Identity == "K2":
			out = append(out, report.RowCell(report.RowTotal, c))
			for _, row := range t.Format.ResultRows() {
				out = append(out, report.RowCell(row, c))
			}
		case f.Identity == "K6":
			out = append(out, report.RowCell(report.RowCarriedIn, c))
		}
		for _, row := range t.Format.Rows() {
			where := "表三“" + row.Path() + "”行"
			if f.Where == where && f.Identity == "K3" || f.Where == where+"“"+c.Label()+"”列" {
				out = append(out, report.RowCell(row, c))
			}
		}
	}
	return append(out, remedyEnds(f)...)
}

func remedyEnds(f report.Finding) []report.CellRef {
	var out []report.CellRef
	for b := range report.Blocks {
		where := "表四“" + report.Block(b).Label() + "”"
		for r := range report.RemedyColumns {
			if f.Where == where || f.Where == where+"“"+report.Result(r).Label()+"”" {
				out = append(out, report.RemedyCell(report.Block(b), report.Result(r)))
			}
		}
	}
	return out
}

// identities lists K1 to K6 with whether they hold.
func identities(v report.Verdict) []annual.Check {
	return holds(v.Failures, []annual.Check{
		{Name: "K1", Meaning: "一＋二＝三（七）＋四，每一列"},
		{Name: "K2", Meaning: "三（七）总计＝各项办理结果之和，每一列"},
		{Name: "K3", Meaning: "总计＝六类申请人之和，每一行"},
		{Name: "K4", Meaning: "每个数字都是不小于0的整数"},
		{Name: "K5", Meaning: "表四总计＝维持＋纠正＋其他＋尚未审结"},
		{Name: "K6", Meaning: "本年“二、上年结转”＝上年“四、结转下年度”，每一列"},
	})
}

// holds marks the checks that have a finding.
func holds(found []report.Finding, list []annual.Check) []annual.Check {
	for i := range list {
		list[i].OK = true
		for _, f := range found {
			if f.Identity == list[i].Name {
				list[i].OK = false
				list[i].Failures = append(list[i].Failures, f.Message)
			}
		}
	}
	return list
}

// tableChecks lists K1 to K12 for the living tables.
func tableChecks(q reportQuery, j judgement) []annual.Check {
	out := identities(j.verdict)
	if !q.plain() {
		return out[:5] // the others are of whole years as known now
	}
	rest := []annual.Check{{Name: "K7", Meaning: "表二现行有效件数＝上年现行有效＋本年制发－本年废止（2021格式）"}, {Name: "K8", Meaning: "表二上一年项目数量＝上年所填项目数量＋增减（2019格式）"}}
	if q.scope.many() {
		rest = append(rest, annual.Check{Name: "K9", Meaning: "本表＝本机关与下级各表之和，逐机关核对见报送情况", Href: q.href("/board")})
	}
	rest = append(rest, annual.Check{Name: "K10", Meaning: "与定稿一致（没有定稿的不比）"}, annual.Check{Name: "K11", Meaning: "自2024年起，不予公开的未经复议直接起诉"}, annual.Check{Name: "K12", Meaning: "按期公布（部门1月31日前，政府3月31日前）"})
	return append(out, holds(append(slices.Clone(j.verdict.Warnings), j.more...), rest)...)
}

// addDeltas writes into each cell its change against the year before.
func addDeltas(view *annual.View, now, before report.Table) {
	if now.Format != before.Format {
		if now.Format == report.Format2019 {
			before = before.To2019()
		}
	}
	change := func(to *annual.Cell, a, b report.Cell) {
		if a.Unseen || b.Unseen || a.Text != "" || b.Text != "" {
			return
		}
		to.Delta = "±0"
		if d := a.N - b.N; d > 0 {
			to.Delta = "+" + number(d)
		} else if d < 0 {
			to.Delta = "−" + number(-d)
		}
	}
	for i, l := range report.Layout(now.Format) {
		was := before.Row(l.Row)
		if was == nil {
			continue // the form of that year has no such row
		}
		for c := range view.Lines[i].Cells {
			change(&view.Lines[i].Cells[c], now.Row(l.Row)[c], was[c])
		}
	}
	for i := range view.Remedy.Cells {
		b, r := i/report.RemedyColumns, i%report.RemedyColumns
		change(&view.Remedy.Cells[i], now.Remedies[b][r], before.Remedies[b][r])
	}
}

// cellName names a cell in the form's words.
func cellName(ref report.CellRef) string {
	if ref.Row.IsZero() {
		return fmt.Sprintf("表四“%s”“%s”", ref.Block.Label(), ref.Result.Label())
	}
	return fmt.Sprintf("表三“%s”“%s”", ref.Row.Path(), ref.Column.Label())
}
