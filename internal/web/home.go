package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/home"
	"gongkai/templates/plain"
)

// home shows what the office has to do next.
func (s *Server) home(c echo.Context) error {
	if !s.visitor(c).Works() {
		return s.homeWithoutWork(c)
	}
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "工作台", "home")
	if err != nil {
		return err
	}
	view := home.View{Page: p, HasAgencies: v.found, CanFound: s.visitor(c).Single}
	if v.found {
		if err := s.fillHome(c, &view, v); err != nil {
			return err
		}
	}
	return s.draw(c, http.StatusOK, home.Show(view))
}

// homeWithoutWork leads an administrator to the administration, and tells an
// account that holds no role yet whom to ask.
func (s *Server) homeWithoutWork(c echo.Context) error {
	if rule, built := s.pages["/admin"]; built && rule.admits(s.visitor(c), false) {
		return c.Redirect(http.StatusSeeOther, "/admin")
	}
	p := s.plainPage(c, "工作台")
	p.Place = "home"
	return s.draw(c, http.StatusOK, plain.Error(plain.ErrorView{Page: p, Heading: "还没有可办理的事项",
		Sentences: []string{"您的账号还没有任何机关的业务角色。请联系系统管理员提出、安全管理员确认后再办理。"}}))
}

func (s *Server) fillHome(c echo.Context, view *home.View, v scope) (err error) {
	ctx, today := c.Request().Context(), s.today()
	if view.HasCases, err = s.hasCases(c, v); err != nil {
		return err
	}
	book, err := s.db.Book(ctx)
	if err != nil {
		return err
	}
	desk, err := s.db.DeskCounts(ctx, v.ids(), today, book)
	if err != nil {
		return err
	}
	view.Counts = homeCounts(desk, v.agency.Code)
	if view.Tasks, err = s.tasks(c, v, book, desk); err != nil {
		return err
	}
	orders, err := s.orderTask(c, v)
	if err != nil {
		return err
	}
	view.Tasks = append(view.Tasks, orders...)
	if view.Tasks, err = s.withUnserved(c, v, view.Tasks); err != nil {
		return err
	}
	if view.Tasks, err = s.withoutOriginal(c, v, view.Tasks); err != nil {
		return err
	}
	if view.Page.Bell > 0 {
		view.Tasks = append([]home.Count{{Kind: "soon", Label: "提醒", Note: "未读的期限提醒", N: number(int64(view.Page.Bell)), Some: true, Href: "/reminders"}}, view.Tasks...)
	}
	view.CanImport = s.visitor(c).Has(importers()...)
	view.CanRegister = s.visitor(c).Has(cases.FrontDesk, cases.Officer)
	if err := s.homeLists(c, view, v, book); err != nil {
		return err
	}
	if view.Report, err = s.homeReport(c, v); err != nil {
		return err
	}
	return nil
}

func homeCounts(l store.DeskCount, agency string) []home.Count {
	row := func(kind, label, note string, n int, light string) home.Count {
		return home.Count{Kind: kind, Label: label, Note: note, N: number(int64(n)), Some: n > 0,
			Href: with("/cases", "agency", agency, "light", light)}
	}
	return []home.Count{row("late", "逾期", "答复期限已过", l.Late, "late"), row("soon", "今日到期", "今天必须答复", l.Today, "today"),
		row("soon", "3日内到期", "3个工作日内", l.Within3, "soon"), row("open", "7日内到期", "4至7个工作日内", l.Within7, "week"),
		row("waiting", "等待他方", "补正、意见、缴费", l.Waiting, "waiting"),
		row("open", "在办", "全部未办结", l.Open, "open")}
}

