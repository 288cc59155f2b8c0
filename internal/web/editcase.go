package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// askEdit shows who applied and what was asked as it was taken down, to be set
// right. The personal fields are opened: that is on record before they leave.
func (s *Server) askEdit(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, cases.FrontDesk, cases.Officer); err != nil {
		return err
	}
	opened, err := s.db.People(c.Request().Context(), found.ID, s.stamp(c), "correcting")
	if err != nil {
		return err
	}
	in := actInput{on: s.today(), values: map[string][]string{"content": {found.Content}}}
	if len(opened) > 0 {
		a := opened[0].Applicant
		for name, value := range map[string]string{"name": a.Name, "id_number": a.IDNumber, "phone": a.Phone, "email": a.Email, "address": a.Address} {
			in.values[name] = []string{value}
		}
	}
	var joint jointForm
	for _, p := range opened {
		if p.Role == "joint" {
			joint.people = append(joint.people, asJoint(p.Applicant, len(joint.people)+1))
		}
	}
	return s.drawEdit(c, http.StatusOK, v, found, in, joint)
}

func editFields() []actField {
	line := func(name, label string, optional bool) actField {
		return actField{name: name, label: label, kind: "line", optional: optional}
	}
	return []actField{line("name", "申请人姓名或名称", false), line("id_number", "证件号码", true), line("phone", "联系电话", true), line("email", "电子邮箱", true), line("address", "通信地址", true),
		{name: "joint", kind: "joint", optional: true}, {name: "content", label: "申请内容", kind: "text"}, {name: "correction", label: "更正理由", kind: "text", hint: "写明原来录错在哪里、依据什么更正；理由记入办理经过。"},
		{name: "signer", label: "同意更正的领导（线下签批）", kind: "line", optional: true, hint: "只在改换代表人使申请人类型改变、影响统计时填写：签批人姓名、职务、日期。"}}
}

func (s *Server) drawEdit(c echo.Context, status int, v scope, found *cases.Case, in actInput, joint jointForm) error {
	p, err := s.page(c, v, "更正申请人和内容 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/cases", len(in.problems) > 0
	view := handling.ActView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID), Heading: "更正申请人和申请内容",
		Article: "照申请表登记", Needs: "更正理由", Version: itoa64(found.Version), Key: s.reference(), Action: casePath(found.ID) + "/edit", Button: "登记更正",
		Problems: in.problems, Plain: true}
	fields := editFields()
	if len(joint.people) == 0 {
		fields = fields[:len(fields)-1] // nobody else could represent them
	}
	view.Fields = drawFields("", fields, in)[1:]
	view.Joint = joint.view(in.one("name"), "", in.problems)
	if status == http.StatusConflict {
		view.Meanwhile = meanwhile(found, in.one("version"))
	}
	return s.draw(c, status, handling.Act(view))
}

// doEdit sets right who applied and what was asked, with the reason.
func (s *Server) doEdit(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, cases.FrontDesk, cases.Officer); err != nil {
		return err
	}
	params, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	in := actInput{on: s.today(), values: params}
	joint, asked := readJointForm(c.FormValue)
	if asked {
		return s.drawEdit(c, http.StatusOK, v, found, in, joint)
	}
	joint.settle()
	in.problems = append(in.problems, joint.problems...)
	if _, moves := representedAnew(found, joint); moves {
		s.askSecond(c, found.AgencyID, receiver(found), "改换代表人使申请人类型改变，影响统计", &in)
	}
	for _, f := range editFields() {
		if in.one(f.name) == "" && !f.optional {
			in.problems = append(in.problems, parts.Problem{Field: f.name, Message: "没有填写“" + f.label + "”"})
		}
	}
	var cause error
	if len(in.problems) == 0 {
		cause = s.record(c, found, in, nil, s.stamp(c), func(one *cases.Case) error { return edit(one, s.stamp(c), in, joint) })
		if cause == nil {
			return c.Redirect(http.StatusSeeOther, casePath(found.ID))
		}
	}
	status, err := s.judgeAct(c, found, &in, cause)
	if err != nil {
		return err
	}
	return s.drawEdit(c, status, v, found, in, joint)
}

// representedAnew gives the receipt as it reads when the form's representative is of
// another kind than is counted; false if nothing counted moves.
func representedAnew(c *cases.Case, joint jointForm) (moved cases.Event, moves bool) {
	if joint.represents == 0 {
		return moved, false
	}
	kind := joint.people[joint.represents-1].applicant().Kind
	for _, e := range cases.Timeline(c.Events, 0) {
		if r, ok := e.Fact.(cases.Received); ok && r.ApplicantKind != kind {
			r.ApplicantKind = kind
			e.Fact = r
			moved, moves = e, true
		}
	}
	return moved, moves
}

