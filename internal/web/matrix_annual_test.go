package web

// annualMatrix is the part of the policy table for the annual report beyond its tables.
func annualMatrix() map[string]string {
	return map[string]string{}
}
