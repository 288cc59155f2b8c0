package web

// supervisionMatrix is the part of the policy table for 督办 and 电子监察.
func supervisionMatrix() map[string]string {
	return map[string]string{}
}
