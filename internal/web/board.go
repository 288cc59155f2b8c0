package web

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/export"
	"gongkai/internal/importer"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// showBoard shows the returns of an agency and all below it: who makes his report
// from the cases here, who has handed in, locked, is missing or wrong.
func (s *Server) showBoard(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	return s.drawBoard(c, http.StatusOK, q, nil)
}

func (s *Server) drawBoard(c echo.Context, status int, q reportQuery, problems []parts.Problem) error {
	ctx := c.Request().Context()
	p, err := s.page(c, q.scope, "报送情况", "report")
	if err != nil {
		return err
	}
	p.Path, p.Wrong, p.Wide = fmt.Sprintf("/report/%d", q.year), len(problems) > 0, true
	view := annual.BoardView{Page: p, Heading: fmt.Sprintf("%s%d年年报报送情况", q.scope.agency.Name, q.year), Back: q.href(""), Action: q.href("/board"), Problems: problems,
		Edits: s.visitor(c).May(q.scope.agency.ID, cases.Editor), Saved: c.QueryParam("saved"), Blank: q.href("/board/blank"), Review: q.href("/board/review"), Chase: q.href("/board/chase"),
		Hand: q.href("/board/edit"), Remark: c.FormValue("remark"), Agency: q.scope.agency.Code, Only: c.QueryParam("only"), Unit: c.FormValue("unit")}
	units, err := s.db.UnitTables(ctx, q.scope.agency.ID, q.year, false)
	if err != nil {
		return err
	}
	states, err := s.db.ReturnStates(ctx, q.year)
	if err != nil {
		return err
	}
	here := map[int64]store.UnitTable{}
	for _, u := range units {
		here[u.AgencyID] = u
	}
	_, ids, err := s.db.TableAgencies(ctx, q.scope.agency.ID, q.year, false)
	if err != nil {
		return err
	}
	below := s.belowWhole(q, ids, states)
	for _, id := range ids {
		a, alive := q.scope.tree.Agency(id)
		if !alive || !q.scope.mayRead(id) && a.Kind != cases.Vertical {
			continue
		}
		s.addBoardRow(&view, q, a, here[id], states[id], below[id])
	}
	if view.Only != "" {
		view.Rows = slices.DeleteFunc(view.Rows, func(r annual.BoardRow) bool { return r.Group != view.Only })
	}
	due := report.PublicationDue(q.year, false)
	view.Due = fmt.Sprintf("部门应当在%s以前报送（条例第四十九条）。", due.Chinese())
	view.Late = s.today().After(due) && view.Missing > 0
	for _, x := range []struct{ code, label string }{{"", "全部"}, {"missing", "未报送"}, {"open", "待接收"}, {"back", "已退回"}, {"wrong", "有差异"}, {"locked", "已定稿"}} {
		view.Filters = append(view.Filters, annual.Link{Label: x.label, Href: map[bool]string{true: "", false: q.href("/board", "only", x.code)}[x.code == view.Only]})
	}
	return s.draw(c, status, annual.Board(view))
}

// belowWhole tells which agencies are in the return of one above them.
func (s *Server) belowWhole(q reportQuery, ids []int64, states map[int64]store.ReturnState) map[int64]string {
	out := map[int64]string{}
	for _, id := range ids {
		if x := states[id]; x.Outside != nil && x.Outside.Whole {
			a, _ := q.scope.tree.Agency(id)
			for _, sub := range q.scope.tree.BelowAll(id) {
				if sub != id {
					out[sub] = a.Name
				}
			}
		}
	}
	return out
}

