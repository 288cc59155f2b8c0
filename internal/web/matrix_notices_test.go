package web

// noticeMatrix is the part of the policy table for calendar notices and 保管期限.
func noticeMatrix() map[string]string {
	return map[string]string{}
}
