package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/home"
	"gongkai/templates/parts"
	"gongkai/templates/register"
	"gongkai/templates/supervision"
)

func orderPath(id int64) string { return "/supervision/orders/" + itoa64(id) }

// orderReaders are those who see the orders of an agency: who watches over it, and
// who has to answer.
func orderReaders() []cases.Role { return []cases.Role{cases.Officer, cases.Reviewer, cases.Signer} }

// reviewOrders lists under the review what is not closed.
func (s *Server) reviewOrders(c echo.Context, view *supervision.View, v scope) error {
	list, err := s.db.OrdersOf(c.Request().Context(), v.ids(), calendar.Date{}, calendar.Date{})
	if err != nil {
		return err
	}
	for _, o := range list {
		if !o.Closed() {
			view.Orders = append(view.Orders, s.orderLine(v, o))
		}
	}
	view.OrderNew = with("/supervision/orders/new", "agency", v.agency.Code)
	return nil
}

// orderTask counts for the home page the orders that the visitor has to answer, and
// for who gave them those that are answered and wait to be closed.
func (s *Server) orderTask(c echo.Context, v scope) ([]home.Count, error) {
	who := s.visitor(c)
	if !v.found || !who.Has(orderReaders()...) {
		return nil, nil
	}
	list, err := s.db.OrdersOf(c.Request().Context(), v.ids(), calendar.Date{}, calendar.Date{})
	if err != nil {
		return nil, err
	}
	answer, end, late := 0, 0, false
	for _, o := range list {
		switch _, isLate := o.Standing(s.today()); {
		case o.Closed():
		case !o.Replied() && who.May(o.AgencyID, orderReaders()...):
			answer, late = answer+1, late || isLate
		case o.Replied() && who.May(o.IssuerID, leaders()...):
			end++
		}
	}
	var out []home.Count
	href := with("/supervision/orders", "agency", v.agency.Code)
	if answer > 0 {
		out = append(out, home.Count{Kind: map[bool]string{true: "late", false: "soon"}[late], Label: "待回复督办", Note: "上级机关的督办单、整改通知", N: number(int64(answer)), Some: true, Href: href})
	}
	if end > 0 {
		out = append(out, home.Count{Kind: "soon", Label: "待办结督办", Note: "被督办机关已经回复", N: number(int64(end)), Some: true, Href: href})
	}
	return out, nil
}

// caseOrders links the orders about a case from its page, for who may read them.
func (s *Server) caseOrders(c echo.Context, v scope, found *cases.Case) ([]register.Act, error) {
	if _, may := supervisor(s.visitor(c), v.tree, found.AgencyID, orderReaders()...); !may {
		return nil, nil
	}
	list, err := s.db.OrdersOnCases(c.Request().Context(), []int64{found.ID})
	var out []register.Act
	for _, o := range list {
		word, _ := o.Standing(s.today())
		out = append(out, register.Act{Label: o.Number + "（" + word + "）", Href: orderPath(o.ID)})
	}
	return out, err
}

func (s *Server) orderLine(v scope, o cases.Order) supervision.OrderLine {
	word, late := o.Standing(s.today())
	line := supervision.OrderLine{Number: o.Number, Href: orderPath(o.ID), Kind: o.Kind.Label(), Agency: reviewNames{tree: v.tree}.agency(o.AgencyID), About: oneLine(o.Content, 60),
		Ordered: o.OrderedOn.String(), Due: o.DueOn.String(), Standing: word, Late: late, Closed: o.Closed()}
	return line
}

