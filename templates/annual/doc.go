// Package annual draws the statutory tables of a year exactly as the official
// form has them, each figure a way to its cases, and the page that says what one
// figure counts. It adds nothing up.
package annual

import "gongkai/templates/parts"

// View is the tables of one agency and year.
type View struct {
	parts.Page
	Heading   string // 福州市2019年政府信息公开年度报告数据
	Basis     string // format, whole or own, 数据截至
	Year      string
	Years     []parts.Option
	Switches  []Switch // format, own or whole
	Downloads []Link
	Head      [][]Head
	Lines     []Line
	Remedy    Remedy
	Proactive []Proactive
	Enter     string // address of the form of table 二; "" for who may not
	Checks    []Check
	Holds     bool // every identity holds
	Verdict   string
	Rules     []Rule
	Figures   []string // sentences that the text of the report quotes
	Bars      []Bars
	Empty     string
	Ways      []Link // to the whole document, the lock, the board
	Period    Period
	Problems  []parts.Problem
}

// Period is the form of which part of the year is shown, as known when.
type Period struct {
	From, To, AsOf, Note string
	Compare, Open        bool
}

// Switch is one choice among links: the one in force has no address.
type Switch struct {
	Label string
	Links []Link
}

// Link is a word and where it leads; no address where it is the present one.
type Link struct{ Label, Href string }

// Rule says what a row counts; Href leads to its own page.
type Rule struct{ Label, Sentence, Href string }

// Head is a merged cell.
type Head struct {
	Text       string
	Rows, Cols int
}

// Line is one row of table 三.
type Line struct {
	Heads []Head
	Cells []Cell
	Sum   bool
}

// Cell is one figure: what it shows, where its cases are, what it counts, and
// what does not add up in it.
type Cell struct {
	Text, Href, Title string
	Define            string
	Zero, Unseen      bool
	Broken            bool
	Note              string // the difference
	Delta             string // change against the year before; "" where it is not shown
}

// Remedy is table 四: fifteen figures under their heads.
type Remedy struct{ Cells []Cell }

// Proactive is one block of table 二.
type Proactive struct {
	Item  string
	Heads []string
	Rows  [][]string
	Notes []string // what does not agree with last year's
}

// EnterView is the form of table 二.
type EnterView struct {
	parts.Page
	Heading, Basis string
	Back, Action   string
	Seen           string // place of the last entry that the user sees
	Saved          bool
	Problems       []parts.Problem
	Rows           []EnterRow
	History        []string
}

// EnterRow is a row of table 二 and the fields of its figures.
type EnterRow struct {
	Label  string
	Inputs []parts.Input
}

// Check is one identity and whether it holds.
type Check struct {
	Name, Meaning string
	Href          string // where more is told
	OK            bool
	Failures      []string
}

// Bars is a figure with its table: name, value, share.
type Bars struct {
	Title string
	Rows  []Bar
	Note  string
}

// Bar is one line of a figure; Width is its share of the longest, 0 to 1000.
type Bar struct {
	Label, Value, Share, Href string
	Width                     int
}

// CellView says what one figure counts.
type CellView struct {
	parts.Page
	Heading  string
	Figure   string
	Sentence string
	Cases    string // address of the cases
	Back     string
	Remedies []RemedyCase
	Change   string // against the year before
	Units    []UnitShare
}

// UnitShare is what one agency brings to a figure.
type UnitShare struct{ Name, Href, Figure, Note string }

// RemedyCase is a case that stands in a cell of table 四.
type RemedyCase struct{ Number, Href, Subject string }

// DocumentView is the whole report as it stands, and the form of its text.
type DocumentView struct {
	parts.Page
	Heading, Back, Action, Return string
	Downloads                     []Link
	Text                          []Paragraph
	Missing, Untrue               []string
	Edits, Saved, Bent            bool
	Seen                          string // place of the last text that the editor sees
	Problems                      []parts.Problem
	Sentences                     []Sentence
	Chapters                      []Chapter
	Notes, Counting               []string
	CountingHref, FiguresHref     string
	Charts                        []Chart
	Names                         []parts.Pair // what may stand in braces
}

// Chart is a figure with its table.
type Chart struct {
	Title, Note, SVG string
	Rows             []parts.Pair
}

// Paragraph is one of the document; Heading 1 is a chapter, 2 a heading in it.
type Paragraph struct {
	Text    string
	Heading int
	Missing bool
}

// Sentence is one from the records, to be said or not, in these words or others.
type Sentence struct {
	Code, Label, Text, Template, Untrue, Problem, Note string
	On                                                 bool
}

// Chapter is the free text under a heading.
type Chapter struct {
	Code, Title, Text, Problem string
	Records                    bool
}

