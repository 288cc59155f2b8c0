package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/notices"
	"gongkai/templates/parts"
)

// showProposal shows a notice that waits, and what would happen if it were
// adopted today.
func (s *Server) showProposal(c echo.Context) error {
	return s.drawProposal(c, http.StatusOK, nil)
}

// openProposal reads the proposal of the address, for those who enter or confirm.
func (s *Server) openProposal(c echo.Context) (p store.NoticeProposal, enters, confirms bool, err error) {
	if enters, confirms, err = s.mayNotices(c); err != nil {
		return p, false, false, err
	}
	if !enters && !confirms {
		return p, false, false, errLacking{}
	}
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return p, false, false, errNotFound
	}
	p, err = s.db.NoticeProposal(c.Request().Context(), id)
	return p, enters, confirms, err
}

func (s *Server) drawProposal(c echo.Context, status int, problems []parts.Problem) error {
	ctx := c.Request().Context()
	w, enters, confirms, err := s.openProposal(c)
	if err != nil {
		return err
	}
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, noticeTitle(w.Notice), "notices")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/notices", len(problems) > 0
	names, err := s.db.NamesOf(ctx, []string{w.By, w.DecidedBy})
	if err != nil {
		return err
	}
	book, err := s.db.Book(ctx)
	if err != nil {
		return err
	}
	view := notices.ProposalView{Page: p, Heading: noticeTitle(w.Notice), Problems: problems, Path: proposalPath(w.ID),
		Months: noticeMonths(book, w.Notice), Changed: dayWords(w.Notice), First: w.Notice.Amends}
	view.Facts = []notices.Fact{{Label: "公布日期", Value: withWeekday(w.Notice.PublishedOn)}, {Label: "种类", Value: map[bool]string{true: "临时调整，只改写明的日子", false: "全年安排"}[w.Notice.Amends]},
		{Label: "录入", Value: s.clock(w.At) + " " + first1(names[w.By], w.By) + "，" + first1(w.Notice.Source, "其他方式")}}
	if w.DecidedAt != 0 {
		view.Decided = s.clock(w.DecidedAt) + " " + first1(names[w.DecidedBy], w.DecidedBy) + map[string]string{"adopted": "确认采用。", "refused": "没有采用。"}[w.Decision]
		return s.draw(c, status, notices.Proposal(view))
	}
	stamp := s.stamp(c)
	view.Alone = s.visitor(c).Single
	view.Own = cases.SameHand(w.By, stamp.By)
	view.Agrees, view.Refuses = confirms && (view.Alone || !view.Own), enters || confirms
	if !view.Agrees {
		view.Self = "须由另一人确认：安全管理员，或最上级机关的审核人、签发人。"
	}
	view.Warnings = noticeWarnings(book, w.Notice)
	if err := s.addPreview(c, v, &view, w.Notice); store.Is(err, store.Conflict) || store.Is(err, store.Invalid) {
		view.Problems = append(view.Problems, parts.Problem{Field: "do", Message: err.Error()})
	} else if err != nil {
		return err
	}
	view.Preview = true
	return s.draw(c, status, notices.Proposal(view))
}

// noticeMonths draws the year as it would be; the days that the notice names stand
// out.
func noticeMonths(book *calendar.Book, n calendar.Notice) []notices.Month {
	named := map[string]bool{}
	for _, d := range n.Days {
		named[d.Date.String()] = true
	}
	months := drawMonths(book.With(n).Latest(), n.Year, nil)
	for i := range months {
		for _, week := range months[i].Weeks {
			for k := range week {
				if named[week[k].Date] && n.Amends {
					week[k].Class += " named"
				}
			}
		}
	}
	return months
}

// dayWords counts the days that a notice names.
func dayWords(n calendar.Notice) string {
	off, work := 0, 0
	for _, d := range n.Days {
		if d.Kind == calendar.Off {
			off++
		} else {
			work++
		}
	}
	return fmt.Sprintf("写明放假%d天、上班%d天", off, work)
}

// noticeWarnings names what looks like a slip.
func noticeWarnings(book *calendar.Book, n calendar.Notice) []string {
	var out []string
	if lacks := n.Lacks(); len(lacks) > 0 {
		out = append(out, "没有写到法定节假日："+strings.Join(lacks, "、")+"。请核对原文是否粘贴完整。")
	}
	known := !book.Latest().Provisional(calendar.Of(n.Year, 1, 1))
	switch {
	case known && !n.Amends:
		out = append(out, fmt.Sprintf("%d年已有放假安排；采用后以这一份为准，原来的不再使用。如只是临时调整，请撤回，录入时勾选“只调整写明的日子”。", n.Year))
	case !known && n.Amends:
		out = append(out, fmt.Sprintf("%d年还没有全年安排，只有这一份调整；该年的期限仍为暂定。", n.Year))
	}
	return out
}

