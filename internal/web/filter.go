package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// listQuery is what the register is asked for, as it was typed and as the store
// takes it.
type listQuery struct {
	typed    map[string]string
	filter   store.Filter
	sort     store.Sort
	sentence string // of the statutory cell
	problems []parts.Problem
	own      bool
	agency   string
	span     report.Span             // of the cell
	hide     func(string) string     // what was searched for, as it may stand in an address
	tableDay calendar.Date           // the 31 December by whose tree a cell is counted
	origins  map[int64]store.CaseRow // the cases in whose favour listed ones are void
}

// listKeys are the parameters that a list is made of, in the order of its chips.
var listKeys = []string{"text", "light", "state", "year", "outcome", "kind", "channel",
	"received_from", "received_to", "answered_from", "answered_to", "late", "hands", "section", "cell", "report", "stat", "from", "to", "row", "topic", "format", "own", "sort"}

// findCases takes what the register is searched for out of a form, so that it
// stands hidden in the address of the list.
func (s *Server) findCases(c echo.Context) error {
	pairs := []string{"agency", c.FormValue("agency")}
	for _, k := range listKeys {
		v := strings.TrimSpace(c.FormValue(k))
		if k == "text" {
			v = s.db.HideWords(s.db.ShowWords(v))
		}
		pairs = append(pairs, k, v)
	}
	return c.Redirect(http.StatusSeeOther, with("/cases", pairs...))
}

// address is a parameter as it stands in an address.
func (q listQuery) address(key string) string {
	if key == "text" {
		return q.hide(q.typed[key])
	}
	return q.typed[key]
}

// readList reads the register's parameters. What can't be read is named and left
// out of the filter.
func (s *Server) readList(c echo.Context) listQuery {
	today := s.today()
	q := listQuery{typed: map[string]string{}, agency: c.QueryParam("agency"), hide: s.db.HideWords}
	for _, k := range listKeys {
		if v := strings.TrimSpace(c.QueryParam(k)); v != "" {
			q.typed[k] = v
		}
	}
	if text := q.typed["text"]; text != "" {
		if q.typed["text"] = s.db.ShowWords(text); q.typed["text"] == "" {
			q.wrong("text", "这个地址里的查询词读不出来，请重新输入后查询")
		}
	}
	f := &q.filter
	f.Today, f.Text, f.Light, f.State = today, q.typed["text"], q.typed["light"], q.typed["state"]
	f.Outcome, f.Kind, f.Channel = q.typed["outcome"], q.typed["kind"], q.typed["channel"]
	f.Unassigned = q.typed["hands"] == "none"
	f.Section, _ = strconv.ParseInt(q.typed["section"], 10, 64) // what is none filters nothing
	f.LateAnswers, q.own = q.typed["late"] == "1", q.typed["own"] == "1"
	q.sort, _ = store.ParseSort(q.typed["sort"])
	if !knownLight(f.Light) {
		q.wrong("light", "状态灯没有这一项，从列表中选一项")
		f.Light = ""
	}
	q.readYear()
	f.ReceivedFrom, f.ReceivedTo = q.day("received_from", "收到日期"), q.day("received_to", "收到日期")
	f.AnsweredFrom, f.AnsweredTo = q.day("answered_from", "答复日期"), q.day("answered_to", "答复日期")
	q.readCell()
	q.readSpan()
	return q
}

func (q *listQuery) wrong(field, message string) {
	q.problems = append(q.problems, parts.Problem{Field: field, Message: message})
}

func (q *listQuery) readYear() {
	text := q.typed["year"]
	if text == "" {
		return
	}
	year, err := strconv.Atoi(text)
	if err != nil || year < 1 || year > 9999 {
		q.wrong("year", "收到年份“"+text+"”不是年份，写作 2019 这样的四位数")
		return
	}
	q.filter.ReceivedYear = year
}

func (q *listQuery) day(field, label string) calendar.Date {
	text := q.typed[field]
	if text == "" {
		return calendar.Date{}
	}
	d, ok := readDay(text)
	if !ok {
		q.wrong(field, label+"“"+text+"”读不懂，写作 2026-05-29、2026.5.29 或 2026年5月29日")
	}
	return d
}

// readCell reads ?cell=applications/new/natural&report=2019&format=2019.
func (q *listQuery) readCell() {
	text := q.typed["cell"]
	if text == "" {
		return
	}
	ref, err := report.ParseCellRef(text)
	year, errYear := strconv.Atoi(q.typed["report"])
	if err != nil || errYear != nil || year < 1 || year > 9998 {
		q.wrong("text", "年报表的这一格认不出来，从年报表上点进来")
		return
	}
	f, err := report.ParseFormat(q.typed["format"])
	if err != nil {
		f = report.FormatOf(year)
	}
	span := report.YearSpan(year)
	if from, ok := readDay(q.typed["from"]); ok && from.Year() == year {
		span.From = from
	}
	if to, ok := readDay(q.typed["to"]); ok && to.Year() == year && !to.Before(span.From) {
		span.To = to
	}
	sentence, selection := report.DefineSpan(ref, span, f)
	q.filter.Cell, q.sentence, q.span = &selection, sentence, span
	q.tableDay = calendar.Of(year, 12, 31)
}

// href gives the register's address with one parameter changed; "" takes it away.
func (q listQuery) href(change ...string) string {
	changed := map[string]string{}
	for i := 0; i+1 < len(change); i += 2 {
		changed[change[i]] = change[i+1]
	}
	pairs := []string{"agency", q.agency}
	for _, k := range append(listKeys, "after", "print") {
		v, ok := changed[k]
		if !ok {
			v = q.address(k)
		}
		pairs = append(pairs, k, v)
	}
	return with("/cases", pairs...)
}

