package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"path"
	"strconv"
	"strings"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// Dossier is a case as it goes to a review body or a court: everything that is
// recorded of it, with the people named.
type Dossier struct {
	Head
	Agency   string
	Day      calendar.Date // of making it
	By       string        // who made it
	Case     *cases.Case   // personal fields opened
	Clock    deadline.Clock
	Calendar string            // by which the clock was judged
	Names    map[string]string // of those who recorded something, by their mark
	Papers   []Paper
	Letters  []Paper // issued: in the order of issuing
	Services []Service
}

// Paper is a file of the case, or a letter that was issued.
type Paper struct {
	Kind, Name string
	Ending     string // of the file's name in the bundle: pdf, jpg ...
	Note       string // who added it when; number and day of a letter
	Withdrawn  string // why it was taken back; "" while it stands
	Pages      int    // 0: not known
	Content    func() ([]byte, error)
}

// Service is one attempt to bring a letter to its addressee.
type Service struct {
	Letter, Way, Number, By, Note string
	Lines                         []Line // the days that prove it
	Failed                        string
}

// Line is a fact with its name.
type Line struct{ Label, Value string }

// row is a line of the index: a piece, its pages, and where it stands.
type row struct {
	Piece             int
	Title, Note, Name string
	Pages, From, To   int // 0: not known
}

// Entries gives the entries of the evidence bundle, the index first.
func (d Dossier) Entries() ([]Entry, error) {
	var entries []Entry
	var index []row
	add := func(r row, e Entry) {
		r.Piece, r.Name, r.Title = len(index)+1, e.Name, e.Title
		index = append(index, r)
		entries = append(entries, e)
	}
	for _, p := range d.pages() {
		if len(p.Sections) == 0 {
			continue
		}
		text, err := draw("page", p)
		if err != nil {
			return nil, err
		}
		add(row{Note: p.Note}, Fixed(p.file, p.Title, text))
	}
	for _, group := range []struct {
		folder string
		papers []Paper
	}{{"letters", d.Letters}, {"papers", d.Papers}} {
		for i, p := range group.papers {
			name := fmt.Sprintf("%s/%03d.%s", group.folder, i+1, ascii(p.Ending))
			add(row{Note: p.note(), Pages: p.Pages}, Entry{Name: name, Title: strings.TrimSpace(p.Kind + " " + p.Name), Content: p.Content})
		}
	}
	record, err := d.record()
	if err != nil {
		return nil, err
	}
	add(row{Note: "供程序读取"}, Fixed("record.json", "登记数据", record))
	number(index)
	first, err := draw("index", indexPage{Dossier: d, Rows: index})
	if err != nil {
		return nil, err
	}
	return append([]Entry{Fixed("index.html", "目录", first)}, entries...), nil
}

func (p Paper) note() string {
	if p.Withdrawn != "" {
		return p.Note + "；已收回：" + p.Withdrawn
	}
	return p.Note
}

// number gives the pieces their pages, as long as all before them are known.
func number(rows []row) {
	next := 1
	for i := range rows {
		if rows[i].Pages == 0 || next == 0 {
			continue // pages for the screen carry no number of the paper file
		}
		rows[i].From, rows[i].To = next, next+rows[i].Pages-1
		next += rows[i].Pages
	}
}

func ascii(ending string) string {
	ending = strings.Trim(strings.ToLower(path.Ext("x."+ending)), ".")
	if ending == "" || strings.Trim(ending, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return "bin"
	}
	return ending
}

// page is one of our own sheets.
type page struct {
	file          string
	Title, Number string
	Agency, Note  string
	Made          string
	Sections      []section
}

type section struct {
	Title string
	Lines []Line   // a list of facts
	Texts []string // paragraphs
	Head  []string // a table, if it has a head
	Rows  [][]string
}

// pages words the case, sheet by sheet; one without sections is left out.
func (d Dossier) pages() []page {
	sheets := []page{
		{file: "application.html", Title: "政府信息公开申请（据登记内容）", Sections: d.application()},
		{file: "history.html", Title: "办理经过", Note: "事项、日期、登记人和登记时间", Sections: d.history()},
		{file: "clock.html", Title: "期限说明书", Sections: d.clock()},
		{file: "consultations.html", Title: "征求意见情况", Sections: d.consultations()},
		{file: "search.html", Title: "检索记录", Sections: d.searches()},
		{file: "services.html", Title: "送达情况", Sections: d.services()},
	}
	for i := range sheets {
		sheets[i].Number, sheets[i].Agency, sheets[i].Made = d.Number, d.Agency, d.Day.Chinese()
	}
	return sheets
}

