package importer

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlPage takes a web page apart.
func htmlPage(text string) (*page, error) {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, errors.New("网页的标签无法解析")
	}
	p := &page{}
	w := &htmlWalk{page: p}
	w.walk(doc)
	p.prose = w.prose.String()
	p.titles = append(w.headings, w.title...)
	return p, nil
}

// titleParts separates the title proper from the names of site and column.
var titleParts = regexp.MustCompile(`[-_|>»›]+`)

type htmlWalk struct {
	page     *page
	prose    strings.Builder
	headings []string
	title    []string
}

func (w *htmlWalk) walk(n *html.Node) {
	if n.Type == html.TextNode {
		w.prose.WriteString(n.Data)
		return
	}
	if hidden(n) {
		return
	}
	switch n.DataAtom {
	case atom.Title:
		w.title = append(w.title, titleParts.Split(cellText(n), -1)...)
		return
	case atom.H1, atom.H2:
		w.headings = append(w.headings, cellText(n))
	}
	if isTable(n) {
		if g, statutory := w.table(n); statutory {
			w.page.grids = append(w.page.grids, g)
			return
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c)
	}
	if isBlock(n) {
		w.prose.WriteByte('\n')
	}
}

// table lays a table out. A table that only arranges the page (it holds other
// tables, or none of the official heads and labels) is not statutory: its content
// is walked as text, and the tables in it for themselves.
func (w *htmlWalk) table(n *html.Node) (grid, bool) {
	if tableBelow(n) {
		return grid{}, false
	}
	b := newGridBuilder(w.page)
	addRows(b, n)
	g := b.grid()
	return g, g.statutory()
}

// statutory reports whether a grid carries heads or labels of the official forms.
func (g grid) statutory() bool {
	for r := range g.rows {
		for _, c := range g.distinct(r) {
			word := fold(c.text)
			if len(word) > 400 {
				continue
			}
			for _, mark := range []string{"商业企业", "结果维持", "信息内容", "新收政府信息", "不予公开", "不予处理", "无法提供", "结转下年"} {
				if strings.Contains(word, mark) && len(g.distinct(r)) > 1 {
					return true
				}
			}
		}
	}
	return false
}

func addRows(b *gridBuilder, n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !isRow(c) {
			addRows(b, c)
			continue
		}
		b.nextRow()
		addCells(b, c)
	}
}

func addCells(b *gridBuilder, row *html.Node) {
	for c := row.FirstChild; c != nil; c = c.NextSibling {
		if isCell(c) {
			b.add(cellText(c), span(c, "rowspan"), span(c, "colspan"))
		}
	}
}

func span(n *html.Node, name string) int {
	for _, a := range n.Attr {
		if a.Key == name || a.Key == "aria-"+name {
			if v, err := strconv.Atoi(strings.TrimSpace(a.Val)); err == nil && v > 0 {
				return v
			}
		}
	}
	return 1
}

// cellText joins the text below a node, whatever markup lies between.
func cellText(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if hidden(n) {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if isBlock(n) {
			b.WriteByte('\n')
		}
	}
	walk(n)
	return b.String()
}

func hidden(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template:
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "style" && strings.Contains(fold(a.Val), "display:none") {
			return true
		}
	}
	return false
}

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Br, atom.Div, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.Td, atom.Th, atom.Tr, atom.Table, atom.Caption:
		return true
	}
	return false
}

// tableBelow reports whether a table lies below n.
func tableBelow(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if isTable(c) || tableBelow(c) {
			return true
		}
	}
	return false
}

// Some sites draw their tables from divisions: by roles, or by styles.

func isTable(n *html.Node) bool {
	return n.DataAtom == atom.Table || acts(n, []string{"table", "grid"}, "display:table")
}

func isRow(n *html.Node) bool {
	return n.DataAtom == atom.Tr || acts(n, []string{"row"}, "display:table-row")
}

func isCell(n *html.Node) bool {
	return n.DataAtom == atom.Td || n.DataAtom == atom.Th ||
		acts(n, []string{"cell", "gridcell", "columnheader", "rowheader"}, "display:table-cell")
}

// acts reports whether a plain element has one of the roles or the style.
func acts(n *html.Node, roles []string, style string) bool {
	if n.DataAtom != atom.Div && n.DataAtom != atom.Span {
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "role":
			return slices.Contains(roles, a.Val)
		case "style":
			if slices.Contains(strings.Split(fold(a.Val), ";"), style) {
				return true
			}
		}
	}
	return false
}
