package web

// backupMatrix is the part of the policy table for backups and drills.
func backupMatrix() map[string]string {
	const sys = "×××××●××→→"
	return map[string]string{"GET /admin/backups": sys, "POST /admin/backups": sys, "GET /admin/backups/drills/:id": sys}
}
