package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/home"
	"gongkai/templates/papers"
)

// longPosted is after how many working days a letter that nobody signed for is
// asked after; longBare how many days back answers without service are listed.
const (
	longPosted = 7
	longBare   = 90
)

// listWaiting shows what is signed and not sent, posted and not signed for,
// answered and not served, answered without a letter in the file.
func (s *Server) listWaiting(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "待送达、待签收", "home")
	if err != nil {
		return err
	}
	p.Path, p.Wide = "/services", true
	view := papers.WaitingView{Page: p, Archive: with("/archive", "agency", v.agency.Code)}
	ctx, today := c.Request().Context(), s.today()
	book, err := s.db.Book(ctx)
	if err != nil {
		return err
	}
	signed, err := s.db.List(ctx, store.Filter{AgencyIDs: v.ids(), State: cases.StateApproved.Code(), Today: today, Book: book}, store.SortDue, "", mostTasks)
	if err != nil {
		return err
	}
	posted, bare, err := s.db.Unserved(ctx, v.ids(), today.AddDays(-longBare))
	if err != nil {
		return err
	}
	group := papers.WaitingGroup{Heading: "已签发，还没有送出", Hint: "邮寄以交邮之日、当面以签收之日、电子方式以发出之日为答复之日；过了期限就是逾期。", Empty: "没有。"}
	for _, r := range signed.Rows {
		row := papers.WaitingRow{Number: caseNumber(r.Number, r.ID), Href: casePath(r.ID) + "/services", Subject: oneLine(r.Subject, 50), What: "待送出", Due: orDash(r.DueOn.String()), Late: !r.DueOn.IsZero() && r.DueOn.Before(today)}
		if r.Hidden {
			row.Href, row.Subject = "", "（敏感件，仅限指定人员查阅）"
		}
		group.Rows = append(group.Rows, row)
	}
	view.Groups = []papers.WaitingGroup{group,
		{Heading: "已交邮，还没有签收或退回", Hint: "查询邮件，登记签收或退回；交邮超过7个工作日的标出。", Empty: "没有。", Rows: s.unservedRows(v, posted, func(on calendar.Date) bool { return book.Latest().Count(on, today) > longPosted })},
		{Heading: "已答复，没有送达的登记", Hint: "近90天内答复的。没有送达的证明，答复日期和救济期限都站不住。", Empty: "没有。", Rows: s.unservedRows(v, bare, func(calendar.Date) bool { return false })}}
	originals, err := s.originalsGroup(c, v)
	if err != nil {
		return err
	}
	view.Groups = append(view.Groups, originals)
	return s.draw(c, http.StatusOK, papers.Waiting(view))
}

func (s *Server) unservedRows(v scope, list []store.Unserved, late func(calendar.Date) bool) []papers.WaitingRow {
	var out []papers.WaitingRow
	for _, u := range list {
		row := papers.WaitingRow{Number: caseNumber(u.Number, u.CaseID), Href: casePath(u.CaseID) + "/services", Subject: oneLine(u.Subject, 50), What: "邮件 " + u.Mail, Since: u.Since.String(), Due: "—", Late: late(u.Since)}
		if u.Mail == "" {
			row.What = "没有送达登记"
		}
		if agency, ok := v.tree.Agency(u.AgencyID); ok && v.many() {
			row.Agency = agency.Name
		}
		if u.Hidden {
			row.Href, row.Subject = "", "（敏感件，仅限指定人员查阅）"
		}
		out = append(out, row)
	}
	return out
}

// withUnserved adds to the tasks what was sent and is not proved to have arrived.
func (s *Server) withUnserved(c echo.Context, v scope, tasks []home.Count) ([]home.Count, error) {
	if !s.visitor(c).Has(servers()...) {
		return tasks, nil
	}
	posted, bare, err := s.db.Unserved(c.Request().Context(), v.ids(), s.today().AddDays(-longBare))
	n := len(posted) + len(bare)
	if err != nil || n == 0 {
		return tasks, err
	}
	return append(tasks, home.Count{Kind: "waiting", Label: "待签收", Note: "已送出，没有送达的证明", N: number(int64(n)), Some: true, Href: with("/services", "agency", v.agency.Code)}), nil
}
