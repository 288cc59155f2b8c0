package web

import (
	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/home"
)

// homeRows is how many cases a list of the first page shows.
const homeRows = 10

// homeLists fills in the cases that wait: for the visitor's signature, in his own
// hands, and in the whole office, each list the most urgent first.
func (s *Server) homeLists(c echo.Context, view *home.View, v scope, book *calendar.Book) error {
	who := s.visitor(c)
	if who.Has(cases.Reviewer, cases.Signer) {
		rows, err := s.toSign(c, v, book)
		if err != nil {
			return err
		}
		view.Lists = addList(view.Lists, home.List{Title: "等我审批", Rows: rows, All: with("/approvals", "agency", v.agency.Code), AllWord: "去审批"})
	}
	if who.Has(cases.Officer) {
		rows, err := s.homeRows(c, store.Filter{AgencyIDs: v.ids(), Officer: who.ID, Light: "open", Today: s.today(), Book: book})
		if err != nil {
			return err
		}
		view.Lists = addList(view.Lists, home.List{Title: "我承办的，最先到期", Rows: rows, All: with("/cases", "agency", v.agency.Code, "hands", "me", "light", "open"), AllWord: "我承办的全部"})
	}
	rows, err := s.homeRows(c, store.Filter{AgencyIDs: v.ids(), Light: "open", Today: s.today(), Book: book})
	if err != nil {
		return err
	}
	view.Lists = append(view.Lists, home.List{Title: "最先到期", None: "没有在办的申请件。", Rows: rows, All: with("/cases", "agency", v.agency.Code, "light", "open"), AllWord: "全部在办"})
	return nil
}

// addList leaves an empty list out.
func addList(lists []home.List, one home.List) []home.List {
	if len(one.Rows) == 0 {
		return lists
	}
	return append(lists, one)
}

// homeRows reads the most urgent cases under a filter.
func (s *Server) homeRows(c echo.Context, f store.Filter) ([]home.Urgent, error) {
	page, err := s.db.List(c.Request().Context(), f, store.SortDue, "", homeRows)
	if err != nil {
		return nil, err
	}
	var out []home.Urgent
	for _, r := range page.Rows {
		out = append(out, urgent(r, f.Book.Latest(), f.Today, s.visitor(c)))
	}
	return out, nil
}

// toSign reads the decisions whose next signature is the visitor's.
func (s *Server) toSign(c echo.Context, v scope, book *calendar.Book) ([]home.Urgent, error) {
	page, err := s.db.List(c.Request().Context(), store.Filter{AgencyIDs: v.ids(), State: cases.StateProposed.Code(), Today: s.today(), Book: book}, store.SortDue, "", mostBatch)
	if err != nil {
		return nil, err
	}
	var out []home.Urgent
	for _, r := range page.Rows {
		if r.Hidden || len(out) == homeRows {
			continue
		}
		row, mine, err := s.approvalRow(c, r)
		if err != nil {
			return nil, err
		}
		if mine {
			one := urgent(r, book.Latest(), s.today(), s.visitor(c))
			one.Act, one.ActHref, one.Note = "审核签发", casePath(r.ID)+"/act/approved", "拟"+row.Result
			out = append(out, one)
		}
	}
	return out, nil
}

func urgent(r store.CaseRow, cal *calendar.Calendar, today calendar.Date, who visitor) home.Urgent {
	row := home.Urgent{Light: lightOf(r.Row, cal, today), Number: caseNumber(r.Number, r.ID), Href: casePath(r.ID),
		Applicant: maskedRow(r), Subject: oneLine(r.Subject, 60)}
	next, on := "答复期限", r.DueOn
	if r.StateOn(today).Waits() {
		next, on = r.StateOn(today).Label(), r.WaitsUntil
	}
	row.Next, row.On = next, orDash(on.String())
	if !on.IsZero() {
		row.Weekday = on.WeekdayChinese()
	}
	row.Provisional = !on.IsZero() && (r.Provisional && on == r.DueOn || cal.Provisional(on))
	row.Act, row.ActHref = nextStep(r, cal, today, who)
	if r.Hidden {
		row.Applicant, row.Subject, row.Href, row.ActHref = "***", "（敏感件，仅限指定人员查阅）", "", ""
	}
	return row
}

// nextStep names the act that a case usually needs next and leads to its form, if
// it is for the visitor to do; otherwise it says in words what is awaited.
func nextStep(r store.CaseRow, cal *calendar.Calendar, today calendar.Date, who visitor) (label, href string) {
	code := map[cases.State]string{cases.StateUnconfirmed: "confirm", cases.StateSupplement: "supplement_received", cases.StatePayment: "fee_paid",
		cases.StateConsulting: "consult_replied", cases.StateProposed: "", cases.StateApproved: "answered", cases.StateRunning: "proposed"}[r.StateOn(today)]
	lapsed := !r.WaitsUntil.IsZero() && r.WaitsUntil.Before(today)
	switch {
	case lapsed && (code == "supplement_received" || code == "fee_paid"):
		code = "answered"
	case code == "proposed" && r.Officer == 0:
		code = "assigned"
	}
	act, known := cases.FindAct(code)
	if !known || !who.May(r.AgencyID, act.Who...) {
		return nextAct(r.Row, cal, today), ""
	}
	label = act.Label
	switch {
	case code == "proposed":
		label = "处理决定"
	case code == "answered" && lapsed:
		label = "逾期未补，不再处理"
		if r.StateOn(today) == cases.StatePayment {
			label = "逾期未缴，不再处理"
		}
	}
	return label, actPath(r.ID, code)
}