func (d Dossier) application() []section {
	out := []section{{Title: "申请事项", Lines: []Line{{"受理机关", d.Agency}, {"登记编号", d.Number}}}}
	for _, e := range cases.Timeline(d.Case.Events, 0) {
		if r, ok := e.Fact.(cases.Received); ok {
			out[0].Lines = append(out[0].Lines, received(e, r)...)
		}
	}
	roles := map[string]string{"applicant": "申请人", "joint": "共同申请人", "agent": "代理人"}
	for _, p := range d.Case.Parties {
		a := p.Applicant
		out = append(out, section{Title: roles[p.Role], Lines: filled([]Line{{"姓名或名称", a.Name}, {"类型", a.Kind.Label()}, {"证件号码", a.IDNumber},
			{"联系电话", a.Phone}, {"电子邮箱", a.Email}, {"地址", a.Address}})})
	}
	content := section{Title: "申请内容", Texts: []string{d.Case.Content}}
	for i, item := range d.Case.Items {
		content.Texts = append(content.Texts, strconv.Itoa(i+1)+"．"+item)
	}
	return append(out, content)
}

func received(e cases.Event, r cases.Received) []Line {
	return filled([]Line{{"收到申请之日", day(e.On)}, {"渠道", r.Channel.Label()}, {"提交日期", day(r.Submitted)}, {"到达日期", day(r.Arrived)},
		{"签收日期", day(r.Signed)}, {"双方确认日期", day(r.Confirmed)}, {"邮件号", r.Mail}, {"来源平台", r.Platform}, {"平台编号", r.PlatformNumber},
		{"信息形式", formWord(r.Form)}, {"获取方式", cases.WayWord(r.Way)}})
}

func formWord(code string) string {
	return map[string]string{"paper": "纸质", "file": "电子", "copy": "抄录", "read": "查阅"}[code]
}

func filled(lines []Line) []Line {
	var out []Line
	for _, l := range lines {
		if l.Value != "" {
			out = append(out, l)
		}
	}
	return out
}

func day(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Chinese()
}

// history lists every record, those that were corrected too: what was written is
// part of the evidence.
func (d Dossier) history() []section {
	table := section{Head: []string{"序号", "日期", "事项", "登记人", "登记时间"}}
	gone := map[int]bool{}
	for _, e := range d.Case.Events {
		gone[e.Replaces] = true
	}
	for _, e := range d.Case.Events {
		what := cases.FactLabel(e.Fact)
		if detail := cases.FactDetail(e.Fact); detail != "" {
			what += "：" + detail
		}
		if _, void := e.Fact.(cases.Voided); void {
			what = "撤销第" + strconv.Itoa(e.Replaces) + "条"
		} else if e.Replaces != 0 {
			what += "（更正第" + strconv.Itoa(e.Replaces) + "条）"
		}
		if gone[e.Seq] {
			what += "（已被后来的登记更正）"
		}
		for _, n := range d.Case.NotesOf(e.Seq) {
			what += "\n" + cases.NoteLabel(n.Kind) + "：" + n.Text
		}
		table.Rows = append(table.Rows, []string{strconv.Itoa(e.Seq), e.On.String(), what, d.who(e), instant(e.At)})
	}
	return []section{table}
}

func (d Dossier) who(e cases.Event) string {
	if e.History {
		return "自台账导入"
	}
	if e.By == "command" {
		return "命令行"
	}
	if name := d.Names[e.By]; name != "" {
		return name
	}
	return e.By
}

// instant writes when something was recorded, in the time of the office.
func instant(at int64) string {
	return time.UnixMicro(at).In(time.FixedZone("CST", 8*60*60)).Format("2006-01-02 15:04:05")
}

func (d Dossier) clock() []section {
	if d.Clock.Received.IsZero() {
		return nil
	}
	facts := section{Lines: filled([]Line{{"收到申请之日", day(d.Clock.Received)}, {"答复期限", day(d.Clock.Due)}, {"结论", lateWord(d.Clock)}, {"工作日依据", d.Calendar}})}
	steps := section{Title: "逐步说明", Head: []string{"日期", "说明", "依据", "期限至"}}
	for _, s := range d.Clock.Steps {
		steps.Rows = append(steps.Rows, []string{s.On.String(), s.Text, s.Article, s.Due.String()})
	}
	terms := section{Title: "各方期限", Head: []string{"期限", "自", "至", "依据"}}
	for _, t := range d.Clock.Terms {
		terms.Rows = append(terms.Rows, []string{t.Label(), t.From.String(), t.Due.String(), t.Article})
	}
	end := section{Texts: []string{"收到之日不计入期限；期限届满日是非工作日的，顺延至其后第一个工作日。"}}
	return []section{facts, steps, terms, end}
}

