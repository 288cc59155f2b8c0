package web

import (
	"errors"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
)

// togetherField is the field of an act's form that takes other open cases of the
// same applicant along: thirty like applications from one envelope are decided,
// signed and answered in one go. None is chosen beforehand. An act that refers to
// a part of one case, or costs money, is done case by case.
func (s *Server) togetherField(c echo.Context, found *cases.Case, act string, fields []actField) ([]actField, error) {
	if act == "fee_noticed" || act == "fee_paid" || slices.ContainsFunc(fields, func(f actField) bool { return f.name == "ref" || f.name == "first" }) {
		return fields, nil
	}
	rows, err := s.db.Companions(c.Request().Context(), found.ID)
	if err != nil {
		return nil, err
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return nil, err
	}
	proposal, _ := found.Proposal()
	f := actField{name: "together", label: "一并办理", kind: "many", optional: true,
		hint: "同一申请人在本机关的其他在办件，勾选的与本件同时办理，各记各的一行。"}
	for _, r := range rows {
		other, err := s.db.Case(c.Request().Context(), r.ID)
		if err != nil {
			return nil, err
		}
		if allows(other, stamp, act, proposal) {
			f.options = append(f.options, parts.Option{Value: strconv.FormatInt(r.ID, 10), Label: caseNumber(r.Number, r.ID) + " " + oneLine(r.Subject, 40)})
		}
	}
	if len(f.options) == 0 {
		return fields, nil
	}
	if len(f.options) > 1 {
		f.options = slices.Insert(f.options, 0, parts.Option{Value: "all", Label: "以下" + strconv.Itoa(len(f.options)) + "件全部"})
	}
	return append(slices.Clone(fields), f), nil
}

// allows reports whether a case is where an act can be done to it together with
// another: a decision is signed together only if the same one waits at the same
// step.
func allows(other *cases.Case, stamp cases.Stamp, act string, with cases.Proposal) bool {
	if !slices.ContainsFunc(other.Next(stamp), func(n cases.Choice) bool { return n.Code == act }) {
		return false
	}
	p, _ := other.Proposal()
	return p.Outcome == with.Outcome && p.Place == with.Place
}

// chosenTogether gives the cases that an act was asked for, the one of the
// address first. Only those that the form offered count.
func chosenTogether(found *cases.Case, in actInput, fields []actField) []store.Edit {
	version, err := strconv.ParseInt(in.one("version"), 10, 64)
	if err != nil {
		version = found.Version
	}
	out := []store.Edit{{ID: found.ID, Version: version}}
	at := slices.IndexFunc(fields, func(f actField) bool { return f.name == "together" })
	if at < 0 {
		return out
	}
	chosen := in.values["together"]
	for _, o := range fields[at].options {
		id, err := strconv.ParseInt(o.Value, 10, 64)
		if err == nil && (slices.Contains(chosen, "all") || slices.Contains(chosen, o.Value)) {
			out = append(out, store.Edit{ID: id})
		}
	}
	return out
}

// record does an act on the case as it was when the form was opened, and on those
// that go along: on all or on none.
func (s *Server) record(c echo.Context, found *cases.Case, in actInput, fields []actField, stamp cases.Stamp, do func(*cases.Case) error) error {
	edits := chosenTogether(found, in, fields)
	return s.db.UpdateAll(c.Request().Context(), stamp, edits, func(one *cases.Case) error {
		before := len(one.Events)
		err := do(one)
		var no *cases.Refused
		if errors.As(err, &no) && one.ID != found.ID {
			return &cases.Refused{Reason: caseNumber(one.Number, one.ID) + "不能一并办理：" + no.Reason}
		}
		if err == nil && len(edits) > 1 && len(one.Events) > before {
			one.Note("together", "同时办理"+strconv.Itoa(len(edits))+"件："+caseNumber(found.Number, found.ID)+"等")
		}
		return err
	})
}