// tasks counts what waits for the visitor by his roles; each count opens its list.
func (s *Server) tasks(c echo.Context, v scope, book *calendar.Book, desk store.DeskCount) ([]home.Count, error) {
	who, ctx := s.visitor(c), c.Request().Context()
	var out []home.Count
	add := func(kind, label, note string, n int, key, value string) {
		out = append(out, home.Count{Kind: kind, Label: label, Note: note, N: number(int64(n)), Some: n > 0,
			Href: with("/cases", "agency", v.agency.Code, key, value)})
	}
	if who.Has(cases.FrontDesk, cases.Officer) {
		add("waiting", "待确认", "与申请人确认后起算", desk.Unconfirmed, "state", "unconfirmed")
		late, err := s.db.Unreached(ctx, v.ids(), s.today())
		if err != nil {
			return nil, err
		}
		if late > 0 {
			out[len(out)-1].Kind, out[len(out)-1].Note = "late", number(int64(late))+"件来了超过1个工作日，还没有联系"
		}
	}
	if who.Has(cases.FrontDesk) {
		open, late, err := s.db.CountParcels(ctx, v.ids(), s.today())
		if err != nil {
			return nil, err
		}
		if open > 0 {
			kind := map[bool]string{true: "late", false: "open"}[late > 0]
			out = append(out, home.Count{Kind: kind, Label: "来件待处理", Note: "收发登记中未成为申请的", N: number(int64(open)), Some: true,
				Href: with("/parcels", "agency", v.agency.Code)})
		}
	}
	hands := []struct {
		label, note, value string
		filter             store.Filter
	}{{"待分办", "还没有承办人", "none", store.Filter{Unassigned: true}}, {"我承办", "在我手上的", "me", store.Filter{Officer: who.ID, Light: "open"}}}
	for _, h := range hands {
		if !who.Has(cases.FrontDesk, cases.Officer, cases.Signer) {
			continue
		}
		h.filter.AgencyIDs, h.filter.Today, h.filter.Book = v.ids(), s.today(), book
		page, err := s.db.List(ctx, h.filter, store.SortDue, "", mostTasks)
		if err != nil {
			return nil, err
		}
		add("open", h.label, h.note, len(page.Rows), "hands", h.value)
		if h.value == "none" && !v.many() && who.May(v.agency.ID, assigners()...) {
			out[len(out)-1].Href = with("/assign", "agency", v.agency.Code)
		}
		if page.Next != "" {
			out[len(out)-1].N = number(mostTasks) + "+"
		}
	}
	sections, err := s.db.SectionsOf(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range sections {
		if err := s.sectionTask(c, v, id, book, add); err != nil {
			return nil, err
		}
	}
	drafts, err := s.db.CountDrafts(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	if drafts > 0 {
		out = append(out, home.Count{Kind: "open", Label: "草稿", Note: "填了一半的表", N: number(int64(drafts)), Some: true, Href: "/drafts"})
	}
	if who.Has(cases.Reviewer, cases.Signer, cases.Officer) {
		add("soon", "待审核签发", "等领导审签", desk.ToApprove, "state", "proposed")
		out[len(out)-1].Href = with("/approvals", "agency", v.agency.Code)
		add("soon", "待答复", "已签发，等寄出", desk.ToServe, "state", "approved")
	}
	return out, nil
}

// sectionTask counts what waits in the pool of a section of the visitor's.
func (s *Server) sectionTask(c echo.Context, v scope, section int64, book *calendar.Book, add func(kind, label, note string, n int, key, value string)) error {
	ctx := c.Request().Context()
	page, err := s.db.List(ctx, store.Filter{AgencyIDs: v.ids(), Section: section, Light: "open", Today: s.today(), Book: book}, store.SortDue, "", mostTasks)
	if err != nil || len(page.Rows) == 0 {
		return err
	}
	names, err := s.db.SectionNames(ctx, []int64{section})
	if err == nil {
		add("open", names[section]+"待认领", "在本科室，还没有人承办", len(page.Rows), "section", strconv.FormatInt(section, 10))
	}
	return err
}

// assigners are the roles that give cases to officers.
func assigners() []cases.Role {
	act, _ := cases.FindAct("assigned")
	return act.Who
}

// mostTasks is how far the tasks of one person are counted.
const mostTasks = 200

// homeReport leads to the table that the office works on.
func (s *Server) homeReport(c echo.Context, v scope) (home.Report, error) {
	year := reportYear(s.today())
	out := home.Report{Title: fmt.Sprintf("%d年年报表", year), Href: with(fmt.Sprintf("/report/%d", year), "agency", v.agency.Code),
		Due: fmt.Sprintf("部门%d年1月31日前报送，政府%d年3月31日前公布（条例第四十九条）。", year+1, year+1)}
	table, err := s.db.Table(c.Request().Context(), v.agency.ID, year, false, report.FormatOf(year))
	if store.Is(err, store.NotFound) {
		return home.Report{}, nil // founded after that year: it has no table
	}
	if err != nil {
		return out, err
	}
	out.New, out.Closed = number(table.New[report.TotalColumn].N), number(table.Total[report.TotalColumn].N)
	return out, nil
}
