package web

// letterMatrix is the part of the policy table for letters.
func letterMatrix() map[string]string {
	const (
		reads  = "●●●●××××→→ scoped"
		writes = "●●××××××→→ scoped"
		keeps  = "××●●××××→→ scoped"
		looks  = "×●●●××××→→ scoped"
	)
	return map[string]string{
		"GET /cases/:id/letters": reads, "POST /cases/:id/letters": writes,
		"GET /cases/:id/letters/:place": reads, "POST /cases/:id/letters/:place": writes,
		"GET /cases/:id/letters/:place/print": reads, "GET /cases/:id/letters/:place/envelope": reads,
		"GET /cases/:id/letters/:place/docx": reads, "POST /cases/:id/letters/:place/docx": writes,
		"POST /cases/:id/letters/:place/number": writes, "POST /cases/:id/letters/:place/issue": writes, "POST /cases/:id/letters/:place/void": writes,
		"GET /letters":   reads,
		"GET /templates": looks, "POST /templates": keeps, "POST /templates/restore": keeps, "GET /templates/file": looks, "GET /templates/preview": looks,
	}
}
