package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// loadAct reads the case and the act of the address, and asks whether the visitor
// may do it in the case's agency.
func (s *Server) loadAct(c echo.Context, code string) (*cases.Case, scope, cases.Act, error) {
	found, v, err := s.loadCase(c)
	if err != nil {
		return nil, v, cases.Act{}, err
	}
	act, known := cases.FindAct(code)
	if !known {
		return nil, v, act, errNotFound
	}
	roles, err := s.actRoles(c, found, act)
	if err != nil {
		return nil, v, act, err
	}
	return found, v, act, s.mayAct(c, found.AgencyID, roles...)
}

// actRoles says who may do an act on a case: who the workflow names, and for a
// signature the role whose turn it is in the chain.
func (s *Server) actRoles(c echo.Context, found *cases.Case, act cases.Act) ([]cases.Role, error) {
	p, waiting := found.Proposal()
	if act.Code != "approved" || !waiting {
		return act.Who, nil
	}
	chain, err := s.chainOf(c.Request().Context(), found.AgencyID)
	if err != nil || p.Place >= len(chain) {
		return act.Who, err
	}
	return []cases.Role{chain[p.Place].Role}, nil
}

// askAct shows the form of an act, with what would happen if it were done today.
func (s *Server) askAct(c echo.Context) error {
	found, v, act, err := s.loadAct(c, c.Param("code"))
	if err != nil {
		return err
	}
	if path := actPath(found.ID, act.Code); !strings.HasSuffix(path, "/act/"+act.Code) {
		return c.Redirect(http.StatusSeeOther, path)
	}
	fields, err := s.fieldsOf(c, act, found)
	if err != nil {
		return err
	}
	in := firstAct(fields, s.today())
	typed, key, err := s.draftIn(c, casePath(found.ID)+"/act/"+act.Code)
	if err != nil {
		return err
	}
	draftAct(&in, typed)
	view, err := s.actView(c, v, found, act, fields, in)
	if err != nil {
		return err
	}
	view.Key = first1(key, view.Key)
	return s.draw(c, http.StatusOK, handling.Act(view))
}

