package web

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/export"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// showChase draws the letters that remind agencies whose return is missing
// (催报通知), to print or as DOCX; and to the editor the button by which it is noted
// that they were sent.
func (s *Server) showChase(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	return s.drawChase(c, http.StatusOK, q, nil)
}

// missingUnits lists the agencies of the sum that have handed in nothing and keep
// no cases here, with what was said to each before.
func (s *Server) missingUnits(c echo.Context, q reportQuery) (out []annual.ChasedUnit, agencies []cases.Agency, err error) {
	ctx := c.Request().Context()
	units, err := s.db.UnitTables(ctx, q.scope.agency.ID, q.year, false)
	if err != nil {
		return nil, nil, err
	}
	states, err := s.db.ReturnStates(ctx, q.year)
	if err != nil {
		return nil, nil, err
	}
	_, ids, err := s.db.TableAgencies(ctx, q.scope.agency.ID, q.year, false)
	if err != nil {
		return nil, nil, err
	}
	within := s.belowWhole(q, ids, states)
	for _, id := range ids {
		a, alive := q.scope.tree.Agency(id)
		x := states[id]
		there := slices.ContainsFunc(units, func(u store.UnitTable) bool { return u.AgencyID == id && (x.Review == nil || x.Review.Accepted) })
		back := x.Review != nil && !x.Review.Accepted
		if !alive || id == q.scope.agency.ID || there || within[id] != "" || x.N > 0 && !back {
			continue
		}
		row := annual.ChasedUnit{Code: a.Code, Name: a.Name}
		if back {
			row.Note = "已退回：" + x.Review.Remark
		}
		for _, chase := range x.Chased {
			row.Before = append(row.Before, chase.On.String()+"催报，限"+chase.Due.String())
		}
		out, agencies = append(out, row), append(agencies, a)
	}
	return out, agencies, nil
}

// chaseDue is the day that the letters name: what was typed, else the statutory one
// or, where it is past, in five working days.
func (s *Server) chaseDue(c echo.Context, q reportQuery) (calendar.Date, bool, error) {
	if text := c.FormValue("due"); text != "" {
		day, ok := readNearDay(text, s.today())
		return day, ok, nil
	}
	due := report.PublicationDue(q.year, false)
	if s.today().Before(due) {
		return due, true, nil
	}
	book, err := s.db.Book(c.Request().Context())
	if err != nil {
		return due, false, err
	}
	return book.Latest().Add(s.today(), 5), true, nil
}

func (s *Server) drawChase(c echo.Context, status int, q reportQuery, problems []parts.Problem) error {
	units, _, err := s.missingUnits(c, q)
	if err != nil {
		return err
	}
	due, ok, err := s.chaseDue(c, q)
	if err != nil {
		return err
	}
	if !ok {
		due = report.PublicationDue(q.year, false)
	}
	letters := s.chaseLetters(q, units, due)
	if c.QueryParam("as") == "docx" {
		var file bytes.Buffer
		if err := export.WriteLetters(&file, letters); err != nil {
			return err
		}
		attach(c, fmt.Sprintf("%d年年报催报通知.docx", q.year))
		return c.Blob(http.StatusOK, documentKinds[0].mime, file.Bytes())
	}
	p, err := s.page(c, q.scope, "催报通知", "report")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = fmt.Sprintf("/report/%d", q.year), len(problems) > 0
	view := annual.ChaseView{Page: p, Heading: fmt.Sprintf("%d年年报催报通知", q.year), Back: q.href("/board"), Action: q.href("/board/chase"), Docx: q.href("/board/chase", "as", "docx", "due", due.String()),
		Due: first1(c.FormValue("due"), due.String()), Units: units, Problems: problems, Edits: s.visitor(c).May(q.scope.agency.ID, cases.Editor), Saved: c.QueryParam("saved") == "1"}
	for _, l := range letters {
		view.Letters = append(view.Letters, annual.Letter{To: l.To, Title: l.Title, Text: l.Text, From: l.From, On: l.On})
	}
	return s.draw(c, status, annual.Chase(view))
}

// chaseLetters words the letters.
func (s *Server) chaseLetters(q reportQuery, units []annual.ChasedUnit, due calendar.Date) (out []export.Letter) {
	for _, u := range units {
		text := []string{fmt.Sprintf("根据《中华人民共和国政府信息公开条例》第四十九条、第五十条，各机关应当按期报送上一年度政府信息公开工作年度报告。你单位%d年年度报告至今尚未报送。", q.year),
			fmt.Sprintf("请于%s以前将填报表（XLSX）或数据文件报送我单位。本年度没有收到申请的，也应报送，各项填0。", due.Chinese())}
		if u.Note != "" {
			text[0] = fmt.Sprintf("你单位报送的%d年政府信息公开工作年度报告需要修改（%s）。", q.year, u.Note)
			text[1] = fmt.Sprintf("请于%s以前改正后重新报送。", due.Chinese())
		}
		if len(u.Before) > 0 {
			text = append(text, fmt.Sprintf("此前已催报%d次，请抓紧报送。", len(u.Before)))
		}
		out = append(out, export.Letter{Title: "关于报送政府信息公开工作年度报告的催报通知", To: u.Name, Text: text, From: q.scope.agency.Name, On: s.today().Chinese()})
	}
	return out
}

// doChase notes that the chosen agencies were reminded.
func (s *Server) doChase(c echo.Context) error {
	q, err := s.editsBoard(c)
	if err != nil {
		return err
	}
	wrong := func(field, message string) error {
		return s.drawChase(c, http.StatusUnprocessableEntity, q, []parts.Problem{{Field: field, Message: message}})
	}
	due, ok, err := s.chaseDue(c, q)
	if err != nil {
		return err
	}
	if !ok {
		return wrong("due", "报送期限“"+c.FormValue("due")+"”读不懂，写作 "+s.today().String())
	}
	params, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	_, missing, err := s.missingUnits(c, q)
	if err != nil {
		return err
	}
	var ids []int64
	for _, a := range missing {
		if slices.Contains(params["pick"], a.Code) {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return wrong("due", "没有勾选催报的机关")
	}
	err = s.db.ChaseReturns(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, ids, due)
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return wrong("due", err.Error())
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/board/chase", "saved", "1"))
}
