package web

import "net/http"

// supervisionRoutes are those of 督办 and 电子监察.
func (s *Server) supervisionRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/supervision", staff(leaders()...), smallBody, s.showReview},
		{get, "/supervision/orders", staff(orderReaders()...), smallBody, s.listOrders},
		{get, "/supervision/orders/new", staff(leaders()...), smallBody, s.askOrder},
		{post, "/supervision/orders/new", working(), smallBody, s.doOrder},
		{get, "/supervision/orders/:id", staff(orderReaders()...), smallBody, s.showOrder},
		{post, "/supervision/orders/:id", staff(orderReaders()...), smallBody, s.changeOrder},
		{get, "/supervision/workload", staff(leaders()...), smallBody, s.askWork},
		{get, "/supervision/handover", staff(leaders()...), smallBody, s.askHandOver},
		{post, "/supervision/handover", working(), smallBody, s.doHandOver},
		{get, "/monitor", staff(monitorReaders()...), smallBody, s.showMonitor},
		{get, "/monitor/wall", staff(monitorReaders()...), smallBody, s.showWall},
		{get, "/monitor/download", staff(monitorReaders()...), smallBody, s.downloadMonitor},
		{get, "/monitor/checks", staff(leaders()...), smallBody, s.listChecks},
		{post, "/monitor/checks", working(), smallBody, s.doCheckDraw},
		{get, "/monitor/checks/:id", staff(leaders()...), smallBody, s.showSpotCheck},
		{get, "/monitor/checks/:id/:place", staff(leaders()...), smallBody, s.askScore},
		{post, "/monitor/checks/:id/:place", staff(leaders()...), smallBody, s.doScore},
		{get, "/monitor/alike", staff(leaders()...), smallBody, s.showAlike},
	}
}

// supervisionActs names what the audit chains hold of 督办 and 电子监察.
func supervisionActs() []auditWord {
	return []auditWord{{"order_issued", "发出督办文书"}, {"order_replied", "回复督办文书"}, {"order_closed", "办结督办文书"}, {"handed_over", "移交在办件"},
		{"check_drawn", "抽取答复"}, {"check_scored", "抽查评分"}}
}

// supervisionObjects names what those entries are about.
func supervisionObjects() []auditWord {
	return []auditWord{{"order", "督办文书"}, {"check", "答复抽查"}}
}
