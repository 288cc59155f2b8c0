package web

// supervisionRoutes are those of 督办 and 电子监察.
func (s *Server) supervisionRoutes() []route {
	return nil
}

// supervisionActs names what the audit chains hold of 督办 and 电子监察.
func supervisionActs() []auditWord { return nil }

// supervisionObjects names what those entries are about.
func supervisionObjects() []auditWord { return nil }