func edit(c *cases.Case, s cases.Stamp, in actInput, joint jointForm) error {
	if len(c.Parties) == 0 {
		c.Parties = []cases.Party{{Role: "applicant"}}
	}
	a := &c.Parties[0].Applicant
	a.Name, a.IDNumber, a.Phone, a.Email, a.Address = in.one("name"), in.one("id_number"), in.one("phone"), in.one("email"), in.one("address")
	c.Content = strings.TrimSpace(in.one("content"))
	if joint.sent {
		editJoint(c, joint)
	}
	if joint.represents > 0 {
		if moved, moves := representedAnew(c, joint); moves {
			if err := c.Correct(s, moved.Seq, moved.On, moved.Fact); err != nil {
				return err
			}
		}
		if err := c.Represent(joint.represents); err != nil {
			return err
		}
	}
	c.Note("correction", in.one("correction"))
	c.Note("signer", in.one("signer"))
	return nil
}

// editJoint puts the people of a form in the place of those who apply with the first;
// who was there keeps his record.
func editJoint(c *cases.Case, joint jointForm) {
	var was, out, rest []cases.Party
	for i, p := range c.Parties {
		switch {
		case i == 0:
			out = append(out, p)
		case p.Role == "joint":
			was = append(was, p)
		default:
			rest = append(rest, p)
		}
	}
	for _, p := range joint.people {
		party := cases.Party{Role: "joint", Applicant: p.applicant()}
		if of, err := strconv.Atoi(p.of); err == nil && of > 0 && of <= len(was) {
			party.Applicant.ID, was[of-1].Applicant.ID = was[of-1].Applicant.ID, 0 // once
		}
		out = append(out, party)
	}
	c.Parties = append(out, rest...)
}

// corrected gives the fact of an event as a correction's form makes it: what the
// tables count can be set right, not only the day.
func corrected(e cases.Event, in actInput) (cases.Fact, error) {
	switch f := e.Fact.(type) {
	case cases.Received:
		if err := f.Channel.UnmarshalText([]byte(in.one("channel"))); err != nil {
			return nil, err
		}
		if in.on != e.On { // the evidence says what the day of receipt says
			switch f.Channel {
			case deadline.InPerson:
				f.Submitted = in.on
			case deadline.LetterRegistered:
				f.Signed = in.on
			default:
				f.Confirmed = in.on
			}
		}
		kind, err := cases.ParseApplicantKind(in.one("kind"))
		f.ApplicantKind = kind
		return f, err
	case cases.Extended:
		f.Days = in.number("days")
		return f, nil
	case cases.Answered:
		if len(f.Items) == 0 && f.Outcome.Group() != "partial" {
			o, err := cases.ParseOutcome(in.one("outcome"))
			f.Outcome = o
			return f, err
		}
	case cases.RemedyClosed:
		result, err := cases.ParseResult(in.one("result"))
		f.Result = result
		return f, err
	}
	return e.Fact, nil
}

// correctable fields of a fact beside its day.
func factFields(e cases.Event) []actField {
	switch f := e.Fact.(type) {
	case cases.Received:
		channel := actField{name: "channel", label: "渠道", kind: "select", initial: f.Channel.Code()}
		for _, ch := range deadline.Channels() {
			channel.options = append(channel.options, parts.Option{Value: ch.Code(), Label: ch.Label()})
		}
		kind := actField{name: "kind", label: "申请人类型", kind: "select", initial: f.ApplicantKind.Code()}
		for _, k := range cases.ApplicantKinds() {
			kind.options = append(kind.options, parts.Option{Value: k.Code(), Label: k.Label()})
		}
		return []actField{channel, kind}
	case cases.Extended:
		return []actField{{name: "days", label: "延长的工作日", kind: "count", initial: itoa64(int64(f.Days))}}
	case cases.Answered:
		if len(f.Items) == 0 && f.Outcome.Group() != "partial" {
			o := actField{name: "outcome", label: "办理结果", kind: "select", initial: f.Outcome.Code()}
			o.options = append(o.options, itemOutcomes()[1:]...)
			return []actField{o}
		}
	case cases.RemedyClosed:
		return []actField{{name: "result", label: "结果", kind: "select", initial: f.Result.Code(), options: resultOptions()}}
	}
	return nil
}
