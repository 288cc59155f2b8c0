package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
	"gongkai/templates/register"
)

// showCase shows one case: its facts, what happened, and its clock.
func (s *Server) showCase(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if gone, destroyed, err := s.db.Purged(c.Request().Context(), found.ID); err != nil {
		return err
	} else if destroyed {
		return s.showPurged(c, v, found, gone)
	}
	view, err := s.caseView(c, v, found)
	if err != nil {
		return err
	}
	return s.draw(c, http.StatusOK, register.Case(view))
}

// loadCase reads the case of the address, and the agency that it belongs to.
func (s *Server) loadCase(c echo.Context) (*cases.Case, scope, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return nil, scope{}, errNotFound
	}
	found, err := s.db.Case(c.Request().Context(), id)
	if err != nil {
		return nil, scope{}, err
	}
	v, err := s.scope(c, s.today())
	if err != nil {
		return nil, scope{}, err
	}
	if !v.mayRead(found.AgencyID) {
		return nil, scope{}, errNotFound
	}
	if own, alive := v.tree.Agency(found.AgencyID); alive && c.QueryParam("agency") == "" {
		v.agency, v.found = own, true
	}
	return found, v, s.refuseDestroyed(c, found.ID)
}

// caseView derives everything that the page of a case says. A case without a
// receipt date has no clock yet.
func (s *Server) caseView(c echo.Context, v scope, found *cases.Case) (register.CaseView, error) {
	ctx, today := c.Request().Context(), s.today()
	book, err := s.db.BookOf(ctx, found.AgencyID)
	if err != nil {
		return register.CaseView{}, err
	}
	p, err := s.page(c, v, caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return register.CaseView{}, err
	}
	p.Path = "/cases" // the agency switch leads to the other agency's register
	deriver := cases.Deriver{Book: book}
	row := deriver.Row(found.Events)
	timeline := cases.Timeline(found.Events, 0)
	back, backWord := backFrom(c, v)
	view := register.CaseView{BackWord: backWord, Page: p, Number: caseNumber(found.Number, found.ID), Light: lightOf(row, book.Latest(), today),
		Applicant: maskedRow(store.CaseRow{Applicant: found.Applicant().Name, Who: found.Applicant().Kind, Joint: max(len(found.Applicants())-1, 0)}), Content: found.Content, Items: found.Items,
		Received: orDash(row.ReceivedOn.String()), Next: nextAct(row, book.Latest(), today), Back: back,
		Facts: s.facts(c, v, found, row, book.Latest()), People: people(found.Parties), Disputes: disputes(timeline),
		DueLabel: "期限", Marks: marks(row), OpenPath: casePath(found.ID) + "/people"}
	var clock deadline.Clock
	if err := s.addRelated(c, &view, found, row, book.Latest()); err != nil {
		return view, err
	}
	if row.State == cases.StateVoided {
		view.Verdict = "本件已作废，期限不再计算。"
	} else if !row.ReceivedOn.IsZero() {
		clock = found.Clock(book, today)
		s.addClock(&view, found, clock, cases.Judged(book, timeline, today), today)
	} else {
		view.Verdict = "尚未与申请人确认收到，期限未起算。"
		if since, late := found.Unreached(book.Latest(), today); late {
			view.Breaches = append(view.Breaches, since.Chinese()+"来件，已超过一个工作日，没有与申请人联系的登记。")
		}
	}
	if view.Acts, err = s.acts(c, found); err != nil {
		return view, err
	}
	if view.Barred, err = s.barred(c, found); err != nil {
		return view, err
	}
	names, err := s.db.NamesOf(ctx, actorsOf(found))
	if err != nil {
		return view, err
	}
	view.Timeline = withRecalculations(entries(found, timeline, clock, cases.Judged(book, timeline, today), names), cases.Recalculations(book, found.Events))
	if !s.visitor(c).May(found.AgencyID, cases.Officer, cases.Reviewer, cases.Signer) {
		for i := range view.Timeline {
			view.Timeline[i].Correct = ""
		}
	}
	if err := s.addFacts(c, &view, found, row); err != nil {
		return view, err
	}
	view.Proposal = proposalNote(found)
	view.CasePath, view.Sheets = casePath(found.ID), s.sheets(c, v, found, row)
	orders, err := s.caseOrders(c, v, found)
	if err != nil {
		return view, err
	}
	view.Sheets = append(view.Sheets, orders...)
	if err := s.addReaders(c, &view, found); err != nil {
		return view, err
	}
	if err := s.addLettersView(c, &view, found); err != nil {
		return view, err
	}
	return view, s.addFilesView(c, &view, found)
}

