package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// mostBatch is how many cases a page of a batch shows.
const mostBatch = store.MostTogether

// showApprovals lists the decisions that wait for a signature: those that the
// visitor may sign, to be signed here or read first, and those that wait for
// others.
func (s *Server) showApprovals(c echo.Context) error {
	return s.drawApprovals(c, batchResult{})
}

// batchResult is what a batch has done.
type batchResult struct {
	done   int
	failed []string
	wrong  []parts.Problem
}

func (r batchResult) status() int {
	if len(r.failed) > 0 || len(r.wrong) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (s *Server) drawApprovals(c echo.Context, r batchResult) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "审批", "approvals")
	if err != nil {
		return err
	}
	p.Wide, p.Wrong = true, len(r.wrong) > 0
	view := handling.BatchView{Page: p, Heading: "审批", Intro: "提请审核、等待签发的处理决定列在这里，最先到期的在前。要退回的，打开办件写明退回意见。",
		Action: "/approvals", Button: "审核签发勾选的办件", Empty: "没有等待审批的办件", OthersHeading: "等待他人审批", Problems: r.wrong, Failed: r.failed}
	if r.done > 0 || c.QueryParam("done") != "" {
		view.Done = fmt.Sprintf("已审核签发%s件。", first1(c.QueryParam("done"), strconv.Itoa(r.done)))
	}
	book, err := s.db.Book(c.Request().Context())
	if err != nil {
		return err
	}
	page, err := s.db.List(c.Request().Context(), store.Filter{AgencyIDs: v.ids(), State: cases.StateProposed.Code(), Today: s.today(), Book: book}, store.SortDue, "", mostBatch)
	if err != nil {
		return err
	}
	for _, line := range page.Rows {
		if line.Hidden {
			continue
		}
		row, mine, err := s.approvalRow(c, line)
		if err != nil {
			return err
		}
		row.Light = lightOf(line.Row, book.Latest(), s.today())
		if v.many() {
			row.Agency = line.AgencyName
		}
		if mine {
			view.Rows = append(view.Rows, row)
		} else {
			row.Value = ""
			view.Others = append(view.Others, row)
		}
	}
	return s.draw(c, r.status(), handling.Batch(view))
}

// batchRow words a case for a batch. Its value names the version that was shown:
// what changed since is not signed unread.
func batchRow(line store.CaseRow, version int64) handling.BatchRow {
	return handling.BatchRow{Value: strconv.FormatInt(line.ID, 10) + ":" + strconv.FormatInt(version, 10), Href: casePath(line.ID),
		Number: caseNumber(line.Number, line.ID), Subject: oneLine(line.Subject, 60), Applicant: maskedRow(line), Due: line.DueOn.String() + tentative(line.Provisional && !line.DueOn.IsZero())}
}

// approvalRow words a waiting decision, and says whether its next step is the
// visitor's.
func (s *Server) approvalRow(c echo.Context, line store.CaseRow) (row handling.BatchRow, mine bool, err error) {
	found, err := s.db.Case(c.Request().Context(), line.ID)
	if err != nil {
		return row, false, err
	}
	row = batchRow(line, found.Version)
	p, waiting := found.Proposal()
	chain, err := s.chainOf(c.Request().Context(), line.AgencyID)
	if err != nil || !waiting || p.Place >= len(chain) {
		return row, false, err
	}
	step := chain[p.Place]
	names, err := s.db.NamesOf(c.Request().Context(), []string{p.By})
	if err != nil {
		return row, false, err
	}
	row.Result, row.Step = p.Outcome.Label(), fmt.Sprintf("第%d步 %s；%s提请", p.Place+1, step.Name, names[p.By])
	if n := len(found.Versions()); n > 1 {
		row.Note = fmt.Sprintf("退回后第%d次提请", n)
	}
	own := cases.SameHand(p.By, s.stamp(c).By) && !s.visitor(c).Single
	return row, s.visitor(c).May(line.AgencyID, step.Role) && !own, nil
}

