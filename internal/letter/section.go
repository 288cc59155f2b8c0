package letter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// section is a {{#name}} or {{^name}} with its end.
type section struct {
	name         string
	without      bool // {{^name}}
	first, last  *etree.Element
	openAt, done [2]int // of the marks in their paragraphs' texts
}

// firstSection finds the first section that begins below an element.
func (m *merger) firstSection(root *etree.Element) (*section, bool) {
	if m.lenient { // a file that came back is filled with its number, and no more
		return nil, false
	}
	all := paragraphs(root)
	for i, p := range all {
		if m.done[p] {
			continue
		}
		text := textOf(p).text
		for _, mark := range fieldMark.FindAllStringSubmatchIndex(text, -1) {
			sign, name := text[mark[2]:mark[3]], text[mark[4]:mark[5]]
			if sign != "#" && sign != "^" {
				continue
			}
			s := &section{name: name, without: sign == "^", first: p, openAt: [2]int{mark[0], mark[1]}}
			m.findEnd(s, all[i:])
			return s, true
		}
	}
	return nil, false
}

// findEnd looks for the mark that ends a section, and leaves last nil if there is
// none; sections of the same name inside it have ends of their own.
func (m *merger) findEnd(s *section, from []*etree.Element) {
	open := 0
	for i, p := range from {
		text := textOf(p).text
		for _, mark := range fieldMark.FindAllStringSubmatchIndex(text, -1) {
			if i == 0 && mark[0] < s.openAt[0] || text[mark[4]:mark[5]] != s.name {
				continue
			}
			switch text[mark[2]:mark[3]] {
			case "#", "^":
				open++
			case "/":
				if open--; open == 0 {
					s.last, s.done = p, [2]int{mark[0], mark[1]}
					return
				}
			}
		}
	}
}

// expand puts what a section comes to in its place.
func (m *merger) expand(root *etree.Element, s *section, scope []Fields) error {
	text := textOf(s.first).text
	if s.last == nil {
		return fmt.Errorf("%s“%s”里的“{{#%s}}”没有与之成对的“{{/%s}}”", m.place, short(strings.TrimSpace(text)), s.name, s.name)
	}
	items, known := itemsOf(s, scope)
	if !known {
		return m.unknown(s.name, text)
	}
	m.touched = true
	if s.first == s.last && !wraps(text, s) {
		return m.inline(s, items, text)
	}
	parent, region := regionOf(s)
	if parent == nil || parent.Tag == "document" {
		return fmt.Errorf("%s“%s”里的“{{#%s}}”与“{{/%s}}”不在同一处，不能重复", m.place, short(strings.TrimSpace(text)), s.name, s.name)
	}
	if len(items) > mostCopies {
		return fmt.Errorf("%s的“%s”有%d项，最多%d项", m.place, s.name, len(items), mostCopies)
	}
	textOf(s.last).cut(s.done[0], s.done[1], "")
	textOf(s.first).cut(s.openAt[0], s.openAt[1], "")
	drop := emptied(s)
	at := region[0].Index()
	for i, item := range items {
		holder := etree.NewElement("w:holder")
		for _, e := range region {
			holder.AddChild(e.Copy())
		}
		dropEmptied(holder, region, drop)
		if i > 0 {
			uniqueOnly(holder)
		}
		if err := m.merge(holder, append(slices.Clone(scope), item)); err != nil {
			return err
		}
		for len(holder.Child) > 0 {
			token := holder.Child[0]
			holder.RemoveChildAt(0)
			parent.InsertChildAt(at, token)
			at++
		}
	}
	for _, e := range region {
		parent.RemoveChild(e)
	}
	mend(parent)
	return nil
}

// itemsOf gives what a section is repeated over: the items of a list, or one or
// none for a condition.
func itemsOf(s *section, scope []Fields) (items []Fields, known bool) {
	list := s.name
	for _, f := range FieldTable() {
		if f.IsList && f.Code == s.name {
			list = f.Name
		}
	}
	for i := len(scope) - 1; i >= 0; i-- {
		if got, ok := scope[i].Lists[list]; ok {
			return conditional(s, got, len(got) > 0), true
		}
	}
	for _, f := range FieldTable() {
		if f.IsList && f.Name == list {
			return conditional(s, nil, false), true
		}
	}
	value, known := lookUp(s.name, scope)
	return conditional(s, []Fields{{}}, strings.TrimSpace(value) != ""), known
}

func conditional(s *section, items []Fields, there bool) []Fields {
	switch {
	case s.without && !there:
		return []Fields{{}}
	case s.without || !there:
		return nil
	}
	return items
}

