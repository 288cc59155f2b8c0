package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// addRelated fills in the cases that a case came of, and those that came of it.
// All are of its agency: who reads it reads them, but for sensitive ones.
func (s *Server) addRelated(c echo.Context, view *register.CaseView, found *cases.Case, row cases.Row, cal *calendar.Calendar) error {
	ctx := c.Request().Context()
	came, err := s.db.CameOf(ctx, []int64{found.ID})
	if err != nil {
		return err
	}
	origins, err := s.origins(ctx, []store.CaseRow{{ID: found.ID, Row: row}})
	if err != nil {
		return err
	}
	view.Related = s.related(found.ID, row, came, origins, cal)
	if row.Flags.Has(cases.IsVoided) {
		view.Void = row.AnsweredOn.Chinese() + "作废（重复登记），" + voidWord(row, origins) + "本件不计入统计和年度报告，编号保留。"
	}
	return nil
}

// related words the cases around one: that it came of, and that came of it.
func (s *Server) related(id int64, row cases.Row, came map[int64][]store.CaseRow, origins map[int64]store.CaseRow, cal *calendar.Calendar) (out []parts.Related) {
	if of, there := origins[row.Origin]; there {
		out = append(out, s.relatedLine(originWord(row), of, cal))
	}
	for _, r := range came[id] {
		out = append(out, s.relatedLine(cameWord(r.Row), r, cal))
	}
	return out
}

// origins gives the rows of the cases that some came of; of sensitive ones little
// more than the number.
func (s *Server) origins(ctx context.Context, rows []store.CaseRow) (map[int64]store.CaseRow, error) {
	var ids []int64
	for _, r := range rows {
		if r.Origin != 0 {
			ids = append(ids, r.Origin)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.db.Briefs(ctx, ids)
}

func (s *Server) relatedLine(word string, r store.CaseRow, cal *calendar.Calendar) parts.Related {
	line := parts.Related{Word: word, Number: caseNumber(r.Number, r.ID), Href: casePath(r.ID), Light: lightOf(r.Row, cal, s.today())}
	if r.Hidden {
		line.Href = ""
	}
	return line
}

// originWord says what the case is that this one came of.
func originWord(row cases.Row) string {
	switch {
	case row.Flags.Has(cases.IsVoided):
		return "以此件为准"
	case row.Flags.Has(cases.IsRemade):
		return "原办件（本件为重新办理，不重复计数）"
	}
	return "原办件（逾期未补正，已办结）"
}

// cameWord says what came of a case, from the row of that.
func cameWord(row cases.Row) string {
	switch {
	case row.Flags.Has(cases.IsVoided):
		return "重复登记，已作废"
	case row.Flags.Has(cases.IsRemade):
		return "后续办件：重新办理"
	}
	return "后续办件：补正逾期后的新申请"
}

// voidWord says in favour of which case a voided entry is void.
func voidWord(row cases.Row, origins map[int64]store.CaseRow) string {
	stands, there := origins[row.Origin]
	if !there {
		return ""
	}
	return "以" + caseNumber(stands.Number, stands.ID) + "为准。"
}
