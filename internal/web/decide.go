package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// askDecision leads through the questions to an outcome (?w= the answers so far),
// or takes one at once (?outcome=), and draws the form of the decision.
func (s *Server) askDecision(c echo.Context) error {
	found, v, _, err := s.loadAct(c, "answered")
	if err != nil {
		return err
	}
	view, err := s.decideView(c, v, found)
	if err != nil {
		return err
	}
	if p, waiting := found.Proposal(); waiting {
		if len(p.Items) > 0 {
			return s.drawItems(c, http.StatusOK, view, found, s.againDecision(found))
		}
		return s.drawDecision(c, view, found, p.Outcome, s.againDecision(found))
	}
	if c.QueryParam("items") == "1" {
		return s.askItems(c, view, found)
	}
	if code := c.QueryParam("outcome"); code != "" {
		outcome, err := cases.ParseOutcome(code)
		if err != nil || outcome.IsZero() {
			return errNotFound
		}
		in := firstDecision(cases.Proposed{}, s.today())
		typed, key, err := s.draftIn(c, view.Action)
		if err != nil {
			return err
		}
		draftAct(&in, typed)
		view.Key = first1(key, view.Key)
		return s.drawDecision(c, view, found, outcome, in)
	}
	if view.Returned != "" && len(c.QueryParams()["w"]) == 0 && c.QueryParam("fresh") == "" {
		view.Fresh = view.Action + "?fresh=1"
		all := found.Versions()
		if len(all[len(all)-1].Items) > 0 {
			return s.drawItems(c, http.StatusOK, view, found, s.againDecision(found))
		}
		return s.drawDecision(c, view, found, all[len(all)-1].Outcome, s.againDecision(found))
	}
	return s.drawGuide(c, view, found)
}

// againDecision is the form with what was proposed last.
func (s *Server) againDecision(found *cases.Case) actInput {
	all := found.Versions()
	in := firstDecision(all[len(all)-1].Proposed, s.today())
	in.values["answer"] = []string{all[len(all)-1].Text}
	for _, it := range all[len(all)-1].Items {
		in.values[itemField(it.Item)] = []string{it.Outcome.Code()}
	}
	in.values["main"] = []string{all[len(all)-1].Outcome.Code()}
	return in
}

func firstDecision(p cases.Proposed, today interface{ String() string }) actInput {
	in := actInput{typedOn: today.String(), values: map[string][]string{"on": {today.String()}}}
	in.on, _ = readDay(in.typedOn)
	for _, g := range p.Grounds {
		in.values["grounds"] = append(in.values["grounds"], g.Code())
	}
	return in
}

// decideView is the frame of the decision's pages.
func (s *Server) decideView(c echo.Context, v scope, found *cases.Case) (handling.DecideView, error) {
	p, err := s.page(c, v, "处理决定 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return handling.DecideView{}, err
	}
	p.Path = "/cases"
	return handling.DecideView{ActView: handling.ActView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID),
		Heading: "处理决定", Version: strconv.FormatInt(found.Version, 10), Key: first1(c.FormValue("key"), s.reference()), Action: casePath(found.ID) + "/decide", Returned: lastReturn(found)}}, nil
}

// drawGuide asks the next question; at the end of the way it leads to the act or
// draws the decision.
func (s *Server) drawGuide(c echo.Context, view handling.DecideView, found *cases.Case) error {
	answers := c.QueryParams()["w"]
	path, next, end, err := cases.Walk(answers)
	if err != nil {
		return errNotFound
	}
	for i, q := range path {
		back := view.Action
		for j, a := range answers[:i] {
			back += map[bool]string{true: "?", false: "&"}[j == 0] + "w=" + a
		}
		chosen := q.Options[slices.IndexFunc(q.Options, func(o cases.Option) bool { return o.Code == answers[i] })]
		view.Path = append(view.Path, handling.Asked{Question: q.Text, Answer: chosen.Label, Back: back})
	}
	switch {
	case next != nil:
		view.Next = &handling.Ask{Text: next.Text, Hint: next.Hint, Hidden: answers}
		for _, o := range next.Options {
			view.Next.Options = append(view.Next.Options, parts.Option{Value: o.Code, Label: o.Label})
		}
		view.Direct = directOutcomes()
		view.Items = view.Action + "?items=1"
		return s.draw(c, http.StatusOK, handling.Decide(view))
	case end.Act != "":
		return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"/act/"+end.Act)
	}
	return s.drawDecision(c, view, found, cases.MustOutcome(end.Outcome), firstDecision(cases.Proposed{}, s.today()))
}

func directOutcomes() []parts.Option {
	var out []parts.Option
	for _, o := range cases.Outcomes() {
		out = append(out, parts.Option{Value: o.Code(), Label: o.Label()})
	}
	return out
}

// drawDecision draws the form of a decision.
func (s *Server) drawDecision(c echo.Context, view handling.DecideView, found *cases.Case, o cases.Outcome, in actInput) error {
	if err := s.fillDecision(c, &view, found, o, in); err != nil {
		return err
	}
	return s.draw(c, http.StatusOK, handling.Decide(view))
}

