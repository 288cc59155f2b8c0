package web

// paperRoutes are those of service, papers and bundles.
func (s *Server) paperRoutes() []route {
	return nil
}

// paperActs names what the audit chains hold of service, papers and bundles.
func paperActs() []auditWord { return nil }

// paperObjects names what those entries are about.
func paperObjects() []auditWord { return nil }