// addBoardRow words how far an agency has come.
func (s *Server) addBoardRow(view *annual.BoardView, q reportQuery, a cases.Agency, u store.UnitTable, x store.ReturnState, within string) {
	row := annual.BoardRow{Name: a.Name, Code: a.Code, Key: x.Of + ":" + strconv.Itoa(x.N), Href: with(fmt.Sprintf("/report/%d", q.year), "agency", a.Code, "own", "1")}
	if u.Name != "" {
		row.New, row.Done = u.Table.New[report.TotalColumn].String(), u.Table.Total[report.TotalColumn].String()
	}
	switch {
	case x.Outside != nil:
		row.State = "已报送（" + sourceWord(x.Outside.Source) + "）"
		if x.Outside.Whole {
			row.State += "，含下级"
		}
		row.New, row.Done = x.Outside.Table.New[report.TotalColumn].String(), x.Outside.Table.Total[report.TotalColumn].String()
	case within != "":
		row.State = "已含在" + within + "的报送内"
	case x.N > 0:
		row.State = "已上报（" + x.Submitted.String() + "）"
	case u.Name != "":
		row.State = "在本系统办理"
	default:
		row.State, row.Missing, row.Group = "未报送", true, "missing"
	}
	if x.Version > 0 {
		row.Locked, row.Group = fmt.Sprintf("第%d版", x.Version), "locked"
		if !x.Published.IsZero() {
			row.Locked += "，" + x.Published.String() + "公布"
		}
	}
	s.boardReview(&row, x, a.ID == q.scope.agency.ID)
	if u.Locked != nil && a.ID != q.scope.agency.ID {
		if cells := u.Locked.Differences(u.Table); len(cells) > 0 {
			row.Wrong, row.Group = "定稿与汇总不同："+cells[0], "wrong"
		}
	}
	for _, chase := range x.Chased {
		row.Chased = append(row.Chased, chase.On.String()+"催报，限"+chase.Due.String())
	}
	if row.Missing {
		view.Missing++
	} else {
		view.Returned++
	}
	if row.Missing || x.Outside != nil {
		view.Choices = append(view.Choices, parts.Option{Value: a.Code, Label: a.Name, Chosen: a.Code == view.Unit})
	}
	view.Rows = append(view.Rows, row)
}

// boardReview words what was said of a return, or that it waits.
func (s *Server) boardReview(row *annual.BoardRow, x store.ReturnState, self bool) {
	switch {
	case x.N == 0 || self:
	case x.Review == nil:
		row.Open, row.Group = true, "open"
	case x.Review.Accepted:
		row.Reviewed = "已接收"
	default:
		row.Reviewed, row.Back, row.Group = "已退回："+x.Review.Remark, true, "back"
	}
}

func sourceWord(code string) string {
	return map[string]string{"workbook": "表格", "json": "数据文件", "hand": "手工", "web": "网页"}[code]
}

// boardUnit reads whose return a form is about: one of the agencies in the sum.
func (s *Server) boardUnit(c echo.Context, q reportQuery, code string) (cases.Agency, bool) {
	unit, found := q.scope.tree.ByCode(code)
	return unit, found && slices.Contains(q.scope.tree.BelowAll(q.scope.agency.ID), unit.ID)
}

// editsBoard reads the query and lets the editor of the agency above pass.
func (s *Server) editsBoard(c echo.Context) (reportQuery, error) {
	q, err := s.readReport(c)
	if err != nil {
		return q, err
	}
	if !q.scope.found {
		return q, errNotFound
	}
	return q, s.mayAct(c, q.scope.agency.ID, cases.Editor)
}

// takeReturn reads the return of an agency off the system from the file that it
// sent, and takes it into the sum if it agrees with itself; or takes it back.
func (s *Server) takeReturn(c echo.Context) error {
	q, err := s.editsBoard(c)
	if err != nil {
		return err
	}
	wrong := func(field, message string) error {
		return s.drawBoard(c, http.StatusUnprocessableEntity, q, []parts.Problem{{Field: field, Message: message}})
	}
	unit, found := s.boardUnit(c, q, c.FormValue("unit"))
	if !found {
		return wrong("unit", "没有选择报送的机关")
	}
	entry := store.OutsideEntry{Agency: unit.ID, Year: q.year, Source: "hand", Whole: c.FormValue("whole") == "1"}
	if c.FormValue("do") != "back" {
		read, kind, message, err := readReturn(c)
		if err != nil {
			return err
		}
		if message != "" {
			return wrong("file", message)
		}
		if other := squeezed(read.Agency); other != "" && other != squeezed(unit.Name) && c.FormValue("anyway") != "1" {
			return wrong("unit", fmt.Sprintf("文件写的是“%s”，选的是“%s”；请选对机关，确属同一机关的勾选“名称不同也收取”", read.Agency, unit.Name))
		}
		entry.Table, entry.Source = &read, kind
	}
	return s.enterReturn(c, q, unit, entry, func(message string) error { return wrong("file", message) })
}

