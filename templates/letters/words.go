package letters

import "strconv"

// rowsOf gives a field room for its text.
func rowsOf(n int) string { return strconv.Itoa(max(1, min(n, 18))) }

func versionsWord(n int) string { return "共" + strconv.Itoa(n) + "版" }
