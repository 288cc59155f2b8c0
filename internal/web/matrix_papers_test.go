package web

// paperMatrix is the part of the policy table for service, papers and bundles.
func paperMatrix() map[string]string {
	return map[string]string{}
}
