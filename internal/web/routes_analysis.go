package web

// analysisRoutes are those of 统计分析 and 校核年报.
func (s *Server) analysisRoutes() []route {
	return nil
}

// analysisActs names what the audit chains hold of 统计分析 and 校核年报.
func analysisActs() []auditWord { return nil }

// analysisObjects names what those entries are about.
func analysisObjects() []auditWord { return nil }
