package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/templates/register"
)

// showClock draws 期限说明: the clock of a case day by day, for the file, for a
// review or for the court.
func (s *Server) showClock(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	view, err := s.caseView(c, v, found)
	if err != nil {
		return err
	}
	view.Issued = s.today().Chinese()
	agency, _ := v.tree.Agency(found.AgencyID)
	view.Agency = agency.Name
	book, err := s.db.BookOf(c.Request().Context(), found.AgencyID)
	if err != nil {
		return err
	}
	view.Calendar, _, _ = strings.Cut(cases.Judged(book, cases.Timeline(found.Events, 0), s.today()).Version(), "#")
	view.Page.Title = "期限说明 " + view.Number
	return s.draw(c, http.StatusOK, register.ClockSheet(view))
}

// showFillBack draws 回填单: what the province's platform asks after the answer,
// each with a button that copies it.
func (s *Server) showFillBack(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, cases.FrontDesk, cases.Officer); err != nil {
		return err
	}
	p, err := s.page(c, v, "平台回填单 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path = "/cases"
	book, err := s.db.BookOf(c.Request().Context(), found.AgencyID)
	if err != nil {
		return err
	}
	row := (&cases.Deriver{Book: book}).Row(found.Events)
	view := register.FillBackView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID), Answered: !row.AnsweredOn.IsZero()}
	view.Facts, view.Platform = fillBack(found, row, found.Clock(book, s.today()))
	return s.draw(c, http.StatusOK, register.FillBack(view))
}

// fillBack gathers the lines of the platform's form from the timeline.
func fillBack(found *cases.Case, row cases.Row, clock deadline.Clock) (lines []register.Fact, platform string) {
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, register.Fact{Label: label, Value: value})
		}
	}
	for _, e := range cases.Timeline(found.Events, 0) {
		on := e.On.String()
		switch f := e.Fact.(type) {
		case cases.Received:
			platform = f.Platform
			add("平台编号", f.PlatformNumber)
			add("平台提交时间", f.PlatformSubmitted.String())
			add("收到申请之日", on)
			add("登记编号", found.Number)
		case cases.SupplementAsked:
			add("补正告知日期", on)
		case cases.SupplementReceived:
			add("补正收到日期", on)
		case cases.ConsultSent:
			add("征求意见发出日期", on)
		case cases.ConsultReplied:
			add("征求意见收回日期", on)
		case cases.Extended:
			add("延期告知日期", on)
			add("延期工作日", strconv.Itoa(f.Days))
		case cases.Answered:
			add("答复日期", on)
			add("办理结果", f.Outcome.Label())
			add("依据", articleNote(f.Outcome.Info().Article))
			add("答复文号", f.Document)
			add("答复内容", noteOf(found, e.Seq, "answer"))
		case cases.Served:
			add("送达日期", on)
		}
	}
	if !row.AnsweredOn.IsZero() {
		add("用时（工作日）", strconv.Itoa(row.DaysTaken))
		add("是否逾期", map[bool]string{true: "是", false: "否"}[clock.Late == deadline.Yes])
	}
	return lines, platform
}

func noteOf(found *cases.Case, seq int, kind string) string {
	for _, n := range found.NotesOf(seq) {
		if n.Kind == kind {
			return n.Text
		}
	}
	return ""
}