// wraps reports whether a section is all that its paragraph holds.
func wraps(text string, s *section) bool {
	return strings.TrimSpace(text[:s.openAt[0]]) == "" && strings.TrimSpace(text[s.done[1]:]) == ""
}

// inline keeps or drops a condition inside a paragraph.
func (m *merger) inline(s *section, items []Fields, text string) error {
	if len(items) > 1 {
		return fmt.Errorf("%s“%s”里的“%s”有多项，应当独占一段或一行", m.place, short(strings.TrimSpace(text)), s.name)
	}
	if len(items) == 0 {
		textOf(s.first).cut(s.openAt[0], s.done[1], "")
		return nil
	}
	if len(items[0].Text) > 0 { // a list of one
		return fmt.Errorf("%s“%s”里的“%s”应当独占一段或一行", m.place, short(strings.TrimSpace(text)), s.name)
	}
	textOf(s.first).cut(s.done[0], s.done[1], "")
	textOf(s.first).cut(s.openAt[0], s.openAt[1], "")
	return nil
}

// regionOf gives the elements that a section repeats: its paragraph, the paragraphs
// from its first to its last, or the rows of a table that its marks stand in.
func regionOf(s *section) (parent *etree.Element, region []*etree.Element) {
	if s.first == s.last {
		return s.first.Parent(), []*etree.Element{s.first}
	}
	above := map[*etree.Element]*etree.Element{} // each element above the first paragraph: the child through which
	for e := s.first; e.Parent() != nil; e = e.Parent() {
		above[e.Parent()] = e
	}
	last := s.last
	for ; last.Parent() != nil && above[last.Parent()] == nil; last = last.Parent() {
	}
	parent = last.Parent()
	if parent == nil {
		return nil, nil
	}
	first := above[parent]
	if parent.Tag == "tr" { // cells of one row: the row is repeated
		return parent.Parent(), []*etree.Element{parent}
	}
	for _, e := range parent.ChildElements() {
		if e.Index() >= first.Index() && e.Index() <= last.Index() {
			region = append(region, e)
		}
	}
	return parent, region
}

// emptied tells which of the two paragraphs of a section held its mark alone.
func emptied(s *section) map[*etree.Element]bool {
	drop := map[*etree.Element]bool{}
	if s.first == s.last {
		return drop
	}
	for _, p := range []*etree.Element{s.first, s.last} {
		if strings.TrimSpace(textOf(p).text) == "" && p.FindElement(".//w:drawing") == nil && p.FindElement(".//w:pict") == nil && p.FindElement(".//w:sectPr") == nil {
			drop[p] = true
		}
	}
	return drop
}

// dropEmptied takes those paragraphs out of the copies.
func dropEmptied(holder *etree.Element, region []*etree.Element, drop map[*etree.Element]bool) {
	if len(drop) == 0 {
		return
	}
	var olds []*etree.Element
	for _, e := range region {
		olds = append(olds, paragraphs(e)...)
	}
	copies := paragraphs(holder)
	for i, p := range olds {
		if drop[p] && i < len(copies) {
			parent := copies[i].Parent()
			parent.RemoveChild(copies[i])
			mend(parent)
		}
	}
}

// uniqueOnly takes out of a further copy what may stand in a document once.
func uniqueOnly(root *etree.Element) {
	var walk func(*etree.Element)
	walk = func(e *etree.Element) {
		for _, c := range e.ChildElements() {
			if c.Space == "w" && (c.Tag == "bookmarkStart" || c.Tag == "bookmarkEnd") {
				e.RemoveChild(c)
				continue
			}
			for _, a := range slices.Clone(c.Attr) {
				if a.Space == "w14" && (a.Key == "paraId" || a.Key == "textId") {
					c.RemoveAttr("w14:" + a.Key)
				}
			}
			walk(c)
		}
	}
	walk(root)
}

// mend keeps a document readable after something was taken out: a cell needs a
// paragraph, a table a row.
func mend(parent *etree.Element) {
	switch {
	case parent == nil || parent.Space != "w":
	case parent.Tag == "tc" && parent.SelectElement("w:p") == nil,
		parent.Tag == "txbxContent" && len(parent.ChildElements()) == 0, (parent.Tag == "hdr" || parent.Tag == "ftr") && len(parent.ChildElements()) == 0:
		parent.AddChild(etree.NewElement("w:p"))
	case parent.Tag == "tbl" && parent.SelectElement("w:tr") == nil && parent.Parent() != nil:
		above := parent.Parent()
		above.RemoveChild(parent)
		mend(above)
	}
}
