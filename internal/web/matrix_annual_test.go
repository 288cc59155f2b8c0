package web

// annualMatrix is the part of the policy table for the annual report beyond its tables.
func annualMatrix() map[string]string {
	const works, editor, keeps, scans = "●●●●●×××→→ scoped", "××××●×××→→ scoped", "××●●××××→→ scoped", "××●●●×××→→ scoped"
	return map[string]string{
		"GET /report/:year/figures": works, "POST /report/:year/figures": editor,
		"GET /report/:year/counting": works, "POST /report/:year/counting": keeps,
		"GET /report/:year/return/sheet": works, "POST /report/:year/return/files": scans, "GET /report/:year/return/files/:id": "××●●●×××→→",
		"POST /report/:year/board/review": editor, "GET /report/:year/board/edit": editor, "POST /report/:year/board/edit": editor,
		"GET /report/:year/board/chase": works, "POST /report/:year/board/chase": editor,
	}
}
