package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/applicants"
)

// applicantRows is how many applicants a page shows.
const applicantRows = 50

// listApplicants shows the register of applicants of the agencies in view.
func (s *Server) listApplicants(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "申请人", "applicants")
	if err != nil {
		return err
	}
	p.Path = "/applicants"
	view := applicants.ListView{Page: p, Saved: map[string]string{"proposed": "已提出合并；单机版直接办理，多人使用的等待第二人确认。", "decided": "已办理。"}[c.QueryParam("saved")]}
	after, _ := strconv.ParseInt(c.QueryParam("after"), 10, 64) // anything else: from the beginning
	lines, err := s.db.Applicants(c.Request().Context(), v.ids(), "", after, applicantRows)
	if err != nil {
		return err
	}
	for _, l := range lines {
		view.Rows = append(view.Rows, s.applicantRow(v, l))
	}
	if view.Waiting, err = s.waitingMerges(c, v); err != nil {
		return err
	}
	if len(lines) == applicantRows {
		view.Next = with("/applicants", "agency", v.agency.Code, "after", strconv.FormatInt(lines[len(lines)-1].ID, 10))
	}
	return s.draw(c, http.StatusOK, applicants.List(view))
}

// loadApplicant reads the applicant of the address, of the agencies in view.
func (s *Server) loadApplicant(c echo.Context) (page store.ApplicantPage, v scope, view applicants.View, err error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return page, v, view, errNotFound
	}
	if v, err = s.scope(c, s.today()); err != nil {
		return page, v, view, err
	}
	if page, err = s.db.Applicant(c.Request().Context(), v.ids(), id); err != nil {
		return page, v, view, err
	}
	agency, _ := v.tree.Agency(page.AgencyID)
	own := "/applicants/" + strconv.FormatInt(page.ID, 10)
	view = applicants.View{Name: masked(page.Name, page.Kind), Kind: page.Kind.Label(), Agency: agency.Name,
		Back: with("/applicants", "agency", v.agency.Code), Issued: s.today().Chinese()}
	if s.visitor(c).May(page.AgencyID, fileHandlers()...) {
		view.Evidence = with(own+"/evidence", "agency", v.agency.Code)
	}
	if n := len(page.Records); n > 1 {
		view.Records = fmt.Sprintf("证件号码相同、或姓名和电话都相同的%d条记录合在一起", n)
	} else {
		view.Records = "只有这一条记录"
	}
	return page, v, view, nil
}

// showApplicant shows what one applicant has asked, and how often.
func (s *Server) showApplicant(c echo.Context) error {
	page, v, view, err := s.loadApplicant(c)
	if err != nil {
		return err
	}
	return s.drawApplicant(c, http.StatusOK, page, v, view, "")
}

func (s *Server) drawApplicant(c echo.Context, status int, page store.ApplicantPage, v scope, view applicants.View, problem string) (err error) {
	if view.Page, err = s.page(c, v, "申请人", "applicants"); err != nil {
		return err
	}
	view.Page.Path, view.Page.Wrong, view.Problem, view.Reason = "/applicants", problem != "", problem, c.FormValue("reason")
	if s.visitor(c).May(page.AgencyID, fileHandlers()...) {
		view.MergePath = with("/applicants/"+strconv.FormatInt(page.ID, 10)+"/merge", "agency", v.agency.Code)
		if view.Choices, err = s.mergeChoices(c, page); err != nil {
			return err
		}
	}
	book, err := s.db.Book(c.Request().Context())
	if err != nil {
		return err
	}
	most := 1
	for _, m := range page.Months {
		most = max(most, m.Count)
	}
	for _, m := range page.Months {
		view.Months = append(view.Months, applicants.Month{Label: fmt.Sprintf("%d年%d月", m.Month/100, m.Month%100), Count: strconv.Itoa(m.Count), Share: max(1, m.Count*10/most)})
	}
	for _, r := range page.Rows {
		view.Cases = append(view.Cases, applicants.Case{Light: lightOf(r.Row, book.Latest(), s.today()), Number: caseNumber(r.Number, r.ID), Href: casePath(r.ID), Received: orDash(r.ReceivedOn.String()),
			Content: oneLine(r.Subject, 80), Outcome: r.Outcome.Label(), Answered: r.AnsweredOn.String()})
	}
	return s.draw(c, status, applicants.Show(view))
}