// doAct records an act, or (look) says what it would do. Whatever is wrong comes
// back beside what was typed.
func (s *Server) doAct(c echo.Context) error {
	found, v, act, err := s.loadAct(c, c.Param("code"))
	if err != nil {
		return err
	}
	fields, err := s.fieldsOf(c, act, found)
	if err != nil {
		return err
	}
	in, err := readAct(c, fields, s.today())
	if err != nil {
		return err
	}
	scans, err := actScans(c, act.Code, &in)
	if err != nil {
		return err
	}
	if len(in.problems) > 0 || in.one("do") == "" {
		return s.redrawAct(c, v, found, act, fields, in, nil)
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return err
	}
	if err := s.record(c, found, in, fields, stamp, func(c *cases.Case) error { return perform(c, stamp, act.Code, in) }); err != nil {
		if store.Is(err, store.Conflict) && doneAlready(found, stamp, act, in) {
			return c.Redirect(http.StatusSeeOther, casePath(found.ID))
		}
		return s.redrawAct(c, v, found, act, fields, in, err)
	}
	s.dropDraft(c)
	if len(scans) > 0 {
		if err := s.toFact(c, found.ID, act.Code, scans); err != nil {
			return err
		}
		if err := s.db.Attach(c.Request().Context(), s.stamp(c), found.ID, scans); err != nil {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, casePath(found.ID))
}

// doneAlready reports whether the form was sent twice: the latest record is this
// very act of the same person, with the same texts.
func doneAlready(found *cases.Case, stamp cases.Stamp, act cases.Act, in actInput) bool {
	last := found.Events[len(found.Events)-1]
	if last.Fact.Kind() != act.Code || last.On != in.on || last.By != stamp.By || stamp.At-last.At > sameTime.Microseconds() {
		return false
	}
	texts := map[string]bool{}
	for _, n := range found.NotesOf(last.Seq) {
		texts[n.Text] = true
	}
	for _, kind := range noteFields() {
		if text := in.one(kind); text != "" && !texts[text] {
			return false
		}
	}
	return true
}

// sameTime is how long a second sending of a form counts as the first.
const sameTime = 10 * time.Minute

// fieldsOf gives the fields of an act; who may be chosen is asked of the store.
func (s *Server) fieldsOf(c echo.Context, act cases.Act, found *cases.Case) ([]actField, error) {
	fields := actFields(act.Code, found)
	if act.Code == "assigned" {
		var err error
		if fields, err = s.assignFields(c, found.AgencyID); err != nil {
			return nil, err
		}
	}
	switch act.Code {
	case "supplement_received":
		fields = s.lateSupplement(c, found, fields)
	case "fee_noticed":
		if err := s.pieceOfMonth(c, found, fields); err != nil {
			return nil, err
		}
	}
	if act.Code == "co_asked" {
		whom, err := s.assignFields(c, found.AgencyID)
		if err != nil {
			return nil, err
		}
		fields[0].options = whom[0].options
	}
	if err := s.usualValues(c, found.AgencyID, fields); err != nil {
		return nil, err
	}
	return s.togetherField(c, found, act.Code, fields)
}

// lateSupplement asks, when the term for the supplement is over, for the good
// reason without which it is not taken (Art 30).
func (s *Server) lateSupplement(c echo.Context, found *cases.Case, fields []actField) []actField {
	book, err := s.db.BookOf(c.Request().Context(), found.AgencyID)
	if err != nil {
		return fields // the act itself says what is wrong
	}
	until := found.Clock(book, s.today()).WaitsUntil
	if until.IsZero() || !s.today().After(until) {
		return fields
	}
	return append(fields, actField{name: "reasons", label: "逾期补正的正当理由", kind: "text", optional: true,
		hint: "补正期限至" + until.Chinese() + "。期限内收到的不填；逾期收到而有正当理由的，写明理由。"})
}

// pieceOfMonth fills in which application of the applicant in its month of receipt
// this one is: by it the fee by piece is reckoned.
func (s *Server) pieceOfMonth(c echo.Context, found *cases.Case, fields []actField) error {
	page, err := s.db.Applicant(c.Request().Context(), []int64{found.AgencyID}, found.Applicant().ID)
	if store.Is(err, store.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	received := found.ReceivedOn()
	year, month, _ := received.YMD()
	n := 0
	for _, r := range page.Rows {
		y, m, _ := r.ReceivedOn.YMD()
		if y == year && m == month && (r.ReceivedOn.Before(received) || r.ReceivedOn == received && r.ID <= found.ID) {
			n++
		}
	}
	for i := range fields {
		if fields[i].name == "count" && n > 0 {
			fields[i].hint = fmt.Sprintf("按件：本件是该申请人%d年%d月在本机关的第%d件；按页：填本件共多少页。金额由系统按国办函〔2020〕109号计算。", year, int(month), n)
			fields[i].initial = strconv.Itoa(n)
		}
	}
	return nil
}

// usualValues fills in what the agency has set.
func (s *Server) usualValues(c echo.Context, agency int64, fields []actField) error {
	for i, f := range fields {
		key := map[string]string{"causes": "", "days": "supplement_term", "approver": "extension_approver"}[f.name]
		if key == "" || f.name == "days" && fields[0].name != "causes" {
			continue
		}
		value, err := s.db.Setting(c.Request().Context(), agency, key, s.today())
		if err != nil {
			return err
		}
		if value != "" {
			fields[i].initial = value
		}
	}
	return nil
}

// assignFields asks to whom a case goes; the officer comes first.
func (s *Server) assignFields(c echo.Context, agency int64) ([]actField, error) {
	officers, err := s.db.UsersWith(c.Request().Context(), agency, cases.Officer, s.today())
	if err != nil {
		return nil, err
	}
	f := actField{name: "officer", label: "承办人或科室", kind: "choice"}
	for _, u := range officers {
		o := parts.Option{Value: strconv.FormatInt(u.ID, 10), Label: u.Name}
		if u.ID == s.visitor(c).ID {
			o.Label, f.initial = u.Name+"（我）", o.Value
		}
		f.options = append(f.options, o)
	}
	sections, err := s.sectionOptions(c, agency)
	if err != nil {
		return nil, err
	}
	f.options = append(f.options, sections...)
	if len(f.options) == 0 {
		f.hint = "本机关还没有承办人账号；请系统管理员添加。"
	}
	return []actField{f, {name: "reasons", label: "说明", kind: "text", optional: true, hint: "转交时写明缘由。"}}, nil
}

// redrawAct answers a form that was not recorded.
func (s *Server) redrawAct(c echo.Context, v scope, found *cases.Case, act cases.Act, fields []actField, in actInput, cause error) error {
	status, err := s.judgeAct(c, found, &in, cause)
	if err != nil {
		return err
	}
	view, err := s.actView(c, v, found, act, fields, in)
	if err != nil {
		return err
	}
	if status == http.StatusConflict {
		view.Meanwhile = meanwhile(found, in.one("version"))
	}
	view.Wrong = len(in.problems) > 0
	view.Problems = in.problems
	return s.draw(c, status, handling.Act(view))
}

func isRefused(err error) bool {
	var no *cases.Refused
	return errors.As(err, &no)
}

// judgeAct words why an act was not recorded; a fault of ours stays an error.
func (s *Server) judgeAct(c echo.Context, found *cases.Case, in *actInput, cause error) (int, error) {
	var no *cases.Refused
	switch {
	case cause == nil && len(in.problems) == 0:
		return http.StatusOK, nil
	case cause == nil:
		return http.StatusUnprocessableEntity, nil
	case errors.As(cause, &no):
		field := "on"
		if no.Reason == needCause {
			field = "delay_cause"
		}
		in.problems = append(in.problems, parts.Problem{Field: field, Message: no.Reason})
		return http.StatusUnprocessableEntity, nil
	case store.Is(cause, store.Conflict):
		return http.StatusConflict, nil
	}
	return 0, cause
}

// meanwhile lists what was recorded since a version of the case was read: each
// write adds at least one event.
func meanwhile(found *cases.Case, version string) []string {
	old, err := strconv.ParseInt(version, 10, 64)
	if err != nil {
		return nil
	}
	since := found.Version - old
	var out []string
	for i := len(found.Events) - 1; i >= 0 && since > 0; i, since = i-1, since-1 {
		e := found.Events[i]
		out = append(out, withWeekday(e.On)+" "+factWord(e.Fact)+" "+factDetail(e.Fact))
	}
	return out
}

// actView words an act's form. If nothing is missing it says what the act would do.
func (s *Server) actView(c echo.Context, v scope, found *cases.Case, act cases.Act, fields []actField, in actInput) (handling.ActView, error) {
	p, err := s.page(c, v, act.Label+" "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return handling.ActView{}, err
	}
	p.Path = "/cases"
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return handling.ActView{}, err
	}
	view := handling.ActView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID), Heading: act.Label,
		Article: act.Article, Needs: act.Needs, Version: strconv.FormatInt(found.Version, 10), Key: first1(c.FormValue("key"), s.reference()),
		Action: casePath(found.ID) + "/act/" + act.Code, Button: act.Label, Note: s.secondWarning(found, act.Code)}
	view.Fields = drawFields(act.Label+"的日期", fields, in)
	_, view.Files = scanKind(act.Code)
	switch act.Code {
	case "approved", "signed_on_paper", "returned":
		view.Compare, view.Returned = compareVersions(found)
		if view.LetterPath, view.Letter, err = s.letterToSign(c, found); err != nil {
			return view, err
		}
	}
	if len(in.problems) == 0 && !in.on.IsZero() {
		view.Sentence, view.Refusal = outlook(found, stamp, act.Code, fields, in)
	}
	return view, nil
}

