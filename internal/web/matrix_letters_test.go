package web

// letterMatrix is the part of the policy table for letters.
func letterMatrix() map[string]string {
	return map[string]string{}
}
