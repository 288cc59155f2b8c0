package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// finding is a check that does not hold. One that blocks keeps a report from being
// locked; the others ask for an explanation in writing.
type finding struct {
	report.Finding
	blocks bool
	cases  []string // numbers that an explanation has to name one of
}

// findings are what keeps a report from being locked, or asks for words: K1 to K5
// block; K6 is held against what was locked of last year, where it was; K7, K8 and
// K11 ask.
func (s *Server) findings(c echo.Context, q reportQuery) (out []finding, err error) {
	ctx := c.Request().Context()
	f := report.FormatOf(q.year)
	table, err := s.db.Table(ctx, q.scope.agency.ID, q.year, q.scope.own, f)
	if err != nil {
		return nil, err
	}
	verdicts := []report.Verdict{report.Check(table), {}}
	before, err := s.lastYear(c, q)
	switch {
	case store.Is(err, store.NotFound):
	case err != nil:
		return nil, err
	default:
		report.CheckYears([]report.Table{table, before}, verdicts)
	}
	for _, x := range verdicts[0].Failures {
		out = append(out, finding{Finding: x, blocks: x.Identity != "K6"})
	}
	for _, x := range verdicts[0].Warnings {
		if x.Identity == "K7" || x.Identity == "K8" {
			out = append(out, finding{Finding: x})
		}
	}
	suits, err := s.suitsWithoutReview(c, q)
	if err == nil && len(suits) > 0 {
		out = append(out, finding{Finding: report.Finding{Identity: "K11", Where: "表四“未经复议直接起诉”",
			Message: fmt.Sprintf("自2024年起，对不予公开不服的应先申请行政复议；有%d件不予公开直接起诉：%s", len(suits), strings.Join(suits[:min(len(suits), 10)], "、"))}, cases: suits})
	}
	return out, err
}

// lastYear is the report of the year before: as locked, or else as the register
// has it.
func (s *Server) lastYear(c echo.Context, q reportQuery) (report.Table, error) {
	locked, err := s.db.Returns(c.Request().Context(), q.scope.agency.ID, q.year-1, q.scope.own)
	if err == nil && len(locked) > 0 {
		return locked[0].Frozen.Table, nil
	}
	if err != nil {
		return report.Table{}, err
	}
	return s.db.Table(c.Request().Context(), q.scope.agency.ID, q.year-1, q.scope.own, report.FormatOf(q.year-1))
}