// addFacts adds to the summary what is not read off the record alone: who handles the
// case, whether its answer is in the file, how long it is kept, what it is about.
func (s *Server) addFacts(c echo.Context, view *register.CaseView, found *cases.Case, row cases.Row) (err error) {
	if view.Facts, err = s.withOfficer(c, view.Facts, found, row); err != nil {
		return err
	}
	original, err := s.originalFact(c, found, row)
	if err != nil {
		return err
	}
	view.Facts = append(view.Facts, original...)
	text, closed, err := s.retentionFact(c.Request().Context(), found.ID)
	if err != nil {
		return err
	}
	if closed {
		view.Facts = append(view.Facts, register.Fact{Label: "保管期限", Value: text})
	}
	view.Facts, err = s.withTopic(c, view.Facts, found)
	return err
}

// sheets lists the papers of a case that the visitor may print or copy from.
func (s *Server) sheets(c echo.Context, v scope, found *cases.Case, row cases.Row) []register.Act {
	var out []register.Act
	if found.Quashed() != 0 && s.visitor(c).May(found.AgencyID, cases.Officer) {
		out = append(out, register.Act{Label: "重新办理（责令重作）", Href: casePath(found.ID) + "/remake"})
	}
	if abandoned(found) && s.visitor(c).May(found.AgencyID, cases.FrontDesk, cases.Officer) {
		out = append(out, register.Act{Label: "补正逾期后才到：登记为关联的新申请", Href: with("/cases/new", "agency", v.agency.Code, "follows", itoa64(found.ID))})
	}
	if !row.AnsweredOn.IsZero() && s.visitor(c).May(found.AgencyID, settingKeepers()...) {
		out = append(out, register.Act{Label: "保管期限与保留", Href: holdPath(found.ID)})
	}
	if row.State == cases.StateVoided {
		return out // no paper goes out under its number any more
	}
	if !row.ReceivedOn.IsZero() {
		out = append(out, register.Act{Label: "期限说明", Href: casePath(found.ID) + "/clock"})
	}
	out = append(out, s.paperSheets(c, found)...)
	if s.visitor(c).May(found.AgencyID, cases.FrontDesk, cases.Officer) {
		out = append(out, register.Act{Label: "更正申请人和申请内容", Href: casePath(found.ID) + "/edit"}, register.Act{Label: "登记回执", Href: casePath(found.ID) + "/receipt"})
		if receiptNote(found) != "" {
			out = append(out, register.Act{Label: "平台回填单", Href: casePath(found.ID) + "/platform"})
		}
	}
	return out
}

// addClock fills in the clock: due date, ruler, steps, terms.
func (s *Server) addClock(view *register.CaseView, found *cases.Case, clock deadline.Clock, cal *calendar.Calendar, today calendar.Date) {
	history := cases.History(cases.Timeline(found.Events, 0))
	view.Due, view.Provisional = clock.Due.String(), clock.Provisional && !clock.Due.IsZero()
	view.Verdict, view.Safe = verdict(clock), safeWords(clock)
	if clock.State == deadline.Consulting {
		view.DueLabel = "期限（如意见今日收到）"
	}
	if clock.State == deadline.StateAnswered {
		view.Safe, view.Provisional = "", false
	}
	view.Ruler = drawRuler(cal, history, clock, today)
	view.Steps, view.Terms, view.Breaches = steps(clock), terms(clock, cal), breaches(clock)
	view.Calculator = calculatorLink(history)
}

