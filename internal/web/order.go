package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
	"gongkai/templates/supervision"
)

// loadOrder reads the order of the address for who watches over the agency or has
// to answer for it.
func (s *Server) loadOrder(c echo.Context) (cases.Order, scope, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return cases.Order{}, scope{}, errNotFound
	}
	v, err := s.scope(c, s.today())
	if err != nil {
		return cases.Order{}, v, err
	}
	o, err := s.db.Order(c.Request().Context(), id)
	if err != nil {
		return o, v, err
	}
	if !v.mayRead(o.AgencyID) {
		return o, v, errNotFound
	}
	if _, may := supervisor(s.visitor(c), v.tree, o.AgencyID, orderReaders()...); !may {
		return o, v, errLacking{orderReaders()}
	}
	v.agency, v.found = v.tree.Agency(o.AgencyID)
	return o, v, nil
}

// showOrder shows an order with its reply and how it was closed.
func (s *Server) showOrder(c echo.Context) error {
	o, v, err := s.loadOrder(c)
	if err != nil {
		return err
	}
	return s.drawOrder(c, o, v, map[string]string{"on": s.today().String(), "reply": o.Reply}, supervision.OrderView{}, http.StatusOK)
}

func (s *Server) drawOrder(c echo.Context, o cases.Order, v scope, values map[string]string, view supervision.OrderView, status int) error {
	p, err := s.page(c, v, o.Kind.Label()+" "+o.Number, "supervision")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/supervision", len(view.Problems) > 0
	names, err := s.db.NamesOf(c.Request().Context(), []string{o.IssuedBy, o.RepliedBy, o.ClosedBy})
	if err != nil {
		return err
	}
	name := func(by string) string { return first1(names[by], by) }
	issuer := reviewNames{tree: v.tree}.agency(o.IssuerID)
	view.Page, view.Kind, view.Number, view.Issuer, view.Agency = p, o.Kind.Label(), o.Number, issuer+"　"+o.OrderedOn.Chinese(), reviewNames{tree: v.tree}.agency(o.AgencyID)
	view.Content, view.Reply, view.Verdict = o.Content, o.Reply, o.Verdict
	view.Back, view.BackWord = s.reviewBack(c, v)
	view.Standing, view.Late = o.Standing(s.today())
	view.Facts = []supervision.Fact{{Label: "回复期限", Value: withWeekday(o.DueOn)}, {Label: "发出人", Value: name(o.IssuedBy)}}
	if o.CaseID != 0 {
		view.Facts = append(view.Facts, s.orderCase(c, o.CaseID))
	}
	if o.Replied() {
		view.ReplySigned = name(o.RepliedBy) + "　" + o.RepliedOn.Chinese()
	}
	if o.Closed() {
		view.VerdictSigned = name(o.ClosedBy) + "　" + o.ClosedOn.Chinese()
	}
	s.orderForms(c, &view, o, values)
	return s.draw(c, status, supervision.Order(view))
}

// orderCase names the case of an order; one that the reader may not see is not
// named.
func (s *Server) orderCase(c echo.Context, id int64) supervision.Fact {
	found, err := s.db.Case(c.Request().Context(), id)
	if err != nil {
		return supervision.Fact{Label: "办件", Value: "（敏感件，仅限指定人员查阅）"}
	}
	return supervision.Fact{Label: "办件", Value: caseNumber(found.Number, found.ID), Href: casePath(found.ID)}
}

// orderForms offers the reply to the unit and the closing to who ordered.
func (s *Server) orderForms(c echo.Context, view *supervision.OrderView, o cases.Order, values map[string]string) {
	if o.Closed() {
		return
	}
	who := s.visitor(c)
	form := func(do, name, label, hint, button string) *supervision.TextForm {
		f := &supervision.TextForm{Action: orderPath(o.ID), Button: button, Do: do, Version: itoa64(o.Version)}
		problems := view.Problems
		if values["do"] != do && values["do"] != "" {
			problems = nil
		}
		f.Fields = textFields(name, label, hint, values, problems, [3]string{"on", "日期", ""})
		return f
	}
	if who.May(o.AgencyID, orderReaders()...) {
		view.ReplyForm = form("reply", "reply", "办理情况", "写明办到哪一步、逾期原因、整改措施；不要写申请人的姓名和联系方式。", map[bool]string{true: "改写回复", false: "提交回复"}[o.Replied()])
	}
	if who.May(o.IssuerID, leaders()...) {
		view.CloseForm = form("close", "verdict", "办结意见", "如：已按要求答复，同意办结。", "办结")
	}
}

