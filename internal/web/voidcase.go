package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// mostOffered is how many likely cases the form of a voiding offers.
const mostOffered = 5

// askVoid asks in favour of which case a double entry is void.
func (s *Server) askVoid(c echo.Context) error {
	found, v, act, err := s.loadAct(c, "case_voided")
	if err != nil {
		return err
	}
	fields, err := s.voidFields(c, found)
	if err != nil {
		return err
	}
	return s.drawVoid(c, v, found, act, fields, firstAct(fields, s.today()), http.StatusOK)
}

// doVoid voids a double entry.
func (s *Server) doVoid(c echo.Context) error {
	found, v, act, err := s.loadAct(c, "case_voided")
	if err != nil {
		return err
	}
	fields, err := s.voidFields(c, found)
	if err != nil {
		return err
	}
	in, err := readAct(c, fields, s.today())
	if err != nil {
		return err
	}
	stands, err := s.standingCase(c, found, &in)
	if err != nil {
		return err
	}
	s.askSecond(c, found.AgencyID, receiver(found), "作废影响统计", &in)
	var cause error
	if len(in.problems) == 0 {
		stamp, version := s.stamp(c), in.number("version")
		stamp.Alone = s.visitor(c).Single
		cause = s.db.VoidCase(c.Request().Context(), stamp, store.Edit{ID: found.ID, Version: int64(version)}, stands, func(double, stands *cases.Case) error {
			f := cases.CaseVoided{OtherApplicant: in.one("other") != "", Paper: in.one("signer") != ""}
			if err := double.VoidCase(stamp, in.on, f, stands); err != nil {
				return err
			}
			double.Note("reasons", in.one("reasons"))
			double.Note("signer", in.one("signer"))
			return nil
		})
		if cause == nil {
			return c.Redirect(http.StatusSeeOther, casePath(found.ID))
		}
	}
	status, err := s.judgeAct(c, found, &in, cause)
	if err != nil {
		return err
	}
	return s.drawVoid(c, v, found, act, fields, in, status)
}

// receiver is who registered a case.
func receiver(found *cases.Case) string { return found.Events[0].By }

// standingCase reads which case remains: a chosen one, or one by its number.
func (s *Server) standingCase(c echo.Context, found *cases.Case, in *actInput) (id int64, err error) {
	ctx, number, chosen := c.Request().Context(), in.one("number"), in.number("stands")
	if number == "" && chosen == 0 {
		in.problems = append(in.problems, parts.Problem{Field: "number", Message: "没有写明保留哪一件：请选择一件，或填写它的编号"})
		return 0, nil
	}
	var stands *cases.Case
	if number != "" {
		stands, err = s.db.CaseByNumber(ctx, found.AgencyID, number)
	} else {
		stands, err = s.db.Case(ctx, int64(chosen))
	}
	switch {
	case store.Is(err, store.NotFound) || err == nil && stands.AgencyID != found.AgencyID:
		in.problems = append(in.problems, parts.Problem{Field: "number", Message: "本机关没有编号为“" + number + "”的办件；请照登记的编号填写，包括括号和“号”字"})
		return 0, nil
	case err != nil:
		return 0, err
	}
	return stands.ID, nil
}

// askSecond asks for the second person where who acts is no reviewer or signer of
// the agency, or is the one whose record is at stake, and no leader's signature is
// named.
func (s *Server) askSecond(c echo.Context, agency int64, by, why string, in *actInput) {
	who := s.visitor(c)
	if who.Single || in.one("signer") != "" || who.May(agency, cases.Reviewer, cases.Signer) && !cases.SameHand(by, s.stamp(c).By) {
		return
	}
	in.problems = append(in.problems, parts.Problem{Field: "signer", Message: why + "，须有第二人：请另一位审核人或签发人办理，或者写明领导线下签批的姓名、职务、日期"})
}

func secondField() actField {
	return actField{name: "signer", label: "同意的领导（线下签批）", kind: "line", optional: true,
		hint: "由另一位审核人或签发人在本页办理的，这里不填；登记人员、承办人办理的，写明签批人姓名、职务、日期，签批件放进材料。"}
}

// voidFields are the fields of a voiding; likely cases of the same name are offered.
func (s *Server) voidFields(c echo.Context, found *cases.Case) ([]actField, error) {
	earlier, doubles, err := s.db.Doubles(c.Request().Context(), found.AgencyID,
		store.Likeness{Name: found.Applicant().Name, Content: found.Content, Today: s.today(), Except: found.ID})
	if err != nil {
		return nil, err
	}
	likely := actField{name: "stands", label: "保留哪一件", kind: "choice", optional: true, hint: "同一申请只计一件：本件作废，以保留的一件为准。"}
	if len(doubles) == 0 {
		doubles = earlier
	}
	for _, r := range doubles {
		if len(likely.options) < mostOffered {
			likely.options = append(likely.options, parts.Option{Value: itoa64(r.ID), Label: caseNumber(r.Number, r.ID) + "，" + receivedWord(r) + "，" + oneLine(r.Subject, 40)})
		}
	}
	number := actField{name: "number", label: "保留的一件的编号", kind: "line"}
	var out []actField
	if len(likely.options) > 0 {
		number.label, number.optional = "或者填写保留的一件的编号", true
		out = append(out, likely)
	}
	return append(out, number, actField{name: "other", label: "申请人", kind: "many", optional: true, options: []parts.Option{{Value: "yes", Label: "申请人登记不同，但确系同一申请"}}},
		actField{name: "reasons", label: "重复登记的经过和理由", kind: "text", hint: "如：同一封挂号信扫码登记了两次。理由记入办理经过。"}, secondField()), nil
}