// listOrders lists all orders of the agencies in view, with a count by agency.
func (s *Server) listOrders(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if err := s.leads(c, v, orderReaders()...); err != nil {
		return err
	}
	list, err := s.db.OrdersOf(c.Request().Context(), v.ids(), calendar.Date{}, calendar.Date{})
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "督办文书", "supervision")
	if err != nil {
		return err
	}
	p.Path, p.Wide = "/supervision/orders", true
	view := supervision.OrdersView{Page: p, Heading: "督办单和整改通知", Empty: "还没有督办文书"}
	view.Back, view.BackWord = s.reviewBack(c, v)
	if _, may := supervisor(s.visitor(c), v.tree, v.agency.ID, leaders()...); may {
		view.New = with("/supervision/orders/new", "agency", v.agency.Code)
	}
	view.Counts = supervision.Table{Caption: "按机关", Heads: []string{"机关", "督办文书", "未办结", "逾期未回复或逾期回复"}}
	counts := store.CountOrders(list, s.today())
	for _, a := range v.tree.All() {
		if n, some := counts[a.ID]; some {
			cell := func(label string, n int, kind string) supervision.Count {
				return supervision.Count{Label: label, N: number(int64(n)), Kind: kind, Some: n > 0}
			}
			view.Counts.Rows = append(view.Counts.Rows, supervision.TableRow{Name: a.Name, Cells: []supervision.Count{cell("督办文书", n.Orders, ""), cell("未办结", n.Open, "soon"), cell("逾期", n.Late, "late")}})
		}
	}
	for _, o := range list {
		view.Orders = append(view.Orders, s.orderLine(v, o))
	}
	return s.draw(c, http.StatusOK, supervision.Orders(view))
}

// orderSubject is what a new order is about, and who gives it.
type orderSubject struct {
	scope  scope
	kind   cases.OrderKind
	issuer cases.Agency
	found  *cases.Case // nil: the agency's work as a whole
}

// orderSubject reads ?case= or ?agency=, and ?kind=. Only who watches over the
// agency may order.
func (s *Server) orderSubject(c echo.Context) (orderSubject, error) {
	var x orderSubject
	var err error
	if x.kind, err = cases.ParseOrderKind(first1(c.FormValue("kind"), cases.Supervising.Code())); err != nil {
		return x, errNotFound
	}
	if x.scope, err = s.deskScopeOf(c, c.FormValue("agency")); err != nil {
		return x, err
	}
	if text := c.FormValue("case"); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return x, errNotFound
		}
		if x.found, err = s.db.Case(c.Request().Context(), id); err != nil {
			return x, err
		}
		alive := false
		if x.scope.agency, alive = x.scope.tree.Agency(x.found.AgencyID); !alive || !x.scope.mayRead(x.found.AgencyID) {
			return x, errNotFound
		}
		x.scope.found = true
	}
	if !x.scope.found {
		return x, errNotFound
	}
	var may bool
	if x.issuer, may = supervisor(s.visitor(c), x.scope.tree, x.scope.agency.ID, leaders()...); !may {
		return x, errLacking{leaders()}
	}
	s.visitorCovers(c, x.issuer.ID, leaders()...)
	return x, nil
}

// deskScopeOf is the scope of an agency named in a form or an address.
func (s *Server) deskScopeOf(c echo.Context, code string) (scope, error) {
	v, err := s.scope(c, s.today())
	if err != nil || code == "" {
		return v, err
	}
	if v.agency, v.found = v.tree.ByCode(code); !v.found || !v.mayRead(v.agency.ID) {
		return v, errNotFound
	}
	return v, nil
}

// visitorCovers notes for the stamp whom the visitor stands in for.
func (s *Server) visitorCovers(c echo.Context, agency int64, roles ...cases.Role) {
	c.Set(coverKey, s.visitor(c).CoveredFor(agency, roles...))
}

// askOrder shows the form of a new order.
func (s *Server) askOrder(c echo.Context) error {
	x, err := s.orderSubject(c)
	if err != nil {
		return err
	}
	cal, err := s.reviewCalendar(c, s.today())
	if err != nil {
		return err
	}
	values := map[string]string{"ordered_on": s.today().String(), "due_on": cal.Add(s.today(), 5).String(), "content": c.QueryParam("content")}
	if x.found != nil && values["content"] == "" {
		values["content"] = "请抓紧办理" + caseNumber(x.found.Number, x.found.ID) + "，查明逾期（临期）原因，依法作出答复，并在回复期限前书面报告办理情况。"
	}
	return s.drawOrderForm(c, x, values, nil, http.StatusOK)
}