// withOfficer adds who handles the case.
func (s *Server) withOfficer(c echo.Context, facts []register.Fact, found *cases.Case, row cases.Row) ([]register.Fact, error) {
	names, err := s.handlersOf(c, []store.CaseRow{{ID: found.ID, Row: row}})
	if err != nil || names[found.ID] == "" {
		return facts, err
	}
	f := register.Fact{Label: "承办人", Value: names[found.ID], ChangeWord: "转交"}
	if row.Officer == 0 {
		f.ChangeWord = "分办"
	}
	act, _ := cases.FindAct("assigned")
	if row.AnsweredOn.IsZero() && s.visitor(c).May(found.AgencyID, act.Who...) {
		f.Change = actPath(found.ID, act.Code)
	}
	return append(facts, f), nil
}

func articleNote(article string) string {
	if article == "" {
		return ""
	}
	return "条例第" + article + "条"
}

// receiptNote says how the receipt date was fixed, where the record tells.
func receiptNote(found *cases.Case) string {
	for _, e := range cases.Timeline(found.Events, 0) {
		if r, ok := e.Fact.(cases.Received); ok && r.Platform != "" {
			return "来自" + r.Platform + "，平台编号" + r.PlatformNumber
		}
	}
	return ""
}

// people masks the parties: nothing that reaches or identifies a person stands
// on the page of a case.
func people(parties []cases.Party) []register.Person {
	roles := map[string]string{"applicant": "申请人", "joint": "共同申请人", "agent": "代理人", "contact": "联系人"}
	if slices.ContainsFunc(parties, func(p cases.Party) bool { return p.Role == "joint" }) {
		roles["applicant"] = "申请人（代表人）"
	}
	var out []register.Person
	for _, p := range parties {
		out = append(out, register.Person{Role: roles[p.Role], Name: masked(p.Applicant.Name, p.Applicant.Kind), Kind: p.Applicant.Kind.Label()})
	}
	return out
}

func disputes(timeline []cases.Event) []register.Dispute {
	var out []register.Dispute
	for _, d := range cases.Disputes(timeline) {
		row := register.Dispute{Kind: d.Kind.Label(), Filed: d.FiledOn.String(), Closed: orDash(d.ClosedOn.String()), Result: d.Result.Label()}
		if d.YearOnly {
			row.Filed, row.Note = strconv.Itoa(d.FiledOn.Year())+"年", "日期不详"
		}
		out = append(out, row)
	}
	return out
}

// acts lists what the law allows the visitor to do now, the usual act first, from
// the one table of the workflow. Who only reads the case sees none.
func (s *Server) acts(c echo.Context, found *cases.Case) ([]register.Act, error) {
	roles := s.visitor(c).Roles(found.AgencyID)
	if s.visitor(c).Single {
		roles = cases.Roles()
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return nil, err
	}
	var out []register.Act
	for _, n := range found.Next(stamp) {
		if n.Who, err = s.actRoles(c, found, n.Act); err != nil {
			return nil, err
		}
		if !n.May(roles) {
			continue
		}
		act := register.Act{Label: n.Label, Needs: n.Needs, Clock: n.Clock, Article: n.Article, Href: actPath(found.ID, n.Code), Primary: n.Primary}
		if n.Code == "answered" && waitsForSending(found, stamp) {
			act.Label, act.Href = "送出答复", casePath(found.ID)+"/services"
		}
		if !n.Last.IsZero() {
			act.Last = "最迟" + n.Last.String() + tentative(stamp.Book != nil && stamp.Book.Latest().Provisional(n.Last))
			if n.Passed {
				act.Last = "已过" + n.Last.String()
			}
		}
		out = append(out, act)
	}
	return out, nil
}

// barred words the acts that can't be done today, each with the reason; what was
// done in time can still be recorded through the same form.
func (s *Server) barred(c echo.Context, found *cases.Case) ([]register.Act, error) {
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return nil, err
	}
	var out []register.Act
	for _, n := range found.Barred(stamp) {
		if s.visitor(c).May(found.AgencyID, n.Who...) {
			out = append(out, register.Act{Label: n.Label, Needs: n.Why, Href: actPath(found.ID, n.Code)})
		}
	}
	return out, nil
}