func receivedWord(r store.CaseRow) string {
	if r.ReceivedOn.IsZero() {
		return "待确认"
	}
	return r.ReceivedOn.Chinese() + "收到"
}

func (s *Server) drawVoid(c echo.Context, v scope, found *cases.Case, act cases.Act, fields []actField, in actInput, status int) error {
	view, err := s.voidingView(c, v, found, act, fields, in, status)
	if err != nil {
		return err
	}
	view.Note = "作废后本件不再计入台账统计、期限监控、提醒和年度报告；编号保留，不再给别的件；照样可以查到，并写明以哪一件为准。"
	for i, f := range view.Fields {
		if f.Name == "stands" || f.Name == "number" {
			view.Fields[i].Optional = false // one of the two is needed
		}
	}
	if told := toldApplicant(found); told != "" {
		view.Note += "本件已登记" + told + "，作废后请告知对方以保留的一件为准。"
	}
	view.Refusal = found.Unvoidable()
	return s.draw(c, status, handling.Act(view))
}

// voidingView is the form of a voiding or of its undoing.
func (s *Server) voidingView(c echo.Context, v scope, found *cases.Case, act cases.Act, fields []actField, in actInput, status int) (handling.ActView, error) {
	p, err := s.page(c, v, act.Label+" "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return handling.ActView{}, err
	}
	p.Path, p.Wrong = "/cases", len(in.problems) > 0
	view := handling.ActView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID), Heading: act.Label, Article: act.Article, Needs: act.Needs,
		Version: itoa64(found.Version), Key: s.reference(), Action: actPath(found.ID, act.Code), Button: act.Label, Problems: in.problems, Plain: true}
	view.Fields = drawFields(strings.TrimSuffix(act.Label, "（重复登记）")+"的日期", fields, in)
	if status == http.StatusConflict {
		view.Meanwhile = meanwhile(found, in.one("version"))
	}
	return view, nil
}

// toldApplicant names the letters that went out under the number of a case.
func toldApplicant(found *cases.Case) string {
	var words []string
	for _, e := range cases.Timeline(found.Events, 0) {
		switch e.Fact.(type) {
		case cases.SupplementAsked, cases.ConsultSent, cases.Extended, cases.FeeNoticed, cases.ReasonsAsked, cases.Delayed:
			words = append(words, factWord(e.Fact))
		}
	}
	return strings.Join(words, "、")
}

// askRestore asks why a voided entry counts after all.
func (s *Server) askRestore(c echo.Context) error {
	found, v, act, err := s.loadAct(c, "case_restored")
	if err != nil {
		return err
	}
	return s.drawRestore(c, v, found, act, firstAct(restoreFields(), s.today()), http.StatusOK)
}

// doRestore lets a voided entry count again.
func (s *Server) doRestore(c echo.Context) error {
	found, v, act, err := s.loadAct(c, "case_restored")
	if err != nil {
		return err
	}
	in, err := readAct(c, restoreFields(), s.today())
	if err != nil {
		return err
	}
	by := ""
	for _, e := range found.Events {
		if _, voided := e.Fact.(cases.CaseVoided); voided {
			by = e.By
		}
	}
	s.askSecond(c, found.AgencyID, by, "恢复影响统计", &in)
	var cause error
	if len(in.problems) == 0 {
		stamp := s.stamp(c)
		stamp.Alone = s.visitor(c).Single
		cause = s.record(c, found, in, nil, stamp, func(one *cases.Case) error {
			if err := one.RestoreCase(stamp, in.on, cases.CaseRestored{Paper: in.one("signer") != ""}); err != nil {
				return err
			}
			one.Note("reasons", in.one("reasons"))
			one.Note("signer", in.one("signer"))
			return nil
		})
		if cause == nil {
			return c.Redirect(http.StatusSeeOther, casePath(found.ID))
		}
	}
	status, err := s.judgeAct(c, found, &in, cause)
	if err != nil {
		return err
	}
	return s.drawRestore(c, v, found, act, in, status)
}

func restoreFields() []actField {
	return []actField{{name: "reasons", label: "恢复的理由", kind: "text", hint: "如：核对来信，是内容不同的另一件申请。期限仍从收到申请之日起算，没有因作废停止。"}, secondField()}
}

func (s *Server) drawRestore(c echo.Context, v scope, found *cases.Case, act cases.Act, in actInput, status int) error {
	view, err := s.voidingView(c, v, found, act, restoreFields(), in, status)
	if err != nil {
		return err
	}
	stamp := s.stamp(c)
	stamp.Alone = true // what would follow does not hang on who does it
	if preview, err := found.Preview(stamp, s.today(), func(one *cases.Case) error {
		return one.RestoreCase(stamp, s.today(), cases.CaseRestored{})
	}); err == nil {
		view.Sentence = preview.Sentence
	}
	return s.draw(c, status, handling.Act(view))
}