// doApprovals signs the chosen ones, each for itself: one that moved on since the
// page was shown does not keep the others.
func (s *Server) doApprovals(c echo.Context) error {
	if _, err := s.scope(c, s.today()); err != nil {
		return err
	}
	if signers := []cases.Role{cases.Reviewer, cases.Signer}; !s.visitor(c).Has(signers...) {
		return errLacking{signers}
	}
	act, _ := cases.FindAct("approved")
	r, err := s.batch(c, act, func(one *cases.Case, stamp cases.Stamp) error {
		return one.Approve(stamp, s.today(), cases.Approved{})
	})
	if err != nil {
		return err
	}
	if r.status() == http.StatusOK {
		return c.Redirect(http.StatusSeeOther, with("/approvals", "agency", c.FormValue("agency"), "done", strconv.Itoa(r.done)))
	}
	return s.drawApprovals(c, r)
}

// batch does an act on every case that was chosen.
func (s *Server) batch(c echo.Context, act cases.Act, do func(*cases.Case, cases.Stamp) error) (r batchResult, err error) {
	params, err := c.FormParams()
	if err != nil {
		return r, err
	}
	picked := params["pick"]
	if len(picked) == 0 {
		r.wrong = append(r.wrong, parts.Problem{Field: "pick", Message: "没有勾选办件，勾选要办理的再提交"})
		return r, nil
	}
	for _, value := range picked[:min(len(picked), mostBatch)] {
		number, why, err := s.batchOne(c, act, value, do)
		switch {
		case err != nil:
			return r, err
		case why != "":
			r.failed = append(r.failed, number+"："+why)
		default:
			r.done++
		}
	}
	return r, nil
}

// batchOne does an act on one case "id:version"; why says what keeps it from
// being done.
func (s *Server) batchOne(c echo.Context, act cases.Act, value string, do func(*cases.Case, cases.Stamp) error) (number, why string, err error) {
	ctx := c.Request().Context()
	before, after, _ := strings.Cut(value, ":")
	id, errID := strconv.ParseInt(before, 10, 64)
	version, errVersion := strconv.ParseInt(after, 10, 64)
	if errID != nil || errVersion != nil || id <= 0 {
		return "", "", errNotFound
	}
	found, err := s.db.Case(ctx, id)
	if err != nil {
		return "", "", err
	}
	number = caseNumber(found.Number, found.ID)
	roles, err := s.actRoles(c, found, act)
	if err != nil {
		return number, "", err
	}
	if err := s.mayAct(c, found.AgencyID, roles...); err != nil {
		return number, "", err
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return number, "", err
	}
	err = s.db.UpdateAt(ctx, id, version, stamp, func(one *cases.Case) error { return do(one, stamp) })
	switch {
	case store.Is(err, store.Conflict):
		return number, "页面打开以后又有新的登记，请打开办件看过再办", nil
	case isRefused(err):
		return number, err.Error(), nil
	}
	return number, "", err
}

// askAssign lists what is in nobody's hands, to be given to an officer.
func (s *Server) askAssign(c echo.Context) error { return s.drawAssign(c, batchResult{}) }

func (s *Server) drawAssign(c echo.Context, r batchResult) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	if err := s.mayAct(c, v.agency.ID, assigners()...); err != nil {
		return err
	}
	p, err := s.page(c, v, "分办", "home")
	if err != nil {
		return err
	}
	p.Wide, p.Wrong, p.Path = true, len(r.wrong) > 0, "/assign"
	view := handling.BatchView{Page: p, Heading: "分办", Intro: "还没有承办人的在办件，最先到期的在前。勾选后交给一位承办人。", Action: "/assign",
		Button: "分办勾选的办件", Empty: "没有待分办的办件", Problems: r.wrong, Failed: r.failed}
	if done := c.QueryParam("done"); done != "" {
		view.Done = "已分办" + done + "件。"
	}
	if err := s.fillAssign(c, &view, v); err != nil {
		return err
	}
	return s.draw(c, r.status(), handling.Batch(view))
}

