package web

// noticeMatrix is the part of the policy table for calendar notices and 保管期限.
func noticeMatrix() map[string]string {
	const in = "●●●●●●●●→→"
	return map[string]string{
		"GET /notices": in, "GET /notices/:year": in,
		"GET /notices/new": "×××××●××→→", "POST /notices/new": "×××××●××→→", // 财政局 is not above all others
		"GET /notices/proposals/:id": "×××××●●×→→", "POST /notices/proposals/:id": "×××××●●×→→",
	}
}
