package web

// annualRoutes are those of the annual report beyond its tables.
func (s *Server) annualRoutes() []route {
	return nil
}

// annualActs names what the audit chains hold of the annual report beyond its tables.
func annualActs() []auditWord { return nil }

// annualObjects names what those entries are about.
func annualObjects() []auditWord { return nil }
