package web

import (
	"net/http"

	"gongkai/internal/cases"
)

// annualRoutes are those of the annual report beyond its tables.
func (s *Server) annualRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/report/:year/figures", working(), smallBody, s.askFigures},
		{post, "/report/:year/figures", working(), smallBody, s.doFigures},
		{get, "/report/:year/counting", working(), smallBody, s.askCounting},
		{post, "/report/:year/counting", working(), smallBody, s.doCounting},
		{get, "/report/:year/return/sheet", working(), smallBody, s.showSheet},
		{post, "/report/:year/return/files", working(), fileBody, s.addScan},
		{get, "/report/:year/return/files/:id", staff(scanKeepers()...), smallBody, s.sendScan},
		{post, "/report/:year/board/review", working(), keptBody, s.reviewReturns},
		{get, "/report/:year/board/edit", staff(cases.Editor), smallBody, s.askHand},
		{post, "/report/:year/board/edit", working(), smallBody, s.doHand},
		{get, "/report/:year/board/chase", working(), smallBody, s.showChase},
		{post, "/report/:year/board/chase", working(), keptBody, s.doChase},
	}
}

// annualActs names what the audit chains hold of the annual report beyond its tables.
func annualActs() []auditWord {
	return []auditWord{{"figures_entered", "填报年报数据"}, {"counting_set", "确定统计口径"}, {"return_reviewed", "接收或退回年报"}, {"return_chased", "催报年报"},
		{"return_file_added", "添加年报扫描件"}, {"return_file_opened", "取用年报扫描件"}}
}

// annualObjects names what those entries are about.
func annualObjects() []auditWord { return nil }
