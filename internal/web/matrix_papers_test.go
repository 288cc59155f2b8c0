package web

// paperMatrix is the part of the policy table for service, papers and bundles.
func paperMatrix() map[string]string {
	const handlers, officer = "●●●●××××→→ scoped", "×●××××××→→ scoped"
	return map[string]string{
		"GET /services":           "×●××××××→→ scoped",
		"GET /archive":            "×●××××××→→ scoped",
		"POST /archive":           "×●××××××→→ scoped",
		"GET /cases/:id/services": officer, "POST /cases/:id/services": officer,
		"GET /cases/:id/release": handlers, "POST /cases/:id/release": handlers,
		"GET /cases/:id/bundle": handlers, "POST /cases/:id/bundle": handlers,
		"GET /cases/:id/files/:place/small": handlers, "POST /cases/:id/scans": handlers,
		"GET /bundle": "●●●●●●●●●●", "POST /bundle": "●●●●●●●●●●",
	}
}
