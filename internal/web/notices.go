package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/templates/notices"
)

// mayNotices reports what the visitor does with a notice, which is for the whole
// installation: the system administrator and those who check or sign for an
// agency that stands above all others enter one; the security administrator or
// another of the latter confirms.
func (s *Server) mayNotices(c echo.Context) (enters, confirms bool, err error) {
	v := s.visitor(c)
	if v.Single {
		return true, true, nil
	}
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return false, false, err
	}
	above := slices.ContainsFunc(tree.Children(0), func(a cases.Agency) bool { return v.May(a.ID, settingKeepers()...) })
	return above || v.Admin == auth.SystemAdmin, above || v.Admin == auth.SecurityAdmin, nil
}

// listNotices shows the years, their notices and what waits.
func (s *Server) listNotices(c echo.Context) error {
	ctx := c.Request().Context()
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "工作日日历", "notices")
	if err != nil {
		return err
	}
	p.Path = "/notices"
	view := notices.ListView{Page: p, Saved: map[string]string{"adopted": "已采用，在办件的期限已重新计算。", "refused": "已办理，没有采用。"}[c.QueryParam("saved")]}
	book, err := s.db.Book(ctx)
	if err != nil {
		return err
	}
	if next := s.today().Year() + 1; book.Latest().Provisional(calendar.Of(next, 1, 1)) {
		view.Missing = fmt.Sprintf("%d年的放假通知还没有采用：落在%d年的期限都是暂定，可能因调休上班而提前。通知一般在11月公布，公布后请即录入。", next, next)
	}
	if view.Enters, _, err = s.mayNotices(c); err != nil {
		return err
	}
	view.Rows = noticeRows(book.Notices())
	waits, err := s.db.NoticeProposals(ctx)
	if err != nil {
		return err
	}
	var by []string
	for _, w := range waits {
		by = append(by, w.By)
	}
	names, err := s.db.NamesOf(ctx, by)
	if err != nil {
		return err
	}
	for _, w := range waits {
		view.Waiting = append(view.Waiting, notices.Waiting{Href: proposalPath(w.ID), Title: noticeTitle(w.Notice), By: s.clock(w.At) + " " + first1(names[w.By], w.By) + "录入"})
	}
	if view.Local, err = s.localNote(c, v); err != nil {
		return err
	}
	view.Settings = with("/settings", "agency", v.agency.Code)
	return s.draw(c, http.StatusOK, notices.List(view))
}

func proposalPath(id int64) string { return "/notices/proposals/" + itoa64(id) }

func noticeTitle(n calendar.Notice) string {
	title := fmt.Sprintf("%d年放假安排", n.Year)
	if n.Amends {
		title = fmt.Sprintf("%d年放假安排的调整", n.Year)
	}
	if n.Number != "" {
		title += "（" + n.Number + "）"
	}
	return title
}

// noticeRows lists the notices, the latest year first.
func noticeRows(all []calendar.Notice) []notices.Row {
	slices.SortStableFunc(all, func(a, b calendar.Notice) int { return b.Year - a.Year })
	var out []notices.Row
	for _, n := range all {
		row := notices.Row{Year: strconv.Itoa(n.Year), Href: "/notices/" + strconv.Itoa(n.Year), Kind: "全年安排", Number: orDash(n.Number), Title: n.Title,
			Published: n.PublishedOn.String(), Adopted: "程序自带"}
		if n.Amends {
			row.Kind = "临时调整"
		}
		if !n.AdoptedOn.IsZero() {
			row.Adopted = n.AdoptedOn.String()
		}
		out = append(out, row)
	}
	return out
}

// localNote says which days an agency has of its own.
func (s *Server) localNote(c echo.Context, v scope) (string, error) {
	if !v.found {
		return "", nil
	}
	value, err := s.db.Setting(c.Request().Context(), v.agency.ID, "local_days", s.today())
	if err != nil || value == "" {
		return "", err
	}
	return v.agency.Name + "另有地方放假与补班：" + strings.Join(strings.Split(value, "\n"), "；") + "。", nil
}

