package web

import "net/http"

// analysisRoutes are those of 统计分析 and 校核年报.
func (s *Server) analysisRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/analysis", working(), smallBody, s.showAnalysis},
		{get, "/analysis/download", working(), smallBody, s.downloadAnalysis},
		{get, "/topics", working(), smallBody, s.askTopics},
		{post, "/topics", working(), smallBody, s.doTopics},
		{get, "/check/:token", loopbackOrIn(), smallBody, s.showChecks},
		{get, "/check/:token/download", loopbackOrIn(), smallBody, s.downloadChecks},
	}
}

// analysisActs names what the audit chains hold of 统计分析 and 校核年报.
func analysisActs() []auditWord {
	return []auditWord{{"analysis_exported", "导出统计分析"}, {"topic_set", "归类申请主题"}}
}

// analysisObjects names what those entries are about.
func analysisObjects() []auditWord { return nil }