// ReturnView is how far a report has come.
type ReturnView struct {
	parts.Page
	Heading, Back, Document, Action string
	Problems                        []parts.Problem
	Findings                        []Check // OK: it asks for words; else it blocks
	Explain                         []parts.Input
	Blocked, Edits, Locks, Own      bool
	Waiting, WaitingReason          string // who asked for the lock, "" nobody
	Proposal, Today, Reason         string
	Versions                        []Version
	Steps                           []StepMark
	Carried                         []MovedCase // why K6 does not hold
	Review                          string      // what the agency above said
	Sheets                          []Link      // to print
	Scans                           bool        // may add scans
	ScanAction                      string
}

// StepMark is a state of the report on its way.
type StepMark struct {
	Name, Note string
	Done, Here bool
}

// Version is a locked report, and in what the register has moved since.
type Version struct {
	Number, Locked, Hash, Reason, Submitted, Published string
	Last                                               bool
	Downloads                                          []Link
	Cells                                              []string
	Moved                                              []MovedCase
	Law, Calendar                                      string
	Counting, Explained                                []string
	Scans                                              []Link
	Corrected                                          []string // cells that differ from the version before
	CorrectedCases                                     []MovedCase
}

// steps are what has still to be noted: code and word.
func (v Version) steps() [][2]string {
	var out [][2]string
	if v.Submitted == "" {
		out = append(out, [2]string{"submitted", "上报"})
	}
	if v.Published == "" {
		out = append(out, [2]string{"published", "公布"})
	}
	return out
}

// MovedCase is a case that stands otherwise now than when a report was locked.
type MovedCase struct{ Number, Href, Before, Now string }

// BoardView is who has handed in a return.
type BoardView struct {
	parts.Page
	Heading, Back, Action, Blank, Saved, Due string
	Review, Chase, Hand, Remark, Agency      string
	Only, Unit                               string
	Problems                                 []parts.Problem
	Edits, Late                              bool
	Returned, Missing                        int
	Rows                                     []BoardRow
	Choices                                  []parts.Option
	Filters                                  []Link
}

// BoardRow is an agency of the board. Group is the one filter that shows it.
type BoardRow struct {
	Name, Code, Key, Href, State, New, Done, Locked string
	Reviewed, Wrong, Group                          string
	Chased                                          []string
	Missing, Open, Back                             bool
}

// FiguresView is the form of what no case tells.
type FiguresView struct {
	parts.Page
	Heading, Back, Action, Document, Seen, Last string
	Saved, Edits                                bool
	Problems                                    []parts.Problem
	Rows                                        []FigureRow
	Opening, Published                          []parts.Input
}

// FigureRow is one figure with last year's beside.
type FigureRow struct{ Place, Name, Value, Unit, Before, Problem string }

// CountingView is how is counted what the rules leave open.
type CountingView struct {
	parts.Page
	Heading, Back, Action, By, Note, Seen string
	Saved, Changes                        bool
	Problems                              []parts.Problem
	Questions                             []Question
}

// Question is one of them.
type Question struct {
	Code, Title, Hint, Sentence string
	Computed                    bool
	Options                     []parts.Option
}

// SheetView is the sheet to be signed, or the page to be sealed.
type SheetView struct {
	parts.Page
	Heading, Agency, Back, Printed, Version, Locked, Hash, Reason string
	Seals                                                         bool
	Figures                                                       []parts.Pair
}

// HandView is the form of a return that is typed in.
type HandView struct {
	parts.Page
	Heading, Back, Action, Unit string
	Problems                    []parts.Problem
	Head                        [][]Head
	Lines                       []HandLine
	Blocks                      []HandBlock
	Whole, HasBelow             bool
}

// HandLine is a row of table 三.
type HandLine struct {
	Heads  []Head
	Fields []Field
}

// HandBlock is a part of table 四.
type HandBlock struct {
	Title  string
	Heads  []string
	Fields []Field
}

// Field is a cell to be filled; a sum is shown alone.
type Field struct {
	Name, Value, Label string
	Sum, Wrong         bool
}

// ChaseView is the letters to those whose return is missing.
type ChaseView struct {
	parts.Page
	Heading, Back, Action, Docx, Due string
	Saved, Edits                     bool
	Problems                         []parts.Problem
	Units                            []ChasedUnit
	Letters                          []Letter
}

// ChasedUnit is an agency whose return is missing, and what was said before.
type ChasedUnit struct {
	Code, Name, Note string
	Before           []string
}

// Letter is one letter.
type Letter struct {
	To, Title, From, On string
	Text                []string
}

// signers are who sign the sheet.
func signers() []string { return []string{"拟稿", "审核", "签发"} }
