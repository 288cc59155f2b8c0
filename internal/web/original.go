package web

import (
	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/templates/handling"
	"gongkai/templates/home"
	"gongkai/templates/papers"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// An answer can be recorded with a day alone: a part-timer who has posted it needs no
// more. Then it is asked by which way it went, and the case is marked 无原件 until the
// letter lies in its file.

// wayField asks by which way an answer went where the page can record one; the way
// that the applicant named is chosen beforehand.
func wayField(found *cases.Case, stamp cases.Stamp, o cases.Outcome) []actField {
	gives := false
	for _, b := range decisionButtons(found, stamp, o) {
		gives = gives || b.Value == "answer"
	}
	if !gives || !o.CountsAsAnswer() {
		return nil
	}
	f := actField{name: "way", label: "送达方式", kind: "select", optional: true, options: []parts.Option{{Label: "请选择"}},
		hint: "答复怎样送出的。日期按它填：邮寄为交邮之日，当面为签收之日，电子方式为发出之日。凭证另在“送达登记”中登记。"}
	for _, w := range cases.ServiceWays() {
		f.options = append(f.options, parts.Option{Value: w.Code(), Label: w.Label()})
	}
	if way, named := found.WayAsked(); named {
		f.initial = way.Code()
	}
	return []actField{f}
}

// hasField reports whether a form was sent with a field: reading an act's form fills in
// choices that were left out.
func hasField(c echo.Context, name string) bool {
	params, err := c.FormParams()
	_, sent := params[name]
	return err == nil && sent
}

// readWay holds the way against what is done: a proposal has none, on the spot is by
// hand, an answer needs one where the form asked for it.
func readWay(fields []actField, sent bool, in *actInput) {
	asked := false
	for _, f := range fields {
		asked = asked || f.name == "way"
	}
	_, err := cases.ParseServiceWay(in.one("way"))
	switch do := in.one("do"); {
	case do == "spot":
		in.values["way"] = []string{cases.InHand.Code()}
	case !asked || !sent || do == "propose":
		delete(in.values, "way") // a script that leaves it out says nothing
	case do == "answer" && err != nil:
		in.problems = append(in.problems, parts.Problem{Field: "way", Message: "没有选择“送达方式”：答复怎样送出的，决定哪一天算作出答复"})
	}
}

// drawDecided words the fields of a decision. In a form that was not sent yet the usual
// way is chosen; that a way is optional holds for who only keeps or proposes.
func drawDecided(fields []actField, in actInput) []handling.Field {
	for _, f := range fields {
		if _, typed := in.values["way"]; f.name == "way" && !typed && f.initial != "" {
			in.values["way"] = []string{f.initial}
		}
	}
	out := drawFields("日期（答复视为作出之日，或提请之日）", fields, in)
	for i := range out {
		if out[i].Name == "way" {
			out[i].Optional = false
		}
	}
	return out
}

// noOriginalHint says beside the button that closes a case what is still missing then.
const noOriginalHint = "从“文书”发出的答复书自动入卷；只在这里登记的，办结后请把盖章的答复书扫描件放进材料，在此之前本件标“无原件”。"

// originalFact says whether the letter of an answer lies in the case's file, with the
// way to add it; nothing where no letter is due or the answer was given elsewhere.
func (s *Server) originalFact(c echo.Context, found *cases.Case, row cases.Row) ([]register.Fact, error) {
	if row.AnsweredOn.IsZero() || !row.Outcome.CountsAsAnswer() || historyAnswer(found) {
		return nil, nil
	}
	has, err := s.db.HasOriginal(c.Request().Context(), found.ID)
	if err != nil || has {
		return nil, err
	}
	f := register.Fact{Label: "答复书", Value: "无原件", Note: "办结时只登记了日期，材料里没有发出的答复书。"}
	if s.visitor(c).May(found.AgencyID, fileHandlers()...) {
		f.Change, f.ChangeWord = originalPath(found.ID), "添加扫描件"
	}
	return []register.Fact{f}, nil
}

// originalPath leads to where the letter of an answer is added.
func originalPath(id int64) string { return casePath(id) + "?kind=answer#files" }

// historyAnswer reports whether the answer was taken over from a ledger.
func historyAnswer(found *cases.Case) bool {
	for _, e := range cases.Timeline(found.Events, 0) {
		if _, answer := e.Fact.(cases.Answered); answer {
			return e.History
		}
	}
	return false
}

// originalsGroup lists the answers whose letter is not in the file.
func (s *Server) originalsGroup(c echo.Context, v scope) (papers.WaitingGroup, error) {
	list, err := s.db.WithoutOriginal(c.Request().Context(), v.ids(), s.today().AddDays(-longBare))
	if err != nil {
		return papers.WaitingGroup{}, err
	}
	g := papers.WaitingGroup{ID: "originals", Heading: "缺答复书原件", Hint: "近90天内答复、材料里没有答复书的。打开后在“材料”里添加盖章的扫描件，种类选“答复书”；从“文书”发出的不会缺。", Empty: "没有。",
		Rows: s.unservedRows(v, list, func(calendar.Date) bool { return false })}
	for i := range g.Rows {
		g.Rows[i].What = "无原件"
		if g.Rows[i].Href != "" {
			g.Rows[i].Href = originalPath(list[i].CaseID)
		}
	}
	return g, nil
}

// withoutOriginal adds to the tasks the answers whose letter is not in the file.
func (s *Server) withoutOriginal(c echo.Context, v scope, tasks []home.Count) ([]home.Count, error) {
	if !s.visitor(c).Has(servers()...) {
		return tasks, nil
	}
	list, err := s.db.WithoutOriginal(c.Request().Context(), v.ids(), s.today().AddDays(-longBare))
	if err != nil || len(list) == 0 {
		return tasks, err
	}
	return append(tasks, home.Count{Kind: "waiting", Label: "缺答复书原件", Note: "已答复，材料里没有答复书", N: number(int64(len(list))), Some: true,
		Href: with("/services", "agency", v.agency.Code) + "#originals"}), nil
}
