package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// readBundle reads how many applications one envelope holds.
func (f *newForm) readBundle(wrong func(field, message string)) {
	if text := f.values["copies"]; text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > store.MostTogether {
			wrong("copies", fmt.Sprintf("份数“%s”应为1至%d的整数", text, store.MostTogether))
			f.values["copies"] = text
			return
		}
	}
	n := len(f.contents())
	switch {
	case n > store.MostTogether:
		wrong("more", fmt.Sprintf("一次最多登记%d件，这里有%d件；请分几次登记", store.MostTogether, n))
	case n > 1 && f.values["platform_number"] != "":
		wrong("platform_number", "平台编号只属于一件申请；平台来件请逐件登记")
	}
}

// contents gives what each application of the envelope asks, the form's own first.
func (f *newForm) contents() []string {
	copies, err := strconv.Atoi(f.values["copies"])
	if err != nil || copies < 1 {
		copies = 1
	}
	var out []string
	for range copies {
		out = append(out, f.values["content"])
	}
	for line := range strings.Lines(f.values["more"]) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// openAll makes the cases of the form, one for each application.
func (f newForm) openAll(agency int64, s cases.Stamp, day calendar.Date) ([]*cases.Case, error) {
	var out []*cases.Case
	for _, content := range f.contents() {
		one, err := f.open(agency, s, day, content)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// numbersOf words the numbers of what was registered together.
func (s *Server) numbersOf(c echo.Context, found *cases.Case) (word string, contents []string, err error) {
	rows, err := s.db.Together(c.Request().Context(), found.ID)
	if err != nil || len(rows) < 2 {
		return caseNumber(found.Number, found.ID), nil, err
	}
	for _, r := range rows {
		contents = append(contents, caseNumber(r.Number, r.ID)+"　"+oneLine(r.Subject, 60))
	}
	first, last := rows[0], rows[len(rows)-1]
	return fmt.Sprintf("%s至%s（共%d件）", caseNumber(first.Number, first.ID), caseNumber(last.Number, last.ID), len(rows)), contents, nil
}

// copyNew fills the form from a case of the same agency: how it came and who
// asks (复制登记). That the personal fields were opened is in the audit chain.
func (s *Server) copyNew(c echo.Context, v scope, f *newForm, like string) error {
	id, err := strconv.ParseInt(like, 10, 64)
	if err != nil {
		return errNotFound
	}
	found, err := s.db.Case(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if found.AgencyID != v.agency.ID {
		return errNotFound
	}
	opened, err := s.db.People(c.Request().Context(), id, s.stamp(c), "handling")
	if err != nil {
		return err
	}
	f.joint = jointForm{}
	for _, p := range opened {
		if p.Role == "joint" {
			f.joint.people = append(f.joint.people, asJoint(p.Applicant, 0))
		}
		if p.Role == "agent" {
			f.values["agent"], f.values["agent_phone"] = p.Applicant.Name, p.Applicant.Phone
		}
		if p.Role == "contact" {
			f.values["contact"] = p.Applicant.Name
		}
	}
	if len(opened) > 0 {
		a := opened[0].Applicant
		f.values["kind"] = a.Kind.Code()
		f.values["name"], f.values["id_number"], f.values["phone"], f.values["email"], f.values["address"] = a.Name, a.IDNumber, a.Phone, a.Email, a.Address
	}
	if abandoned(found) {
		f.values["content"] = found.Content // what was lacking is added to it
	}
	for _, e := range cases.Timeline(found.Events, 0) {
		if r, ok := e.Fact.(cases.Received); ok {
			f.values["channel"], f.values["form"], f.values["way"] = r.Channel.Code(), r.Form, r.Way
			f.values["mail"] = r.Mail
			for name, day := range map[string]calendar.Date{"submitted": r.Submitted, "arrived": r.Arrived, "signed": r.Signed, "confirmed": r.Confirmed, "office": r.ReachedOffice} {
				f.values[name] = day.String()
			}
		}
	}
	return nil
}
