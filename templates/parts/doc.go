// Package parts holds the frame that every page stands in and the pieces that
// several pages share: the light of a case, chips, the error summary, the clock
// ruler with its steps, fields. Its types are what a page needs to be drawn,
// already worded; it reads nothing, decides nothing and knows no other package
// of ours.
package parts

import "strconv"

// Page is what the frame of a page needs.
type Page struct {
	Plain     bool   // other machines come over plain HTTP: the page says so
	Damaged   bool   // the database is damaged and takes nothing more: every page says so
	Alarm     string // that there is no backup, for who has to mend it
	Title     string // stands before the product's name
	Wrong     bool   // the form was refused: the title says so first
	Place     string // which place of the frame is lit: home, cases, report, import, check, calculator, help
	Wide      bool   // tables may use the whole width
	Large     bool   // large text
	Paper     string // "a4" or "a3": a page made to be printed in landscape
	Agencies  []Option
	Agency    string // code of the agency in view, "" where there is none
	AgencyIs  string // its name
	Path      string // where the page is, for the agency switch
	Keep      []Pair // parameters that the agency switch keeps
	Search    string // what was searched for
	Late      int    // late cases of the agency in view, shown beside 台账; 0 shows nothing
	Year      int    // reporting year that 年报 leads to
	AsOf      string // 数据截至, as a sentence writes it
	At        string // the moment of the page, for who prints it
	Version   string // of the static files, so that browsers may keep them
	ShowFrame bool   // false: a bare page (before there is a database)
	SignedIn  bool
	Works     bool   // holds a working role: may search for cases
	Who       string // name of who is signed in
	Roles     string // what he is, in words
	Token     string // that every form must carry (Token)
	Bell      int    // reminders that are not read
	Toast     string // an urgent one, told once where scripts run
	ToastID   string
	For       string  // for whom he acts besides, "" for nobody
	Menu      []Place // where the visitor may go
}

// Place is one line of the main menu.
type Place struct {
	Name, Href, Label string
	Late              int // late cases, shown beside it
}

// Option is one choice of a select; Depth indents it below its parent.
type Option struct {
	Value, Label string
	Depth        int
	Chosen       bool
}

// Pair is a parameter and its value.
type Pair struct{ Name, Value string }

// Light is the state of a case as every screen shows it: class, sign and words.
type Light struct {
	Kind string // late, today, soon, open, waiting, closed, void
	Word string // 逾期3个工作日
}

// Sign gives the mark that stands for the light without colour.
func (l Light) Sign() string {
	switch l.Kind {
	case "late":
		return "◆"
	case "today", "soon":
		return "▲"
	case "open":
		return "●"
	case "waiting":
		return "‖"
	case "void":
		return "✕"
	}
	return "✓"
}

// Related is a case that belongs to another; without address where who reads may not
// open it.
type Related struct {
	Word, Number, Href string
	Light              Light
}

// Chip is a filter in force and the address without it.
type Chip struct{ Label, Without string }

// Problem is one thing that is wrong with what was sent: the field's name, and
// the sentence that stands in the summary and at the field.
type Problem struct{ Field, Message string }

// Message gives the sentence for a field, "" if nothing is wrong with it.
func Message(problems []Problem, field string) string {
	for _, p := range problems {
		if p.Field == field {
			return p.Message
		}
	}
	return ""
}

// Input is a labelled field of one line.
type Input struct {
	Name, Label, Hint, Value string
	Optional, Short, Focus   bool // Focus: the page opens with the cursor here
	Problems                 []Problem
}

// Ruler is the clock of a case as weeks of days.
type Ruler struct {
	Summary string // the same in one sentence, read out instead of the drawing
	Weeks   []Week
	Legend  []Legend
}

// Week is a run of days that stays together; Label names the month where one begins.
type Week struct {
	Label string
	Days  []Day
}

// Day is one cell: class by what the day is to the clock, what stands in it and
// what it says when pointed at.
type Day struct {
	Class, Number, Mark, Title string
}

// Legend explains one class of day.
type Legend struct{ Class, Mark, Text string }

// Step is one line of 期限说明.
type Step struct {
	On, Text, Article string
	Breach            bool
}

// bellWords says what the bell shows, also where its word has no room.
func (p Page) bellWords() string {
	if p.Bell == 0 {
		return "提醒"
	}
	return "提醒，" + strconv.Itoa(p.Bell) + "条未读"
}

// capped keeps a count short beside its sign.
func capped(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}

func indent(o Option) string {
	const wide = "\u3000" // a full-width blank: selects cannot be indented otherwise
	out := ""
	for range o.Depth {
		out += wide
	}
	return out + o.Label
}

func (p Page) title() string {
	t := p.Title + " - 依申请公开办理系统"
	if p.Wrong {
		return "错误：" + t
	}
	return t
}

func (p Page) href(path string) string {
	if p.Agency == "" {
		return path
	}
	return path + "?agency=" + p.Agency
}

// Asset is the address of one of the pages' own files.
func (p Page) Asset(name string) string { return p.asset(name) }

func (p Page) asset(name string) string { return "/static/" + name + "?v=" + p.Version }

// Asset gives the address of a static file, for pages with a frame of their own.
func Asset(p Page, name string) string { return p.asset(name) }

func (p Page) here() string {
	out := p.Path
	sep := "?"
	for _, k := range append([]Pair{{"agency", p.Agency}}, p.Keep...) {
		if k.Value != "" {
			out += sep + k.Name + "=" + escape(k.Value)
			sep = "&"
		}
	}
	return out
}