// changeOrder takes the reply or the closing.
func (s *Server) changeOrder(c echo.Context) error {
	o, v, err := s.loadOrder(c)
	if err != nil {
		return err
	}
	values := map[string]string{"do": c.FormValue("do"), "on": strings.TrimSpace(c.FormValue("on")), "reply": strings.TrimSpace(c.FormValue("reply")), "verdict": strings.TrimSpace(c.FormValue("verdict"))}
	if values["reply"] == "" && values["do"] != "reply" {
		values["reply"] = o.Reply
	}
	on, ok := readDay(values["on"])
	if !ok {
		view := supervision.OrderView{Problems: []parts.Problem{{Field: "on", Message: "日期“" + values["on"] + "”读不懂，应为如 " + s.today().String() + " 的日期"}}}
		return s.drawOrder(c, o, v, values, view, http.StatusUnprocessableEntity)
	}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		version = o.Version
	}
	switch ctx := c.Request().Context(); values["do"] {
	case "reply":
		if err := s.mayAct(c, o.AgencyID, orderReaders()...); err != nil {
			return err
		}
		err = s.db.ReplyOrder(ctx, s.stamp(c), o.ID, version, on, values["reply"])
	case "close":
		if err := s.mayAct(c, o.IssuerID, leaders()...); err != nil {
			return err
		}
		err = s.db.CloseOrder(ctx, s.stamp(c), o.ID, version, on, values["verdict"])
	default:
		return errNotFound
	}
	return s.answerOrder(c, o, v, values, err)
}

// answerOrder goes back to the order, or says what kept the text from being taken.
func (s *Server) answerOrder(c echo.Context, o cases.Order, v scope, values map[string]string, err error) error {
	var no *cases.Refused
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, orderPath(o.ID))
	case errors.As(err, &no):
		problem, _ := orderRefusal(err)
		if problem.Field == "content" {
			problem.Field = map[string]string{"reply": "reply", "close": "verdict"}[values["do"]]
		}
		return s.drawOrder(c, o, v, values, supervision.OrderView{Problems: []parts.Problem{problem}}, http.StatusUnprocessableEntity)
	case store.Is(err, store.Conflict):
		now, errNow := s.db.Order(c.Request().Context(), o.ID)
		if errNow != nil {
			return errNow
		}
		return s.drawOrder(c, now, v, values, supervision.OrderView{Meanwhile: first1(now.Verdict, now.Reply)}, http.StatusConflict)
	}
	return err
}

// askWork shows who has how much to do.
func (s *Server) askWork(c echo.Context) error {
	ctx, today := c.Request().Context(), s.today()
	v, err := s.scope(c, today)
	if err != nil {
		return err
	}
	if err := s.leads(c, v, leaders()...); err != nil {
		return err
	}
	v.own = true // a section and an officer are of one agency
	open, err := s.db.OpenOn(ctx, v.ids(), today, today)
	if err != nil {
		return err
	}
	from := calendar.Of(today.Year(), time.January, 1)
	done, err := s.db.Workloads(ctx, v.ids(), from, today)
	if err != nil {
		return err
	}
	officers := officersOf(open, nil)
	for _, d := range done {
		officers = append(officers, d.Officer)
	}
	names, err := s.reviewNames(ctx, v, officers)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "工作量", "supervision")
	if err != nil {
		return err
	}
	p.Path, p.Wide = "/supervision/workload", true
	view := supervision.WorkView{Page: p, Period: "在办件截至今日；办结件自" + from.Chinese() + "起。只计本机关。", Back: with("/supervision", "agency", v.agency.Code),
		Officers: workTable("按承办人", "承办人", names.officer, v, open, done, func(o store.OpenCase) int64 { return o.Officer }, func(w store.Workload) int64 { return w.Officer }, "officer"),
		Sections: workTable("按科室", "科室", names.section, v, open, done, func(o store.OpenCase) int64 { return o.Section }, func(w store.Workload) int64 { return w.Section }, "section")}
	if s.visitor(c).May(v.agency.ID, leaders()...) {
		view.HandOver = with("/supervision/handover", "agency", v.agency.Code)
	}
	return s.draw(c, http.StatusOK, supervision.Work(view))
}

// handOverFields ask to whom, and why.
func (s *Server) handOverFields(c echo.Context, agency int64, values map[string]string, problems []parts.Problem) ([]handling.Field, error) {
	fields, err := s.assignFields(c, agency)
	if err != nil {
		return nil, err
	}
	to := handling.Field{Kind: "choice", Input: parts.Input{Name: "to", Label: "接手的承办人或科室", Problems: problems}}
	for _, o := range fields[0].options {
		o.Chosen = o.Value == values["to"]
		to.Options = append(to.Options, o)
	}
	why := handling.Field{Kind: "choice", Input: parts.Input{Name: "reason", Label: "移交原因", Problems: problems}}
	for _, r := range cases.HandOverReasons() {
		why.Options = append(why.Options, parts.Option{Value: r[0], Label: r[1], Chosen: r[0] == values["reason"]})
	}
	return []handling.Field{to, why}, nil
}

// reviewBack leads back to the review, or home for who only answers orders.
func (s *Server) reviewBack(c echo.Context, v scope) (href, word string) {
	if s.visitor(c).Has(leaders()...) {
		return with("/supervision", "agency", v.agency.Code), "督办管理"
	}
	return with("/", "agency", v.agency.Code), "工作台"
}
