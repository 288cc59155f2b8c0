package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// correctPath leads to the correction of a recorded fact; what two people have
// answered for can't be corrected.
func correctPath(id int64, e cases.Event) string {
	if !cases.Correctable(e.Fact) {
		return ""
	}
	return fmt.Sprintf("%s/correct/%d", casePath(id), e.Seq)
}

// correctable finds the fact that is to be corrected.
func (s *Server) correctable(c echo.Context) (*cases.Case, scope, cases.Event, error) {
	found, v, err := s.loadCase(c)
	if err != nil {
		return nil, v, cases.Event{}, err
	}
	seq, err := strconv.Atoi(c.Param("seq"))
	if err != nil {
		return nil, v, cases.Event{}, errNotFound
	}
	if err := s.mayAct(c, found.AgencyID, cases.Officer, cases.Reviewer, cases.Signer); err != nil {
		return nil, v, cases.Event{}, err
	}
	for _, e := range cases.Timeline(found.Events, 0) {
		if e.Seq == seq && correctPath(found.ID, e) != "" {
			return found, v, e, nil
		}
	}
	return nil, v, cases.Event{}, errNotFound
}

// askCorrection shows what was recorded, to set its day right or to annul it.
func (s *Server) askCorrection(c echo.Context) error {
	found, v, e, err := s.correctable(c)
	if err != nil {
		return err
	}
	in := firstAct(correctionFields(e), s.today())
	in.on, in.typedOn = e.On, e.On.String()
	view, err := s.correctView(c, v, found, e, in)
	if err != nil {
		return err
	}
	return s.draw(c, http.StatusOK, handling.Act(view))
}

func correctionFields(e cases.Event) []actField {
	fields := factFields(e)
	if cases.MovesClock(e.Fact) {
		fields = append(fields, actField{name: "signer", label: "同意更正的领导（线下签批）", kind: "line", optional: true,
			hint: "影响期限、结果的日期和内容不由一人更正：由另一位审核人或签发人在本页更正的，这里不填；承办人更正的，写明签批人姓名、职务、日期，签批件放进材料。"})
	}
	fields = append(fields, actField{name: "correction", label: "更正理由", kind: "text", hint: "写明原记录错在哪里、依据什么更正。原记录保留在操作日志和办件经过中。"})
	if _, receipt := e.Fact.(cases.Received); receipt {
		return fields
	}
	return append([]actField{{name: "void", label: "怎样更正", kind: "choice", initial: "no", options: []parts.Option{
		{Value: "no", Label: "改为这里填写的"}, {Value: "yes", Label: "没有发生过，撤销这条记录"}}}}, fields...)
}

func (s *Server) correctView(c echo.Context, v scope, found *cases.Case, e cases.Event, in actInput) (handling.ActView, error) {
	p, err := s.page(c, v, "更正 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return handling.ActView{}, err
	}
	p.Path = "/cases"
	view := handling.ActView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID),
		Heading: "更正：" + withWeekday(e.On) + " " + factWord(e.Fact), Article: "更正另行登记，原记录不改", Needs: "更正理由",
		Version: strconv.FormatInt(found.Version, 10), Key: s.reference(), Action: correctPath(found.ID, e), Button: "登记更正"}
	view.Fields = drawFields(factWord(e.Fact)+"的日期", correctionFields(e), in)
	view.Problems, view.Wrong = in.problems, len(in.problems) > 0
	if len(in.problems) == 0 && (in.on != e.On || changes(e, in)) {
		preview, err := found.Preview(s.stamp(c), s.today(), func(c2 *cases.Case) error { return correct(c2, s.stamp(c), e, in) })
		if err == nil {
			view.Sentence = "更正后：" + preview.Sentence
		}
	}
	return view, nil
}

// changes reports whether a form says otherwise than what was recorded.
func changes(e cases.Event, in actInput) bool {
	for _, f := range factFields(e) {
		if in.one(f.name) != f.initial {
			return true
		}
	}
	return false
}

// needsSecond reports whether a correction moves a term, a count or an answer and
// has one person behind it: who corrects is no reviewer or signer of the agency,
// or recorded the fact himself, and no leader's signature is named.
func (s *Server) needsSecond(c echo.Context, found *cases.Case, e cases.Event, in actInput) bool {
	who := s.visitor(c)
	if who.Single || in.one("signer") != "" || !cases.MovesClock(e.Fact) {
		return false
	}
	if in.on == e.On && in.one("void") != "yes" && !changes(e, in) {
		return false
	}
	return !who.May(found.AgencyID, cases.Reviewer, cases.Signer) || cases.SameHand(e.By, s.stamp(c).By)
}

// correct records the correction with its reason.
func correct(c *cases.Case, s cases.Stamp, e cases.Event, in actInput) (err error) {
	if in.one("void") == "yes" {
		err = c.Void(s, e.Seq)
	} else {
		var f cases.Fact
		if f, err = corrected(e, in); err == nil {
			err = c.Correct(s, e.Seq, in.on, f)
		}
		if r, receipt := f.(cases.Received); receipt && err == nil && len(c.Parties) > 0 {
			c.Parties[0].Applicant.Kind = r.ApplicantKind // by it the name is masked
		}
	}
	if err == nil {
		c.Note("correction", in.one("correction"))
		c.Note("signer", in.one("signer"))
	}
	return err
}

// doCorrection records a correction, or says what it would do.
func (s *Server) doCorrection(c echo.Context) error {
	found, v, e, err := s.correctable(c)
	if err != nil {
		return err
	}
	in, err := readAct(c, correctionFields(e), s.today())
	if err != nil {
		return err
	}
	if len(in.problems) == 0 && in.one("do") != "" && s.needsSecond(c, found, e, in) {
		in.problems = append(in.problems, parts.Problem{Field: "signer", Message: "影响期限、结果的更正须有第二人：请另一位审核人或签发人更正，或者写明领导线下签批的姓名、职务、日期"})
	}
	var cause error
	if len(in.problems) == 0 && in.one("do") != "" {
		stamp := s.stamp(c)
		cause = s.record(c, found, in, nil, stamp, func(c *cases.Case) error { return correct(c, stamp, e, in) })
		if cause == nil {
			return c.Redirect(http.StatusSeeOther, casePath(found.ID))
		}
	}
	status, err := s.judgeAct(c, found, &in, cause)
	if err != nil {
		return err
	}
	view, err := s.correctView(c, v, found, e, in)
	if err != nil {
		return err
	}
	if status == http.StatusConflict {
		view.Meanwhile = meanwhile(found, in.one("version"))
	}
	return s.draw(c, status, handling.Act(view))
}
