package web

// noticeMatrix is the part of the policy table for calendar notices and 保管期限.
func noticeMatrix() map[string]string {
	const in, keeps = "●●●●●●●●→→", "××●●××××→→"
	return map[string]string{
		"GET /notices": in, "GET /notices/:year": in,
		"GET /notices/new": "×××××●××→→", "POST /notices/new": "×××××●××→→", // 财政局 is not above all others
		"GET /notices/proposals/:id": "×××××●●×→→", "POST /notices/proposals/:id": "×××××●●×→→",
		"GET /retention": "××●●×××●→→ scoped", "POST /retention": keeps + " scoped", "GET /retention/:id": "××●●×××●→→", "POST /retention/:id": keeps,
		"GET /retention/cases/:id": keeps, "POST /retention/cases/:id": keeps,
	}
}