func squeezed(name string) string { return strings.Join(strings.Fields(name), "") }

// enterReturn writes a return that was read, or shows the form again.
func (s *Server) enterReturn(c echo.Context, q reportQuery, unit cases.Agency, entry store.OutsideEntry, wrong func(string) error) error {
	last, err := s.db.OutsideReturns(c.Request().Context(), q.year)
	if err != nil {
		return err
	}
	entry.Seen = last[unit.ID].Place
	err = s.db.EnterOutside(c.Request().Context(), s.stamp(c), entry)
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return wrong(unit.Name + "：" + err.Error())
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/board", "saved", unit.Name))
}

// reviewReturns accepts what several agencies have handed in, or sends it back.
func (s *Server) reviewReturns(c echo.Context) error {
	q, err := s.editsBoard(c)
	if err != nil {
		return err
	}
	params, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	var units []store.ReviewedReturn
	for _, text := range params["pick"] {
		code, rest, _ := strings.Cut(text, "|")
		of, n, _ := strings.Cut(rest, ":")
		unit, found := s.boardUnit(c, q, code)
		place, err := strconv.Atoi(n)
		if !found || err != nil || unit.ID == q.scope.agency.ID {
			continue // no box of ours
		}
		units = append(units, store.ReviewedReturn{AgencyID: unit.ID, Name: unit.Name, Of: of, N: place})
	}
	wrong := func(message string) error {
		return s.drawBoard(c, http.StatusUnprocessableEntity, q, []parts.Problem{{Field: "remark", Message: message}})
	}
	if len(units) == 0 {
		return wrong("没有勾选要接收或退回的年报")
	}
	err = s.db.ReviewReturns(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, units, c.FormValue("do") == "accept", strings.TrimSpace(c.FormValue("remark")))
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return wrong(err.Error())
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/board", "saved", fmt.Sprintf("%d个机关的年报", len(units))))
}

// readReturn reads the file of a form as a published report.
func readReturn(c echo.Context) (table report.Table, source, message string, err error) {
	if c.Request().MultipartForm == nil || len(c.Request().MultipartForm.File["file"]) == 0 || c.Request().MultipartForm.File["file"][0].Filename == "" {
		return table, "", "没有选择文件：对方填好的表格（XLSX）、数据文件（JSON）、网页或DOCX", nil
	}
	head := c.Request().MultipartForm.File["file"][0]
	data, err := uploaded(head)
	if err != nil {
		return table, "", "", err
	}
	source = map[string]string{".xlsx": "workbook", ".json": "json"}[strings.ToLower(filepath.Ext(head.Filename))]
	if source == "" {
		source = "web"
	}
	if source == "json" {
		table, err = report.ReadJSON(data)
	} else {
		var read importer.Published
		read, err = importer.ReadPublished(head.Filename, data)
		table = read.Table
	}
	if err != nil {
		return table, "", "“" + head.Filename + "”读不出年报表：" + err.Error(), nil
	}
	return table, source, "", nil
}

// blankReturn gives the workbook that an agency off the system fills in and sends
// back.
func (s *Server) blankReturn(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	unit, found := s.boardUnit(c, q, c.QueryParam("unit"))
	if !found {
		unit = q.scope.agency
	}
	var file bytes.Buffer
	if err := export.WriteBlank(&file, report.NewTable(unit.Name, q.year, report.FormatOf(q.year))); err != nil {
		return err
	}
	attach(c, fmt.Sprintf("%s%d年年报填报表.xlsx", unit.Name, q.year))
	return c.Blob(http.StatusOK, downloadKinds[0].mime, file.Bytes())
}