// actPath leads to the form of an act. What is decided on the page of approval or
// of the decision leads there.
func actPath(id int64, code string) string {
	switch code {
	case "proposed", "answered":
		return casePath(id) + "/decide"
	case "case_voided":
		return casePath(id) + "/void"
	case "case_restored":
		return casePath(id) + "/restore"
	}
	return casePath(id) + "/act/" + code
}

// proposalNote says what is before the chain.
func proposalNote(found *cases.Case) string {
	p, waiting := found.Proposal()
	if !waiting {
		return ""
	}
	return "拟办：" + p.Outcome.Label()
}

// actorsOf lists who recorded something of a case.
func actorsOf(found *cases.Case) []string {
	var out []string
	for _, e := range found.Events {
		if !e.History && !slices.Contains(out, e.By) {
			out = append(out, e.By)
		}
	}
	return out
}

// marks words what was remarkable about the case.
func marks(row cases.Row) []string {
	var out []string
	if row.Flags.Has(cases.HasMarks) {
		out = append(out, "台账中有按当时规定不应出现的经过，照录并标注")
	}
	if row.Flags.Has(cases.HadBreach) {
		out = append(out, "期限说明中有不合规定之处")
	}
	return out
}

// entries words the timeline, newest first, with what the clock made of each and
// the texts that belong to it.
func entries(found *cases.Case, timeline []cases.Event, clock deadline.Clock, cal *calendar.Calendar, names map[string]string) []register.Entry {
	var out []register.Entry
	for i := len(timeline) - 1; i >= 0; i-- {
		e := timeline[i]
		entry := register.Entry{On: e.On.String(), OnText: withWeekday(e.On), What: factWord(e.Fact), Detail: factDetail(e.Fact), By: byWord(e, names), Seq: e.Seq}
		for _, n := range found.NotesOf(e.Seq) {
			entry.Notes = append(entry.Notes, register.Fact{Label: cases.NoteLabel(n.Kind), Value: n.Text})
		}
		entry.Correct = correctPath(found.ID, e)
		for _, s := range clock.Steps {
			if s.On == e.On && stepOf(e.Fact) == s.Event {
				if s.Effect == "breach" {
					entry.Breaches = append(entry.Breaches, s.Text)
					entry.Class = "breach"
				} else if text := effectWord(s, clock.State != deadline.StateAnswered && cal.Provisional(s.Due)); text != "" {
					entry.Effects = append(entry.Effects, text)
				}
			}
		}
		if entry.Class == "" && len(entry.Effects) > 0 {
			entry.Class = "clock"
		}
		out = append(out, entry)
	}
	return out
}

// effectWord says in few words what a step did to the clock; the whole sentence
// stands in 期限说明.
func effectWord(s deadline.Step, provisional bool) string {
	due := s.Due.Chinese() + tentative(provisional)
	switch s.Effect {
	case "starts":
		return "次日起算，至" + due
	case "restarts":
		return "期限重新计算，至" + due
	case "waits":
		return "等待申请人，期限暂不计算"
	case "excludes":
		if s.Due.IsZero() {
			return "征求意见所需时间不计算在期限内"
		}
		return "征求意见所需时间不计算在期限内，期限至" + due
	case "adds":
		return "期限延长，至" + due
	case "ends":
		return "办结，期限不再变动"
	}
	return ""
}

// stepOf names the clock's step that belongs to a fact.
func stepOf(f cases.Fact) string {
	if _, silent := f.(cases.ConsultSilent); silent {
		return "consult_lapsed"
	}
	return f.Kind()
}

func byWord(e cases.Event, names map[string]string) string {
	if e.History {
		return "自台账导入"
	}
	by := e.By
	if name := names[e.By]; name != "" {
		by = name
	}
	return "由" + by + "登记"
}

// factWord and factDetail word a fact as the record does everywhere.
func factWord(f cases.Fact) string   { return cases.FactLabel(f) }
func factDetail(f cases.Fact) string { return cases.FactDetail(f) }
