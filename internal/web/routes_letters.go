package web

// letterRoutes are those of letters.
func (s *Server) letterRoutes() []route {
	return nil
}

// letterActs names what the audit chains hold of letters.
func letterActs() []auditWord { return nil }

// letterObjects names what those entries are about.
func letterObjects() []auditWord { return nil }
