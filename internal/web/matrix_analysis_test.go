package web

// analysisMatrix is the part of the policy table for 统计分析 and 校核年报.
func analysisMatrix() map[string]string {
	const all = "●●●●●●●●●●" // the matrix asks from loopback
	const works = "●●●●●×××→→"
	return map[string]string{
		"GET /analysis": works + " scoped", "GET /analysis/download": works + " scoped",
		"GET /topics": works + " scoped", "POST /topics": works + " scoped",
		"GET /check/:token": all, "GET /check/:token/download": all,
	}
}