// showYear draws a year as months, as the agency in view counts it.
func (s *Server) showYear(c echo.Context) error {
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || year < 2000 || year > 2099 {
		return errNotFound
	}
	ctx := c.Request().Context()
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, fmt.Sprintf("%d年工作日日历", year), "notices")
	if err != nil {
		return err
	}
	book, err := s.db.BookOf(ctx, v.agency.ID)
	if err != nil {
		return err
	}
	cal := book.Latest()
	view := notices.YearView{Page: p, Year: strconv.Itoa(year), Workdays: strconv.Itoa(cal.Workdays(year)), Provisional: cal.Provisional(calendar.Of(year, 1, 1)),
		Months: drawMonths(cal, year, nil), Previous: with("/notices/"+strconv.Itoa(year-1), "agency", v.agency.Code), After: with("/notices/"+strconv.Itoa(year+1), "agency", v.agency.Code)}
	for _, n := range book.Notices() {
		if n.Year == year {
			row := noticeRows([]calendar.Notice{n})[0]
			row.Title, row.Adopted = first1(n.Title, row.Kind), map[bool]string{true: "程序自带", false: n.AdoptedOn.String() + "采用"}[n.AdoptedOn.IsZero()]
			view.Notices = append(view.Notices, row)
		}
	}
	if view.Local, err = s.localNote(c, v); err != nil {
		return err
	}
	if enters, _, err := s.mayNotices(c); err != nil {
		return err
	} else if enters {
		view.Change = with("/notices/new", "by", "days", "year", strconv.Itoa(year))
	}
	return s.draw(c, http.StatusOK, notices.Year(view))
}

// drawMonths draws the months of a year; ticked, where it is not nil, tells which
// days stand ticked in the form that changes them.
func drawMonths(cal *calendar.Calendar, year int, ticked map[calendar.Date]bool) []notices.Month {
	var out []notices.Month
	for m := 1; m <= 12; m++ {
		out = append(out, drawMonth(cal, year, m, ticked))
	}
	return out
}

func drawMonth(cal *calendar.Calendar, year, month int, ticked map[calendar.Date]bool) notices.Month {
	out := notices.Month{Label: strconv.Itoa(month) + "月"}
	first := calendar.Of(year, time.Month(month), 1)
	week := make([]notices.Day, (int(first.Weekday())+6)%7)
	for i := range week {
		week[i].Class = "none"
	}
	for d := first; ; d = d.AddDays(1) {
		if _, m, _ := d.YMD(); int(m) != month {
			break
		}
		week = append(week, drawDay(cal, d, ticked))
		if len(week) == 7 {
			out.Weeks, week = append(out.Weeks, week), nil
		}
	}
	if len(week) > 0 {
		for len(week) < 7 {
			week = append(week, notices.Day{Class: "none"})
		}
		out.Weeks = append(out.Weeks, week)
	}
	return out
}

func drawDay(cal *calendar.Calendar, d calendar.Date, ticked map[calendar.Date]bool) notices.Day {
	info := cal.Day(d)
	_, _, number := d.YMD()
	weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
	out := notices.Day{Date: d.String(), Number: strconv.Itoa(number)}
	switch {
	case info.Kind == calendar.Off:
		out.Class, out.Mark, out.Title = "off", "休", d.Chinese()+" "+info.Name+"放假"
	case info.Kind == calendar.Work && weekend:
		out.Class, out.Mark, out.Title = "work", "班", d.Chinese()+" "+info.Name+"调休上班"
	case weekend:
		out.Class, out.Title = "weekend", d.Chinese()+" "+d.WeekdayChinese()
	default:
		out.Title = d.Chinese() + " 工作日"
	}
	if ticked != nil {
		out.Field, out.Ticked = map[bool]string{true: "work", false: "off"}[weekend], ticked[d]
		out.Title = d.Chinese() + map[bool]string{true: "上班", false: "放假"}[weekend]
	}
	return out
}
