package web

// reminderMatrix is the part of the policy table for reminders and messages.
func reminderMatrix() map[string]string {
	return map[string]string{}
}