// showEvidence sets an applicant's requests side by side with their answers, for
// Art 35 and Art 36(6).
func (s *Server) showEvidence(c echo.Context) error {
	page, v, view, err := s.loadApplicant(c)
	if err != nil {
		return err
	}
	if view.Page, err = s.page(c, v, "申请情况比对", "applicants"); err != nil {
		return err
	}
	view.Page.Path, view.Page.Wide = "/applicants", true
	// The paper for the file names the person: that it was drawn is in the audit
	// chain before it leaves.
	if err := s.mayAct(c, page.AgencyID, fileHandlers()...); err != nil {
		return err
	}
	var drawn []store.Entry
	for _, record := range page.Records {
		drawn = append(drawn, store.Entry{Act: "people_opened", Object: "applicant", ObjectID: record, Detail: map[string]any{"reason": "evidence"}})
	}
	if err := s.db.Audit(c.Request().Context(), page.AgencyID, s.stamp(c), drawn...); err != nil {
		return err
	}
	view.Name = orDash(page.Name)
	view.Back = with("/applicants/"+strconv.FormatInt(page.ID, 10), "agency", v.agency.Code)
	lines, err := s.db.Requests(c.Request().Context(), v.ids(), page.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		row := applicants.Case{Number: caseNumber(l.Number, l.ID), Href: casePath(l.ID), Received: orDash(l.ReceivedOn.String()), Content: l.Content,
			Outcome: l.Outcome.Label(), Answered: l.AnsweredOn.String(), Served: l.ServedOn.String()}
		if l.Similar > 0 {
			row.Similar = fmt.Sprintf("%.0f%%", l.Similar*100)
		}
		view.Cases = append(view.Cases, row)
	}
	return s.draw(c, http.StatusOK, applicants.Evidence(view))
}

// listDisputes shows the reviews and suits of the agencies in view: those open
// with what is due, those closed this year.
func (s *Server) listDisputes(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "复议诉讼", "remedies")
	if err != nil {
		return err
	}
	p.Path = "/remedies"
	view := applicants.DisputesView{Page: p, Year: s.today().Year()}
	found, err := s.db.Disputes(c.Request().Context(), v.ids(), view.Year)
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, d := range found {
		if seen[d.CaseID] {
			continue
		}
		seen[d.CaseID] = true
		open, closed, err := s.disputesOf(c, v, d.CaseID)
		if err != nil {
			return err
		}
		view.Open, view.Closed = append(view.Open, open...), append(view.Closed, closed...)
	}
	return s.draw(c, http.StatusOK, applicants.Disputes(view))
}

// disputesOf words the disputes of a case from its timeline: how far each has
// come, and the term that the last step set.
func (s *Server) disputesOf(c echo.Context, v scope, id int64) (open, closed []applicants.Dispute, err error) {
	found, err := s.db.Case(c.Request().Context(), id)
	if store.Is(err, store.NotFound) {
		return nil, nil, nil // a sensitive case: table 四 counts it, this page does not show it
	}
	if err != nil {
		return nil, nil, err
	}
	var order []int
	rows := map[int]*applicants.Dispute{}
	thisYear := map[int]bool{}
	for _, e := range cases.Timeline(found.Events, 0) {
		switch f := e.Fact.(type) {
		case cases.RemedyFiled:
			row := &applicants.Dispute{Kind: f.Remedy.Label(), Number: caseNumber(found.Number, found.ID), Href: casePath(found.ID), Filed: e.On.String(), State: "已提起"}
			if f.YearOnly {
				row.Filed = strconv.Itoa(e.On.Year()) + "年（日期不详）"
			}
			if v.many() {
				agency, _ := v.tree.Agency(found.AgencyID)
				row.Agency = agency.Name
			}
			rows[f.Ref], order = row, append(order, f.Ref)
		case cases.RemedyStep:
			if row := rows[f.Ref]; row != nil {
				row.State, row.Due, row.Late = cases.StepLabel(cases.RemedyStep{Step: f.Step}), f.Due.String(), !f.Due.IsZero() && f.Due.Before(s.today())
			}
		case cases.RemedyClosed:
			if row := rows[f.Ref]; row != nil {
				row.Closed, row.Result = e.On.String(), f.Result.Label()
				thisYear[f.Ref] = e.On.Year() == s.today().Year()
			}
		}
	}
	for _, ref := range order {
		switch row := rows[ref]; {
		case row.Closed == "":
			open = append(open, *row)
		case thisYear[ref]:
			closed = append(closed, *row)
		}
	}
	return open, closed, nil
}