func lateWord(c deadline.Clock) string {
	switch c.Late {
	case deadline.Yes:
		return "逾期"
	case deadline.No:
		return "未逾期"
	}
	return c.State.Label()
}

func (d Dossier) consultations() []section {
	table := section{Head: []string{"日期", "事项", "对象、意见和理由"}}
	for _, e := range cases.Timeline(d.Case.Events, 0) {
		switch e.Fact.(type) {
		case cases.ConsultSent, cases.ConsultServed, cases.ConsultReplied, cases.ConsultSilent, cases.ReleaseDecided:
			table.Rows = append(table.Rows, []string{e.On.String(), cases.FactLabel(e.Fact), d.texts(e)})
		}
	}
	return some(table)
}

func (d Dossier) searches() []section {
	table := section{Head: []string{"日期", "检索情况", "检索登记人"}}
	for _, e := range cases.Timeline(d.Case.Events, 0) {
		if _, ok := e.Fact.(cases.Searched); ok {
			table.Rows = append(table.Rows, []string{e.On.String(), d.texts(e), d.who(e)})
		}
	}
	return some(table)
}

func (d Dossier) services() []section {
	var out []section
	for _, s := range d.Services {
		title := s.Way
		if s.Letter != "" {
			title = s.Letter + "：" + s.Way
		}
		out = append(out, section{Title: title, Lines: filled(append(s.Lines, Line{"邮件号或凭证", s.Number}, Line{"收件人或签收人", s.By}, Line{"没有送达的原因", s.Failed}, Line{"说明", s.Note}))})
	}
	if len(out) > 0 {
		return out
	}
	table := section{Head: []string{"日期", "方式", "凭证"}}
	for _, e := range cases.Timeline(d.Case.Events, 0) {
		if f, ok := e.Fact.(cases.Served); ok {
			table.Rows = append(table.Rows, []string{e.On.String(), cases.FactDetail(f), d.texts(e)})
		}
	}
	return some(table)
}

func some(table section) []section {
	if len(table.Rows) == 0 {
		return nil
	}
	return []section{table}
}

// texts joins what was written to an event.
func (d Dossier) texts(e cases.Event) string {
	var out []string
	if detail := cases.FactDetail(e.Fact); detail != "" {
		out = append(out, detail)
	}
	for _, n := range d.Case.NotesOf(e.Seq) {
		out = append(out, cases.NoteLabel(n.Kind)+"："+n.Text)
	}
	return strings.Join(out, "\n")
}

// record is the case for programs: the events as they were recorded.
func (d Dossier) record() ([]byte, error) {
	type event struct {
		Seq      int           `json:"seq"`
		Kind     string        `json:"kind"`
		On       calendar.Date `json:"on,omitzero"`
		At       string        `json:"at"`
		By       string        `json:"by"`
		History  bool          `json:"history,omitempty"`
		Replaces int           `json:"replaces,omitempty"`
		Fact     cases.Fact    `json:"fact"`
		Notes    []Line        `json:"notes,omitempty"`
	}
	out := struct {
		Agency  string   `json:"agency"`
		Number  string   `json:"number"`
		Content string   `json:"content"`
		Items   []string `json:"items,omitempty"`
		Due     string   `json:"due"`
		Late    *bool    `json:"late"`
		Events  []event  `json:"events"`
	}{d.Agency, d.Number, d.Case.Content, d.Case.Items, d.Clock.Due.String(), nil, []event{}}
	if d.Clock.Late != deadline.Unknown {
		late := d.Clock.Late == deadline.Yes
		out.Late = &late
	}
	for _, e := range d.Case.Events {
		x := event{Seq: e.Seq, Kind: e.Fact.Kind(), On: e.On, At: instant(e.At), By: d.who(e), History: e.History, Replaces: e.Replaces, Fact: e.Fact}
		for _, n := range d.Case.NotesOf(e.Seq) {
			x.Notes = append(x.Notes, Line{cases.NoteLabel(n.Kind), n.Text})
		}
		out.Events = append(out.Events, x)
	}
	text, err := json.MarshalIndent(out, "", " ")
	return append(text, '\n'), err
}

type indexPage struct {
	Dossier
	Rows []row
}

func draw(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := sheets().ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("draw a sheet of the bundle: %w", err)
	}
	return b.Bytes(), nil
}

func sheets() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{"lines": func(s string) []string { return strings.Split(s, "\n") }}).Parse(sheetText))
}