func (s *Server) drawOrderForm(c echo.Context, x orderSubject, values map[string]string, problems []parts.Problem, status int) error {
	p, err := s.page(c, x.scope, "发出"+x.kind.Label(), "supervision")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/supervision", len(problems) > 0
	view := supervision.OrderForm{Page: p, Heading: "发出" + x.kind.Label(), Action: "/supervision/orders/new", Back: with("/supervision", "agency", x.scope.agency.Code), Problems: problems,
		Key: first1(c.FormValue("key"), s.reference()), Button: "发出" + x.kind.Label(),
		Facts:  []supervision.Fact{{Label: "发文机关", Value: x.issuer.Name}, {Label: "被督办机关", Value: x.scope.agency.Name}},
		Hidden: []parts.Pair{{Name: "agency", Value: x.scope.agency.Code}, {Name: "kind", Value: x.kind.Code()}}}
	if x.found != nil {
		view.Facts = append(view.Facts, supervision.Fact{Label: "办件", Value: caseNumber(x.found.Number, x.found.ID) + " " + oneLine(x.found.Content, 60), Href: casePath(x.found.ID)})
		view.Hidden = append(view.Hidden, parts.Pair{Name: "case", Value: itoa64(x.found.ID)})
	}
	view.Fields = textFields("content", "要求", "写明要办什么、报告什么；不要写申请人的姓名和联系方式。", values, problems, [3]string{"ordered_on", "发出日期", ""}, [3]string{"due_on", "回复期限", "被督办机关书面回复的最后一天。"})
	return s.draw(c, status, supervision.NewOrder(view))
}

// textFields are a text and one or two days.
func textFields(name, label, hint string, values map[string]string, problems []parts.Problem, days ...[3]string) []handling.Field {
	out := []handling.Field{{Kind: "text", Input: parts.Input{Name: name, Label: label, Hint: hint, Value: values[name], Problems: problems}}}
	for _, d := range days {
		out = append(out, handling.Field{Input: parts.Input{Name: d[0], Label: d[1], Hint: d[2], Short: true, Value: values[d[0]], Problems: problems}})
	}
	return out
}

// doOrder gives an order.
func (s *Server) doOrder(c echo.Context) error {
	x, err := s.orderSubject(c)
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, name := range []string{"content", "ordered_on", "due_on"} {
		values[name] = strings.TrimSpace(c.FormValue(name))
	}
	o := cases.Order{Kind: x.kind, IssuerID: x.issuer.ID, AgencyID: x.scope.agency.ID, Content: values["content"]}
	if x.found != nil {
		o.CaseID = x.found.ID
	}
	var problems []parts.Problem
	for _, d := range []struct {
		name, label string
		into        *calendar.Date
	}{{"ordered_on", "发出日期", &o.OrderedOn}, {"due_on", "回复期限", &o.DueOn}} {
		var ok bool
		if *d.into, ok = readDay(values[d.name]); !ok {
			problems = append(problems, parts.Problem{Field: d.name, Message: d.label + "“" + values[d.name] + "”读不懂，应为如 " + s.today().String() + " 的日期"})
		}
	}
	if len(problems) == 0 {
		sub := store.Submission{Key: c.FormValue("key"), Content: []string{"order", o.Kind.Code(), itoa64(o.AgencyID), itoa64(o.CaseID), o.Content, o.OrderedOn.String(), o.DueOn.String()}}
		id, err := s.db.IssueOrder(c.Request().Context(), s.stamp(c), sub, o)
		if err == nil {
			return c.Redirect(http.StatusSeeOther, orderPath(id))
		}
		field, ok := orderRefusal(err)
		if !ok {
			return err
		}
		problems = append(problems, field)
	}
	return s.drawOrderForm(c, x, values, problems, http.StatusUnprocessableEntity)
}

// orderRefusal puts a refusal to its field; false if it is a fault of ours.
func orderRefusal(err error) (parts.Problem, bool) {
	var no *cases.Refused
	switch {
	case errors.As(err, &no):
		field := "content"
		if strings.HasPrefix(no.Reason, "发出日期") {
			field = "ordered_on"
		} else if strings.HasPrefix(no.Reason, "回复期限") {
			field = "due_on"
		} else if strings.HasPrefix(no.Reason, "日期") {
			field = "on"
		}
		return parts.Problem{Field: field, Message: no.Reason}, true
	case store.Is(err, store.Invalid), store.Is(err, store.Conflict):
		return parts.Problem{Field: "content", Message: err.Error()}, true
	}
	return parts.Problem{}, false
}