// suitsWithoutReview names the cases of K11.
func (s *Server) suitsWithoutReview(c echo.Context, q reportQuery) ([]string, error) {
	_, ids, err := s.db.TableAgencies(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	all, err := s.db.Disputes(c.Request().Context(), ids, q.year)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range all {
		if d.Kind == cases.LitigationDirect && d.FiledOn.Year() >= 2024 && d.Outcome.Group() == "withhold" {
			out = append(out, caseNumber(d.Number, d.CaseID))
		}
	}
	return slices.Compact(out), nil
}

// showReturn shows how far a report has come: its checks, what was locked, and in
// what the register has moved since.
func (s *Server) showReturn(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	return s.drawReturn(c, http.StatusOK, q, nil)
}

func (s *Server) drawReturn(c echo.Context, status int, q reportQuery, problems []parts.Problem) error {
	ctx := c.Request().Context()
	p, err := s.page(c, q.scope, "定稿锁定", "report")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = fmt.Sprintf("/report/%d", q.year), len(problems) > 0
	who := s.visitor(c)
	view := annual.ReturnView{Page: p, Heading: fmt.Sprintf("%s%d年年报：定稿锁定", q.scope.agency.Name, q.year), Back: q.href(""), Document: q.href("/document"), Action: q.href("/return"),
		Problems: problems, Edits: who.May(q.scope.agency.ID, cases.Editor), Locks: who.May(q.scope.agency.ID, settingKeepers()...), Today: s.today().String(), Reason: c.FormValue("reason")}
	found, err := s.findings(c, q)
	if err != nil {
		return err
	}
	text, err := s.db.LastText(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, x := range found {
		view.Findings = append(view.Findings, annual.Check{Name: x.Identity, Meaning: x.Message, OK: !x.blocks})
		view.Blocked = view.Blocked || x.blocks
		if !x.blocks && !asked[x.Identity] {
			asked[x.Identity] = true
			view.Explain = append(view.Explain, parts.Input{Name: "explain_" + x.Identity, Label: x.Identity + "说明", Hint: "写明原因，点到具体办件编号。",
				Value: first1(c.FormValue("explain_"+x.Identity), text.Text.Explain[x.Identity]), Problems: problems})
		}
	}
	versions, err := s.db.Returns(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	for i, r := range versions {
		row, err := s.versionView(c, q, r, i == 0)
		if err != nil {
			return err
		}
		view.Versions = append(view.Versions, row)
	}
	open, waits, err := s.db.OpenReturn(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	if waits {
		names, err := s.db.NamesOf(ctx, []string{open.By})
		if err != nil {
			return err
		}
		view.Waiting, view.WaitingReason, view.Own = names[open.By], open.Reason, cases.SameHand(open.By, s.stamp(c).By) && !who.Single
		view.Proposal = strconv.FormatInt(open.ID, 10)
	}
	return s.draw(c, status, annual.Return(view))
}

func (s *Server) versionView(c echo.Context, q reportQuery, r store.Return, last bool) (annual.Version, error) {
	names, err := s.db.NamesOf(c.Request().Context(), []string{r.LockedBy})
	if err != nil {
		return annual.Version{}, err
	}
	out := annual.Version{Number: strconv.Itoa(r.Version), Locked: s.clock(r.LockedAt) + " " + names[r.LockedBy], Hash: r.Hash, Reason: r.Reason, Submitted: r.SubmittedOn.String(), Published: r.PublishedOn.String(), Last: last}
	for _, kind := range documentKinds {
		out.Downloads = append(out.Downloads, annual.Link{Label: kind.label, Href: q.href("/document/download", "as", kind.code, "version", out.Number)})
	}
	moved, cells, err := s.db.ReturnDifferences(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own, r.Version)
	if err != nil {
		return out, err
	}
	out.Cells = cells
	for _, m := range moved {
		out.Moved = append(out.Moved, annual.MovedCase{Number: caseNumber(m.Number, m.CaseID), Href: casePath(m.CaseID), Before: orDash(m.Before), Now: orDash(m.Now)})
	}
	return out, nil
}

// doReturn takes the next step: the editor asks, the second person locks or sends
// back, the editor notes when it was handed up and published.
func (s *Server) doReturn(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	roles := []cases.Role{cases.Editor}
	do := c.FormValue("do")
	if do == "lock" || do == "refuse" {
		roles = settingKeepers()
	}
	if err := s.mayAct(c, q.scope.agency.ID, roles...); err != nil {
		return err
	}
	switch do {
	case "lock", "refuse":
		err = s.decideReturn(c, q, do == "lock")
	case "submitted", "published":
		on, _ := readNearDay(c.FormValue("on"), s.today()) // the store says that there is none
		err = s.db.MarkReturn(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, q.scope.own, do, on)
	default:
		problems, errAsk := s.proposeReturn(c, q)
		if len(problems) > 0 {
			return s.drawReturn(c, http.StatusUnprocessableEntity, q, problems)
		}
		err = errAsk
	}
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawReturn(c, http.StatusUnprocessableEntity, q, []parts.Problem{{Field: "reason", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/return"))
}

// proposeReturn holds the checks and asks for the lock; the single user locks at
// once.
func (s *Server) proposeReturn(c echo.Context, q reportQuery) (problems []parts.Problem, err error) {
	found, err := s.findings(c, q)
	if err != nil {
		return nil, err
	}
	text, err := s.db.LastText(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	explain := map[string]string{}
	for _, x := range found {
		if x.blocks {
			problems = append(problems, parts.Problem{Field: "reason", Message: x.Identity + "不成立，不能定稿：" + x.Message})
			continue
		}
		field := "explain_" + x.Identity
		said := strings.TrimSpace(c.FormValue(field))
		explain[x.Identity] = said
		named := len(x.cases) == 0 || slices.ContainsFunc(x.cases, func(n string) bool { return strings.Contains(said, n) })
		if (said == "" || !named) && parts.Message(problems, field) == "" {
			problems = append(problems, parts.Problem{Field: field, Message: x.Identity + "不一致，请写明原因并点到具体办件编号：" + x.Message})
		}
	}
	if len(problems) > 0 {
		return problems, nil
	}
	ctx, stamp := c.Request().Context(), s.stamp(c)
	if len(explain) > 0 {
		text.Text.Explain = explain
		if err := s.db.EnterText(ctx, stamp, q.scope.agency.ID, q.year, q.scope.own, text.Place, text.Text); err != nil {
			return nil, err
		}
	}
	if err := s.db.ProposeReturn(ctx, stamp, q.scope.agency.ID, q.year, q.scope.own, strings.TrimSpace(c.FormValue("reason"))); err != nil {
		return nil, err
	}
	if s.visitor(c).Single {
		return nil, s.decideReturn(c, q, true)
	}
	return nil, nil
}

func (s *Server) decideReturn(c echo.Context, q reportQuery, agree bool) error {
	ctx := c.Request().Context()
	open, waits, err := s.db.OpenReturn(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	if !waits {
		return store.Fail(store.Conflict, "没有等待锁定的年报；可能别人已经办过，请刷新页面核对。")
	}
	found, err := s.findings(c, q)
	if err != nil {
		return err
	}
	for _, x := range found {
		if x.blocks && agree {
			return store.Fail(store.Invalid, "%s不成立，不能定稿：%s。", x.Identity, x.Message)
		}
	}
	facts, err := s.db.ReportFacts(ctx, q.scope.agency.ID, q.year, q.scope.own, report.FormatOf(q.year))
	if err != nil {
		return err
	}
	text, err := s.db.LastText(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	stamp := s.stamp(c)
	stamp.Alone = s.visitor(c).Single
	_, err = s.db.DecideReturn(ctx, stamp, open.ID, agree, func(t report.Table) (store.Frozen, error) {
		facts.Table = t
		d, err := report.Compose(facts, text.Text)
		if err != nil {
			return store.Frozen{}, err
		}
		if len(d.Untrue) > 0 && !slices.Contains(text.Text.Off, "on_time") {
			d.Untrue = nil // left out of the text: nothing untrue is said
		}
		return store.Frozen{Before: d.Before, After: d.After, Explain: text.Text.Explain}, nil
	})
	return err
}

// showBoard shows the returns of an agency and all below it: who makes his report
// from the cases here, who has handed in, who is missing.
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
		Edits: s.visitor(c).May(q.scope.agency.ID, cases.Editor), Saved: c.QueryParam("saved"), Blank: q.href("/board/blank")}
	counts, err := s.db.Counts(ctx, q.scope.ids(), q.year)
	if err != nil {
		return err
	}
	here := map[int64]store.AgencyCount{}
	for _, x := range counts {
		here[x.AgencyID] = x
	}
	outside, err := s.db.OutsideReturns(ctx, q.year)
	if err != nil {
		return err
	}
	locked, err := s.db.LockedBoard(ctx, q.year)
	if err != nil {
		return err
	}
	for _, id := range q.scope.ids() {
		a, alive := q.scope.tree.Agency(id)
		if !alive {
			continue
		}
		row := annual.BoardRow{Name: a.Name, Code: a.Code, Href: with(fmt.Sprintf("/report/%d", q.year), "agency", a.Code, "own", "1")}
		switch x, n := outside[id], here[id]; {
		case x.Table != nil:
			row.State, row.New, row.Done, row.Returned = "已报送（"+sourceWord(x.Source)+"）", x.Table.New[report.TotalColumn].String(), x.Table.Total[report.TotalColumn].String(), true
			view.Returned++
		case n.Received+n.Answered > 0:
			row.State, row.New, row.Done, row.Returned = "在本系统办理", number(n.Received), number(n.Answered), true
			view.Returned++
		default:
			row.State, row.Missing = "未报送", true
			view.Missing++
		}
		if r, there := locked[id]; there {
			row.Locked = fmt.Sprintf("第%d版", r.Version)
			if !r.PublishedOn.IsZero() {
				row.Locked += "，" + r.PublishedOn.String() + "公布"
			}
		}
		if row.Missing || outside[id].Table != nil {
			view.Choices = append(view.Choices, parts.Option{Value: a.Code, Label: a.Name, Chosen: a.Code == c.FormValue("unit")})
		}
		view.Rows = append(view.Rows, row)
	}
	due := calendar.Of(q.year+1, 1, 31)
	view.Due = fmt.Sprintf("部门应当在%s以前报送（条例第四十九条）。", due.Chinese())
	view.Late = s.today().After(due) && view.Missing > 0
	return s.draw(c, status, annual.Board(view))
}

func sourceWord(code string) string {
	return map[string]string{"workbook": "表格", "json": "数据文件", "hand": "手工", "web": "网页"}[code]
}