func (s *Server) fillDecision(c echo.Context, view *handling.DecideView, found *cases.Case, o cases.Outcome, in actInput) error {
	info := o.Info()
	organ, court, err := s.remedyOrgans(c, found.AgencyID)
	if err != nil {
		return err
	}
	a := cases.Answered{Outcome: o, Grounds: groundsOf(in)}
	hint := ""
	if o.Group() == "partial" && len(a.Grounds) == 0 { // not yet chosen: the stricter of the two
		a.Grounds = []cases.Outcome{cases.MustOutcome("withhold.internal_affairs")}
		hint = "（不予提供部分的依据都不在第十四条至第十六条的，只告知后一种途径；选定依据后以此处显示的为准。）"
	}
	view.Outcome = &handling.Chosen{Code: o.Code(), Label: o.Label(), Article: articleNote(info.Article), Need: o.NeedWords(), Letter: info.Document,
		Row: rowWord(o, in.on.Year()), Remedies: a.RemedyLine(in.on, organ, court)}
	if hint != "" && len(view.Outcome.Remedies) > 1 {
		view.Outcome.Remedies = append(view.Outcome.Remedies, hint)
	}
	if in, err = s.withNumber(c, found, in); err != nil {
		return err
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return err
	}
	asked := decisionFields(o)
	if err := s.answeredBefore(c, found, asked); err != nil {
		return err
	}
	fields, err := s.togetherField(c, found, decisionAct(found), append(append(asked, wayField(found, stamp, o)...), lateFields(found, stamp, o)...))
	if err != nil {
		return err
	}
	view.Fields = drawDecided(fields, in)
	view.Others = decisionButtons(found, stamp, o)
	view.Problems, view.Wrong = in.problems, len(in.problems) > 0
	return nil
}

// remedyOrgans reads where a remedy goes from the agency's settings.
func (s *Server) remedyOrgans(c echo.Context, agency int64) (organ, court string, err error) {
	ctx, today := c.Request().Context(), s.today()
	if organ, err = s.db.Setting(ctx, agency, "review_organ", today); err != nil {
		return "", "", err
	}
	court, err = s.db.Setting(ctx, agency, "court", today)
	return organ, court, err
}

// rowWord names the row of table 三 that the outcome adds to in a year.
func rowWord(o cases.Outcome, year int) string {
	row, found := report.RowOf(o.Code(), report.FormatOf(year))
	if !found {
		return "年度报告表三"
	}
	return fmt.Sprintf("%d年年度报告表三：%s", year, row.Path())
}

// decisionFields are what an outcome must bring.
func decisionFields(o cases.Outcome) []actField {
	var out []actField
	if o.Group() == "partial" {
		f := actField{name: "grounds", label: "不予提供部分的依据", kind: "many", hint: "每一部分各选一项，可多选。"}
		for _, g := range cases.Outcomes() {
			switch g.Group() {
			case "withhold", "unable", "not_processed":
				f.options = append(f.options, parts.Option{Value: g.Code(), Label: g.Label()})
			}
		}
		out = append(out, f)
	}
	if o.Code() == "not_processed.repeat" {
		out = append(out, actField{name: "first", label: "首次答复的办件编号", kind: "line", hint: "本机关已经答复过的那一件。"})
	}
	remedyless := o.Info().Remedy == "none"
	return append(out, actField{name: "answer", label: "答复内容", kind: "text", optional: remedyless, hint: "应当写明：" + o.NeedWords() + "。"},
		actField{name: "document", label: "文号", kind: "line", optional: true, hint: "如 榕政公开〔2026〕12号；尚未编号可不填。"})
}

// decisionAct is what the decision's page does to a case next: a signed decision
// is answered, any other one proposed or, where nobody has to sign, answered.
func decisionAct(found *cases.Case) string {
	if _, waiting := found.Proposal(); waiting {
		return "answered"
	}
	return "proposed"
}

// decisionButtons are the ways on from a decision: to the leader, or out of the
// house.
func decisionButtons(found *cases.Case, s cases.Stamp, o cases.Outcome) []handling.Other {
	p, waiting := found.Proposal()
	switch {
	case waiting && p.Place >= len(s.Chain) && len(s.Chain) > 0:
		return []handling.Other{{Value: "answer", Label: "答复申请人", Hint: "已签发。日期填答复视为作出之日：邮寄为交邮之日，当面为签收之日，电子方式为发出之日。" + noOriginalHint}}
	case waiting:
		return nil
	case len(s.Chain) == 0 || !cases.NeedsApproval(o, false):
		if !o.CountsAsAnswer() {
			return []handling.Other{{Value: "answer", Label: "答复申请人"}}
		}
		return []handling.Other{{Value: "answer", Label: "答复申请人", Hint: noOriginalHint}}
	case o.Group() == "disclose":
		return []handling.Other{{Value: "propose", Label: "提请审核"}, {Value: "spot", Label: "当场答复", Hint: "申请人在场、能够当场提供或告知的，不必送审。"}}
	}
	return []handling.Other{{Value: "propose", Label: "提请审核"}}
}