// pairs are the parameters without the agency, for forms and the agency switch.
func (q listQuery) pairs(without ...string) []parts.Pair {
	var out []parts.Pair
	for _, k := range listKeys {
		if v := q.address(k); v != "" && !contains(without, k) {
			out = append(out, parts.Pair{Name: k, Value: v})
		}
	}
	return out
}

func contains(list []string, x string) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// chips words every filter in force.
func (q listQuery) chips() []parts.Chip {
	var out []parts.Chip
	for _, k := range listKeys {
		if v := q.typed[k]; v != "" && k != "sort" && k != "report" && k != "format" && k != "from" && k != "to" {
			change := []string{k, ""}
			if k == "stat" {
				change = append(change, "from", "", "to", "", "row", "", "format", "")
			}
			if k == "cell" {
				change = append(change, "report", "", "format", "", "from", "", "to", "")
			}
			out = append(out, parts.Chip{Label: chipWord(k, v, q), Without: q.href(change...)})
		}
	}
	return out
}

func chipWord(key, value string, q listQuery) string {
	switch key {
	case "text":
		return "含“" + value + "”"
	case "light":
		return labelOf(lightOptions(""), value)
	case "state":
		return labelOf(stateOptions(""), value)
	case "year":
		return value + "年收到"
	case "outcome":
		return labelOf(outcomeOptions(""), value)
	case "kind":
		return labelOf(kindOptions(""), value)
	case "channel":
		return labelOf(channelOptions(""), value)
	case "received_from":
		return "收到不早于" + value
	case "received_to":
		return "收到不晚于" + value
	case "answered_from":
		return "答复不早于" + value
	case "answered_to":
		return "答复不晚于" + value
	case "late":
		return "逾期答复"
	case "hands":
		return handsWord(value)
	case "section":
		return "本科室的"
	case "stat", "row", "topic":
		return periodWord(key, value, q)
	case "cell":
		return "年报表" + q.typed["report"] + "年的一格"
	}
	return "只看本机关"
}

// handsWord words in whose hands a case is.
func handsWord(value string) string {
	if value == "none" {
		return "待分办"
	}
	return "我承办"
}

func labelOf(options []parts.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return strings.TrimSpace(o.Label)
		}
	}
	return value
}

// filters gives the form as it was sent.
func (q listQuery) filters(years []parts.Option) register.Filters {
	t := q.typed
	return register.Filters{Agency: q.agency, Own: q.own, Sort: t["sort"], Text: t["text"], Years: years,
		Lights: lightOptions(t["light"]), States: stateOptions(t["state"]), Outcomes: outcomeOptions(t["outcome"]),
		Kinds: kindOptions(t["kind"]), Channels: channelOptions(t["channel"]), ReceivedFrom: t["received_from"],
		ReceivedTo: t["received_to"], AnsweredFrom: t["answered_from"], AnsweredTo: t["answered_to"]}
}

func knownLight(code string) bool {
	return code == "" || labelOf(lightOptions(""), code) != code
}

func options(chosen string, pairs ...string) []parts.Option {
	out := []parts.Option{{Value: "", Label: "全部"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, parts.Option{Value: pairs[i], Label: pairs[i+1], Chosen: pairs[i] == chosen})
	}
	return out
}

func lightOptions(chosen string) []parts.Option {
	return options(chosen, "late", "◆ 逾期", "today", "▲ 今日到期", "soon", "▲ 3个工作日内到期", "week", "7个工作日内到期",
		"waiting", "‖ 等待他方", "open", "● 在办（全部）", "closed", "✓ 已办结")
}

func stateOptions(chosen string) []parts.Option {
	var pairs []string
	for _, s := range cases.States() {
		pairs = append(pairs, s.Code(), s.Label())
	}
	return options(chosen, pairs...)
}

func kindOptions(chosen string) []parts.Option {
	var pairs []string
	for _, k := range cases.ApplicantKinds() {
		pairs = append(pairs, k.Code(), k.Label())
	}
	return options(chosen, pairs...)
}

// channelGroups are the channels as statistics join them.
var channelGroups = []struct{ codes, label string }{
	{"in_person,oral", "当面（含口头）"}, {"letter_registered,letter_ordinary", "信函"},
	{"online", "网络"}, {"fax", "传真"}, {"email", "电子邮件"},
}

func channelOptions(chosen string) []parts.Option {
	var pairs []string
	for _, g := range channelGroups {
		pairs = append(pairs, g.codes, g.label)
	}
	out := options(chosen, pairs...)
	if labelOf(out, chosen) == chosen && chosen != "" { // one channel of a group, from a link
		out = append(out, parts.Option{Value: chosen, Label: chosen, Chosen: true})
	}
	return out
}

// outcomeOptions lists groups and, below them, their outcomes.
func outcomeOptions(chosen string) []parts.Option {
	out := []parts.Option{{Value: "", Label: "全部"}}
	for _, g := range report.Groups() {
		out = append(out, parts.Option{Value: g.String(), Label: g.Label(), Chosen: g.String() == chosen})
		for _, o := range cases.Outcomes() {
			if o.Group() == g.String() && o.Code() != g.String() {
				out = append(out, parts.Option{Value: o.Code(), Label: o.Label(), Depth: 1, Chosen: o.Code() == chosen})
			}
		}
	}
	return out
}
