package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// askTopics lists the latest cases of an agency that have no topic yet, or (?case=)
// one case, to say what they are about.
func (s *Server) askTopics(c echo.Context) error { return s.drawTopics(c, nil) }

func (s *Server) drawTopics(c echo.Context, wrong []parts.Problem) error {
	v, err := s.topicScope(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "归类主题", "analysis")
	if err != nil {
		return err
	}
	p.Wide, p.Wrong, p.Path = true, len(wrong) > 0, "/topics"
	view := handling.BatchView{Page: p, Heading: "归类主题", Intro: "还没有主题的申请件，最近收到的在前，一次最多" + strconv.Itoa(mostBatch) + "件。勾选后选一个主题；主题只用于统计分析。",
		Action: "/topics", Button: "归类勾选的办件", Empty: "没有未归类的办件", Problems: wrong}
	if done := c.QueryParam("done"); done != "" {
		view.Done = "已归类" + done + "件。"
	}
	topics, err := s.db.Topics(c.Request().Context(), v.agency.ID, s.today())
	if err != nil {
		return err
	}
	view.Fields = []handling.Field{topicField(topics, c.FormValue("topic"), wrong)}
	if len(topics) == 0 {
		view.Empty, view.Intro = "还没有申请主题", "先在“机关设置”里写明本机关（或上级机关）的申请主题，每行一个。"
		return s.draw(c, http.StatusOK, handling.Batch(view))
	}
	if view.Rows, err = s.topicRows(c, v); err != nil {
		return err
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.draw(c, status, handling.Batch(view))
}

// topicScope is the agency whose cases are told apart: whoever works there may.
func (s *Server) topicScope(c echo.Context) (scope, error) {
	v, err := s.scope(c, s.today())
	if err != nil {
		return v, err
	}
	if !v.found {
		return v, errNotFound
	}
	return v, s.mayAct(c, v.agency.ID, cases.Roles()...)
}

func topicField(topics []string, chosen string, wrong []parts.Problem) handling.Field {
	f := handling.Field{Input: parts.Input{Name: "topic", Label: "主题", Value: chosen, Problems: wrong}, Kind: "choice"}
	f.Options = append(f.Options, parts.Option{Label: "请选择", Chosen: chosen == ""})
	for _, t := range topics {
		f.Options = append(f.Options, parts.Option{Value: t, Label: t, Chosen: t == chosen})
	}
	f.Options = append(f.Options, parts.Option{Value: store.NoneGiven, Label: "去掉主题", Chosen: chosen == store.NoneGiven})
	return f
}

func (s *Server) topicRows(c echo.Context, v scope) ([]handling.BatchRow, error) {
	ctx := c.Request().Context()
	book, err := s.db.Book(ctx)
	if err != nil {
		return nil, err
	}
	f := store.Filter{AgencyIDs: v.tree.Own(v.agency.ID), Topic: store.NoneGiven, Today: s.today(), Book: book}
	one, _ := strconv.ParseInt(c.FormValue("case"), 10, 64) // what is none asks for the list
	if one > 0 {
		f.Topic, f.ID = "", one
	}
	page, err := s.db.List(ctx, f, store.SortReceived.Desc(), "", mostBatch)
	if err != nil {
		return nil, err
	}
	picked := map[string]bool{}
	for _, id := range c.Request().Form["pick"] {
		picked[id] = true
	}
	var out []handling.BatchRow
	for _, line := range page.Rows {
		if line.Hidden {
			continue
		}
		row := batchRow(line, 0)
		row.Value = strconv.FormatInt(line.ID, 10)
		row.Chosen = picked[row.Value] || one > 0
		row.Result, row.Light = line.Outcome.Label(), lightOf(line.Row, book.Latest(), s.today())
		if line.AnsweredOn.IsZero() {
			row.Result = nextAct(line.Row, book.Latest(), s.today())
		}
		out = append(out, row)
	}
	if one > 0 && len(out) == 0 {
		return nil, errNotFound
	}
	return out, nil
}

// doTopics gives the chosen cases a topic, or takes theirs away. The same again
// changes nothing.
func (s *Server) doTopics(c echo.Context) error {
	v, err := s.topicScope(c)
	if err != nil {
		return err
	}
	params, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	ids, topic := idsOf(params["pick"]), c.FormValue("topic")
	switch {
	case topic == "":
		return s.drawTopics(c, []parts.Problem{{Field: "topic", Message: "还没有选主题：从列表中选一个"}})
	case len(ids) == 0:
		return s.drawTopics(c, []parts.Problem{{Field: "topic", Message: "还没有勾选办件：在要归类的各件前打勾"}})
	case len(ids) > mostBatch:
		return store.Fail(store.Invalid, "一次最多归类%d件。", mostBatch)
	}
	for _, id := range ids {
		found, err := s.db.Case(c.Request().Context(), id)
		if err != nil {
			return err
		}
		if err := s.mayAct(c, found.AgencyID, cases.Roles()...); err != nil {
			return err
		}
	}
	changed, err := s.db.SetTopics(c.Request().Context(), s.stamp(c), ids, strings.Replace(topic, store.NoneGiven, "", 1))
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/topics", "agency", v.agency.Code, "done", fmt.Sprint(changed)))
}

// withTopic adds what a case is about, where the agency tells topics apart.
func (s *Server) withTopic(c echo.Context, facts []register.Fact, found *cases.Case) ([]register.Fact, error) {
	ctx := c.Request().Context()
	listed, err := s.db.Topics(ctx, found.AgencyID, s.today())
	if err != nil {
		return nil, err
	}
	topics, err := s.db.CaseTopics(ctx, []int64{found.ID})
	if err != nil {
		return nil, err
	}
	if len(listed) == 0 && topics[found.ID] == "" {
		return facts, nil
	}
	f := register.Fact{Label: "申请主题", Value: cmp.Or(topics[found.ID], "未归类")}
	if s.visitor(c).May(found.AgencyID, cases.Roles()...) {
		tree, err := s.db.Tree(ctx, s.today())
		if err != nil {
			return nil, err
		}
		if agency, alive := tree.Agency(found.AgencyID); alive {
			f.ChangeWord, f.Change = "更改", with("/topics", "agency", agency.Code, "case", strconv.FormatInt(found.ID, 10))
		}
	}
	return append(facts, f), nil
}
