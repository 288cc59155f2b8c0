package web

// analysisMatrix is the part of the policy table for 统计分析 and 校核年报.
func analysisMatrix() map[string]string {
	return map[string]string{}
}
