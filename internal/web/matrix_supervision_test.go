package web

// supervisionMatrix is the part of the policy table for 督办 and 电子监察.
func supervisionMatrix() map[string]string {
	const (
		leads   = "××●●××××→→ scoped" // who watches over the agency
		answers = "×●●●××××→→"        // and who has to answer an order
		figures = "××●●●×××→→ scoped"
	)
	return map[string]string{
		"GET /supervision": leads, "GET /supervision/workload": leads, "GET /supervision/handover": leads, "POST /supervision/handover": leads,
		"GET /supervision/orders": answers + " scoped", "GET /supervision/orders/new": leads, "POST /supervision/orders/new": leads,
		"GET /supervision/orders/:id": answers, "POST /supervision/orders/:id": answers,
		"GET /monitor": figures, "GET /monitor/wall": figures, "GET /monitor/download": figures,
		"GET /monitor/checks": leads, "POST /monitor/checks": leads, "GET /monitor/checks/:id": "××●●××××→→",
		"GET /monitor/checks/:id/:place": "××●●××××→→", "POST /monitor/checks/:id/:place": "××●●××××→→", "GET /monitor/alike": leads,
	}
}