func (s *Server) fillAssign(c echo.Context, view *handling.BatchView, v scope) error {
	ctx := c.Request().Context()
	book, err := s.db.Book(ctx)
	if err != nil {
		return err
	}
	page, err := s.db.List(ctx, store.Filter{AgencyIDs: []int64{v.agency.ID}, Unassigned: true, Today: s.today(), Book: book}, store.SortDue, "", mostBatch)
	if err != nil {
		return err
	}
	versions, err := s.versionsOf(ctx, page.Rows)
	if err != nil {
		return err
	}
	for _, line := range page.Rows {
		if line.Hidden {
			continue
		}
		row := batchRow(line, versions[line.ID])
		row.Result, row.Light = nextAct(line.Row, book.Latest(), s.today()), lightOf(line.Row, book.Latest(), s.today())
		view.Rows = append(view.Rows, row)
	}
	fields, err := s.assignFields(c, v.agency.ID)
	if err != nil {
		return err
	}
	view.Fields = drawFields("", fields, actInput{values: map[string][]string{fields[0].name: {first1(c.FormValue("officer"), fields[0].initial)}}, problems: view.Problems})[1:2]
	return nil
}

func (s *Server) versionsOf(ctx context.Context, rows []store.CaseRow) (map[int64]int64, error) {
	out := map[int64]int64{}
	for _, r := range rows {
		if r.Hidden {
			continue
		}
		found, err := s.db.Case(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		out[r.ID] = found.Version
	}
	return out, nil
}

// doAssign gives the chosen ones to an officer.
func (s *Server) doAssign(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	if err := s.mayAct(c, v.agency.ID, assigners()...); err != nil {
		return err
	}
	fields, err := s.assignFields(c, v.agency.ID)
	if err != nil {
		return err
	}
	if !offered(fields[0].options, c.FormValue("officer")) {
		return s.drawAssign(c, batchResult{wrong: []parts.Problem{{Field: "officer", Message: "没有选择承办人"}}})
	}
	act, _ := cases.FindAct("assigned")
	r, err := s.batch(c, act, func(one *cases.Case, stamp cases.Stamp) error {
		return one.Assign(stamp, s.today(), handsOf(c.FormValue("officer")))
	})
	if err != nil {
		return err
	}
	if r.status() == http.StatusOK {
		return c.Redirect(http.StatusSeeOther, with("/assign", "agency", v.agency.Code, "done", strconv.Itoa(r.done)))
	}
	return s.drawAssign(c, r)
}

func offered(options []parts.Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

// compareVersions words the decision before the chain beside the version that
// went back before it.
func compareVersions(found *cases.Case) (rows []handling.Compared, returned string) {
	all := found.Versions()
	if len(all) == 0 {
		return nil, ""
	}
	now := all[len(all)-1]
	var before cases.Version
	if len(all) > 1 {
		before = all[len(all)-2]
		if !before.ReturnedOn.IsZero() {
			returned = before.ReturnedOn.Chinese() + "退回：" + first1(before.Opinion, "没有写退回意见")
		}
	}
	for _, x := range []struct {
		label string
		of    func(cases.Version) string
	}{{"处理结果", func(v cases.Version) string { return v.Outcome.Label() }}, {"各项结果", func(v cases.Version) string { return cases.ItemWords(v.Items) }}, {"不予提供部分的依据", groundWords}, {"答复内容", func(v cases.Version) string { return v.Text }}} {
		row := handling.Compared{Label: x.label, Before: orDash(x.of(before)), Now: orDash(x.of(now))}
		row.Changed = returned != "" && row.Before != row.Now
		if row.Now != orDash("") || row.Changed {
			rows = append(rows, row)
		}
	}
	return rows, returned
}

func groundWords(v cases.Version) string {
	var out []string
	for _, g := range v.Grounds {
		out = append(out, g.Label())
	}
	return strings.Join(out, "、")
}

// lastReturn says how the last version went back, for whoever proposes the next.
func lastReturn(found *cases.Case) string {
	if _, waiting := found.Proposal(); waiting {
		return ""
	}
	all := found.Versions()
	if len(all) == 0 || all[len(all)-1].ReturnedOn.IsZero() {
		return ""
	}
	last := all[len(all)-1]
	return last.ReturnedOn.Chinese() + "退回：" + first1(last.Opinion, "没有写退回意见")
}
