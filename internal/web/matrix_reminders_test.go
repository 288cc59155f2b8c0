package web

// reminderMatrix is the part of the policy table for reminders and messages.
func reminderMatrix() map[string]string {
	const sys = "×××××●××→→"
	return map[string]string{
		"GET /reminders": "●●●●●●●●→→", "POST /reminders/read": "●●●●●●●●→→",
		"GET /reminders/sent": "××●●××××→→ scoped", "GET /reminders/plan": "●●●●●×××→→ scoped", "POST /reminders/plan": "××●●××××→→ scoped",
		"GET /cases/:id/urge": "●●●●●×××→→ scoped", "POST /me/contact": "●●●●●●●●→→", "POST /me/calendar": "●●●●●×××→→",
		"GET /me/calendar/:token": "●●●●●●●●●●", // an unknown token is not found, for everybody alike
		"GET /admin/messages":     sys, "POST /admin/messages/try": sys, "POST /admin/messages/:id/retry": sys,
	}
}
