package web

// noticeRoutes are those of calendar notices and 保管期限.
func (s *Server) noticeRoutes() []route {
	return nil
}

// noticeActs names what the audit chains hold of calendar notices and 保管期限.
func noticeActs() []auditWord { return nil }

// noticeObjects names what those entries are about.
func noticeObjects() []auditWord { return nil }
