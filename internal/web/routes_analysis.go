package web

import "net/http"

// analysisRoutes are those of 统计分析 and 校核年报.
func (s *Server) analysisRoutes() []route {
	const get = http.MethodGet
	return []route{
		{get, "/check/:token", loopbackOrIn(), smallBody, s.showChecks},
		{get, "/check/:token/download", loopbackOrIn(), smallBody, s.downloadChecks},
	}
}

// analysisActs names what the audit chains hold of 统计分析 and 校核年报.
func analysisActs() []auditWord { return nil }

// analysisObjects names what those entries are about.
func analysisObjects() []auditWord { return nil }
