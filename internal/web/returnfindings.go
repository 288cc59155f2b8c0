package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
)

// mostExplained is how many cases an explanation has to name one by one.
const mostExplained = 30

// finding is a check that does not hold. One that blocks keeps a report from being
// locked; the others ask for an explanation in writing.
type finding struct {
	report.Finding
	blocks bool
	cases  []string // numbers that an explanation has to name one of
}

// findings are what keeps a report from being locked, or asks for words: K1 to K5
// block; K6 is held against what was locked or published of last year; K7, K8 and
// K11 ask, as do text that the tables contradict and returns that nobody has
// accepted.
func (s *Server) findings(ctx context.Context, q reportQuery) (out []finding, err error) {
	f := report.FormatOf(q.year)
	table, err := s.db.Table(ctx, q.scope.agency.ID, q.year, q.scope.own, f)
	if err != nil {
		return nil, err
	}
	verdicts := []report.Verdict{report.Check(table), {}}
	before, err := s.lastYear(ctx, q)
	switch {
	case store.Is(err, store.NotFound):
	case err != nil:
		return nil, err
	default:
		report.CheckYears([]report.Table{table, before}, verdicts)
	}
	carried, err := s.carriedCases(ctx, q, verdicts[0])
	if err != nil {
		return nil, err
	}
	for _, x := range verdicts[0].Failures {
		one := finding{Finding: x, blocks: x.Identity != "K6"}
		if x.Identity == "K6" {
			one.cases = carried
		}
		out = append(out, one)
	}
	for _, x := range verdicts[0].Warnings {
		if x.Identity == "K7" || x.Identity == "K8" {
			out = append(out, finding{Finding: x})
		}
	}
	suits, err := s.suitsWithoutReview(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(suits) > 0 {
		out = append(out, finding{Finding: directSuits(suits), cases: suits})
	}
	more, err := s.sumFindings(ctx, q, table)
	if err != nil {
		return nil, err
	}
	words, err := s.textFindings(ctx, q)
	return slices.Concat(out, more, words), err
}

// textFindings are about what was written: free text that the records contradict
// blocks, figures that differ from the tables ask.
func (s *Server) textFindings(ctx context.Context, q reportQuery) ([]finding, error) {
	facts, err := s.db.ReportFacts(ctx, q.scope.agency.ID, q.year, q.scope.own, report.FormatOf(q.year))
	if err != nil {
		return nil, err
	}
	text, err := s.db.LastText(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	document := report.Compose(facts, text.Text)
	var out []finding
	for _, x := range document.Refused {
		out = append(out, finding{Finding: report.Finding{Identity: "文字", Message: x}, blocks: true})
	}
	for _, x := range report.CompareText(facts.Table, document.Prose()) {
		x.Identity = "文表"
		out = append(out, finding{Finding: x})
	}
	return out, nil
}

// directSuits is K11 in words.
func directSuits(suits []string) report.Finding {
	return report.Finding{Identity: "K11", Where: "表四“未经复议直接起诉”",
		Message: fmt.Sprintf("自2024年起，对不予公开不服的应先申请行政复议（行政复议法第二十三条）；有%d件不予公开未经复议直接起诉：%s", len(suits), strings.Join(suits[:min(len(suits), 10)], "、"))}
}

// carriedCases names the cases that make K6 fail, where last year was locked here.
func (s *Server) carriedCases(ctx context.Context, q reportQuery, v report.Verdict) ([]string, error) {
	if !slices.ContainsFunc(v.Failures, func(f report.Finding) bool { return f.Identity == "K6" }) {
		return nil, nil
	}
	apart, _, err := s.db.CarriedApart(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range apart {
		out = append(out, caseNumber(m.Number, m.CaseID))
	}
	return out, nil
}

// sumFindings are about the agencies of a sum: K9, where one has locked other
// figures than the register has for it, each named; and returns not yet accepted.
func (s *Server) sumFindings(ctx context.Context, q reportQuery, table report.Table) ([]finding, error) {
	if !q.scope.many() {
		return nil, nil
	}
	units, err := s.db.UnitTables(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	var out []finding
	for _, u := range units {
		if u.Locked == nil || u.AgencyID == q.scope.agency.ID {
			continue
		}
		for i, cell := range u.Locked.Differences(u.Table) {
			if i == 3 {
				break // the unit's own page names the rest
			}
			out = append(out, finding{Finding: report.Finding{Identity: "K9", Where: u.Name, Message: fmt.Sprintf("%s已定稿第%d版与汇总中的数不同：%s", u.Name, u.Version, cell)}})
		}
	}
	var open []string
	states, err := s.db.ReturnStates(ctx, q.year)
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		if x := states[u.AgencyID]; u.Outside && x.Review == nil {
			open = append(open, u.Name)
		}
	}
	if len(open) > 0 {
		out = append(out, finding{Finding: report.Finding{Identity: "报送", Message: fmt.Sprintf("有%d份外报的年报还没有接收：%s", len(open), strings.Join(open[:min(len(open), 10)], "、"))}})
	}
	return out, nil
}

// lastYear is the report of the year before: as locked, as it was published
// according to the agency, or else as the register has it.
func (s *Server) lastYear(ctx context.Context, q reportQuery) (report.Table, error) {
	locked, err := s.db.Returns(ctx, q.scope.agency.ID, q.year-1, q.scope.own)
	if err == nil && len(locked) > 0 {
		return locked[0].Frozen.Table, nil
	}
	if err != nil {
		return report.Table{}, err
	}
	before, err := s.db.Table(ctx, q.scope.agency.ID, q.year-1, q.scope.own, report.FormatOf(q.year-1))
	if err != nil {
		return before, err
	}
	entered, _, err := s.db.Figures(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if t, told := entered.PublishedTable(before.Agency, q.year-1); told {
		before.CarriedOut = t.CarriedOut
	}
	return before, err
}

// suitsWithoutReview names the cases of K11: suits filed from 2024 on about a
// refusal that had to go to review first.
func (s *Server) suitsWithoutReview(ctx context.Context, q reportQuery) ([]string, error) {
	_, ids, err := s.db.TableAgencies(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	all, err := s.db.Disputes(ctx, ids, q.year)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range all {
		if d.Kind == cases.LitigationDirect && d.FiledOn.Year() >= 2024 && d.Outcome.ReviewFirst(d.AnsweredOn) {
			out = append(out, caseNumber(d.Number, d.CaseID))
		}
	}
	return slices.Compact(out), nil
}