// outlook says what an act would do, or why it can't be done. While fields are
// still empty the law's questions about them are not yet answered.
func outlook(found *cases.Case, stamp cases.Stamp, code string, fields []actField, in actInput) (sentence, refusal string) {
	in = sketch(fields, in)
	p, err := found.Preview(stamp, in.on, func(c *cases.Case) error { return perform(c, stamp, code, in) })
	var no *cases.Refused
	if errors.As(err, &no) {
		return "", no.Reason
	}
	if err != nil {
		return "", ""
	}
	sentence = dayWord(in.on, stamp.Today) + "办理：" + p.Sentence
	if fee := feeOf(in); code == "fee_noticed" && fee.Fen > 0 {
		word := map[string]string{"pieces": "按件", "pages": "按页"}[fee.Method]
		sentence += word + "应收" + cases.Yuan(fee.Fen) + "元。"
	}
	return sentence, ""
}

// sketch fills empty fields with what is usual, so that the outlook speaks of the
// day and not of what will be typed.
func sketch(fields []actField, in actInput) actInput {
	out := actInput{on: in.on, typedOn: in.typedOn, values: map[string][]string{}}
	for k, v := range in.values {
		out.values[k] = v
	}
	for _, f := range fields {
		if out.one(f.name) != "" || f.optional {
			continue
		}
		switch {
		case len(f.options) > 0:
			out.values[f.name] = []string{f.options[0].Value}
		case f.name == "until":
			out.values[f.name] = []string{in.on.AddDays(30).String()}
		case f.name == "count":
			out.values[f.name] = []string{"40"}
		default:
			out.values[f.name] = []string{"…"}
		}
	}
	return out
}

// secondWarning warns before a second supplement notice.
func (s *Server) secondWarning(found *cases.Case, code string) string {
	if code != "supplement_asked" {
		return ""
	}
	for _, e := range cases.Timeline(found.Events, 0) {
		if _, asked := e.Fact.(cases.SupplementAsked); asked {
			return "本件已于" + e.On.Chinese() + "告知过补正。条例要求一次性告知，再次告知应写明理由。"
		}
	}
	return ""
}
