package web

// reminderRoutes are those of reminders and messages.
func (s *Server) reminderRoutes() []route {
	return nil
}

// reminderActs names what the audit chains hold of reminders and messages.
func reminderActs() []auditWord { return nil }

// reminderObjects names what those entries are about.
func reminderObjects() []auditWord { return nil }
