package web

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/supervision"
)

// reviewRows is how many cases a page of the review shows.
const reviewRows = 50

// reviewList fills in the cases under the filters: open ones, or late answers.
func (s *Server) reviewList(c echo.Context, view *supervision.View, q reviewQuery, v scope, names reviewNames, open []store.OpenCase, late []store.LateAnswer) error {
	var ids []int64
	row := map[int64]supervision.Row{}
	cal, err := s.reviewCalendar(c, q.day)
	if err != nil {
		return err
	}
	if view.Answered = q.typed["late"] != ""; view.Answered {
		view.ListHeading = "逾期答复的办件"
		for _, x := range late {
			if q.takesLate(x, v.tree) {
				ids = append(ids, x.ID)
				row[x.ID] = lateRow(x, names)
			}
		}
	} else {
		view.ListHeading = "在办件"
		for _, x := range open {
			if q.takesOpen(x, v.tree) {
				ids = append(ids, x.ID)
				row[x.ID] = openRow(x, names, cal, q.day)
			}
		}
	}
	view.ListHeading += fmt.Sprintf("（%d件）", len(ids))
	from := min((q.page-1)*reviewRows, len(ids))
	to := min(from+reviewRows, len(ids))
	if from > 0 {
		view.Prev = q.href("page", fmt.Sprint(q.page-1)) + "#list"
	}
	if to < len(ids) {
		view.Next = q.href("page", fmt.Sprint(q.page+1)) + "#list"
	}
	view.Rows, err = s.reviewLines(c, q, v, names, ids[from:to], row)
	return err
}

func (s *Server) reviewCalendar(c echo.Context, day calendar.Date) (*calendar.Calendar, error) {
	book, err := s.db.Book(c.Request().Context())
	if err != nil {
		return nil, err
	}
	return book.AsOf(day), nil
}

// openRow words an open case as it stood on the day.
func openRow(x store.OpenCase, names reviewNames, cal *calendar.Calendar, day calendar.Date) supervision.Row {
	return supervision.Row{Light: lightOf(x.Row, cal, day), Number: caseNumber(x.Number, x.ID), Received: x.ReceivedOn.String(), Due: dueText(x.Row, day),
		Officer: names.officer(x.Officer), Next: nextAct(x.Row, cal, day), Provisional: x.Provisional && !x.DueOn.IsZero()}
}

func lateRow(x store.LateAnswer, names reviewNames) supervision.Row {
	why, known := "未登记逾期原因", !x.Cause.IsZero()
	if known {
		why = x.Cause.Label() + "（" + x.Fault.Label() + "）"
	}
	officer := "—" // whom nothing names can't be blamed
	if x.Officer != 0 {
		officer = names.officer(x.Officer)
	}
	return supervision.Row{Why: !known, Light: parts.Light{Kind: "closed", Word: "已办结（逾期）"}, Number: caseNumber(x.Number, x.ID), Received: x.ReceivedOn.String(), Due: x.DueOn.String(),
		Officer: officer, Next: x.AnsweredOn.String() + " " + x.Outcome.Label() + "；" + why}
}

// reviewLines adds what stands in the case itself, whom an open one waits for and
// since when, and the orders that were given.
func (s *Server) reviewLines(c echo.Context, q reviewQuery, v scope, names reviewNames, ids []int64, rows map[int64]supervision.Row) ([]supervision.Row, error) {
	ctx := c.Request().Context()
	briefs, err := s.db.Briefs(ctx, ids)
	if err != nil {
		return nil, err
	}
	orders, err := s.db.OrdersOnCases(ctx, ids)
	if err != nil {
		return nil, err
	}
	order := map[int64]cases.Order{}
	for i := len(orders) - 1; i >= 0; i-- {
		order[orders[i].CaseID] = orders[i] // the latest
	}
	var out []supervision.Row
	for _, id := range ids {
		row, brief := rows[id], briefs[id]
		row.Anchor = "c" + itoa64(id)
		if v.many() {
			row.Agency = names.agency(brief.AgencyID)
		}
		if brief.Hidden {
			row.Subject = "（敏感件，仅限指定人员查阅）"
			out = append(out, row)
			continue
		}
		row.Subject, row.Applicant = first1(oneLine(brief.Subject, 80), "（未记载申请内容）"), maskedRow(brief)
		row.Href = casePath(id) + "?back=" + url.QueryEscape(q.href("page", pageText(q.page))+"#"+row.Anchor)
		if o, given := order[id]; given {
			row.Order, row.OrderHref = o.Number, orderPath(o.ID)
		} else if who := s.visitor(c); q.typed["late"] != "" && row.Why && who.May(brief.AgencyID, orderReaders()...) {
			row.Explain = casePath(id) + "/act/delay_explained"
		} else if q.typed["late"] == "" {
			row.OrderHref = with("/supervision/orders/new", "case", itoa64(id))
		}
		if q.typed["late"] == "" {
			if row.Next, err = s.waitingFor(c, id, row.Next, q.day); err != nil {
				return nil, err
			}
		}
		out = append(out, row)
	}
	return out, nil
}

func pageText(page int) string {
	if page < 2 {
		return ""
	}
	return fmt.Sprint(page)
}

// waitingFor says for whom an open case waits and since when; of one that waits
// for nobody it leaves the next act as it is.
func (s *Server) waitingFor(c echo.Context, id int64, next string, day calendar.Date) (string, error) {
	found, err := s.db.Case(c.Request().Context(), id)
	if err != nil {
		return "", err
	}
	if whom, since := cases.WaitsFor(cases.Timeline(found.Events, store.EndOfDay(day))); whom != "" {
		return fmt.Sprintf("%s，自%s", whom, since), nil
	}
	return next, nil
}

// backFrom says where the page of a case leads back to: the place of the review it
// was opened from, else the register.
func backFrom(c echo.Context, v scope) (href, word string) {
	back := c.QueryParam("back")
	for prefix, word := range map[string]string{"/supervision?": "督办管理", "/monitor/": "电子监察"} {
		if strings.HasPrefix(back, prefix) && !strings.Contains(back, "\\") && !strings.Contains(back, "//") {
			return back, word
		}
	}
	return with("/cases", "agency", v.agency.Code), "台账"
}