func groundsOf(in actInput) []cases.Outcome {
	var out []cases.Outcome
	for _, code := range in.values["grounds"] {
		if o, err := cases.ParseOutcome(code); err == nil && !o.IsZero() {
			out = append(out, o)
		}
	}
	return out
}

// doDecision proposes a decision or answers.
func (s *Server) doDecision(c echo.Context) error {
	found, v, _, err := s.loadAct(c, "answered")
	if err != nil {
		return err
	}
	if c.FormValue("items") != "" {
		return s.doItems(c, v, found)
	}
	outcome, err := cases.ParseOutcome(c.FormValue("outcome"))
	if err != nil || outcome.IsZero() {
		return errNotFound
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return err
	}
	fields, err := s.togetherField(c, found, decisionAct(found), append(decisionFields(outcome), wayField(found, stamp, outcome)...))
	if err != nil {
		return err
	}
	sent := hasField(c, "way")
	in, err := readAct(c, fields, s.today())
	if err != nil {
		return err
	}
	readWay(fields, sent, &in)
	first, err := s.firstAnswer(c, found, &in)
	if err != nil {
		return err
	}
	if in.one("do") == "answer" || in.one("do") == "spot" {
		if problem, ok := userProblem(s.db.ReadyForRelease(c.Request().Context(), found.ID)); ok {
			in.problems = append(in.problems, parts.Problem{Field: "answer", Message: problem})
		}
	}
	if len(in.problems) == 0 {
		err = s.record(c, found, in, fields, stamp, func(c *cases.Case) error {
			return decide(c, stamp, cases.Answered{Outcome: outcome, Grounds: groundsOf(in)}, first, in)
		})
		if err == nil {
			s.dropDraft(c)
			return c.Redirect(http.StatusSeeOther, casePath(found.ID))
		}
	}
	status, err := s.judgeAct(c, found, &in, err)
	if err != nil {
		return err
	}
	view, err := s.decideView(c, v, found)
	if err != nil {
		return err
	}
	if status == http.StatusConflict {
		view.Meanwhile = meanwhile(found, in.one("version"))
	}
	if err := s.fillDecision(c, &view, found, outcome, in); err != nil {
		return err
	}
	return s.draw(c, status, handling.Decide(view))
}

// decide records what was decided, with its text as a note.
func decide(c *cases.Case, s cases.Stamp, a cases.Answered, first int64, in actInput) error {
	written := in.one("answer") != "" || a.Outcome.Info().Remedy == "none"
	var err error
	if in.one("do") == "propose" {
		err = c.Propose(s, in.on, cases.Proposed{Outcome: a.Outcome, Grounds: a.Grounds, Items: a.Items, Reasons: written, FirstAnswer: first})
	} else {
		a.Document, a.Way = in.one("document"), in.one("way")
		err = c.Answer(s, in.on, a, cases.Evidence{Reasons: written, FirstAnswer: first, OnSpot: in.one("do") == "spot"})
	}
	if err != nil {
		return err
	}
	c.Note("answer", in.one("answer"))
	return explainLate(c, s, in)
}

// firstAnswer finds the case that was answered first, by its number.
func (s *Server) firstAnswer(c echo.Context, found *cases.Case, in *actInput) (int64, error) {
	number := in.one("first")
	if number == "" {
		return 0, nil
	}
	first, err := s.db.CaseByNumber(c.Request().Context(), found.AgencyID, number)
	if store.Is(err, store.NotFound) {
		in.problems = append(in.problems, parts.Problem{Field: "first", Message: "本机关没有编号为“" + number + "”的办件，应填首次答复那一件的编号"})
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if _, on := first.GivenAnswer(); on.IsZero() || first.ID == found.ID {
		in.problems = append(in.problems, parts.Problem{Field: "first", Message: "“" + number + "”还没有答复，不能作为首次答复；应填已经答复的那一件的编号"})
		return 0, nil
	}
	return first.ID, nil
}

// answeredBefore names, where the first answer is asked for, what the same
// applicant was answered already.
func (s *Server) answeredBefore(c echo.Context, found *cases.Case, fields []actField) error {
	at := slices.IndexFunc(fields, func(f actField) bool { return f.name == "first" })
	if at < 0 {
		return nil
	}
	page, err := s.db.Applicant(c.Request().Context(), []int64{found.AgencyID}, found.Applicant().ID)
	if err != nil && !store.Is(err, store.NotFound) {
		return err
	}
	var known []string
	for _, r := range page.Rows {
		if r.ID != found.ID && !r.AnsweredOn.IsZero() && !r.Hidden && len(known) < 5 {
			known = append(known, r.Number+" "+oneLine(r.Subject, 20))
		}
	}
	if len(known) > 0 {
		fields[at].hint += "同一申请人已答复的：" + strings.Join(known, "；") + "。"
	}
	return nil
}
