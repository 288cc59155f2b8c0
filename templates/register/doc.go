// Package register draws the register of cases (依申请公开台账), its print, and
// the page of one case. Names are masked before they come here.
package register

import "gongkai/templates/parts"

// ListView is the register.
type ListView struct {
	parts.Page
	Heading                string
	Cell                   string // the sentence of the statutory cell whose cases these are
	CellWay                string // the words that lead back to it
	CellBack               string // the table that it stands in
	Chips                  []parts.Chip
	All                    string // the register without filters
	Filters                Filters
	Open                   bool // filters unfolded: something in them is wrong
	Problems               []parts.Problem
	Heads                  []Head
	Rows                   []Row
	Prev                   string
	Next                   string
	Count                  string // 本页50件
	PrintHref              string
	FileHref               string // the list as a workbook
	Filtered               bool
	HasCases               bool
	Views                  []parts.Pair      // lists kept under a name: name, address
	Drop                   map[string]string // by name: where one is removed
	Query                  string            // of this list, to be kept
	CanRegister, CanImport bool              // what the visitor may do with an empty register
}

// Filters is the form above the list, as it was sent.
type Filters struct {
	Agency                                             string
	Own                                                bool
	Sort, Cell                                         string
	Text                                               string
	Years, Lights, States, Outcomes, Kinds, Channels   []parts.Option
	ReceivedFrom, ReceivedTo, AnsweredFrom, AnsweredTo string
}

// Head is a column's head; a sortable one leads to the list sorted by it.
type Head struct {
	Label, Href string
	Sorted      string // "ascending", "descending" or ""
	Class       string
}

// Row is one case in the list.
type Row struct {
	Light       parts.Light
	Provisional bool
	Number      string
	Href        string
	Agency      string
	Subject     string
	Applicant   string
	Kind        string
	Channel     string
	Officer     string // who handles it
	Received    string
	Due         string
	Answered    string
	Outcome     string
	Next        string
}

// PrintView is the register on paper, with the columns that were chosen.
type PrintView struct {
	parts.Page
	Heading string
	Basis   string // the filters in words
	Heads   []string
	Rows    [][]string
	Columns []parts.Option // for choosing
	Paper   string
	Hidden  []parts.Pair
	Cut     string // said when there are more cases than one print takes
	Back    string
}

// CaseView is the page of one case.
type CaseView struct {
	parts.Page
	Number, Agency, Applicant string
	Light                     parts.Light
	Received, Due, Next       string
	DueLabel                  string // what Due is
	Safe                      string
	Provisional               bool
	Content                   string
	Items                     []string
	Facts                     []Fact
	Timeline                  []Entry
	Ruler                     parts.Ruler
	Verdict                   string
	Steps                     []parts.Step
	Terms                     []Term
	Breaches                  []string
	People                    []Person
	Opened                    bool // the personal fields are shown
	OpenPath                  string
	Disputes                  []Dispute
	Acts                      []Act
	Proposal                  string // what is before the chain of approval
	Marks                     []string
	Calculator                string // the same clock as a calculation
	Back                      string
	BackWord                  string // where Back leads: 台账, 督办管理
	CasePath                  string
	Sheets                    []Act // papers to print or to copy from
	Problems                  []parts.Problem
	Files                     []File
	FileKinds                 []parts.Option
	FileEvents                []parts.Option // the facts to which a file may belong
	Scans                     []parts.Option // what the scanner has left, to be added
	Letters                   LettersCard
	FilesPath                 string          // "" where the visitor does not handle the case
	Readers                   []parts.Option  // who may be named as a reader of a sensitive case
	Limited                   bool            // it is sensitive
	ReadersPath               string          // "" where the visitor may not limit it
	Issued, Calendar          string          // of the sheet of the clock: the day, the notices it follows
	Barred                    []Act           // what can't be done today, Needs saying why
	Related                   []parts.Related // the cases that it came of, and those that came of it
	Void                      string          // since when and in favour of which case it is void; "" if it counts
}

// FillBackView is what the province's platform asks after the answer.
type FillBackView struct {
	parts.Page
	Number, CasePath, Platform string
	Answered                   bool
	Facts                      []Fact
}

// Fact is a line of the summary list.
type Fact struct {
	Label, Value, Note string
	Change             string // address of its correction; "" where there is none
	ChangeWord         string // what the link is called, if not 更正
}

// Word is what the link of a fact is called.
func (f Fact) Word() string {
	if f.ChangeWord != "" {
		return f.ChangeWord
	}
	return "更正"
}

// Entry is a dated fact of the timeline.
type Entry struct {
	On, OnText, What, Detail string
	Effects                  []string
	Breaches                 []string
	Notes                    []Fact
	By                       string
	Class                    string
	Correct                  string // leads to correcting it, "" where nothing can be
	Seq                      int
	Files                    []File // that belong to it
}

// Term is a term of some party.
type Term struct{ Label, From, Due, Article, State string }

// Person is a party of the case, masked.
type Person struct {
	Role, Name, Kind string
	Lines            []Fact
}

// Dispute is a review or suit.
type Dispute struct{ Kind, Filed, Closed, Result, Note string }

// Act is what the law allows now.
type Act struct {
	Label, Needs, Clock, Article, Last, Href string
	Primary                                  bool
}

// File is a paper of the case.
type File struct {
	Kind, Name, Size, Note string
	Href, Withdraw         string // Withdraw: "" where nothing is left to withdraw
	Withdrawn              string
	Small                  string // its thumbnail, "" for none
	Of                     string // the fact that it belongs to, in words; "" for the case
}

// LettersCard is the letters of a case in short; without Path nothing is shown.
type LettersCard struct {
	Path  string
	Lines []LetterLine
	Due   []LetterStart // what an act sends and nobody has drafted
}

// LetterLine is one letter.
type LetterLine struct{ Label, State, Class, Href string }

// LetterStart is the form that drafts a letter.
type LetterStart struct{ Label, Kind, Seq, Key string }