// addPreview fills in what would happen.
func (s *Server) addPreview(c echo.Context, v scope, view *notices.ProposalView, n calendar.Notice) error {
	j, err := s.db.PreviewNotice(c.Request().Context(), s.today(), n)
	if err != nil {
		return err
	}
	view.Explain = "已办结的办件保留当时据以判定的日历。"
	if j.Closed > 0 {
		view.Explain += fmt.Sprintf("今天刚答复的，以及台账中公布日以后答复的，共%d件随之重新判定。", j.Closed)
	}
	view.Counts, view.Agencies = previewCounts(j), previewAgencies(v, view.Path, j)
	tree, of := v.tree, c.QueryParam("of")
	after, _ := strconv.ParseInt(c.QueryParam("after"), 10, 64) // none: from the beginning
	reads := s.visitor(c).Reads
	for _, m := range j.Moves {
		a, _ := tree.Agency(m.AgencyID)
		if _, mine := slices.BinarySearch(reads, m.AgencyID); !mine || m.CaseID <= after || of != "" && a.Code != of {
			continue
		}
		if len(view.Moves) == notices.MovesOnPage {
			view.Next = with(view.Path, "of", of, "after", itoa64(after)) + "#moves"
			break
		}
		view.Moves = append(view.Moves, previewMove(m, a.Name))
		after = m.CaseID
	}
	if a, found := tree.ByCode(of); found {
		view.MovesOf, view.All = a.Name, view.Path+"#moves"
	}
	return nil
}

func previewCounts(j store.Judgement) []notices.Count {
	n := tallyMoves(j.Moves)
	return []notices.Count{{Label: "在办件", Value: number(int64(j.Open))}, {Label: "期限变动", Value: number(int64(n.moved))}, {Label: "提前", Value: number(int64(n.earlier))}, {Label: "推后", Value: number(int64(n.later))},
		{Label: "变为逾期", Value: number(int64(n.late)), Class: map[bool]string{true: "late"}[n.late > 0]}, {Label: "不再逾期", Value: number(int64(n.inTime)), Class: map[bool]string{true: "good"}[n.inTime > 0]},
		{Label: "不再暂定", Value: number(int64(j.Firm))}}
}

// moveTally counts moves by what they are.
type moveTally struct{ moved, earlier, later, late, inTime int }

func tallyMoves(moves []store.Move) (n moveTally) {
	for _, m := range moves {
		n.moved++
		_, was, is := movedTerm(m)
		switch {
		case is.Before(was):
			n.earlier++
		case is.After(was):
			n.later++
		}
		if !m.WasLate && m.IsLate {
			n.late++
		}
		if m.WasLate && !m.IsLate {
			n.inTime++
		}
	}
	return n
}

// movedTerm gives the term that moves: the agency's own or, while somebody else
// has to act, his.
func movedTerm(m store.Move) (word string, was, is calendar.Date) {
	if m.OldDue == m.NewDue && m.OldWaits != m.NewWaits {
		return "等待截止", m.OldWaits, m.NewWaits
	}
	return "答复期限", m.OldDue, m.NewDue
}

// previewAgencies counts what moves by agency, in the order of the tree; those
// whose cases the visitor reads lead to them.
func previewAgencies(v scope, path string, j store.Judgement) []notices.AgencyCount {
	by := map[int64][]store.Move{}
	for _, m := range j.Moves {
		by[m.AgencyID] = append(by[m.AgencyID], m)
	}
	var out []notices.AgencyCount
	for _, a := range v.tree.All() {
		if len(by[a.ID]) == 0 {
			continue
		}
		n := tallyMoves(by[a.ID])
		row := notices.AgencyCount{Name: a.Name, Moved: number(int64(n.moved)), Earlier: number(int64(n.earlier)), Later: number(int64(n.later)),
			BecomesLate: number(int64(n.late)), NoLate: number(int64(n.inTime))}
		if v.mayRead(a.ID) {
			row.Href = with(path, "of", a.Code) + "#moves"
		}
		out = append(out, row)
	}
	return out
}

func previewMove(m store.Move, agency string) notices.Move {
	word, was, is := movedTerm(m)
	out := notices.Move{Number: caseNumber(m.Number, m.CaseID), Href: casePath(m.CaseID), Agency: agency, What: word, Old: orDash(was.String()), New: orDash(is.String())}
	switch {
	case !m.WasLate && m.IsLate:
		out.Class, out.Word = "late", "变为逾期"
	case m.WasLate && !m.IsLate:
		out.Class, out.Word = "open", "不再逾期"
	case m.WasLate:
		out.Class, out.Word = "late", "仍逾期"
	}
	return out
}

// decideNotice adopts a notice, or not.
func (s *Server) decideNotice(c echo.Context) error {
	w, enters, confirms, err := s.openProposal(c)
	if err != nil {
		return err
	}
	agree := c.FormValue("do") == "agree"
	if agree && !confirms || !agree && !enters && !confirms {
		return errLacking{}
	}
	stamp := s.stamp(c)
	stamp.Alone = s.visitor(c).Single
	_, err = s.db.DecideNotice(c.Request().Context(), stamp, w.ID, agree)
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawProposal(c, http.StatusConflict, []parts.Problem{{Field: "do", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/notices", "saved", map[bool]string{true: "adopted", false: "refused"}[agree]))
}

// noticeStaff are who may come near a notice; mayNotices says who exactly.
func noticeStaff() policy {
	return staffOrAdmins(settingKeepers(), auth.SystemAdmin, auth.SecurityAdmin)
}
